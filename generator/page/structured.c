#include "structured.h"

#include "chrome.h"
#include "json.h"
#include "limits.h"

/* Members are written in order; a comma goes before all but the first. */
struct graph {
	struct buf out;
	struct theme *theme;
	struct arena *arena;
};

static void
comma(struct graph *g)
{
	struct str all = buf_str(&g->out);

	if (!str_ends(all, STR("{")) && !str_ends(all, STR("[")))
		buf_add_c(&g->out, ',');
}

static void
key(struct graph *g, const char *name)
{
	comma(g);
	buf_add_c(&g->out, '"');
	buf_add_z(&g->out, name);
	buf_add_z(&g->out, "\":");
}

static void
text(struct graph *g, const char *name, struct str value)
{
	if (!value.len)
		return;
	key(g, name);
	json_write_str(&g->out, value);
}

static void
open_thing(struct graph *g, const char *type)
{
	comma(g);
	buf_add_z(&g->out, "{\"@type\":\"");
	buf_add_z(&g->out, type);
	buf_add_c(&g->out, '"');
}

static void
open_list(struct graph *g, const char *name)
{
	key(g, name);
	buf_add_c(&g->out, '[');
}

static void
address(struct graph *g, const char *name, struct str url)
{
	text(g, name, theme_absolute(g->theme, g->arena, url));
}

static struct str
page_address(struct graph *g, const struct page *p)
{
	return ARENA_JOIN(g->arena, g->theme->site->url, p->url);
}

static struct graph
begin(struct theme *t, struct arena *a)
{
	struct graph g = { .theme = t, .arena = a };
	buf_init(&g.out, LIMIT_PAGE);
	buf_add_z(&g.out, "{\"@context\":\"https://schema.org\",\"@graph\":[");
	return g;
}

static struct str
end(struct graph *g)
{
	buf_add_z(&g->out, "]}");
	struct str json = buf_str(&g->out), part;
	struct buf safe;
	buf_init(&safe, LIMIT_PAGE);
	for (bool first = true; str_split(&json, '<', &part); first = false) {
		if (!first)
			buf_add_z(&safe, "\\u003c");
		buf_add(&safe, part);
	}
	struct str result = arena_str(g->arena, buf_str(&safe));
	buf_clear(&safe);
	buf_clear(&g->out);
	return result;
}

static void
organisation(struct graph *g, const char *name)
{
	key(g, name);
	buf_add_z(&g->out, "{\"@type\":\"Organization\"");
	text(g, "name", g->theme->site->title);
	text(g, "url", g->theme->site->url);
	buf_add_c(&g->out, '}');
}

static void
crumb(struct graph *g, int *position, struct str name, struct str url)
{
	open_thing(g, "ListItem");
	buf_add_z(&g->out, ",\"position\":");
	buf_add_i64(&g->out, ++*position);
	text(g, "name", name);
	text(g, "item", url);
	buf_add_c(&g->out, '}');
}

static void
breadcrumbs(struct graph *g, const struct page *p)
{
	const struct page *home = chrome_pages(g->theme, p->lang)->home;
	int position = 0;
	open_thing(g, "BreadcrumbList");
	open_list(g, "itemListElement");
	if (home && home != p)
		crumb(
		    g, &position, g->theme->site->title, page_address(g, home));
	if (p->course && p->course->page != p && p->course->page != home)
		crumb(g, &position, p->course->page->title,
		    page_address(g, p->course->page));
	crumb(g, &position, p->title, page_address(g, p));
	buf_add_z(&g->out, "]}");
}

static void
people(struct graph *g, const struct page *p)
{
	if (!p->authors.count)
		return;
	open_list(g, "author");
	for (size_t i = 0; i < p->authors.count; i++) {
		open_thing(g, "Person");
		text(g, "name", p->authors.at[i]->name);
		if (p->authors.at[i]->page)
			text(g, "url", page_address(g, p->authors.at[i]->page));
		buf_add_c(&g->out, '}');
	}
	buf_add_c(&g->out, ']');
}

static void
offers(struct graph *g, const struct course *c)
{
	struct buf amount;
	buf_init(&amount, LIMIT_NAME);
	open_list(g, "offers");
	for (size_t i = 0; i < c->offers.count; i++) {
		const struct offer *o = c->offers.at[i];
		buf_reset(&amount);
		money_plain(&amount, o->amount, o->currency);
		open_thing(g, "Offer");
		text(g, "name", o->title);
		text(g, "price", buf_str(&amount));
		text(g, "priceCurrency", str_from(o->currency->code));
		text(g, "url", page_address(g, c->page));
		text(g, "category", STR("Paid"));
		text(g, "availability", STR("https://schema.org/InStock"));
		buf_add_c(&g->out, '}');
	}
	buf_clear(&amount);
	buf_add_c(&g->out, ']');
}

static void
course_members(struct graph *g, const struct course *c, struct str description)
{
	text(g, "name", c->page->title);
	text(g, "description", description);
	text(g, "url", page_address(g, c->page));
	text(g, "inLanguage", c->page->lang);
	organisation(g, "provider");
}

struct str
structured_home(struct theme *t, struct arena *a, const struct page *p,
    struct str description)
{
	struct graph g = begin(t, a);
	open_thing(&g, "WebSite");
	text(&g, "name", t->site->title);
	text(&g, "description", description);
	text(&g, "url", page_address(&g, p));
	text(&g, "inLanguage", p->lang);
	buf_add_c(&g.out, '}');
	const struct language_pages *pages = chrome_pages(t, p->lang);
	if (!t->site->foreign && pages->courses.count) {
		open_thing(&g, "ItemList");
		open_list(&g, "itemListElement");
		for (size_t i = 0; i < pages->courses.count; i++) {
			const struct course *c = pages->courses.at[i];
			open_thing(&g, "ListItem");
			buf_printf(
			    &g.out, ",\"position\":%zu,\"item\":", i + 1);
			buf_add_z(&g.out, "{\"@type\":\"Course\"");
			course_members(&g, c, c->page->description);
			buf_add_z(&g.out, "}}");
		}
		buf_add_z(&g.out, "]}");
	}
	return end(&g);
}

struct str
structured_course(struct theme *t, struct arena *a, const struct page *p,
    struct str description, struct str image)
{
	struct graph g = begin(t, a);
	open_thing(&g, "Course");
	course_members(&g, p->course, description);
	people(&g, p);
	buf_add_c(&g.out, '}');
	if (p->course->offers.count) {
		open_thing(&g, "Product");
		text(&g, "name", p->title);
		text(&g, "description", description);
		text(&g, "sku", p->course->id);
		address(&g, "image", image);
		offers(&g, p->course);
		buf_add_c(&g.out, '}');
	}
	breadcrumbs(&g, p);
	return end(&g);
}

struct str
structured_lesson(struct theme *t, struct arena *a, const struct page *p,
    struct str description, bool teaser)
{
	struct graph g = begin(t, a);
	open_thing(&g, "Article");
	text(&g, "headline", p->title);
	text(&g, "description", description);
	text(&g, "url", page_address(&g, p));
	text(&g, "inLanguage", p->lang);
	text(&g, "datePublished", p->date);
	text(&g, "dateModified", p->updated);
	people(&g, p);
	key(&g, "isAccessibleForFree");
	buf_add_z(&g.out, teaser ? "false" : "true");
	if (teaser)
		buf_add_z(&g.out,
		    ",\"hasPart\":{\"@type\":\"WebPageElement\","
		    "\"isAccessibleForFree\":false,"
		    "\"cssSelector\":\".rest\"}");
	organisation(&g, "publisher");
	buf_add_c(&g.out, '}');
	breadcrumbs(&g, p);
	return end(&g);
}

struct str
structured_article(struct theme *t, struct arena *a, const struct page *p,
    struct str description, struct str image)
{
	struct graph g = begin(t, a);
	open_thing(&g, "Article");
	text(&g, "headline", p->title);
	text(&g, "description", description);
	text(&g, "url", page_address(&g, p));
	text(&g, "inLanguage", p->lang);
	text(&g, "datePublished", p->date);
	text(&g, "dateModified", p->updated);
	address(&g, "image", image);
	people(&g, p);
	organisation(&g, "publisher");
	buf_add_c(&g.out, '}');
	breadcrumbs(&g, p);
	return end(&g);
}

struct str
structured_author(struct theme *t, struct arena *a, const struct page *p,
    const struct author *author)
{
	struct graph g = begin(t, a);
	open_thing(&g, "Person");
	text(&g, "name", author->name);
	text(&g, "jobTitle", author->title);
	text(&g, "description", author->description);
	text(&g, "url", page_address(&g, p));
	if (author->links.count) {
		open_list(&g, "sameAs");
		for (size_t i = 0; i < author->links.count; i++) {
			comma(&g);
			json_write_str(&g.out, author->links.at[i].url);
		}
		buf_add_c(&g.out, ']');
	}
	buf_add_c(&g.out, '}');
	return end(&g);
}
