#include "fact.h"

static const char *const kind_names[FACT_KINDS] = {
	[FACT_SESSION] = "session",
	[FACT_PAYMENT] = "payment",
	[FACT_REFUND] = "refund",
	[FACT_DISPUTE] = "dispute",
	[FACT_SUBSCRIPTION] = "subscription",
	[FACT_INVOICE] = "invoice",
};

static const char *const state_names[ORDER_STATES] = {
	[ORDER_PENDING] = "pending",
	[ORDER_AWAITING_PAYMENT] = "awaiting_payment",
	[ORDER_PAID] = "paid",
	[ORDER_PAYMENT_FAILED] = "payment_failed",
	[ORDER_EXPIRED] = "expired",
	[ORDER_PARTIALLY_REFUNDED] = "partially_refunded",
	[ORDER_REFUNDED] = "refunded",
	[ORDER_DISPUTED] = "disputed",
	[ORDER_CHARGED_BACK] = "charged_back",
	[ORDER_QUARANTINED] = "quarantined",
};

/* What a status means for access and money. */
enum meaning {
	MEANS_NOTHING,
	MEANS_WAITING, /* session or payment: money is on its way */
	MEANS_PAID,
	MEANS_FAILED, /* payment: will not come */
	MEANS_GONE, /* session: expired */
	MEANS_TAKEN, /* refund or dispute: the money is not ours now */
	MEANS_LOST, /* dispute: and will not be */
	MEANS_RETURNED, /* refund failed, dispute won */
};

struct status {
	enum fact_kind kind;
	const char *word;
	int rank;
	enum meaning meaning;
};

/* A status that is not here has the kind's unknown_status. */
static const struct status statuses[] = {
	{ FACT_SESSION, "open", 1, MEANS_NOTHING },
	{ FACT_SESSION, "expired", 2, MEANS_GONE },
	{ FACT_SESSION, "complete/unpaid", 2, MEANS_WAITING },
	{ FACT_SESSION, "complete/paid", 3, MEANS_PAID },
	{ FACT_SESSION, "complete/no_payment_required", 3, MEANS_PAID },
	{ FACT_PAYMENT, "requires_payment_method", 2, MEANS_FAILED },
	{ FACT_PAYMENT, "canceled", 3, MEANS_FAILED },
	{ FACT_PAYMENT, "processing", 1, MEANS_WAITING },
	{ FACT_PAYMENT, "succeeded", 3, MEANS_WAITING },
	{ FACT_REFUND, "pending", 1, MEANS_TAKEN },
	{ FACT_REFUND, "requires_action", 1, MEANS_TAKEN },
	{ FACT_REFUND, "succeeded", 2, MEANS_TAKEN },
	{ FACT_REFUND, "failed", 3, MEANS_RETURNED },
	{ FACT_REFUND, "canceled", 3, MEANS_RETURNED },
	{ FACT_DISPUTE, "warning_needs_response", 1, MEANS_NOTHING },
	{ FACT_DISPUTE, "warning_under_review", 1, MEANS_NOTHING },
	{ FACT_DISPUTE, "warning_closed", 4, MEANS_NOTHING },
	{ FACT_DISPUTE, "prevented", 4, MEANS_NOTHING },
	{ FACT_DISPUTE, "needs_response", 2, MEANS_TAKEN },
	{ FACT_DISPUTE, "under_review", 3, MEANS_TAKEN },
	{ FACT_DISPUTE, "won", 4, MEANS_RETURNED },
	{ FACT_DISPUTE, "lost", 4, MEANS_LOST },
	{ FACT_SUBSCRIPTION, "canceled", 2, MEANS_NOTHING },
	{ FACT_SUBSCRIPTION, "incomplete_expired", 2, MEANS_NOTHING },
	{ FACT_INVOICE, "paid", 2, MEANS_PAID },
};

/* A word of tomorrow: never opens anything; takes access only where money is
 * known to have been touched. */
static const struct status unknown[FACT_KINDS] = {
	[FACT_SESSION] = { FACT_SESSION, "", 1, MEANS_NOTHING },
	[FACT_PAYMENT] = { FACT_PAYMENT, "", 1, MEANS_WAITING },
	[FACT_REFUND] = { FACT_REFUND, "", 1, MEANS_TAKEN },
	[FACT_DISPUTE] = { FACT_DISPUTE, "", 2, MEANS_TAKEN },
	[FACT_SUBSCRIPTION] = { FACT_SUBSCRIPTION, "", 1, MEANS_NOTHING },
	[FACT_INVOICE] = { FACT_INVOICE, "", 1, MEANS_NOTHING },
};

static const struct status *
status_find(enum fact_kind kind, struct str word)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (statuses[i].kind == kind &&
		    str_eq_z(word, statuses[i].word))
			return &statuses[i];
	}
	return &unknown[kind];
}

static enum meaning
meaning(const struct fact *f)
{
	return status_find(f->kind, f->status)->meaning;
}

int
fact_rank(enum fact_kind kind, struct str status)
{
	return status_find(kind, status)->rank;
}

const char *
fact_kind_name(enum fact_kind kind)
{
	return kind_names[kind];
}

bool
fact_kind_find(struct str name, enum fact_kind *kind)
{
	for (enum fact_kind i = 0; i < FACT_KINDS; i++) {
		if (str_eq_z(name, kind_names[i])) {
			*kind = i;
			return true;
		}
	}
	return false;
}

const char *
order_state_name(enum order_state state)
{
	return state_names[state];
}

bool
order_state_find(struct str name, enum order_state *state)
{
	for (enum order_state i = 0; i < ORDER_STATES; i++) {
		if (str_eq_z(name, state_names[i])) {
			*state = i;
			return true;
		}
	}
	return false;
}

static bool
any(const struct fact *facts, size_t count, enum fact_kind kind,
    enum meaning what)
{
	for (size_t i = 0; i < count; i++) {
		if (facts[i].kind == kind && meaning(&facts[i]) == what)
			return true;
	}
	return false;
}

bool
fact_is_sale(const struct fact *f)
{
	return (f->kind == FACT_SESSION || f->kind == FACT_INVOICE) &&
	    meaning(f) == MEANS_PAID;
}

bool
fact_took_money_back(const struct fact *f)
{
	return (f->kind == FACT_REFUND || f->kind == FACT_DISPUTE) &&
	    (meaning(f) == MEANS_TAKEN || meaning(f) == MEANS_LOST);
}

bool
fact_gave_money_again(const struct fact *f)
{
	return (f->kind == FACT_REFUND || f->kind == FACT_DISPUTE) &&
	    meaning(f) == MEANS_RETURNED;
}

int64_t
order_paid(const struct fact *facts, size_t count)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (fact_is_sale(&facts[i]))
			sum += facts[i].amount;
	}
	return sum;
}

int64_t
order_refunded(const struct fact *facts, size_t count)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (facts[i].kind == FACT_REFUND &&
		    fact_took_money_back(&facts[i]))
			sum += facts[i].amount;
	}
	return sum;
}

int64_t
order_until(const struct fact *facts, size_t count)
{
	int64_t until = 0;

	for (size_t i = 0; i < count; i++) {
		if (facts[i].kind == FACT_SUBSCRIPTION &&
		    facts[i].until > until)
			until = facts[i].until;
	}
	return until;
}

static enum order_state
state_unpaid(const struct fact *facts, size_t count)
{
	if (any(facts, count, FACT_SESSION, MEANS_WAITING))
		return any(facts, count, FACT_PAYMENT, MEANS_FAILED)
		    ? ORDER_PAYMENT_FAILED
		    : ORDER_AWAITING_PAYMENT;
	if (any(facts, count, FACT_SESSION, MEANS_GONE))
		return ORDER_EXPIRED;
	return ORDER_PENDING;
}

enum order_state
order_state(const struct fact *facts, size_t count, bool quarantined)
{
	int64_t refunded = order_refunded(facts, count);

	if (quarantined)
		return ORDER_QUARANTINED;
	if (!any(facts, count, FACT_SESSION, MEANS_PAID))
		return state_unpaid(facts, count);
	if (any(facts, count, FACT_DISPUTE, MEANS_LOST))
		return ORDER_CHARGED_BACK;
	if (any(facts, count, FACT_DISPUTE, MEANS_TAKEN))
		return ORDER_DISPUTED;
	if (refunded > 0 && refunded >= order_paid(facts, count))
		return ORDER_REFUNDED;
	return refunded > 0 ? ORDER_PARTIALLY_REFUNDED : ORDER_PAID;
}

bool
order_line_stands(const struct fact *facts, size_t count,
    enum order_state state, struct str product)
{
	if (state != ORDER_PAID && state != ORDER_PARTIALLY_REFUNDED)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct str lines = facts[i].lines, part;

		if (facts[i].kind != FACT_REFUND ||
		    !fact_took_money_back(&facts[i]))
			continue;
		while (str_split(&lines, ',', &part)) {
			if (str_eq(str_trim(part), product))
				return false;
		}
	}
	return true;
}
