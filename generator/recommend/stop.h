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
	uint64_t maybe[128]; /* bits: what has none is in neither table */
	uint64_t slots[4096]; /* hashes, open addressing; 0: free */
	uint64_t plain[2048]; /* those of stop_is_plain */
};

const struct stop *stop_new(struct arena *a);
/* By the hash of the folded word, as word_hash makes it. */
bool stop_has(const struct stop *s, uint64_t hash);
/* A word that may bring texts together and yet explains nothing alone: of
 * headings ("exercises", "summary"), small talk, verbs for anything. */
bool stop_is_plain(const struct stop *s, uint64_t hash);

#endif
