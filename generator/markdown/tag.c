#include "tag.h"

#include "html.h"
#include "limits.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Past `mark`, or the end. */
static size_t
past(struct str s, size_t at, struct str mark)
{
	size_t found = at + str_search(str_from_at(s, at), mark);

	return found < s.len ? found + mark.len : s.len;
}

static size_t
past_name(struct str s, size_t at)
{
	while (at < s.len && !is_space(s.ptr[at]) && s.ptr[at] != '>' &&
	    s.ptr[at] != '/')
		at++;
	return at;
}

/* The '>' of the tag whose attributes begin at `at`, or s.len. */
static size_t
end_of_tag(struct str s, size_t at)
{
	bool value = false;

	for (; at < s.len && s.ptr[at] != '>'; at++) {
		char c = s.ptr[at];

		if (value && (c == '"' || c == '\'')) {
			at += 1 + str_find(str_from_at(s, at + 1), c);
			if (at >= s.len)
				return s.len;
		}
		value = c == '=' || (value && is_space(c));
	}
	return at;
}

static size_t
read_tag(struct str s, size_t at, struct tag *out)
{
	size_t name = at + 1 + (out->kind == TAG_CLOSE);
	size_t rest = past_name(s, name), end = end_of_tag(s, rest);

	out->name = str_sub(s, name, rest - name);
	out->attributes = str_sub(s, rest, end - rest);
	if (end == s.len) {
		out->kind = TAG_OTHER;
		return end;
	}
	return end + 1;
}

/* Past the markup at s[at] == '<'; `at` when it is only a '<'. */
static size_t
read_markup(struct str s, size_t at, struct tag *out)
{
	struct str rest = str_from_at(s, at);
	char next = ' ';

	if (rest.len > 1)
		next = rest.ptr[1];
	if (str_starts(rest, STR("<!--"))) {
		out->kind = TAG_COMMENT;
		return past(s, at + 4, STR("-->"));
	}
	if (next == '!' || next == '?') {
		out->kind = TAG_OTHER;
		return past(s, at, STR(">"));
	}
	if (is_letter(next))
		out->kind = TAG_OPEN;
	else if (next == '/' && rest.len > 2 && is_letter(rest.ptr[2]))
		out->kind = TAG_CLOSE;
	else
		return at;
	return read_tag(s, at, out);
}

bool
tag_next(struct str s, size_t *at, struct tag *out)
{
	size_t from = *at, end = from;

	if (from >= s.len)
		return false;
	*out = (struct tag){ .kind = TAG_TEXT };
	if (s.ptr[from] == '<')
		end = read_markup(s, from, out);
	if (end == from)
		end = from + 1 + str_find(str_from_at(s, from + 1), '<');
	out->whole = str_sub(s, from, end - from);
	*at = end;
	return true;
}

/* The value that begins at `at` (past '='), as written. */
static struct str
read_value(struct str s, size_t *at)
{
	size_t from, end;

	while (*at < s.len && is_space(s.ptr[*at]))
		++*at;
	from = end = *at;
	if (from < s.len && (s.ptr[from] == '"' || s.ptr[from] == '\'')) {
		from++;
		end = from + str_find(str_from_at(s, from), s.ptr[from - 1]);
		*at = end + 1;
	} else {
		while (end < s.len && !is_space(s.ptr[end]))
			end++;
		*at = end;
	}
	return str_sub(s, from, end - from);
}

/* The next attribute; false at the end. */
static bool
read_attribute(struct str s, size_t *at, struct str *name, struct str *value)
{
	size_t from, to;

	while (*at < s.len && (is_space(s.ptr[*at]) || s.ptr[*at] == '/'))
		++*at;
	for (from = to = *at; to < s.len && !is_space(s.ptr[to]) &&
	     s.ptr[to] != '=' && s.ptr[to] != '/';)
		to++;
	if (to == from && to < s.len)
		to++; /* a lone '=' */
	*name = str_sub(s, from, to - from);
	*value = STR_NONE;
	*at = to;
	while (to < s.len && is_space(s.ptr[to]))
		to++;
	if (to < s.len && s.ptr[to] == '=') {
		*at = to + 1;
		*value = read_value(s, at);
	}
	return name->len;
}

static struct str
decoded(struct arena *a, struct str value)
{
	struct buf text;

	if (str_find(value, '&') == value.len)
		return str_trim(value);
	buf_init(&text, LIMIT_TEXT_FILE);
	html_strip(&text, value);
	value = arena_str(a, buf_str(&text));
	buf_clear(&text);
	return value;
}

struct str
tag_value(struct arena *a, const struct tag *tag, const char *name)
{
	struct str known, value;
	size_t at = 0;

	while (read_attribute(tag->attributes, &at, &known, &value)) {
		if (str_eq_nocase(known, str_from(name)))
			return decoded(a, value);
	}
	return STR_NONE;
}

static const struct {
	enum element is;
	const char *names; /* each between spaces */
} elements[] = {
	{ ELEMENT_PHRASE,
	    " kbd sub sup mark var samp ins del small abbr cite dfn q b i u s "
	    "em strong code " },
	{ ELEMENT_PLAIN,
	    " span font big tt nobr wbr picture source strike bdi bdo time "
	    "label g-emoji " },
	{ ELEMENT_WRAPPER,
	    " p div center section article header footer main nav aside "
	    "address figure figcaption thead tbody tfoot colgroup col tr "
	    "caption dl dt dd " },
	{ ELEMENT_CELL, " td th " },
	{ ELEMENT_LINK, " a " },
	{ ELEMENT_IMAGE, " img " },
	{ ELEMENT_BREAK, " br " },
	{ ELEMENT_RULE, " hr " },
	{ ELEMENT_HEADING, " h1 h2 h3 h4 h5 h6 " },
	{ ELEMENT_SUMMARY, " summary " },
	{ ELEMENT_ITEM, " li " },
	{ ELEMENT_LIST, " ul ol " },
	{ ELEMENT_PRE, " pre " },
	{ ELEMENT_BOX, " details blockquote " },
	{ ELEMENT_LISTING, " listing " },
	{ ELEMENT_DROPPED,
	    " table form video audio track embed map area button input "
	    "fieldset legend dialog menu canvas param link meta base body html "
	    "marquee blink ruby rt rp " },
	{ ELEMENT_MUTE,
	    " script style textarea svg math iframe object template title "
	    "head select noscript " },
};

enum element
tag_element(struct str *name)
{
	enum { LONGEST = 16 };
	char word[LONGEST + 2] = " ";
	size_t len = name->len;

	if (!len || len > LONGEST - 1)
		return ELEMENT_UNKNOWN;
	for (size_t i = 0; i < len; i++) {
		char c = name->ptr[i];

		if (!is_letter(c) && c != '-' && !(c >= '1' && c <= '6'))
			return ELEMENT_UNKNOWN;
		word[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	word[len + 1] = ' ';
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
		struct str names = str_from(elements[i].names);
		size_t at = str_search(names, str_of(word, len + 2));

		if (at < names.len) {
			*name = str_sub(names, at + 1, len);
			return elements[i].is;
		}
	}
	return ELEMENT_UNKNOWN;
}
