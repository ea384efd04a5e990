/*
 * pace.h - how often somebody may do something: a bucket of tokens for each
 * key, in a table of fixed size whose longest idle entry gives way.
 *
 * Promises a bound on memory and on what one key can do; when more keys than
 * entries are active, the forgotten ones begin anew.
 */
#ifndef PACE_H
#define PACE_H

#include "str.h"

enum { PACE_ENTRIES = 1024 };

struct pace {
	int64_t burst; /* at once */
	int64_t each_ms; /* and one more every so many */
	struct pace_entry {
		uint64_t key;
		int64_t at; /* ms, when it was last full but for `spent` */
		int64_t spent;
	} entries[PACE_ENTRIES];
};

/* May `key` go on at `now_ms`? Counts it if so. */
bool pace_take(struct pace *p, struct str key, int64_t now_ms);
/* What an IP address counts as: itself, or the /64 of an IPv6 address. */
struct str pace_network(struct str address);

#endif
