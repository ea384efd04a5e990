#include "render.h"

#include "html.h"

struct handler {
	bool (*enter)(struct render *r, cmark_node *node);
	void (*leave)(struct render *r, cmark_node *node);
};

void
render_line_end(struct render *r)
{
	if (r->out->len && r->out->ptr[r->out->len - 1] != '\n')
		buf_add_c(r->out, '\n');
}

void
render_void_end(struct render *r)
{
	buf_add(r->out, r->plain ? STR(" />") : STR(">"));
}

struct str
word_of(const struct work *w, const char *key)
{
	static const char *const english[][2] = {
		{ "note", "Note" },
		{ "tip", "Tip" },
		{ "important", "Important" },
		{ "warning", "Warning" },
		{ "caution", "Caution" },
		{ "code", "Code" },
		{ "table", "Table" },
		{ "diagram", "Diagram" },
		{ "formula", "Formula" },
		{ "task_done", "Done" },
		{ "task_open", "To do" },
		{ "footnotes", "Footnotes" },
		{ "footnote", "Footnote" },
		{ "footnote_back", "Back to the text" },
		{ "heading_link", "Link to this section" },
	};
	struct str s = STR_NONE;

	if (w->strings && w->strings->get)
		s = w->strings->get(
		    w->strings->context, w->page->lang, str_from(key));
	for (size_t i = 0; !s.len && i < sizeof english / sizeof *english;
	     i++) {
		if (!strcmp(english[i][0], key))
			s = str_from(english[i][1]);
	}
	return s;
}

struct str
render_word(const struct render *r, const char *key)
{
	return word_of(r->work, key);
}

static bool
text_enter(struct render *r, cmark_node *node)
{
	html_text(r->out, chunk_str(node->as.literal));
	return false;
}

static bool
soft_break_enter(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add_c(r->out, '\n');
	return false;
}

static bool
line_break_enter(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("<br"));
	render_void_end(r);
	buf_add_c(r->out, '\n');
	return false;
}

static bool
emph_enter(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("<em>"));
	return true;
}

static void
emph_leave(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("</em>"));
}

static bool
strong_enter(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("<strong>"));
	return true;
}

static void
strong_leave(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("</strong>"));
}

/* A blockquote's user_data is its kind of callout. */
static bool
quote_enter(struct render *r, cmark_node *node)
{
	const char *kind = node->user_data;

	render_line_end(r);
	if (!kind) {
		buf_add(r->out, STR("<blockquote>\n"));
		return true;
	}
	buf_add(r->out, STR("<div class=\"callout "));
	buf_add_z(r->out, kind);
	buf_add(r->out, STR("\" role=\"note\">\n<p class=\"callout-title\">"));
	html_text(r->out, render_word(r, kind));
	buf_add(r->out, STR("</p>\n"));
	return true;
}

static void
quote_leave(struct render *r, cmark_node *node)
{
	render_line_end(r);
	buf_add(
	    r->out, node->user_data ? STR("</div>\n") : STR("</blockquote>\n"));
}

static bool
has_tasks(cmark_node *list)
{
	for (cmark_node *item = list->first_child; item; item = item->next) {
		if (item->extension)
			return true;
	}
	return false;
}

static bool
list_enter(struct render *r, cmark_node *node)
{
	render_line_end(r);
	if (node->as.list.list_type == CMARK_BULLET_LIST)
		buf_add(r->out, STR("<ul"));
	else
		buf_add(r->out, STR("<ol"));
	if (!r->plain && has_tasks(node))
		buf_add(r->out, STR(" class=\"tasks\""));
	if (node->as.list.list_type == CMARK_ORDERED_LIST &&
	    node->as.list.start != 1) {
		buf_add(r->out, STR(" start=\""));
		buf_add_i64(r->out, node->as.list.start);
		buf_add_c(r->out, '"');
	}
	buf_add(r->out, STR(">\n"));
	return true;
}

static void
list_leave(struct render *r, cmark_node *node)
{
	buf_add(r->out,
	    node->as.list.list_type == CMARK_BULLET_LIST ? STR("</ul>\n")
							 : STR("</ol>\n"));
}

static void
add_checkbox(struct render *r, bool checked)
{
	buf_add(r->out, STR("<input type=\"checkbox\""));
	if (checked)
		buf_add(
		    r->out, r->plain ? STR(" checked=\"\"") : STR(" checked"));
	buf_add(r->out, r->plain ? STR(" disabled=\"\"") : STR(" disabled"));
	if (!r->plain) {
		buf_add(r->out, STR(" aria-label=\""));
		html_attr(r->out,
		    render_word(r, checked ? "task_done" : "task_open"));
		buf_add_c(r->out, '"');
	}
	render_void_end(r);
	buf_add_c(r->out, ' ');
}

static bool
item_enter(struct render *r, cmark_node *node)
{
	render_line_end(r);
	buf_add(r->out, STR("<li>"));
	if (node->extension)
		add_checkbox(r, node->as.list.checked);
	return true;
}

static void
item_leave(struct render *r, cmark_node *node)
{
	(void)node;
	buf_add(r->out, STR("</li>\n"));
}

/* Paragraphs of a tight list have no element of their own. */
static bool
is_tight(const cmark_node *paragraph)
{
	const cmark_node *list =
	    paragraph->parent ? paragraph->parent->parent : NULL;

	return list && list->type == CMARK_NODE_LIST && list->as.list.tight;
}

static bool
paragraph_enter(struct render *r, cmark_node *node)
{
	if (is_tight(node))
		return true;
	render_line_end(r);
	if (!r->plain && is_figure(node))
		buf_add(r->out, STR("<figure class=\"image\">"));
	else
		buf_add(r->out, STR("<p>"));
	return true;
}

static void
paragraph_leave(struct render *r, cmark_node *node)
{
	const cmark_node *up = node->parent;

	if (is_tight(node))
		return;
	if (!r->plain && is_figure(node)) {
		buf_add(r->out, STR("<figcaption>"));
		html_text(r->out, chunk_str(node->first_child->as.link.title));
		buf_add(r->out, STR("</figcaption></figure>\n"));
		return;
	}
	if (up && up->type == CMARK_NODE_FOOTNOTE_DEFINITION && !node->next)
		note_back_links(r, up);
	buf_add(r->out, STR("</p>\n"));
}

static bool
rule_enter(struct render *r, cmark_node *node)
{
	(void)node;
	render_line_end(r);
	buf_add(r->out, STR("<hr"));
	render_void_end(r);
	buf_add_c(r->out, '\n');
	return false;
}

static const struct handler blocks[] = {
	[CMARK_NODE_BLOCK_QUOTE & CMARK_NODE_VALUE_MASK] = { quote_enter,
	    quote_leave },
	[CMARK_NODE_LIST & CMARK_NODE_VALUE_MASK] = { list_enter, list_leave },
	[CMARK_NODE_ITEM & CMARK_NODE_VALUE_MASK] = { item_enter, item_leave },
	[CMARK_NODE_CODE_BLOCK &
	    CMARK_NODE_VALUE_MASK] = { code_block_enter, NULL },
	[CMARK_NODE_HTML_BLOCK &
	    CMARK_NODE_VALUE_MASK] = { html_block_enter, NULL },
	[CMARK_NODE_PARAGRAPH &
	    CMARK_NODE_VALUE_MASK] = { paragraph_enter, paragraph_leave },
	[CMARK_NODE_HEADING &
	    CMARK_NODE_VALUE_MASK] = { heading_enter, heading_leave },
	[CMARK_NODE_THEMATIC_BREAK &
	    CMARK_NODE_VALUE_MASK] = { rule_enter, NULL },
};

static const struct handler inlines[] = {
	[CMARK_NODE_TEXT & CMARK_NODE_VALUE_MASK] = { text_enter, NULL },
	[CMARK_NODE_SOFTBREAK &
	    CMARK_NODE_VALUE_MASK] = { soft_break_enter, NULL },
	[CMARK_NODE_LINEBREAK &
	    CMARK_NODE_VALUE_MASK] = { line_break_enter, NULL },
	[CMARK_NODE_CODE & CMARK_NODE_VALUE_MASK] = { code_enter, NULL },
	[CMARK_NODE_HTML_INLINE &
	    CMARK_NODE_VALUE_MASK] = { html_inline_enter, NULL },
	[CMARK_NODE_EMPH & CMARK_NODE_VALUE_MASK] = { emph_enter, emph_leave },
	[CMARK_NODE_STRONG &
	    CMARK_NODE_VALUE_MASK] = { strong_enter, strong_leave },
	[CMARK_NODE_LINK & CMARK_NODE_VALUE_MASK] = { link_enter, link_leave },
	[CMARK_NODE_IMAGE & CMARK_NODE_VALUE_MASK] = { image_enter, NULL },
	[CMARK_NODE_FOOTNOTE_REFERENCE &
	    CMARK_NODE_VALUE_MASK] = { note_reference_enter, NULL },
};

static const struct handler *
handler_of(const cmark_node *node)
{
	static const struct handler none = { NULL, NULL };
	unsigned value = node->type & CMARK_NODE_VALUE_MASK;

	if ((node->type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE)
		return value < sizeof inlines / sizeof *inlines
		    ? &inlines[value]
		    : &none;
	return value < sizeof blocks / sizeof *blocks ? &blocks[value] : &none;
}

/* Tables and struck text; task list items are items. */
static bool
is_foreign_node(const cmark_node *node)
{
	return node->extension && node->type != CMARK_NODE_ITEM &&
	    node->type != CMARK_NODE_CODE;
}

static bool
enter(struct render *r, cmark_node *node)
{
	const struct handler *h;

	if (is_foreign_node(node)) {
		const char *type = ast_extension(node);

		if (strcmp(type, "strikethrough") != 0)
			return table_enter(r, node, type);
		buf_add(r->out, STR("<del>"));
		return true;
	}
	h = handler_of(node);
	return !h->enter || h->enter(r, node);
}

static void
leave(struct render *r, cmark_node *node)
{
	const struct handler *h;

	if (r->box_count)
		flow_close(r, node);
	if (is_foreign_node(node)) {
		const char *type = ast_extension(node);

		if (strcmp(type, "strikethrough") != 0)
			table_leave(r, node, type);
		else
			buf_add(r->out, STR("</del>"));
		return;
	}
	h = handler_of(node);
	if (h->leave)
		h->leave(r, node);
}

void
render_block(struct render *r, cmark_node *top)
{
	cmark_node *node = top;

	if (top == r->work->title)
		return;
	for (;;) {
		if (enter(r, node) && node->first_child) {
			node = node->first_child;
			continue;
		}
		for (;;) {
			leave(r, node);
			if (node == top)
				return;
			if (node->next)
				break;
			node = node->parent;
		}
		node = node->next;
	}
}
