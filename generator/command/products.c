#include "products.h"
#include "page.h"

static bool
is_sold(const struct site *site, const struct course *c)
{
	for (size_t i = 0; i < site->offers.count; i++) {
		const struct offer *o = site->offers.at[i];

		for (size_t k = 0; k < o->courses.count; k++) {
			if (o->courses.at[k] == c)
				return true;
		}
	}
	return false;
}

/* Where a buyer begins: the first lesson, as a member reads it. */
static struct str
start_of(const struct course *c)
{
	const struct page *first =
	    c->lessons.count ? c->lessons.at[0] : c->page;

	return first->member_url.len ? first->member_url : first->url;
}

static void
fill_products(struct arena *a, struct manifest *m, const struct site *site)
{
	for (size_t i = 0; i < site->courses.count; i++) {
		const struct course *c = site->courses.at[i];
		struct manifest_product p = { .id = c->id,
			.title = c->page->title,
			.lang = c->page->lang,
			.url = c->page->url,
			.start = start_of(c) };

		if (is_sold(site, c))
			ARENA_PUSH(a, m->products, p);
	}
}

static void
fill_offers(struct arena *a, struct manifest *m, const struct site *site)
{
	for (size_t i = 0; i < site->offers.count; i++) {
		const struct offer *o = site->offers.at[i];
		struct manifest_offer offer = { .id = o->id,
			.title = o->title,
			.lang = o->has_lang ? o->lang : STR_NONE,
			.kind = o->kind,
			.amount = o->amount,
			.currency = str_from(o->currency->code),
			.interval = o->interval };

		for (size_t k = 0; k < o->courses.count; k++)
			ARENA_PUSH(a, offer.products, o->courses.at[k]->id);
		ARENA_PUSH(a, m->offers, offer);
	}
}

/* The products that open what belongs to a course. */
static struct strs
products_of(struct arena *a, const struct site *site, const struct course *c)
{
	struct strs products = { 0 };

	if (c && is_sold(site, c))
		ARENA_PUSH(a, products, c->id);
	return products;
}

/* Where each course is in the catalogue, by the index of its page. */
static uint32_t *
places_of(struct arena *a, const struct site *site)
{
	uint32_t *places = ARENA_ARRAY(a, site->pages.count + 1, uint32_t);

	for (size_t i = 0; i < site->courses.count; i++)
		places[site->courses.at[i]->page->index] = (uint32_t)i;
	return places;
}

static void
fill_row(struct arena *a, struct manifest_course *to, const uint32_t *places,
    const struct course *c, const struct recommend *r)
{
	struct recommend_row_entry row[MANIFEST_ROW];
	size_t count = recommend_row(r, c, MANIFEST_ROW, row);

	for (size_t i = 0; i < count; i++) {
		struct manifest_score s = { places[row[i].course->page->index],
			row[i].score };

		ARENA_PUSH(a, to->row, s);
	}
}

/* A foreign repository is one course, with nothing beside it. */
static void
fill_courses(struct arena *a, struct manifest *m, const struct site *site,
    const struct recommend *r)
{
	const uint32_t *places = places_of(a, site);

	for (size_t i = 0; i < site->courses.count && !site->foreign; i++) {
		const struct course *c = site->courses.at[i];
		struct manifest_course course = { .id = c->id,
			.title = c->page->title,
			.description = c->page->description,
			.lang = c->page->lang,
			.url = c->page->url };

		fill_row(a, &course, places, c, r);
		ARENA_PUSH(a, m->courses, course);
	}
}

static bool
is_last(const struct page *p)
{
	const struct course *c = p->course;

	return p->kind == PAGE_LESSON && c && c->lessons.count &&
	    c->lessons.at[c->lessons.count - 1] == p;
}

static void
fill_members(struct arena *a, struct manifest *m, const struct site *site)
{
	for (size_t i = 0; i < site->pages.count; i++) {
		const struct page *p = site->pages.at[i];
		struct manifest_member member = { .url = p->member_url,
			.file = page_release_path(a, p->member_url),
			.title = p->title,
			.lang = p->lang,
			.teaser = p->url,
			.access = p->access };

		if (!p->member_url.len)
			continue;
		member.products = products_of(a, site, p->course);
		if (is_last(p))
			member.finishes = p->course->id;
		ARENA_PUSH(a, m->members, member);
	}
}

/* A file is as open as its course. */
static void
fill_files(struct arena *a, struct manifest *m, const struct site *site,
    struct links *l)
{
	const struct linked_file *files;
	size_t count = links_files(l, &files);

	for (size_t i = 0; i < count; i++) {
		const struct linked_file *f = &files[i];
		struct manifest_member member = { .url = f->url,
			.file = page_release_path(a, f->url),
			.access = ACCESS_PAID };

		if (!f->members)
			continue;
		member.title = f->file->path;
		member.title = str_from_at(member.title,
		    str_rfind(member.title, '/') < member.title.len
			? str_rfind(member.title, '/') + 1
			: 0);
		if (f->course) {
			member.lang = f->course->page->lang;
			member.teaser = f->course->page->url;
			if (f->course->access == ACCESS_SIGNED_IN)
				member.access = ACCESS_SIGNED_IN;
			member.products = products_of(a, site, f->course);
		}
		ARENA_PUSH(a, m->members, member);
	}
}

void
products_fill(struct arena *a, struct manifest *m, const struct site *site,
    struct links *l, const struct recommend *r)
{
	m->title = site->title;
	m->url = site->url;
	m->gateway = site->gateway;
	m->languages = site->languages;
	fill_products(a, m, site);
	fill_offers(a, m, site);
	fill_courses(a, m, site, r);
	fill_members(a, m, site);
	fill_files(a, m, site, l);
	for (size_t i = 0; i < site->aliases.count; i++)
		ARENA_PUSH(a, m->aliases, site->aliases.at[i]);
}
