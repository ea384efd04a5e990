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

static enum books_result
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
	enum books_result result;

	if (f->amount <= 0 || !f->currency.len)
		return BOOKS_OK;
	/* A look first: a failed insert would cost more, and is no error. */
	result = books_booked(w->t->books, b.source, b.kind);
	if (result != BOOKS_NONE)
		return result;
	return books_book(w->t->books, &b);
}

/* The bookings one fact asks for; each is made once, whenever it is learnt. */
static enum books_result
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
	    books_booked(w->t->books, f->id, str_from(taken)) == BOOKS_OK)
		return book(w, f, back, account, "provider");
	return BOOKS_OK;
}

static enum books_result
book_all(struct settling *w)
{
	enum books_result result = BOOKS_OK;

	/* Money that is not what was ordered is for a person to book. */
	if (w->o->state == ORDER_QUARANTINED)
		return BOOKS_OK;
	for (size_t i = 0; i < w->facts.count && result != BOOKS_FAILED; i++)
		result = book_fact(w, &w->facts.at[i]);
	return result == BOOKS_FAILED ? BOOKS_FAILED : BOOKS_OK;
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
static enum books_result
grant_one(struct settling *w, const struct grant *old, struct grant *g)
{
	bool lost = old && !old->revoked &&
	    (g->revoked ||
		(g->until && (!old->until || g->until < old->until)));
	enum books_result result;

	if (!old && g->revoked)
		return BOOKS_OK;
	result = books_grant_put(w->t->books, g);
	if (result != BOOKS_OK)
		return result == BOOKS_NONE ? BOOKS_OK : BOOKS_FAILED;
	log_info("order %.*s: %.*s %s", STR_ARG(g->order), STR_ARG(g->product),
	    g->revoked ? "closed"
		: old  ? "opened again or prolonged"
		       : "opened");
	if (!lost)
		return BOOKS_OK;
	result = books_tokens_revoke(w->t->books, g->reader, w->now);
	if (result == BOOKS_OK)
		w->t->changed = true;
	return result == BOOKS_FAILED ? BOOKS_FAILED : BOOKS_OK;
}

static enum books_result
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
	enum books_result result = BOOKS_OK;
	bool any = false;

	for (size_t i = 0; i < w->grants.count && result == BOOKS_OK; i++) {
		if (w->grants.at[i].line != line->line)
			continue;
		any = true;
		g.reader = w->grants.at[i].reader;
		result = grant_one(w, &w->grants.at[i], &g);
	}
	if (any || result != BOOKS_OK)
		return result;
	g.reader = w->o->reader;
	return grant_one(w, NULL, &g);
}

enum books_result
settle_order(struct till *t, struct arena *a, struct order *o, int64_t now)
{
	struct settling w = { .t = t, .a = a, .o = o, .now = now };
	enum order_state before = o->state;
	enum books_result result;

	if (books_facts(t->books, a, o->id, &w.facts) != BOOKS_OK ||
	    books_order_lines(t->books, a, o->id, &w.lines) != BOOKS_OK ||
	    books_grants_of_order(t->books, a, o->id, &w.grants) != BOOKS_OK)
		return BOOKS_FAILED;
	o->state =
	    order_state(w.facts.at, w.facts.count, o->quarantine.len > 0);
	o->paid = order_paid(w.facts.at, w.facts.count);
	if (!o->paid_at && order_line_stands(NULL, 0, o->state, STR_NONE))
		o->paid_at = now;
	result = book_all(&w);
	for (size_t i = 0; i < w.lines.count && result == BOOKS_OK; i++)
		result = grant_line(&w, &w.lines.at[i]);
	if (result == BOOKS_OK)
		result = books_order_update(t->books, o);
	if (result == BOOKS_OK && before != o->state)
		log_info("order %.*s: %s", STR_ARG(o->id),
		    order_state_name(o->state));
	return result == BOOKS_OK ? BOOKS_OK : BOOKS_FAILED;
}
