/*
 * interval.h - a count or a share, and how far it may be off by chance.
 *
 * low and high bound the true value for 95 of 100 such samples.
 */
#ifndef INTERVAL_H
#define INTERVAL_H

struct interval {
	double value, low, high;
};

/* successes / trials with the score interval of Wilson (1927), in 0..1. All 0
 * when there are no trials; more successes than trials count as all. */
struct interval interval_of_share(double successes, double trials);
/* A sum of small chances, as a Poisson count: (sqrt(x) +- z/2)^2, its variance
 * made stable by the square root (Anscombe, 1948). */
struct interval interval_of_count(double expected);

#endif
