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

/* Of at most VARIETY_MOST puts the `most` chosen first, in their order; returns
 * how many. `near` gives the nearness of two items, in millionths. */
size_t variety_choose(
    struct scored *list, size_t count, size_t most, const struct rows *near);

#endif
