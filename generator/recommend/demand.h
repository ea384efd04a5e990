/*
 * demand.h - how many readers will buy each course in the next horizon.
 *
 * A known reader's chance to buy (predict.h) is shared out among the courses
 * the reader does not own. A course weighs its purchases of the last 90 days
 * and a half, times the lift where the reader was there. The lift is what
 * makes the purchases of the windows learnt from most likely (a conditional
 * logit with one number, McFadden 1974; its logarithm has the prior N(0, 3)).
 * A buyer counts with the mean number of new courses buyers bought there.
 *
 * To them come those who were not known when the window began: as many as on
 * average in the newest DEMAND_WINDOWS windows learnt from, of those that had
 * about as long a history, for the shorter it is, the fewer are known.
 */
#ifndef DEMAND_H
#define DEMAND_H

#include "predict.h"

enum { DEMAND_WINDOWS = 3 };

struct demand_course {
	struct interval expected;
	size_t contacts; /* known readers who were there, and new buyers */
	size_t before; /* buyers of the last horizon */
};

struct demand {
	/* By course, 0 for what is not sold; NULL: nothing is foreseen. */
	struct demand_course *at;
	size_t count;
	double lift, per_buyer;
	/* The same for the test window, against what came. */
	double test_expected, test_off, test_off_before;
	size_t test_seen, test_before; /* purchases, of courses */
	/* Courses of which one purchase at least was expected or seen, and
	 * those of them inside the interval. */
	size_t test_compared, test_within;
};

void demand_of(struct demand *d, struct arena *a, const struct readers *readers,
    const struct shelf *shelf, const struct predictions *p);

#endif
