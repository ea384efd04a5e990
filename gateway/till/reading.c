#include "clock.h"
#include "log.h"
#include "till_private.h"

#include <stdlib.h>

enum {
	LIST_PAGE = 100,
	PARK_FIRST = 5, /* seconds; doubled each time */
	PARK_MOST = 3600,
	PARK_FOREIGN = 4, /* tries: its renewal's invoice may be on its way */
	STORAGE_PAUSE_MS = 1000,
	PARK_AGE = 3 * 24 * 3600, /* as long as the provider delivers again */
};

/* What has been asked already, so that nothing is asked twice. */
enum asked {
	ASKED_OBJECT = 1,
	ASKED_SESSION = 2,
	ASKED_SESSIONS = 4,
	ASKED_PAYMENT = 8,
	ASKED_SUBSCRIPTION = 16,
	ASKED_INVOICES = 32,
	ASKED_INVOICE_PAYMENT = 64,
	ASKED_INVOICE = 128,
};

struct reading {
	struct till *t;
	struct reading *next;
	struct arena arena;
	enum stripe_object kind;
	struct str object;
	int64_t seq, tries, received; /* of the event; seq 0: none */
	int64_t deadline; /* ms */
	int64_t sent; /* when what is answered was asked, Unix seconds */
	reading_done *done;
	void *arg;

	unsigned asked;
	bool (*take)(struct reading *r, const struct value *v);
	struct fact_list facts;
	struct stripe_session session;
	bool has_session, foreign;
	bool may_be_absent; /* what is asked for now */
	/* Ways to the order. */
	struct str payment, subscription, invoice, order_id;
	struct order order;
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

/* Texts of a fact may point into the value, which lives as long. */
static void
push(struct reading *r, struct fact f)
{
	ARENA_PUSH(&r->arena, r->facts, f);
}

static bool
take_session(struct reading *r, const struct value *v)
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
static bool
take_sessions(struct reading *r, const struct value *v)
{
	const struct value *list = value_get(v, STR("data"));

	if (!list || list->kind != VALUE_LIST)
		return false;
	return !value_count(list) || take_session(r, value_at(list, 0));
}

static bool
take_payment(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_payment_read(v, r->sent, &f))
		return false;
	push(r, f);
	return true;
}

static bool
take_refund(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_refund_read(v, r->sent, &f))
		return false;
	push(r, f);
	r->payment = f.parent;
	r->foreign = !f.parent.len;
	return true;
}

static bool
take_refunds(struct reading *r, const struct value *v)
{
	const struct value *list = value_get(v, STR("data"));

	if (!list || list->kind != VALUE_LIST)
		return false;
	r->foreign = !value_count(list);
	for (size_t i = 0; i < value_count(list); i++) {
		if (!take_refund(r, value_at(list, i)))
			return false;
	}
	return true;
}

static bool
take_dispute(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_dispute_read(v, r->sent, &f))
		return false;
	push(r, f);
	r->payment = f.parent;
	r->foreign = !f.parent.len;
	return true;
}

static bool
take_subscription(struct reading *r, const struct value *v)
{
	struct fact f;

	if (!stripe_subscription_read(v, r->sent, &f, &r->order_id))
		return false;
	push(r, f);
	r->subscription = f.id;
	r->asked |= ASKED_SUBSCRIPTION;
	return true;
}

static bool
take_invoice(struct reading *r, const struct value *v)
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
static bool
take_invoice_payments(struct reading *r, const struct value *v)
{
	const struct value *first = value_at(value_get(v, STR("data")), 0);
	struct str invoice = value_get_str(first, STR("invoice"));

	if (stripe_id(invoice))
		r->invoice = invoice;
	return true;
}

static bool
take_invoices(struct reading *r, const struct value *v)
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
	[STRIPE_SESSION] = { "/v1/checkout/sessions/", "", take_session },
	[STRIPE_REFUND] = { "/v1/refunds/", "", take_refund },
	[STRIPE_CHARGE] = { "/v1/refunds?limit=100&charge=", "", take_refunds },
	[STRIPE_DISPUTE] = { "/v1/disputes/", "", take_dispute },
	[STRIPE_SUBSCRIPTION] = { "/v1/subscriptions/", "", take_subscription },
	[STRIPE_INVOICE] = { "/v1/invoices/", "", take_invoice },
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

/* By what is known so far. BOOKS_NONE: not yet. */
static enum books_result
find_order(struct reading *r)
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
		ask(r, ASKED_SESSIONS, take_sessions,
		    arena_printf(a, "%s&payment_intent=%.*s", sessions,
			STR_ARG(r->payment)));
	else if (!(r->asked & ASKED_SESSIONS) && r->subscription.len)
		ask(r, ASKED_SESSIONS, take_sessions,
		    arena_printf(a, "%s&subscription=%.*s", sessions,
			STR_ARG(r->subscription)));
	else if (!(r->asked & ASKED_INVOICE_PAYMENT) && r->payment.len)
		ask(r, ASKED_INVOICE_PAYMENT, take_invoice_payments,
		    arena_printf(a,
			"/v1/invoice_payments?limit=1&payment[type]="
			"payment_intent&payment[payment_intent]=%.*s",
			STR_ARG(r->payment)));
	else if (!(r->asked & ASKED_INVOICE) && r->invoice.len)
		ask_path(r, ASKED_INVOICE, take_invoice, "/v1/invoices/",
		    r->invoice);
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
	result = find_order(r);
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
	const char *wrong =
	    stripe_mismatch(&r->session, o, r->t->c->promotion_codes);

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

static bool
apply(struct reading *r)
{
	struct books *s = r->t->books;
	int64_t now = clock_now();
	const char *wrong = "";
	bool alien = false;

	/* Again, within the transaction: it may have changed meanwhile. */
	if (find_order(r) != BOOKS_OK)
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

static void
reading_apply(struct reading *r)
{
	struct books *s = r->t->books;

	if (!books_begin(s) || !apply(r) || !books_commit(s)) {
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
		ask_path(r, ASKED_SESSION, take_session,
		    "/v1/checkout/sessions/", r->order.session);
	else if (wants_payment(r))
		ask_path(r, ASKED_PAYMENT, take_payment, "/v1/payment_intents/",
		    r->session.payment);
	else if (wants_subscription(r))
		ask_path(r, ASKED_SUBSCRIPTION, take_subscription,
		    "/v1/subscriptions/", r->subscription);
	else if (r->subscription.len && !(r->asked & ASKED_INVOICES))
		ask_path(r, ASKED_INVOICES, take_invoices,
		    "/v1/invoices?limit=24&subscription=", r->subscription);
	else
		reading_apply(r);
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
