/*
 * guard.h - do the fields a parser found stand in the bytes as they came?
 *
 * The HTTP library cuts a field at NUL, ends a line at a bare CR or LF and
 * joins folded lines elsewhere in memory, so that another server before or
 * behind us might read another request in the same bytes. All it found must
 * therefore stand in its read buffer one after the other, with nothing but one
 * space (in the request line) or one CR LF, overwritten by NUL, between.
 * Anything else refuses the request with 400.
 */
#ifndef GUARD_H
#define GUARD_H

#include "request.h"

struct guard {
	struct request *request;
	const char *at; /* the end of what was seen so far */
	const char *end; /* of the whole head */
};

/* `head` begins with the method and holds the empty line. */
void guard_begin(struct guard *g, struct request *r, struct str head,
    const char *uri, size_t uri_length, const char *version);
/* Passes the field on to request_header; false when the request is refused. */
bool guard_field(struct guard *g, struct str name, struct str value);
void guard_end(struct guard *g);

#endif
