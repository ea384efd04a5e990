/*
 * reply.h - a request and its reply, free of any HTTP library.
 */
#ifndef MINT_REPLY_H
#define MINT_REPLY_H

#include "mint.h"

struct mint_request {
	struct str method, path, query, body;
	struct str content_type, authorization, idempotency_key, api_version;
	struct str fetch_site; /* Sec-Fetch-Site */
	struct str accept_language;
	bool loopback; /* it comes from this machine */
};

enum { MINT_HEADERS = 12 };

struct mint_reply {
	unsigned status;
	struct str body;
	struct {
		const char *name;
		struct str value;
	} headers[MINT_HEADERS];
	size_t count;
	enum mint_fault fault; /* how to spoil it */
	int64_t fault_value;
};

/* An empty value adds nothing. CR, LF and NUL end a value. */
void mint_reply_header(
    struct mint_reply *r, const char *name, struct str value);

#endif
