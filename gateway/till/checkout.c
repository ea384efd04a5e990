#include "address.h"
#include "clock.h"
#include "log.h"
#include "till_private.h"

#include <stdlib.h>

enum {
	CHECKOUT_BUDGET_MS = 20000,
	SESSION_SECONDS = 12 * 3600, /* a checkout page stays open */
	SESSION_LEAST = 40 * 60, /* the provider wants 30 minutes ahead */
};

/* One order on its way to the provider. */
struct sending {
	struct till *t;
	struct arena arena;
	struct order order;
	uint64_t id; /* of the front's request; 0: nobody waits */
};

static void
answer(struct till *t, uint64_t id, enum checkout_result result, struct str url,
    const struct order *o)
{
	struct message m = { .type = MESSAGE_CHECKOUT_DONE, .id = id };

	m.u.checkout_done.result = result;
	m.u.checkout_done.url = url;
	if (o) {
		m.u.checkout_done.order = o->id;
		m.u.checkout_done.session = o->session;
	}
	till_answer(t, &m);
}

static void
sending_end(struct sending *s, enum checkout_result result, struct str url)
{
	if (s->id) {
		s->t->answers_due--;
		answer(s->t, s->id, result, url, &s->order);
	}
	arena_clear(&s->arena);
	free(s);
}

/* May a reader be sent there? The provider's checkout, and nowhere else. */
static bool
is_checkout(const struct till *t, struct str url)
{
	struct address to, base;

	if (!url.len || address_read_page(url, &to))
		return false;
	for (size_t i = 0; i < t->c->checkout_origins.count; i++) {
		if (str_eq(to.origin, t->c->checkout_origins.at[i]))
			return true;
	}
	return !address_read(t->c->payment_base, &base) &&
	    str_eq(to.host, base.host);
}

/* The session is recorded before anybody can pay it. */
static bool
record_session(struct sending *s, const struct stripe_session *session)
{
	struct books *books = s->t->books;
	struct order *o = &s->order;
	enum books_result result;

	if (!books_begin(books))
		return false;
	result = books_order(books, &s->arena, o->id, o);
	if (result == BOOKS_OK) {
		o->session = session->fact.id;
		o->session_url = session->url;
		o->checked = clock_now();
		result = books_fact_put(books, o->id, &session->fact);
	}
	if (result != BOOKS_FAILED)
		result = settle_order(s->t, &s->arena, o, clock_now());
	if (result == BOOKS_OK && books_commit(books))
		return true;
	books_rollback(books);
	return false;
}

/* The provider will not have it: nobody can ever pay this order. */
static void
record_refusal(struct sending *s)
{
	const struct fact gone = { .kind = FACT_SESSION,
		.id = s->order.id,
		.status = STR("expired"),
		.amount = 0,
		.currency = s->order.currency,
		.lines = STR(""),
		.parent = STR(""),
		.created = s->order.created,
		.updated = clock_now() };
	struct books *books = s->t->books;

	struct order *o = &s->order;

	if (!books_begin(books))
		return;
	if (books_order(books, &s->arena, gone.id, o) != BOOKS_OK ||
	    o->session.len ||
	    books_fact_put(books, o->id, &gone) == BOOKS_FAILED ||
	    settle_order(s->t, &s->arena, o, clock_now()) != BOOKS_OK ||
	    !books_commit(books))
		books_rollback(books);
}

static void
created(struct sending *s, const struct value *json)
{
	struct stripe_session session;
	const char *wrong;

	if (!stripe_session_read(json, clock_now(), &session)) {
		log_error("checkout: the answer is no session");
		sending_end(s, CHECKOUT_UNAVAILABLE, STR_NONE);
		return;
	}
	wrong = stripe_mismatch(&session, &s->order);
	if (*wrong) {
		log_error("checkout: order %.*s: the session %s",
		    STR_ARG(s->order.id), wrong);
		record_refusal(s);
		sending_end(s, CHECKOUT_REFUSED, STR_NONE);
	} else if (!record_session(s, &session)) {
		sending_end(s, CHECKOUT_UNAVAILABLE, STR_NONE);
	} else if (s->id && !is_checkout(s->t, session.url)) {
		log_error("checkout: the session's address is on no origin of"
			  " checkout_origins");
		sending_end(s, CHECKOUT_REFUSED, STR_NONE);
	} else {
		sending_end(s, CHECKOUT_REDIRECT, session.url);
	}
}

static void
answered(void *arg, const struct provider_answer *a)
{
	struct sending *s = arg;

	switch (a->result) {
	case PROVIDER_OK:
		created(s, a->json);
		break;
	case PROVIDER_REFUSED:
	case PROVIDER_ABSENT:
		record_refusal(s);
		sending_end(s, CHECKOUT_REFUSED, STR_NONE);
		break;
	case PROVIDER_UNREACHABLE: /* what came of it is found out later */
		sending_end(s, CHECKOUT_UNAVAILABLE, STR_NONE);
		break;
	}
}

static bool
send_order(struct sending *s)
{
	const struct provider_request request = { .arena = &s->arena,
		.path = STR("/v1/checkout/sessions"),
		.form = s->order.request,
		.idempotency_key = s->order.idempotency_key,
		.budget_ms = CHECKOUT_BUDGET_MS,
		.done = answered,
		.arg = s };

	return provider_send(s->t->provider, &request);
}

static struct sending *
sending_new(struct till *t, uint64_t id)
{
	struct sending *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->t = t;
	s->id = id;
	arena_init(&s->arena);
	return s;
}

void
checkout_resume(struct till *t, const struct order *o)
{
	struct sending *s = sending_new(t, 0);

	if (!s)
		return;
	if (books_order(t->books, &s->arena, o->id, &s->order) == BOOKS_OK) {
		if (s->order.expires < clock_now() + SESSION_LEAST)
			record_refusal(s);
		else if (send_order(s))
			return;
	}
	sending_end(s, CHECKOUT_UNAVAILABLE, STR_NONE);
}

static const char *const kinds[] = { "one-off", "bundle", "membership" };

/* Each product's share of the price; the first takes what cannot be split. */
static struct order_line *
lines_of(struct arena *a, const struct manifest_offer *offer)
{
	size_t count = offer->products.count;
	struct order_line *lines = ARENA_ARRAY(a, count, struct order_line);
	int64_t share = offer->amount / (int64_t)count;

	for (size_t i = 0; i < count; i++)
		lines[i] = (struct order_line){ .line = (int64_t)i + 1,
			.product = offer->products.at[i],
			.amount = share };
	lines[0].amount += offer->amount - share * (int64_t)count;
	return lines;
}

/* Where the buyer came from, if it is a page of ours. */
static const struct manifest_member *
page_of(const struct till *t, const struct message_checkout *m)
{
	return m->page.len ? catalogue_member(t->catalogue, m->page) : NULL;
}

/* Where one goes who does not buy: the page's teaser, or the course. */
static struct str
cancel_address(struct sending *s, const struct manifest_offer *offer,
    const struct manifest_member *page)
{
	const struct manifest_product *product =
	    catalogue_product(s->t->catalogue, offer->products.at[0]);
	struct str path = STR("/");

	if (page && page->teaser.len)
		path = page->teaser;
	else if (product)
		path = product->url;
	return arena_printf(&s->arena, "%.*s%.*s",
	    STR_ARG(catalogue_site(s->t->catalogue)), STR_ARG(path));
}

static bool
fill_order(struct sending *s, const struct message_checkout *m,
    const struct manifest_offer *offer, struct str reader)
{
	const struct manifest_member *page = page_of(s->t, m);
	struct order *o = &s->order;
	struct arena *a = &s->arena;
	char id[TOKEN_ID + 1];
	struct buf form;
	bool good;

	token_random_id(id);
	*o = (struct order){ .id = arena_printf(a, "o_%s", id),
		.reader = reader,
		.offer = arena_str(a, offer->id),
		.title = arena_str(a, offer->title),
		.kind = str_from(kinds[offer->kind]),
		.interval = arena_str(a, offer->interval),
		.page = page ? arena_str(a, page->url) : STR(""),
		.lang = arena_str(a,
		    catalogue_has_lang(s->t->catalogue, m->lang)
			? m->lang
			: catalogue_lang(s->t->catalogue)),
		.currency = arena_str(a, offer->currency),
		.amount = offer->amount,
		.livemode = s->t->livemode,
		.promotion_codes = s->t->c->promotion_codes,
		.created = clock_now(),
		.state = ORDER_PENDING };
	o->expires = o->created + SESSION_SECONDS;
	o->checked = o->created;
	o->idempotency_key = arena_printf(a, "pennypress-%s", id);
	buf_init(&form, LIMIT_FORM_BODY);
	stripe_checkout_form(&form,
	    &(struct stripe_checkout){ .order = o,
		.gateway = s->t->issuer,
		.cancel = cancel_address(s, offer, page),
		.automatic_tax = s->t->c->automatic_tax });
	good = buf_ok(&form);
	o->request = arena_str(a, buf_str(&form));
	buf_clear(&form);
	return good;
}

static bool
record_order(struct sending *s, const struct manifest_offer *offer, bool fresh)
{
	struct books *books = s->t->books;
	const struct order *o = &s->order;

	if (!books_begin(books))
		return false;
	if ((!fresh ||
		books_reader_add(books, o->reader, o->created) == BOOKS_OK) &&
	    books_order_add(books, o, lines_of(&s->arena, offer),
		offer->products.count) == BOOKS_OK &&
	    books_commit(books))
		return true;
	books_rollback(books);
	return false;
}

/* A page of what the reader has already. */
static struct str
owned_address(struct sending *s, const struct message_checkout *m,
    const struct manifest_offer *offer)
{
	const struct manifest_member *page = page_of(s->t, m);
	const struct manifest_product *product =
	    catalogue_product(s->t->catalogue, offer->products.at[0]);
	struct str path = STR("/");

	if (page)
		path = page->url;
	else if (product)
		path = product->start;
	return arena_printf(&s->arena, "%.*s%.*s",
	    STR_ARG(str_starts(path, STR("/m/"))
		    ? s->t->issuer
		    : catalogue_site(s->t->catalogue)),
	    STR_ARG(path));
}

/* For the front: all that can go wrong before the provider is asked. */
static void
checkout_go(struct sending *s, const struct message_checkout *m)
{
	struct till *t = s->t;
	const struct manifest_offer *offer =
	    catalogue_offer(t->catalogue, m->offer, m->lang);
	struct str reader;
	char fresh[TOKEN_ID + 1] = "";

	if (!offer || !offer->products.count) {
		sending_end(s, CHECKOUT_UNKNOWN_OFFER, STR_NONE);
		return;
	}
	reader = reader_of(t, &s->arena, m->token, m->reader);
	if (reader_owns(t, &s->arena, reader, &offer->products)) {
		sending_end(s, CHECKOUT_OWNED, owned_address(s, m, offer));
		return;
	}
	if (!reader.len) {
		token_random_id(fresh);
		reader = arena_str(&s->arena, str_from(fresh));
	}
	if (!fill_order(s, m, offer, reader))
		sending_end(s, CHECKOUT_REFUSED, STR_NONE);
	else if (!record_order(s, offer, fresh[0] != '\0') || !send_order(s))
		sending_end(s, CHECKOUT_UNAVAILABLE, STR_NONE);
	else
		log_info("order %.*s: %.*s ordered", STR_ARG(s->order.id),
		    STR_ARG(s->order.offer));
}

void
checkout_take(struct till *t, const struct message *m)
{
	const struct message_checkout *request = &m->u.checkout;
	struct sending *s;

	if (!pace_take(
		&t->checkouts, pace_network(request->address), clock_ms())) {
		answer(t, m->id, CHECKOUT_TOO_MANY, STR_NONE, NULL);
		return;
	}
	s = rights_refresh(t) ? sending_new(t, m->id) : NULL;
	if (!s) {
		answer(t, m->id, CHECKOUT_UNAVAILABLE, STR_NONE, NULL);
		return;
	}
	t->answers_due++;
	checkout_go(s, request);
}
