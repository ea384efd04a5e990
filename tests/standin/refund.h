/*
 * refund.h - money going back: some or all of a charge, at once or later, and
 * now and then not at all.
 */
#ifndef MINT_REFUND_H
#define MINT_REFUND_H

#include "call.h"

void mint_refund_create(struct call *c);
void mint_refund_list(struct call *c);
/* The bank has decided; a refund that is neither pending nor succeeded, or has
 * failed, stays as it is and the call is refused. */
void mint_refund_settle(struct call *c, struct value *refund, bool succeeded);

#endif
