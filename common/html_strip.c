/*
 * html_strip.c - the text of markup we made ourselves: well-formed tags, no
 * scripts. On anything else the result is still text, never markup that runs:
 * it is escaped again where it is used.
 */
#include "html.h"

#define INLINE(literal)                                                        \
	{                                                                      \
		literal, sizeof(literal) - 1                                   \
	}

/* Elements within a line of text; any other tag parts words. */
static bool
is_inline(struct str name)
{
	static const struct str names[] = { INLINE("a"), INLINE("abbr"),
		INLINE("b"), INLINE("bdi"), INLINE("bdo"), INLINE("cite"),
		INLINE("code"), INLINE("del"), INLINE("dfn"), INLINE("em"),
		INLINE("font"), INLINE("i"), INLINE("ins"), INLINE("kbd"),
		INLINE("label"), INLINE("mark"), INLINE("q"), INLINE("s"),
		INLINE("samp"), INLINE("small"), INLINE("span"),
		INLINE("strong"), INLINE("sub"), INLINE("sup"), INLINE("time"),
		INLINE("u"), INLINE("var"), INLINE("wbr") };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (name.len == names[i].len && str_eq_nocase(name, names[i]))
			return true;
	}
	return false;
}

/* Text being written: a wish for a space is kept until a word follows. */
struct folder {
	struct buf *out;
	size_t start;
	bool space;
};

static void
fold(struct folder *f, struct str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t end = i;

		if ((unsigned char)s.ptr[i] <= ' ') {
			f->space = true;
			i++;
			continue;
		}
		while (end < s.len && (unsigned char)s.ptr[end] > ' ')
			end++;
		if (f->space && f->out->len > f->start)
			buf_add_c(f->out, ' ');
		f->space = false;
		buf_add(f->out, str_sub(s, i, end - i));
		i = end;
	}
}

static uint32_t
named_entity(struct str name)
{
	static const struct {
		const char *name;
		uint32_t scalar;
	} entities[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' },
		{ "quot", '"' }, { "apos", '\'' }, { "nbsp", ' ' },
		{ "shy", 0xad }, { "copy", 0xa9 }, { "reg", 0xae },
		{ "middot", 0xb7 }, { "times", 0xd7 }, { "ndash", 0x2013 },
		{ "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
		{ "ldquo", 0x201c }, { "rdquo", 0x201d }, { "bull", 0x2022 },
		{ "hellip", 0x2026 }, { "euro", 0x20ac }, { "larr", 0x2190 },
		{ "rarr", 0x2192 } };

	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		if (str_eq_z(name, entities[i].name))
			return entities[i].scalar;
	}
	return 0;
}

static uint32_t
numeric_entity(struct str digits)
{
	bool hex = digits.len && (digits.ptr[0] | 32) == 'x';
	uint32_t n = 0;

	if (hex)
		digits = str_from_at(digits, 1);
	for (size_t i = 0; i < digits.len && n <= 0x10ffff; i++) {
		char c = digits.ptr[i];
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if (hex && (c | 32) >= 'a' && (c | 32) <= 'f')
			digit = (uint32_t)((c | 32) - 'a') + 10;
		else
			return 0;
		n = n * (hex ? 16 : 10) + digit;
	}
	return n;
}

/* The entity at s[at] == '&'; returns the bytes used, 0 when it is none. */
static size_t
strip_entity(struct folder *f, struct str s, size_t at)
{
	enum { LONGEST = 10 };
	struct str name = str_sub(s, at + 1, LONGEST);
	size_t end = str_find(name, ';');
	struct buf piece;
	uint32_t scalar;

	if (end == name.len)
		return 0;
	name = str_sub(name, 0, end);
	scalar = name.len && name.ptr[0] == '#'
	    ? numeric_entity(str_from_at(name, 1))
	    : named_entity(name);
	if (!scalar)
		return 0;
	buf_init(&piece, 8);
	buf_add_utf8(&piece, scalar == 0xa0 ? ' ' : scalar);
	fold(f, buf_str(&piece));
	buf_clear(&piece);
	return end + 2;
}

static struct str
tag_name(struct str s, size_t at)
{
	struct str rest = str_from_at(s, at);
	size_t len = 0;

	if (rest.len && *rest.ptr == '/')
		rest = str_from_at(rest, 1);
	while (len < rest.len &&
	    (((rest.ptr[len] | 32) >= 'a' && (rest.ptr[len] | 32) <= 'z') ||
		(len && rest.ptr[len] >= '0' && rest.ptr[len] <= '9')))
		len++;
	return str_sub(rest, 0, len);
}

/* The end of the tag whose '<' is at `at`: past '>', quotes respected. */
static size_t
tag_end(struct str s, size_t at)
{
	char quote = 0;

	for (size_t i = at + 1; i < s.len; i++) {
		char c = s.ptr[i];

		if (quote)
			quote = (char)(c == quote ? 0 : quote);
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return s.len;
}

/* The tag or comment at s[at] == '<'; returns the bytes used, 0 when it is
 * only a '<'. */
static size_t
strip_tag(struct folder *f, struct str s, size_t at)
{
	struct str rest = str_from_at(s, at), name;
	size_t end;

	if (str_starts(rest, STR("<!--"))) {
		end = str_search(str_from_at(rest, 4), STR("-->"));
		return end + 7 < rest.len ? end + 7 : rest.len;
	}
	name = tag_name(s, at + 1);
	if (!name.len)
		return 0;
	if (!is_inline(name))
		f->space = true;
	return tag_end(s, at) - at;
}

void
html_strip(struct buf *out, struct str markup)
{
	struct folder f = { .out = out, .start = out->len };
	size_t run = 0;

	for (size_t i = 0; i < markup.len;) {
		size_t used = 0, before = i;
		char c = markup.ptr[i];

		if (c != '<' && c != '&') {
			i++;
			continue;
		}
		fold(&f, str_sub(markup, run, i - run));
		used = c == '<' ? strip_tag(&f, markup, i)
				: strip_entity(&f, markup, i);
		run = used ? before + used : before;
		i = used ? before + used : before + 1;
	}
	fold(&f, str_from_at(markup, run));
}
