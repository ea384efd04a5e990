#include "release.h"

#include "log.h"
#include "site_fixture.h"
#include "watch.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char top[64];
static struct arena arena;
static int site = -1;

static int
setup(void **state)
{
	(void)state;
	log_open("pennygate[test]");
	arena_init(&arena);
	if (!site_folder(top))
		return -1;
	site = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return site < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	close(site);
	arena_clear(&arena);
	return file_remove_tree(AT_FDCWD, top) ? 0 : -1;
}

static struct release *
open_current(char error[RELEASE_ERROR])
{
	char link[RELEASE_LINK];

	error[0] = '\0';
	assert_true(release_link(site, link));
	return release_open(site, link, error);
}

static struct release *
published(void)
{
	char error[RELEASE_ERROR];
	struct manifest m;
	struct release *r;

	site_manifest(&arena, &m);
	assert_true(site_publish(top, "0000000000000001", &m));
	r = open_current(error);
	if (!r)
		fail_msg("%s", error);
	return r;
}

static void
addresses_lead_to_files(void **state)
{
	static const struct {
		int line;
		const char *path, *file; /* NULL: nothing there */
		bool member;
	} rows[] = {
		{ __LINE__, "/", "public/index.html", false },
		{ __LINE__, "/a/", "public/a/index.html", false },
		{ __LINE__, "/a", NULL, false },
		{ __LINE__, "/a/index.html", NULL, false },
		{ __LINE__, "/caf\xc3\xa9 1.txt", "public/caf\xc3\xa9 1.txt",
		    false },
		{ __LINE__, "/caf%C3%A9%201.txt", NULL, false },
		{ __LINE__, "/m/a/one/", "members/a/one/index.html", true },
		{ __LINE__, "/m/a/one/index.html", NULL, false },
		{ __LINE__, "/m/a/one/index.html.gz", NULL, false },
		{ __LINE__, "/members/a/one/index.html", NULL, false },
		{ __LINE__, "/release.json", NULL, false },
		{ __LINE__, "/gate/en/error.html", NULL, false },
		{ __LINE__, "", NULL, false },
		{ __LINE__, "/A/", NULL, false },
	};
	struct release *r = published();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct release_entry *e =
		    release_find(r, str_from(rows[i].path));

		if (!e != !rows[i].file ||
		    (e &&
			(!str_eq_z(
			     e->as[ENCODING_NONE]->about->path, rows[i].file) ||
			    !e->member != !rows[i].member)))
			fail_msg("line %d: %s", rows[i].line, rows[i].path);
	}
	assert_true(str_eq_z(release_find(r, STR("/old/"))->to, "/a/"));
	release_unref(r);
}

static void
siblings_are_forms_of_one_address(void **state)
{
	struct release *r = published();
	const struct release_entry *e = release_find(r, STR("/m/a/one/"));

	(void)state;
	assert_non_null(e->as[ENCODING_GZIP]);
	assert_null(e->as[ENCODING_BROTLI]);
	assert_true(
	    str_eq_z(release_bytes(r, e->as[ENCODING_GZIP]), "gzipped"));
	assert_true(
	    str_eq_z(release_bytes(r, e->as[ENCODING_NONE]), SITE_PAID));
	release_unref(r);
}

static void
languages_and_shells(void **state)
{
	struct release *r = published();
	struct value *data = value_object(&arena);
	struct buf out;

	(void)state;
	assert_true(str_eq_z(release_language(r, STR("zh-TW")), "zh"));
	assert_true(str_eq_z(release_language(r, STR("ZH")), "zh"));
	assert_true(str_eq_z(release_language(r, STR("fr")), "en"));
	assert_true(str_eq_z(release_language(r, STR_NONE), "en"));
	value_set_str(&arena, data, STR("page_title"), STR("<&>"));
	value_set_int(&arena, data, STR("status"), 404);
	buf_init(&out, 1000);
	assert_true(release_shell(r, STR("zh"), "paywall", data, &out));
	assert_string_equal(out.ptr, "ZH &lt;&amp;&gt;");
	buf_reset(&out);
	/* Chinese has no error page: the default language's. */
	assert_true(release_shell(r, STR("zh"), "error", data, &out));
	assert_string_equal(out.ptr, "ERROR 404");
	assert_false(release_shell(r, STR("en"), "nothing", data, &out));
	buf_clear(&out);
	release_unref(r);
}

static void
changed_files_are_not_served(void **state)
{
	struct release *r = published();
	const struct release_entry *e = release_find(r, STR("/m/a/one/"));
	const struct release_file *f = e->as[ENCODING_NONE];

	(void)state;
	/* The same length, other bytes. */
	assert_true(site_write(top,
	    "releases/0000000000000001/members/a/one/index.html",
	    STR("paid text of loops")));
	assert_null(release_bytes(r, f).ptr);
	/* Another length. */
	assert_true(site_write(top,
	    "releases/0000000000000001/members/a/one/index.html", STR("x")));
	assert_int_equal(release_file_open(r, f), -1);
	release_unref(r);
}

/* A release of which something is wrong is not opened, and says why. */
static void
wrong_releases_are_refused(void **state)
{
	char error[RELEASE_ERROR];
	struct manifest m;
	const char *const broken = "releases/0000000000000002/";
	char path[128];

	(void)state;
	site_manifest(&arena, &m);
	m.files.at[16].bytes++; /* public/index.html */
	assert_true(site_publish(top, "0000000000000002", &m));
	assert_null(open_current(error));
	assert_non_null(strstr(error, "public/index.html"));

	site_manifest(&arena, &m);
	assert_true(site_publish(top, "0000000000000002", &m));
	snprintf(path, sizeof(path), "%s/%sgate/en/paywall.html", top, broken);
	assert_int_equal(unlink(path), 0);
	assert_null(open_current(error));
	assert_non_null(strstr(error, "gate/en/paywall.html"));

	/* A symlink where a file should be. */
	assert_int_equal(symlink("error.html", path), 0);
	assert_null(open_current(error));
	assert_int_equal(unlink(path), 0);

	site_manifest(&arena, &m);
	m.files.at[4].path = STR("gate/en/paywalk.html");
	assert_true(
	    site_write(top, "releases/0000000000000002/gate/en/paywalk.html",
		str_from(site_files[4].text)));
	assert_true(site_publish(top, "0000000000000002", &m));
	assert_null(open_current(error));
	assert_non_null(strstr(error, "en/paywall"));

	assert_true(site_write(
	    top, "releases/0000000000000002/release.json", STR("{}")));
	assert_null(open_current(error));
	assert_non_null(strstr(error, "release.json"));
}

static void
two_members_at_one_address_are_refused(void **state)
{
	char error[RELEASE_ERROR];
	struct manifest m;

	(void)state;
	site_manifest(&arena, &m);
	m.members.at[1].url = STR("/m/a/%66ree/");
	assert_true(site_publish(top, "0000000000000003", &m));
	assert_null(open_current(error));
	assert_non_null(strstr(error, "one address"));
}

static void
links_lead_nowhere_else(void **state)
{
	char link[RELEASE_LINK], error[RELEASE_ERROR];

	(void)state;
	unlink(site_path(top, "current"));
	assert_int_equal(symlink("/etc", site_path(top, "current")), 0);
	assert_false(release_link(site, link));
	unlink(site_path(top, "current"));
	assert_int_equal(symlink("../x", site_path(top, "current")), 0);
	assert_false(release_link(site, link));
	unlink(site_path(top, "current"));
	assert_false(release_link(site, link));
	assert_null(release_open(site, "../..", error));
}

struct seen {
	pthread_mutex_t lock;
	char id[RELEASE_ID + 1];
	int count;
};

static void
take(void *ctx, struct release *r)
{
	struct seen *s = ctx;

	pthread_mutex_lock(&s->lock);
	memcpy(s->id, release_id(r), sizeof(s->id));
	s->count++;
	pthread_mutex_unlock(&s->lock);
	release_unref(r);
}

static bool
wait_for(struct seen *s, int count)
{
	bool there = false;

	for (int i = 0; i < 500 && !there; i++) {
		usleep(10000);
		pthread_mutex_lock(&s->lock);
		there = s->count >= count;
		pthread_mutex_unlock(&s->lock);
	}
	return there;
}

static void
a_new_release_is_noticed(void **state)
{
	struct seen seen = { .lock = PTHREAD_MUTEX_INITIALIZER };
	char first[RELEASE_ID + 1];
	struct release *r = published();
	struct manifest m;
	struct watch *w;

	(void)state;
	release_unref(r);
	w = watch_new(site, top, take, &seen);
	assert_non_null(w);
	assert_true(wait_for(&seen, 1));
	memcpy(first, seen.id, sizeof(first));
	/* A broken one is left out; the next good one is taken. */
	site_manifest(&arena, &m);
	m.files.at[16].bytes++;
	assert_true(site_publish(top, "0000000000000004", &m));
	usleep(200000);
	site_manifest(&arena, &m);
	m.title = STR("Another title");
	assert_true(site_publish(top, "0000000000000005", &m));
	assert_true(wait_for(&seen, 2));
	assert_int_equal(seen.count, 2);
	assert_string_not_equal(seen.id, first);
	watch_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_lead_to_files),
		cmocka_unit_test(siblings_are_forms_of_one_address),
		cmocka_unit_test(languages_and_shells),
		cmocka_unit_test(changed_files_are_not_served),
		cmocka_unit_test(wrong_releases_are_refused),
		cmocka_unit_test(two_members_at_one_address_are_refused),
		cmocka_unit_test(a_new_release_is_noticed),
		cmocka_unit_test(links_lead_nowhere_else),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
