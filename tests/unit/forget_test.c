/*
 * forget_test.c - what is noted about the readers of an order goes whole, from
 * the books and from what was exported; nothing of anybody else's does.
 */
#include "scratch.h"

#include "exports.h"

#include <sqlite3.h>
#include <sys/stat.h>

#define HERS "abcdefghijklmnopqrstuv"
#define HERS_TOO                                                               \
	"bbbbbbbbbbbbbbbbbbbbbb" /* the order was opened there as well */
#define SOMEBODY "cccccccccccccccccccccc"

enum { DAY = PSEUDONYM_DAY, NOW = 20000 * DAY + 3700, BOUGHT = 18000 };

static const struct pseudonym_key keys[] = {
	{ 19800, 19890, { 1 } },
	{ 19890, 20050, { 2 } },
};

static struct scratch scratch;
static struct arena arena;
static struct books *s;

static void
add_order(const char *id, const char *reader, const char *also)
{
	const struct order o = { .id = str_from(id),
		.reader = str_from(reader),
		.idempotency_key = str_from(id),
		.state = ORDER_PAID,
		.paid_at = (int64_t)BOUGHT * DAY + 10,
		.created = NOW };
	const struct order_line line = { 1, STR("loops"), 10 };
	struct grant g = { .order = o.id,
		.reader = o.reader,
		.product = line.product,
		.line = 1,
		.granted = NOW };

	assert_int_equal(books_order_add(s, &o, &line, 1), BOOKS_OK);
	assert_int_equal(books_grant_put(s, &g), BOOKS_OK);
	g.reader = str_from(also);
	if (g.reader.len)
		assert_int_equal(books_grant_put(s, &g), BOOKS_OK);
}

static struct str
name_of(int key, const char *reader)
{
	char name[PSEUDONYM + 1];

	pseudonym_of(&keys[key], str_from(reader), name);
	return arena_str(&arena, str_from(name));
}

static void
note(int64_t day, struct str name, bool anonymous, const char *item)
{
	const struct activity e = { .hour = day * DAY + 3600,
		.reader = name,
		.item = str_from(item),
		.kind = STR("visit"),
		.anonymous = anonymous };

	assert_int_equal(books_activity_add(s, &e), BOOKS_OK);
}

/* Two orders, five notes of hers, two of others. */
static int
set_up(void **state)
{
	static const char *const readers[] = { HERS, HERS_TOO, SOMEBODY };

	(void)state;
	arena_init(&arena);
	if (scratch_make(&scratch))
		return -1;
	s = books_open(scratch.path);
	assert_non_null(s);
	assert_true(books_begin(s));
	for (size_t i = 0; i < ROWS(readers); i++)
		assert_int_equal(
		    books_reader_add(s, str_from(readers[i]), NOW), BOOKS_OK);
	for (size_t i = 0; i < ROWS(keys); i++)
		assert_int_equal(books_activity_key_put(s, &keys[i]), BOOKS_OK);
	add_order("o_hers", HERS, HERS_TOO);
	add_order("o_other", SOMEBODY, "");
	note(19800, name_of(0, HERS), false, "/a/");
	note(19889, name_of(0, HERS), false, "/a/");
	note(19890, name_of(1, HERS), false, "/b/");
	note(20000, name_of(1, HERS), false, "/c/");
	note(20000, name_of(1, HERS_TOO), false, "/c/");
	note(20000, name_of(1, SOMEBODY), false, "/c/");
	note(20000, STR("0123456789abcdef"), true, "/c/");
	assert_true(books_commit(s));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	books_close(s);
	arena_clear(&arena);
	scratch_remove(&scratch);
	return 0;
}

static enum books_result
forget(const char *order, struct forgotten *f)
{
	return forget_order(s, &arena, str_from(order), NOW, f);
}

static void
run(const char *sql)
{
	char path[300];
	sqlite3 *raw;

	snprintf(path, sizeof path, "%s/orders.db", scratch.path);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(raw);
}

static void
expect_untouched(void)
{
	struct purchase_list bought = { .count = 0 };

	assert_int_equal(books_activity_count(s, false), 6);
	assert_int_equal(books_activity_count(s, true), 1);
	assert_int_equal(books_reader_forgotten(s, STR(HERS)), BOOKS_NONE);
	assert_int_equal(books_purchases(s, &arena, &bought), BOOKS_OK);
	assert_int_equal(bought.count, 2);
}

static void
all_of_hers_goes_and_nothing_else(void **state)
{
	struct purchase_list bought = { .count = 0 };
	struct forgotten f;
	struct activity e;
	struct order o;

	(void)state;
	expect_untouched();
	assert_int_equal(forget("o_hers", &f), BOOKS_OK);
	assert_int_equal(f.notes, 5);
	assert_int_equal(f.readers.count, 2);
	assert_int_equal(books_activity_count(s, true), 1);
	assert_int_equal(books_activity_count(s, false), 1);
	assert_int_equal(
	    books_activity_next(s, &arena, false, true, &e), BOOKS_OK);
	row_str(__LINE__, e.reader, name_of(1, SOMEBODY).ptr);
	assert_int_equal(
	    books_activity_next(s, &arena, false, false, &e), BOOKS_NONE);
	/* The order is kept; it is no longer exported. */
	assert_int_equal(books_order(s, &arena, STR("o_hers"), &o), BOOKS_OK);
	assert_int_equal(books_purchases(s, &arena, &bought), BOOKS_OK);
	assert_int_equal(bought.count, 1);
	row_str(__LINE__, bought.at[0].reader, SOMEBODY);
	assert_int_equal(books_reader_forgotten(s, STR(HERS)), BOOKS_OK);
	assert_int_equal(books_reader_forgotten(s, STR(HERS_TOO)), BOOKS_OK);
	assert_int_equal(books_reader_forgotten(s, STR(SOMEBODY)), BOOKS_NONE);
	/* Once more changes nothing, and finds her in files all the same. */
	assert_int_equal(forget("o_hers", &f), BOOKS_OK);
	assert_int_equal(f.notes, 0);
	assert_true(forgotten_has(&f, name_of(0, HERS)));
}

static void
she_is_known_by_every_key_that_is_kept(void **state)
{
	struct activity_keys kept = { .count = 0 };
	char name[PSEUDONYM + 1];
	struct forgotten f;

	(void)state;
	assert_int_equal(forget("o_hers", &f), BOOKS_OK);
	for (int key = 0; key < 2; key++) {
		assert_true(forgotten_has(&f, name_of(key, HERS)));
		assert_true(forgotten_has(&f, name_of(key, HERS_TOO)));
		assert_false(forgotten_has(&f, name_of(key, SOMEBODY)));
	}
	assert_false(forgotten_has(&f, STR("")));
	assert_false(forgotten_has(&f, STR("reader")));
	assert_false(forgotten_has(&f, STR("0123456789abcdef")));
	/* What was bought before the first key, however often ids changed. */
	assert_int_equal(books_activity_keys(s, &arena, &kept), BOOKS_OK);
	for (int64_t days = 1; days <= CONFIG_ROTATE_MOST; days += 57) {
		pseudonym_without_key(
		    &kept.at[0], BOUGHT, days, STR(HERS), name);
		assert_true(forgotten_has(&f, str_from(name)));
		pseudonym_without_key(
		    &kept.at[0], BOUGHT, days, STR(SOMEBODY), name);
		assert_false(forgotten_has(&f, str_from(name)));
	}
}

static void
it_is_all_or_nothing(void **state)
{
	struct forgotten f;

	(void)state;
	assert_int_equal(forget("o_hers ", &f), BOOKS_NONE);
	assert_int_equal(forget("", &f), BOOKS_NONE);
	expect_untouched();
	run("CREATE TRIGGER full BEFORE UPDATE ON readers WHEN NEW.id = "
	    "'" HERS_TOO "' BEGIN SELECT raise(ABORT, 'full'); END");
	assert_int_equal(forget("o_hers", &f), BOOKS_FAILED);
	expect_untouched();
	run("DROP TRIGGER full");
	assert_int_equal(forget("o_hers", &f), BOOKS_OK);
}

/* What is deleted is in no byte of the files. */
static void
what_is_deleted_is_gone(void **state)
{
	static const char *const files[] = { "orders.db", "orders.db-wal" };
	struct forgotten f;

	(void)state;
	assert_true(scratch_has(&scratch, files[1], name_of(0, HERS)));
	assert_int_equal(forget("o_hers", &f), BOOKS_OK);
	for (size_t i = 0; i < ROWS(files); i++) {
		for (int key = 0; key < 2; key++)
			assert_false(scratch_has(
			    &scratch, files[i], name_of(key, HERS)));
	}
}

static void
it_works_beside_the_gateway_and_makes_no_books(void **state)
{
	struct books *beside = books_open_change(scratch.path);
	struct forgotten f;
	char empty[300];
	struct stat st;

	(void)state;
	assert_non_null(beside);
	assert_int_equal(
	    forget_order(beside, &arena, STR("o_hers"), NOW, &f), BOOKS_OK);
	assert_int_equal(f.notes, 5);
	books_close(beside);
	assert_int_equal(books_activity_count(s, false), 1);
	run("PRAGMA user_version = 2");
	assert_null(books_open_change(scratch.path));
	snprintf(empty, sizeof empty, "%s/empty", scratch.path);
	assert_int_equal(mkdir(empty, 0700), 0);
	assert_null(books_open_change(empty));
	snprintf(empty, sizeof empty, "%s/empty/orders.db", scratch.path);
	assert_int_equal(stat(empty, &st), -1);
}

#define ONE "0123456789abcdef"
#define TWO "fedcba9876543210"
#define OTHER "00000000000000aa"

static void
lines_of_hers_leave_a_text(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
		size_t removed;
	} rows[] = {
		{ __LINE__, "", "", 0 },
		{ __LINE__, "# a\n# time\treader\titem\n",
		    "# a\n# time\treader\titem\n", 0 },
		{ __LINE__,
		    "#\n3600\t" ONE "\t/a/\tvisit\t1\n3600\t" OTHER
		    "\t/a/\tvisit\t1\n7200\t" TWO "\tloops\tpurchase\t1\n",
		    "#\n3600\t" OTHER "\t/a/\tvisit\t1\n", 2 },
		{ __LINE__,
		    "1\t" ONE "\t/\tvisit\t1\n1\t" ONE "\t/\tvisit\t1\n", "",
		    2 },
		{ __LINE__, "1\t" OTHER "\t/\tvisit\t1\n1\t" ONE "\t/\tvisit",
		    "1\t" OTHER "\t/\tvisit\t1\n", 1 },
		/* Hers stands for the reader only. */
		{ __LINE__, ONE "\t" OTHER "\t" ONE "\t" ONE "\n",
		    ONE "\t" OTHER "\t" ONE "\t" ONE "\n", 0 },
		{ __LINE__, "1\t" ONE "0\t/\n1\t" ONE, "1\t" ONE "0\t/\n", 1 },
		{ __LINE__, ONE "\n\n\t\n", ONE "\n\n\t\n", 0 },
	};
	struct pseudonym names[] = { { ONE }, { TWO } };
	const struct forgotten f = { .names = { names, 2, 2 } };
	struct buf text;

	(void)state;
	buf_init(&text, 4096);
	for (size_t i = 0; i < ROWS(rows); i++) {
		buf_reset(&text);
		buf_add_z(&text, rows[i].in);
		ROW_TRUE(rows[i].line,
		    exports_without(&text, &f) == rows[i].removed);
		row_str(rows[i].line, buf_str(&text), rows[i].want);
	}
	buf_clear(&text);
}

static void
expect_file(const char *path, const char *want)
{
	char full[300];
	struct buf text;

	snprintf(full, sizeof full, "%s/%s", scratch.path, path);
	buf_init(&text, 4096);
	assert_true(file_read(AT_FDCWD, full, &text));
	assert_string_equal(text.len ? text.ptr : "", want);
	buf_clear(&text);
}

static void
files_are_changed_where_she_is_in_them(void **state)
{
	static const char hers[] =
	    "1\t" ONE "\t/\tvisit\t1\n1\t" OTHER "\t/\tvisit\t1\n";
	static const char rest[] = "1\t" OTHER "\t/\tvisit\t1\n";
	struct pseudonym names[] = { { ONE } };
	const struct forgotten f = { .names = { names, 1, 1 } };
	const struct config c = { .site = str_from(scratch.path) };
	struct exports_done done;
	struct stat before, after;
	struct exports e;

	(void)state;
	assert_true(exports_open(&e, &arena, &c, false));
	assert_true(exports_can_change(&e));
	assert_true(exports_forget(&e, &arena, &f, &done));
	assert_int_equal(done.files, 0);
	exports_close(&e);
	scratch_write(&scratch, "events/20260301T120000Z.tsv", str_from(hers));
	scratch_write(&scratch, "events/mine.tsv", str_from(hers));
	scratch_write(&scratch, "events/other.tsv", str_from(rest));
	scratch_write(&scratch, "events/a.txt", str_from(hers));
	scratch_write(&scratch, "linked", str_from(hers));
	scratch_run(&scratch, "chmod 640 events/mine.tsv", NULL, 0);
	assert_true(exports_open(&e, &arena, &c, false));
	assert_int_equal(fstatat(e.folder, "other.tsv", &before, 0), 0);
	assert_true(exports_forget(&e, &arena, &f, &done));
	assert_int_equal(done.files, 3);
	assert_int_equal(done.changed, 2);
	expect_file("events/20260301T120000Z.tsv", rest);
	expect_file("events/mine.tsv", rest);
	expect_file("events/a.txt", hers);
	assert_int_equal(fstatat(e.folder, "mine.tsv", &after, 0), 0);
	assert_int_equal(after.st_mode & 0777, 0640);
	assert_int_equal(fstatat(e.folder, "other.tsv", &after, 0), 0);
	assert_int_equal(after.st_ino, before.st_ino);
	/* One that is a link is told of, and the others are done. */
	scratch_write(&scratch, "events/other.tsv", str_from(hers));
	scratch_run(&scratch, "ln -s ../linked events/x.tsv", NULL, 0);
	assert_false(exports_forget(&e, &arena, &f, &done));
	assert_int_equal(done.changed, 1);
	expect_file("events/other.tsv", rest);
	expect_file("linked", hers);
	exports_close(&e);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_of_hers_goes_and_nothing_else),
		TEST(she_is_known_by_every_key_that_is_kept),
		TEST(it_is_all_or_nothing),
		TEST(what_is_deleted_is_gone),
		TEST(it_works_beside_the_gateway_and_makes_no_books),
		TEST(lines_of_hers_leave_a_text),
		TEST(files_are_changed_where_she_is_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
