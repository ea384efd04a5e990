/*
 * diag.h - faults in what an author wrote: collected, sorted, shown at the end.
 *
 * A fault never stops a run: report, use a harmless value, go on. At the end
 * diag_print shows all of them as
 *
 *	error: courses/pointers/03-arrays.md:41:12: no such lesson: 05-aloc.md
 *	    41 | See [allocating](05-aloc.md) for more.
 *	       |                 ^^^^^^^^^^
 *	hint: did you mean 05-alloc.md?
 *
 * ordered by path, line, column. Control characters in quoted text are shown
 * escaped. Equal faults are shown once. At most LIMIT_DIAGNOSTICS are kept;
 * the rest is counted. Not thread-safe.
 */
#ifndef DIAG_H
#define DIAG_H

#include "arena.h"
#include <stdio.h>

enum severity { DIAG_WARNING, DIAG_ERROR };

/* A place in a file; line and column count from 1, in bytes; 0: not known. */
struct where {
	struct str path;
	struct str text; /* the whole file, for the excerpt; may be empty */
	unsigned line;
	unsigned column;
	unsigned length; /* bytes to underline; 0: none */
};

struct diag {
	struct arena arena;
	struct {
		struct diag_item *at;
		size_t count, room;
	} items;
	size_t errors;
	size_t warnings;
	size_t dropped;
};

void diag_init(struct diag *d);
void diag_clear(struct diag *d);
/* A hint may be NULL. Everything is copied. */
void diag_add(struct diag *d, enum severity severity, struct where at,
    const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The place of byte `offset` in `text`: line and column counted from it. */
struct where where_at(
    struct str path, struct str text, size_t offset, size_t length);
/* Adds all that `from` holds: one collection per thread, merged at the end. */
void diag_merge(struct diag *into, const struct diag *from);
/* Every line begins with `prefix` (NULL: nothing). */
void diag_print(const struct diag *d, FILE *out, const char *prefix);
/* The candidate nearest to `word`, or the empty view when none is near. */
struct str diag_nearest(
    struct str word, const struct str *candidates, size_t count);

#endif
