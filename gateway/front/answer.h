/*
 * answer.h - what a request is answered with, before any library is asked to
 * send it: status, body, caching, and from these all headers.
 *
 * Every answer carries the security headers; what may be cached, where, and for
 * how long is one word of enum answer_cache. Values of headers never hold
 * control characters: answer_add leaves such a header out.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "view.h"

enum { ANSWER_HEADERS = 8, ANSWER_ETAG = 40 };

enum answer_cache {
	CACHE_NEVER, /* no-store: accounts, tokens, checkouts, errors */
	CACHE_MEMBER, /* private, no-cache: pages for members */
	CACHE_CHECK, /* no-cache: public pages, asked for again by ETag */
	CACHE_SHORT, /* public, 5 minutes: keys */
	CACHE_FOREVER, /* fingerprinted names */
};

enum answer_body {
	BODY_NONE,
	BODY_TEXT, /* `text` */
	BODY_FILE, /* `file`, whole or a part */
};

struct answer_header {
	const char *name;
	struct str value;
};

struct answer {
	unsigned status;
	enum answer_body body;
	enum answer_cache cache;
	struct str type; /* media type; empty with no body */
	struct buf text; /* its memory becomes the sender's */
	const struct release_file *file;
	enum encoding encoding;
	bool varies; /* other codings of the same address exist */
	bool whole; /* of a file; else from and length */
	uint64_t from, length;
	struct answer_header headers[ANSWER_HEADERS];
	size_t count;
	bool close;
	bool for_all; /* pages of other origins may have it */
	char etag[ANSWER_ETAG]; /* of `text`, or "" */
};

void answer_init(struct answer *a);
void answer_clear(struct answer *a);
/* The value is borrowed until the answer is sent. */
void answer_add(struct answer *a, const char *name, struct str value);
/* Text that is copied; for short plain answers. */
void answer_text(
    struct answer *a, unsigned status, const char *type, struct str text);
/* `where` as Location, which must be a path or an address of a known origin. */
void answer_redirect(struct answer *a, unsigned status, struct str where);

/* The entity tag of a file, with its quotes. */
void answer_etag(const struct release_file *f, char out[ANSWER_ETAG]);

typedef void answer_put(void *ctx, const char *name, const char *value);
/* Calls `put` for every header but Content-Length, Date and Connection. */
void answer_headers(const struct answer *a, const struct view *v, bool https,
    answer_put *put, void *ctx);

#endif
