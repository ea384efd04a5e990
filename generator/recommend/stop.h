/*
 * stop.h - words that say nothing about what a text is about.
 *
 * One list for all languages that have one; the words of one that mean
 * something in another ("die", "war") are left out. Private to this folder.
 */
#ifndef STOP_H
#define STOP_H

#include "arena.h"

struct stop {
	uint64_t maybe[1024]; /* bits: what has none is in neither table */
	uint64_t slots[4096]; /* hashes, open addressing; 0: free */
	uint64_t plain[2048]; /* those of stop_is_plain */
};

const struct stop *stop_new(struct arena *a);
/* By the hash of the folded word, as word_hash makes it. */
static inline bool stop_has(const struct stop *s, uint64_t hash);
/* A word that may bring texts together and yet explains nothing alone: of
 * headings ("exercises", "summary"), small talk, verbs for anything. */
static inline bool stop_is_plain(const struct stop *s, uint64_t hash);

/* The rest is for the inline functions: most words are in neither table. */
bool stop_find(const struct stop *s, uint64_t hash);
bool stop_find_plain(const struct stop *s, uint64_t hash);

static inline bool
stop_is_maybe(const struct stop *s, uint64_t hash)
{
	size_t bit = (size_t)(hash >> 40) % (8 * sizeof s->maybe);

	return s->maybe[bit / 64] >> bit % 64 & 1;
}

static inline bool
stop_has(const struct stop *s, uint64_t hash)
{
	return stop_is_maybe(s, hash) && stop_find(s, hash);
}

static inline bool
stop_is_plain(const struct stop *s, uint64_t hash)
{
	return stop_is_maybe(s, hash) && stop_find_plain(s, hash);
}

#endif
