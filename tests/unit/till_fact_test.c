/* Facts in any order give one state: every permutation of every set is tried.
 */
#include "row.h"

#include "fact.h"

#include <stdlib.h>
#include <string.h>

enum { FACTS = 6 };

#define SESSION(word)                                                          \
	{                                                                      \
		FACT_SESSION, "cs", word, 5900, ""                             \
	}
#define PAYMENT(word)                                                          \
	{                                                                      \
		FACT_PAYMENT, "pi", word, 5900, ""                             \
	}
#define REFUND(id, word, amount)                                               \
	{                                                                      \
		FACT_REFUND, id, word, amount, ""                              \
	}
#define REFUND_OF(id, word, amount, lines)                                     \
	{                                                                      \
		FACT_REFUND, id, word, amount, lines                           \
	}
#define DISPUTE(id, word)                                                      \
	{                                                                      \
		FACT_DISPUTE, id, word, 5900, ""                               \
	}
#define INVOICE(id, word)                                                      \
	{                                                                      \
		FACT_INVOICE, id, word, 900, ""                                \
	}

struct plain {
	enum fact_kind kind;
	const char *id, *status;
	int64_t amount;
	const char *lines;
};

static const struct {
	int line;
	struct plain facts[FACTS];
	enum order_state want;
	bool loops, pointers; /* which lines stand */
} rows[] = {
	{ __LINE__, { { 0 } }, ORDER_PENDING, 0, 0 },
	{ __LINE__, { SESSION("open") }, ORDER_PENDING, 0, 0 },
	{ __LINE__, { SESSION("a new word") }, ORDER_PENDING, 0, 0 },
	{ __LINE__, { SESSION("complete/?") }, ORDER_PENDING, 0, 0 },
	{ __LINE__, { SESSION("expired") }, ORDER_EXPIRED, 0, 0 },
	{ __LINE__, { SESSION("complete/unpaid") }, ORDER_AWAITING_PAYMENT, 0,
	    0 },
	{ __LINE__, { SESSION("complete/unpaid"), PAYMENT("processing") },
	    ORDER_AWAITING_PAYMENT, 0, 0 },
	{ __LINE__, { SESSION("complete/unpaid"), PAYMENT("a new word") },
	    ORDER_AWAITING_PAYMENT, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/unpaid"), PAYMENT("requires_payment_method") },
	    ORDER_PAYMENT_FAILED, 0, 0 },
	{ __LINE__, { SESSION("complete/unpaid"), PAYMENT("canceled") },
	    ORDER_PAYMENT_FAILED, 0, 0 },
	{ __LINE__, { SESSION("complete/paid") }, ORDER_PAID, 1, 1 },
	{ __LINE__, { SESSION("complete/no_payment_required") }, ORDER_PAID, 1,
	    1 },
	/* Paid beats what was thought before it. */
	{ __LINE__,
	    { SESSION("complete/paid"), PAYMENT("requires_payment_method") },
	    ORDER_PAID, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"),
		{ FACT_SESSION, "o_1", "expired", 0, "" } },
	    ORDER_PAID, 1, 1 },
	/* Refund before paid: nothing is open in between. */
	{ __LINE__, { REFUND("re", "succeeded", 5900) }, ORDER_PENDING, 0, 0 },
	{ __LINE__, { SESSION("open"), REFUND("re", "succeeded", 5900) },
	    ORDER_PENDING, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"), REFUND("re", "succeeded", 5900) },
	    ORDER_REFUNDED, 0, 0 },
	{ __LINE__, { SESSION("complete/paid"), REFUND("re", "pending", 5900) },
	    ORDER_REFUNDED, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"), REFUND("re", "requires_action", 5900) },
	    ORDER_REFUNDED, 0, 0 },
	{ __LINE__, { SESSION("complete/paid"), REFUND("re", "failed", 5900) },
	    ORDER_PAID, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"), REFUND("re", "canceled", 5900) },
	    ORDER_PAID, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"), REFUND("re", "succeeded", 5899) },
	    ORDER_PARTIALLY_REFUNDED, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"),
		REFUND_OF("re", "succeeded", 2950, "pointers") },
	    ORDER_PARTIALLY_REFUNDED, 1, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"),
		REFUND_OF("re", "failed", 2950, "pointers") },
	    ORDER_PAID, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"),
		REFUND_OF("re", "succeeded", 100, "pointers, loops") },
	    ORDER_PARTIALLY_REFUNDED, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"),
		REFUND_OF("re", "succeeded", 100, "point") },
	    ORDER_PARTIALLY_REFUNDED, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"), REFUND("re1", "succeeded", 3000),
		REFUND("re2", "succeeded", 2900) },
	    ORDER_REFUNDED, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"), REFUND("re1", "succeeded", 3000),
		REFUND("re2", "failed", 2900) },
	    ORDER_PARTIALLY_REFUNDED, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"), DISPUTE("dp", "needs_response") },
	    ORDER_DISPUTED, 0, 0 },
	{ __LINE__, { SESSION("complete/paid"), DISPUTE("dp", "under_review") },
	    ORDER_DISPUTED, 0, 0 },
	{ __LINE__, { SESSION("complete/paid"), DISPUTE("dp", "a new word") },
	    ORDER_DISPUTED, 0, 0 },
	{ __LINE__, { SESSION("complete/paid"), DISPUTE("dp", "lost") },
	    ORDER_CHARGED_BACK, 0, 0 },
	{ __LINE__, { SESSION("complete/paid"), DISPUTE("dp", "won") },
	    ORDER_PAID, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"),
		DISPUTE("dp", "warning_needs_response") },
	    ORDER_PAID, 1, 1 },
	{ __LINE__, { SESSION("complete/paid"), DISPUTE("dp", "prevented") },
	    ORDER_PAID, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"), DISPUTE("dp1", "won"),
		DISPUTE("dp2", "needs_response") },
	    ORDER_DISPUTED, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"), DISPUTE("dp", "won"),
		REFUND("re", "succeeded", 5900) },
	    ORDER_REFUNDED, 0, 0 },
	{ __LINE__,
	    { SESSION("complete/paid"), DISPUTE("dp", "lost"),
		REFUND("re", "succeeded", 100), PAYMENT("succeeded") },
	    ORDER_CHARGED_BACK, 0, 0 },
	{ __LINE__, /* one month of several paid back */
	    { SESSION("complete/paid"), INVOICE("in1", "paid"),
		INVOICE("in2", "open"), REFUND("re", "succeeded", 5900) },
	    ORDER_PARTIALLY_REFUNDED, 1, 1 },
	{ __LINE__,
	    { SESSION("complete/paid"), INVOICE("in1", "paid"),
		REFUND("re1", "succeeded", 5900),
		REFUND("re2", "succeeded", 900),
		{ FACT_SUBSCRIPTION, "sub", "canceled", 0, "" } },
	    ORDER_REFUNDED, 0, 0 },
};

static struct fact
fact_of(const struct plain *p)
{
	return (struct fact){ .kind = p->kind,
		.id = str_from(p->id),
		.status = str_from(p->status),
		.amount = p->amount,
		.lines = str_from(p->lines) };
}

static void
judge(size_t row, const struct fact *facts, size_t count)
{
	enum order_state got = order_state(facts, count, false);

	if (got != rows[row].want)
		fail_msg("row at line %d: %s", rows[row].line,
		    order_state_name(got));
	ROW_TRUE(rows[row].line,
	    order_line_stands(facts, count, got, STR("loops")) ==
		rows[row].loops);
	ROW_TRUE(rows[row].line,
	    order_line_stands(facts, count, got, STR("pointers")) ==
		rows[row].pointers);
	ROW_TRUE(rows[row].line,
	    order_state(facts, count, true) == ORDER_QUARANTINED);
}

/* Heap's algorithm. */
static void
permute(size_t row, struct fact *facts, size_t n, size_t count)
{
	if (n <= 1) {
		judge(row, facts, count);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t k = n % 2 ? 0 : i;
		struct fact swap;

		permute(row, facts, n - 1, count);
		swap = facts[k];
		facts[k] = facts[n - 1];
		facts[n - 1] = swap;
	}
}

static void
every_order_of_facts_gives_one_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct fact facts[FACTS];
		size_t count = 0;

		while (count < FACTS && rows[i].facts[count].id) {
			facts[count] = fact_of(&rows[i].facts[count]);
			count++;
		}
		permute(i, facts, count, count);
	}
}

/* The words in which an object may go, each as far as the one before or
 * further. */
static void
facts_only_move_forward(void **state)
{
	static const struct {
		int line;
		enum fact_kind kind;
		const char *from, *to;
		bool forward;
	} moves[] = {
		{ __LINE__, FACT_SESSION, "open", "complete/unpaid", true },
		{ __LINE__, FACT_SESSION, "open", "expired", true },
		{ __LINE__, FACT_SESSION, "complete/unpaid", "complete/paid",
		    true },
		{ __LINE__, FACT_SESSION, "expired", "complete/paid", true },
		{ __LINE__, FACT_SESSION, "complete/paid", "expired", false },
		{ __LINE__, FACT_SESSION, "complete/paid", "open", false },
		{ __LINE__, FACT_SESSION, "complete/paid", "complete/unpaid",
		    false },
		{ __LINE__, FACT_SESSION, "complete/paid", "a new word",
		    false },
		{ __LINE__, FACT_REFUND, "pending", "succeeded", true },
		{ __LINE__, FACT_REFUND, "succeeded", "failed", true },
		{ __LINE__, FACT_REFUND, "failed", "succeeded", false },
		{ __LINE__, FACT_REFUND, "succeeded", "pending", false },
		{ __LINE__, FACT_DISPUTE, "needs_response", "under_review",
		    true },
		{ __LINE__, FACT_DISPUTE, "under_review", "won", true },
		{ __LINE__, FACT_DISPUTE, "won", "needs_response", false },
		{ __LINE__, FACT_DISPUTE, "lost", "under_review", false },
		{ __LINE__, FACT_SUBSCRIPTION, "active", "past_due", true },
		{ __LINE__, FACT_SUBSCRIPTION, "past_due", "active", true },
		{ __LINE__, FACT_SUBSCRIPTION, "active", "canceled", true },
		{ __LINE__, FACT_SUBSCRIPTION, "canceled", "active", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(moves); i++)
		ROW_TRUE(moves[i].line,
		    (fact_rank(moves[i].kind, str_from(moves[i].to)) >=
			fact_rank(moves[i].kind, str_from(moves[i].from))) ==
			moves[i].forward);
}

static void
names_are_found_again(void **state)
{
	enum order_state found;
	enum fact_kind kind;

	(void)state;
	for (enum order_state i = 0; i < ORDER_STATES; i++) {
		assert_true(
		    order_state_find(str_from(order_state_name(i)), &found));
		assert_int_equal(found, i);
	}
	for (enum fact_kind i = 0; i < FACT_KINDS; i++) {
		assert_true(fact_kind_find(str_from(fact_kind_name(i)), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(order_state_find(STR("Paid"), &found));
	assert_false(fact_kind_find(STR(""), &kind));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_of_facts_gives_one_state),
		cmocka_unit_test(facts_only_move_forward),
		cmocka_unit_test(names_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
