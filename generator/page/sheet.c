#include "sheet.h"

#include "html.h"
#include "limits.h"

enum {
	DESCRIPTION = 156, /* columns; what result lists show */
	WIDE = 0x1100, /* from here on a character is about two columns */
	TITLES = 8, /* that stand in for a description */
};

/* Cuts at a space, or at a character in scripts without them. */
static struct str
shorten(struct arena *a, struct str text)
{
	text = str_trim(text);
	size_t at = 0, good = 0, space = 0, columns = 0;
	while (at < text.len && columns <= DESCRIPTION) {
		good = at;
		if (text.ptr[at] == ' ')
			space = at;
		columns += str_utf8_next(text, &at) < WIDE ? 1 : 2;
	}
	if (columns <= DESCRIPTION)
		return text;
	size_t end = space > good / 2 ? space : good;
	return ARENA_JOIN(a, str_sub(text, 0, end), STR("…"));
}

/* The site's description is in the site's default language, whoever gives it
 * to a page in another. */
struct str
sheet_lead(const struct sheet *s)
{
	const struct site *site = s->theme->site;
	struct str own = s->page->description;
	if (s->page->kind != PAGE_HOME || !site->languages.count)
		return own;
	if (str_eq(s->page->lang, site->languages.at[0]))
		return own.len ? own : site->description;
	return str_eq(own, site->description) ? STR_NONE : own;
}

/* "Loops, Pointers": what a list without a word of its own is about. */
static struct str
titles_listed(const struct sheet *s)
{
	struct arena *a = s->arena;
	const struct language_pages *pages =
	    chrome_pages(s->theme, s->page->lang);
	struct str separator = phrase_get(s->lang, "list_separator");
	struct str list = STR_NONE;
	bool articles = s->page->kind == PAGE_ARTICLES;
	size_t count = articles ? pages->articles.count : pages->courses.count;
	for (size_t i = 0; i < count && i < TITLES; i++)
		list = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(list),
		    STR_ARG(i ? separator : STR_NONE),
		    STR_ARG(articles ? pages->articles.at[i]->title
				     : pages->courses.at[i]->page->title));
	return shorten(a, list);
}

/* Only from what stands on this page: of a teaser nothing that is paid for. */
static struct str
description_of(const struct sheet *s)
{
	struct str found = sheet_lead(s);
	if (!found.len)
		found = shorten(s->arena,
		    s->teaser ? s->rendered->teaser_opening
			      : s->rendered->opening);
	if (!found.len &&
	    (s->page->kind == PAGE_HOME || s->page->kind == PAGE_ARTICLES))
		found = titles_listed(s);
	if (!found.len && s->page->kind == PAGE_LESSON)
		found = s->page->course->page->description;
	return found;
}

/* The title of a window, before the site's: lessons name their course, and the
 * first page in another language that language, so that no two are alike. */
static struct str
head_title(const struct sheet *s)
{
	const struct page *p = s->page;
	const struct site *site = s->theme->site;
	struct str title = phrase_title(s->lang, p);
	if (p->kind == PAGE_LESSON &&
	    !str_eq(p->course->page->title, site->title))
		return ARENA_JOIN(
		    s->arena, title, STR(" · "), p->course->page->title);
	if (p->kind == PAGE_HOME && str_eq(title, site->title) &&
	    site->languages.count && !str_eq(p->lang, site->languages.at[0]))
		return phrase_language_name(s->lang);
	return title;
}

static void
push_alternate(
    struct sheet *s, struct value *list, struct str lang, const struct page *p)
{
	struct arena *a = s->arena;
	struct value *v = value_object(a);
	value_put(a, v, STR("lang"), lang);
	value_put(a, v, STR("url"), ARENA_JOIN(a, s->theme->site->url, p->url));
	value_push(a, list, v);
}

/* The same page in each language: the first pages and lists of articles. */
static void
put_alternates(struct sheet *s)
{
	const struct site_index *index = chrome_index(s->theme);
	struct value *list = value_list(s->arena);
	bool home = s->page->kind == PAGE_HOME;
	bool has = home || s->page->kind == PAGE_ARTICLES;
	for (size_t i = 0; has && index->count > 1 && i < index->count; i++) {
		const struct page *p =
		    home ? index->at[i].home : index->at[i].articles_page;
		if (!p || !str_eq(p->lang, index->at[i].lang))
			continue;
		push_alternate(s, list, p->lang, p);
		if (!i)
			push_alternate(s, list, STR("x-default"), p);
	}
	value_append(s->arena, s->v, STR("alternates"), list);
}

static void
put_head(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct site *site = s->theme->site;
	bool members = s->audience == AUDIENCE_MEMBERS;
	struct str canonical = STR_NONE;
	if (!members)
		canonical = ARENA_JOIN(a, site->url, s->page->url);
	value_put(a, s->v, STR("title"), phrase_title(s->lang, s->page));
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

/* What the script that reports visits is told; false when there is none. A
 * lesson is completed after a share of its minutes, and only when it is whole.
 */
static void
put_beacon(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct site *site = s->theme->site;
	struct value *v = value_bool(a, false);
	if (site->beacon) {
		bool members = s->audience == AUDIENCE_MEMBERS;
		bool whole = s->page->kind == PAGE_LESSON && !s->teaser;
		v = value_object(a);
		value_put(
		    a, v, STR("to"), theme_gateway(s->theme, a, STR("/event")));
		value_put(a, v, STR("base"), site->base);
		value_append(a, v, STR("members"), value_bool(a, members));
		value_append(a, v, STR("minutes"),
		    value_int(a, whole ? (int64_t)s->page->minutes : 0));
	}
	value_append(a, s->v, STR("beacon"), v);
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
	if (!chrome_put(s->theme, s->links, s->lang, s->audience, head_title(s),
		a, s->v, s->d))
		return false;
	put_head(s);
	put_alternates(s);
	put_beacon(s);
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
