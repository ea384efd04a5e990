#include "catalog.h"

#include <stdlib.h>

static bool
is_item(const struct page *p)
{
	return p->kind == PAGE_COURSE || p->kind == PAGE_LESSON ||
	    p->kind == PAGE_ARTICLE;
}

static int
by_address(const void *a, const void *b)
{
	const struct page *const *x = a, *const *y = b;

	return str_cmp((*x)->url, (*y)->url);
}

static void
add_course(struct terms *t, const struct course *course)
{
	for (size_t i = 0; i < course->outcomes.count; i++)
		terms_add_line(t, course->outcomes.at[i], FIELD_TEXT);
	for (size_t i = 0; i < course->module_count; i++)
		terms_add_line(t, course->modules[i]->title, FIELD_HEADING);
	for (size_t i = 0; i < course->lessons.count; i++)
		terms_add_line(t, course->lessons.at[i]->title, FIELD_HEADING);
}

/* The words of a paid page that its teaser shows: those before the mark, when
 * that is surely one. Where a share decides, none are taken. */
static struct str
teaser_of(struct str body)
{
	struct str line, rest = body;
	bool blank = true;

	while (rest.len) {
		size_t at = body.len - rest.len;

		line = str_sub(rest, 0, str_find(rest, '\n'));
		rest = str_from_at(rest, line.len + 1);
		if (blank && str_eq(str_trim(line), STR("<!--more-->")) &&
		    *line.ptr == '<')
			return str_sub(body, 0, at);
		/* inside of a fence or of HTML the mark is none */
		if (str_search(line, STR("```")) < line.len ||
		    str_search(line, STR("~~~")) < line.len ||
		    str_starts(str_trim(line), STR("<")))
			return STR_NONE;
		blank = !str_trim(line).len;
	}
	return STR_NONE;
}

static void
add_body(struct terms *t, const struct page *p)
{
	struct str body = str_from_at(p->text, p->body), teaser;

	if (p->access == ACCESS_FREE) {
		terms_add_body(t, body, true);
		return;
	}
	teaser = teaser_of(body);
	terms_add_body(t, teaser, true);
	terms_add_body(t, str_from_at(body, teaser.len), false);
}

static void
add_page(struct terms *t, const struct page *p)
{
	terms_begin(t);
	terms_add_line(t, p->title, FIELD_TITLE);
	terms_add_line(t, p->description, FIELD_SUBHEADING);
	for (size_t i = 0; i < p->tags.count; i++)
		terms_add_line(t, p->tags.at[i], FIELD_TAG);
	add_body(t, p);
	if (p->kind == PAGE_COURSE && p->course)
		add_course(t, p->course);
}

/* Neighbours in the order of addresses are mostly of one course. */
static void
number_groups(struct catalog *c, struct arena *a)
{
	const struct site *site = c->site;

	c->group = ARENA_ARRAY(a, c->count, uint32_t);
	for (size_t i = 0; i < c->count; i++) {
		const struct course *course = c->at[i]->course;
		uint32_t number = 1;

		if (!course)
			continue;
		if (i && c->at[i - 1]->course == course)
			number = c->group[i - 1] / 2;
		else
			while (number <= site->courses.count &&
			    site->courses.at[number - 1] != course)
				number++;
		c->group[i] = 2 * number + (c->at[i]->kind == PAGE_COURSE);
	}
}

void
catalog_init(struct catalog *c, struct arena *a, const struct site *site)
{
	*c = (struct catalog){ .site = site, .terms = terms_new() };
	c->at = ARENA_ARRAY(a, site->pages.count, const struct page *);
	c->item_of = ARENA_ARRAY(a, site->pages.count, uint32_t);
	for (size_t i = 0; i < site->pages.count; i++) {
		c->item_of[i] = CATALOG_NONE;
		if (is_item(site->pages.at[i]))
			c->at[c->count++] = site->pages.at[i];
	}
	if (c->count)
		qsort(c->at, c->count, sizeof(const struct page *), by_address);
	for (size_t i = 0; i < c->count; i++) {
		c->item_of[c->at[i]->index] = (uint32_t)i;
		add_page(c->terms, c->at[i]);
	}
	terms_close(c->terms);
	number_groups(c, a);
}

void
catalog_clear(struct catalog *c)
{
	terms_free(c->terms);
}

static uint32_t
find_address(const struct catalog *c, struct str url)
{
	size_t from = 0, to = c->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = str_cmp(c->at[middle]->url, url);

		if (!order)
			return (uint32_t)middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return CATALOG_NONE;
}

uint32_t
catalog_find(const struct catalog *c, struct str name)
{
	if (str_starts(name, STR("/m/")))
		name = str_from_at(name, 2);
	if (str_starts(name, STR("/")))
		return find_address(c, name);
	for (size_t i = 0; i < c->site->courses.count; i++) {
		const struct course *course = c->site->courses.at[i];

		if (str_eq(course->id, name))
			return c->item_of[course->page->index];
	}
	return CATALOG_NONE;
}
