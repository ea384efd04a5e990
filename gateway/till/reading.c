#include "reading.h"
#include "clock.h"

#include <stdlib.h>

enum {
	LIST_PAGE = 100,
	PARK_FIRST = 5, /* seconds; doubled each time */
	PARK_MOST = 3600,
	PARK_FOREIGN = 4, /* tries: its renewal's invoice may be on its way */
	STORAGE_PAUSE_MS = 1000,
	PARK_AGE = 3 * 24 * 3600, /* as long as the provider delivers again */
};

static void reading_step(struct reading *r);

bool
reading_is_under_way(const struct till *t, struct str object)
{
	for (const struct reading *r = t->readings; r; r = r->next) {
		if (str_eq(r->object, object))
			return true;
	}
	return false;
}

static void
reading_free(struct reading *r)
{
	struct reading **at = &r->t->readings;

	while (*at && *at != r)
		at = &(*at)->next;
	if (*at)
		*at = r->next;
	arena_clear(&r->arena);
	free(r);
}

static void
reading_end(struct reading *r, enum reading_result result)
{
	reading_done *done = r->done;
	void *arg = r->arg;
	struct till *t = r->t;

	if (!done)
		t->event_reads--;
	reading_free(r);
	t->look = true;
	if (done)
		done(arg, result);
}

/* Until an event is tried again. */
static int64_t
park_seconds(int64_t tries)
{
	int64_t wait = PARK_FIRST;

	while (tries-- > 0 && wait < PARK_MOST)
		wait *= 2;
	return wait < PARK_MOST ? wait : PARK_MOST;
}

/* The outcome for the events that asked, in a transaction of its own. When even
 * that fails they wait as they are, and nothing is read for a moment. */
static void
settle_events(
    struct reading *r, enum event_state state, int64_t next, const char *why)
{
	struct books *books = r->t->books;
	struct str note = str_from(why);
	enum books_result result = BOOKS_FAILED;

	/* At the end of the till nothing is known. */
	if (!r->seq || r->t->closing)
		return;
	if (books_begin(books))
		result = state == EVENT_PARKED
		    ? books_events_park(books, r->object, r->seq, next, note)
		    : books_events_settle(
			  books, r->object, r->seq, state, STR_NONE, note);
	if (result != BOOKS_FAILED && books_commit(books))
		return;
	books_rollback(books);
	r->t->pause = clock_ms() + STORAGE_PAUSE_MS;
}

static void
reading_park(struct reading *r, const char *why, enum reading_result result)
{
	int64_t now = clock_now();

	if (now - r->received > PARK_AGE)
		settle_events(r, EVENT_QUARANTINED, 0, why);
	else
		settle_events(
		    r, EVENT_PARKED, now + park_seconds(r->tries), why);
	reading_end(r, result);
}

static void
reading_ignore(struct reading *r, const char *why)
{
	settle_events(r, EVENT_IGNORED, 0, why);
	reading_end(r, READING_NOT_OURS);
}

static void
answered(void *arg, const struct provider_answer *answer)
{
	struct reading *r = arg;

	switch (answer->result) {
	case PROVIDER_OK:
		if (r->take(r, answer->json))
			reading_step(r);
		else
			reading_park(r, "answer of an unknown shape",
			    READING_UNREACHABLE);
		break;
	case PROVIDER_ABSENT:
		if (r->may_be_absent) {
			reading_step(r);
			return;
		}
		reading_park(
		    r, "the provider does not know it", READING_NOT_OURS);
		break;
	case PROVIDER_REFUSED:
	case PROVIDER_UNREACHABLE:
		reading_park(
		    r, "the provider did not answer", READING_UNREACHABLE);
		break;
	}
}

static void
ask(struct reading *r, unsigned asked,
    bool (*take)(struct reading *r, const struct value *v), struct str path)
{
	const struct provider_request request = { .arena = &r->arena,
		.path = path,
		.budget_ms = r->deadline - clock_ms(),
		.done = answered,
		.arg = r };

	r->asked |= asked;
	r->sent = clock_now();
	r->take = take;
	r->may_be_absent = asked == ASKED_INVOICE_PAYMENT;
	if (!provider_send(r->t->provider, &request))
		reading_park(r, "too much is under way", READING_UNREACHABLE);
}

static const struct {
	const char *path, *query;
	bool (*take)(struct reading *r, const struct value *v);
} objects[] = {
	[STRIPE_SESSION] = { "/v1/checkout/sessions/", "",
	    reading_take_session },
	[STRIPE_REFUND] = { "/v1/refunds/", "", reading_take_refund },
	[STRIPE_CHARGE] = { "/v1/refunds?limit=100&charge=", "",
	    reading_take_refunds },
	[STRIPE_DISPUTE] = { "/v1/disputes/", "", reading_take_dispute },
	[STRIPE_SUBSCRIPTION] = { "/v1/subscriptions/", "",
	    reading_take_subscription },
	[STRIPE_INVOICE] = { "/v1/invoices/", "", reading_take_invoice },
};

static void
ask_object(struct reading *r)
{
	ask(r, ASKED_OBJECT, objects[r->kind].take,
	    arena_printf(&r->arena, "%s%.*s%s", objects[r->kind].path,
		STR_ARG(r->object), objects[r->kind].query));
}

static void
ask_path(struct reading *r, unsigned asked,
    bool (*take)(struct reading *r, const struct value *v), const char *path,
    struct str id)
{
	ask(r, asked, take,
	    arena_printf(&r->arena, "%s%.*s", path, STR_ARG(id)));
}

/* Is a session that we hold made by this gateway? */
static bool
is_ours(const struct reading *r)
{
	return r->session.order.len &&
	    (!r->session.site.len || str_eq(r->session.site, r->t->issuer));
}

/* Asks for what may lead from a payment or subscription to the order: its
 * session, or the invoice of a renewal. False when there is nothing more. */
static bool
ask_way(struct reading *r)
{
	static const char sessions[] = "/v1/checkout/sessions?limit=1";
	struct arena *a = &r->arena;

	if (!(r->asked & ASKED_SESSIONS) && r->payment.len)
		ask(r, ASKED_SESSIONS, reading_take_sessions,
		    arena_printf(a, "%s&payment_intent=%.*s", sessions,
			STR_ARG(r->payment)));
	else if (!(r->asked & ASKED_SESSIONS) && r->subscription.len)
		ask(r, ASKED_SESSIONS, reading_take_sessions,
		    arena_printf(a, "%s&subscription=%.*s", sessions,
			STR_ARG(r->subscription)));
	else if (!(r->asked & ASKED_INVOICE_PAYMENT) && r->payment.len)
		ask(r, ASKED_INVOICE_PAYMENT, reading_take_invoice_payments,
		    arena_printf(a,
			"/v1/invoice_payments?limit=1&payment[type]="
			"payment_intent&payment[payment_intent]=%.*s",
			STR_ARG(r->payment)));
	else if (!(r->asked & ASKED_INVOICE) && r->invoice.len)
		ask_path(r, ASKED_INVOICE, reading_take_invoice,
		    "/v1/invoices/", r->invoice);
	else
		return false;
	return true;
}

/* Nothing leads to us. A renewal's invoice may still be on its way, so that
 * refunds and disputes are looked at again for a while. */
static void
reading_refuse(struct reading *r)
{
	if (r->payment.len && !r->has_session && r->seq &&
	    r->tries < PARK_FOREIGN)
		reading_park(r, "no order for it", READING_NOT_OURS);
	else
		reading_ignore(r, "not ours");
}

static bool
step_to_order(struct reading *r)
{
	enum books_result result;

	if (r->foreign || (r->has_session && !is_ours(r))) {
		reading_refuse(r);
		return false;
	}
	result = reading_find_order(r);
	if (result == BOOKS_OK)
		return true;
	if (result == BOOKS_FAILED)
		reading_park(r, "storage", READING_FAILED);
	else if (r->has_session || r->order_id.len)
		reading_park(r, "no such order here", READING_UNKNOWN);
	else if (!ask_way(r))
		reading_refuse(r);
	return false;
}

static void
reading_settle(struct reading *r)
{
	struct books *s = r->t->books;

	if (!books_begin(s) || !reading_apply(r) || !books_commit(s)) {
		books_rollback(s);
		reading_park(r, "storage", READING_FAILED);
		return;
	}
	reading_end(r, READING_APPLIED);
}

/* A refund or dispute of an order that is not paid for us yet. */
static bool
wants_session(const struct reading *r)
{
	const struct order *o = &r->order;

	return !r->has_session && !(r->asked & ASKED_SESSION) &&
	    o->session.len &&
	    (o->state == ORDER_PENDING || o->state == ORDER_AWAITING_PAYMENT ||
		o->state == ORDER_EXPIRED || o->state == ORDER_PAYMENT_FAILED);
}

/* Money on its way that may have failed: only the payment knows. */
static bool
wants_payment(const struct reading *r)
{
	return r->has_session && r->session.payment.len &&
	    !(r->asked & ASKED_PAYMENT) &&
	    str_eq_z(r->session.fact.status, "complete/unpaid");
}

static bool
wants_subscription(const struct reading *r)
{
	return r->subscription.len && !(r->asked & ASKED_SUBSCRIPTION);
}

static void
reading_step(struct reading *r)
{
	if (!(r->asked & ASKED_OBJECT))
		ask_object(r);
	else if (!step_to_order(r))
		return;
	else if (wants_session(r))
		ask_path(r, ASKED_SESSION, reading_take_session,
		    "/v1/checkout/sessions/", r->order.session);
	else if (wants_payment(r))
		ask_path(r, ASKED_PAYMENT, reading_take_payment,
		    "/v1/payment_intents/", r->session.payment);
	else if (wants_subscription(r))
		ask_path(r, ASKED_SUBSCRIPTION, reading_take_subscription,
		    "/v1/subscriptions/", r->subscription);
	else if (r->subscription.len && !(r->asked & ASKED_INVOICES))
		ask_path(r, ASKED_INVOICES, reading_take_invoices,
		    "/v1/invoices?limit=24&subscription=", r->subscription);
	else
		reading_settle(r);
}

bool
reading_start(struct till *t, const struct reading_request *request)
{
	struct reading *r;

	if (!stripe_id(request->object))
		return false;
	r = calloc(1, sizeof(*r));
	if (!r)
		return false;
	arena_init(&r->arena);
	r->t = t;
	r->kind = request->kind;
	r->object = arena_str(&r->arena, request->object);
	r->deadline = clock_ms() + request->budget_ms;
	r->done = request->done;
	r->arg = request->arg;
	if (request->event) {
		r->seq = request->event->seq;
		r->tries = request->event->tries;
		r->received = request->event->received;
	}
	r->next = t->readings;
	t->readings = r;
	if (!r->done)
		t->event_reads++;
	reading_step(r);
	return true;
}
