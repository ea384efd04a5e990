/*
 * catalog.h - the items of a site: courses, lessons and articles, numbered in
 * the order of their addresses, each with its terms.
 *
 * A course is about what its page, outcomes and the titles of its lessons say.
 * Home, lists, plain pages and authors are no items.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include "content.h"
#include "terms.h"

#define CATALOG_NONE UINT32_MAX

struct catalog {
	const struct site *site;
	const struct page **at; /* by item */
	size_t count;
	uint32_t *item_of; /* by page index, CATALOG_NONE for no item */
	uint32_t *group; /* by item: twice the number of its course, and one
			  * for the course's own page; 0: of no course */
	struct terms *terms; /* documents are items */
};

void catalog_init(struct catalog *c, struct arena *a, const struct site *site);
void catalog_clear(struct catalog *c);
/* By what an events file calls it: an address ("/courses/loops/for/", below /m/
 * as well) or a course's id. CATALOG_NONE when it is gone. */
uint32_t catalog_find(const struct catalog *c, struct str name);

#endif
