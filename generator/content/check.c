/*
 * check.c - what can only be said when everything is read: access, authors,
 * addresses.
 */
#include "content_private.h"

static const struct document *
document_of(const struct page *p)
{
	return (const void *)p;
}

static void
resolve_course(struct course *c)
{
	const struct document *doc = document_of(c->page);

	c->access = doc->front.access >= 0 ? (enum access)doc->front.access
	    : c->offers.count              ? ACCESS_PAID
					   : ACCESS_FREE;
}

/* The lesson's own word, else its module's, else its course's. */
static enum access
lesson_access(const struct page *p)
{
	const struct document *doc = document_of(p);
	const struct document *index = doc->folder ? doc->folder->index : NULL;

	if (doc->front.access >= 0)
		return (enum access)doc->front.access;
	if (index && index->front.access >= 0)
		return (enum access)index->front.access;
	return p->course->access;
}

static bool
has_paid_lesson(const struct course *c)
{
	for (size_t i = 0; i < c->lessons.count; i++) {
		if (c->lessons.at[i]->access == ACCESS_PAID)
			return true;
	}
	return false;
}

static struct where
lesson_access_where(const struct page *p)
{
	const struct document *doc = document_of(p);

	if (doc->front.access < 0 && doc->folder && doc->folder->index)
		doc = doc->folder->index;
	return front_where(doc, STR("access"));
}

static void
check_offers(struct reading *r, const struct course *c)
{
	if (!c->offers.count && c->access == ACCESS_PAID) {
		diag_add(r->d, DIAG_ERROR,
		    front_where(document_of(c->page), STR("access")),
		    "price: 39.00 EUR",
		    "a paid course needs a price, or an offer in site.yaml "
		    "that names '%.*s'",
		    STR_ARG(c->id));
		return;
	}
	if (c->offers.count && c->lessons.count && !has_paid_lesson(c))
		diag_add(r->d, DIAG_WARNING,
		    front_where(document_of(c->page), STR("access")), NULL,
		    "course '%.*s' is for sale, but none of its lessons is "
		    "paid",
		    STR_ARG(c->id));
	for (size_t i = 0; !c->offers.count && i < c->lessons.count; i++) {
		if (c->lessons.at[i]->access == ACCESS_PAID)
			diag_add(r->d, DIAG_ERROR,
			    lesson_access_where(c->lessons.at[i]),
			    "give the course a price",
			    "a paid lesson in a course that nobody can buy");
	}
}

void
access_resolve(struct reading *r)
{
	for (size_t i = 0; i < r->site->courses.count; i++) {
		struct course *c = r->site->courses.at[i];

		resolve_course(c);
		for (size_t k = 0; k < c->lessons.count; k++) {
			struct page *p = c->lessons.at[k];

			p->access = lesson_access(p);
			if (p->access != ACCESS_FREE)
				p->member_url = arena_printf(
				    r->a, "/m%.*s", STR_ARG(p->url));
		}
		check_offers(r, c);
	}
}

static struct author *
author_of(const struct reading *r, struct str id)
{
	for (size_t i = 0; i < r->site->authors.count; i++) {
		if (str_eq(r->site->authors.at[i]->id, id))
			return r->site->authors.at[i];
	}
	return NULL;
}

static struct author *
author_named(struct reading *r, struct str id, struct where at)
{
	struct author *author = author_of(r, id);
	size_t count = r->site->authors.count;
	struct str *names;

	if (author)
		return author;
	names = ARENA_ARRAY(r->a, count + 1, struct str);
	for (size_t i = 0; i < count; i++)
		names[i] = r->site->authors.at[i]->id;
	diag_add(r->d, DIAG_ERROR, at,
	    count ? suggest(r->a, id, names, count)
		  : "write authors/ID.md with a 'name'",
	    "no such author: %.*s", STR_ARG(id));
	return NULL;
}

static void
name_authors(
    struct reading *r, struct page *p, const struct strs *ids, struct where at)
{
	for (size_t i = 0; i < ids->count; i++) {
		struct author *author = author_named(r, ids->at[i], at);
		bool twice = false;

		for (size_t k = 0; k < p->authors.count; k++)
			twice = twice || p->authors.at[k] == author;
		if (author && !twice)
			ARENA_PUSH(r->a, p->authors, author);
	}
}

static void
default_authors(struct reading *r, struct page *p, struct author *site_author)
{
	const struct page *course = p->course ? p->course->page : NULL;

	if (p->kind == PAGE_LESSON && course && course->authors.count) {
		p->authors.at = course->authors.at;
		p->authors.count = course->authors.count;
		p->authors.room = course->authors.count;
	} else if (site_author) {
		ARENA_PUSH(r->a, p->authors, site_author);
	}
}

void
authors_resolve(struct reading *r)
{
	struct author *site_author = NULL;
	const struct yaml *y = yaml_get(r->settings, STR("author"));

	if (r->author.len && y)
		site_author = author_named(r, r->author, y->at);
	for (size_t i = 0; i < r->site->pages.count; i++) {
		struct page *p = r->site->pages.at[i];
		const struct document *doc = document_of(p);

		if (p->kind != PAGE_COURSE && p->kind != PAGE_LESSON &&
		    p->kind != PAGE_ARTICLE)
			continue;
		name_authors(
		    r, p, &doc->front.author, front_where(doc, STR("author")));
		name_authors(r, p, &doc->front.authors,
		    front_where(doc, STR("authors")));
		if (!doc->front.author.count && !doc->front.authors.count)
			default_authors(r, p, site_author);
	}
}

static struct str
shown_path(const struct document *doc)
{
	return doc->path.len ? doc->path : STR("the site itself");
}

static void
check_page(struct reading *r, struct addresses *all, struct page *p)
{
	const struct document *doc = document_of(p);
	const struct document *other = addresses_add(all, p->url, p);

	if (!other)
		return;
	if (!doc->path.len) {
		const struct document *swap = doc;

		doc = other;
		other = swap;
	}
	diag_add(r->d, DIAG_ERROR, front_where(doc, STR("slug")),
	    "give one of them another 'slug'",
	    "the address %.*s is taken by %.*s", STR_ARG(p->url),
	    STR_ARG(shown_path(other)));
}

static bool
is_alias(struct str alias)
{
	size_t query = str_find(alias, '?'), hash = str_find(alias, '#');

	return str_starts(alias, STR("/")) && alias.len > 1 &&
	    !str_starts(alias, STR("/m/")) &&
	    str_search(alias, STR("//")) == alias.len &&
	    str_search(alias, STR("/.")) == alias.len && query == alias.len &&
	    hash == alias.len;
}

/* As an address: percent-encoded, with a final slash unless it names a file. */
static struct str
alias_address(struct arena *a, struct str alias)
{
	struct str name = path_name(alias);

	if (name.len && str_find(name, '.') == name.len)
		alias = arena_printf(a, "%.*s/", STR_ARG(alias));
	return str_find(alias, '%') < alias.len ? arena_str(a, alias)
						: address_encode(a, alias);
}

static void
add_alias(
    struct reading *r, struct addresses *all, struct page *p, struct str text)
{
	const struct document *doc = document_of(p), *other;
	struct where at = front_where(doc, STR("aliases"));
	struct manifest_alias alias = { .to = p->url };

	if (!is_alias(text)) {
		diag_add(r->d, DIAG_ERROR, at, "such as /old/address/",
		    "'%.*s' is not an address of this site", STR_ARG(text));
		return;
	}
	alias.from = alias_address(r->a, text);
	other = addresses_add(all, alias.from, p);
	if (other)
		diag_add(r->d, DIAG_ERROR, at, NULL,
		    "the address %.*s is taken by %.*s", STR_ARG(alias.from),
		    STR_ARG(shown_path(other)));
	else
		ARENA_PUSH(r->a, r->site->aliases, alias);
}

void
addresses_check(struct reading *r)
{
	struct addresses *all = addresses_new(r->a);

	for (size_t i = 0; i < r->site->pages.count; i++)
		check_page(r, all, r->site->pages.at[i]);
	for (size_t i = 0; i < r->site->pages.count; i++) {
		struct page *p = r->site->pages.at[i];
		const struct document *doc = document_of(p);

		for (size_t k = 0; k < doc->front.aliases.count; k++)
			add_alias(r, all, p, doc->front.aliases.at[k]);
	}
}
