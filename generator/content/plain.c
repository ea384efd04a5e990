/*
 * plain.c - the text of a heading: inline Markdown without its marks.
 *
 * Not a parser: marks are dropped where they are likely to be marks. What
 * matters is that the result is text; it is escaped wherever it is shown.
 */
#include "content_private.h"

#include "html.h"

static bool
is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || (c & 0x80);
}

static char
byte_at(struct str s, size_t i)
{
	if (i >= s.len)
		return ' ';
	return s.ptr[i];
}

static char
byte_before(struct str s, size_t i)
{
	if (!i)
		return ' ';
	return s.ptr[i - 1];
}

/* Past the bracket that closes the one at `at`, or 0. */
static size_t
past_bracket(struct str s, size_t at, char open, char close)
{
	size_t depth = 0;

	for (; at < s.len; at++) {
		if (s.ptr[at] == '\\')
			at++;
		else if (s.ptr[at] == open)
			depth++;
		else if (s.ptr[at] == close && !--depth)
			return at + 1;
	}
	return 0;
}

/* Past "(target)" or "[label]", or `at` when there is none. */
static size_t
past_target(struct str s, size_t at)
{
	size_t end = 0;

	if (byte_at(s, at) == '(')
		end = past_bracket(s, at, '(', ')');
	else if (byte_at(s, at) == '[')
		end = past_bracket(s, at, '[', ']');
	return end ? end : at;
}

/* Past "{#anchor .class}" at the end of a heading. */
static struct str
without_attributes(struct str s)
{
	size_t open = str_rfind(s, '{');
	char kind = byte_at(s, open + 1);

	if (open && open < s.len && s.ptr[s.len - 1] == '}' &&
	    (kind == '#' || kind == '.'))
		return str_trim(str_sub(s, 0, open));
	return s;
}

static void strip(struct buf *out, struct str s, unsigned depth);

static size_t
strip_code(struct buf *out, struct str s, size_t at)
{
	size_t ticks = 0, end;
	struct str rest;

	while (byte_at(s, at + ticks) == '`')
		ticks++;
	rest = str_from_at(s, at + ticks);
	end = str_search(rest, str_sub(s, at, ticks));
	if (end == rest.len)
		return at + ticks;
	html_text(out, str_trim(str_sub(rest, 0, end)));
	return at + ticks + end + ticks;
}

/* A tag is left to html_strip, an address in <> is text, the rest as well. */
static size_t
strip_angle(struct buf *out, struct str s, size_t at)
{
	struct str inside = str_from_at(s, at + 1);
	size_t end = str_find(inside, '>');
	char c = byte_at(s, at + 1);
	bool tag = c == '/' || c == '!' || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');

	if (!tag || end == inside.len) {
		buf_add_z(out, "&lt;");
		return at + 1;
	}
	inside = str_sub(inside, 0, end);
	if (str_search(inside, STR("://")) < inside.len &&
	    str_find(inside, ' ') == inside.len)
		html_text(out, inside);
	else
		buf_add(out, str_sub(s, at, end + 2));
	return at + end + 2;
}

static size_t
strip_link(struct buf *out, struct str s, size_t at, unsigned depth)
{
	size_t end = past_bracket(s, at, '[', ']');

	if (!end || past_target(s, end) == end) {
		buf_add_c(out, '[');
		return at + 1;
	}
	if (!at || s.ptr[at - 1] != '!')
		strip(out, str_sub(s, at + 1, end - at - 2), depth + 1);
	return past_target(s, end);
}

/* Is the mark at `at` one of emphasis? */
static bool
is_emphasis(struct str s, size_t at)
{
	char c = s.ptr[at];
	char before = byte_before(s, at), after = byte_at(s, at + 1);

	if (c == '*')
		return before != ' ' || after != ' ';
	if (c == '~')
		return before == '~' || after == '~';
	if (c != '_')
		return false;
	for (size_t i = at; i && s.ptr[i - 1] == '_'; i--)
		before = byte_before(s, i - 1);
	for (size_t i = at + 1; byte_at(s, i) == '_'; i++)
		after = byte_at(s, i + 1);
	return is_word_byte(before) != is_word_byte(after);
}

static void
strip(struct buf *out, struct str s, unsigned depth)
{
	enum { DEEPEST = 8 };

	for (size_t i = 0; i < s.len;) {
		char c = s.ptr[i], after = byte_at(s, i + 1);

		if (c == '`') {
			i = strip_code(out, s, i);
		} else if (c == '<') {
			i = strip_angle(out, s, i);
		} else if (c == '[' && depth < DEEPEST) {
			i = strip_link(out, s, i, depth);
		} else if (c == '\\' && !is_word_byte(after) && after != ' ') {
			html_text(out, str_sub(s, i + 1, 1));
			i += 2;
		} else {
			bool image = c == '!' && after == '[' &&
			    past_bracket(s, i + 1, '[', ']');

			if (!image && !is_emphasis(s, i))
				buf_add_c(out, c);
			i++;
		}
	}
}

struct str
plain_inline(struct arena *a, struct str markdown)
{
	enum { LONGEST = 2048 };
	struct buf markup, text;
	struct str plain;

	if (markdown.len > LONGEST) {
		size_t end = LONGEST;

		while (end && (markdown.ptr[end] & 0xc0) == 0x80)
			end--;
		markdown = str_sub(markdown, 0, end);
	}
	markdown = without_attributes(str_trim(markdown));
	buf_init(&markup, (size_t)8 * LONGEST);
	buf_init(&text, (size_t)8 * LONGEST);
	strip(&markup, markdown, 0);
	html_strip(&text, buf_str(&markup));
	plain = arena_str(a, str_trim(buf_str(&text)));
	buf_clear(&markup);
	buf_clear(&text);
	return plain;
}
