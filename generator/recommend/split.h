/*
 * split.h - events divided into what a method may learn from, what it is told
 * of a reader, and what it is to find.
 */
#ifndef SPLIT_H
#define SPLIT_H

#include "matrix.h"

/* Other numbers for the events' items, below `count`; UINT32_MAX: left out. */
struct split_items {
	const uint32_t *item_of;
	size_t count;
};

struct split {
	struct matrix *train, *in, *out; /* of the same readers and items */
	uint32_t *last; /* by reader: the newest item of `in`, UINT32_MAX */
	const struct names *readers;
	const struct str
	    *items; /* names, in byte order; NULL with split_items */
};

/* Learns from the oldest `share` (0..1) of the events; finds what readers that
 * are known by then do afterwards. `items` may be NULL. */
void split_by_time(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth, double share,
    const struct split_items *items);
/* Learns from four readers of five; of each fifth one, chosen by the id, the
 * newest fifth of the items (one at least) is to be found. */
void split_by_reader(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth);
/* The events of a list from `in_from` on are `in`, from `out_from` on `out`. */
void split_given(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth, size_t in_from, size_t out_from);

#endif
