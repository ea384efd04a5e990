#include "feed.h"

#include "html.h"

#include <stdlib.h>

struct str
feed_path(const struct site *site, struct arena *a, struct str lang)
{
	if (!site->languages.count || str_eq(site->languages.at[0], lang))
		return STR("/feed.xml");
	return arena_printf(a, "/%.*s/feed.xml", STR_ARG(lang));
}

static struct str
changed(const struct page *p)
{
	return p->updated.len ? p->updated : p->date;
}

bool
feed_has(const struct language_pages *pages)
{
	if (pages->articles.count && changed(pages->articles.at[0]).len)
		return true;
	for (size_t i = 0; i < pages->courses.count; i++)
		if (changed(pages->courses.at[i]->page).len)
			return true;
	return false;
}

static int
newest_first(const void *x, const void *y)
{
	const struct page *const *a = x, *const *b = y;
	int order = str_cmp(changed(*b), changed(*a));
	return order ? order : str_cmp((*a)->url, (*b)->url);
}

static void
element(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, "<%s>", name);
	html_text(out, text);
	buf_printf(out, "</%s>\n", name);
}

/* A day is all that is known: midnight, UTC. */
static void
time_element(struct buf *out, const char *name, struct str day)
{
	if (day.len)
		buf_printf(
		    out, "<%s>%.*sT00:00:00Z</%s>\n", name, STR_ARG(day), name);
}

static void
link_element(struct buf *out, const char *rel, struct str url)
{
	buf_printf(out, "<link rel=\"%s\" href=\"", rel);
	html_attr(out, url);
	buf_add_z(out, "\"/>\n");
}

static void
entry(struct theme *t, struct arena *a, const struct page *p, struct buf *out)
{
	struct str url =
	    arena_printf(a, "%.*s%.*s", STR_ARG(t->site->url), STR_ARG(p->url));
	buf_add_z(out, "<entry>\n");
	element(out, "title", p->title);
	link_element(out, "alternate", url);
	element(out, "id", url);
	time_element(out, "published", p->date);
	time_element(out, "updated", changed(p));
	for (size_t i = 0; i < p->authors.count; i++) {
		buf_add_z(out, "<author>");
		element(out, "name", p->authors.at[i]->name);
		buf_add_z(out, "</author>\n");
	}
	if (p->description.len)
		element(out, "summary", p->description);
	buf_add_z(out, "</entry>\n");
}

static struct page_list
entries(struct arena *a, const struct language_pages *pages)
{
	struct page_list list = { 0 };
	for (size_t i = 0; i < pages->articles.count; i++)
		if (changed(pages->articles.at[i]).len)
			ARENA_PUSH(a, list, pages->articles.at[i]);
	for (size_t i = 0; i < pages->courses.count; i++)
		if (changed(pages->courses.at[i]->page).len)
			ARENA_PUSH(a, list, pages->courses.at[i]->page);
	if (list.count)
		qsort(list.at, list.count, sizeof(struct page *), newest_first);
	if (list.count > FEED_ENTRIES)
		list.count = FEED_ENTRIES;
	return list;
}

void
feed_write(struct theme *t, struct arena *a, const struct language_pages *pages,
    struct buf *out)
{
	const struct site *site = t->site;
	struct page_list list = entries(a, pages);
	struct str self = arena_printf(a, "%.*s%.*s", STR_ARG(site->url),
	    STR_ARG(feed_path(site, a, pages->lang)));
	struct str home = arena_printf(a, "%.*s%.*s", STR_ARG(site->url),
	    STR_ARG(pages->home ? pages->home->url : STR("/")));
	buf_add_z(out,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
	html_attr(out, pages->lang);
	buf_add_z(out, "\">\n");
	element(out, "title", site->title);
	if (site->description.len)
		element(out, "subtitle", site->description);
	link_element(out, "self", self);
	link_element(out, "alternate", home);
	element(out, "id", self);
	if (list.count)
		time_element(out, "updated", changed(list.at[0]));
	buf_add_z(out, "<author>");
	element(out, "name", site->title);
	buf_add_z(out, "</author>\n");
	for (size_t i = 0; i < list.count; i++)
		entry(t, a, list.at[i], out);
	buf_add_z(out, "</feed>\n");
}
