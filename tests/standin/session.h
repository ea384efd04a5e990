/*
 * session.h - Checkout Sessions: making, listing, expiring, and the line items
 * and amounts in them. What happens on the hosted page is checkout.h.
 *
 * Notes on a session: "_line_items" (a list of items), "_line_data" of the
 * intent or subscription to be made, "_coupon" (the coupon as it was applied),
 * "_due" (when it expires, or its delayed payment ends).
 */
#ifndef MINT_SESSION_H
#define MINT_SESSION_H

#include "call.h"

void mint_session_create(struct call *c);
void mint_session_list(struct call *c);
void mint_session_expire(struct call *c);
void mint_session_update(struct call *c);
void mint_session_lines(struct call *c);

/* Expires an open session, with its intent and its event. */
void mint_session_end(struct call *c, struct value *session);
/* Counts the amounts anew: items, coupon, totals. */
void mint_session_total(struct call *c, struct value *session);
bool mint_session_is(const struct value *session, struct str status);

#endif
