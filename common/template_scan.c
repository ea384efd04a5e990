/*
 * template_scan.c - finds the tags in the text of a template.
 */
#include "template_scan.h"

#include "limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DELIMITER = 16, MOST_FAULTS = 50 };

void
scan_fault(struct scan *s, const struct tag *tag, const char *format, ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	diag_add(s->d, DIAG_ERROR,
	    where_at(s->path, s->text, tag->from, tag->to - tag->from), NULL,
	    "%s", message);
	s->faults++;
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

struct str
scan_slice(const struct scan *s, size_t from, size_t to)
{
	return str_sub(s->text, from, to - from);
}

struct str
scan_blanks(const struct scan *s, size_t at)
{
	size_t end = at;

	while (end < s->text.len && is_blank(s->text.ptr[end]))
		end++;
	return scan_slice(s, at, end);
}

bool
scan_is_word(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		if ((unsigned char)name.ptr[i] <= ' ')
			return false;
	}
	return name.len > 0;
}

bool
scan_margin(const struct scan *s, size_t at, struct str *margin)
{
	struct str rest, blanks = STR_NONE;

	while (at < s->text.len) {
		blanks = scan_blanks(s, at);
		rest = str_from_at(s->text, at + blanks.len);
		if (str_starts(rest, STR("\r\n")))
			at += blanks.len + 2;
		else if (str_starts(rest, STR("\n")))
			at += blanks.len + 1;
		else
			break;
	}
	rest = str_from_at(s->text, at + blanks.len);
	*margin = blanks;
	return !(str_starts(rest, s->open) &&
	    str_starts(str_from_at(rest, s->open.len), STR("/")));
}

static bool
is_delimiter(struct str s)
{
	return scan_is_word(s) && s.len <= DELIMITER &&
	    str_find(s, '=') == s.len;
}

void
scan_delimiters(struct scan *s, const struct tag *tag)
{
	struct str open, close;
	size_t end = 0;

	while (end < tag->content.len &&
	    (unsigned char)tag->content.ptr[end] > ' ')
		end++;
	open = str_sub(tag->content, 0, end);
	close = str_trim(str_from_at(tag->content, end));
	if (!is_delimiter(open) || !is_delimiter(close)) {
		scan_fault(
		    s, tag, "delimiters are two short words without '='");
		return;
	}
	s->open = open;
	s->close = close;
}

/* What ends a tag: "}}", after '{' or '=' with its counterpart before. */
static struct str
terminator(const struct scan *s, char sigil, char room[DELIMITER + 1])
{
	if (sigil != '{' && sigil != '=')
		return s->close;
	room[0] = sigil == '{' ? '}' : '=';
	memcpy(room + 1, s->close.ptr, s->close.len);
	return str_of(room, s->close.len + 1);
}

static void
look_beside(struct scan *s, struct tag *tag)
{
	struct str before = scan_slice(s, s->at, tag->from);
	size_t end = str_rfind(before, '\n');
	size_t left, right = tag->to + scan_blanks(s, tag->to).len;
	struct str rest = str_from_at(s->text, right);

	if (s->at && s->text.ptr[s->at - 1] == '\n')
		s->line_from = s->at;
	if (end < before.len)
		s->line_from = s->at + end + 1;
	tag->line = s->line_from;
	for (left = tag->from; left > tag->line;) {
		if (!is_blank(s->text.ptr[left - 1]))
			break;
		left--;
	}
	tag->left = left == tag->line;
	tag->right = true;
	if (!rest.len)
		tag->after = right;
	else if (*rest.ptr == '\n')
		tag->after = right + 1;
	else if (str_starts(rest, STR("\r\n")))
		tag->after = right + 2;
	else
		tag->right = false;
}

bool
scan_next(struct scan *s, struct tag *tag)
{
	struct str rest = str_from_at(s->text, s->at), end;
	size_t start = str_search(rest, s->open), inside, len;
	char room[DELIMITER + 1];

	if (start == rest.len || s->faults >= MOST_FAULTS)
		return false;
	*tag = (struct tag){ .from = s->at + start, .sigil = 'v' };
	inside = tag->from + s->open.len;
	if (inside < s->text.len && s->text.ptr[inside] &&
	    strchr("#^/<>$!={&", s->text.ptr[inside]))
		tag->sigil = s->text.ptr[inside++];
	end = terminator(s, tag->sigil, room);
	rest = str_from_at(s->text, inside);
	len = str_search(rest, end);
	if (len == rest.len) {
		tag->to = inside;
		scan_fault(
		    s, tag, "a tag is not closed with '%.*s'", STR_ARG(end));
		return false;
	}
	tag->content = str_trim(str_sub(rest, 0, len));
	tag->to = inside + len + end.len;
	look_beside(s, tag);
	return true;
}

bool
scan_check(struct scan *s)
{
	struct where at = { .path = s->path };

	if (s->text.len > LIMIT_TEMPLATE) {
		diag_add(s->d, DIAG_ERROR, at, NULL,
		    "a template is at most %d KiB long", LIMIT_TEMPLATE >> 10);
		return false;
	}
	if (!is_delimiter(s->open) || !is_delimiter(s->close)) {
		diag_add(s->d, DIAG_ERROR, at, NULL,
		    "delimiters are two short words without '='");
		return false;
	}
	if (!str_is_utf8(s->text)) {
		diag_add(s->d, DIAG_ERROR, at, "save the file as UTF-8",
		    "text is not UTF-8");
		return false;
	}
	return true;
}
