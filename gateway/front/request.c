#include "request.h"

#include "buf.h"
#include "file.h"
#include "html.h"

#include <string.h>

enum {
	BAD_REQUEST = 400,
	NOT_FOUND = 404,
	URI_TOO_LONG = 414,
	HEADERS_TOO_LARGE = 431,
};

void
request_begin(struct request *r)
{
	memset(r, 0, offsetof(struct request, target_text));
	r->length = -1;
}

void
request_refuse(struct request *r, unsigned status)
{
	if (!r->refusal)
		r->refusal = status;
}

void
request_method(struct request *r, struct str method)
{
	static const char *const other[] = { "OPTIONS", "PUT", "DELETE",
		"PATCH", "TRACE", "CONNECT" };

	if (str_eq_z(method, "GET"))
		r->method = METHOD_GET;
	else if (str_eq_z(method, "HEAD"))
		r->method = METHOD_HEAD;
	else if (str_eq_z(method, "POST"))
		r->method = METHOD_POST;
	else
		r->method = METHOD_UNKNOWN;
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++) {
		if (str_eq_z(method, other[i]))
			r->method = METHOD_OTHER;
	}
}

/* RFC 3986: what a target may hold at all; no raw UTF-8, no backslash. */
static bool
is_target_byte(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}#", c);
}

/* http://host/path (RFC 9112, 3.2.2) counts as /path. */
static struct str
without_authority(struct str target)
{
	struct str rest;

	if (str_eq_nocase(str_sub(target, 0, 7), STR("http://")))
		rest = str_from_at(target, 7);
	else if (str_eq_nocase(str_sub(target, 0, 8), STR("https://")))
		rest = str_from_at(target, 8);
	else
		return target;
	rest = str_from_at(rest, str_find(rest, '/'));
	return rest.len ? rest : STR("/");
}

static bool
decode_path(struct request *r, struct str path)
{
	struct buf b = { .ptr = r->path_text,
		.room = sizeof(r->path_text),
		.cap = LIMIT_REQUEST_TARGET };
	struct str inner;

	/* Decoding never makes longer, so the buffer never grows. */
	if (!url_decode(&b, path, false) || !buf_ok(&b))
		return false;
	r->path = buf_str(&b);
	inner = str_from_at(r->path, 1);
	if (str_ends(inner, STR("/")))
		inner.len--;
	return r->path.len && r->path.ptr[0] == '/' &&
	    (!inner.len || !path_refusal(inner)) && !str_eq_z(r->path, "//");
}

void
request_target(struct request *r, struct str target, struct str base)
{
	struct str path;

	if (target.len > LIMIT_REQUEST_TARGET) {
		request_refuse(r, URI_TOO_LONG);
		return;
	}
	for (size_t i = 0; i < target.len; i++) {
		if (!is_target_byte((unsigned char)target.ptr[i])) {
			request_refuse(r, BAD_REQUEST);
			return;
		}
	}
	if (target.len)
		memcpy(r->target_text, target.ptr, target.len);
	r->target_text[target.len] = '\0';
	r->target = without_authority(str_of(r->target_text, target.len));
	path = str_sub(r->target, 0, str_find(r->target, '?'));
	r->query = str_from_at(r->target, path.len + 1);
	if (base.len && str_starts(path, base) &&
	    (path.len == base.len || path.ptr[base.len] == '/')) {
		path = str_from_at(path, base.len);
		if (!path.len)
			path = STR("/");
	} else if (base.len) {
		request_refuse(r, NOT_FOUND);
	}
	if (!decode_path(r, path))
		request_refuse(r, BAD_REQUEST);
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
			return false;
	}
	return s.len > 0;
}

static bool
is_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool
is_base64url(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return true;
}

static void
take_host(struct request *r, struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (strchr(" \t,/?#@\\\"<>", value.ptr[i])) {
			request_refuse(r, BAD_REQUEST);
			return;
		}
	}
	if (!value.len)
		request_refuse(r, BAD_REQUEST);
	r->host = value;
}

static void
take_length(struct request *r, struct str value)
{
	if (!str_to_i64(value, &r->length) || r->length < 0) {
		r->length = -1;
		request_refuse(r, BAD_REQUEST);
	}
}

static void
take_coding(struct request *r, struct str value)
{
	if (str_eq_nocase(value, STR("chunked")))
		r->chunked = true;
	else
		request_refuse(r, BAD_REQUEST);
}

/* "<hash>.<hash>", as we set it; anything else is none. */
static bool
is_checkouts(struct str s)
{
	const size_t step = REQUEST_CHECKOUT + 1;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

		if (i % step == REQUEST_CHECKOUT ? c != '.' : !digit)
			return false;
	}
	return s.len % step == REQUEST_CHECKOUT &&
	    s.len < REQUEST_CHECKOUTS * step;
}

static void
take_cookie(struct request *r, struct str name, struct str value)
{
	if (str_eq_z(name, REQUEST_COOKIE)) {
		if (!r->token.len && value.len <= LIMIT_TOKEN)
			r->token = value;
	} else if (str_eq_z(name, REQUEST_READER_COOKIE)) {
		if (!r->reader.len && value.len == REQUEST_READER &&
		    is_base64url(value))
			r->reader = value;
	} else if (str_eq_z(name, REQUEST_CHECKOUT_COOKIE)) {
		if (!r->checkouts.len && is_checkouts(value))
			r->checkouts = value;
	} else if (str_eq_z(name, REQUEST_READING_COOKIE)) {
		if (r->reading == READING_UNSAID)
			r->reading = str_eq_z(value, "yes") ? READING_YES
			    : str_eq_z(value, "no")         ? READING_NO
							    : READING_UNSAID;
	}
}

/* Any number of Cookie headers, RFC 6265 5.4; the first of a name counts. */
static void
take_cookies(struct request *r, struct str value)
{
	struct str pair;

	r->cookie_bytes += value.len;
	if (r->cookie_bytes > LIMIT_COOKIES) {
		request_refuse(r, HEADERS_TOO_LARGE);
		return;
	}
	while (str_split(&value, ';', &pair)) {
		struct str text = str_trim(pair);
		size_t equals = str_find(text, '=');

		r->cookies++;
		if (str_starts(text, STR(REQUEST_COOKIE)))
			take_cookie(r, str_sub(text, 0, equals),
			    str_from_at(text, equals + 1));
	}
}

static void
take_signature(struct request *r, struct str value)
{
	if (value.len > REQUEST_SIGNATURE)
		request_refuse(r, HEADERS_TOO_LARGE);
	r->signature = value;
}

/* Tracking Preference Expression 5.2, Global Privacy Control 3.2. */
static void
take_wish(struct request *r, struct str value)
{
	if (str_eq_z(value, "1"))
		r->unfollowed = true;
}

struct header {
	struct str name;
	void (*take)(struct request *r, struct str value);
	size_t field; /* without `take`: where the value goes */
	bool many; /* may come more than once; else that is refused */
};

#define FIELD(member) NULL, offsetof(struct request, member)

static const struct header headers[] = {
	{ { "host", 4 }, take_host, 0, false },
	{ { "cookie", 6 }, take_cookies, 0, true },
	{ { "accept-encoding", 15 }, FIELD(accept_encoding), true },
	{ { "accept-language", 15 }, FIELD(accept_language), true },
	{ { "if-none-match", 13 }, FIELD(if_none_match), false },
	{ { "if-range", 8 }, FIELD(if_range), false },
	{ { "range", 5 }, FIELD(range), false },
	{ { "origin", 6 }, FIELD(origin), false },
	{ { "sec-fetch-site", 14 }, FIELD(fetch_site), false },
	{ { "content-length", 14 }, take_length, 0, false },
	{ { "transfer-encoding", 17 }, take_coding, 0, false },
	{ { "content-type", 12 }, FIELD(content_type), false },
	{ { "stripe-signature", 16 }, take_signature, 0, false },
	{ { "user-agent", 10 }, FIELD(user_agent), true },
	{ { "sec-purpose", 11 }, FIELD(purpose), true },
	{ { "dnt", 3 }, take_wish, 0, true },
	{ { "sec-gpc", 7 }, take_wish, 0, true },
	/* The last one is what the nearest proxy wrote. */
	{ { "x-forwarded-for", 15 }, FIELD(forwarded_for), true },
};

void
request_header(struct request *r, struct str name, struct str value)
{
	r->fields++;
	value = str_trim(value);
	if (!is_name(name) || !is_value(value)) {
		request_refuse(r, BAD_REQUEST);
		return;
	}
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		const struct header *h = &headers[i];

		if (name.len != h->name.len || !str_eq_nocase(name, h->name))
			continue;
		if (!h->many && r->seen & 1u << i)
			request_refuse(r, BAD_REQUEST);
		r->seen |= 1u << i;
		if (h->take)
			h->take(r, value);
		else
			memcpy((char *)r + h->field, &value, sizeof(value));
		return;
	}
}

void
request_headers_end(struct request *r, bool http10)
{
	if (!r->host.len && !http10)
		request_refuse(r, BAD_REQUEST);
	if (r->chunked && (r->length >= 0 || http10))
		request_refuse(r, BAD_REQUEST);
}

bool
request_began(const struct request *r, struct str checkout)
{
	struct str rest = r->checkouts, one;

	while (str_split(&rest, '.', &one)) {
		if (checkout.len && str_eq(one, checkout))
			return true;
	}
	return false;
}

bool
request_is_from(
    const struct request *r, const struct str *origins, size_t count)
{
	if (!r->origin.len)
		return !r->fetch_site.len ||
		    str_eq_z(r->fetch_site, "same-origin") ||
		    str_eq_z(r->fetch_site, "none");
	for (size_t i = 0; i < count; i++) {
		if (str_eq(r->origin, origins[i]))
			return true;
	}
	return false;
}
