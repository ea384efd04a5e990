#include "cjk.h"

#define MARK STR("\xef\xb7\x90")

struct range {
	uint32_t first, last;
};

/* General Category P* and S* above ASCII, whole blocks where they hold little
 * else. */
static const struct range punctuation[] = {
	{ 0xa1, 0xa9 },
	{ 0xab, 0xb1 },
	{ 0xb4, 0xb4 },
	{ 0xb6, 0xb8 },
	{ 0xbb, 0xbb },
	{ 0xbf, 0xbf },
	{ 0xd7, 0xd7 },
	{ 0xf7, 0xf7 },
	{ 0x2010, 0x2027 },
	{ 0x2030, 0x205e },
	{ 0x207a, 0x207e },
	{ 0x208a, 0x208e },
	{ 0x20a0, 0x20c0 },
	{ 0x2190, 0x2bff },
	{ 0x2e00, 0x2e5d },
	{ 0x3001, 0x3004 },
	{ 0x3008, 0x3020 },
	{ 0x3030, 0x3030 },
	{ 0x303d, 0x303f },
	{ 0x30a0, 0x30a0 },
	{ 0x30fb, 0x30fb },
	{ 0xfd3e, 0xfd3f },
	{ 0xfe10, 0xfe1f },
	{ 0xfe30, 0xfe6b },
	{ 0xff01, 0xff0f },
	{ 0xff1a, 0xff20 },
	{ 0xff3b, 0xff40 },
	{ 0xff5b, 0xff65 },
	{ 0xffe0, 0xffee },
	{ 0x1f000, 0x1faff },
};

static const struct range cjk[] = {
	{ 0x1100, 0x11ff },
	{ 0x2e80, 0x303f },
	{ 0x3041, 0xa4cf },
	{ 0xa960, 0xa97f },
	{ 0xac00, 0xd7ff },
	{ 0xf900, 0xfaff },
	{ 0xfe10, 0xfe1f },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xffef },
	{ 0x16fe0, 0x1b2ff },
	{ 0x20000, 0x3ffff },
};

static bool
is_in(const struct range *ranges, size_t count, uint32_t c)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && c >= ranges[low].first;
}

bool
is_punctuation(uint32_t c)
{
	if (c < 0x80)
		return c > ' ' && c < 0x7f && (c | 32) - 'a' >= 26 &&
		    c - '0' >= 10;
	return is_in(punctuation, sizeof punctuation / sizeof *punctuation, c);
}

bool
is_cjk(uint32_t c)
{
	return c >= 0x1100 && is_in(cjk, sizeof cjk / sizeof *cjk, c);
}

static bool
is_space(uint32_t c)
{
	return c <= ' ' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/* The scalar that ends at `at`. */
static uint32_t
before(struct str s, size_t at)
{
	size_t from = at;

	if (!at)
		return ' ';
	do
		from--;
	while (from && at - from < 4 &&
	    ((unsigned char)s.ptr[from] & 0xc0) == 0x80);
	return str_utf8_next(s, &from);
}

static uint32_t
after(struct str s, size_t at)
{
	return at < s.len ? str_utf8_next(s, &at) : ' ';
}

/* `set` is UTF-8. */
static bool
is_one_of(struct str set, uint32_t c)
{
	size_t at = 0;

	while (at < set.len) {
		if (str_utf8_next(set, &at) == c)
			return true;
	}
	return false;
}

/* After a mark these say that it closes, so it needs no help to open. */
static bool
is_closing(uint32_t c)
{
	return is_one_of(STR(",.;:?!)]}>\u201d\u2019\u3001\u3002\u3009\u300b"
			     "\u300d\u300f\u3011\u3015\uff01\uff09\uff0c"
			     "\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d"),
	    c);
}

static bool
is_opening(uint32_t c)
{
	return is_one_of(STR("([{<|>\u201c\u2018\u3008\u300a\u300c\u300e"
			     "\u3010\u3014\uff08\uff3b\uff5b"),
	    c);
}

enum { MEND_NONE, MEND_BEFORE, MEND_AFTER };

/* Which side of the run s[from..to) of '*' or '~' needs help. */
static int
mending(struct str s, size_t from, size_t to)
{
	uint32_t left = before(s, from), right = after(s, to);
	bool left_letter = !is_space(left) && !is_punctuation(left);
	bool right_letter = !is_space(right) && !is_punctuation(right);

	if (!is_cjk(left) && !is_cjk(right))
		return MEND_NONE;
	if (left == '\\')
		return MEND_NONE;
	if (left_letter && is_punctuation(right) && !is_closing(right))
		return MEND_AFTER;
	if (right_letter && is_punctuation(left) && !is_opening(left))
		return MEND_BEFORE;
	return MEND_NONE;
}

static bool
is_high(struct str s, size_t at)
{
	return at < s.len && (unsigned char)s.ptr[at] >= 0x80;
}

struct str
cjk_mend(struct str s, struct buf *room)
{
	size_t copied = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		size_t to = i + 1;
		int side;

		if (c != '*' && c != '~')
			continue;
		while (to < s.len && s.ptr[to] == c)
			to++;
		side = (i && is_high(s, i - 1)) || is_high(s, to)
		    ? mending(s, i, to)
		    : MEND_NONE;
		if (side != MEND_NONE) {
			size_t cut = side == MEND_BEFORE ? i : to;

			if (!room->len && str_search(s, MARK) < s.len)
				return s;
			buf_add(room, str_sub(s, copied, cut - copied));
			buf_add(room, MARK);
			copied = cut;
		}
		i = to - 1;
	}
	if (!copied)
		return s;
	buf_add(room, str_from_at(s, copied));
	return buf_ok(room) ? buf_str(room) : s;
}

void
cjk_unmend(struct buf *b)
{
	struct str s = buf_str(b);
	size_t from = str_search(s, MARK), to = from;

	while (from < s.len) {
		size_t next;

		from += MARK.len;
		next = from + str_search(str_from_at(s, from), MARK);
		memmove(b->ptr + to, b->ptr + from, next - from);
		to += next - from;
		from = next;
	}
	if (to < b->len) {
		b->len = to;
		b->ptr[to] = '\0';
	}
}

struct str
cjk_without(struct buf *room, struct str s)
{
	if (str_search(s, MARK) == s.len)
		return s;
	buf_reset(room);
	buf_add(room, s);
	cjk_unmend(room);
	return buf_str(room);
}
