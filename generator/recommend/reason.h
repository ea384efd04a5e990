/*
 * reason.h - why one item goes with another, in words anyone may read.
 *
 * Topics of both (topic.h), so only what stands in public text of both: what a
 * title, tag or heading of at least one names and the other names or repeats; a
 * phrase rather than its words; of scripts without spaces the longest run that
 * both names have. Rare ones first; where there is none, one word that one says
 * often and the other again. Nothing rather than what many documents have.
 */
#ifndef REASON_H
#define REASON_H

#include "terms.h"

enum { REASON_TERMS_MOST = 3 };

/* A document on its way to be compared with others. */
struct reasons;
struct reasons *reasons_new(
    const struct terms *t, struct arena *a, size_t from);
/* What it shares with document `to`, the most telling first; returns how many.
 * Copied into the arena. */
size_t reasons_for(
    struct reasons *r, size_t to, struct str terms[REASON_TERMS_MOST]);

#endif
