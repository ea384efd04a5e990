/*
 * tree.c - what is in a site besides its courses: home pages, articles, plain
 * pages, authors; and the order of all pages.
 */
#include "content_private.h"

#include <stdlib.h>

static struct document *
made_page(struct reading *r, enum page_kind kind, struct str title,
    struct str lang, struct str url)
{
	struct document *doc = ARENA_NEW(r->a, struct document);

	doc->page.kind = kind;
	doc->page.title = title;
	doc->page.lang = lang;
	doc->page.url = url;
	doc->front.access = COUNT_NONE;
	return doc;
}

/* "/" or "/zh/", and what follows. */
static struct str
language_address(struct reading *r, struct str lang, const char *rest)
{
	if (str_eq(lang, r->site->languages.at[0]))
		return arena_printf(r->a, "/%s", rest);
	return arena_printf(r->a, "/%.*s/%s", STR_ARG(lang), rest);
}

/* index.md, or index.zh.md of another language than the first. */
static const struct source_file *
home_file(const struct reading *r, struct str lang)
{
	char name[64];
	struct str path;
	int length;

	if (str_eq(lang, r->site->languages.at[0]))
		return source_find(r->source, STR("index.md"));
	length = snprintf(name, sizeof name, "index.%.*s.md", STR_ARG(lang));
	path = str_of(name, (size_t)length);
	return source_find(r->source, path);
}

static void
read_homes(struct reading *r)
{
	struct site *site = r->site;

	for (size_t i = 0; i < site->languages.count; i++) {
		struct str lang = site->languages.at[i];
		const struct source_file *f = home_file(r, lang);
		struct document *doc =
		    f ? document_read(r, f, DOCUMENT_HOME) : NULL;
		struct str url = language_address(r, lang, "");

		if (!doc) {
			doc = made_page(r, PAGE_HOME, site->title, lang, url);
			doc->page.description = site->description;
		}
		doc->page.kind = PAGE_HOME;
		doc->page.lang = lang;
		doc->page.url = url;
		if (f) {
			document_title(r, doc);
			if (!doc->front.title.len && !doc->page.title_in_body)
				doc->page.title = site->title;
			if (!doc->page.description.len)
				doc->page.description = site->description;
			document_image(
			    r, doc, doc->front.image, &doc->page.image);
		}
		ARENA_PUSH(r->a, r->homes, doc);
	}
}

static void
read_article(struct reading *r, const struct source_file *f)
{
	struct document *doc = document_read(r, f, DOCUMENT_ARTICLE);
	struct page *p;

	if (!doc || document_is_draft(r, doc))
		return;
	p = &doc->page;
	p->kind = PAGE_ARTICLE;
	document_title(r, doc);
	document_image(r, doc, doc->front.image, &p->image);
	p->lang = document_lang(r, doc, r->site->languages.at[0]);
	p->url = address_encode(r->a,
	    arena_printf(r->a, "/articles/%.*s/",
		STR_ARG(document_slug(r, doc, doc->stem))));
	if (!p->date.len && !doc->broken &&
	    !(doc->front.yaml && yaml_get(doc->front.yaml, STR("date"))))
		diag_add(r->d, DIAG_ERROR, front_where(doc, STR_NONE),
		    "date: 2026-03-01",
		    "an article needs a 'date' in its front matter");
	ARENA_PUSH(r->a, r->articles, doc);
}

/* Addresses that other things have, or will have. */
static bool
is_reserved(struct str slug)
{
	static const char *const names[] = { "m", "courses", "articles",
		"authors", "tags", "assets", "account", "checkout", "webhooks",
		"healthz", "404", "search" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq_z(slug, names[i]))
			return true;
	}
	return false;
}

static void
read_plain(struct reading *r, const struct source_file *f)
{
	struct document *doc = document_read(r, f, DOCUMENT_PLAIN);
	struct page *p;
	struct str slug;

	if (!doc || document_is_draft(r, doc))
		return;
	p = &doc->page;
	slug = document_slug(r, doc, doc->stem);
	p->kind = PAGE_PLAIN;
	document_title(r, doc);
	p->lang = document_lang(r, doc, r->site->languages.at[0]);
	p->url =
	    address_encode(r->a, arena_printf(r->a, "/%.*s/", STR_ARG(slug)));
	if (is_reserved(slug))
		diag_add(r->d, DIAG_ERROR, front_where(doc, STR("slug")),
		    "give it another 'slug'",
		    "the address %.*s is the site's own", STR_ARG(p->url));
	ARENA_PUSH(r->a, r->plains, doc);
}

static bool
is_web_address(struct str url)
{
	return str_starts(url, STR("https://")) ||
	    str_starts(url, STR("http://")) || str_starts(url, STR("mailto:"));
}

static void
read_links(struct reading *r, struct author *author, const struct yaml *list)
{
	static const char *const known[] = { "title", "url" };

	if (list && list->kind != YAML_LIST)
		diag_add(r->d, DIAG_ERROR, list->at,
		    "- {title: ..., url: https://...}",
		    "'links' must be a list");
	for (size_t i = 0;
	     list && list->kind == YAML_LIST && i < list->items.count; i++) {
		const struct yaml *y = list->items.at[i].value;
		struct link_item link;

		if (y->kind != YAML_MAP) {
			diag_add(r->d, DIAG_ERROR, y->at, NULL,
			    "expected 'title' and 'url'");
			continue;
		}
		if (!yaml_known_keys(r->d, DIAG_ERROR, y, known, 2) ||
		    !map_text(r, y, STR("title"), &link.title) ||
		    !map_text(r, y, STR("url"), &link.url))
			continue;
		if (!is_web_address(link.url))
			diag_add(r->d, DIAG_ERROR, yaml_get(y, STR("url"))->at,
			    NULL,
			    "'%.*s' must begin with https://, http:// or "
			    "mailto:",
			    STR_ARG(link.url));
		else
			ARENA_PUSH(r->a, author->links, link);
	}
}

static void
read_author(struct reading *r, const struct source_file *f)
{
	struct document *doc = document_read(r, f, DOCUMENT_AUTHOR);
	struct author *author;
	struct page *p;

	if (!doc)
		return;
	p = &doc->page;
	author = ARENA_NEW(r->a, struct author);
	author->id = slug_of(r->a, doc->stem);
	author->name = doc->front.name;
	author->title = doc->front.title;
	author->description = doc->front.description;
	author->image_alt = doc->front.image_alt;
	author->page = p;
	if (!author->name.len) {
		author->name = title_from_name(r->a, doc->stem);
		if (!doc->broken)
			diag_add(r->d, DIAG_ERROR, front_where(doc, STR_NONE),
			    "name: Ada Lovelace",
			    "an author needs a 'name' in the front matter");
	}
	if (doc->front.yaml)
		read_links(r, author, yaml_get(doc->front.yaml, STR("links")));
	p->kind = PAGE_AUTHOR;
	p->title = author->name;
	p->lang = document_lang(r, doc, r->site->languages.at[0]);
	document_image(r, doc, doc->front.image, &p->image);
	author->image = p->image;
	p->url = address_encode(
	    r->a, arena_printf(r->a, "/authors/%.*s/", STR_ARG(author->id)));
	ARENA_PUSH(r->a, p->authors, author);
	ARENA_PUSH(r->a, r->site->authors, author);
	ARENA_PUSH(r->a, r->author_pages, doc);
}

static const struct {
	struct str folder;
	void (*read)(struct reading *r, const struct source_file *f);
} folders[] = {
	{ { "articles/", 9 }, read_article },
	{ { "pages/", 6 }, read_plain },
	{ { "authors/", 8 }, read_author },
};

static void
read_file(struct reading *r, const struct source_file *f)
{
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		struct str rest = str_from_at(f->path, folders[i].folder.len);

		if (!str_starts(f->path, folders[i].folder))
			continue;
		if (str_find(rest, '/') == rest.len)
			folders[i].read(r, f);
		else
			diag_add(r->d, DIAG_WARNING,
			    (struct where){ .path = f->path }, NULL,
			    "not published: deeper than %.*s",
			    STR_ARG(folders[i].folder));
		return;
	}
}

/* The newest first; then by name. */
static int
articles_by_date(const void *x, const void *y)
{
	const struct document *const *a = x, *const *b = y;
	int order = str_cmp((*b)->page.date, (*a)->page.date);

	return order ? order : name_compare((*a)->stem, (*b)->stem);
}

static bool
has_articles(const struct reading *r, struct str lang)
{
	for (size_t i = 0; i < r->articles.count; i++) {
		if (str_eq(r->articles.at[i]->page.lang, lang))
			return true;
	}
	return false;
}

static void
push_articles(struct reading *r)
{
	for (size_t i = 0; i < r->site->languages.count; i++) {
		struct str lang = r->site->languages.at[i];

		if (has_articles(r, lang))
			page_push(r,
			    &made_page(r, PAGE_ARTICLES, STR("Articles"), lang,
				language_address(r, lang, "articles/"))
				 ->page);
	}
	for (size_t i = 0; i < r->articles.count; i++)
		page_push(r, &r->articles.at[i]->page);
}

static void
push_courses(struct reading *r)
{
	for (size_t i = 0; i < r->site->courses.count; i++) {
		struct course *c = r->site->courses.at[i];

		page_push(r, c->page);
		for (size_t k = 0; k < c->lessons.count; k++)
			page_push(r, c->lessons.at[k]);
	}
}

void
tree_read(struct reading *r)
{
	read_homes(r);
	courses_read(r);
	for (size_t i = 0; i < source_count(r->source); i++) {
		const struct source_file *f = source_at(r->source, i);

		if (path_is_markdown(f->path))
			read_file(r, f);
	}
	if (r->articles.count)
		qsort(r->articles.at, r->articles.count, sizeof(void *),
		    articles_by_date);
	for (size_t i = 0; i < r->homes.count; i++)
		page_push(r, &r->homes.at[i]->page);
	push_courses(r);
	push_articles(r);
	for (size_t i = 0; i < r->plains.count; i++)
		page_push(r, &r->plains.at[i]->page);
	for (size_t i = 0; i < r->author_pages.count; i++)
		page_push(r, &r->author_pages.at[i]->page);
}
