#include "shelf.h"

static void
place(
    struct shelf *s, size_t item, const struct page *p, const uint32_t *courses)
{
	const struct course *course = p->course;

	if (!course)
		return;
	s->course_of[item] = courses[course->page->index];
	s->ends[item] = p == course->page ||
	    (course->lessons.count &&
		p == course->lessons.at[course->lessons.count - 1]);
}

void
shelf_init(struct shelf *s, struct arena *a, const struct catalog *c,
    const struct events *e)
{
	const struct site *site = c->site;
	uint32_t *courses = ARENA_ARRAY(a, site->pages.count, uint32_t);

	*s = (struct shelf){ .items = e->items.list.count,
		.courses = site->courses.count };
	s->item_of = ARENA_ARRAY(a, s->items, uint32_t);
	s->course_of = ARENA_ARRAY(a, s->items, uint32_t);
	s->ends = ARENA_ARRAY(a, s->items, bool);
	s->gone = ARENA_ARRAY(a, s->items, bool);
	s->sold = ARENA_ARRAY(a, s->courses, bool);
	for (size_t i = 0; i < site->courses.count; i++) {
		courses[site->courses.at[i]->page->index] = (uint32_t)i;
		s->sold[i] = site->courses.at[i]->offers.count > 0;
	}
	for (size_t i = 0; i < s->items; i++) {
		s->course_of[i] = SHELF_NONE;
		s->item_of[i] = catalog_find(c, e->items.list.at[i]);
		s->gone[i] = !catalog_page(c, e->items.list.at[i]);
		if (s->item_of[i] != CATALOG_NONE)
			place(s, i, c->at[s->item_of[i]], courses);
	}
}
