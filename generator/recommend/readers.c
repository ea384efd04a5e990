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

/* An epoch ends where all readers met so far were met for the last time. */
static void
find_epochs(struct readers *r, struct arena *a)
{
	const struct event *at = r->events->list.at;
	size_t count = r->events->list.count;
	struct epoch epoch = { 0 };
	int64_t last = -1;

	for (size_t i = 0; i < count; i++) {
		size_t reader = at[i].reader;
		int64_t time =
		    readers_event(r, reader, readers_events(r, reader) - 1)
			->time;

		if (last < at[i].time) {
			epoch.ends = last + 1;
			if (i > 0)
				ARENA_PUSH(a, r->epochs, epoch);
			epoch.begins = at[i].time;
		}
		if (time > last)
			last = time;
	}
	epoch.ends = last + 1;
	if (count)
		ARENA_PUSH(a, r->epochs, epoch);
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
