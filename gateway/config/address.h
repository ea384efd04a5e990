/*
 * address.h - an absolute web address taken apart and judged.
 *
 * Only what this product may talk to or send a reader to: https with any host,
 * or http with a loopback host; no user, no query, no fragment, no dot
 * segments, nothing but visible ASCII. Does not promise that anybody answers
 * there.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "str.h"

struct address {
	struct str text; /* without final slashes */
	struct str origin; /* scheme://host[:port] */
	struct str host; /* without brackets */
	struct str path; /* "" or "/base" */
	bool loopback; /* localhost, 127.0.0.0/8 or [::1] */
	bool https;
};

/* NULL when it may be used, else the reason as a phrase ("has a query"). All
 * views point into `text`. */
const char *address_read(struct str text, struct address *out);
/* As address_read, but a path, query and fragment may follow: for addresses
 * another service made. `path` is all that follows the origin. */
const char *address_read_page(struct str text, struct address *out);
bool address_host_is_loopback(struct str host);
/* An IPv4 or IPv6 address as text, without brackets. */
bool address_is_ip(struct str host);

#endif
