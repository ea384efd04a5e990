#include "reading.h"

/* Texts of a fact may point into the value, which lives as long. */
static void
push(struct reading *r, struct fact f)
{
	ARENA_PUSH(&r->arena, r->facts, f);
}

bool
reading_take_session(struct reading *r, const struct value *v)
{
	if (!stripe_session_read(v, r->sent, &r->session) ||
	    r->session.livemode != r->t->livemode)
		return false;
	r->has_session = true;
	if (r->session.payment.len)
		r->payment = r->session.payment;
	if (r->session.subscription.len)
		r->subscription = r->session.subscription;
	return true;
}

/* The one session that a payment or subscription came from, if any. */
bool
reading_take_sessions(struct reading *r, const struct value *v)
{
	const struct value *list = value_get(v, STR("data"));

	if (!list || list->kind != VALUE_LIST)
		return false;
	return !value_count(list) || reading_take_session(r, value_at(list, 0));
}

bool
reading_take_payment(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_payment_read(v, r->sent, &f))
		return false;
	push(r, f);
	return true;
}

bool
reading_take_refund(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_refund_read(v, r->sent, &f))
		return false;
	push(r, f);
	r->payment = f.parent;
	r->foreign = !f.parent.len;
	return true;
}

bool
reading_take_refunds(struct reading *r, const struct value *v)
{
	const struct value *list = value_get(v, STR("data"));

	if (!list || list->kind != VALUE_LIST)
		return false;
	r->foreign = !value_count(list);
	for (size_t i = 0; i < value_count(list); i++) {
		if (!reading_take_refund(r, value_at(list, i)))
			return false;
	}
	return true;
}

bool
reading_take_dispute(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_dispute_read(v, r->sent, &f))
		return false;
	push(r, f);
	r->payment = f.parent;
	r->foreign = !f.parent.len;
	return true;
}

bool
reading_take_subscription(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_subscription_read(v, r->sent, &f, &r->order_id))
		return false;
	push(r, f);
	r->subscription = f.id;
	r->asked |= ASKED_SUBSCRIPTION;
	return true;
}

bool
reading_take_invoice(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_invoice_read(v, r->sent, &f, &r->subscription))
		return false;
	if (!f.parent.len)
		f.parent = r->payment; /* by which it was found */
	push(r, f);
	r->foreign = !r->subscription.len;
	return true;
}

/* The invoice that a payment paid, if it paid one. */
bool
reading_take_invoice_payments(struct reading *r, const struct value *v)
{
	const struct value *first = value_at(value_get(v, STR("data")), 0);
	struct str invoice = value_get_str(first, STR("invoice"));

	if (stripe_id(invoice))
		r->invoice = invoice;
	return true;
}

bool
reading_take_invoices(struct reading *r, const struct value *v)
{
	const struct value *list = value_get(v, STR("data"));
	struct str subscription;
	struct fact f;

	if (!list || list->kind != VALUE_LIST)
		return false;
	for (size_t i = 0; i < value_count(list); i++) {
		if (!stripe_invoice_read(
			value_at(list, i), r->sent, &f, &subscription))
			return false;
		if (str_eq(subscription, r->subscription))
			push(r, f);
	}
	return true;
}
