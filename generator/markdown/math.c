#include "ast.h"

#include <cmark-gfm/syntax_extension.h>

/*
 * Formulas in text, kept as they were written: $x$ and $$x$$. The rule for
 * `$` is pandoc's, so that prices are not formulas: no space after the first,
 * none before the last, no digit after the last.
 */
enum { INLINE_MOST = 1000 };

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Index of the closing `$`, or 0. `at` is behind the opening one. */
static size_t
find_inline_end(struct str s, size_t at)
{
	size_t end = s.len - at > INLINE_MOST ? at + INLINE_MOST : s.len;

	if (at >= s.len || is_space(s.ptr[at]))
		return 0;
	for (size_t i = at; i < end; i++) {
		if (s.ptr[i] == '\\') {
			i++;
			continue;
		}
		if (s.ptr[i] != '$')
			continue;
		if (i == at || is_space(s.ptr[i - 1]))
			return 0;
		if (i + 1 < s.len && s.ptr[i + 1] >= '0' && s.ptr[i + 1] <= '9')
			return 0;
		return i;
	}
	return 0;
}

static size_t
find_display_end(struct str s, size_t at)
{
	size_t i = at + str_search(str_from_at(s, at), STR("$$"));

	return i < s.len && i > at ? i : 0;
}

static cmark_node *
match(cmark_syntax_extension *self, cmark_parser *parser, cmark_node *parent,
    unsigned char c, cmark_inline_parser *inlines)
{
	cmark_chunk *chunk;
	struct str s;
	size_t at, mark, end;
	cmark_node *node;

	(void)parent;
	if (c != '$') /* it is asked about every extension's characters */
		return NULL;
	chunk = cmark_inline_parser_get_chunk(inlines);
	s = chunk_str(*chunk);
	at = (size_t)cmark_inline_parser_get_offset(inlines);
	mark = at + 1 < s.len && s.ptr[at + 1] == '$' ? 2 : 1;
	end = mark == 2 ? find_display_end(s, at + 2)
			: find_inline_end(s, at + 1);
	if (!end)
		return NULL;
	node = cmark_node_new_with_mem(CMARK_NODE_CODE, parser->mem);
	node->as.literal =
	    cmark_chunk_dup(chunk, (bufsize_t)at, (bufsize_t)(end + mark - at));
	node->extension = self;
	node->start_line = node->end_line =
	    cmark_inline_parser_get_line(inlines);
	cmark_inline_parser_set_offset(inlines, (int)(end + mark));
	return node;
}

cmark_syntax_extension *
math_extension(cmark_mem *mem)
{
	cmark_syntax_extension *e = mem->calloc(1, sizeof *e);

	e->match_inline = match;
	e->special_inline_chars =
	    cmark_llist_append(mem, NULL, (void *)(uintptr_t)'$');
	return e;
}

bool
is_math(const cmark_node *node)
{
	return node->type == CMARK_NODE_CODE && node->extension;
}
