#include "html.h"
#include "limits.h"
#include "render.h"

enum { PAIR_REACH = 200 }; /* siblings looked at for a closing tag */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes comments off the front and says whether nothing else is there. */
static bool
is_only_comments(struct str s)
{
	s = str_trim(s);
	while (str_starts(s, STR("<!--"))) {
		size_t end = str_search(s, STR("-->"));

		if (end == s.len)
			return true;
		s = str_trim(str_from_at(s, end + 3));
	}
	return !s.len;
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

static void
drop(struct render *r, const cmark_node *node)
{
	if (!r->html_dropped++)
		r->html_first = node;
}

void
html_report(const struct render *r)
{
	struct work *w = r->work;

	if (!r->html_dropped)
		return;
	diag_add(w->diag, DIAG_WARNING,
	    page_where(w->page, place_of(w, r->html_first), 0),
	    w->site->foreign
		? NULL
		: "write it in Markdown, or allow it with raw_html: yes in "
		  "site.yaml",
	    r->html_dropped > 1 ? "raw HTML is left out, the first of %u times"
				: "raw HTML is left out",
	    r->html_dropped);
}

/* The value of `id` or `name` in a tag, or the empty view. */
static struct str
id_of(struct str tag)
{
	static const struct str names[] = { { "id", 2 }, { "name", 4 } };

	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		size_t at = 0, len = names[n].len;

		while ((at += str_search(str_from_at(tag, at), names[n])) <
		    tag.len) {
			struct str v = str_trim(str_from_at(tag, at + len));
			bool apart = at && is_space(tag.ptr[at - 1]);

			at += len;
			if (!apart || !v.len || *v.ptr != '=')
				continue;
			v = str_trim(str_from_at(v, 1));
			if (v.len && (*v.ptr == '"' || *v.ptr == '\''))
				return str_sub(
				    v, 1, str_find(str_from_at(v, 1), *v.ptr));
		}
	}
	return STR_NONE;
}

/* An id of the source stays as the target of links, on a span of our own. */
static void
add_target(struct render *r, struct str id)
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

/* "details" of "<details open>" and "</details>". */
static struct str
name_of(struct str tag)
{
	size_t from = str_starts(tag, STR("</")) ? 2 : 1, to = from;

	while (to < tag.len && !is_space(tag.ptr[to]) && tag.ptr[to] != '>' &&
	    tag.ptr[to] != '/')
		to++;
	return str_sub(tag, from, to - from);
}

static bool
is_closing_tag(struct str tag)
{
	return str_starts(tag, STR("</"));
}

/* A tag that only names a place: <a id="x">, <span id="x">. */
static bool
is_target(struct str tag)
{
	struct str name = name_of(tag);

	return (str_eq_nocase(name, STR("a")) ||
		   str_eq_nocase(name, STR("span"))) &&
	    id_of(tag).len && str_search(tag, STR("href")) == tag.len;
}

/* Elements whose content is no text for readers. */
static bool
is_mute(struct str block)
{
	static const char *const mute[] = { "script", "style", "textarea",
		"svg", "iframe", "object", "template" };
	struct str name = name_of(str_trim(block));

	for (size_t i = 0; i < sizeof mute / sizeof *mute; i++) {
		if (str_eq_nocase(name, str_from(mute[i])))
			return true;
	}
	block = str_trim(block);
	return str_starts(block, STR("<!")) || str_starts(block, STR("<?"));
}

/* Keeps the places a block of HTML names. True when it has nothing else. */
static bool
keep_targets(struct render *r, struct str block)
{
	bool only = true;
	size_t at = 0;

	while ((at += str_find(str_from_at(block, at), '<')) < block.len) {
		struct str tag = str_from_at(block, at);

		tag = str_sub(tag, 0, str_find(tag, '>') + 1);
		at += tag.len;
		if (is_closing_tag(tag))
			continue;
		only = only && is_target(tag);
		add_target(r, id_of(tag));
	}
	return only;
}

static void
keep_text(struct render *r, struct str block)
{
	struct buf text;
	struct str s;

	buf_init(&text, LIMIT_TEXT_FILE);
	html_strip(&text, block);
	s = str_trim(buf_str(&text));
	if (s.len) {
		buf_add(r->out, STR("<p>"));
		html_text(r->out, s);
		buf_add(r->out, STR("</p>\n"));
	}
	buf_clear(&text);
}

bool
html_block_enter(struct render *r, cmark_node *node)
{
	struct str s = chunk_str(node->as.literal);

	if (!r->raw_html && is_only_comments(s))
		return false;
	render_line_end(r);
	if (r->raw_html) {
		buf_add(r->out, s);
		render_line_end(r);
		return false;
	}
	if (r->plain)
		return false;
	if (is_mute(s)) {
		drop(r, node);
		return false;
	}
	if (!keep_targets(r, s))
		drop(r, node);
	keep_text(r, s);
	return false;
}

/* Tags without attributes that may stay when they are closed. */
static bool
is_kept(struct str tag)
{
	static const char *const kept[] = { "kbd", "sub", "sup", "mark", "var",
		"samp", "ins", "del", "small", "abbr", "cite", "dfn", "q", "b",
		"i", "u", "s", "em", "strong" };
	struct str name = name_of(tag);

	if (tag.len != name.len + (is_closing_tag(tag) ? 3 : 2))
		return false;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		if (str_eq(name, str_from(kept[i])))
			return true;
	}
	return false;
}

/* The sibling that closes `node`, before the pair around it ends. */
static cmark_node *
closing_of(const struct render *r, cmark_node *node)
{
	const cmark_node *bar =
	    r->pair_count ? r->pairs[r->pair_count - 1] : NULL;
	struct str name = name_of(chunk_str(node->as.literal));
	unsigned depth = 1, reach = PAIR_REACH;

	for (cmark_node *n = node->next; n && n != bar && reach;
	     n = n->next, reach--) {
		struct str tag = n->type == CMARK_NODE_HTML_INLINE
		    ? chunk_str(n->as.literal)
		    : STR_NONE;

		if (!tag.len || !is_kept(tag) || !str_eq(name_of(tag), name))
			continue;
		depth += is_closing_tag(tag) ? -1u : 1u;
		if (!depth)
			return n;
	}
	return NULL;
}

static bool
keep_tag(struct render *r, cmark_node *node, struct str tag)
{
	if (is_closing_tag(tag)) {
		if (!r->pair_count || r->pairs[r->pair_count - 1] != node)
			return false;
		r->pair_count--;
	} else {
		cmark_node *end =
		    r->pair_count < PAIRS ? closing_of(r, node) : NULL;

		if (!end)
			return false;
		r->pairs[r->pair_count++] = end;
	}
	buf_add(r->out, tag);
	return true;
}

bool
html_inline_enter(struct render *r, cmark_node *node)
{
	struct str tag = chunk_str(node->as.literal);
	struct str name = name_of(tag);

	if (r->raw_html) {
		buf_add(r->out, tag);
		return false;
	}
	if (r->plain || str_starts(tag, STR("<!--")))
		return false;
	if (str_eq_nocase(name, STR("br"))) {
		buf_add(r->out, STR("<br>"));
		return false;
	}
	if (is_kept(tag) && keep_tag(r, node, tag))
		return false;
	if (is_closing_tag(tag))
		return false;
	add_target(r, id_of(tag));
	if (!is_target(tag))
		drop(r, node);
	return false;
}
