/*
 * str.h - borrowed text: a pointer and a length, passed by value.
 *
 * A view owns nothing and need not end in NUL; it lives as long as what it
 * points into. An empty view may have a null pointer. All functions are total:
 * they accept the empty view. Case folding is ASCII only.
 */
#ifndef STR_H
#define STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)(s).len, (s).len ? (s).ptr : ""

struct str str_from(const char *z); /* NULL gives the empty view */
static inline struct str str_of(const char *ptr, size_t len);
static inline bool str_eq(struct str a, struct str b);
bool str_eq_z(struct str a, const char *z);
bool str_eq_nocase(struct str a, struct str b);
/* Byte order, shorter first on a tie: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first (last) byte `c`, or s.len when there is none. */
size_t str_find(struct str s, char c);
size_t str_rfind(struct str s, char c);
/* Index of the first `needle`, or s.len when there is none. */
size_t str_search(struct str s, struct str needle);
/* s[from..], s[from..from+len), both clamped to s. */
static inline struct str str_from_at(struct str s, size_t from);
static inline struct str str_sub(struct str s, size_t from, size_t len);
/* Without leading and trailing spaces, tabs, CR and LF. */
struct str str_trim(struct str s);
/* Takes what stands before the first `sep` off `*rest`; false at the end. */
bool str_split(struct str *rest, char sep, struct str *part);
/* A plain decimal integer, no sign but '-', no leading zeros, no overflow. */
bool str_to_i64(struct str s, int64_t *out);
bool str_is_utf8(struct str s); /* RFC 3629: no surrogates, no overlong */
/* Decodes one scalar at `*at`, moves on; U+FFFD and one byte on bad input. */
static inline uint32_t str_utf8_next(struct str s, size_t *at);
/* Damerau-Levenshtein distance, for "did you mean"; capped at `max` + 1. */
size_t str_distance(struct str a, struct str b, size_t max);

static inline struct str
str_of(const char *ptr, size_t len)
{
	return (struct str){ ptr, len };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static inline struct str
str_from_at(struct str s, size_t from)
{
	if (from >= s.len)
		return (struct str){ s.len ? s.ptr + s.len : s.ptr, 0 };
	return (struct str){ s.ptr + from, s.len - from };
}

static inline struct str
str_sub(struct str s, size_t from, size_t len)
{
	struct str rest = str_from_at(s, from);

	if (rest.len > len)
		rest.len = len;
	return rest;
}

/* Of any character; the rest is for the inline function. */
uint32_t str_utf8_any(struct str s, size_t *at);

static inline uint32_t
str_utf8_next(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.ptr + *at;

	/* U+4000 to U+9FFF, nearly all of Chinese */
	if (*at < s.len && s.len - *at >= 3 && *p >= 0xe4 && *p <= 0xe9 &&
	    p[1] >> 6 == 2 && p[2] >> 6 == 2) {
		*at += 3;
		return (*p & 0xfU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
	}
	return str_utf8_any(s, at);
}

#endif
