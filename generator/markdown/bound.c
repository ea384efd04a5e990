#include "ast.h"
#include "limits.h"

#include <cmark-gfm/references.h>
#include <stdio.h>

enum {
	ROW_CELLS = 2000, /* in one row of a table */
	LEAF = 64 << 10, /* bytes of one paragraph, heading or cell */
	WWW_SQUARES =
	    4000000, /* each "www." looks at all before it in its leaf */
	REFERENCES = 8 << 20, /* bytes all uses could expand to */
};

#define TOO_DEEP "lists and quotes are nested deeper than %ld"

static bool
refuse(struct refusal *why, size_t offset, const char *format, long limit)
{
	*why = (struct refusal){ .offset = offset };
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(why->message, sizeof why->message, format, limit);
#pragma GCC diagnostic pop
	return false;
}

static bool
is_blank_char(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of a list marker or '>' at s[at], or 0. */
static size_t
marker(struct str s, size_t at)
{
	size_t i = at;

	if (i < s.len && s.ptr[i] == '>')
		return 1;
	if (i < s.len &&
	    (s.ptr[i] == '-' || s.ptr[i] == '+' || s.ptr[i] == '*')) {
		i++;
	} else {
		while (i < s.len && i - at < 9 && is_digit(s.ptr[i]))
			i++;
		if (i == at || i == s.len ||
		    (s.ptr[i] != '.' && s.ptr[i] != ')'))
			return 0;
		i++;
	}
	return i < s.len && is_blank_char(s.ptr[i]) ? i - at : 0;
}

/* What is left of a line behind its containers' markers. */
static struct str
content_of(struct str line, unsigned *depth)
{
	size_t at = 0, len;

	*depth = 0;
	for (;;) {
		while (at < line.len && is_blank_char(line.ptr[at]))
			at++;
		len = marker(line, at);
		if (!len)
			return str_from_at(line, at);
		at += len;
		++*depth;
	}
}

/* The number of columns when this may be a table's delimiter row, else 0. */
static size_t
delimiter_columns(struct str s)
{
	size_t pipes = 0, columns = 0;
	bool dash = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '-') {
			columns += !dash;
			dash = true;
			continue;
		}
		if (c != '|' && c != ':' && !is_blank_char(c))
			return 0;
		pipes += c == '|' || c == ':';
		dash = false;
	}
	return pipes ? columns : 0;
}

static size_t
count_pipes(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == '|';
	return n;
}

/* Tables seen so far; a delimiter row makes what follows it up to an empty
 * line its rows. */
struct tables {
	size_t columns; /* of the open one, 0: none */
	size_t cells;
	size_t line_before; /* pipes in it */
};

static bool
add_table_line(
    struct tables *t, struct str line, size_t offset, struct refusal *why)
{
	size_t columns = 0, pipes = 0;

	if (!line.len) {
		t->columns = 0;
		t->line_before = 0;
		return true;
	}
	if (line.ptr[0] == '|' || line.ptr[0] == '-' || line.ptr[0] == ':')
		columns = delimiter_columns(line);
	if (columns || t->columns)
		pipes = count_pipes(line);
	if (columns > t->columns) {
		t->columns = columns;
		t->cells += columns;
		if (columns > ROW_CELLS)
			pipes = columns;
	}
	t->cells += t->columns > pipes ? t->columns : pipes;
	if (pipes > ROW_CELLS)
		return refuse(why, offset,
		    "a table row has more than %ld cells", ROW_CELLS);
	if (t->cells > LIMIT_TABLE_CELLS)
		return refuse(why, offset,
		    "the tables of this file have more than %ld cells",
		    LIMIT_TABLE_CELLS);
	return true;
}

bool
bound_text(struct str text, struct refusal *why)
{
	struct tables tables = { 0 };
	struct str rest = text, line;

	if (text.len > LIMIT_TEXT_FILE)
		return refuse(why, 0, "a text may have %ld bytes at most",
		    LIMIT_TEXT_FILE);
	while (str_split(&rest, '\n', &line)) {
		size_t offset = (size_t)(line.ptr - text.ptr);
		unsigned depth;
		struct str content = content_of(line, &depth);

		if (depth > LIMIT_MARKDOWN_DEPTH)
			return refuse(
			    why, offset, TOO_DEEP, LIMIT_MARKDOWN_DEPTH);
		if (!add_table_line(&tables, content, offset, why))
			return false;
	}
	return true;
}

static size_t
line_offset(struct str text, int line)
{
	struct str rest = text, part;

	while (line-- > 1 && str_split(&rest, '\n', &part))
		;
	return rest.ptr ? (size_t)(rest.ptr - text.ptr) : text.len;
}

static size_t
longest_reference(const cmark_parser *parser)
{
	size_t longest = 0;

	for (cmark_map_entry *e = parser->refmap->refs; e; e = e->next) {
		const cmark_reference *r = (const cmark_reference *)(void *)e;
		size_t len = (size_t)r->url.len + (size_t)r->title.len;

		if (len > longest)
			longest = len;
	}
	return longest;
}

static size_t
count_www(struct str s)
{
	size_t n = 0, at = 0;

	while ((at += str_search(str_from_at(s, at), STR("www."))) < s.len) {
		n++;
		at += 4;
	}
	return n;
}

static size_t
count_brackets(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == ']';
	return n;
}

/* The text of a block whose inlines are still to be parsed. */
static struct str
leaf_text(const cmark_node *node)
{
	if (node->first_child || node->type == CMARK_NODE_CODE_BLOCK ||
	    node->type == CMARK_NODE_HTML_BLOCK || node->content.size <= 0)
		return STR_NONE;
	return (struct str){ (const char *)node->content.ptr,
		(size_t)node->content.size };
}

/* What the blocks' text will cost to parse, so far. */
struct costs {
	size_t longest; /* reference, in bytes */
	size_t brackets;
	size_t www_squares;
};

static bool
check_leaf(const cmark_node *node, struct costs *costs, struct refusal *why)
{
	struct str leaf = leaf_text(node);
	size_t www;

	if (leaf.len > LEAF)
		return refuse(
		    why, 0, "a paragraph may have %ld bytes at most", LEAF);
	www = count_www(leaf);
	costs->www_squares += www * www;
	if (costs->www_squares > WWW_SQUARES)
		return refuse(why, 0,
		    "a paragraph has more than %ld bare addresses", 1000);
	if (!costs->longest)
		return true;
	costs->brackets += count_brackets(leaf);
	if (costs->brackets > REFERENCES / costs->longest)
		return refuse(why, 0,
		    "link references expand to more than %ld bytes",
		    REFERENCES);
	return true;
}

bool
bound_blocks(const cmark_parser *parser, struct str text, struct refusal *why)
{
	struct costs costs = { .longest = longest_reference(parser) };
	cmark_node *node = parser->root->first_child;
	unsigned depth = 1;

	while (node) {
		if (!check_leaf(node, &costs, why)) {
			why->offset = line_offset(text, node->start_line);
			return false;
		}
		if (node->first_child) {
			if (++depth > LIMIT_MARKDOWN_DEPTH * 2)
				return refuse(why,
				    line_offset(text, node->start_line),
				    TOO_DEEP, LIMIT_MARKDOWN_DEPTH);
			node = node->first_child;
			continue;
		}
		while (!node->next && node != parser->root) {
			node = node->parent;
			depth--;
		}
		node = node == parser->root ? NULL : node->next;
	}
	return true;
}
