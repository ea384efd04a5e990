/*
 * predict.h - will they buy, finish, lapse? Learnt from windows of the past,
 * tried on the newest one.
 *
 * Windows of HISTORY_HORIZON days are laid back from the end of each epoch
 * (readers.h), as long as a window has PREDICT_HISTORY days of the same epoch
 * before it; at most PREDICT_WINDOWS. The newest is the test: a model learnt
 * from the older ones, whose outcomes all lie before it, is asked about readers
 * as they were when it began. For the future the same is done one window on,
 * with the test among what is learnt from.
 *
 * Model: logistic.h over history.h, ridge 1, PREDICT_LEARNT rows at most
 * (evenly spaced). One reader of five is kept out of the learning; on these, as
 * they were at the newest window learnt from, Platt's correction (1999: a
 * logistic regression over the scores) is fitted. It is kept when, fitted on a
 * half of them and tried on the other, it lowers the sum of -ln(chance of what
 * came) by two standard errors of the difference.
 *
 * Nothing is said with fewer than PREDICT_READERS readers, or with fewer than
 * PREDICT_CASES who did it or who did not, to learn from or to test on.
 *
 * Memory: 40 bytes for each reader and window.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include "calibration.h"
#include "history.h"
#include "logistic.h"

enum {
	PREDICT_WINDOWS = 7, /* with the test */
	PREDICT_HISTORY = 28, /* days ids must be old */
	PREDICT_READERS = 200,
	PREDICT_CASES = 20,
	PREDICT_LEARNT = 200000,
};

struct predict_model {
	struct logistic base, correction;
	bool corrected;
};

enum predict_state {
	PREDICT_GOOD,
	PREDICT_TOO_SHORT, /* no window to learn from and another to test */
	PREDICT_FEW_READERS,
	PREDICT_FEW_CASES,
};

struct prediction {
	enum predict_state state; /* unless good, nothing below is set */
	size_t learnt; /* readers at windows */
	double share; /* of those who did it */
	struct calibration test;
	double brier_of_share; /* the test's when all are given `share` */
	double error_before; /* the test's without the correction */
	struct predict_model tested, next;
	size_t asked; /* readers the future is asked about; 0: ids are too new
		       */
	double expected; /* how many of them will */
};

struct predictions {
	struct moment windows[PREDICT_WINDOWS]; /* newest, the test, first */
	size_t window_count;
	struct moment
	    now; /* after the newest event; its outcome is not known */
	bool foresees; /* ids of now are old enough */
	struct prediction of[OUTCOME_COUNT];
};

void predictions_of(struct predictions *p, struct arena *a,
    const struct readers *readers, const struct shelf *shelf);
double predict_chance(const struct predict_model *m, const struct history *h);

#endif
