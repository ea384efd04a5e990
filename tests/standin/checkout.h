/*
 * checkout.h - what a buyer can do with an open Checkout Session, and what
 * becomes of a delayed payment. The hosted page and the rehearsal's own
 * addresses both end here.
 */
#ifndef MINT_CHECKOUT_H
#define MINT_CHECKOUT_H

#include "payment.h"

enum mint_deed { MINT_PAY, MINT_DECLINE, MINT_DELAY };

/*
 * Does it, saves the session and announces it. False, and the call is refused,
 * when the session is not open or has no e-mail address to complete it with.
 * After MINT_DECLINE the session stays open. MINT_DELAY completes it unpaid;
 * `seconds` later (never when negative) the payment arrives, or fails.
 */
bool mint_checkout_do(struct call *c, struct value *session,
    enum mint_deed deed, struct str email, struct str name, int64_t seconds,
    bool arrives) __attribute__((warn_unused_result));
/* The end of a delayed payment. */
bool mint_checkout_arrive(struct call *c, struct value *session, bool arrived)
    __attribute__((warn_unused_result));
/* A promotion code is typed in; an empty one takes it off again. False when
 * there is no such code. */
bool mint_checkout_promote(struct call *c, struct value *session,
    struct str code) __attribute__((warn_unused_result));
/* success_url with the session's id put in. */
struct str mint_checkout_return(struct call *c, const struct value *session);
/* Everything whose time has come: sessions expire, delayed payments end,
 * refunds fail. */
void mint_checkout_sweep(struct mint *m);

#endif
