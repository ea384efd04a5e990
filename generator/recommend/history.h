/*
 * history.h - a reader at a moment: what was done before it, and what after.
 *
 * A history begins with the epoch (readers.h), so ids mean the same all along.
 * It knows nothing of what happens at the moment or later; the outcome knows
 * nothing of what was before. Numbers are taken as ln(1 + n).
 *
 * A reader is known when met on two days at least, or with a purchase or
 * something completed, and not longer than HISTORY_ACTIVE days ago: visitors
 * without an account get another id every day, of them nothing can be foreseen.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "readers.h"
#include "shelf.h"

enum { HISTORY_ACTIVE = 90, HISTORY_HORIZON = 30 }; /* days */

enum feature {
	FEATURE_VISITS,
	FEATURE_DAYS, /* different ones with any event */
	FEATURE_RECENCY, /* days since the last event */
	FEATURE_COURSES, /* different ones */
	FEATURE_COMPLETES,
	FEATURE_CLICKS, /* on entries of blocks */
	FEATURE_PURCHASES,
	FEATURE_TENURE, /* days since the first event */
	FEATURE_COUNT,
};

enum outcome {
	OUTCOME_BUY, /* any purchase; asked of known readers */
	OUTCOME_FINISH, /* a course; of known ones who began one */
	OUTCOME_LAPSE, /* no event; of known ones met in the last horizon */
	OUTCOME_COUNT,
};
extern const char *const outcome_names[OUTCOME_COUNT];
extern const char *const feature_names[FEATURE_COUNT];

struct moment {
	int64_t begins, at,
	    until; /* history [begins, at), outcome [at, until) */
};

struct history {
	float x[FEATURE_COUNT];
	unsigned asked, happened; /* bits: 1 << OUTCOME_BUY ... */
};

/* Remembers which courses it has seen, so that nothing is cleared between
 * readers. */
struct history_reader {
	const struct readers *readers;
	const struct shelf *shelf;
	uint32_t *begun, *finished; /* by course: the round it was in */
	uint32_t round;
};

void history_init(struct history_reader *h, struct arena *a,
    const struct readers *readers, const struct shelf *shelf);
/* False when the reader is not known then. */
bool history_of(struct history_reader *h, size_t reader,
    const struct moment *moment, struct history *out);

#endif
