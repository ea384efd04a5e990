#include "clock.h"
#include "json.h"
#include "log.h"
#include "signature.h"
#include "till_private.h"

enum { EVENT_BUDGET_MS = 20000, DUE = 64, RETRY_SECONDS = 2 };

/* What becomes of an event when it comes in. */
static enum event_state
first_state(
    const struct till *t, const struct stripe_event *e, const char **note)
{
	*note = "";
	if (e->thin)
		*note = "thin event";
	else if (e->livemode != t->livemode)
		*note = "another livemode";
	else if (e->kind == STRIPE_NOTHING)
		*note = "of no meaning here";
	return **note ? EVENT_IGNORED : EVENT_STORED;
}

static enum webhook_result
keep_event(struct till *t, const struct stripe_event *e, struct str body)
{
	const char *note;
	struct event row = { .id = e->id,
		.type = e->type,
		.object = e->object,
		.received = clock_now() };

	row.state = first_state(t, e, &note);
	row.note = str_from(note);
	switch (books_event_add(t->books, &row, body)) {
	case BOOKS_OK:
		if (row.state == EVENT_STORED)
			t->look = true;
		return WEBHOOK_STORED;
	case BOOKS_TAKEN:
		return WEBHOOK_STORED;
	case BOOKS_NONE:
	case BOOKS_FAILED:
		break;
	}
	return WEBHOOK_UNAVAILABLE;
}

/* Whose signature is good, and what it says. */
static enum webhook_result
webhook_read(struct till *t, struct arena *a, const struct message_webhook *m,
    struct stripe_event *event)
{
	const struct value *v;
	struct json_error error;

	if (!signature_good(m->signature, m->body, t->secrets->webhook,
		t->secrets->webhooks, clock_now()))
		return WEBHOOK_FORGED;
	v = json_read(a, m->body, &error);
	if (!v || !stripe_event_read(v, event))
		return WEBHOOK_MALFORMED;
	return WEBHOOK_STORED;
}

static void
tell(struct complaint *c, uint64_t times)
{
	uint64_t count = complaint_count(c, times, clock_ms());

	if (count == 1)
		log_warning("webhook refused: %s", c->about);
	else if (count)
		log_warning("webhook refused: %s, %llu times", c->about,
		    (unsigned long long)count);
}

static void
answer_one(struct till *t, const struct message *m, enum webhook_result result)
{
	struct message answer = { .type = MESSAGE_WEBHOOK_DONE, .id = m->id };

	if (result == WEBHOOK_FORGED)
		tell(&t->forged, 1);
	else if (result == WEBHOOK_MALFORMED)
		tell(&t->malformed, 1);
	answer.u.webhook_done.result = result;
	till_answer(t, &answer);
}

void
webhooks_take(struct till *t, const struct webhook_batch *batch)
{
	enum webhook_result results[64];
	struct stripe_event event;
	struct arena a;
	bool good;

	arena_init(&a);
	good = books_events_waiting(t->books) < TILL_BACKLOG &&
	    books_begin(t->books);
	for (size_t i = 0; i < batch->count; i++) {
		const struct message_webhook *m = &batch->at[i]->u.webhook;

		results[i] = webhook_read(t, &a, m, &event);
		if (results[i] == WEBHOOK_STORED && good)
			results[i] = keep_event(t, &event, m->body);
		if (results[i] == WEBHOOK_UNAVAILABLE)
			good = false;
	}
	if (!good || !books_commit(t->books)) {
		books_rollback(t->books);
		good = false;
	}
	for (size_t i = 0; i < batch->count; i++) {
		if (results[i] == WEBHOOK_STORED && !good)
			results[i] = WEBHOOK_UNAVAILABLE;
		answer_one(t, batch->at[i], results[i]);
	}
	arena_clear(&a);
}

/* False when it could not be started. */
static bool
start_event(struct till *t, const struct event *e)
{
	const struct reading_request request = {
		.kind = stripe_object_of(e->type),
		.object = e->object,
		.event = e,
		.budget_ms = EVENT_BUDGET_MS,
	};

	return reading_is_under_way(t, e->object) || reading_start(t, &request);
}

static void
start_due(struct till *t)
{
	struct event_list due = { .count = 0 };
	int64_t now = clock_now(), last = books_event_last(t->books);
	bool good;
	struct arena a;

	t->look = false;
	arena_init(&a);
	good = last >= 0 &&
	    books_events_due(t->books, &a, now, DUE, &due) == BOOKS_OK;
	for (size_t i = 0; i < due.count && t->event_reads < TILL_READS; i++) {
		/* What is read from now on answers all that came so far. */
		due.at[i].seq = last;
		good &= start_event(t, &due.at[i]);
	}
	arena_clear(&a);
	/* Those left over are looked for when a reading ends. */
	t->next_event =
	    good ? books_event_next_due(t->books, now) : now + RETRY_SECONDS;
}

static void
start_wanted(struct till *t)
{
	struct wanted w;

	while (t->event_reads < TILL_READS && reconcile_wanted(t, &w)) {
		const struct reading_request request = { .kind = w.kind,
			.object = w.object,
			.budget_ms = EVENT_BUDGET_MS };

		if (!reading_is_under_way(t, w.object) &&
		    !reading_start(t, &request))
			log_error("reconcile: cannot read an object");
	}
}

void
webhooks_work(struct till *t)
{
	tell(&t->forged, 0);
	tell(&t->malformed, 0);
	if (t->event_reads >= TILL_READS || clock_ms() < t->pause)
		return;
	if (t->look || (t->next_event > 0 && t->next_event <= clock_now()))
		start_due(t);
	start_wanted(t);
}
