/*
 * recorder_test.c - what the front announces is looked at again, kept without
 * anything that names a reader, bounded, and deleted in time.
 */
#include "scratch.h"

#include "clock.h"
#include "till_private.h"

#include <sqlite3.h>

#define SUB "abcdefghijklmnopqrstuv" /* TOKEN_ID characters */
#define GUEST "~0123456789abcdef"

static struct scratch scratch;
static struct arena arena;
static struct config config;
static struct till till;

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(strlen(SUB), TOKEN_ID);
	arena_init(&arena);
	if (scratch_make(&scratch))
		return -1;
	config = (struct config){ .events_readers = EVENTS_READERS_ASK,
		.events_beacon = true,
		.events_rotate_days = 90,
		.events_keep_days = 400 };
	memset(&till, 0, sizeof till);
	till.c = &config;
	till.books = books_open(scratch.path);
	till.recorder = till.books ? recorder_new(&till) : NULL;
	return till.recorder ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	recorder_free(till.recorder);
	books_close(till.books);
	arena_clear(&arena);
	scratch_remove(&scratch);
	return 0;
}

static void
take(int64_t time, const char *reader, const char *kind, const char *item)
{
	struct message_event e = { .time = time,
		.reader = str_from(reader),
		.kind = str_from(kind),
		.item = str_from(item) };
	struct message m = { .type = MESSAGE_EVENTS };

	m.u.events.at = &e;
	m.u.events.count = 1;
	recorder_take(till.recorder, &m);
}

static int64_t
rows(void)
{
	return books_activity_count(till.books, false) +
	    books_activity_count(till.books, true);
}

/* One number out of the file. */
static int64_t
number(const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *raw;
	char path[300];
	int64_t n = -1;

	snprintf(path, sizeof path, "%s/orders.db", scratch.path);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(raw, sql, -1, &statement, NULL), SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW)
		n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(raw);
	return n;
}

static void
what_is_no_event_is_refused(void **state)
{
	static const struct {
		int line;
		int64_t late;
		const char *reader, *kind, *item;
		bool good;
	} events[] = {
		{ __LINE__, 0, SUB, "visit", "/a/", true },
		{ __LINE__, 0, SUB, "complete", "/\xe4\xb8\xad/", true },
		{ __LINE__, 0, GUEST, "shown:related", "/a/", true },
		{ __LINE__, 0, GUEST, "click:list", "/", true },
		{ __LINE__, 299, SUB, "visit", "/b/", true },
		{ __LINE__, -299, SUB, "visit", "/c/", true },
		{ __LINE__, 310, SUB, "visit", "/d/", false },
		{ __LINE__, -310, SUB, "visit", "/d/", false },
		{ __LINE__, 0, "", "visit", "/d/", false },
		{ __LINE__, 0, "short", "visit", "/d/", false },
		{ __LINE__, 0, SUB "w", "visit", "/d/", false },
		{ __LINE__, 0, "abcdefghijklmnopqrstu\n", "visit", "/d/",
		    false },
		{ __LINE__, 0, "~0123456789abcdeF", "visit", "/d/", false },
		{ __LINE__, 0, "~0123456789abcde", "visit", "/d/", false },
		{ __LINE__, 0, SUB, "", "/d/", false },
		{ __LINE__, 0, SUB, "purchase", "/d/", false },
		{ __LINE__, 0, SUB, "shown", "/d/", false },
		{ __LINE__, 0, SUB, "shown:", "/d/", false },
		{ __LINE__, 0, SUB, "shown:else", "/d/", false },
		{ __LINE__, 0, SUB, "visit:related", "/d/", false },
		{ __LINE__, 0, SUB, "visit", "", false },
		{ __LINE__, 0, SUB, "visit", "d", false },
		{ __LINE__, 0, SUB, "visit", "//d/", false },
		{ __LINE__, 0, SUB, "visit", "/m/d/", false },
		{ __LINE__, 0, SUB, "visit", "/d d/", false },
		{ __LINE__, 0, SUB, "visit", "/d\t/", false },
		{ __LINE__, 0, SUB, "visit", "/d\n/", false },
		{ __LINE__, 0, SUB, "visit", "/d/?q", false },
		{ __LINE__, 0, SUB, "visit", "/d\\", false },
		{ __LINE__, 0, SUB, "visit", "/\xff/", false },
	};
	char *long_item;
	int64_t want = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(events); i++) {
		take(clock_now() + events[i].late, events[i].reader,
		    events[i].kind, events[i].item);
		recorder_flush(till.recorder);
		want += events[i].good;
		ROW_TRUE(events[i].line, rows() == want);
	}
	long_item = arena_alloc(&arena, 514);
	memset(long_item, 'a', 513);
	long_item[0] = '/';
	take(clock_now(), SUB, "visit", long_item);
	recorder_flush(till.recorder);
	assert_int_equal(rows(), want);
	long_item[512] = '\0';
	take(clock_now(), SUB, "visit", long_item);
	recorder_flush(till.recorder);
	assert_int_equal(rows(), want + 1);
}

static void
nothing_that_names_a_reader_is_kept(void **state)
{
	struct activity e = { .hour = 0 };

	(void)state;
	take(clock_now(), SUB, "visit", "/a/");
	take(clock_now(), SUB, "visit", "/a/"); /* once an hour */
	take(clock_now(), SUB, "click:next", "/a/");
	take(clock_now(), GUEST, "visit", "/a/");
	recorder_flush(till.recorder);
	assert_int_equal(rows(), 3);
	assert_int_equal(
	    books_activity_next(till.books, &arena, false, true, &e), BOOKS_OK);
	assert_int_equal(e.hour % 3600, 0);
	assert_int_equal(e.reader.len, PSEUDONYM);
	assert_true(str_search(e.reader, STR("abcdefgh")) >= e.reader.len);
	assert_int_equal(number("SELECT count(*) FROM activity WHERE"
				" reader GLOB '*[^0-9a-f]*' OR"
				" length(reader) <> 16"),
	    0);
	assert_int_equal(
	    number("SELECT count(DISTINCT reader) FROM activity"), 2);
	assert_int_equal(number("SELECT count(*) FROM activity"
				" WHERE reader = '0123456789abcdef'"),
	    0);
	/* Over a restart the reader keeps the id, until the period ends. */
	recorder_free(till.recorder);
	till.recorder = recorder_new(&till);
	take(clock_now(), SUB, "complete", "/a/");
	recorder_flush(till.recorder);
	assert_int_equal(
	    number("SELECT count(DISTINCT reader) FROM activity"), 2);
}

static void
what_is_not_to_be_recorded_is_not(void **state)
{
	(void)state;
	recorder_free(till.recorder);
	config.events_readers = EVENTS_READERS_NO;
	till.recorder = recorder_new(&till);
	take(clock_now(), SUB, "visit", "/a/");
	take(clock_now(), GUEST, "visit", "/a/");
	recorder_flush(till.recorder);
	assert_int_equal(books_activity_count(till.books, false), 0);
	assert_int_equal(books_activity_count(till.books, true), 1);
	recorder_free(till.recorder);
	config.events_readers = EVENTS_READERS_YES;
	config.events_beacon = false;
	till.recorder = recorder_new(&till);
	take(clock_now(), SUB, "visit", "/a/");
	take(clock_now(), GUEST, "visit", "/b/");
	recorder_flush(till.recorder);
	assert_int_equal(books_activity_count(till.books, false), 1);
	assert_int_equal(books_activity_count(till.books, true), 1);
}

static void
one_reader_cannot_fill_the_books(void **state)
{
	char item[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(item, sizeof item, "/%d/", i);
		take(clock_now(), SUB, "visit", item);
	}
	recorder_flush(till.recorder);
	assert_in_range(rows(), 300, 310);
	take(clock_now(), GUEST, "visit", "/a/");
	recorder_flush(till.recorder);
	assert_int_equal(books_activity_count(till.books, true), 1);
}

static void
a_crowd_fills_its_own_share_only(void **state)
{
	char guest[18];

	(void)state;
	for (int i = 0; i < 7000; i++) {
		snprintf(guest, sizeof guest, "~%016x", (unsigned)i);
		take(clock_now(), guest, "visit", "/a/");
		if (i % 1000 == 0)
			recorder_flush(till.recorder);
	}
	take(clock_now(), SUB, "visit", "/a/");
	recorder_flush(till.recorder);
	assert_int_equal(books_activity_count(till.books, true), 6000);
	assert_int_equal(books_activity_count(till.books, false), 1);
}

static void
payments_go_first(void **state)
{
	(void)state;
	take(clock_now(), SUB, "visit", "/a/");
	till.busy = true;
	recorder_work(till.recorder);
	assert_int_equal(rows(), 0);
	assert_true(recorder_waits(till.recorder));
	till.busy = false;
	recorder_work(till.recorder);
	assert_int_equal(rows(), 1);
	assert_false(recorder_waits(till.recorder));
}

static void
who_is_forgotten_is_not_noted_any_more(void **state)
{
	static const char other[] = "zyxwvutsrqponmlkjihgfe";

	(void)state;
	assert_int_equal(
	    books_reader_add(till.books, STR(SUB), clock_now()), BOOKS_OK);
	take(clock_now(), SUB, "visit", "/a/");
	take(clock_now(), other, "visit", "/a/");
	/* While both wait to be written. */
	assert_int_equal(
	    books_reader_forget(till.books, STR(SUB), clock_now()), BOOKS_OK);
	recorder_flush(till.recorder);
	assert_int_equal(rows(), 1);
	take(clock_now(), SUB, "complete", "/a/");
	take(clock_now(), other, "complete", "/a/");
	take(clock_now(), GUEST, "visit", "/a/");
	recorder_flush(till.recorder);
	assert_int_equal(books_activity_count(till.books, false), 2);
	assert_int_equal(books_activity_count(till.books, true), 1);
	assert_int_equal(
	    number("SELECT count(DISTINCT reader) FROM activity"), 2);
}

static void
put(int64_t time, bool anonymous, const char *item)
{
	const struct activity e = { .hour = time - time % 3600,
		.reader = STR("0000000000000000"),
		.item = str_from(item),
		.kind = STR("visit"),
		.anonymous = anonymous };

	assert_int_equal(books_activity_add(till.books, &e), BOOKS_OK);
}

static void
what_is_old_is_deleted_with_its_keys(void **state)
{
	const int64_t day = 86400, now = clock_now(), today = now / day;
	const struct pseudonym_key keys[] = {
		{ today - 500, today - 401, { 1 } },
		{ today - 401, today - 300, { 2 } },
	};
	struct activity_keys kept = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < ROWS(keys); i++)
		assert_int_equal(
		    books_activity_key_put(till.books, &keys[i]), BOOKS_OK);
	put(now - 402 * day, false, "/a/");
	put(now - 402 * day, true, "/a/");
	put(now - 399 * day, false, "/b/");
	assert_true(books_begin(till.books));
	for (int i = 0; i < 4500; i++)
		put(now - 410 * day, true, arena_printf(&arena, "/%d/", i).ptr);
	assert_true(books_commit(till.books));
	for (int i = 0; i < 5; i++)
		recorder_work(till.recorder);
	assert_int_equal(rows(), 1);
	assert_int_equal(
	    books_activity_keys(till.books, &arena, &kept), BOOKS_OK);
	assert_int_equal(kept.count, 2);
	assert_int_equal(kept.at[0].begins, PSEUDONYM_LASTING);
	assert_int_equal(kept.at[1].begins, today - 401);
}

/* A deleted key is in no byte of the files. */
static void
a_deleted_key_is_gone(void **state)
{
	struct pseudonym_key k = { 10, 20, { 0 } };
	static const char *const files[] = { "orders.db", "orders.db-wal" };

	(void)state;
	memset(k.key, 0xa7, sizeof k.key);
	assert_int_equal(books_activity_key_put(till.books, &k), BOOKS_OK);
	recorder_work(till.recorder);
	for (size_t i = 0; i < ROWS(files); i++)
		assert_false(scratch_has(&scratch, files[i],
		    str_of((const char *)k.key, sizeof k.key)));
}

static void
a_shorter_period_begins_at_once(void **state)
{
	const int64_t today = clock_now() / 86400;
	const struct pseudonym_key long_one = { today - 5, today + 300, { 1 } };
	struct activity_keys kept = { .count = 0 };

	(void)state;
	assert_int_equal(
	    books_activity_key_put(till.books, &long_one), BOOKS_OK);
	recorder_free(till.recorder);
	config.events_rotate_days = 1;
	till.recorder = recorder_new(&till);
	assert_int_equal(
	    books_activity_keys(till.books, &arena, &kept), BOOKS_OK);
	assert_int_equal(kept.count, 2);
	assert_int_equal(kept.at[1].ends, today + 1);
	recorder_free(till.recorder);
	config.events_rotate_days = 400;
	till.recorder = recorder_new(&till);
	kept.count = 0;
	assert_int_equal(
	    books_activity_keys(till.books, &arena, &kept), BOOKS_OK);
	assert_int_equal(kept.at[1].ends, today + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_event_is_refused),
		TEST(nothing_that_names_a_reader_is_kept),
		TEST(what_is_not_to_be_recorded_is_not),
		TEST(one_reader_cannot_fill_the_books),
		TEST(a_crowd_fills_its_own_share_only),
		TEST(payments_go_first),
		TEST(who_is_forgotten_is_not_noted_any_more),
		TEST(what_is_old_is_deleted_with_its_keys),
		TEST(a_deleted_key_is_gone),
		TEST(a_shorter_period_begins_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
