/*
 * fact.h - what the payment provider says about one of its objects, and what an
 * order is because of all that is said about it.
 *
 * Facts, not steps: the state is computed from the set, so the order in which
 * facts arrive cannot matter. Pure: no clock, no books.
 */
#ifndef FACT_H
#define FACT_H

#include "str.h"

enum fact_kind {
	FACT_SESSION, /* checkout session */
	FACT_PAYMENT, /* payment intent of an unpaid session */
	FACT_REFUND,
	FACT_DISPUTE,
	FACT_SUBSCRIPTION,
	FACT_INVOICE, /* of a subscription, paid */
	FACT_KINDS
};

struct fact {
	enum fact_kind kind;
	struct str id; /* the provider's */
	/* The provider's word; a session's: open, expired, complete/unpaid,
	 * complete/paid, complete/no_payment_required. Every set is open. */
	struct str status;
	int64_t amount; /* minor units */
	struct str currency; /* "EUR" */
	int64_t until; /* subscription: access ends, Unix seconds */
	struct str lines; /* refund: products it names, "a,b", or "" */
	struct str parent; /* payment intent it hangs on, or "" */
	int64_t created, updated; /* at the provider; when we asked */
};

struct fact_list {
	struct fact *at;
	size_t count, room;
};

/* How far an object of this kind has come. A fact is only replaced by one that
 * is as far or further. */
int fact_rank(enum fact_kind kind, struct str status);
const char *fact_kind_name(enum fact_kind kind);
bool fact_kind_find(struct str name, enum fact_kind *kind);

enum order_state {
	ORDER_PENDING,
	ORDER_AWAITING_PAYMENT,
	ORDER_PAID,
	ORDER_PAYMENT_FAILED,
	ORDER_EXPIRED,
	ORDER_PARTIALLY_REFUNDED,
	ORDER_REFUNDED,
	ORDER_DISPUTED,
	ORDER_CHARGED_BACK,
	ORDER_QUARANTINED, /* paid, but not what was ordered: for a person */
	ORDER_STATES
};

const char *order_state_name(enum order_state state);
bool order_state_find(struct str name, enum order_state *state);
enum order_state order_state(
    const struct fact *facts, size_t count, bool quarantined);
/* May the reader have this line's product: the order is paid, and no refund
 * that stands names it? */
bool order_line_stands(const struct fact *facts, size_t count,
    enum order_state state, struct str product);
/* When the access ends: 0, never; else the subscription's end. */
int64_t order_until(const struct fact *facts, size_t count);
/* Minor units that were paid, and paid back. */
int64_t order_paid(const struct fact *facts, size_t count);
int64_t order_refunded(const struct fact *facts, size_t count);

/* The money of one fact, for the ledger: has it been moved, and moved back? */
bool fact_took_money_back(const struct fact *f);
bool fact_gave_money_again(const struct fact *f);
bool fact_is_sale(const struct fact *f);

#endif
