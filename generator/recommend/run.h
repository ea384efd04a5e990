/*
 * run.h - runs of characters (scripts without spaces), and what two of them
 * have in common.
 *
 * Only the first RUN_CHARACTERS of a run are looked into; a part of fewer than
 * RUN_LEAST names nothing. Private to this folder.
 */
#ifndef RUN_H
#define RUN_H

#include "arena.h"

enum {
	RUN_CHARACTERS = 24,
	RUN_LEAST = 2,
	RUNS_MOST = 128, /* of an index */
};

struct run {
	struct str text; /* borrowed */
	uint32_t at[RUN_CHARACTERS]; /* different ones for different bytes */
	uint8_t from[RUN_CHARACTERS + 1]; /* where each begins; and the end */
	uint8_t count;
};

void run_init(struct run *r, struct str text);
/* `count` characters, the first of them `from`. */
struct str run_part(const struct run *r, size_t from, size_t count);
/* How long the longest part that both have is; `*from`: where it first begins
 * in `a`. */
size_t run_common(const struct run *a, const struct run *b, size_t *from);

/* Runs by every two characters beside each other. */
struct run_index;
/* As bits: run i is bit i % 64 of word i / 64. */
struct run_set {
	uint64_t bits[RUNS_MOST / 64];
};

/* Of at most RUNS_MOST, which are borrowed; in the arena. */
struct run_index *run_index_new(
    struct arena *a, const struct run *runs, size_t count);
/* Which of them have RUN_LEAST characters or more in common with `r`. */
struct run_set run_index_find(const struct run_index *x, const struct run *r);

#endif
