/*
 * leak.h - does text that is for sale stand in a public file? Private to this
 * folder.
 *
 * Text is read as tokens: words, and single characters of scripts without
 * spaces; case, punctuation and white space do not count. A shingle is a run of
 * 7 words, or of 14 characters, or a mixture of that weight. What is for sale
 * is its set of shingles without those of the free texts. Promises: a run of a
 * secret text that long is found in whatever file it stands, in text, in an
 * attribute, in JSON. Does not promise to find shorter runs.
 */
#ifndef LEAK_H
#define LEAK_H

#include "arena.h"

struct leaks;

struct leak {
	uint32_t owner; /* as given to leaks_add_secret */
	struct str run; /* the words that were found, as they stand there */
};

struct leaks *leaks_new(void);
void leaks_free(struct leaks *l);
void leaks_add_secret(struct leaks *l, struct str text, uint32_t owner);
void leaks_add_free(struct leaks *l, struct str text, uint32_t owner);
/* Calls `report` for each secret's owner and free text's owner that have at
 * least LEAK_SHARED shingles in common (some 16 words or 24 characters), once,
 * ordered by both. */
enum { LEAK_SHARED = 10 };
void leaks_shared(const struct leaks *l,
    void (*report)(void *context, uint32_t secret, uint32_t open),
    void *context);
bool leaks_any(const struct leaks *l); /* is anything for sale? */
/* The first run of text for sale in `text`. */
bool leaks_find(const struct leaks *l, struct str text, struct leak *found)
    __attribute__((warn_unused_result));

#endif
