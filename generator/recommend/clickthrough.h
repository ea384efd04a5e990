/*
 * clickthrough.h - how often what a block shows is followed, by block and by
 * page.
 *
 * An event "shown" names the page a block was shown on, "click" what its link
 * leads to. A click is the page's on which the same reader was shown the same
 * block last, a day before at most; when several pages have the same time
 * (times are hours), each has its part of it. Other clicks are only the
 * block's.
 */
#ifndef CLICKTHROUGH_H
#define CLICKTHROUGH_H

#include "readers.h"

struct clickthrough_row {
	uint32_t of; /* block or item of the events */
	double shown, clicked;
	size_t readers, clickers; /* different ones */
};

struct clickthrough {
	struct clickthrough_row *blocks; /* most shown first */
	size_t block_count;
	struct clickthrough_row *pages; /* only those shown; likewise */
	size_t page_count;
};

void clickthrough_of(
    struct clickthrough *c, struct arena *a, const struct readers *readers);

#endif
