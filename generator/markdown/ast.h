/*
 * ast.h - bounded parsing: text to cmark's tree, private to this folder.
 *
 * The one place where cmark-gfm enters. Its node structure is read directly,
 * because the public accessors copy every text. Trees come from a pool with a
 * cap that depends on the input's size, so that no input can make the parser
 * take all memory; what the pool does not bound (time) document_parse refuses
 * beforehand.
 */
#ifndef AST_H
#define AST_H

#include "buf.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <cmark-gfm/node.h>
#include <cmark-gfm/parser.h>

enum parse_flags {
	PARSE_FOOTNOTES = 1,
	PARSE_MATH = 2, /* $x$ and $$x$$ become code with IS_MATH */
};

/* Why a text is refused, and where in it. */
struct refusal {
	size_t offset, length;
	char message[120];
};

struct document {
	cmark_node *root;
	struct pool_block *blocks;
	struct str mended; /* the text as parsed, when it differs */
	struct buf mend;
};

/* The tree lives until document_clear, which also follows a failure. */
bool document_parse(struct document *doc, struct str text, unsigned flags,
    struct refusal *why) __attribute__((warn_unused_result));
void document_clear(struct document *doc);

/* bound.c: before parsing, after the block phase. */
bool bound_text(struct str text, struct refusal *why)
    __attribute__((warn_unused_result));
bool bound_blocks(const cmark_parser *parser, struct str text,
    struct refusal *why) __attribute__((warn_unused_result));

/* math.c: the extension for `$`, in the parser's own memory. */
cmark_syntax_extension *math_extension(cmark_mem *mem);
bool is_math(const cmark_node *node);

static inline struct str
chunk_str(cmark_chunk c)
{
	return (struct str){ (const char *)c.data, (size_t)c.len };
}

/* The next node of a walk over `top` in document order, `down` into children
 * or past them; NULL at the end. */
cmark_node *ast_next(cmark_node *node, const cmark_node *top, bool down);
/* Plain text of what is below `node`: blocks end in a line feed, breaks are
 * spaces, raw HTML and footnote marks are left out. */
void ast_text(const cmark_node *node, struct buf *out);
/* Likewise, without what stands for images. */
void ast_words(const cmark_node *node, struct buf *out);
/* "table", "table_row", "table_header", "table_cell", "strikethrough",
 * "tasklist" for an extension's node, else "". */
const char *ast_extension(cmark_node *node);

#endif
