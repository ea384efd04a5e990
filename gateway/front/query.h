/*
 * query.h - fields of a query or a form body
 * (application/x-www-form-urlencoded, URL Standard 5.1).
 *
 * At most LIMIT_FORM_FIELDS, each name once, valid UTF-8 without NUL or other
 * control characters; anything else is refused whole.
 */
#ifndef QUERY_H
#define QUERY_H

#include "arena.h"
#include "limits.h"

struct query {
	struct {
		struct str name, value;
	} at[LIMIT_FORM_FIELDS];
	size_t count;
};

bool query_read(struct arena *a, struct str text, struct query *q)
    __attribute__((warn_unused_result));
/* The empty view when it is missing. */
struct str query_get(const struct query *q, const char *name);
/* Is this the media type of such a body, with or without parameters? */
bool query_is_type(struct str content_type);

#endif
