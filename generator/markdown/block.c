#include "html.h"
#include "render.h"

bool
heading_enter(struct render *r, cmark_node *node)
{
	const struct heading *h = node->user_data;

	render_line_end(r);
	buf_add(r->out, STR("<h"));
	buf_add_i64(r->out, h ? h->level : node->as.heading.level);
	if (h) {
		buf_add(r->out, STR(" id=\""));
		html_attr(r->out, h->anchor);
		buf_add_c(r->out, '"');
	}
	buf_add_c(r->out, '>');
	return true;
}

void
heading_leave(struct render *r, cmark_node *node)
{
	const struct heading *h = node->user_data;

	if (h) {
		buf_add(r->out, STR("<a class=\"anchor\" href=\"#"));
		html_href(r->out, h->anchor);
		buf_add(r->out, STR("\" aria-label=\""));
		html_attr(r->out, render_word(r, "heading_link"));
		buf_add(r->out, STR(": "));
		html_attr(r->out, h->title);
		buf_add(r->out, STR("\">#</a>"));
	}
	buf_add(r->out, STR("</h"));
	buf_add_i64(r->out, h ? h->level : node->as.heading.level);
	buf_add(r->out, STR(">\n"));
}

/* The language of "python", "rust,ignore", "{.python .input}", "c {1-3}". */
static struct str
language_of(struct str info, bool plain)
{
	size_t from = 0, to;

	while (!plain && from < info.len &&
	    (info.ptr[from] == '{' || info.ptr[from] == '.' ||
		info.ptr[from] == ' '))
		from++;
	for (to = from; to < info.len; to++) {
		char c = info.ptr[to];

		if (c == ' ' || c == '\t' ||
		    (!plain && (c == ',' || c == '{' || c == '}')))
			break;
	}
	return str_sub(info, from, to - from);
}

enum shape { SHAPE_CODE, SHAPE_DIAGRAM, SHAPE_MATH };

static enum shape
shape_of(struct str language)
{
	static const struct {
		const char *language;
		enum shape shape;
	} known[] = {
		{ "mermaid", SHAPE_DIAGRAM },
		{ "dot", SHAPE_DIAGRAM },
		{ "graphviz", SHAPE_DIAGRAM },
		{ "plantuml", SHAPE_DIAGRAM },
		{ "math", SHAPE_MATH },
		{ "katex", SHAPE_MATH },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (str_eq_nocase(language, str_from(known[i].language)))
			return known[i].shape;
	}
	return SHAPE_CODE;
}

/* A region's label has a number, so that no two on a page are the same. */
static void
add_region(struct render *r, const char *word, unsigned number)
{
	buf_add(r->out, STR(" tabindex=\"0\" role=\"region\" aria-label=\""));
	html_attr(r->out, render_word(r, word));
	buf_add_c(r->out, ' ');
	buf_add_i64(r->out, number);
}

static void
add_pre(struct render *r, enum shape shape, struct str language)
{
	buf_add(r->out, STR("<pre"));
	switch (shape) {
	case SHAPE_CODE:
		add_region(r, "code", ++r->codes);
		if (language.len) {
			buf_add(r->out, STR(": "));
			html_attr(r->out, language);
		}
		break;
	case SHAPE_DIAGRAM:
		add_region(r, "diagram", ++r->diagrams);
		break;
	case SHAPE_MATH:
		add_region(r, "formula", ++r->formulas);
		break;
	}
	buf_add(r->out, STR("\">"));
}

void
code_begin(struct render *r)
{
	add_pre(r, SHAPE_CODE, STR_NONE);
	buf_add(r->out, STR("<code>"));
}

bool
code_block_enter(struct render *r, cmark_node *node)
{
	struct str language =
	    language_of(chunk_str(node->as.code.info), r->plain);
	enum shape shape = r->plain ? SHAPE_CODE : shape_of(language);

	render_line_end(r);
	if (shape == SHAPE_DIAGRAM)
		buf_add(r->out, STR("<figure class=\"diagram\">"));
	if (shape == SHAPE_MATH)
		buf_add(r->out, STR("<figure class=\"math\">"));
	if (r->plain)
		buf_add(r->out, STR("<pre>"));
	else
		add_pre(r, shape, language);
	buf_add(r->out, STR("<code"));
	if (language.len) {
		buf_add(r->out, STR(" class=\"language-"));
		html_attr(r->out, language);
		buf_add_c(r->out, '"');
	}
	buf_add_c(r->out, '>');
	html_text(r->out, chunk_str(node->as.code.literal));
	buf_add(r->out, STR("</code></pre>"));
	if (shape != SHAPE_CODE)
		buf_add(r->out, STR("</figure>"));
	buf_add_c(r->out, '\n');
	return false;
}

static void
add_alignment(struct render *r, cmark_node *row)
{
	unsigned columns = cmark_gfm_extensions_get_table_columns(row->parent);
	const uint8_t *sides =
	    cmark_gfm_extensions_get_table_alignments(row->parent);
	struct str side;

	if (!sides || r->cell >= columns)
		return;
	switch (sides[r->cell]) {
	case 'l':
		side = STR("left");
		break;
	case 'c':
		side = STR("center");
		break;
	case 'r':
		side = STR("right");
		break;
	default:
		return;
	}
	buf_add(r->out, r->plain ? STR(" align=\"") : STR(" class=\""));
	buf_add(r->out, side);
	buf_add_c(r->out, '"');
}

static bool
is_head(cmark_node *row)
{
	return cmark_gfm_extensions_get_table_row_is_header(row);
}

static void
cell_enter(struct render *r, cmark_node *node)
{
	render_line_end(r);
	if (is_head(node->parent))
		buf_add(
		    r->out, r->plain ? STR("<th") : STR("<th scope=\"col\""));
	else
		buf_add(r->out, STR("<td"));
	add_alignment(r, node->parent);
	buf_add_c(r->out, '>');
}

bool
table_enter(struct render *r, cmark_node *node, const char *type)
{
	if (!strcmp(type, "table_cell")) {
		cell_enter(r, node);
	} else if (!strcmp(type, "table")) {
		render_line_end(r);
		if (!r->plain) {
			buf_add(r->out, STR("<div class=\"table\""));
			add_region(r, "table", ++r->tables);
			buf_add(r->out, STR("\">"));
		}
		buf_add(r->out, STR("<table>\n"));
	} else {
		r->cell = 0;
		render_line_end(r);
		if (is_head(node))
			buf_add(r->out, STR("<thead>\n"));
		buf_add(r->out, STR("<tr>\n"));
	}
	return true;
}

void
table_leave(struct render *r, cmark_node *node, const char *type)
{
	if (!strcmp(type, "table_cell")) {
		buf_add(r->out,
		    is_head(node->parent) ? STR("</th>\n") : STR("</td>\n"));
		r->cell++;
	} else if (!strcmp(type, "table")) {
		if (node->first_child && node->first_child->next)
			buf_add(r->out, STR("</tbody>\n"));
		buf_add(r->out,
		    r->plain ? STR("</table>\n") : STR("</table></div>\n"));
	} else {
		buf_add(r->out, STR("</tr>\n"));
		if (is_head(node)) {
			buf_add(r->out, STR("</thead>\n"));
			if (node->next)
				buf_add(r->out, STR("<tbody>\n"));
		}
	}
}
