#include "clock.h"
#include "log.h"
#include "till_private.h"

#include <stdlib.h>

enum {
	CLAIM_BUDGET_MS = 8000, /* a reader looks at an empty page meanwhile */
	CLAIM_FRESH = 2, /* seconds an order counts as just read */
	CLAIM_STRANGERS = 32, /* requests under way: no unknown ones more */
};

/* A buyer who comes back from the checkout. */
struct claim {
	struct till *t;
	struct arena arena;
	uint64_t id;
	bool signs_in; /* else only how the order stands is said */
	struct str session, token, reader;
};

static void
claim_end(struct claim *c, struct message *m)
{
	m->type = MESSAGE_RETURN_DONE;
	m->id = c->id;
	c->t->answers_due--;
	till_answer(c->t, m);
	arena_clear(&c->arena);
	free(c);
}

static void
claim_say(struct claim *c, enum return_result result)
{
	struct message m = { .type = MESSAGE_RETURN_DONE };

	m.u.back_done.result = result;
	claim_end(c, &m);
}

static enum return_result
result_of(enum order_state state)
{
	switch (state) {
	case ORDER_PAID:
	case ORDER_PARTIALLY_REFUNDED:
		return RETURN_PAID;
	case ORDER_EXPIRED:
		return RETURN_EXPIRED;
	case ORDER_PAYMENT_FAILED:
	case ORDER_REFUNDED:
	case ORDER_DISPUTED:
	case ORDER_CHARGED_BACK:
		return RETURN_FAILED;
	case ORDER_PENDING:
	case ORDER_AWAITING_PAYMENT:
	case ORDER_QUARANTINED:
	case ORDER_STATES:
		break;
	}
	return RETURN_ARRIVING;
}

/* Opens the order for a reader who has another identity here already: their own
 * stays, and gets the order's rights as well. */
static bool
share_with(struct claim *c, const struct order *o, struct str reader)
{
	struct grant_list grants = { .count = 0 };
	struct strs readers = { .count = 0 };
	bool good = true;

	if (books_grants_of_order(c->t->books, &c->arena, o->id, &grants) !=
	    BOOKS_OK)
		return false;
	for (size_t i = 0; i < grants.count; i++) {
		struct str had = grants.at[i].reader;
		bool seen = false;

		if (str_eq(had, reader))
			return true;
		for (size_t k = 0; k < readers.count; k++)
			seen |= str_eq(readers.at[k], had);
		if (!seen)
			ARENA_PUSH(&c->arena, readers, had);
	}
	if (readers.count >= TILL_CLAIMS)
		return true;
	for (size_t i = 0; i < grants.count && good; i++) {
		struct grant g = grants.at[i];

		if (!str_eq(g.reader, readers.at[0]))
			continue;
		g.reader = reader;
		good = books_grant_put(c->t->books, &g) != BOOKS_FAILED;
	}
	return good;
}

/* Cookies for the browser: the identity it has, or the order's. Only so many:
 * each is a token that a refund has to revoke. */
static bool
claim_cookies(
    struct claim *c, const struct order *o, struct message_return_done *done)
{
	struct till *t = c->t;
	struct str secret = STR(""), token = STR("");
	struct str reader = reader_by_secret(t, &c->arena, c->reader);
	bool claimable = clock_now() - o->paid_at < TILL_CLAIM_SECONDS;
	bool good;

	if (reader.len
		? !pace_take(&t->renewals, reader, clock_ms())
		: !claimable || !pace_take(&t->claims, o->id, clock_ms()))
		return true;
	if (!books_begin(t->books))
		return false;
	if (!reader.len) {
		reader = o->reader;
		good = secret_for(t, &c->arena, reader, &secret);
	} else {
		good = !claimable || str_eq(reader, o->reader) ||
		    share_with(c, o, reader);
	}
	if (good && token_for(t, &c->arena, reader, &token) &&
	    books_commit(t->books)) {
		done->token = token;
		done->reader = secret;
		return true;
	}
	books_rollback(t->books);
	return false;
}

static void
claim_show(struct claim *c, const struct order *o)
{
	struct message m = { .type = MESSAGE_RETURN_DONE };
	struct message_return_done *done = &m.u.back_done;

	done->result = result_of(o->state);
	done->order = o->id;
	done->offer = o->offer;
	done->lang = o->lang;
	done->amount = o->state == ORDER_PAID ? o->paid : o->amount;
	done->currency = o->currency;
	done->page = o->page;
	if (c->signs_in && done->result == RETURN_PAID &&
	    (!rights_refresh(c->t) || !claim_cookies(c, o, done)))
		claim_say(c, RETURN_UNAVAILABLE);
	else
		claim_end(c, &m);
}

/* After the provider was asked: what is known now. */
static void
claim_read(void *arg, enum reading_result result)
{
	struct claim *c = arg;
	struct order o;

	switch (
	    books_order_by_session(c->t->books, &c->arena, c->session, &o)) {
	case BOOKS_OK:
		claim_show(c, &o);
		return;
	case BOOKS_NONE:
		claim_say(c,
		    result == READING_NOT_OURS || result == READING_UNKNOWN
			? RETURN_UNKNOWN
			: RETURN_UNAVAILABLE);
		return;
	case BOOKS_TAKEN:
	case BOOKS_FAILED:
		break;
	}
	claim_say(c, RETURN_UNAVAILABLE);
}

static void
claim_ask(struct claim *c)
{
	const struct reading_request request = { .kind = STRIPE_SESSION,
		.object = c->session,
		.budget_ms = CLAIM_BUDGET_MS,
		.done = claim_read,
		.arg = c };

	if (!reading_start(c->t, &request))
		claim_say(c, RETURN_UNAVAILABLE);
}

/* Could another answer of the provider change what is shown? */
static bool
is_settled(const struct order *o)
{
	if (o->state == ORDER_PENDING)
		return false;
	return (o->state != ORDER_AWAITING_PAYMENT &&
		   o->state != ORDER_EXPIRED) ||
	    clock_now() - o->checked < CLAIM_FRESH;
}

static void
claim_go(struct claim *c)
{
	struct order o;

	switch (
	    books_order_by_session(c->t->books, &c->arena, c->session, &o)) {
	case BOOKS_OK:
		if (is_settled(&o))
			claim_show(c, &o);
		else
			claim_ask(c);
		return;
	case BOOKS_NONE:
		/* Its creation may have been forgotten in a crash. Invented
		 * ones must not use up what the provider allows us. */
		if (c->t->answers_due > CLAIM_STRANGERS ||
		    !pace_take(&c->t->strangers, STR("all"), clock_ms()))
			claim_say(c, RETURN_UNAVAILABLE);
		else
			claim_ask(c);
		return;
	case BOOKS_TAKEN:
	case BOOKS_FAILED:
		break;
	}
	claim_say(c, RETURN_UNAVAILABLE);
}

void
claim_take(struct till *t, const struct message *m)
{
	const struct message_return *back = &m->u.back;
	struct message no = { .type = MESSAGE_RETURN_DONE, .id = m->id };
	struct claim *c;

	no.u.back_done.result = RETURN_UNKNOWN;
	if (!stripe_id_of(back->session, STR("cs_"))) {
		till_answer(t, &no);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		no.u.back_done.result = RETURN_UNAVAILABLE;
		till_answer(t, &no);
		return;
	}
	c->t = t;
	c->id = m->id;
	c->signs_in = back->claim == 1;
	arena_init(&c->arena);
	c->session = arena_str(&c->arena, back->session);
	c->token = arena_str(&c->arena, back->token);
	c->reader = arena_str(&c->arena, back->reader);
	t->answers_due++;
	claim_go(c);
}
