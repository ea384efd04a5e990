/*
 * request.h - one HTTP request as typed fields, before any handler runs.
 *
 * Promises: whatever was ambiguous or malformed has a status in `refusal` and
 * is answered with it, the connection then closed: double Host, Content-Length
 * or Transfer-Encoding, both of the latter two, unknown codings, control
 * characters (RFC 9112, 5 and 6), addresses that decode to anything but a plain
 * path. The path is decoded exactly once. Pure: knows no library and no clock.
 *
 * Views point into what was passed in, or into the request itself; so neither
 * may be moved while it is used.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "limits.h"
#include "str.h"

#define REQUEST_COOKIE "__Host-pennypress"
#define REQUEST_READER_COOKIE "__Host-pennypress-reader"
#define REQUEST_READING_COOKIE "__Host-pennypress-reading"
#define REQUEST_CHECKOUT_COOKIE "__Host-pennypress-checkout"

enum {
	REQUEST_READER = 43, /* base64url of 256 bits */
	REQUEST_SIGNATURE = 4096,
	/* Of a checkout that was begun in this browser: digits of the hash of
	 * its session; and how many are kept, the newest first. */
	REQUEST_CHECKOUT = 32,
	REQUEST_CHECKOUTS = 4,
};

/* May pages be noted that this reader opens? As pressed, if at all. */
enum reading { READING_UNSAID, READING_YES, READING_NO };

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_OTHER, /* known, used nowhere here */
	METHOD_UNKNOWN,
};

struct request {
	enum method method;
	unsigned refusal; /* 0, or the status to answer with */
	struct str target; /* as it came, less scheme and host */
	struct str path; /* decoded, below the base path, begins with '/' */
	struct str query; /* still encoded, without the '?' */
	struct str host, origin, fetch_site;
	struct str if_none_match, if_range, range;
	struct str accept_encoding, accept_language;
	struct str content_type, signature, forwarded_for;
	struct str user_agent, purpose; /* purpose: Sec-Purpose */
	struct str token, reader; /* the two cookies, or empty */
	struct str checkouts; /* the cookie, hashes divided by '.', or empty */
	enum reading reading;
	bool unfollowed; /* DNT: 1 or Sec-GPC: 1 */
	struct str body;
	int64_t length; /* Content-Length; -1: none */
	bool chunked;
	unsigned seen; /* headers that may come once */
	size_t cookies, cookie_bytes; /* how many, and all together */
	size_t fields; /* header lines */
	char target_text[LIMIT_REQUEST_TARGET + 1];
	char path_text[LIMIT_REQUEST_TARGET + 1];
};

/* Does not clear the two texts. */
void request_begin(struct request *r);
void request_method(struct request *r, struct str method);
/* `base` is the path of the gateway's own address, "" or "/base"; a path that
 * is not below it is refused with 404. The target is copied. */
void request_target(struct request *r, struct str target, struct str base);
void request_header(struct request *r, struct str name, struct str value);
/* After the last header; `http10`: Host may be missing. */
void request_headers_end(struct request *r, bool http10);
/* The first fault stays. */
void request_refuse(struct request *r, unsigned status);

/* Was a checkout with this hash begun in this browser? */
bool request_began(const struct request *r, struct str checkout);
/* May a form of a page of one of these origins have sent it? */
bool request_is_from(
    const struct request *r, const struct str *origins, size_t count);

#endif
