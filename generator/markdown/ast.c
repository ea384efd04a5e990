#include "ast.h"

#include "html.h"

#include <cmark-gfm/syntax_extension.h>

cmark_node *
ast_next(cmark_node *node, const cmark_node *top, bool down)
{
	if (down && node->first_child)
		return node->first_child;
	while (node != top) {
		if (node->next)
			return node->next;
		node = node->parent;
	}
	return NULL;
}

/* Puts a line feed after a block, unless there is one. */
static void
end_line(struct buf *out)
{
	if (out->len && out->ptr[out->len - 1] != '\n')
		buf_add_c(out, '\n');
}

/* What stands between the tags. */
static void
add_html(struct str html, struct buf *out)
{
	html_strip(out, html);
	buf_add_c(out, ' ');
}

static void
add_text(const cmark_node *top, bool images, struct buf *out)
{
	const cmark_node *node = top;
	bool down = true;

	while (node) {
		if (down) {
			switch (node->type) {
			case CMARK_NODE_TEXT:
			case CMARK_NODE_CODE:
				buf_add(out, chunk_str(node->as.literal));
				break;
			case CMARK_NODE_CODE_BLOCK:
				buf_add(out, chunk_str(node->as.code.literal));
				break;
			case CMARK_NODE_HTML_BLOCK:
			case CMARK_NODE_HTML_INLINE:
				add_html(chunk_str(node->as.literal), out);
				break;
			case CMARK_NODE_SOFTBREAK:
			case CMARK_NODE_LINEBREAK:
				buf_add_c(out, ' ');
				break;
			default:
				break;
			}
			if (node->first_child &&
			    (images || node->type != CMARK_NODE_IMAGE)) {
				node = node->first_child;
				continue;
			}
		}
		if ((node->type & CMARK_NODE_TYPE_MASK) ==
		    CMARK_NODE_TYPE_BLOCK)
			end_line(out);
		if (node == top)
			return;
		down = node->next;
		node = down ? node->next : node->parent;
	}
}

void
ast_text(const cmark_node *top, struct buf *out)
{
	add_text(top, true, out);
}

void
ast_words(const cmark_node *top, struct buf *out)
{
	add_text(top, false, out);
}

const char *
ast_extension(cmark_node *node)
{
	if (!node->extension)
		return "";
	if (node->type == CMARK_NODE_ITEM)
		return "tasklist";
	return cmark_node_get_type_string(node);
}
