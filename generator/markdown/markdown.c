#include "cjk.h"
#include "html.h"
#include "limits.h"
#include "recall.h"
#include "render.h"

static void
report_refusal(const struct page *p, const struct refusal *why, struct diag *d)
{
	diag_add(d, DIAG_ERROR,
	    page_where(p, p->body + why->offset, why->length), NULL, "%s",
	    why->message);
}

/* mdBook's {{#include file}} is not carried out. */
static void
report_includes(const struct page *p, struct diag *d)
{
	struct str body = str_from_at(p->text, p->body);
	size_t first = str_search(body, STR("{{#")), at = first;
	unsigned count = 0;

	while (at < body.len) {
		count++;
		at += 3;
		at += str_search(str_from_at(body, at), STR("{{#"));
	}
	if (!count)
		return;
	diag_add(d, DIAG_WARNING,
	    page_where(
		p, p->body + first, str_find(str_from_at(body, first), '}')),
	    "paste the text, or leave it out",
	    count > 1 ? "include is not supported, the first of %u times"
		      : "include is not supported",
	    count);
}

static struct str
finish(struct work *w, struct buf *out)
{
	if (w->doc.mend.len)
		cjk_unmend(out);
	return arena_str(w->arena, buf_str(out));
}

static bool
is_full(const struct work *w, const struct buf *out)
{
	if (buf_ok(out))
		return false;
	if (w->page)
		diag_add(w->diag, DIAG_ERROR, page_where(w->page, 0, 0),
		    "split it into several", "this page is too large");
	return true;
}

/* From the first block up to `end`, with the footnotes they refer to. */
static void
render_blocks(struct render *r, const cmark_node *end)
{
	cmark_node *n = r->work->doc.root->first_child;

	notes_begin(r->work);
	for (; n && n != end && n->type != CMARK_NODE_FOOTNOTE_DEFINITION;
	     n = n->next)
		render_block(r, n);
	flow_close(r, r->work->doc.root);
	if (!r->plain)
		render_notes(r);
}

static bool
render_body(struct work *w, enum audience audience, struct rendered *out)
{
	struct render r = {
		.work = w, .audience = audience, .raw_html = w->site->raw_html
	};
	struct buf html;
	bool ok;

	buf_init(&html, LIMIT_PAGE);
	buf_reserve(&html, w->page->text.len + w->page->text.len / 2);
	r.out = &html;
	render_blocks(&r, NULL);
	html_report(&r);
	image_report(&r);
	out->first_image = r.first_image;
	out->has_code = r.codes;
	out->has_math = r.formulas;
	ok = !is_full(w, &html);
	out->html = finish(w, &html);
	buf_clear(&html);
	return ok;
}

/* Does the cut leave a part of a section behind it? */
static bool
cuts_section(const cmark_node *cut)
{
	const struct heading *h;

	if (cut && is_more_mark(cut))
		cut = cut->next;
	if (!cut || cut->type == CMARK_NODE_FOOTNOTE_DEFINITION)
		return false;
	h = cut->type == CMARK_NODE_HEADING ? cut->user_data : NULL;
	return !h || h->level > 2;
}

static void
fill_toc(struct work *w, const cmark_node *cut, struct rendered *out)
{
	bool locked = false;

	for (size_t i = 0; i < w->headings.count; i++) {
		const struct heading *h = w->headings.at[i];
		struct toc_entry entry = { .level = h->level,
			.anchor = h->anchor,
			.title = h->title };

		if (h->node == w->title)
			continue;
		locked =
		    locked || (cut && h->top->start_line >= cut->start_line);
		entry.locked = locked;
		if (h->level <= 3)
			ARENA_PUSH(w->arena, out->toc, entry);
		if (h->level == 2) {
			out->sections++;
			out->teaser_sections += !locked;
		}
	}
	if (out->teaser_sections && cuts_section(cut))
		out->teaser_sections--;
}

/* What everybody may read: the blocks before the cut, and the notes that were
 * used there. */
static void
fill_free(struct work *w, const cmark_node *cut, struct rendered *out)
{
	bool before = true;
	struct buf text;

	buf_init(&text, LIMIT_PAGE);
	for (cmark_node *n = w->doc.root->first_child; n; n = n->next) {
		before = before && n != cut;
		if (n->type == CMARK_NODE_FOOTNOTE_DEFINITION ? note_is_used(n)
							      : before)
			ast_text(n, &text);
	}
	out->free_text = finish(w, &text);
	buf_clear(&text);
}

static void
fill_rest(struct work *w, cmark_node *cut, struct rendered *out)
{
	struct buf rest;

	buf_init(&rest, LIMIT_PAGE);
	for (cmark_node *n = cut; n; n = n->next) {
		const struct heading *h =
		    n->type == CMARK_NODE_HEADING ? n->user_data : NULL;

		if (h && h->level <= 3)
			continue;
		if (n->type != CMARK_NODE_FOOTNOTE_DEFINITION ||
		    !note_is_used(n))
			ast_text(n, &rest);
	}
	out->rest_text = finish(w, &rest);
	buf_clear(&rest);
	out->rest_minutes = reading_minutes(out->rest_text);
}

static bool
render_teaser(struct work *w, struct rendered *out)
{
	struct render r = { .work = w,
		.audience = AUDIENCE_PUBLIC,
		.raw_html = w->site->raw_html };
	cmark_node *cut = teaser_cut(w, w->page->teaser_percent);
	struct buf html;
	bool ok;

	buf_init(&html, LIMIT_PAGE);
	r.out = &html;
	render_blocks(&r, cut);
	ok = !is_full(w, &html);
	out->teaser = finish(w, &html);
	buf_clear(&html);
	fill_toc(w, cut, out);
	fill_rest(w, cut, out);
	fill_free(w, cut, out);
	return ok;
}

static struct str
opening_of(struct arena *a, struct str html)
{
	size_t from = str_search(html, STR("<p>"));
	struct str rest = str_from_at(html, from), opening;
	struct buf text;

	buf_init(&text, LIMIT_PAGE);
	html_strip(&text, str_sub(rest, 0, str_search(rest, STR("</p>"))));
	opening = arena_str(a, str_trim(buf_str(&text)));
	buf_clear(&text);
	return opening;
}

static bool
render_page(struct work *w, struct rendered *out)
{
	bool is_free = w->page->access == ACCESS_FREE;
	bool ok =
	    render_body(w, is_free ? AUDIENCE_PUBLIC : AUDIENCE_MEMBERS, out);

	if (is_free)
		fill_toc(w, NULL, out);
	else
		ok = render_teaser(w, out) && ok;
	if (is_free && w->site->sells)
		fill_free(w, NULL, out);
	out->title_anchor = w->title_anchor;
	out->opening = opening_of(w->arena, out->html);
	out->teaser_opening = opening_of(w->arena, out->teaser);
	return ok;
}

bool
markdown_render(struct arena *a, struct links *l, const struct site *site,
    const struct page *p, const struct markdown_strings *strings,
    struct diag *d, struct rendered *out)
{
	struct work w = { .arena = a,
		.page = p,
		.site = site,
		.links = l,
		.strings = strings,
		.diag = d };
	struct refusal why;
	struct recall recall;
	bool ok = false;

	*out = (struct rendered){ 0 };
	recall_begin(&recall, &w);
	buf_init(&w.scratch, LIMIT_TEXT_FILE);
	if (!content_load(site, p, d))
		goto end;
	if (!document_parse(&w.doc, str_from_at(p->text, p->body),
		PARSE_FOOTNOTES | PARSE_MATH, &why)) {
		report_refusal(p, &why, d);
		goto end;
	}
	prepare(&w);
	if (site->foreign)
		report_includes(p, d);
	ok = render_page(&w, out);
end:
	recall_end(&recall, &w, ok, out);
	document_clear(&w.doc);
	buf_clear(&w.scratch);
	return ok;
}

bool
markdown_plain(
    struct arena *a, struct str text, bool raw_html, struct str *html)
{
	struct work w = { .arena = a };
	struct render r = { .work = &w, .plain = true, .raw_html = raw_html };
	struct refusal why;
	struct buf out;
	bool ok = false;

	*html = STR_NONE;
	buf_init(&out, LIMIT_PAGE);
	buf_init(&w.scratch, LIMIT_TEXT_FILE);
	r.out = &out;
	if (document_parse(&w.doc, text, 0, &why)) {
		render_blocks(&r, NULL);
		ok = buf_ok(&out);
		*html = finish(&w, &out);
	}
	document_clear(&w.doc);
	buf_clear(&w.scratch);
	buf_clear(&out);
	return ok;
}
