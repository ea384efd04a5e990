/*
 * readers.h - what each reader did, in the order it happened, and how long ids
 * last.
 *
 * Ids change (rotate_days of the gateway), and then all at once: after that
 * moment nobody is known from before it. An epoch is the time between two such
 * moments; they are found where no id is met both before and after. A part with
 * fewer than READERS_LASTING ids that last longer than a day is no epoch but
 * belongs to the one before. What is said of readers over time holds only
 * within one epoch.
 *
 * Memory: 4 bytes an event, 8 a reader.
 */
#ifndef READERS_H
#define READERS_H

#include "events.h"

enum { READERS_DAY = 24 * 3600, READERS_LASTING = 5 };

struct epoch {
	int64_t begins, ends; /* of its first event; after its last */
	size_t lasting; /* ids met on two days at least */
};

struct readers {
	const struct events *events;
	size_t count;
	size_t *from; /* in `at`, by reader; one more than there are */
	uint32_t *at; /* numbers of events */
	struct {
		struct epoch *at; /* oldest first; none without events */
		size_t count, room;
	} epochs;
};

/* `events` is closed and outlives the result. */
struct readers *readers_new(struct arena *a, const struct events *events);
/* The i-th event of a reader; `i` is below readers_events. */
size_t readers_events(const struct readers *r, size_t reader);
const struct event *readers_event(
    const struct readers *r, size_t reader, size_t i);

#endif
