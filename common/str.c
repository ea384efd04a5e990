#include "str.h"

#include <stdlib.h>
#include <string.h>

struct str
str_from(const char *z)
{
	return z ? (struct str){ z, strlen(z) } : STR_NONE;
}

bool
str_eq_z(struct str a, const char *z)
{
	return str_eq(a, str_from(z));
}

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	}
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_sub(s, 0, prefix.len), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	    str_eq(str_from_at(s, s.len - suffix.len), suffix);
}

size_t
str_find(struct str s, char c)
{
	const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.ptr) : s.len;
}

size_t
str_rfind(struct str s, char c)
{
	const char *hit = s.len ? memrchr(s.ptr, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.ptr) : s.len;
}

size_t
str_search(struct str s, struct str needle)
{
	const char *hit;

	if (!needle.len)
		return 0;
	if (!s.len)
		return 0;
	hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
	return hit ? (size_t)(hit - s.ptr) : s.len;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	while (s.len && is_blank(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	return s;
}

bool
str_split(struct str *rest, char sep, struct str *part)
{
	size_t at;

	if (!rest->ptr)
		return false;
	at = str_find(*rest, sep);
	*part = str_sub(*rest, 0, at);
	if (at == rest->len)
		*rest = STR_NONE;
	else
		*rest = str_from_at(*rest, at + 1);
	return true;
}

bool
str_to_i64(struct str s, int64_t *out)
{
	bool minus = s.len && *s.ptr == '-';
	uint64_t bound = (uint64_t)INT64_MAX + minus;
	uint64_t n = 0;

	if (minus)
		s = str_from_at(s, 1);
	if (!s.len || (*s.ptr == '0' && (s.len > 1 || minus)))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned char)s.ptr[i] - (unsigned)'0';

		if (digit > 9 || n > (bound - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = minus ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

/* The length of the valid sequence at `p`, or 0. `left` is at least 1. */
static size_t
utf8_sequence(const unsigned char *p, size_t left, uint32_t *scalar)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t c;

	if (*p < 0x80) {
		*scalar = *p;
		return 1;
	}
	if (*p < 0xc2 || *p > 0xf4)
		return 0;
	len = *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	if (len > left)
		return 0;
	c = *p & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*scalar = c;
	return len;
}

bool
str_is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t i = 0;

	while (i < s.len) {
		uint64_t word;
		uint32_t scalar;
		size_t len;

		if (s.len - i >= sizeof word) {
			memcpy(&word, p + i, sizeof word);
			if (!(word & UINT64_C(0x8080808080808080))) {
				i += sizeof word;
				continue;
			}
		}
		len = utf8_sequence(p + i, s.len - i, &scalar);
		if (!len)
			return false;
		i += len;
	}
	return true;
}

uint32_t
str_utf8_any(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	uint32_t scalar = 0xfffd;
	size_t len;

	if (*at >= s.len)
		return 0xfffd;
	len = utf8_sequence(p + *at, s.len - *at, &scalar);
	*at += len ? len : 1;
	return len ? scalar : 0xfffd;
}

enum { DISTANCE_WORD = 64 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment over three rows. Words longer than DISTANCE_WORD
 * are no misspelling of each other unless they are equal.
 */
size_t
str_distance(struct str a, struct str b, size_t max)
{
	size_t rows[3][DISTANCE_WORD + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;

	if (str_eq(a, b))
		return 0;
	if (gap > max || a.len > DISTANCE_WORD || b.len > DISTANCE_WORD)
		return max + 1;
	memset(rows, 0, sizeof rows);
	for (size_t j = 0; j <= b.len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.ptr[i - 1] == b.ptr[j - 1];

			row[j] = least(above[j - 1] + !same,
			    least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = spare;
	}
	return least(above[b.len], max + 1);
}
