#include "clock.h"
#include "log.h"
#include "reading.h"

enum books_result
reading_find_order(struct reading *r)
{
	struct books *s = r->t->books;
	struct arena *a = &r->arena;
	enum books_result result = BOOKS_NONE;

	if (r->has_session)
		return books_order(s, a, r->session.order, &r->order);
	if (r->payment.len)
		result = books_order_by_payment(s, a, r->payment, &r->order);
	if (result == BOOKS_NONE && r->subscription.len)
		result = books_order_by_subscription(
		    s, a, r->subscription, &r->order);
	if (result == BOOKS_NONE && r->order_id.len)
		result = books_order(s, a, r->order_id, &r->order);
	return result;
}

static enum books_result
put_facts(struct reading *r)
{
	struct books *s = r->t->books;
	enum books_result result = BOOKS_OK;

	if (r->has_session)
		result = books_fact_put(s, r->order.id, &r->session.fact);
	for (size_t i = 0; i < r->facts.count && result != BOOKS_FAILED; i++)
		result = books_fact_put(s, r->order.id, &r->facts.at[i]);
	return result == BOOKS_FAILED ? BOOKS_FAILED : BOOKS_OK;
}

static const char *
judge_session(struct reading *r)
{
	struct order *o = &r->order;
	const char *wrong = stripe_mismatch(&r->session, o);

	if (o->session.len && !str_eq(o->session, r->session.fact.id))
		return wrong; /* another one: the order's own stays */
	o->session = r->session.fact.id;
	if (r->payment.len)
		o->payment = r->payment;
	if (r->subscription.len)
		o->subscription = r->subscription;
	o->quarantine = str_from(wrong);
	if (*wrong)
		log_error("order %.*s: quarantined: the session %s",
		    STR_ARG(o->id), wrong);
	return wrong;
}

bool
reading_apply(struct reading *r)
{
	struct books *s = r->t->books;
	int64_t now = clock_now();
	const char *wrong = "";
	bool alien = false;

	/* Again, within the transaction: it may have changed meanwhile. */
	if (reading_find_order(r) != BOOKS_OK)
		return false;
	if (r->has_session) {
		wrong = judge_session(r);
		alien = !str_eq(r->order.session, r->session.fact.id);
	}
	if (!alien) {
		r->order.checked = now;
		if (put_facts(r) != BOOKS_OK ||
		    settle_order(r->t, &r->arena, &r->order, now) != BOOKS_OK)
			return false;
	}
	return !r->seq ||
	    books_events_settle(s, r->object, r->seq,
		*wrong ? EVENT_QUARANTINED : EVENT_DONE, r->order.id,
		str_from(wrong)) != BOOKS_FAILED;
}
