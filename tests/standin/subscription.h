/*
 * subscription.h - subscriptions and their invoices.
 *
 * Both shapes are written: current_period_* on the subscription (before
 * 2025-03-31) and on items.data[] (since), an invoice's `subscription` and its
 * `parent.subscription_details.subscription`.
 */
#ifndef MINT_SUBSCRIPTION_H
#define MINT_SUBSCRIPTION_H

#include "payment.h"

/* What a completed checkout has bought; the subscription and its first invoice
 * are saved, and the first payment is made. `session` gets both ids. */
void mint_subscription_start(
    struct call *c, struct value *session, const struct mint_buyer *buyer);

void mint_subscription_list(struct call *c);
void mint_subscription_update(struct call *c);
void mint_subscription_cancel(struct call *c);
void mint_invoice_list(struct call *c);

/* A period goes by: the renewal is paid, or fails (then past_due); one that is
 * to end with its period ends instead. */
void mint_subscription_renew(
    struct call *c, struct value *subscription, bool paid);
void mint_subscription_end(struct call *c, struct value *subscription);

#endif
