#include "render.h"

static void
read_lines(struct work *w)
{
	struct str text = w->page->text;
	size_t at = w->page->body;

	do {
		ARENA_PUSH(w->arena, w->lines, at);
		at += str_find(str_from_at(text, at), '\n') + 1;
	} while (at < text.len);
}

/* Where line `n` of the body (from 1) begins in the file. */
static size_t
line_offset(struct work *w, int n)
{
	if (!w->lines.count)
		read_lines(w);
	if (n < 1)
		return w->page->body;
	if ((size_t)n > w->lines.count)
		return w->page->text.len;
	return w->lines.at[n - 1];
}

/* The block a node stands in; a cell's own places are unreliable. */
static const cmark_node *
block_of(const cmark_node *node)
{
	while (node->parent &&
	    (node->type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE)
		node = node->parent;
	return node;
}

size_t
place_of(struct work *w, const cmark_node *node)
{
	int line = node->start_line;

	if (line < 1)
		line = block_of(node)->start_line;
	return line_offset(w, line);
}

/* Does an address begin at `at`: "(x", "<x", "]: x", "src=x", "src='x"? */
static bool
begins_address(struct str text, size_t at)
{
	char c = '\0';

	if (at)
		c = text.ptr[at - 1];
	if (c && strchr("(<='\"", c))
		return true;
	while (at && text.ptr[at - 1] == ' ')
		at--;
	return at > 1 && text.ptr[at - 1] == ':' && text.ptr[at - 2] == ']';
}

/* The first place of `target` in text[from..to) where an address begins, else
 * the first at all, else `to`. */
static size_t
search(struct str text, size_t from, size_t to, struct str target)
{
	struct str part = str_sub(text, 0, to);
	size_t first = to, at = from;

	while ((at += str_search(str_from_at(part, at), target)) < to) {
		if (begins_address(part, at))
			return at;
		if (first == to)
			first = at;
		at++;
	}
	return first;
}

size_t
place_of_target(
    struct work *w, const cmark_node *node, struct str target, size_t *length)
{
	const cmark_node *block = block_of(node);
	size_t from = line_offset(w, block->start_line);
	size_t to = line_offset(w,
	    (block->end_line > block->start_line ? block->end_line
						 : block->start_line) +
		1);
	struct str text = w->page->text;
	size_t at;

	*length = target.len;
	if (w->cursor.block == block && w->cursor.offset > from &&
	    w->cursor.offset < to)
		from = w->cursor.offset;
	at = search(text, from, to, target);
	if (at < to) {
		w->cursor.block = block;
		w->cursor.offset = at + target.len;
		return at;
	}
	at = search(text, w->page->body, text.len, target);
	if (at < text.len)
		return at;
	*length = 0;
	return place_of(w, node);
}
