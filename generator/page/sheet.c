#include "sheet.h"

#include "html.h"
#include "limits.h"

enum { DESCRIPTION = 155 }; /* bytes; what result lists show */

/* Cuts at a space, or at a scalar in scripts without them. */
static struct str
shorten(struct arena *a, struct str text)
{
	text = str_trim(text);
	if (text.len <= DESCRIPTION)
		return text;
	size_t at = 0, good = 0, space = 0;
	while (at < DESCRIPTION) {
		good = at;
		if (text.ptr[at] == ' ')
			space = at;
		str_utf8_next(text, &at);
	}
	size_t end = space > DESCRIPTION / 2 ? space : good;
	return arena_printf(a, "%.*s…", STR_ARG(str_sub(text, 0, end)));
}

static struct str
first_paragraph(struct arena *a, struct str html)
{
	size_t from = str_search(html, STR("<p>"));
	struct str rest = str_from_at(html, from);
	struct str inside = str_sub(rest, 0, str_search(rest, STR("</p>")));
	struct buf text;
	buf_init(&text, LIMIT_PAGE);
	html_strip(&text, inside);
	struct str result = shorten(a, arena_str(a, buf_str(&text)));
	buf_clear(&text);
	return result;
}

/* The site's description is in the site's default language. */
struct str
sheet_lead(const struct sheet *s)
{
	const struct site *site = s->theme->site;
	bool stands_in = s->page->kind == PAGE_HOME && site->languages.count &&
	    str_eq(s->page->lang, site->languages.at[0]);
	if (s->page->description.len || !stands_in)
		return s->page->description;
	return site->description;
}

static struct str
description_of(const struct sheet *s)
{
	struct str given = sheet_lead(s);
	if (given.len)
		return given;
	return first_paragraph(s->arena, s->html);
}

static void
put_head(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct site *site = s->theme->site;
	bool members = s->audience == AUDIENCE_MEMBERS;
	struct str canonical = STR_NONE;
	if (!members)
		canonical = arena_printf(
		    a, "%.*s%.*s", STR_ARG(site->url), STR_ARG(s->page->url));
	value_put(a, s->v, STR("title"), s->page->title);
	value_put(a, s->v, STR("description"), s->description);
	value_append(a, s->v, STR("noindex"), value_bool(a, members));
	value_put(a, s->v, STR("canonical"), canonical);
	bool article =
	    s->page->kind == PAGE_LESSON || s->page->kind == PAGE_ARTICLE;
	value_put(
	    a, s->v, STR("og_type"), article ? STR("article") : STR("website"));
	value_put(
	    a, s->v, STR("og_image"), theme_absolute(s->theme, a, s->image));
}

static void
put_toc(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct toc *toc = &s->rendered->toc;
	struct value *list = value_list(a);
	for (size_t i = 0; toc->count > 1 && i < toc->count; i++) {
		const struct toc_entry *e = &toc->at[i];
		struct value *v = value_object(a);
		value_append(a, v, STR("deep"), value_bool(a, e->level > 2));
		value_append(
		    a, v, STR("locked"), value_bool(a, s->teaser && e->locked));
		value_put(a, v, STR("anchor"), e->anchor);
		value_put(a, v, STR("title"), e->title);
		value_push(a, list, v);
	}
	value_put_list(a, s->v, STR("toc"), STR("has_toc"), list);
}

bool
sheet_begin(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct page *p = s->page;
	s->lang = phrase_language(s->theme, p->lang);
	s->v = value_object(a);
	s->teaser = s->audience == AUDIENCE_PUBLIC && p->member_url.len;
	s->html = s->teaser ? s->rendered->teaser : s->rendered->html;
	s->description = description_of(s);
	s->image = page_image(s->links, p);
	if (!s->image.len && !p->member_url.len)
		s->image = s->rendered->first_image;
	if (!chrome_put(s->theme, s->links, s->lang, s->audience, p->title, a,
		s->v, s->d))
		return false;
	put_head(s);
	value_put(a, s->v, STR("heading_id"), s->rendered->title_anchor);
	value_put_html(a, s->v, STR("body"), s->html);
	put_toc(s);
	struct str minutes = STR_NONE, updated = STR_NONE;
	if (p->minutes)
		minutes = phrase_count(a, s->lang, "minutes", p->minutes);
	if (p->updated.len) {
		const struct phrase_arg args[] = {
			{ "date", phrase_date(a, s->lang, p->updated) }, { 0 }
		};
		updated = phrase_fill(a, s->lang, "updated", args);
	}
	value_put(a, s->v, STR("minutes"), minutes);
	value_put(a, s->v, STR("date"), p->date);
	value_put(a, s->v, STR("date_shown"), phrase_date(a, s->lang, p->date));
	value_put(a, s->v, STR("updated"), updated);
	return true;
}
