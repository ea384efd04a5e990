/*
 * calibration.h - were the chances right: of those given 20 %, did a fifth do
 * it?
 *
 * auc: the share of pairs, one who did and one who did not, in which the first
 * was given more (ties count half). brier: the mean of (chance - outcome)^2
 * (Brier, 1950). error: the mean distance between what groups were given and
 * what they did, weighted by their size (expected calibration error, Naeini et
 * al., 2015). Groups are tenths of the readers in the order of their chances;
 * equal chances are never divided.
 */
#ifndef CALIBRATION_H
#define CALIBRATION_H

#include "interval.h"

#include <stdbool.h>
#include <stddef.h>

enum { CALIBRATION_GROUPS = 10 };

struct chance {
	double given;
	bool came;
};

struct calibration_group {
	double from, to; /* lowest and highest chance given */
	double given; /* the mean of them */
	size_t readers, came;
	struct interval seen;
};

struct calibration {
	size_t readers, came;
	double auc; /* 0.5 when all did it or none */
	double brier, error;
	struct calibration_group groups[CALIBRATION_GROUPS];
	size_t group_count;
};

/* Puts `list` in order. */
void calibration_of(struct calibration *c, struct chance *list, size_t count);
/* The Brier score when everyone is given the same. */
double calibration_brier_of(
    const struct chance *list, size_t count, double same);

#endif
