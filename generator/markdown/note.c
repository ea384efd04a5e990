#include "html.h"
#include "render.h"

static cmark_node *
first_definition(const struct work *w)
{
	cmark_node *n = w->doc.root->last_child;

	if (!n || n->type != CMARK_NODE_FOOTNOTE_DEFINITION)
		return NULL;
	while (n->prev && n->prev->type == CMARK_NODE_FOOTNOTE_DEFINITION)
		n = n->prev;
	return n;
}

static struct note *
note_of(const cmark_node *definition)
{
	return definition ? definition->user_data : NULL;
}

void
notes_begin(struct work *w)
{
	unsigned number = 0;

	for (cmark_node *n = first_definition(w); n; n = n->next) {
		if (!n->user_data)
			n->user_data = ARENA_NEW(w->arena, struct note);
		*note_of(n) = (struct note){ .number = ++number };
	}
}

/* "fnref-2", and "fnref-2-3" for the third reference. */
static void
add_reference_id(struct render *r, unsigned number, unsigned use)
{
	buf_add(r->out, STR("fnref-"));
	buf_add_i64(r->out, number);
	if (use > 1) {
		buf_add_c(r->out, '-');
		buf_add_i64(r->out, use);
	}
}

bool
note_reference_enter(struct render *r, cmark_node *node)
{
	struct note *note = note_of(node->parent_footnote_def);

	if (!note)
		return false;
	note->uses++;
	note->wanted = true;
	buf_add(r->out, STR("<sup class=\"footnote\"><a id=\""));
	add_reference_id(r, note->number, note->uses);
	buf_printf(
	    r->out, "\" href=\"#fn-%u\" role=\"doc-noteref\" ", note->number);
	buf_add(r->out, STR("aria-label=\""));
	html_attr(r->out, render_word(r, "footnote"));
	buf_printf(r->out, " %u\">%u</a></sup>", note->number, note->number);
	return false;
}

void
note_back_links(struct render *r, const cmark_node *definition)
{
	const struct note *note = note_of(definition);

	for (unsigned use = 1; note && use <= note->uses; use++) {
		buf_add(r->out, STR(" <a class=\"back\" href=\"#"));
		add_reference_id(r, note->number, use);
		buf_add(r->out, STR("\" role=\"doc-backlink\" aria-label=\""));
		html_attr(r->out, render_word(r, "footnote_back"));
		buf_printf(r->out, " %u", note->number);
		if (use > 1)
			buf_printf(r->out, "-%u", use);
		buf_add(r->out, STR("\">\u21a9</a>"));
	}
}

/* Definitions that are wanted and were not looked into yet. */
struct wanted {
	cmark_node *first, **last;
};

static void
want(struct wanted *w, cmark_node *definition)
{
	struct note *note = note_of(definition);

	note->wanted = true;
	note->next = NULL;
	*w->last = definition;
	w->last = &note->next;
}

/* Footnotes that wanted footnotes refer to are wanted too. */
static void
spread_wants(struct wanted *w, cmark_node *definition)
{
	cmark_node *n = definition;

	while ((n = ast_next(n, definition, true))) {
		cmark_node *to = n->parent_footnote_def;

		if (n->type == CMARK_NODE_FOOTNOTE_REFERENCE && note_of(to) &&
		    !note_of(to)->wanted)
			want(w, to);
	}
}

static bool
find_wanted(cmark_node *first)
{
	struct wanted w = { .last = &w.first };

	for (cmark_node *n = first; n; n = n->next) {
		if (note_of(n)->wanted)
			want(&w, n);
	}
	for (cmark_node *n = w.first; n; n = note_of(n)->next)
		spread_wants(&w, n);
	return w.first;
}

static void
render_note(struct render *r, cmark_node *definition)
{
	const cmark_node *last = definition->last_child;

	buf_printf(r->out, "<li id=\"fn-%u\" value=\"%u\">\n",
	    note_of(definition)->number, note_of(definition)->number);
	for (cmark_node *n = definition->first_child; n; n = n->next)
		render_block(r, n);
	flow_close(r, definition);
	if (!last || last->type != CMARK_NODE_PARAGRAPH) {
		buf_add(r->out, STR("<p>"));
		note_back_links(r, definition);
		buf_add(r->out, STR("</p>\n"));
	}
	buf_add(r->out, STR("</li>\n"));
}

void
render_notes(struct render *r)
{
	cmark_node *first = first_definition(r->work);

	if (!first || !find_wanted(first))
		return;
	render_line_end(r);
	buf_add(r->out,
	    STR("<section class=\"footnotes\" role=\"doc-endnotes\" "
		"aria-label=\""));
	html_attr(r->out, render_word(r, "footnotes"));
	buf_add(r->out, STR("\">\n<ol>\n"));
	for (cmark_node *n = first; n; n = n->next) {
		if (note_of(n)->wanted)
			render_note(r, n);
	}
	buf_add(r->out, STR("</ol>\n</section>\n"));
}

bool
note_is_used(const cmark_node *definition)
{
	const struct note *note = note_of(definition);

	return note && note->wanted;
}
