#include "manifest.h"

#include "row.h"

#include <string.h>

/* A manifest with one of everything, and files and members out of order. */
static void
fill(struct arena *a, struct manifest *m)
{
	struct manifest_product product = { STR("loops"), STR("Loops"),
		STR("en"), STR("/courses/loops/"), STR("/m/courses/loops/1/") };
	struct manifest_offer offer = { .id = STR("loops-once"),
		.title = STR("Loops \"for ever\""),
		.lang = STR("en"),
		.kind = OFFER_ONE_OFF,
		.amount = 3900,
		.currency = STR("EUR") };
	struct manifest_offer member = { .id = STR("all"),
		.title = STR("\xe4\xb8\xad"),
		.lang = STR("zh"),
		.kind = OFFER_MEMBERSHIP,
		.amount = 900,
		.currency = STR("CNY"),
		.interval = STR("month") };
	struct manifest_member page = { .url = STR("/m/courses/loops/2/"),
		.file = STR("members/courses/loops/2/index.html"),
		.title = STR("Two"),
		.lang = STR("en"),
		.teaser = STR("/courses/loops/2/"),
		.access = ACCESS_PAID };
	struct manifest_alias alias = { STR("/old/"), STR("/new/") };
	struct manifest_file file = { .type = STR("text/html; charset=utf-8") };

	struct manifest_course course = { STR("loops"), STR("Loops"),
		STR("Round and round"), STR("en"), STR("/courses/loops/"),
		{ 0 } };

	*m = (struct manifest){ .generator = STR("pennypress 0.1.0"),
		.commit = STR("0123"),
		.time = STR("2026-03-01T12:00:00Z"),
		.events = STR("89ab"),
		.title = STR("Site"),
		.url = STR("https://example.org"),
		.gateway = STR("https://example.org") };
	ARENA_PUSH(a, m->languages, STR("en"));
	ARENA_PUSH(a, m->languages, STR("zh"));
	ARENA_PUSH(a, m->products, product);
	ARENA_PUSH(a, offer.products, product.id);
	ARENA_PUSH(a, member.products, product.id);
	ARENA_PUSH(a, page.products, product.id);
	ARENA_PUSH(a, m->offers, offer);
	ARENA_PUSH(a, m->offers, member);
	page.finishes = course.id;
	ARENA_PUSH(a, m->members, page);
	page.finishes = STR_NONE;
	page.url = STR("/m/courses/loops/1/");
	page.file = STR("members/courses/loops/1/index.html");
	page.teaser = STR_NONE;
	page.access = ACCESS_SIGNED_IN;
	ARENA_PUSH(a, m->members, page);
	ARENA_PUSH(a, m->aliases, alias);
	ARENA_PUSH(a, course.row, ((struct manifest_score){ 2, 70000 }));
	ARENA_PUSH(a, course.row, ((struct manifest_score){ 1, 300 }));
	ARENA_PUSH(a, m->courses, course);
	course = (struct manifest_course){ .id = STR("beds"),
		.lang = STR("en"),
		.url = STR("/courses/beds/") };
	ARENA_PUSH(a, m->courses, course);
	course.id = STR("zhi");
	course.url = STR("/courses/zhi/");
	ARENA_PUSH(a, m->courses, course);
	hash_of(STR("x"), &file.hash);
	file.path = STR("public/index.html");
	file.bytes = 1;
	ARENA_PUSH(a, m->files, file);
	file.path = STR("members/courses/loops/2/index.html");
	ARENA_PUSH(a, m->files, file);
	file.path = STR("members/courses/loops/1/index.html");
	file.bytes = (uint64_t)5 << 32;
	ARENA_PUSH(a, m->files, file);
}

static void
write_sample(struct arena *a, struct buf *out)
{
	struct manifest m;

	fill(a, &m);
	buf_init(out, 1 << 20);
	manifest_write(out, &m);
	assert_true(buf_ok(out));
}

static void
what_is_written_is_read(void **state)
{
	struct arena a;
	struct manifest m;
	struct buf first, second;
	char error[256];

	(void)state;
	arena_init(&a);
	write_sample(&a, &first);
	if (!manifest_read(&a, buf_str(&first), &m, error))
		fail_msg("%s", error);
	assert_int_equal(m.files.count, 3);
	row_str(
	    __LINE__, m.files.at[0].path, "members/courses/loops/1/index.html");
	assert_true(m.files.at[0].bytes == (uint64_t)5 << 32);
	row_str(__LINE__, m.members.at[0].url, "/m/courses/loops/1/");
	assert_int_equal(m.members.at[0].access, ACCESS_SIGNED_IN);
	assert_int_equal(m.members.at[1].access, ACCESS_PAID);
	assert_int_equal(m.offers.at[1].kind, OFFER_MEMBERSHIP);
	row_str(__LINE__, m.offers.at[0].title, "Loops \"for ever\"");
	row_str(__LINE__, m.languages.at[1], "zh");
	row_str(__LINE__, m.events, "89ab");
	row_str(__LINE__, m.members.at[0].finishes, "");
	row_str(__LINE__, m.members.at[1].finishes, "loops");
	assert_int_equal(m.courses.count, 3);
	row_str(__LINE__, m.courses.at[0].description, "Round and round");
	row_str(__LINE__, m.courses.at[2].url, "/courses/zhi/");
	assert_int_equal(m.courses.at[0].row.count, 2);
	assert_int_equal(m.courses.at[0].row.at[0].course, 2);
	assert_int_equal(m.courses.at[0].row.at[0].score, 70000);
	assert_int_equal(m.courses.at[0].row.at[1].course, 1);
	assert_int_equal(m.courses.at[1].row.count, 0);
	buf_init(&second, 1 << 20);
	manifest_write(&second, &m);
	assert_true(str_eq(buf_str(&first), buf_str(&second)));
	assert_non_null(manifest_find_file(&m, STR("public/index.html")));
	assert_null(manifest_find_file(&m, STR("public/index.htm")));
	buf_clear(&first);
	buf_clear(&second);
	arena_clear(&a);
}

static void
the_empty_release_is_fine(void **state)
{
	struct manifest m = { 0 };
	struct arena a;
	struct buf b;
	char error[256], id[RELEASE_ID + 1];

	(void)state;
	arena_init(&a);
	buf_init(&b, 10000);
	manifest_write(&b, &m);
	row_str(__LINE__, buf_str(&b),
	    "{\n\"format\":1,\n\"generator\":\"\",\n"
	    "\"source\":{\"commit\":\"\",\"time\":\"\","
	    "\"events\":\"\"},\n"
	    "\"site\":{\"title\":\"\",\"url\":\"\",\"gateway\":\"\","
	    "\"languages\":[]},\n\"products\":[],\n\"offers\":[],\n"
	    "\"courses\":[],\n"
	    "\"members\":[],\n\"aliases\":[],\n\"files\":[]\n}"
	    "\n");
	assert_true(manifest_read(&a, buf_str(&b), &m, error));
	manifest_id(buf_str(&b), id);
	assert_int_equal(strlen(id), RELEASE_ID);
	assert_int_equal(strspn(id, "0123456789abcdef"), RELEASE_ID);
	buf_clear(&b);
	arena_clear(&a);
}

/* Each row replaces one piece of the sample's text; "" is taken out. */
static void
what_is_off_is_refused(void **state)
{
	static const struct {
		int line;
		const char *from, *to, *error; /* NULL: still fine */
	} rows[] = {
		{ __LINE__, "\"format\":1", "\"format\":1,\"more\":[]", NULL },
		{ __LINE__, "\"format\":1", "\"format\":2", "unknown format" },
		{ __LINE__, "\"format\":1,", "", "unknown format" },
		{ __LINE__, "{\n", "[\n", "line" },
		{ __LINE__, "\"generator\":\"", "\"x\":\"", "'generator'" },
		{ __LINE__, "\"path\":\"public/", "\"path\":\"../",
		    "'.' or '..'" },
		{ __LINE__, "\"path\":\"public/", "\"path\":\"a/",
		    "not in order" },
		{ __LINE__, "\"path\":\"members/courses/loops/1/",
		    "\"path\":\"members/courses/loops/0/",
		    "no such file below members/" },
		{ __LINE__, "\"file\":\"members/courses/loops/1/index.html",
		    "\"file\":\"public/index.html",
		    "no such file below members/" },
		{ __LINE__, "\"url\":\"/m/courses/loops/1/", "\"url\":\"/a/",
		    "member outside /m/" },
		{ __LINE__, "\"access\":\"paid\"", "\"access\":\"piad\"",
		    "'access' is not known: 'piad'" },
		{ __LINE__, "\"access\":\"paid\"", "\"access\":\"free\"",
		    "'access' is not known: 'free'" },
		{ __LINE__, "\"kind\":\"one-off\"", "\"kind\":\"gift\"",
		    "'kind' is not known" },
		{ __LINE__, "\"currency\":\"EUR\"", "\"currency\":\"EUX\"",
		    "no such currency" },
		{ __LINE__, "\"interval\":\"month\"", "\"interval\":\"\"",
		    "wrong interval" },
		{ __LINE__, "\"interval\":\"\"", "\"interval\":\"year\"",
		    "wrong interval" },
		{ __LINE__, "\"amount\":3900", "\"amount\":-1", "'amount'" },
		{ __LINE__, "\"amount\":3900", "\"amount\":39.5", "'amount'" },
		{ __LINE__, "\"products\":[\"loops\"]", "\"products\":[\"x\"]",
		    "no such product: 'x'" },
		{ __LINE__, "\"products\":[\"loops\"]", "\"products\":[]",
		    "sells nothing" },
		{ __LINE__, "\"products\":[\"loops\"]", "\"products\":[1]",
		    "no string" },
		{ __LINE__, "\"bytes\":1", "\"bytes\":\"1\"", "'bytes'" },
		{ __LINE__, "\"hash\":\"", "\"hash\":\"0", "no hash" },
		{ __LINE__, "\"from\":\"/old/", "\"from\":\"//evil/",
		    "'from' is no address" },
		{ __LINE__, "\"to\":\"/new/", "\"to\":\"/a\\r\\nb: c",
		    "'to' is no address" },
		{ __LINE__, "\"to\":\"/new/", "\"to\":\"javascript:x",
		    "'to' is no address" },
		{ __LINE__, "\"type\":\"text", "\"type\":\"\\u0001",
		    "no media type" },
		/* Releases of earlier programs know nothing of these. */
		{ __LINE__, "\"courses\":[", "\"more\":[", NULL },
		{ __LINE__, "\"events\":\"", "\"more\":\"", NULL },
		{ __LINE__, "\"finishes\":\"loops", "\"more\":\"loops", NULL },
		{ __LINE__, "\"events\":\"89ab\"", "\"events\":7", "'events'" },
		{ __LINE__, "\"finishes\":\"loops\"", "\"finishes\":7",
		    "'finishes'" },
		{ __LINE__, "\"courses\":[", "\"courses\":7,\"x\":[",
		    "'courses'" },
		{ __LINE__, "\"url\":\"/courses/beds/", "\"url\":\"beds/",
		    "'url' is no address" },
		{ __LINE__, "\"row\":[2,", "\"more\":[2,", "'row'" },
		{ __LINE__, "[2,70000,1,300]", "[2,70000,1]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[0,300]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[3,300]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[-1,300]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[1,0]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[1,3000000000]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[1,0.5]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[\"beds\",1]", "a bad row" },
		{ __LINE__, "[2,70000,1,300]", "[1,300,2,70000]", "a bad row" },
		{ __LINE__, "\"members\":[", "\"members\":7,\"x\":[",
		    "'members' is missing" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct arena a;
		struct manifest m;
		struct buf good, bad;
		struct str text, from = str_from(rows[i].from);
		char error[256] = "";
		size_t at;
		bool ok;

		arena_init(&a);
		write_sample(&a, &good);
		text = buf_str(&good);
		at = str_search(text, from);
		ROW_TRUE(rows[i].line, at < text.len);
		buf_init(&bad, 1 << 20);
		buf_add(&bad, str_sub(text, 0, at));
		buf_add_z(&bad, rows[i].to);
		buf_add(&bad, str_from_at(text, at + from.len));
		ok = manifest_read(&a, buf_str(&bad), &m, error);
		if (ok != !rows[i].error ||
		    (!ok && !strstr(error, rows[i].error)))
			fail_msg("row at line %d: %s", rows[i].line, error);
		buf_clear(&good);
		buf_clear(&bad);
		arena_clear(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_empty_release_is_fine),
		cmocka_unit_test(what_is_off_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
