/*
 * dispute.h - a buyer's bank takes a payment back, for a while or for good.
 */
#ifndef MINT_DISPUTE_H
#define MINT_DISPUTE_H

#include "call.h"

/* Opens one for the parameter `payment_intent` or `charge`, with the optional
 * `amount`, `reason` and `inquiry` (a warning that moves no money). */
void mint_dispute_open(struct call *c);
/* `status` is won or lost (an inquiry is closed by either), or under_review. */
void mint_dispute_decide(
    struct call *c, struct value *dispute, struct str status);
void mint_dispute_list(struct call *c);
/* Announces radar.early_fraud_warning.created for a payment. */
void mint_fraud_warn(struct call *c);

#endif
