#include "log.h"
#include "till_private.h"

enum { MEMBERSHIP_UNKNOWN = 3 * 24 * 3600 }; /* paid, its end not yet read */

struct settling {
	struct till *t;
	struct arena *a;
	struct order *o;
	int64_t now;
	struct fact_list facts;
	struct order_lines lines;
	struct grant_list grants;
};

static enum store_result
book(struct settling *w, const struct fact *f, const char *kind,
    const char *from, const char *to)
{
	const struct booking b = { .source = f->id,
		.kind = str_from(kind),
		.order = w->o->id,
		.from = str_from(from),
		.to = str_from(to),
		.currency = f->currency,
		.amount = f->amount,
		.at = w->now };
	enum store_result result;

	if (f->amount <= 0 || !f->currency.len)
		return STORE_OK;
	/* A look first: a failed insert would cost more, and is no error. */
	result = store_booked(w->t->store, b.source, b.kind);
	if (result != STORE_NONE)
		return result;
	return store_book(w->t->store, &b);
}

/* The bookings one fact asks for; each is made once, whenever it is learnt. */
static enum store_result
book_fact(struct settling *w, const struct fact *f)
{
	const char *taken = f->kind == FACT_DISPUTE ? "dispute" : "refund";
	const char *back =
	    f->kind == FACT_DISPUTE ? "dispute_won" : "refund_failed";
	const char *account = f->kind == FACT_DISPUTE ? "disputes" : "refunds";

	if (fact_is_sale(f))
		return book(w, f, "sale", "sales", "provider");
	if (fact_took_money_back(f))
		return book(w, f, taken, "provider", account);
	if (fact_gave_money_again(f) &&
	    store_booked(w->t->store, f->id, str_from(taken)) == STORE_OK)
		return book(w, f, back, account, "provider");
	return STORE_OK;
}

static enum store_result
book_all(struct settling *w)
{
	enum store_result result = STORE_OK;

	/* Money that is not what was ordered is for a person to book. */
	if (w->o->state == ORDER_QUARANTINED)
		return STORE_OK;
	for (size_t i = 0; i < w->facts.count && result != STORE_FAILED; i++)
		result = book_fact(w, &w->facts.at[i]);
	return result == STORE_FAILED ? STORE_FAILED : STORE_OK;
}

static int64_t
until_of(const struct settling *w)
{
	int64_t until = order_until(w->facts.at, w->facts.count);

	if (!until && str_eq_z(w->o->kind, "membership"))
		until = w->o->paid_at + MEMBERSHIP_UNKNOWN;
	return until;
}

/* Brings one reader's right to one line up to `g`. */
static enum store_result
grant_one(struct settling *w, const struct grant *old, struct grant *g)
{
	bool lost = old && !old->revoked &&
	    (g->revoked ||
		(g->until && (!old->until || g->until < old->until)));
	enum store_result result;

	if (!old && g->revoked)
		return STORE_OK;
	result = store_grant_put(w->t->store, g);
	if (result != STORE_OK)
		return result == STORE_NONE ? STORE_OK : STORE_FAILED;
	log_info("order %.*s: %.*s %s", STR_ARG(g->order), STR_ARG(g->product),
	    g->revoked ? "closed"
		: old  ? "opened again or prolonged"
		       : "opened");
	if (!lost)
		return STORE_OK;
	result = store_tokens_revoke(w->t->store, g->reader, w->now);
	if (result == STORE_OK)
		w->t->revoked = true;
	return result == STORE_FAILED ? STORE_FAILED : STORE_OK;
}

static enum store_result
grant_line(struct settling *w, const struct order_line *line)
{
	bool stands = order_line_stands(
	    w->facts.at, w->facts.count, w->o->state, line->product);
	struct grant g = { .order = w->o->id,
		.line = line->line,
		.product = line->product,
		.granted = w->now,
		.until = until_of(w),
		.revoked = stands ? 0 : w->now };
	enum store_result result = STORE_OK;
	bool any = false;

	for (size_t i = 0; i < w->grants.count && result == STORE_OK; i++) {
		if (w->grants.at[i].line != line->line)
			continue;
		any = true;
		g.reader = w->grants.at[i].reader;
		result = grant_one(w, &w->grants.at[i], &g);
	}
	if (any || result != STORE_OK)
		return result;
	g.reader = w->o->reader;
	return grant_one(w, NULL, &g);
}

enum store_result
settle_order(struct till *t, struct arena *a, struct order *o, int64_t now)
{
	struct settling w = { .t = t, .a = a, .o = o, .now = now };
	enum order_state before = o->state;
	enum store_result result;

	if (store_facts(t->store, a, o->id, &w.facts) != STORE_OK ||
	    store_order_lines(t->store, a, o->id, &w.lines) != STORE_OK ||
	    store_grants_of_order(t->store, a, o->id, &w.grants) != STORE_OK)
		return STORE_FAILED;
	o->state =
	    order_state(w.facts.at, w.facts.count, o->quarantine.len > 0);
	o->paid = order_paid(w.facts.at, w.facts.count);
	if (!o->paid_at && order_line_stands(NULL, 0, o->state, STR_NONE))
		o->paid_at = now;
	result = book_all(&w);
	for (size_t i = 0; i < w.lines.count && result == STORE_OK; i++)
		result = grant_line(&w, &w.lines.at[i]);
	if (result == STORE_OK)
		result = store_order_update(t->store, o);
	if (result == STORE_OK && before != o->state)
		log_info("order %.*s: %s", STR_ARG(o->id),
		    order_state_name(o->state));
	return result == STORE_OK ? STORE_OK : STORE_FAILED;
}
