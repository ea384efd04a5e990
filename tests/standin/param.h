/*
 * param.h - which parameters a call takes, and their types: a table per call.
 *
 * mint_params_check walks what the form held and, by the table, turns strings
 * into integers, booleans and lists, or answers with the first fault the way
 * the payment API words it (type invalid_request_error, a code, the parameter
 * in the API's own notation).
 */
#ifndef MINT_PARAM_H
#define MINT_PARAM_H

#include "call.h"

enum mint_type {
	MINT_TEXT, /* at most `high` bytes (5,000 when 0) */
	MINT_WORD, /* one of `words`, separated by '|' */
	MINT_INTEGER, /* low..high */
	MINT_BOOLEAN,
	MINT_URL, /* http or https, absolute */
	MINT_EMAIL,
	MINT_CURRENCY, /* stored in lower case */
	MINT_TIME, /* seconds since 1970 */
	MINT_RANGE, /* a time, or {gt, gte, lt, lte} */
	MINT_PERCENT, /* 0 < n <= 100, stored as a number */
	MINT_METADATA,
	MINT_TEXTS, /* a list of at most `high` strings */
	MINT_IGNORED, /* known to the API, of no effect here */
};

enum { MINT_REQUIRED = 1, MINT_CLEARS = 2 /* an empty value means null */ };

struct mint_param {
	const char *path; /* "line_items.#.price_data.currency" */
	enum mint_type type;
	unsigned flags;
	const char *words;
	int64_t low, high; /* for integers: both 0 means any */
};

/* `c->params` as the table wants them, or false and the call is answered.
 * Ends at a row without a path. A required row below a parent counts only when
 * the parent is there. */
bool mint_params_check(struct call *c, const struct mint_param *table)
    __attribute__((warn_unused_result));

/* Is it an absolute http or https address without spaces and controls? */
bool mint_is_url(struct str s);
bool mint_is_email(struct str s);

#define MINT_EXPAND                                                            \
	{                                                                      \
		"expand", MINT_TEXTS, MINT_CLEARS, NULL, 0, 20                 \
	}
#define MINT_PAGING                                                            \
	{ "limit", MINT_INTEGER, 0, NULL, 1, 100 },                            \
	    { "starting_after", MINT_TEXT, 0, NULL, 0, 0 },                    \
	    { "ending_before", MINT_TEXT, 0, NULL, 0, 0 }, MINT_EXPAND
#define MINT_END                                                               \
	{                                                                      \
		NULL, MINT_TEXT, 0, NULL, 0, 0                                 \
	}

#endif
