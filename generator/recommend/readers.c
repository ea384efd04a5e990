#include "readers.h"

static void
list_events(struct readers *r, struct arena *a)
{
	const struct events *e = r->events;
	size_t *next = ARENA_ARRAY(a, r->count + 1, size_t);

	r->from = ARENA_ARRAY(a, r->count + 1, size_t);
	r->at = ARENA_ARRAY(a, e->list.count, uint32_t);
	for (size_t i = 0; i < e->list.count; i++)
		r->from[e->list.at[i].reader + 1]++;
	for (size_t i = 0; i < r->count; i++) {
		r->from[i + 1] += r->from[i];
		next[i + 1] = r->from[i + 1];
	}
	for (size_t i = 0; i < e->list.count; i++)
		r->at[next[e->list.at[i].reader]++] = (uint32_t)i;
}

static int64_t
last_time(const struct readers *r, size_t reader)
{
	return readers_event(r, reader, readers_events(r, reader) - 1)->time;
}

/* Is it the reader's first event, and there are others on later days? */
static bool
begins_lasting(const struct readers *r, const struct event *e)
{
	return readers_event(r, e->reader, 0) == e &&
	    last_time(r, e->reader) / READERS_DAY > e->time / READERS_DAY;
}

static void
add_epoch(struct readers *r, struct arena *a, struct epoch epoch)
{
	struct epoch *before =
	    r->epochs.count ? &r->epochs.at[r->epochs.count - 1] : NULL;

	if (before &&
	    (epoch.lasting < READERS_LASTING ||
		before->lasting < READERS_LASTING)) {
		before->ends = epoch.ends;
		before->lasting += epoch.lasting;
	} else {
		ARENA_PUSH(a, r->epochs, epoch);
	}
}

/* An epoch ends where all readers met so far were met for the last time. */
static void
find_epochs(struct readers *r, struct arena *a)
{
	const struct event *at = r->events->list.at;
	size_t count = r->events->list.count;
	struct epoch epoch = { 0 };
	int64_t last = -1;

	for (size_t i = 0; i < count; i++) {
		int64_t time = last_time(r, at[i].reader);

		if (last < at[i].time) {
			epoch.ends = last + 1;
			if (i > 0)
				add_epoch(r, a, epoch);
			epoch = (struct epoch){ .begins = at[i].time };
		}
		epoch.lasting += begins_lasting(r, &at[i]);
		if (time > last)
			last = time;
	}
	epoch.ends = last + 1;
	if (count)
		add_epoch(r, a, epoch);
}

struct readers *
readers_new(struct arena *a, const struct events *events)
{
	struct readers *r = ARENA_NEW(a, struct readers);

	r->events = events;
	r->count = events->readers.list.count;
	list_events(r, a);
	find_epochs(r, a);
	return r;
}

size_t
readers_events(const struct readers *r, size_t reader)
{
	return r->from[reader + 1] - r->from[reader];
}

const struct event *
readers_event(const struct readers *r, size_t reader, size_t i)
{
	return &r->events->list.at[r->at[r->from[reader] + i]];
}
