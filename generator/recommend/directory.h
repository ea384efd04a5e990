/*
 * directory.h - the pages of a site by address. Private to this folder.
 *
 * Addresses of today, and old ones that lead to a page ("aliases"): a lesson
 * that moved keeps what readers did with it.
 */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include "content.h"

struct directory {
	struct directory_entry {
		struct str url;
		const struct page *page;
	} * at; /* in the order of addresses */
	size_t count;
};

void directory_init(
    struct directory *d, struct arena *a, const struct site *site);
/* NULL when there is none. */
const struct page *directory_find(const struct directory *d, struct str url);

#endif
