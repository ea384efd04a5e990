/*
 * raw.c - HTML in the source: passed through where the site allows it, else
 * what is harmless in it as markup of our own. Nothing of the source's tags is
 * copied.
 */
#include "html.h"
#include "limits.h"
#include "render.h"
#include "tag.h"

enum {
	PAIR_REACH = 200, /* siblings looked at for a closing tag */
	SIZE_MOST = 10000, /* of an image, in pixels */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
is_more_mark(const cmark_node *node)
{
	struct str s;

	if (node->type != CMARK_NODE_HTML_BLOCK)
		return false;
	s = str_trim(chunk_str(node->as.literal));
	if (!str_starts(s, STR("<!--")) || !str_ends(s, STR("-->")) ||
	    s.len < 7)
		return false;
	return str_eq(str_trim(str_sub(s, 4, s.len - 7)), STR("more"));
}

void
html_drop(struct render *r, const cmark_node *node, struct str what)
{
	if (r->html_dropped++)
		return;
	r->html_first = node;
	r->html_what = str_sub(what, 0, str_find(what, '\n'));
}

void
html_report(const struct render *r)
{
	struct work *w = r->work;
	size_t offset, length = 0;

	if (!r->html_dropped)
		return;
	offset = r->html_what.len
	    ? place_of_target(w, r->html_first, r->html_what, &length)
	    : place_of(w, r->html_first);
	diag_add(w->diag, DIAG_WARNING, page_where(w->page, offset, length),
	    w->site->foreign
		? NULL
		: "write it in Markdown, or allow it with raw_html: yes in "
		  "site.yaml",
	    r->html_dropped > 1 ? "raw HTML is left out, the first of %u times"
				: "raw HTML is left out",
	    r->html_dropped);
}

/* Its id, or the name of an <a>: what a link may lead to. */
struct str
html_id(struct render *r, const struct tag *tag)
{
	struct arena *a = r->work->arena;
	struct str id = tag_value(a, tag, "id");

	if (!id.len && str_eq_nocase(tag->name, STR("a")))
		id = tag_value(a, tag, "name");
	return id;
}

/* An id of the source stays as the target of links, on a span of our own. */
void
html_target(struct render *r, struct str id)
{
	struct work *w = r->work;

	for (size_t i = 0; i < id.len; i++) {
		if (is_space(id.ptr[i]))
			return;
	}
	if (!r->ids.room)
		anchors_init(&r->ids, w->arena);
	if (!id.len || anchor_is_taken(&w->anchors, id) ||
	    anchor_is_taken(&r->ids, id))
		return;
	id = arena_str(w->arena, id);
	anchor_take(&r->ids, id);
	buf_add(r->out, STR("<span id=\""));
	html_attr(r->out, id);
	buf_add(r->out, STR("\"></span>"));
	if (w->links)
		link_anchor(w->links, w->page, id);
}

static unsigned
size_of(struct render *r, const struct tag *tag, const char *name)
{
	struct str value = tag_value(r->work->arena, tag, name);
	int64_t size;

	if (str_ends(value, STR("px")))
		value.len -= 2;
	return str_to_i64(value, &size) && size > 0 && size <= SIZE_MOST
	    ? (unsigned)size
	    : 0;
}

bool
html_image(struct render *r, const cmark_node *node, const struct tag *tag)
{
	struct arena *a = r->work->arena;
	struct image image = { .target = tag_value(a, tag, "src"),
		.alt = tag_value(a, tag, "alt"),
		.title = tag_value(a, tag, "title"),
		.width = size_of(r, tag, "width"),
		.height = size_of(r, tag, "height") };

	if (!image.target.len)
		return false;
	image_add(r, node, &image);
	return true;
}

bool
html_block_enter(struct render *r, cmark_node *node)
{
	struct str s = chunk_str(node->as.literal);

	if (r->raw_html) {
		render_line_end(r);
		buf_add(r->out, s);
		render_line_end(r);
	} else if (!r->plain) {
		flow_add(r, node, s);
	}
	return false;
}

static bool
read_inline(const cmark_node *node, struct tag *tag)
{
	size_t at = 0;

	return node->type == CMARK_NODE_HTML_INLINE &&
	    tag_next(chunk_str(node->as.literal), &at, tag);
}

/* The sibling that closes `node`, before the pair around it ends. */
static cmark_node *
closing_of(const struct render *r, cmark_node *node, struct str name)
{
	const cmark_node *bar =
	    r->pair_count ? r->pairs[r->pair_count - 1] : NULL;
	unsigned depth = 1, reach = PAIR_REACH;

	for (cmark_node *n = node->next; n && n != bar && reach;
	     n = n->next, reach--) {
		struct tag tag;

		if (!read_inline(n, &tag) || !str_eq_nocase(tag.name, name))
			continue;
		if (tag.kind == TAG_OPEN)
			depth++;
		else if (tag.kind == TAG_CLOSE && !--depth)
			return n;
	}
	return NULL;
}

static void
close_pair(struct render *r, const cmark_node *node, struct str name)
{
	if (!r->pair_count || r->pairs[r->pair_count - 1] != node)
		return;
	r->pair_count--;
	if (tag_element(&name) == ELEMENT_LINK)
		link_end(r);
	else
		buf_printf(r->out, "</%.*s>", STR_ARG(name));
}

/* Only what is closed among its siblings, so that pairs nest. */
static bool
open_pair(struct render *r, cmark_node *node, struct str name)
{
	cmark_node *end =
	    r->pair_count < PAIRS ? closing_of(r, node, name) : NULL;

	if (!end)
		return false;
	buf_printf(r->out, "<%.*s>", STR_ARG(name));
	r->pairs[r->pair_count++] = end;
	return true;
}

/* False only when the link is lost. */
static bool
open_link(struct render *r, cmark_node *node, const struct tag *tag)
{
	struct str target = tag_value(r->work->arena, tag, "href");
	cmark_node *end;

	if (!target.len || r->link)
		return true;
	end = r->pair_count < PAIRS ? closing_of(r, node, STR("a")) : NULL;
	if (!end)
		return false;
	if (end == node->next || !link_begin(r, node, target))
		return true;
	buf_add_c(r->out, '>');
	r->pairs[r->pair_count++] = end;
	return true;
}

/* "Map<string>" and "<output file>" are no tags to whoever wrote them. */
static bool
is_text(const struct render *r, cmark_node *node, const struct tag *tag)
{
	return str_find(tag->attributes, '=') == tag->attributes.len &&
	    !closing_of(r, node, tag->name);
}

static void
inline_tag(struct render *r, cmark_node *node, const struct tag *tag)
{
	struct str name = tag->name;
	enum element is = tag_element(&name);
	bool kept = true;

	html_target(r, html_id(r, tag));
	switch (is) {
	case ELEMENT_PHRASE:
		kept = open_pair(r, node, name);
		break;
	case ELEMENT_LINK:
		kept = open_link(r, node, tag);
		break;
	case ELEMENT_IMAGE:
		kept = html_image(r, node, tag);
		break;
	case ELEMENT_BREAK:
		buf_add(r->out, STR("<br>"));
		break;
	case ELEMENT_PLAIN:
	case ELEMENT_CELL:
	case ELEMENT_WRAPPER:
	case ELEMENT_HEADING:
		break;
	case ELEMENT_UNKNOWN:
		kept = is_text(r, node, tag);
		if (kept)
			html_text(r->out, tag->whole);
		break;
	default:
		kept = false;
		break;
	}
	if (!kept)
		html_drop(r, node, tag->whole);
}

bool
html_inline_enter(struct render *r, cmark_node *node)
{
	struct tag tag;

	if (r->raw_html) {
		buf_add(r->out, chunk_str(node->as.literal));
		return false;
	}
	if (r->plain || !read_inline(node, &tag))
		return false;
	if (tag.kind == TAG_OPEN)
		inline_tag(r, node, &tag);
	else if (tag.kind == TAG_CLOSE)
		close_pair(r, node, tag.name);
	else if (tag.kind == TAG_OTHER)
		html_drop(r, node, tag.whole);
	return false;
}
