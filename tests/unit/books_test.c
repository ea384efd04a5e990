#include "scratch.h"

#include "books.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { NOW = 1800000000 };

static struct scratch scratch;
static struct arena arena;
static struct books *s;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	if (scratch_make(&scratch))
		return -1;
	s = books_open(scratch.path);
	return s ? 0 : -1;
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

static struct order
order_of(const char *id)
{
	return (struct order){ .id = str_from(id),
		.reader = STR("reader-1"),
		.offer = STR("both"),
		.title = STR("Both; DROP TABLE orders"),
		.kind = STR("bundle"),
		.interval = STR(""),
		.page = STR("/m/a/"),
		.lang = STR("zh"),
		.currency = STR("EUR"),
		.amount = 5900,
		.created = NOW,
		.expires = NOW + 60,
		.idempotency_key = str_from(id),
		.request = STR("mode=payment"),
		.session = STR(""),
		.session_url = STR(""),
		.payment = STR(""),
		.subscription = STR(""),
		.state = ORDER_PENDING,
		.checked = NOW,
		.quarantine = STR(""),
		.promotion_codes = true };
}

static const struct order_line lines[] = {
	{ 1, { "loops", 5 }, 2950 },
	{ 2, { "pointers", 8 }, 2950 },
};

static void
add_order(const char *id)
{
	struct order o = order_of(id);

	assert_true(books_begin(s));
	if (books_reader_known(s, o.reader) == BOOKS_NONE)
		assert_int_equal(books_reader_add(s, o.reader, NOW), BOOKS_OK);
	assert_int_equal(books_order_add(s, &o, lines, 2), BOOKS_OK);
	assert_true(books_commit(s));
}

static void
an_order_is_kept_as_it_was(void **state)
{
	struct order_list list = { .count = 0 };
	struct order_lines kept = { .count = 0 };
	struct order o, want = order_of("o_1");

	(void)state;
	add_order("o_1");
	assert_int_equal(books_order(s, &arena, STR("o_1"), &o), BOOKS_OK);
	row_str(__LINE__, o.title, "Both; DROP TABLE orders");
	row_str(__LINE__, o.request, "mode=payment");
	assert_int_equal(o.amount, want.amount);
	assert_int_equal(o.expires, want.expires);
	assert_int_equal(o.state, ORDER_PENDING);
	assert_true(o.promotion_codes);
	assert_int_equal(books_order_lines(s, &arena, o.id, &kept), BOOKS_OK);
	assert_int_equal(kept.count, 2);
	row_str(__LINE__, kept.at[1].product, "pointers");
	assert_int_equal(books_orders(s, &arena, 10, &list), BOOKS_OK);
	assert_int_equal(list.count, 1);
	assert_int_equal(books_order(s, &arena, STR("o_2"), &o), BOOKS_NONE);
	/* An order without a session is not found by none. */
	assert_int_equal(
	    books_order_by_session(s, &arena, STR(""), &o), BOOKS_NONE);
	assert_int_equal(
	    books_order_by_payment(s, &arena, STR(""), &o), BOOKS_NONE);
}

static void
ids_and_keys_exist_once(void **state)
{
	struct order o = order_of("o_1");

	(void)state;
	add_order("o_1");
	assert_true(books_begin(s));
	assert_int_equal(books_order_add(s, &o, lines, 2), BOOKS_TAKEN);
	o.id = STR("o_2");
	assert_int_equal(books_order_add(s, &o, lines, 2), BOOKS_TAKEN);
	o.idempotency_key = STR("another");
	o.reader = STR("nobody");
	assert_int_equal(books_order_add(s, &o, lines, 2), BOOKS_FAILED);
	books_rollback(s);
	assert_int_equal(books_order(s, &arena, STR("o_2"), &o), BOOKS_NONE);
}

static void
orders_are_found_by_what_the_provider_calls_them(void **state)
{
	struct order o;
	struct order_list open = { .count = 0 }, unsent = { .count = 0 };
	const struct fact invoice = { .kind = FACT_INVOICE,
		.id = STR("in_1"),
		.status = STR("paid"),
		.currency = STR("EUR"),
		.lines = STR(""),
		.parent = STR("pi_renewal") };

	(void)state;
	add_order("o_1");
	add_order("o_2");
	assert_int_equal(books_orders_unsent(s, &arena, &unsent), BOOKS_OK);
	assert_int_equal(unsent.count, 2);
	assert_int_equal(books_order(s, &arena, STR("o_1"), &o), BOOKS_OK);
	o.session = STR("cs_1");
	o.payment = STR("pi_1");
	o.subscription = STR("sub_1");
	assert_int_equal(books_order_update(s, &o), BOOKS_OK);
	assert_int_equal(books_fact_put(s, STR("o_1"), &invoice), BOOKS_OK);
	assert_int_equal(
	    books_order_by_session(s, &arena, STR("cs_1"), &o), BOOKS_OK);
	assert_int_equal(
	    books_order_by_payment(s, &arena, STR("pi_1"), &o), BOOKS_OK);
	row_str(__LINE__, o.id, "o_1");
	assert_int_equal(
	    books_order_by_payment(s, &arena, STR("pi_renewal"), &o), BOOKS_OK);
	row_str(__LINE__, o.id, "o_1");
	assert_int_equal(
	    books_order_by_subscription(s, &arena, STR("sub_1"), &o), BOOKS_OK);
	assert_int_equal(
	    books_orders_open(s, &arena, NOW, 10, &open), BOOKS_OK);
	assert_int_equal(open.count, 0);
	assert_int_equal(
	    books_orders_open(s, &arena, NOW + 1, 10, &open), BOOKS_OK);
	assert_int_equal(open.count, 1);
	/* Two orders never share a session. */
	assert_int_equal(books_order(s, &arena, STR("o_2"), &o), BOOKS_OK);
	o.session = STR("cs_1");
	assert_int_equal(books_order_update(s, &o), BOOKS_TAKEN);
}

static void
facts_only_move_forward(void **state)
{
	struct fact f = { .kind = FACT_SESSION,
		.id = STR("cs_1"),
		.status = STR("complete/paid"),
		.amount = 5900,
		.currency = STR("EUR"),
		.lines = STR(""),
		.parent = STR("pi_1"),
		.updated = NOW };
	struct fact_list list = { .count = 0 };

	(void)state;
	add_order("o_1");
	add_order("o_2");
	assert_int_equal(books_fact_put(s, STR("o_1"), &f), BOOKS_OK);
	f.status = STR("expired");
	assert_int_equal(books_fact_put(s, STR("o_1"), &f), BOOKS_NONE);
	f.status = STR("complete/paid");
	f.amount = 5000;
	assert_int_equal(books_fact_put(s, STR("o_1"), &f), BOOKS_OK);
	/* An answer that was asked for earlier comes too late. */
	f.amount = 4000;
	f.updated = NOW - 2;
	assert_int_equal(books_fact_put(s, STR("o_1"), &f), BOOKS_NONE);
	/* Unless the clock was wrong by more than an answer can take. */
	f.amount = 5000;
	f.updated = NOW - 4000;
	assert_int_equal(books_fact_put(s, STR("o_1"), &f), BOOKS_OK);
	f.updated = NOW;
	assert_int_equal(books_fact_put(s, STR("o_1"), &f), BOOKS_OK);
	/* An object stays with its order. */
	assert_int_equal(books_fact_put(s, STR("o_2"), &f), BOOKS_NONE);
	assert_int_equal(books_facts(s, &arena, STR("o_1"), &list), BOOKS_OK);
	assert_int_equal(list.count, 1);
	row_str(__LINE__, list.at[0].status, "complete/paid");
	assert_int_equal(list.at[0].amount, 5000);
	assert_int_equal(books_fact(s, &arena, STR("cs_1"), &f), BOOKS_OK);
	assert_int_equal(books_fact(s, &arena, STR("cs_2"), &f), BOOKS_NONE);
}

static void
add_event(const char *id, const char *object, enum books_result want)
{
	const struct event e = { .id = str_from(id),
		.type = STR("checkout.session.completed"),
		.object = str_from(object),
		.received = NOW,
		.state = EVENT_STORED,
		.note = STR("") };

	assert_int_equal(
	    books_event_add(s, &e, str_of("{\"a\":\"\0\"}", 9)), want);
}

static void
events_wait_until_they_are_settled(void **state)
{
	struct event_list due = { .count = 0 }, later = { .count = 0 };
	struct event_list of = { .count = 0 };

	(void)state;
	add_order("o_1");
	add_event("evt_1", "cs_1", BOOKS_OK);
	add_event("evt_1", "cs_1", BOOKS_TAKEN);
	add_event("evt_2", "cs_1", BOOKS_OK);
	add_event("evt_3", "cs_2", BOOKS_OK);
	assert_int_equal(books_events_waiting(s), 3);
	assert_int_equal(books_events_due(s, &arena, NOW, 10, &due), BOOKS_OK);
	assert_int_equal(due.count, 3);
	row_str(__LINE__, due.at[0].id, "evt_1");
	/* What came after the reading began is not settled by it. */
	assert_int_equal(books_events_settle(s, STR("cs_1"), due.at[0].seq,
			     EVENT_DONE, STR("o_1"), STR("")),
	    BOOKS_OK);
	assert_int_equal(books_events_waiting(s), 2);
	assert_int_equal(books_event_last(s), due.at[2].seq);
	assert_int_equal(books_events_park(s, STR("cs_2"), due.at[2].seq,
			     NOW + 5, STR("away")),
	    BOOKS_OK);
	assert_int_equal(books_event_next_due(s, NOW), NOW + 5);
	assert_int_equal(books_event_next_due(s, NOW + 5), -1);
	assert_int_equal(
	    books_events_due(s, &arena, NOW + 4, 10, &later), BOOKS_OK);
	assert_int_equal(later.count, 1);
	later.count = 0;
	assert_int_equal(
	    books_events_due(s, &arena, NOW + 5, 10, &later), BOOKS_OK);
	assert_int_equal(later.count, 2);
	row_str(__LINE__, later.at[1].note, "away");
	assert_int_equal(later.at[1].tries, 1);
	assert_int_equal(books_events_of(s, &arena, STR("o_1"), &of), BOOKS_OK);
	assert_int_equal(of.count, 1);
	assert_int_equal(of.at[0].state, EVENT_DONE);
	of.count = 0;
	assert_int_equal(books_events_stray(s, &arena, &of), BOOKS_OK);
	assert_int_equal(of.count, 1);
	row_str(__LINE__, of.at[0].id, "evt_3");
}

static void
grants_exist_once_and_end(void **state)
{
	struct grant g = { .order = STR("o_1"),
		.line = 1,
		.reader = STR("reader-1"),
		.product = STR("loops"),
		.granted = NOW };
	struct grant_list list = { .count = 0 };

	(void)state;
	add_order("o_1");
	assert_int_equal(books_grant_put(s, &g), BOOKS_OK);
	assert_int_equal(books_grant_put(s, &g), BOOKS_NONE);
	g.granted = NOW + 9;
	assert_int_equal(books_grant_put(s, &g), BOOKS_NONE);
	assert_int_equal(
	    books_grants_of_reader(s, &arena, g.reader, NOW, &list), BOOKS_OK);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.at[0].granted, NOW);
	g.revoked = NOW;
	assert_int_equal(books_grant_put(s, &g), BOOKS_OK);
	g.revoked = NOW + 1;
	assert_int_equal(books_grant_put(s, &g), BOOKS_NONE);
	list.count = 0;
	assert_int_equal(
	    books_grants_of_reader(s, &arena, g.reader, NOW, &list), BOOKS_OK);
	assert_int_equal(list.count, 0);
	g.revoked = 0;
	g.until = NOW + 10;
	assert_int_equal(books_grant_put(s, &g), BOOKS_OK);
	assert_int_equal(
	    books_grants_of_reader(s, &arena, g.reader, NOW + 9, &list),
	    BOOKS_OK);
	assert_int_equal(list.count, 1);
	list.count = 0;
	assert_int_equal(
	    books_grants_of_reader(s, &arena, g.reader, NOW + 10, &list),
	    BOOKS_OK);
	assert_int_equal(list.count, 0);
	assert_int_equal(
	    books_grants_of_order(s, &arena, g.order, &list), BOOKS_OK);
	assert_int_equal(list.count, 1);
}

static void
tokens_are_revoked_until_they_expire(void **state)
{
	struct id_list list = { .count = 0 };
	const struct str reader = STR("reader-1");
	int64_t before;

	(void)state;
	add_order("o_1");
	assert_int_equal(
	    books_token_add(s, STR("a"), reader, NOW, NOW + 10), BOOKS_OK);
	assert_int_equal(
	    books_token_add(s, STR("b"), reader, NOW + 5, NOW + 20), BOOKS_OK);
	assert_int_equal(books_token_revoked(s, STR("a")), BOOKS_NONE);
	assert_int_equal(books_token_revoke(s, STR("a"), NOW), BOOKS_OK);
	assert_int_equal(books_token_revoke(s, STR("a"), NOW), BOOKS_NONE);
	assert_int_equal(books_token_revoke(s, STR("zz"), NOW), BOOKS_NONE);
	assert_int_equal(books_token_revoked(s, STR("a")), BOOKS_OK);
	assert_int_equal(books_tokens_revoke(s, reader, NOW), BOOKS_OK);
	assert_int_equal(
	    books_revocations(s, &arena, NOW, 2, &list, &before), BOOKS_OK);
	assert_int_equal(list.count, 2);
	assert_int_equal(before, 0);
	/* Too many to name: those that are not were issued before. */
	list.count = 0;
	assert_int_equal(
	    books_revocations(s, &arena, NOW, 1, &list, &before), BOOKS_OK);
	assert_int_equal(list.count, 1);
	row_str(__LINE__, list.at[0], "b");
	assert_int_equal(before, NOW + 1);
	list.count = 0;
	assert_int_equal(
	    books_revocations(s, &arena, NOW + 10, 1, &list, &before),
	    BOOKS_OK);
	assert_int_equal(list.count, 1);
	assert_int_equal(before, 0);
	row_str(__LINE__, list.at[0], "b");
	assert_int_equal(books_tokens_purge(s, NOW + 30), BOOKS_OK);
	assert_int_equal(books_token_revoked(s, STR("b")), BOOKS_NONE);
}

static void
secrets_lead_to_their_reader(void **state)
{
	struct str reader;

	(void)state;
	add_order("o_1");
	assert_int_equal(
	    books_secret_add(s, STR("hash"), STR("reader-1"), NOW), BOOKS_OK);
	assert_int_equal(
	    books_secret_find(s, &arena, STR("hash"), &reader), BOOKS_OK);
	row_str(__LINE__, reader, "reader-1");
	assert_int_equal(books_secret_remove(s, STR("hash")), BOOKS_OK);
	assert_int_equal(
	    books_secret_find(s, &arena, STR("hash"), &reader), BOOKS_NONE);
	assert_int_equal(
	    books_secret_add(s, STR("old"), STR("reader-1"), NOW), BOOKS_OK);
	assert_int_equal(books_tokens_purge(s, NOW + 399LL * 86400), BOOKS_OK);
	assert_int_equal(
	    books_secret_find(s, &arena, STR("old"), &reader), BOOKS_OK);
	assert_int_equal(books_tokens_purge(s, NOW + 401LL * 86400), BOOKS_OK);
	assert_int_equal(
	    books_secret_find(s, &arena, STR("old"), &reader), BOOKS_NONE);
}

static void
the_ledger_balances_and_is_only_added_to(void **state)
{
	struct booking b = { .source = STR("cs_1"),
		.kind = STR("sale"),
		.order = STR("o_1"),
		.from = STR("sales"),
		.to = STR("provider"),
		.currency = STR("EUR"),
		.amount = 5900,
		.at = NOW };
	struct ledger_list list = { .count = 0 };
	char path[300], *error = NULL;
	sqlite3 *raw;

	(void)state;
	add_order("o_1");
	assert_int_equal(books_booked(s, b.source, b.kind), BOOKS_NONE);
	assert_int_equal(books_book(s, &b), BOOKS_OK);
	assert_int_equal(books_book(s, &b), BOOKS_TAKEN);
	assert_int_equal(books_booked(s, b.source, b.kind), BOOKS_OK);
	b.kind = STR("refund");
	b.amount = 0;
	assert_int_equal(books_book(s, &b), BOOKS_FAILED);
	b.amount = 5;
	b.to = b.from;
	assert_int_equal(books_book(s, &b), BOOKS_FAILED);
	assert_int_equal(
	    books_ledger_of(s, &arena, STR("o_1"), &list), BOOKS_OK);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.at[0].amount + list.at[1].amount, 0);
	/* Not even with a tool of one's own. */
	snprintf(path, sizeof path, "%s/orders.db", scratch.path);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(raw, "UPDATE ledger SET amount = 1",
				 NULL, NULL, &error),
	    SQLITE_OK);
	sqlite3_free(error);
	assert_int_not_equal(
	    sqlite3_exec(raw, "DELETE FROM ledger", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(raw);
}

static void
what_is_rolled_back_never_was(void **state)
{
	struct order o = order_of("o_1");

	(void)state;
	assert_true(books_begin(s));
	assert_int_equal(books_reader_add(s, o.reader, NOW), BOOKS_OK);
	assert_int_equal(books_order_add(s, &o, lines, 2), BOOKS_OK);
	books_rollback(s);
	assert_int_equal(books_order(s, &arena, STR("o_1"), &o), BOOKS_NONE);
	assert_int_equal(books_reader_known(s, STR("reader-1")), BOOKS_NONE);
}

static void
a_foreign_lock_is_waited_for_and_then_a_failure(void **state)
{
	char path[300];
	sqlite3 *raw;

	(void)state;
	snprintf(path, sizeof path, "%s/orders.db", scratch.path);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_false(books_begin(s));
	assert_int_equal(
	    sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(raw);
	add_order("o_1");
}

/* A process that is killed between its writes and its commit. */
static void
a_killed_process_leaves_what_was_committed(void **state)
{
	struct order o;
	int status;
	pid_t pid;

	(void)state;
	books_close(s);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		s = books_open(scratch.path);
		add_order("o_1");
		if (!books_begin(s))
			_exit(1);
		o = order_of("o_2");
		if (books_order_add(s, &o, lines, 2) == BOOKS_OK)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	s = books_open(scratch.path);
	assert_non_null(s);
	assert_int_equal(books_order(s, &arena, STR("o_1"), &o), BOOKS_OK);
	assert_int_equal(books_order(s, &arena, STR("o_2"), &o), BOOKS_NONE);
}

static void
the_file_is_nobody_elses_and_of_one_version(void **state)
{
	char path[300];
	struct books *reader;
	struct order o;
	struct stat st;
	sqlite3 *raw;

	(void)state;
	add_order("o_1");
	snprintf(path, sizeof path, "%s/orders.db", scratch.path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	reader = books_open_read(scratch.path);
	assert_non_null(reader);
	assert_int_equal(books_order(reader, &arena, STR("o_1"), &o), BOOKS_OK);
	assert_int_equal(books_setting_put(reader, STR("a"), 1), BOOKS_FAILED);
	books_close(reader);
	assert_int_equal(books_setting(s, STR("a")), -1);
	assert_int_equal(books_setting_put(s, STR("a"), 7), BOOKS_OK);
	books_close(s);
	s = books_open(scratch.path);
	assert_int_equal(books_setting(s, STR("a")), 7);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(raw, "PRAGMA user_version = 99", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(raw);
	assert_null(books_open(scratch.path));
	assert_null(books_open_read(scratch.path));
	assert_null(books_open_read("/nonexistent"));
}

/* A file as the first version wrote it: what its sessions were asked for is in
 * the forms that were sent. */
static void
an_older_file_is_brought_up_to_date(void **state)
{
	static const char first[] =
	    "DROP TABLE activity; DROP TABLE activity_keys;"
	    "UPDATE orders SET request ="
	    " 'mode=payment&allow_promotion_codes=true' WHERE id = 'o_2';"
	    "ALTER TABLE orders DROP COLUMN promotion_codes;"
	    "ALTER TABLE readers DROP COLUMN forgotten;"
	    "PRAGMA user_version = 1";
	struct activity_keys keys = { .count = 0 };
	struct order o;
	char path[300];
	sqlite3 *raw;

	(void)state;
	add_order("o_1");
	add_order("o_2");
	books_close(s);
	snprintf(path, sizeof path, "%s/orders.db", scratch.path);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, first, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(raw);
	assert_null(books_open_read(scratch.path));
	assert_null(books_open_change(scratch.path));
	s = books_open(scratch.path);
	assert_non_null(s);
	assert_int_equal(books_order(s, &arena, STR("o_1"), &o), BOOKS_OK);
	assert_false(o.promotion_codes);
	assert_int_equal(books_order(s, &arena, STR("o_2"), &o), BOOKS_OK);
	assert_true(o.promotion_codes);
	assert_int_equal(books_activity_keys(s, &arena, &keys), BOOKS_OK);
	assert_int_equal(keys.count, 1);
	assert_int_equal(keys.at[0].begins, PSEUDONYM_LASTING);
	assert_int_equal(
	    books_reader_forgotten(s, STR("reader-1")), BOOKS_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_order_is_kept_as_it_was),
		TEST(ids_and_keys_exist_once),
		TEST(orders_are_found_by_what_the_provider_calls_them),
		TEST(facts_only_move_forward),
		TEST(events_wait_until_they_are_settled),
		TEST(grants_exist_once_and_end),
		TEST(tokens_are_revoked_until_they_expire),
		TEST(secrets_lead_to_their_reader),
		TEST(the_ledger_balances_and_is_only_added_to),
		TEST(what_is_rolled_back_never_was),
		TEST(a_foreign_lock_is_waited_for_and_then_a_failure),
		TEST(a_killed_process_leaves_what_was_committed),
		TEST(the_file_is_nobody_elses_and_of_one_version),
		TEST(an_older_file_is_brought_up_to_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
