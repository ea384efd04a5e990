/*
 * flow.c - a block of HTML in the source, as markup of our own.
 *
 * A stack of boxes says what is open; whatever the source forgets to close is
 * closed with the block, or, for boxes that may hold Markdown, with the list
 * item, quote or document the block stands in. So what comes out is balanced.
 */
#include "html.h"
#include "limits.h"
#include "render.h"
#include "tag.h"

enum { REACH = 2048 }; /* bytes looked at for the end of a heading or summary */

struct flow {
	struct render *r;
	cmark_node *node;
	struct str s;
	size_t at; /* past the token at hand */
	bool space; /* white space is to be written before the next word */
	size_t barren; /* before it a search for an end found none */
	bool title; /* inside the heading that the template prints */
};

/* What a closing tag may close on its way to its own element. */
static unsigned
rank_of(enum element is)
{
	switch (is) {
	case ELEMENT_PHRASE:
	case ELEMENT_LINK:
	case ELEMENT_HEADING:
		return 0;
	case ELEMENT_PARAGRAPH:
	case ELEMENT_SUMMARY:
		return 1;
	case ELEMENT_ITEM:
		return 2;
	case ELEMENT_LIST:
		return 3;
	default:
		return 4;
	}
}

/* The innermost box of this block's container, or NULL. */
static struct box *
top_of(struct render *r, const cmark_node *parent)
{
	struct box *b = r->box_count ? &r->boxes[r->box_count - 1] : NULL;

	return b && b->parent == parent ? b : NULL;
}

static struct box *
top(const struct flow *f)
{
	return top_of(f->r, f->node->parent);
}

static bool
is_top(const struct flow *f, enum element is)
{
	const struct box *b = top(f);

	return b && b->is == is;
}

static void
cut_back(struct buf *out, size_t len)
{
	out->len = len;
	out->ptr[len] = '\0';
}

static void
close_top(struct render *r)
{
	const struct box *b = &r->boxes[--r->box_count];
	struct buf *out = r->out;

	if (b->is == ELEMENT_LINK)
		r->link = NULL;
	if (!buf_ok(out))
		return;
	if (out->len == b->start && b->is != ELEMENT_SUMMARY) {
		cut_back(out, b->before);
		return;
	}
	if (out->len == b->start)
		buf_add(out, STR("\u2026"));
	if (rank_of(b->is) > 2)
		render_line_end(r);
	if (b->caption.len) {
		buf_add(out, STR("<figcaption>"));
		buf_add(out, b->caption);
		buf_add(out, STR("</figcaption>\n"));
	}
	buf_printf(out, "</%.*s>", STR_ARG(b->name));
	if (rank_of(b->is))
		buf_add_c(out, '\n');
}

void
flow_close(struct render *r, const cmark_node *parent)
{
	while (top_of(r, parent))
		close_top(r);
}

/* Does one more fit, with the item, the paragraph and a phrase it may need? */
static bool
has_room(const struct flow *f, enum element is)
{
	return f->r->box_count + (rank_of(is) > 1 ? 4u : 0u) < BOXES;
}

/* After its start tag was written at `before`. */
static struct box *
push(struct flow *f, enum element is, struct str name, size_t before)
{
	struct render *r = f->r;
	struct box *b = &r->boxes[r->box_count++];

	*b = (struct box){ .is = is,
		.name = name,
		.parent = f->node->parent,
		.before = before,
		.start = r->out->len };
	return b;
}

static void
open_box(struct flow *f, enum element is, struct str name)
{
	size_t before;

	if (rank_of(is))
		render_line_end(f->r);
	before = f->r->out->len;
	buf_printf(f->r->out, "<%.*s>", STR_ARG(name));
	if (rank_of(is) > 2)
		buf_add_c(f->r->out, '\n');
	push(f, is, name, before);
}

/* Ends the paragraph; inside a link or summary, which hold one line of text,
 * only a word, unless what follows cannot stand there. */
static void
end_paragraph(struct flow *f, bool must)
{
	f->space = true;
	if (f->r->link && !must)
		return;
	while (top(f) &&
	    (rank_of(top(f)->is) == 0 || is_top(f, ELEMENT_PARAGRAPH) ||
		(must && is_top(f, ELEMENT_SUMMARY))))
		close_top(f->r);
	f->space = is_top(f, ELEMENT_SUMMARY) || is_top(f, ELEMENT_ITEM);
}

/* Where text may stand: opens what it needs. */
static void
begin_text(struct flow *f)
{
	const struct box *holder = top(f);

	if (!holder || rank_of(holder->is) == 4)
		open_box(f, ELEMENT_PARAGRAPH, STR("p"));
	else if (holder->is == ELEMENT_LIST)
		open_box(f, ELEMENT_ITEM, STR("li"));
	holder = top(f);
	while (holder && !rank_of(holder->is))
		holder--;
	if (f->space && holder && f->r->out->len > holder->start)
		buf_add_c(f->r->out, ' ');
	f->space = false;
}

static bool
is_blank(char c)
{
	return (unsigned char)c <= ' ';
}

static void
add_text(struct flow *f, struct str s)
{
	struct buf *text = &f->r->work->scratch;

	f->space = f->space || is_blank(s.ptr[0]);
	buf_reset(text);
	html_strip(text, s);
	if (text->len && !f->title) {
		begin_text(f);
		html_text(f->r->out, buf_str(text));
	}
	f->space = (f->space && !text->len) || is_blank(s.ptr[s.len - 1]);
}

/* The text from `at` to the closing tag, when that is near. Where one search
 * failed others would, so that many of them cost no more than one. */
static bool
text_until(struct flow *f, size_t at, const char *mark, struct buf *text)
{
	struct str rest = str_sub(f->s, at, REACH);
	size_t end = rest.len;

	buf_reset(text);
	if (at >= f->barren)
		end = str_search(rest, str_from(mark));
	if (end < rest.len)
		html_strip(text, str_sub(rest, 0, end));
	else if (at >= f->barren)
		f->barren = at + REACH;
	return text->len;
}

static void
add_heading(struct flow *f, const struct tag *tag)
{
	struct render *r = f->r;
	struct buf *text = &r->work->scratch;
	const struct page *page = r->work->page;

	end_paragraph(f, false);
	if (!has_room(f, ELEMENT_HEADING) || is_top(f, ELEMENT_LIST))
		return;
	if (text_until(f, f->at, "</h", text)) {
		f->title = !r->title_seen && tag->name.ptr[1] == '1' &&
		    str_eq(buf_str(text), page->title);
		r->title_seen = r->title_seen || f->title;
		html_target(r, anchor_plain(r->work->arena, buf_str(text)));
	}
	if (f->title)
		return;
	begin_text(f);
	open_box(f, ELEMENT_HEADING, STR("strong"));
}

/* One that is followed by its summary, as it must be. */
static bool
has_summary(struct flow *f)
{
	size_t at = f->at;
	struct tag tag;

	while (tag_next(f->s, &at, &tag)) {
		if (tag.kind == TAG_COMMENT ||
		    (tag.kind == TAG_TEXT && !str_trim(tag.whole).len))
			continue;
		return tag.kind == TAG_OPEN &&
		    tag_element(&tag.name) == ELEMENT_SUMMARY &&
		    text_until(f, at, "</summary", &f->r->work->scratch);
	}
	return false;
}

static bool
make_place(struct flow *f, enum element is)
{
	end_paragraph(f, true);
	if (!has_room(f, is)) {
		html_drop(f->r, f->node, STR_NONE);
		return false;
	}
	if (is_top(f, ELEMENT_LIST))
		open_box(f, ELEMENT_ITEM, STR("li"));
	return true;
}

/* "x `y`" in an attribute is Markdown there. */
static struct str
caption_of(struct flow *f, const struct tag *tag)
{
	struct arena *a = f->r->work->arena;
	struct str number = tag_value(a, tag, "number");
	struct str text = tag_value(a, tag, "caption"), html = STR_NONE;
	struct buf out;

	buf_init(&out, LIMIT_PAGE);
	if (number.len) {
		buf_add(&out, STR("Listing "));
		html_text(&out, number);
		buf_add(&out, text.len ? STR(": ") : STR_NONE);
	}
	if (markdown_plain(a, text, false, &html) &&
	    str_starts(html, STR("<p>")) && str_ends(html, STR("</p>\n")) &&
	    str_search(html, STR("=\"")) == html.len)
		buf_add(&out, str_sub(html, 3, html.len - 8));
	else
		html_text(&out, text);
	html = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return html;
}

static void
add_listing(struct flow *f, const struct tag *tag)
{
	struct buf *out = f->r->out;
	struct str file = tag_value(f->r->work->arena, tag, "file-name");
	struct str caption = caption_of(f, tag);
	size_t before;

	if (!make_place(f, ELEMENT_LISTING))
		return;
	render_line_end(f->r);
	before = out->len;
	buf_add(out, STR("<figure class=\"listing\">\n"));
	if (file.len) {
		buf_add(out, STR("<p class=\"file-name\"><code>"));
		html_text(out, file);
		buf_add(out, STR("</code></p>\n"));
	}
	push(f, ELEMENT_LISTING, STR("figure"), before)->caption = caption;
}

/* Line by line, so that line ends and indents stay. */
static void
add_pre(struct flow *f)
{
	struct str rest = str_from_at(f->s, f->at), line;
	struct buf *text = &f->r->work->scratch;
	size_t end = str_search(rest, STR("</pre>"));

	if (!make_place(f, ELEMENT_PRE))
		return;
	f->at += end;
	rest = str_sub(rest, 0, end);
	if (str_ends(rest, STR("\n")))
		rest.len--;
	if (str_starts(rest, STR("\n")))
		rest = str_from_at(rest, 1);
	render_line_end(f->r);
	code_begin(f->r);
	while (str_split(&rest, '\n', &line)) {
		size_t indent = 0;

		while (indent < line.len && is_blank(line.ptr[indent]))
			indent++;
		buf_reset(text);
		html_strip(text, str_from_at(line, indent));
		buf_add(f->r->out, str_sub(line, 0, indent));
		html_text(f->r->out, buf_str(text));
		buf_add_c(f->r->out, '\n');
	}
	buf_add(f->r->out, STR("</code></pre>\n"));
}

static void
add_link(struct flow *f, const struct tag *tag)
{
	struct render *r = f->r;
	struct str target = tag_value(r->work->arena, tag, "href");
	size_t before;

	if (!target.len || r->link || f->title)
		return;
	begin_text(f);
	before = r->out->len;
	if (!has_room(f, ELEMENT_LINK) || !link_begin(r, f->node, target))
		return;
	buf_add_c(r->out, '>');
	push(f, ELEMENT_LINK, STR("a"), before);
}

static void
add_phrase(struct flow *f, struct str name)
{
	if (f->title || !has_room(f, ELEMENT_PHRASE))
		return;
	begin_text(f);
	open_box(f, ELEMENT_PHRASE, name);
}

/* Only right behind the <details> it belongs to. */
static void
add_summary(struct flow *f, const struct tag *tag, struct str name)
{
	const struct box *b = top(f);

	if (b && b->start == f->r->out->len && str_eq_z(b->name, "details")) {
		open_box(f, ELEMENT_SUMMARY, name);
		html_target(f->r, html_id(f->r, tag));
	} else {
		end_paragraph(f, false);
	}
}

static void
add_item(struct flow *f)
{
	const struct render *r = f->r;
	unsigned n = r->box_count;

	while (n && r->boxes[n - 1].parent == f->node->parent &&
	    rank_of(r->boxes[n - 1].is) < rank_of(ELEMENT_LIST))
		n--;
	end_paragraph(f, true);
	if (!n || r->boxes[n - 1].parent != f->node->parent ||
	    r->boxes[n - 1].is != ELEMENT_LIST)
		return;
	while (f->r->box_count > n)
		close_top(f->r);
	open_box(f, ELEMENT_ITEM, STR("li"));
}

static void
add_void(struct flow *f, const struct tag *tag, enum element is)
{
	const struct box *b = top(f);

	if (is == ELEMENT_IMAGE) {
		begin_text(f);
		if (!html_image(f->r, f->node, tag))
			html_drop(f->r, f->node, tag->whole);
	} else if (is == ELEMENT_BREAK) {
		if (b && !f->title && rank_of(b->is) < 3 &&
		    f->r->out->len > b->start)
			buf_add(f->r->out, STR("<br>"));
		f->space = false;
	} else {
		end_paragraph(f, false);
		b = top(f);
		if (!b || rank_of(b->is) == 4 || b->is == ELEMENT_ITEM)
			buf_add(f->r->out, STR("<hr>\n"));
	}
}

/* What is in it is no text for readers, and need not be markup either. */
static void
skip_mute(struct flow *f, const struct tag *tag)
{
	struct str name;

	html_drop(f->r, f->node, tag->whole);
	while (f->at < f->s.len) {
		f->at += str_search(str_from_at(f->s, f->at), STR("</"));
		name = str_sub(f->s, f->at + 2, tag->name.len);
		if (str_eq_nocase(name, tag->name))
			return;
		f->at += 2;
	}
	f->at = f->s.len;
}

static void
open_tag(struct flow *f, struct tag *tag)
{
	enum element is;
	struct str name = tag->name;

	is = tag_element(&name);
	if (is != ELEMENT_ITEM && is != ELEMENT_SUMMARY &&
	    !is_top(f, ELEMENT_LIST))
		html_target(f->r, html_id(f->r, tag));
	switch (is) {
	case ELEMENT_MUTE:
		skip_mute(f, tag);
		break;
	case ELEMENT_UNKNOWN:
	case ELEMENT_DROPPED:
		html_drop(f->r, f->node, tag->whole);
		f->space = true;
		break;
	case ELEMENT_PLAIN:
		break;
	case ELEMENT_CELL:
		f->space = true;
		break;
	case ELEMENT_PHRASE:
		add_phrase(f, name);
		break;
	case ELEMENT_LINK:
		add_link(f, tag);
		break;
	case ELEMENT_IMAGE:
	case ELEMENT_BREAK:
	case ELEMENT_RULE:
		add_void(f, tag, is);
		break;
	case ELEMENT_HEADING:
		add_heading(f, tag);
		break;
	case ELEMENT_SUMMARY:
		add_summary(f, tag, name);
		break;
	case ELEMENT_ITEM:
		add_item(f);
		html_target(f->r, html_id(f->r, tag));
		break;
	case ELEMENT_BOX:
		if (str_eq_z(name, "details") && !has_summary(f))
			end_paragraph(f, false);
		else if (make_place(f, is))
			open_box(f, is, name);
		break;
	case ELEMENT_LIST:
		if (make_place(f, is))
			open_box(f, is, name);
		break;
	case ELEMENT_LISTING:
		add_listing(f, tag);
		break;
	case ELEMENT_PRE:
		add_pre(f);
		break;
	case ELEMENT_WRAPPER:
	case ELEMENT_PARAGRAPH:
		end_paragraph(f, false);
		break;
	}
}

/* Closes down to the element, unless something of a higher rank is between. */
static void
close_element(struct flow *f, enum element is, struct str name)
{
	struct render *r = f->r;
	unsigned n = r->box_count;

	while (n && r->boxes[n - 1].parent == f->node->parent &&
	    rank_of(r->boxes[n - 1].is) <= rank_of(is)) {
		const struct box *b = &r->boxes[--n];

		if (b->is == is && (str_eq(b->name, name) || !name.len)) {
			while (r->box_count > n)
				close_top(r);
			if (rank_of(is))
				f->space = false;
			return;
		}
	}
}

static void
close_tag(struct flow *f, struct str name)
{
	enum element is = tag_element(&name);

	switch (is) {
	case ELEMENT_WRAPPER:
		end_paragraph(f, false);
		break;
	case ELEMENT_CELL:
		f->space = true;
		break;
	case ELEMENT_HEADING:
		f->title = false;
		close_element(f, is, STR_NONE);
		end_paragraph(f, false);
		break;
	case ELEMENT_LISTING:
		close_element(f, is, STR_NONE);
		break;
	case ELEMENT_PHRASE:
	case ELEMENT_LINK:
	case ELEMENT_SUMMARY:
	case ELEMENT_ITEM:
	case ELEMENT_LIST:
	case ELEMENT_BOX:
		close_element(f, is, name);
		break;
	default:
		break;
	}
}

void
flow_add(struct render *r, cmark_node *node, struct str block)
{
	struct flow f = { .r = r, .node = node, .s = block };
	struct tag tag;

	while (tag_next(block, &f.at, &tag)) {
		switch (tag.kind) {
		case TAG_TEXT:
			add_text(&f, tag.whole);
			break;
		case TAG_OPEN:
			open_tag(&f, &tag);
			break;
		case TAG_CLOSE:
			close_tag(&f, tag.name);
			break;
		case TAG_OTHER:
			html_drop(r, node, tag.whole);
			break;
		case TAG_COMMENT:
			break;
		}
	}
	while (top(&f) && rank_of(top(&f)->is) < 4)
		close_top(r);
}
