/*
 * shelf.h - what the events' items are on the site of today.
 */
#ifndef SHELF_H
#define SHELF_H

#include "catalog.h"
#include "events.h"

#define SHELF_NONE UINT32_MAX

/* By item of the events, but for `sold`. */
struct shelf {
	uint32_t *item_of; /* the catalog's; SHELF_NONE: has none */
	bool *gone; /* the site has no such page or course */
	uint32_t *course_of; /* in site.courses; SHELF_NONE: of no course */
	bool *ends; /* who completes it has finished the course */
	bool *sold; /* by course: can it be bought? */
	size_t items, courses;
};

void shelf_init(struct shelf *s, struct arena *a, const struct catalog *c,
    const struct events *e);

#endif
