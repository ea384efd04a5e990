/*
 * publish_test.c - releases: whole or not there, the same for the same content,
 * and no paid text in public/.
 */
#include "file.h"
#include "publish.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char root[64], out[80];
	struct diag diag;
	struct manifest manifest;
	char id[RELEASE_ID + 1];
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const char *tmp = getenv("TMPDIR");

	snprintf(f->root, sizeof f->root, "%s/publish-XXXXXX",
	    tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(f->root))
		return -1;
	snprintf(f->out, sizeof f->out, "%s/site", f->root);
	diag_init(&f->diag);
	f->manifest.generator = STR("pennypress test");
	f->manifest.title = STR("Title");
	f->manifest.url = f->manifest.gateway = STR("https://example.org");
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	diag_clear(&f->diag);
	if (!file_remove_tree(AT_FDCWD, f->root))
		return -1;
	free(f);
	return 0;
}

/* A release of one page with this text. */
static bool
publish_text(struct fixture *f, const char *out, const char *text)
{
	struct publish *p = publish_begin(out, 0, NULL, &f->diag);
	bool ok;

	assert_non_null(p);
	ok = publish_add(p, STR("public/index.html"), str_from(text)) &&
	    publish_commit(p, &f->manifest, &f->diag, f->id);
	publish_end(p);
	return ok;
}

static bool
exists(const struct fixture *f, const char *path, struct stat *st)
{
	char whole[256];

	snprintf(whole, sizeof whole, "%s/%s", f->out, path);
	return !lstat(whole, st);
}

static void
read_file(const struct fixture *f, const char *path, struct buf *out)
{
	char whole[256];

	snprintf(whole, sizeof whole, "%s/%s", f->out, path);
	buf_init(out, 1 << 20);
	assert_true(file_read(AT_FDCWD, whole, out));
}

static void
assert_current_is(const struct fixture *f, const char *text)
{
	struct buf b;

	read_file(f, "current/public/index.html", &b);
	assert_string_equal(b.ptr, text);
	buf_clear(&b);
}

/* Names in releases/, all or those that begin with a dot. */
static size_t
count_releases(const struct fixture *f, bool hidden)
{
	char path[128];
	struct dirent *entry;
	size_t count = 0;
	DIR *names;

	snprintf(path, sizeof path, "%s/releases", f->out);
	names = opendir(path);
	assert_non_null(names);
	while ((entry = readdir(names))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			count += !hidden || *entry->d_name == '.';
	}
	closedir(names);
	return count;
}

static void
test_release(void **state)
{
	struct fixture *f = *state;
	struct publish *p;
	struct publish_totals totals;
	struct manifest read;
	struct arena a;
	struct stat st;
	struct buf json;
	char error[256], path[64], id[RELEASE_ID + 1];
	char page[4096];
	mode_t mask = umask(077);

	memset(page, 'x', sizeof page);
	p = publish_begin(f->out,
	    COMPRESS_GZIP | COMPRESS_BROTLI | COMPRESS_ZSTD, NULL, &f->diag);
	assert_non_null(p);
	assert_true(publish_add(
	    p, STR("public/a/b/index.html"), str_of(page, sizeof page)));
	assert_true(publish_add(p, STR("public/a/b/small.css"), STR("x")));
	assert_true(
	    publish_add(p, STR("public/a/x.png"), str_of(page, sizeof page)));
	assert_true(publish_add(
	    p, STR("gate/en/paywall.html"), str_of(page, sizeof page)));
	assert_true(publish_check(p, &f->diag));
	assert_false(exists(f, "current", &st));
	assert_true(publish_commit(p, &f->manifest, &f->diag, f->id));
	publish_totals(p, &totals);
	publish_end(p);
	assert_int_equal(umask(mask), 077);
	assert_int_equal(totals.pages, 1);
	assert_int_equal(totals.files, 7);

	assert_true(exists(f, "current", &st) && S_ISLNK(st.st_mode));
	assert_true(exists(f, "current/public/a/b/index.html", &st));
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_true(exists(f, "current/public/a", &st));
	assert_int_equal(st.st_mode & 07777, 0755);
	snprintf(path, sizeof path, "releases/%s", f->id);
	assert_true(exists(f, path, &st));
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_true(exists(f, "current/public/a/b/index.html.gz", &st));
	assert_true(exists(f, "current/public/a/b/index.html.br", &st));
	assert_true(exists(f, "current/public/a/b/index.html.zst", &st));
	assert_false(exists(f, "current/public/a/b/small.css.gz", &st));
	assert_false(exists(f, "current/public/a/x.png.gz", &st));
	assert_false(exists(f, "current/gate/en/paywall.html.gz", &st));
	assert_int_equal(count_releases(f, true), 0);

	read_file(f, "current/release.json", &json);
	arena_init(&a);
	if (!manifest_read(&a, buf_str(&json), &read, error))
		fail_msg("%s", error);
	assert_int_equal(read.files.count, 7);
	manifest_id(buf_str(&json), id);
	assert_string_equal(id, f->id);
	publish_current(f->out, id);
	assert_string_equal(id, f->id);
	arena_clear(&a);
	buf_clear(&json);
}

static void
test_refusals(void **state)
{
	static const char *const bad[] = { "/etc/passwd", "public/../x",
		"public//x", "", "public/.git/x", "public/a\nb" };
	struct fixture *f = *state;

	for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
		struct publish *p = publish_begin(f->out, 0, NULL, &f->diag);
		size_t before = f->diag.errors;
		struct str path = i < sizeof bad / sizeof *bad
		    ? str_from(bad[i])
		    : STR("public/x");

		assert_non_null(p);
		assert_true(publish_add(p, STR("public/x"), STR("x")));
		assert_false(publish_add(p, path, STR("x")));
		assert_int_equal(f->diag.errors, before + 1);
		/* once it failed, it stays so */
		assert_false(publish_add(p, STR("public/y"), STR("y")));
		assert_false(publish_commit(p, &f->manifest, &f->diag, f->id));
		publish_end(p);
	}
	assert_int_equal(count_releases(f, false), 0);
}

static void
test_nothing_left(void **state)
{
	struct fixture *f = *state;
	struct publish *p;
	char path[128];

	assert_true(publish_text(f, f->out, "one"));
	p = publish_begin(f->out, 0, NULL, &f->diag);
	assert_true(publish_add(p, STR("public/index.html"), STR("two")));
	publish_end(p);
	assert_int_equal(count_releases(f, true), 0);
	assert_current_is(f, "one");
	/* and what a dead publisher left goes */
	snprintf(path, sizeof path, "%s/releases/.new-dead/public", f->out);
	assert_true(file_mkdirs(AT_FDCWD, path));
	assert_true(publish_text(f, f->out, "two"));
	assert_int_equal(count_releases(f, true), 0);
	assert_int_equal(count_releases(f, false), 2);
}

static void
test_same_content(void **state)
{
	struct fixture *f = *state;
	char first[RELEASE_ID + 1], other[128];

	assert_true(publish_text(f, f->out, "one"));
	memcpy(first, f->id, sizeof first);
	assert_true(publish_text(f, f->out, "one"));
	assert_string_equal(f->id, first);
	assert_int_equal(count_releases(f, false), 1);
	snprintf(other, sizeof other, "%s/other/deep", f->root);
	assert_true(publish_text(f, other, "one"));
	assert_string_equal(f->id, first);
	assert_true(publish_text(f, f->out, "two"));
	assert_string_not_equal(f->id, first);
}

static void
test_pruning(void **state)
{
	struct fixture *f = *state;
	char text[32];

	for (int i = 0; i < LIMIT_RELEASES + 3; i++) {
		snprintf(text, sizeof text, "text %d", i);
		assert_true(publish_text(f, f->out, text));
		assert_current_is(f, text);
	}
	assert_int_equal(count_releases(f, false), LIMIT_RELEASES);
}

static void
test_rollback(void **state)
{
	struct fixture *f = *state;

	assert_true(publish_text(f, f->out, "a"));
	assert_false(publish_rollback(f->out, &f->diag, f->id));
	assert_int_equal(f->diag.errors, 1);
	assert_true(publish_text(f, f->out, "b"));
	assert_true(publish_text(f, f->out, "c"));
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "b");
	assert_true(publish_text(f, f->out, "d"));
	/* not to c, which was left */
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "b");
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "a");
	assert_false(publish_rollback(f->out, &f->diag, f->id));
	/* published again, c counts again */
	assert_true(publish_text(f, f->out, "c"));
	assert_true(publish_text(f, f->out, "e"));
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "c");
}

/* Between two publications somebody puts the clock back. */
static void
test_clock(void **state)
{
	const struct timespec later[2] = { { 4000000000, 999999999 },
		{ 4000000000, 999999999 } };
	struct fixture *f = *state;
	char path[300];

	assert_true(publish_text(f, f->out, "a"));
	snprintf(path, sizeof path, "%s/releases/%s", f->out, f->id);
	assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
	assert_true(publish_text(f, f->out, "b"));
	assert_true(publish_text(f, f->out, "c"));
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "b");
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "a");
	assert_false(publish_rollback(f->out, &f->diag, f->id));
}

static void
test_prepare(void **state)
{
	struct fixture *f = *state;
	struct publish *p;
	char ready[RELEASE_ID + 1];

	assert_true(publish_text(f, f->out, "a"));
	p = publish_begin(f->out, 0, NULL, &f->diag);
	assert_true(publish_add(p, STR("public/index.html"), STR("b")));
	assert_true(publish_prepare(p, &f->manifest, &f->diag, ready));
	publish_end(p);
	assert_current_is(f, "a");
	/* waiting, it is nothing to go back to */
	assert_true(publish_text(f, f->out, "c"));
	assert_true(publish_rollback(f->out, &f->diag, f->id));
	assert_current_is(f, "a");
	assert_true(publish_switch(f->out, ready, &f->diag));
	assert_current_is(f, "b");
	assert_false(publish_switch(f->out, "0123456789abcdef", &f->diag));
	assert_false(publish_switch(f->out, "../../..", &f->diag));
	assert_current_is(f, "b");
	assert_int_equal(f->diag.errors, 0);
}

static void
test_foreign_folder(void **state)
{
	struct fixture *f = *state;
	char path[128];

	snprintf(path, sizeof path, "%s/current", f->out);
	assert_true(file_mkdirs(AT_FDCWD, path));
	assert_null(publish_begin(f->out, 0, NULL, &f->diag));
	assert_int_equal(f->diag.errors, 1);
	assert_null(publish_begin("/proc/no", 0, NULL, &f->diag));
	assert_int_equal(f->diag.errors, 2);
}

/* No room: a located error, and the old release as it was. */
static void
test_no_room(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, small = { 4096, 4096 };
	struct publish *p;
	char page[8192];

	memset(page, 'x', sizeof page);
	assert_true(publish_text(f, f->out, "a"));
	p = publish_begin(f->out, 0, NULL, &f->diag);
	assert_non_null(p);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_false(publish_add(
	    p, STR("public/index.html"), str_of(page, sizeof page)));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(f->diag.errors, 1);
	assert_false(publish_commit(p, &f->manifest, &f->diag, f->id));
	publish_end(p);
	assert_current_is(f, "a");
	assert_int_equal(count_releases(f, false), 1);
	assert_int_equal(count_releases(f, true), 0);
}

#define SECRET                                                                 \
	"Ownership means that every value has one owner, and when the owner "  \
	"goes out of scope the value is dropped at once."
#define GEHEIM                                                                 \
	"所有权的意思是每个值都只有一个主人，主人离开作用域时值立刻被丢弃。"

static const struct {
	int line;
	const char *path, *secret, *open, *data;
	bool leaks;
} leaks[] = {
	{ __LINE__, "public/a.html", SECRET, "", "<p>" SECRET "</p>", true },
	{ __LINE__, "members/a.html", SECRET, "", "<p>" SECRET "</p>", false },
	{ __LINE__, "public/a.json", SECRET, "", "{\"t\":\"" SECRET "\"}",
	    true },
	{ __LINE__, "public/a.js", SECRET, "", "x='" SECRET "'", true },
	{ __LINE__, "public/feed.xml", SECRET, "", "<a>" SECRET "</a>", true },
	{ __LINE__, "public/a.png", SECRET, "", SECRET, false },
	/* eight words are enough, seven are not */
	{ __LINE__, "public/a.html", SECRET, "",
	    "x every value has one owner and when the y", true },
	{ __LINE__, "public/a.html", SECRET, "",
	    "x every value has one owner and when y", false },
	/* case, punctuation, tags, entities and attributes hide nothing */
	{ __LINE__, "public/a.html", SECRET, "",
	    "EVERY value&#39;<b>has</b> one\n\n<i>owner</i> - and when the",
	    true },
	{ __LINE__, "public/a.html", SECRET, "",
	    "<meta content=\"every value &quot;has one owner&quot; and when "
	    "the\">",
	    true },
	{ __LINE__, "public/a.json", SECRET, "",
	    "every value\\nhas one\\nowner and\\\"when the", true },
	/* what is free elsewhere may stand anywhere */
	{ __LINE__, "public/a.html", SECRET, SECRET, SECRET, false },
	{ __LINE__, "public/a.html", SECRET,
	    "every value has one owner and when the", SECRET, true },
	{ __LINE__, "public/a.html", GEHEIM, "", "<p>" GEHEIM "</p>", true },
	{ __LINE__, "public/a.html", GEHEIM, "",
	    "每个值都只有一个<b>主人，主人离开</b>作用", true },
	{ __LINE__, "public/a.html", GEHEIM, "", "每个值都只有一个主人，主人离",
	    false },
	{ __LINE__, "public/a.html", GEHEIM, GEHEIM, GEHEIM, false },
	{ __LINE__, "public/a.html", "", "", SECRET, false },
};

static void
test_leaks(void **state)
{
	struct fixture *f = *state;
	struct source_file file = { .path = STR("courses/c/02-b.md") };
	struct page page = { .file = &file, .text = STR("text") };

	for (size_t i = 0; i < sizeof leaks / sizeof *leaks; i++) {
		struct publish *p = publish_begin(f->out, 0, NULL, &f->diag);
		bool ok;

		assert_non_null(p);
		/* in either order */
		if (i % 2)
			publish_free_text(p, NULL, str_from(leaks[i].open));
		publish_secret(p, &page, str_from(leaks[i].secret));
		if (i % 2 == 0)
			publish_free_text(p, NULL, str_from(leaks[i].open));
		assert_true(publish_add(
		    p, str_from(leaks[i].path), str_from(leaks[i].data)));
		ok = publish_check(p, &f->diag);
		publish_end(p);
		if (ok == leaks[i].leaks || !f->diag.errors == leaks[i].leaks)
			fail_msg("row %d: %s", leaks[i].line,
			    ok ? "not found" : "found");
		diag_clear(&f->diag);
		diag_init(&f->diag);
	}
}

/* Rows of free text in another page, in the page itself, and a short one. */
static void
test_shared(void **state)
{
	struct fixture *f = *state;
	struct source_file files[] = { { .path = STR("courses/c/02-b.md") },
		{ .path = STR("articles/a.md") } };
	struct page pages[] = { { .file = &files[0], .text = STR("text") },
		{ .file = &files[1], .text = STR("text") } };
	const struct {
		size_t page;
		const char *open;
		size_t warnings;
	} rows[] = {
		{ 1, SECRET " " SECRET, 1 },
		{ 0, SECRET " " SECRET, 0 },
		{ 1, "the value that is moved", 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct publish *p = publish_begin(f->out, 0, NULL, &f->diag);

		assert_non_null(p);
		publish_free_text(p, &pages[rows[i].page], STR("A title"));
		publish_free_text(
		    p, &pages[rows[i].page], str_from(rows[i].open));
		publish_secret(p, &pages[0], STR(SECRET " " SECRET));
		assert_true(publish_check(p, &f->diag));
		publish_end(p);
		assert_int_equal(f->diag.warnings, rows[i].warnings);
		diag_clear(&f->diag);
		diag_init(&f->diag);
	}
}

int
main(void)
{
#define WITH_FOLDER(test)                                                      \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(test_release),
		WITH_FOLDER(test_refusals),
		WITH_FOLDER(test_nothing_left),
		WITH_FOLDER(test_same_content),
		WITH_FOLDER(test_pruning),
		WITH_FOLDER(test_rollback),
		WITH_FOLDER(test_clock),
		WITH_FOLDER(test_prepare),
		WITH_FOLDER(test_foreign_folder),
		WITH_FOLDER(test_no_room),
		WITH_FOLDER(test_leaks),
		WITH_FOLDER(test_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
