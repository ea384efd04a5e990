#include "chrome.h"

#include "asset.h"
#include "feed.h"

#include <stdlib.h>

static int
newest_first(const void *x, const void *y)
{
	const struct page *const *a = x, *const *b = y;
	int order = str_cmp((*b)->date, (*a)->date);
	return order ? order : str_cmp((*a)->url, (*b)->url);
}

static struct language_pages *
pages_of(struct site_index *index, struct str lang)
{
	for (size_t i = 0; i < index->count; i++)
		if (str_eq(index->at[i].lang, lang))
			return &index->at[i];
	return &index->at[0];
}

static void
take_page(struct theme *t, struct site_index *index, struct page *p)
{
	struct language_pages *pages = pages_of(index, p->lang);
	bool front = p->kind == PAGE_HOME ||
	    (t->site->foreign && p->kind == PAGE_COURSE);
	if (front && !pages->home)
		pages->home = p;
	else if (p->kind == PAGE_ARTICLES && !pages->articles_page)
		pages->articles_page = p;
	else if (p->kind == PAGE_ARTICLE)
		ARENA_PUSH(t->arena, pages->articles, p);
	index->sells |= p->member_url.len > 0;
}

const struct site_index *
chrome_index(struct theme *t)
{
	if (t->index)
		return t->index;
	const struct site *site = t->site;
	struct site_index *index = ARENA_NEW(t->arena, struct site_index);
	index->count = site->languages.count ? site->languages.count : 1;
	index->at = ARENA_ARRAY(t->arena, index->count, struct language_pages);
	for (size_t i = 0; i < site->languages.count; i++)
		index->at[i].lang = site->languages.at[i];
	index->sells = site->offers.count > 0;
	for (size_t i = 0; i < site->pages.count; i++)
		take_page(t, index, site->pages.at[i]);
	for (size_t i = 0; i < site->courses.count; i++) {
		struct course *c = site->courses.at[i];
		ARENA_PUSH(
		    t->arena, pages_of(index, c->page->lang)->courses, c);
	}
	for (size_t i = 0; i < index->count; i++) {
		struct language_pages *pages = &index->at[i];
		if (!pages->home)
			pages->home = index->at[0].home;
		if (pages->articles.count)
			qsort(pages->articles.at, pages->articles.count,
			    sizeof(struct page *), newest_first);
	}
	t->index = index;
	return index;
}

const struct language_pages *
chrome_pages(struct theme *t, struct str lang)
{
	(void)chrome_index(t);
	return pages_of(t->index, lang);
}

static struct value *
other_languages(struct theme *t, struct links *l,
    const struct language_pages *own, enum audience audience)
{
	const struct site_index *index = chrome_index(t);
	struct value *list = value_list(t->arena);
	for (size_t i = 0; i < index->count; i++) {
		const struct language_pages *other = &index->at[i];
		if (other == own || !other->home)
			continue;
		struct language *lang = phrase_language(t, other->lang);
		struct value *item = value_object(t->arena);
		value_put(t->arena, item, STR("url"),
		    link_page(l, other->home, audience));
		value_put(t->arena, item, STR("lang"), other->lang);
		value_put(
		    t->arena, item, STR("name"), phrase_language_name(lang));
		value_push(t->arena, list, item);
	}
	return list;
}

static struct value *
navigation(
    struct theme *t, struct links *l, struct str lang, enum audience audience)
{
	struct value *list = value_list(t->arena);
	for (size_t i = 0; i < t->site->navigation.count; i++) {
		const struct navigation_item *n = &t->site->navigation.at[i];
		if (n->lang.len && !str_eq(n->lang, lang))
			continue;
		struct value *item = value_object(t->arena);
		value_put(t->arena, item, STR("title"), n->title);
		value_put(t->arena, item, STR("url"),
		    link_page(l, n->page, audience));
		value_push(t->arena, list, item);
	}
	return list;
}

static struct str
first_letter(struct arena *a, struct str title)
{
	size_t at = 0;
	str_utf8_next(title, &at);
	char *letter = arena_z(a, str_sub(title, 0, at));
	if (at == 1 && *letter >= 'a' && *letter <= 'z')
		*letter = (char)(*letter - 'a' + 'A');
	return str_of(letter, at);
}

static struct value *
chrome_values(struct theme *t, struct links *l, struct language *lang,
    enum audience audience, const struct language_pages *pages,
    struct chrome *c)
{
	struct arena *a = t->arena;
	struct value *v = value_object(a);
	value_append(a, v, STR("s"), lang->s);
	value_append(a, v, STR("site"), c->site);
	value_append(a, v, STR("assets"), asset_tree(t, l, audience));
	value_put(a, v, STR("lang"), lang->tag);
	value_put(a, v, STR("home"), c->home);
	value_put(a, v, STR("feed"), c->feed);
	value_put(a, v, STR("initial"), first_letter(a, t->site->title));
	bool courses = pages->courses.count > 0;
	value_append(a, v, STR("catalogue"),
	    value_bool(a, courses && !t->site->foreign));
	value_append(
	    a, v, STR("contents"), value_bool(a, courses && t->site->foreign));
	struct str articles = STR_NONE;
	if (pages->articles_page)
		articles = link_page(l, pages->articles_page, audience);
	value_put(a, v, STR("articles"), articles);
	struct str account = STR_NONE;
	if (chrome_index(t)->sells)
		account = theme_gateway(t, a, STR("/account"));
	value_put(a, v, STR("account"), account);
	struct value *items = navigation(t, l, lang->tag, audience);
	struct value *others = other_languages(t, l, pages, audience);
	value_append(a, v, STR("navigation"), items);
	value_append(a, v, STR("languages"), others);
	value_append(a, v, STR("has_menu"),
	    value_bool(a,
		courses || articles.len || account.len || value_count(items) ||
		    value_count(others)));
	return v;
}

const struct chrome *
chrome_of(struct theme *t, struct links *l, struct language *lang,
    enum audience audience, struct diag *d)
{
	if (lang->chrome[audience])
		return lang->chrome[audience];
	struct arena *a = t->arena;
	const struct language_pages *pages = chrome_pages(t, lang->tag);
	struct chrome *c = ARENA_NEW(a, struct chrome);
	c->site = value_object(a);
	value_put(a, c->site, STR("title"), t->site->title);
	value_put(a, c->site, STR("description"), t->site->description);
	value_put(a, c->site, STR("copyright"), t->site->copyright);
	c->home = pages->home ? link_page(l, pages->home, audience)
			      : link_path(l, STR("/"), audience);
	if (feed_has(pages))
		c->feed =
		    link_path(l, feed_path(t->site, a, pages->lang), audience);
	struct value *v = chrome_values(t, l, lang, audience, pages, c);
	struct str html;
	if (!theme_fill(t, "header", v, d, &html))
		return NULL;
	c->header = arena_str(a, html);
	if (!theme_fill(t, "footer", v, d, &html))
		return NULL;
	c->footer = arena_str(a, html);
	lang->chrome[audience] = c;
	return c;
}

bool
chrome_put(struct theme *t, struct links *l, struct language *lang,
    enum audience audience, struct str title, struct arena *a, struct value *v,
    struct diag *d)
{
	const struct chrome *c = chrome_of(t, l, lang, audience, d);
	if (!c)
		return false;
	value_put(a, v, STR("lang"), lang->tag);
	value_append(a, v, STR("dir"), value_str(a, str_from(lang->dir)));
	value_append(a, v, STR("s"), lang->s);
	value_append(a, v, STR("assets"), asset_tree(t, l, audience));
	value_put_html(a, v, STR("header"), c->header);
	value_put_html(a, v, STR("footer"), c->footer);
	value_append(a, v, STR("site"), c->site);
	value_put(a, v, STR("home"), c->home);
	value_put(a, v, STR("feed"), c->feed);
	if (!title.len || str_eq(title, t->site->title))
		title = t->site->title;
	else
		title = ARENA_JOIN(a, title, STR(" · "), t->site->title);
	value_put(a, v, STR("head_title"), title);
	return true;
}
