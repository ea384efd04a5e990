/*
 * stripe.h - the provider's objects, read strictly; our requests, written.
 *
 * Follows the provider's public API (pennygate(8) names the version). Pure: no
 * clock, no store, no network. What has an unknown shape is refused, never
 * guessed; both places of a field that moved on 2025-03-31 are read.
 */
#ifndef STRIPE_H
#define STRIPE_H

#include "books.h"
#include "fact.h"
#include "money.h"
#include "value.h"

enum {
	STRIPE_ID = 255,
	SUBSCRIPTION_GRACE = 24 * 3600, /* a renewal may be paid late */
	SUBSCRIPTION_DUNNING = 7 * 24 * 3600, /* payment failed, tried again */
};

/* Letters, digits and '_', not empty, not longer than ids are. */
bool stripe_id(struct str id);
bool stripe_id_of(struct str id, struct str prefix);

struct stripe_session {
	struct fact fact; /* amount: amount_total */
	struct str order, offer, site; /* our metadata, "" when there is none */
	struct str reference, mode, url;
	struct str payment, subscription;
	int64_t subtotal;
	bool livemode;
};

/* All views point into the value. False: not an object of the kind. `now` is
 * when it was read. */
bool stripe_session_read(const struct value *v, int64_t now,
    struct stripe_session *out) __attribute__((warn_unused_result));
bool stripe_payment_read(const struct value *v, int64_t now, struct fact *out)
    __attribute__((warn_unused_result));
bool stripe_refund_read(const struct value *v, int64_t now, struct fact *out)
    __attribute__((warn_unused_result));
bool stripe_dispute_read(const struct value *v, int64_t now, struct fact *out)
    __attribute__((warn_unused_result));
/* `order`: our metadata. */
bool stripe_subscription_read(const struct value *v, int64_t now,
    struct fact *out, struct str *order) __attribute__((warn_unused_result));
bool stripe_invoice_read(const struct value *v, int64_t now, struct fact *out,
    struct str *subscription) __attribute__((warn_unused_result));

/* What to read at the provider because of an event. */
enum stripe_object {
	STRIPE_NOTHING,
	STRIPE_SESSION,
	STRIPE_REFUND,
	STRIPE_CHARGE, /* its refunds */
	STRIPE_DISPUTE,
	STRIPE_SUBSCRIPTION,
	STRIPE_INVOICE,
};

struct stripe_event {
	struct str id, type, object;
	enum stripe_object kind; /* STRIPE_NOTHING: of no meaning here */
	bool livemode, thin;
};

bool stripe_event_read(const struct value *v, struct stripe_event *out)
    __attribute__((warn_unused_result));
enum stripe_object stripe_object_of(struct str event_type);

/* What is wrong with a session for this order; "" when it is what was ordered.
 * Static text. */
const char *stripe_mismatch(
    const struct stripe_session *s, const struct order *o);

struct stripe_checkout {
	const struct order *order;
	struct str gateway; /* url */
	struct str cancel; /* absolute address */
	bool automatic_tax;
};
/* The form of a new checkout session. */
void stripe_checkout_form(struct buf *out, const struct stripe_checkout *c);
/* The hosted page's language for ours: a word it knows, else "auto". */
struct str stripe_locale(struct str lang);

#endif
