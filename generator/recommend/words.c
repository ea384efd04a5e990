#include "words.h"
#include "unicode.h"

#include <string.h>

#define HASH_START 0xcbf29ce484222325u
#define HASH_PRIME 0xff51afd7ed558ccdu
/* The same byte eight times. */
#define EIGHT(byte) ((byte)*UINT64_C(0x0101010101010101))

struct reader {
	const struct word_sink *sink;
	const char *begin, *p, *end; /* of the line */
	const char *last; /* where the word before ended, NULL: none */
	enum field field;
	bool any; /* a word was met in this line, if only a stop word */
	bool in_tag; /* an HTML tag goes on in the next line */
};

static uint64_t
finish_hash(uint64_t h)
{
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	h ^= h >> 29;
	return h ? h : 1;
}

/* Eight bytes, the first one lowest; behind `end` zeros. */
static uint64_t
load(const char *p, const char *end)
{
	uint64_t x = 0;

	if (end - p >= 8)
		memcpy(&x, p, 8);
	else
		memcpy(&x, p, (size_t)(end - p));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

static uint64_t
mix(uint64_t hash, uint64_t bytes)
{
	hash = (hash ^ bytes) * HASH_PRIME;
	return hash ^ (hash >> 32);
}

uint64_t
word_hash(struct str folded)
{
	const char *end = folded.ptr + folded.len;
	uint64_t h = HASH_START;

	for (const char *p = folded.ptr; p < end; p += 8)
		h = mix(h, load(p, end));
	return finish_hash(h);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters and digits in lower case; 0 for all else. */
static unsigned char
fold_ascii(char c)
{
	if (is_letter(c))
		return (unsigned char)(c | 0x20);
	return c >= '0' && c <= '9' ? (unsigned char)c : 0;
}

static bool
is_joined(const struct reader *r, const char *from)
{
	if (!r->last || from - r->last > 2)
		return false;
	for (const char *c = r->last; c < from; c++) {
		if (*c != ' ' && *c != '-')
			return false;
	}
	return true;
}

/* What stands here is written as inside any sentence. */
static bool
is_inside(const struct reader *r, const char *from)
{
	return from - r->begin >= 2 && from[-1] == ' ' &&
	    (fold_ascii(from[-2]) || from[-2] == ',');
}

static void
emit(struct reader *r, struct word *w)
{
	w->field = r->field;
	w->first = !r->any;
	w->inside = is_inside(r, w->text.ptr);
	r->sink->take(r->sink->context, w);
	r->last = w->text.ptr + w->text.len;
	r->any = true;
}

static void
emit_word(struct reader *r, uint64_t hash, const char *from, const char *to)
{
	if (!stop_has(r->sink->stop, hash)) {
		struct word w = { .hash = hash,
			.text = { from, (size_t)(to - from) },
			.joined = is_joined(r, from) };

		emit(r, &w);
	}
	r->any = true;
}

/* The scalar at `p`; `*next` is behind it. */
static inline uint32_t
scalar_at(const char *p, const char *end, const char **next)
{
	size_t at = 0;
	uint32_t scalar = str_utf8_next(str_of(p, (size_t)(end - p)), &at);

	*next = p + at;
	return scalar;
}

static enum unicode_class
class_at(const char *p, const char *end, const char **next)
{
	uint32_t scalar;

	if ((unsigned char)*p < 0x80) {
		*next = p + 1;
		return fold_ascii(*p) ? UNICODE_WORD : UNICODE_OTHER;
	}
	/* quotation marks and dashes: U+2000 to U+203F */
	if (end - p >= 3 && !memcmp(p, "\xe2\x80", 2)) {
		*next = p + 3;
		return UNICODE_OTHER;
	}
	scalar = scalar_at(p, end, next);
	return unicode_class(scalar);
}

/* A word with letters beyond ASCII, from its first character. */
static void
read_folded(struct reader *r, const char *from)
{
	char folded[UNICODE_FOLDED];
	const char *next = from;
	size_t len;

	r->p = from;
	while (r->p < r->end && class_at(r->p, r->end, &next) == UNICODE_WORD)
		r->p = next;
	len = unicode_fold(str_of(from, (size_t)(r->p - from)), folded);
	/* a single character of two bytes is one letter of an alphabet */
	if (len > 2)
		emit_word(r, word_hash(str_of(folded, len)), from, r->p);
}

/* The highest bit of each byte that is between `from` and `to` (ASCII). */
static uint64_t
between(uint64_t x, unsigned from, unsigned to)
{
	uint64_t low = x & EIGHT(0x7f);

	return (low + EIGHT(0x80 - from)) & ~(low + EIGHT(0x7f - to)) & ~x &
	    EIGHT(0x80);
}

static uint64_t
letters_of(uint64_t x)
{
	return between(x | EIGHT(0x20), 'a', 'z');
}

static uint64_t
digits_of(uint64_t x)
{
	return between(x, '0', '9');
}

/* "https://...", of which the first word was read: the rest is an address. */
static void
pass_address(struct reader *r, size_t len)
{
	if ((len != 4 && len != 5) || r->end - r->p <= 3 ||
	    memcmp(r->p, "://", 3) != 0)
		return;
	while (r->p < r->end && *r->p != ' ' && *r->p != ')' && *r->p != '>')
		r->p++;
}

/* Eight bytes at a time; and the space behind the word, as most have one. */
static void
read_ascii(struct reader *r)
{
	const char *from = r->p, *p = from, *next;
	uint64_t h = HASH_START, letters = 0;
	size_t len, n = 8;

	while (n == 8) {
		uint64_t x = load(p, r->end), letter = letters_of(x);
		uint64_t other = ~(letter | digits_of(x)) & EIGHT(0x80);
		uint64_t kept = UINT64_MAX;

		if (other) {
			n = (size_t)__builtin_ctzll(other) / 8;
			kept = (UINT64_C(1) << 8 * n) - 1;
		}
		letters |= letter & kept;
		if (n)
			h = mix(h, (x | letter >> 2) & kept);
		p += n;
	}
	r->p = p;
	if (r->p < r->end && (unsigned char)*r->p >= 0x80 &&
	    class_at(r->p, r->end, &next) == UNICODE_WORD) {
		read_folded(r, from);
		return;
	}
	len = (size_t)(r->p - from);
	if (letters && len >= 2 && len <= WORD_MOST)
		emit_word(r, finish_hash(h), from, r->p);
	if (r->p == r->end)
		return;
	if (*r->p == ' ')
		r->p++;
	else if (*r->p == ':' && (*from == 'h' || *from == 'H'))
		pass_address(r, len);
}

/* A character of a run: 0 when there is none at `p`. */
struct character {
	uint32_t scalar;
	const char *next;
	bool folded;
};

static inline struct character
character_at(const char *p, const char *end)
{
	struct character c = { 0 };

	if (p == end || (unsigned char)*p < 0x80)
		return c;
	c.scalar = scalar_at(p, end, &c.next);
	c.folded = unicode_is_folded(c.scalar);
	if (!c.folded && unicode_class(c.scalar) != UNICODE_RUN)
		c.scalar = 0;
	return c;
}

/* The hash of one or two characters (the second 0 then), folded. */
static uint64_t
pair_hash(struct str text, struct character a, struct character b)
{
	char room[UNICODE_FOLDED];
	uint64_t both = (uint64_t)a.scalar << 32 | b.scalar;

	if (!a.folded || (b.scalar && !b.folded)) {
		size_t len = unicode_fold(text, room);

		if (len)
			return word_hash(str_of(room, len));
	}
	return finish_hash((both ^ HASH_START) * HASH_PRIME);
}

/* A run of characters as overlapping pairs; a lone one as it is. */
static void
read_run(struct reader *r)
{
	const char *from = r->p;
	struct character first = character_at(from, r->end), second;
	bool joined = false;

	if (!first.scalar)
		return;
	second = character_at(first.next, r->end);
	do {
		const char *to = second.scalar ? second.next : first.next;
		struct character third = { 0 };
		struct word w = { .text = { from, (size_t)(to - from) },
			.pair = true,
			.joined = joined,
			.scalars = { first.scalar, second.scalar } };

		if (second.scalar)
			third = character_at(second.next, r->end);
		w.hash = pair_hash(w.text, first, second);
		w.last = !third.scalar;
		emit(r, &w);
		joined = true;
		r->p = to;
		from = first.next;
		first = second;
		second = third;
	} while (second.scalar);
}

static void
read_beyond_ascii(struct reader *r)
{
	const char *next;

	switch (class_at(r->p, r->end, &next)) {
	case UNICODE_RUN:
		read_run(r);
		break;
	case UNICODE_WORD:
		read_folded(r, r->p);
		break;
	case UNICODE_OTHER:
		r->p = next;
	}
}

/* Behind the first `c` of the line, or where it was when there is none. */
static void
pass_to(struct reader *r, char c)
{
	const char *found =
	    memchr(r->p, (unsigned char)c, (size_t)(r->end - r->p));

	if (found)
		r->p = found + 1;
}

/* "](address)", "][label]". */
static void
pass_link_end(struct reader *r)
{
	unsigned depth = 0;

	r->p++;
	if (r->p < r->end && *r->p == '[') {
		pass_to(r, ']');
		return;
	}
	if (r->p == r->end || *r->p != '(')
		return;
	for (const char *c = r->p; c < r->end; c++) {
		depth += *c == '(';
		if (*c == ')' && !--depth) {
			r->p = c + 1;
			return;
		}
	}
}

/* A cross reference of MyST and its kin: ":ref:`label`", "{ref}`label`". */
static void
pass_role(struct reader *r)
{
	const char *c = ++r->p;

	while (c < r->end && is_letter(*c))
		c++;
	if (c == r->p || r->end - c < 2 || (*c != ':' && *c != '}') ||
	    c[1] != '`')
		return;
	r->p = c + 2;
	pass_to(r, '`');
}

/* A tag that begins a line may end in a later one; elsewhere '<' without '>'
 * is just that. */
static void
pass_tag(struct reader *r)
{
	const char *from = r->p;

	pass_to(r, '>');
	if (r->p > from)
		return;
	r->in_tag = from == r->begin;
	r->p = r->in_tag ? r->end : from + 1;
}

static void
pass_mark(struct reader *r)
{
	switch (*r->p) {
	case '<':
		if (r->end - r->p > 1 &&
		    (is_letter(r->p[1]) || r->p[1] == '/' || r->p[1] == '!'))
			pass_tag(r);
		else
			r->p++;
		break;
	case ']':
		pass_link_end(r);
		break;
	case ':':
	case '{':
		pass_role(r);
		break;
	case '\\':
		r->p++;
		while (r->p < r->end && is_letter(*r->p))
			r->p++;
		break;
	default:
		r->p++;
	}
}

/* `in_tag` may be NULL; else it says and is told whether a tag is open. */
static void
read_line(struct str line, enum field field, const struct word_sink *sink,
    bool *in_tag)
{
	struct reader r = { .sink = sink,
		.begin = line.ptr,
		.p = line.ptr,
		.end = line.ptr + line.len,
		.field = field };

	if (in_tag && *in_tag) {
		pass_to(&r, '>');
		*in_tag = r.p == r.begin;
		if (*in_tag)
			return;
	}
	while (r.p < r.end) {
		const char *from = r.p;

		if (fold_ascii(*r.p))
			read_ascii(&r);
		else if ((unsigned char)*r.p >= 0x80)
			read_beyond_ascii(&r);
		else if (*r.p != ' ' && field != FIELD_CODE)
			pass_mark(&r);
		if (r.p == from) /* a space, or a mark that says nothing */
			r.p++;
	}
	if (in_tag)
		*in_tag = r.in_tag;
}

void
words_of_line(struct str line, enum field field, const struct word_sink *sink)
{
	if (line.len)
		read_line(line, field, sink, NULL);
}

/* The fence's length when `line` begins with one of `mark` (0: of any). */
static size_t
fence_of(struct str line, char *mark)
{
	struct str s = str_trim(line);
	size_t n = 0;

	if (!s.len || (*s.ptr != '`' && *s.ptr != '~') ||
	    (*mark && *s.ptr != *mark))
		return 0;
	while (n < s.len && s.ptr[n] == *s.ptr)
		n++;
	if (n < 3 ||
	    (!*mark && *s.ptr == '`' &&
		str_find(str_from_at(s, n), '`') < s.len - n))
		return 0;
	*mark = *s.ptr;
	return n;
}

/* "[label]: address" */
static bool
is_definition(struct str line)
{
	size_t close;

	if (!str_starts(line, STR("[")))
		return false;
	close = str_find(line, ']');
	return close + 1 < line.len && line.ptr[close + 1] == ':';
}

/* "===" or "---" below a line makes that a heading. */
static bool
is_underline(struct str line)
{
	struct str s = str_trim(line);

	if (s.len < 2 || (*s.ptr != '=' && *s.ptr != '-'))
		return false;
	for (size_t i = 1; i < s.len; i++) {
		if (s.ptr[i] != *s.ptr)
			return false;
	}
	return true;
}

static struct str
first_line(struct str rest)
{
	return str_sub(rest, 0, str_find(rest, '\n'));
}

/* The level of "## A heading", 0 for any other line. */
static size_t
heading_level(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == '#')
		n++;
	return n <= 6 && n < line.len && line.ptr[n] == ' ' ? n : 0;
}

/* The field of a line outside of code; `after` is what follows it. */
static enum field
field_of(struct str line, struct str after)
{
	size_t level = heading_level(line);

	if (!level && after.len && strchr("=- \t", *after.ptr) &&
	    is_underline(first_line(after)))
		level = 2;
	return !level   ? FIELD_TEXT
	    : level > 2 ? FIELD_SUBHEADING
			: FIELD_HEADING;
}

struct body {
	size_t fence; /* length of the open fence, 0: none */
	char mark;
	bool comment; /* inside <!-- --> */
	bool tag; /* inside an HTML tag of several lines */
};

/* True when the line is no text: a fence, a comment. */
static bool
is_passed(struct body *b, struct str line)
{
	char mark = '\0';
	size_t fence;

	if (b->fence)
		mark = b->mark;

	if (b->comment) {
		b->comment = str_search(line, STR("-->")) == line.len;
		return true;
	}
	fence = fence_of(line, &mark);
	if (b->fence ? fence >= b->fence : fence > 0) {
		b->fence = b->fence ? 0 : fence;
		b->mark = mark;
		return true;
	}
	if (b->fence)
		return false;
	if (str_starts(line, STR("<!--"))) {
		b->comment = str_search(line, STR("-->")) == line.len;
		return true;
	}
	return is_definition(line);
}

/* "{{#include listing.rs}}" of mdBook stands for code that is elsewhere. */
static bool
is_include(struct str line)
{
	return str_starts(str_trim(line), STR("{{#"));
}

void
words_of_body(struct str body, const struct word_sink *sink)
{
	struct body b = { 0 };
	struct str line, rest = body;

	while (rest.len) {
		line = first_line(rest);
		rest = str_from_at(rest, line.len + 1);
		b.tag = b.tag && line.len; /* a blank line ends all */
		if (!line.len || is_passed(&b, line) || is_include(line))
			continue;
		if (b.fence)
			read_line(line, FIELD_CODE, sink, NULL);
		else
			read_line(line, field_of(line, rest), sink, &b.tag);
	}
}
