/*
 * matrix.h - readers by items: how much each reader had to do with each item.
 *
 * Sparse, both ways. A reader's value for an item is that of the strongest
 * event, halved for each half-life it is older than the newest one. A reader
 * with more than MATRIX_HISTORY items (a machine, a tester) counts with the
 * newest of them.
 *
 * Memory: 16 bytes an entry.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "events.h"

enum { MATRIX_HISTORY = 500 };

struct entry {
	uint32_t index; /* item in a reader's list, reader in an item's */
	float value;
};

struct entries {
	const struct entry *at;
	size_t count;
};

struct matrix {
	size_t readers, items;
	size_t *reader_from, *item_from; /* one more than there are */
	struct entry *by_reader, *by_item; /* lists ordered by index */
};

/* What an event of each kind is worth, and how it fades. */
struct event_worth {
	float kind[EVENT_KINDS];
	double half_life; /* seconds; 0: no fading */
	int64_t until; /* later events are not seen; INT64_MAX: all */
};

extern const struct event_worth event_worth_default;

/* `item_of` maps the events' items to `items` others, UINT32_MAX: left out;
 * NULL: as they are. */
struct matrix *matrix_new(struct arena *a, const struct events *e,
    const struct event_worth *worth, const uint32_t *item_of, size_t items);
struct entries matrix_reader(const struct matrix *m, size_t reader);
struct entries matrix_item(const struct matrix *m, size_t item);

/*
 * The sums of products of an item's column with every other's: one row of X'X,
 * and in how many readers' lists both are.
 */
struct together {
	double *sum; /* by item */
	uint32_t *readers; /* by item */
	uint32_t *touched; /* items that are not 0; of itself too */
	size_t touched_count;
};
void together_init(struct together *t, struct arena *a, size_t items);
void together_of(struct together *t, const struct matrix *m, size_t item);

#endif
