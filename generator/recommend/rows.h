/*
 * rows.h - what goes with what: for each item the items that score best.
 *
 * Scores are whole millionths, rounded once, so that they and every order made
 * from them are the same on any machine and any number of threads. A row is
 * ordered by score, then by item; items are numbered in the order of their
 * names, so ties are broken by address.
 */
#ifndef ROWS_H
#define ROWS_H

#include "arena.h"

enum { SCORE_ONE = 1000000 };

struct scored {
	uint32_t item;
	int32_t score; /* millionths; never 0 or less in a row */
};

struct row {
	const struct scored *at;
	size_t count;
};

struct rows {
	struct row *at; /* by item */
	size_t count;
};

/* To millionths, within +-2000. */
int32_t score_round(double score);
/* Puts the best `most` of `list` first, in order; returns how many they are. */
size_t scored_best(struct scored *list, size_t count, size_t most);
struct rows *rows_new(struct arena *a, size_t items);
/* Copies the best `most` of `list`, which is reordered, into the arena. */
void rows_set(struct rows *r, struct arena *a, size_t item, struct scored *list,
    size_t count, size_t most);
/* 0 when `to` is not in the row of `from`. */
int32_t rows_score(const struct rows *r, size_t from, size_t to);

#endif
