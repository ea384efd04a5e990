#include "clock.h"
#include "html.h"
#include "json.h"
#include "log.h"
#include "till_private.h"

#include <stdlib.h>

enum {
	LIST_PAGES = 50, /* of 100 items each, per list */
	LIST_BUDGET_MS = 20000,
	ORDERS = 500,
	ORDER_REST = 30, /* seconds: newer ones are still being asked about */
	SENDING_REST = 60, /* longer than a checkout waits */
	FIRST_LOOK = 3 * 24 * 3600, /* as long as events are delivered again */
	OVERLAP = 3600,
	WANTED = 5000,
};

struct reconcile;

/* One list of the provider, gone through page by page. */
struct list {
	const char *path; /* with a query */
	bool created; /* may be narrowed by time */
	void (*item)(struct reconcile *r, const struct value *v);
};

struct reconcile {
	struct till *t;
	struct arena arena; /* of one page */
	size_t list;
	int pages;
	int64_t since, began;
	bool whole; /* every list could be read */
};

void
reconcile_want(struct till *t, enum stripe_object kind, struct str object)
{
	struct wanted w = { .kind = kind };

	if (t->wanted.count >= WANTED || !stripe_id(object))
		return;
	for (size_t i = 0; i < t->wanted.count; i++) {
		if (str_eq(object, t->wanted.at[i].object))
			return;
	}
	w.object = arena_str(&t->wanted_arena, object);
	ARENA_PUSH(&t->wanted_arena, t->wanted, w);
}

/* The arena is given back when the list is empty, not before. */
bool
reconcile_wanted(struct till *t, struct wanted *w)
{
	if (!t->wanted.count) {
		arena_clear(&t->wanted_arena);
		t->wanted.at = NULL;
		t->wanted.room = 0;
		return false;
	}
	*w = t->wanted.at[--t->wanted.count];
	return true;
}

/* An event that could not be delivered is as good as one that was. */
static void
item_event(struct reconcile *r, const struct value *v)
{
	struct stripe_event e;
	struct event row = { .state = EVENT_STORED, .note = STR("listed") };
	struct buf raw;

	if (!stripe_event_read(v, &e) || e.thin ||
	    e.livemode != r->t->livemode || e.kind == STRIPE_NOTHING)
		return;
	row.id = e.id;
	row.type = e.type;
	row.object = e.object;
	row.received = clock_now();
	buf_init(&raw, LIMIT_PROVIDER_BODY);
	json_write(&raw, v, false);
	if (buf_ok(&raw) && books_begin(r->t->books)) {
		if (books_event_add(r->t->books, &row, buf_str(&raw)) ==
			BOOKS_FAILED ||
		    !books_commit(r->t->books))
			books_rollback(r->t->books);
		else
			r->t->look = true;
	}
	buf_clear(&raw);
}

/* Sessions of ours that say more than we know. */
static void
item_session(struct reconcile *r, const struct value *v)
{
	struct stripe_session session;
	struct fact known;

	if (!stripe_session_read(v, clock_now(), &session) ||
	    !session.order.len || session.livemode != r->t->livemode ||
	    (session.site.len && !str_eq(session.site, r->t->issuer)))
		return;
	if (books_fact(r->t->books, &r->arena, session.fact.id, &known) ==
		BOOKS_OK &&
	    str_eq(known.status, session.fact.status))
		return;
	reconcile_want(r->t, STRIPE_SESSION, session.fact.id);
}

static void
item_fact(struct reconcile *r, const struct fact *f, enum stripe_object kind)
{
	struct order o;
	struct fact known;

	/* Of payments that are ours; the others are nobody's business here. */
	if (!f->parent.len ||
	    books_order_by_payment(r->t->books, &r->arena, f->parent, &o) !=
		BOOKS_OK)
		return;
	if (books_fact(r->t->books, &r->arena, f->id, &known) == BOOKS_OK &&
	    str_eq(known.status, f->status) && known.amount == f->amount)
		return;
	reconcile_want(r->t, kind, f->id);
}

static void
item_refund(struct reconcile *r, const struct value *v)
{
	struct fact f;

	if (stripe_refund_read(v, clock_now(), &f))
		item_fact(r, &f, STRIPE_REFUND);
}

static void
item_dispute(struct reconcile *r, const struct value *v)
{
	struct fact f;

	if (stripe_dispute_read(v, clock_now(), &f))
		item_fact(r, &f, STRIPE_DISPUTE);
}

static const struct list lists[] = {
	{ "/v1/events?limit=100&delivery_success=false"
	  "&types[0]=checkout.session.completed"
	  "&types[1]=checkout.session.async_payment_succeeded"
	  "&types[2]=checkout.session.async_payment_failed"
	  "&types[3]=checkout.session.expired"
	  "&types[4]=refund.created&types[5]=refund.updated"
	  "&types[6]=refund.failed&types[7]=charge.refunded"
	  "&types[8]=charge.dispute.created&types[9]=charge.dispute.updated"
	  "&types[10]=charge.dispute.closed"
	  "&types[11]=customer.subscription.updated"
	  "&types[12]=customer.subscription.deleted"
	  "&types[13]=invoice.paid",
	    true, item_event },
	{ "/v1/checkout/sessions?limit=100", true, item_session },
	{ "/v1/refunds?limit=100", true, item_refund },
	{ "/v1/disputes?limit=100", true, item_dispute },
};

enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

static void ask_page(struct reconcile *r, struct str after);

/* Orders whose fate is open, and those whose session we never saw. */
static void
own_orders(struct reconcile *r)
{
	struct order_list orders = { .count = 0 }, unsent = { .count = 0 };
	int64_t now = clock_now();

	if (books_orders_open(r->t->books, &r->arena, now - ORDER_REST, ORDERS,
		&orders) == BOOKS_OK) {
		for (size_t i = 0; i < orders.count; i++)
			reconcile_want(
			    r->t, STRIPE_SESSION, orders.at[i].session);
	}
	if (books_orders_unsent(r->t->books, &r->arena, &unsent) == BOOKS_OK) {
		for (size_t i = 0; i < unsent.count; i++) {
			if (unsent.at[i].created < now - SENDING_REST ||
			    !r->t->resumed)
				checkout_resume(r->t, &unsent.at[i]);
		}
	}
	r->t->resumed = true;
}

static void
reconcile_end(struct reconcile *r)
{
	struct books *s = r->t->books;

	if (books_begin(s)) {
		enum books_result result =
		    books_tokens_purge(s, clock_now() - OVERLAP);

		/* What could not be listed is listed again next time. */
		if (result == BOOKS_OK && r->whole)
			result =
			    books_setting_put(s, STR("reconciled"), r->began);
		if (result != BOOKS_OK || !books_commit(s))
			books_rollback(s);
	}
	r->t->reconciling = false;
	arena_clear(&r->arena);
	free(r);
}

static void
next_list(struct reconcile *r)
{
	r->pages = 0;
	if (++r->list < LISTS)
		ask_page(r, STR_NONE);
	else
		reconcile_end(r);
}

static void
page_read(void *arg, const struct provider_answer *answer)
{
	struct reconcile *r = arg;
	const struct value *data = value_get(answer->json, STR("data"));
	size_t count = value_count(data);
	struct str last = STR_NONE;

	if (answer->result != PROVIDER_OK || !data ||
	    data->kind != VALUE_LIST) {
		r->whole = false;
		next_list(r);
		return;
	}
	for (size_t i = 0; i < count; i++)
		lists[r->list].item(r, value_at(data, i));
	if (count)
		last = value_get_str(value_at(data, count - 1), STR("id"));
	if (value_get_bool(answer->json, STR("has_more")) && stripe_id(last) &&
	    ++r->pages < LIST_PAGES)
		ask_page(r, last);
	else
		next_list(r);
}

static void
ask_page(struct reconcile *r, struct str after)
{
	struct provider_request request = { .arena = &r->arena,
		.budget_ms = LIST_BUDGET_MS,
		.done = page_read,
		.arg = r };
	struct buf path;
	bool sent;

	buf_init(&path, LIMIT_REQUEST_TARGET);
	buf_add_z(&path, lists[r->list].path);
	buf_printf(&path, "&created[gte]=%lld", (long long)r->since);
	if (after.len) {
		buf_add_z(&path, "&starting_after=");
		url_component(&path, after);
	}
	arena_reset(&r->arena);
	request.path = arena_str(&r->arena, buf_str(&path));
	sent = buf_ok(&path) && provider_send(r->t->provider, &request);
	buf_clear(&path);
	if (!sent) {
		r->whole = false;
		reconcile_end(r);
	}
}

void
reconcile_begin(struct till *t)
{
	struct reconcile *r;
	int64_t last = books_setting(t->books, STR("reconciled"));

	t->next_reconcile = clock_ms() + t->c->reconcile_seconds * 1000;
	if (t->reconciling)
		return;
	r = calloc(1, sizeof(*r));
	if (!r)
		return;
	r->t = t;
	r->began = clock_now();
	r->since = (last > 0 ? last - OVERLAP : r->began - FIRST_LOOK);
	r->whole = true;
	arena_init(&r->arena);
	t->reconciling = true;
	own_orders(r);
	ask_page(r, STR_NONE);
}
