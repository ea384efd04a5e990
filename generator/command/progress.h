/*
 * progress.h - one line on a terminal that says how far a build is.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	bool shown;
	size_t total;
	double next; /* when to write again, monotonic seconds */
	bool written;
};

/* Shown only when `wanted` and standard error is a terminal. */
void progress_begin(struct progress *p, bool wanted, size_t total);
void progress_step(struct progress *p, size_t done);
void progress_end(struct progress *p); /* takes the line away */

#endif
