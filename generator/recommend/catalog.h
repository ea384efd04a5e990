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
#include "directory.h"
#include "terms.h"

#define CATALOG_NONE UINT32_MAX

struct catalog {
	const struct site *site;
	const struct page **at; /* by item */
	size_t count;
	uint32_t *item_of; /* by page index, CATALOG_NONE for no item */
	uint32_t *group; /* by item: twice the number of its course, and one
			  * for the course's own page; 0: of no course */
	struct directory directory;
	struct terms *terms; /* documents are items */
	struct memo_key
	    *keys; /* by item: all its terms are made from; or NULL */
	uint32_t *old; /* by item: its number in the base; or NULL */
	size_t old_count; /* items of the base */
};

/* Reads the texts of all items. A text that cannot be read is a fault in `d`,
 * and without words. */
void catalog_init(struct catalog *c, struct arena *a, const struct site *site,
    struct diag *d);
/*
 * The same, going on from the base of an earlier run, of which only texts that
 * are not there are read. False, and nothing is done, when too many are not, or
 * the site's files have no ids. The base must last as long as the catalog.
 */
bool catalog_restore(struct catalog *c, struct arena *a,
    const struct site *site, struct base *base, struct diag *d);
/* For a base: keys and terms. */
void catalog_save(const struct catalog *c, struct base_writer *w);
void catalog_clear(struct catalog *c);
/* The page an events file means: by an address of today or an old one
 * ("/courses/loops/for/", below /m/ as well), or by a course's id. NULL when it
 * is gone. */
const struct page *catalog_page(const struct catalog *c, struct str name);
/* Its item; CATALOG_NONE when it is gone, or has none. */
uint32_t catalog_find(const struct catalog *c, struct str name);

#endif
