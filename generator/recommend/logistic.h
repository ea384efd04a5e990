/*
 * logistic.h - the chance of a yes from a few numbers: logistic regression.
 *
 * chance = 1 / (1 + exp(-(constant + sum of slope_j x_j))). The numbers are
 * brought to mean 0 and variance 1, and what is minimised is
 *	sum of ln(1 + exp(-s eta)), s = 1 for yes, -1 for no,
 *	+ ridge / 2 times the sum of the squared slopes (not the constant's)
 * by Newton's method (iteratively reweighted least squares: McCullagh and
 * Nelder, Generalized Linear Models, 1989, 4.4; the ridge: le Cessie and van
 * Houwelingen, 1992), a step being halved until it lowers the sum. A number
 * that is the same for all gets the slope 0.
 */
#ifndef LOGISTIC_H
#define LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

enum { LOGISTIC_MOST = 8 }; /* numbers */

struct logistic {
	size_t width;
	double mean[LOGISTIC_MOST], scale[LOGISTIC_MOST]; /* scale 0: the same
							     for all */
	double slope[LOGISTIC_MOST]; /* by standard deviation */
	double constant; /* at the mean */
};

struct sample {
	const float *x; /* `width` numbers for each row */
	const bool *yes;
	size_t count, width;
};

/* False when it did not converge (with a ridge of 0 it may not); then the
 * chance is the share of yes for all. */
bool logistic_fit(struct logistic *l, const struct sample *s, double ridge);
/* ln(chance / (1 - chance)). */
double logistic_score(const struct logistic *l, const float *x);
double logistic_chance(double score);

#endif
