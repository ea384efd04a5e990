/*
 * fault.h - the switches that make the mint misbehave, and what is
 * left of them.
 *
 * A list of switches, separated by commas, is
 *
 *	NAME[=VALUE][:COUNT][@PREFIX]
 *
 * COUNT is for how many requests (or events) it lasts, else until it is turned
 * off; a switch without VALUE may be given its count as NAME=COUNT. PREFIX
 * limits a fault of the API to paths that begin with it. pennymint(1) explains
 * each. Not thread-safe: the mint's lock guards it.
 */
#ifndef MINT_FAULT_H
#define MINT_FAULT_H

#include "buf.h"
#include "value.h"

enum mint_fault {
	/* answers of the API */
	MINT_FAULT_500,
	MINT_FAULT_500_KEPT,
	MINT_FAULT_429,
	MINT_FAULT_409,
	MINT_FAULT_TIMEOUT, /* VALUE: seconds, 30 */
	MINT_FAULT_GARBAGE,
	MINT_FAULT_REDIRECT,
	MINT_FAULT_HUGE, /* VALUE: megabytes, 100 */
	MINT_FAULT_CLOSE,
	MINT_FAULT_API_END,
	/* webhooks */
	MINT_FAULT_DUPLICATE = MINT_FAULT_API_END, /* VALUE: copies, 2 */
	MINT_FAULT_REORDER,
	MINT_FAULT_DELAY, /* VALUE: seconds, 5 */
	MINT_FAULT_DROP,
	/* refunds */
	MINT_FAULT_REFUND_PENDING,
	MINT_FAULT_REFUND_FAIL, /* VALUE: seconds until then, 1 */
	MINT_FAULTS,
	MINT_FAULT_NONE = MINT_FAULTS
};

struct mint_faults {
	struct mint_switch {
		bool on;
		int64_t value;
		int64_t left; /* -1: until turned off */
		char prefix[200];
	} at[MINT_FAULTS];
};

/* Turns on what the list says ("off" turns everything off first). False, with
 * a message, when an item is not understood; nothing is changed then. */
bool mint_faults_read(struct mint_faults *f, struct str list, char error[160])
    __attribute__((warn_unused_result));
/* The fault for a request to the API, counted down; MINT_FAULT_NONE. */
enum mint_fault mint_fault_request(
    struct mint_faults *f, struct str path, int64_t *value);
/* Is it on? Counts it down. */
bool mint_fault_take(
    struct mint_faults *f, enum mint_fault fault, int64_t *value);
/* What is on, as {name: {value, left, path}}. */
struct value *mint_faults_show(const struct mint_faults *f, struct arena *a);
const char *mint_fault_name(enum mint_fault fault);

#endif
