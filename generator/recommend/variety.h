/*
 * variety.h - a list that does not say the same thing five times.
 *
 * Maximal marginal relevance (Carbonell, Goldstein, 1998): the next entry is
 * the one with the most of score - share x nearness to what was chosen, both
 * measured against the best score. Ties go to the one that was first.
 */
#ifndef VARIETY_H
#define VARIETY_H

#include "rows.h"

enum { VARIETY_PERCENT = 30, VARIETY_MOST = 32 };

struct variety {
	struct {
		struct scored entry;
		size_t number; /* in the list */
		int32_t nearest; /* to one that was chosen */
	} left[VARIETY_MOST];
	size_t count, taken;
	int32_t top;
	int32_t near[VARIETY_MOST][VARIETY_MOST]; /* by numbers */
};

/* `list` has at most VARIETY_MOST entries, the best first; `near` gives the
 * nearness of two items, in millionths. */
void variety_init(struct variety *v, const struct scored *list, size_t count,
    const struct rows *near);
/* The next one; false when all are taken. */
bool variety_next(struct variety *v, struct scored *entry);

#endif
