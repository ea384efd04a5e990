#include "cjk.h"
#include "limits.h"
#include "render.h"

/* [!NOTE] and the others a forge knows, as the first line of a quote. */
static const char *const callouts[] = { "note", "tip", "important", "warning",
	"caution" };

static const char *
callout_of(struct str mark)
{
	mark = str_trim(mark);
	if (mark.len < 4 || !str_starts(mark, STR("[!")) ||
	    !str_ends(mark, STR("]")))
		return NULL;
	mark = str_sub(mark, 2, mark.len - 3);
	for (size_t i = 0; i < sizeof callouts / sizeof *callouts; i++) {
		if (str_eq_nocase(mark, str_from(callouts[i])))
			return callouts[i];
	}
	return NULL;
}

static void
prepare_quote(cmark_node *quote)
{
	cmark_node *paragraph = quote->first_child, *mark, *rest;
	const char *kind;

	if (!paragraph || paragraph->type != CMARK_NODE_PARAGRAPH)
		return;
	mark = paragraph->first_child;
	if (!mark || mark->type != CMARK_NODE_TEXT)
		return;
	rest = mark->next;
	if (rest && rest->type != CMARK_NODE_SOFTBREAK &&
	    rest->type != CMARK_NODE_LINEBREAK)
		return;
	kind = callout_of(chunk_str(mark->as.literal));
	if (!kind)
		return;
	quote->user_data = (char *)(uintptr_t)kind;
	cmark_node_unlink(mark);
	if (rest)
		cmark_node_unlink(rest);
	if (!paragraph->first_child)
		cmark_node_unlink(paragraph);
}

/* In w->scratch. An image stands for its words only where there are no others;
 * spaces beside it count in anchors, as on a forge. */
static struct str
heading_words(struct work *w, const cmark_node *node)
{
	struct str s;

	buf_reset(&w->scratch);
	ast_words(node, &w->scratch);
	if (!str_trim(buf_str(&w->scratch)).len) {
		buf_reset(&w->scratch);
		ast_text(node, &w->scratch);
	}
	cjk_unmend(&w->scratch);
	s = buf_str(&w->scratch);
	if (str_ends(s, STR("\n")))
		s.len--;
	return s;
}

static void
prepare_heading(struct work *w, cmark_node *node)
{
	struct heading *h = ARENA_NEW(w->arena, struct heading);
	struct str words = heading_words(w, node);

	h->node = node;
	h->top = node;
	while (h->top->parent && h->top->parent != w->doc.root)
		h->top = h->top->parent;
	h->title = arena_str(w->arena, str_trim(words));
	h->anchor = anchor_of(&w->anchors, words);
	h->level = node->as.heading.level;
	node->user_data = h;
	ARENA_PUSH(w->arena, w->headings, h);
}

/* The line of the body its title stands on, from 1. */
static int
title_line(const struct page *p)
{
	int line = 1;

	for (size_t i = p->body; i < p->title_at && i < p->text.len; i++)
		line += p->text.ptr[i] == '\n';
	return line;
}

/* The page's template prints the title, so the body must not. */
static void
find_title(struct work *w)
{
	const struct cmark_node *first = w->doc.root->first_child;
	bool known = w->page->title_in_body;
	int line = known ? title_line(w->page) : 0;

	for (size_t i = 0; i < w->headings.count; i++) {
		struct heading *h = w->headings.at[i];
		bool is_title = known
		    ? h->node->start_line == line && h->node == h->top
		    : h->node == first && str_eq(h->title, w->page->title);

		if (is_title) {
			w->title = h->node;
			w->title_anchor = h->anchor;
			return;
		}
	}
}

/* The highest heading becomes an h2; the steps between them stay. */
static void
shift_headings(struct work *w)
{
	int highest = 6;

	for (size_t i = 0; i < w->headings.count; i++) {
		const struct heading *h = w->headings.at[i];

		if (h->node != w->title && h->level < highest)
			highest = h->level;
	}
	w->shift = 2 - highest;
	for (size_t i = 0; i < w->headings.count; i++) {
		struct heading *h = w->headings.at[i];

		h->level += w->shift;
		if (h->level > 6)
			h->level = 6;
		if (h->level < 2)
			h->level = 2;
		if (w->links)
			link_anchor(w->links, w->page, h->anchor);
	}
}

void
prepare(struct work *w)
{
	/* ids of the page around the text */
	static const struct str reserved[] = { { "main", 4 }, { "lock", 4 },
		{ "rest", 4 } };
	cmark_node *node = w->doc.root;

	anchors_init(&w->anchors, w->arena);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		anchor_take(&w->anchors, reserved[i]);
	while (node) {
		bool down = true;

		if (node->type == CMARK_NODE_HEADING)
			prepare_heading(w, node);
		else if (node->type == CMARK_NODE_BLOCK_QUOTE)
			prepare_quote(node);
		if (node->type == CMARK_NODE_PARAGRAPH ||
		    node->type == CMARK_NODE_HEADING)
			down = false;
		node = ast_next(node, w->doc.root, down);
	}
	find_title(w);
	shift_headings(w);
}
