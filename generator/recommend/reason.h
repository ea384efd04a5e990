/*
 * reason.h - why one item goes with another, in words anyone may read.
 *
 * Only terms that stand in public text of both (titles, headings in a table of
 * contents, tags, descriptions, free text); never what only a buyer reads.
 */
#ifndef REASON_H
#define REASON_H

#include "terms.h"

enum { REASON_TERMS_MOST = 3 };

/* The terms two documents share that weigh most, best first; returns how many.
 * Copied into the arena. */
size_t reason_terms(const struct terms *t, struct arena *a, size_t from,
    size_t to, struct str terms[REASON_TERMS_MOST]);

#endif
