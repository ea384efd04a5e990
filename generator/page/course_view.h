/*
 * course_view.h - what templates are told of a course: card, plan, offers,
 * people. Made once per course and kept; addresses are those of public pages.
 */
#ifndef COURSE_VIEW_H
#define COURSE_VIEW_H

#include "phrase.h"

struct course_view {
	const struct course *course;
	struct language *lang;
	struct value *card; /* url, title, description, price, counts ... */
	struct value *buy; /* {offers[], refund}; false when free */
	struct page *first_free, *first_locked; /* or NULL */
	int hue; /* 0-5, from the course's id */
};

const struct course_view *course_view_of(
    struct theme *t, struct links *l, const struct course *c);
/* All lessons by module: [{heading, note, lessons[{url, title, ...}]}]. */
struct value *course_view_plan(
    struct theme *t, struct links *l, const struct course *c, struct arena *a);
/* [{name, url, role, description, image, image_alt}] of a page's authors. */
struct value *course_view_people(
    struct links *l, const struct page *p, struct arena *a);
/* The course's image as an address, empty when it has none. */
struct str page_image(struct links *l, const struct page *p);

#endif
