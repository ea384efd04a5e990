/*
 * payment.h - PaymentIntents, their charges, and what they do to the balance.
 */
#ifndef MINT_PAYMENT_H
#define MINT_PAYMENT_H

#include "call.h"

enum mint_charge { MINT_SUCCEEDED, MINT_PENDING, MINT_DECLINED };

struct mint_buyer {
	struct str email, name;
	struct str customer; /* an id, or empty */
};

/* A new intent that waits for a payment method, saved and announced. */
struct value *mint_intent_create(struct call *c, int64_t amount,
    struct str currency, const struct mint_buyer *buyer,
    const struct value *metadata);
/*
 * Tries to charge the intent: a charge is made, the intent moves to succeeded,
 * processing or back to requires_payment_method, and events say so. `intent` is
 * updated and saved; the charge is returned.
 */
struct value *mint_intent_charge(struct call *c, struct value *intent,
    enum mint_charge how, const struct mint_buyer *buyer);
/* The end of a pending charge. */
void mint_intent_arrive(struct call *c, struct value *intent, bool arrived);
void mint_intent_cancel(struct call *c, struct value *intent);

/* A line of the balance: a saved balance transaction, whose id is returned. */
struct str mint_balance_add(struct call *c, const char *type,
    const char *category, int64_t amount, int64_t fee, struct str currency,
    struct str source);

void mint_charge_list(struct call *c);
void mint_intent_list(struct call *c);
void mint_balance_list(struct call *c);
void mint_balance_show(struct call *c);

#endif
