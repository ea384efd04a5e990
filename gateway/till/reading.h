/*
 * reading.h - one reading of the provider: what has been asked and answered so
 * far. Between reading.c, which asks one thing after the other until the order
 * is found, reading_answer.c, which takes facts from the answers, and
 * reading_apply.c, which brings the order in line with them.
 */
#ifndef READING_H
#define READING_H

#include "till_private.h"

/* What has been asked already, so that nothing is asked twice. */
enum asked {
	ASKED_OBJECT = 1,
	ASKED_SESSION = 2,
	ASKED_SESSIONS = 4,
	ASKED_PAYMENT = 8,
	ASKED_SUBSCRIPTION = 16,
	ASKED_INVOICES = 32,
	ASKED_INVOICE_PAYMENT = 64,
	ASKED_INVOICE = 128,
};

struct reading {
	struct till *t;
	struct reading *next;
	struct arena arena;
	enum stripe_object kind;
	struct str object;
	int64_t seq, tries, received; /* of the event; seq 0: none */
	int64_t deadline; /* ms */
	int64_t sent; /* when what is answered was asked, Unix seconds */
	reading_done *done;
	void *arg;

	unsigned asked;
	bool (*take)(struct reading *r, const struct value *v);
	struct fact_list facts;
	struct stripe_session session;
	bool has_session, foreign;
	bool may_be_absent; /* what is asked for now */
	/* Ways to the order. */
	struct str payment, subscription, invoice, order_id;
	struct order order;
};

/* reading_answer.c: one for each kind of answer. False: of an unknown shape. */
typedef bool reading_take(struct reading *r, const struct value *v);
reading_take reading_take_session, reading_take_sessions, reading_take_payment,
    reading_take_refund, reading_take_refunds, reading_take_dispute,
    reading_take_subscription, reading_take_invoice, reading_take_invoices,
    reading_take_invoice_payments;

/* reading_apply.c */
/* The order, by what is known so far. BOOKS_NONE: not yet. */
enum books_result reading_find_order(struct reading *r);
/* Within a transaction: facts, order, grants, bookings and the events that
 * asked. False: storage failed. */
bool reading_apply(struct reading *r) __attribute__((warn_unused_result));

#endif
