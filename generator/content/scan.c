/*
 * scan.c - what is needed of a Markdown text before it is rendered: its first
 * heading, its length in words, and whether it is UTF-8.
 */
#include "content_private.h"

/* A fence of a code block: its character and length, or 0. */
struct fence {
	char c;
	size_t length;
};

static struct str
next_line(struct str text, size_t *at)
{
	struct str rest = str_from_at(text, *at);
	struct str line = str_sub(rest, 0, str_find(rest, '\n'));

	*at += line.len + (line.len < rest.len);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static size_t
indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == ' ')
		n++;
	return n;
}

static size_t
run_of(struct str line, char c)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == c)
		n++;
	return n;
}

/* Opens or closes a fence; true when the line belongs to a code block. */
static bool
step_fence(struct fence *f, struct str line)
{
	size_t indent = indent_of(line), length;
	struct str rest = str_from_at(line, indent);

	if (!rest.len || (rest.ptr[0] != '`' && rest.ptr[0] != '~'))
		return f->length > 0;
	length = run_of(rest, rest.ptr[0]);
	if (f->length) {
		if (rest.ptr[0] == f->c && length >= f->length &&
		    !str_trim(str_from_at(rest, length)).len)
			f->length = 0;
		return true;
	}
	if (indent > 3 || length < 3 ||
	    (rest.ptr[0] == '`' &&
		str_find(str_from_at(rest, length), '`') < rest.len - length))
		return false;
	*f = (struct fence){ rest.ptr[0], length };
	return true;
}

/* "## Title ##" of a level; 0 when it is none. */
static int
atx_level(struct str line, struct str *title)
{
	size_t indent = indent_of(line), level;
	struct str rest = str_from_at(line, indent), t;
	size_t end;

	level = run_of(rest, '#');
	if (indent > 3 || !level || level > 6 ||
	    (level < rest.len && rest.ptr[level] != ' ' &&
		rest.ptr[level] != '\t'))
		return 0;
	t = str_trim(str_from_at(rest, level));
	for (end = t.len; end && t.ptr[end - 1] == '#'; end--)
		;
	if (!end || t.ptr[end - 1] == ' ' || t.ptr[end - 1] == '\t')
		t = str_trim(str_sub(t, 0, end));
	*title = t;
	return (int)level;
}

/* The underline of a setext heading: 1, 2, or 0. */
static int
setext_level(struct str line)
{
	struct str rest = str_trim(str_from_at(line, indent_of(line)));

	if (!rest.len || indent_of(line) > 3)
		return 0;
	if (run_of(rest, '=') == rest.len)
		return 1;
	return run_of(rest, '-') == rest.len ? 2 : 0;
}

/* A line that may be the text of a setext heading. */
static bool
is_paragraph(struct str line)
{
	struct str t = str_trim(line);

	return t.len && indent_of(line) <= 3 && t.ptr[0] != '>' &&
	    t.ptr[0] != '<' && t.ptr[0] != '|' &&
	    !((t.ptr[0] == '-' || t.ptr[0] == '*' || t.ptr[0] == '+') &&
		(t.len == 1 || t.ptr[1] == ' '));
}

/* "<h1 align=center>Title</h1>", as read-me files have it. */
static bool
html_heading(struct str body, size_t at, struct str *title)
{
	struct str rest = str_sub(body, at, 2048);
	size_t open, close;

	if (rest.len < 4 || !str_eq_nocase(str_sub(rest, 0, 3), STR("<h1")) ||
	    (rest.ptr[3] != '>' && rest.ptr[3] != ' '))
		return false;
	open = str_find(rest, '>');
	close = str_search(rest, STR("</h1>"));
	if (close == rest.len)
		close = str_search(rest, STR("</H1>"));
	if (open >= close || close == rest.len)
		return false;
	*title = str_sub(rest, open + 1, close - open - 1);
	return true;
}

struct heading_scan {
	struct heading *out; /* the best so far */
	struct fence fence;
	size_t paragraph; /* where the paragraph began, or SIZE_MAX */
	bool comment;
	bool html; /* inside a block of it */
	bool begun; /* text was seen: a heading from here on leads nothing */
	bool begun_before; /* the paragraph */
};

/* Takes a heading of a lower number than what there is; true for an h1. */
static bool
take_heading(
    struct heading_scan *s, int level, struct str text, bool html, size_t at)
{
	if (text.len && (!s->out->level || level < s->out->level))
		*s->out = (struct heading){ .text = text,
			.level = level,
			.at = at,
			.html = html,
			.leads = !s->begun };
	s->begun = true;
	return s->out->level == 1;
}

/* A line that may stand before a title: images, and what is not shown. */
static bool
is_prelude(struct heading_scan *s, struct str line)
{
	line = str_trim(line);
	s->html = line.len && (s->html || line.ptr[0] == '<');
	return !line.len || s->html || str_starts(line, STR("[![")) ||
	    str_starts(line, STR("![")) ||
	    (str_starts(line, STR("[")) &&
		str_search(line, STR("]: ")) < line.len);
}

/* True when the first h1 is found. */
static bool
scan_line(struct heading_scan *s, struct str body, size_t at, struct str line)
{
	struct str title;
	int level;

	if (step_fence(&s->fence, line)) {
		s->paragraph = SIZE_MAX;
		s->begun = true;
		return false;
	}
	if (s->comment || str_starts(str_trim(line), STR("<!--"))) {
		s->comment = str_search(line, STR("-->")) == line.len;
		s->paragraph = SIZE_MAX;
		return false;
	}
	level = atx_level(line, &title);
	if (level) {
		s->paragraph = SIZE_MAX;
		return take_heading(s, level, title, false, at);
	}
	level = setext_level(line);
	if (level && s->paragraph != SIZE_MAX) {
		title =
		    str_trim(str_sub(body, s->paragraph, at - s->paragraph));
		at = s->paragraph;
		s->paragraph = SIZE_MAX;
		s->begun = s->begun_before;
		return take_heading(s, level, title, false, at);
	}
	if (html_heading(body, at + indent_of(line), &title))
		return take_heading(s, 1, title, true, at);
	if (!is_paragraph(line)) {
		s->paragraph = SIZE_MAX;
	} else if (s->paragraph == SIZE_MAX) {
		s->paragraph = at;
		s->begun_before = s->begun;
	}
	s->begun = !is_prelude(s, line) || s->begun;
	return false;
}

bool
heading_first(struct str body, struct heading *out)
{
	struct heading_scan s = { .out = out, .paragraph = SIZE_MAX };

	*out = (struct heading){ .level = 0 };
	for (size_t next = 0; next < body.len;) {
		size_t at = next;
		struct str line = next_line(body, &next);

		if (scan_line(&s, body, at, line))
			break;
	}
	return out->level > 0;
}

/*
 * Measuring. A word is a run of letters and digits; characters of Chinese,
 * Japanese and Korean count one by one; a word of code counts apart.
 */
enum byte_class { BYTE_OTHER, BYTE_WORD, BYTE_NEWLINE, BYTE_HIGH };

static enum byte_class
class_of(unsigned char c)
{
	if (c >= 0x80)
		return BYTE_HIGH;
	if (c == '\n')
		return BYTE_NEWLINE;
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z')
	    ? BYTE_WORD
	    : BYTE_OTHER;
}

static bool
is_cjk(uint32_t c)
{
	return (c >= 0x3005 && c <= 0x3007) || (c >= 0x3041 && c <= 0x30ff) ||
	    (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

/* Counts one character above ASCII; true when it is part of a word. */
static bool
measure_high(struct measure *m, struct str text, size_t *at)
{
	size_t from = *at;
	uint32_t c = str_utf8_next(text, at);

	if (c == 0xfffd && *at - from != 3) {
		if (m->bad == SIZE_MAX)
			m->bad = from;
		return false;
	}
	if (!is_cjk(c))
		return c < 0x2000 || c > 0x2bff;
	m->cjk++;
	m->kana += c >= 0x3041 && c <= 0x30ff;
	m->hangul += c >= 0xac00;
	return false;
}

static size_t
measure_line(struct measure *m, struct str text, size_t at)
{
	bool inside = false;
	size_t words = 0;

	while (at < text.len) {
		enum byte_class class = class_of((unsigned char)text.ptr[at]);
		bool word = class == BYTE_WORD;

		if (class == BYTE_NEWLINE)
			break;
		if (class == BYTE_HIGH)
			word = measure_high(m, text, &at);
		else
			at++;
		words += word && !inside;
		inside = word;
	}
	m->words += words;
	return at + 1;
}

void
measure_text(struct str text, size_t from, struct measure *out)
{
	struct fence fence = { 0 };

	*out = (struct measure){ .bad = SIZE_MAX };
	while (from < text.len) {
		char c = text.ptr[from];
		bool code = fence.length > 0;
		size_t words = out->words;

		if (c == '`' || c == '~' || c == ' ') {
			size_t next = from;

			code = step_fence(&fence, next_line(text, &next));
		}
		from = measure_line(out, text, from);
		if (code) {
			out->code_words += out->words - words;
			out->words = words;
		}
	}
}

unsigned
measure_minutes(const struct measure *m)
{
	/* 230 words, 460 of code or 400 characters of CJK are a minute; in
	 * units of 1/9200 minute. */
	uint64_t units = 40 * (uint64_t)m->words +
	    20 * (uint64_t)m->code_words + 23 * (uint64_t)m->cjk;
	uint64_t minutes = (units + 4600) / 9200;

	return minutes < 1 ? 1 : minutes > 999 ? 999 : (unsigned)minutes;
}
