/*
 * summary.c - SUMMARY.md: the order and titles of a book, as GitBook and mdBook
 * have it: headings for parts, and links, most of them in nested lists.
 */
#include "content_private.h"

static size_t
indent_of(struct str line)
{
	size_t columns = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == ' ')
			columns++;
		else if (line.ptr[i] == '\t')
			columns += 4;
		else
			break;
	}
	return columns;
}

/* Takes "- ", "* ", "+ " or "1. " off; true when there was one. */
static bool
take_bullet(struct str *line)
{
	size_t at = 0;

	while (at < line->len && line->ptr[at] >= '0' && line->ptr[at] <= '9')
		at++;
	if (at >= line->len)
		return false;
	if (at ? line->ptr[at] != '.' && line->ptr[at] != ')'
	       : line->ptr[at] != '-' && line->ptr[at] != '*' &&
		    line->ptr[at] != '+')
		return false;
	at++;
	if (at >= line->len || (line->ptr[at] != ' ' && line->ptr[at] != '\t'))
		return false;
	*line = str_trim(str_from_at(*line, at));
	return true;
}

/* "[title](target)" at the start; false when it is none. */
static bool
take_link(struct str line, struct str *title, struct str *target)
{
	size_t middle = 0, depth = 0, end;

	if (!line.len || line.ptr[0] != '[')
		return false;
	for (; middle < line.len; middle++) {
		depth += line.ptr[middle] == '[';
		if (line.ptr[middle] == ']' && !--depth)
			break;
	}
	if (middle + 1 >= line.len || line.ptr[middle + 1] != '(')
		return false;
	*title = str_sub(line, 1, middle - 1);
	line = str_from_at(line, middle + 2);
	end = str_rfind(line, ')');
	if (end == line.len)
		return false;
	*target = str_trim(str_sub(line, 0, end));
	if (target->len > 1 && target->ptr[0] == '<') {
		*target = str_from_at(*target, 1);
		*target = str_sub(*target, 0, str_find(*target, '>'));
	} else {
		*target = str_sub(*target, 0, str_search(*target, STR(" \"")));
	}
	return true;
}

/* The book's name stands in the first heading, unless that says "Summary". */
static bool
is_summary_word(struct str title)
{
	static const char *const words[] = { "summary", "table of contents",
		"contents", "toc" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (str_eq_nocase(title, str_from(words[i])))
			return true;
	}
	return false;
}

/* The indents of the open lists, outermost first. */
struct nesting {
	size_t at[16];
	unsigned depth;
};

static unsigned
depth_of(struct nesting *n, size_t indent)
{
	while (n->depth && indent < n->at[n->depth - 1])
		n->depth--;
	if (n->depth < 16 && (!n->depth || indent > n->at[n->depth - 1] + 1))
		n->at[n->depth++] = indent;
	return n->depth;
}

static void
read_heading(struct arena *a, struct str line, struct summary *out)
{
	struct summary_item item = { .part = true };
	bool first = !out->count && !out->title.len;
	size_t level = 0;

	while (level < line.len && line.ptr[level] == '#')
		level++;
	item.title = plain_inline(a, str_from_at(line, level));
	if (!item.title.len || (first && is_summary_word(item.title)))
		return;
	if (first && level == 1)
		out->title = item.title;
	else
		ARENA_PUSH(a, *out, item);
}

void
summary_read(struct arena *a, struct str text, struct summary *out)
{
	struct nesting nesting = { .depth = 0 };
	struct str line;

	*out = (struct summary){ .count = 0 };
	while (str_split(&text, '\n', &line)) {
		struct summary_item item = { .part = false };
		struct str rest = str_trim(line), title;
		bool listed;

		if (str_starts(rest, STR("#"))) {
			nesting.depth = 0;
			read_heading(a, rest, out);
			continue;
		}
		listed = take_bullet(&rest);
		if (!take_link(rest, &title, &item.target)) {
			if (!listed || !rest.len)
				continue;
			title = rest; /* a chapter without a page */
		}
		item.depth = listed ? depth_of(&nesting, indent_of(line)) : 0;
		item.title = plain_inline(a, title);
		ARENA_PUSH(a, *out, item);
	}
}
