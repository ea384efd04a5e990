#include "history.h"

#include <math.h>

const char *const outcome_names[OUTCOME_COUNT] = {
	[OUTCOME_BUY] = "buy",
	[OUTCOME_FINISH] = "finish",
	[OUTCOME_LAPSE] = "lapse",
};

const char *const feature_names[FEATURE_COUNT] = {
	[FEATURE_VISITS] = "visits",
	[FEATURE_DAYS] = "days",
	[FEATURE_RECENCY] = "recency",
	[FEATURE_COURSES] = "courses",
	[FEATURE_COMPLETES] = "completions",
	[FEATURE_CLICKS] = "clicks",
	[FEATURE_PURCHASES] = "purchases",
	[FEATURE_TENURE] = "tenure",
};

void
history_init(struct history_reader *h, struct arena *a,
    const struct readers *readers, const struct shelf *shelf)
{
	*h = (struct history_reader){ .readers = readers, .shelf = shelf };
	h->begun = ARENA_ARRAY(a, shelf->courses, uint32_t);
	h->finished = ARENA_ARRAY(a, shelf->courses, uint32_t);
}

/* What is counted of the events before the moment. */
struct past {
	size_t by_kind[EVENT_KINDS], days, begun, finished;
	int64_t first, last;
};

static bool
is_new(uint32_t *rounds, uint32_t course, uint32_t round)
{
	bool was = rounds[course] == round;

	rounds[course] = round;
	return !was;
}

static void
count_event(struct history_reader *h, struct past *p, const struct event *e)
{
	uint32_t course = h->shelf->course_of[e->item];

	if (!p->days || e->time / READERS_DAY != p->last / READERS_DAY)
		p->days++;
	if (p->days == 1 && e->time < p->first)
		p->first = e->time;
	p->last = e->time;
	p->by_kind[e->kind]++;
	if (course == SHELF_NONE || e->kind == EVENT_SHOWN)
		return;
	p->begun += is_new(h->begun, course, h->round);
	if (e->kind == EVENT_COMPLETE && h->shelf->ends[e->item])
		p->finished += is_new(h->finished, course, h->round);
}

static unsigned
outcome_of(const struct history_reader *h, const struct event *e)
{
	if (e->kind == EVENT_PURCHASE)
		return 1u << OUTCOME_BUY;
	if (e->kind == EVENT_COMPLETE && h->shelf->ends[e->item] &&
	    h->shelf->course_of[e->item] != SHELF_NONE)
		return 1u << OUTCOME_FINISH;
	return 0;
}

static float
grown(double n)
{
	return (float)log1p(n);
}

static void
describe(struct history *out, const struct past *p, int64_t now)
{
	out->x[FEATURE_VISITS] = grown((double)p->by_kind[EVENT_VISIT]);
	out->x[FEATURE_DAYS] = grown((double)p->days);
	out->x[FEATURE_RECENCY] = grown((double)(now - p->last) / READERS_DAY);
	out->x[FEATURE_COURSES] = grown((double)p->begun);
	out->x[FEATURE_COMPLETES] = grown((double)p->by_kind[EVENT_COMPLETE]);
	out->x[FEATURE_CLICKS] = grown((double)p->by_kind[EVENT_CLICK]);
	out->x[FEATURE_PURCHASES] = grown((double)p->by_kind[EVENT_PURCHASE]);
	out->x[FEATURE_TENURE] = grown((double)(now - p->first) / READERS_DAY);
}

static bool
is_known(const struct past *p, int64_t now)
{
	return p->days &&
	    now - p->last <= (int64_t)HISTORY_ACTIVE * READERS_DAY &&
	    (p->days > 1 || p->by_kind[EVENT_PURCHASE] ||
		p->by_kind[EVENT_COMPLETE]);
}

bool
history_of(struct history_reader *h, size_t reader, const struct moment *moment,
    struct history *out)
{
	size_t count = readers_events(h->readers, reader);
	struct past past = { .first = INT64_MAX };
	bool came = false;

	*out = (struct history){ 0 };
	h->round++;
	for (size_t i = 0; i < count; i++) {
		const struct event *e = readers_event(h->readers, reader, i);

		if (e->time < moment->begins || e->time >= moment->until)
			continue;
		if (e->time < moment->at) {
			count_event(h, &past, e);
			continue;
		}
		came = true;
		out->happened |= outcome_of(h, e);
	}
	if (!is_known(&past, moment->at))
		return false;
	describe(out, &past, moment->at);
	out->asked = 1u << OUTCOME_BUY;
	if (past.begun > past.finished)
		out->asked |= 1u << OUTCOME_FINISH;
	if (moment->at - past.last <= (int64_t)HISTORY_HORIZON * READERS_DAY)
		out->asked |= 1u << OUTCOME_LAPSE;
	if (!came)
		out->happened |= 1u << OUTCOME_LAPSE;
	return true;
}
