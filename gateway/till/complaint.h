/*
 * complaint.h - the same fault again and again: told at once the first time,
 * then once a minute with how often it was, so that a flood of requests is no
 * flood of log lines.
 */
#ifndef COMPLAINT_H
#define COMPLAINT_H

#include <stdint.h>

enum { COMPLAINT_MS = 60000 };

struct complaint {
	const char *about;
	uint64_t count; /* not yet told */
	int64_t next; /* ms: not told again before */
};

/* Counts `more`, which may be 0. How often it was since it was last told, when
 * it is to be told now; else 0. */
uint64_t complaint_count(struct complaint *c, uint64_t more, int64_t now_ms);

#endif
