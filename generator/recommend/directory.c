#include "directory.h"

#include <stdlib.h>

static int
by_url(const void *a, const void *b)
{
	const struct directory_entry *x = a, *y = b;

	return str_cmp(x->url, y->url);
}

void
directory_init(struct directory *d, struct arena *a, const struct site *site)
{
	size_t pages = site->pages.count, aliases = site->aliases.count;

	d->at = ARENA_ARRAY(a, pages + aliases + 1, struct directory_entry);
	d->count = pages;
	for (size_t i = 0; i < pages; i++)
		d->at[i] = (struct directory_entry){ site->pages.at[i]->url,
			site->pages.at[i] };
	qsort(d->at, pages, sizeof *d->at, by_url);
	for (size_t i = 0; i < aliases; i++)
		d->at[pages + i] =
		    (struct directory_entry){ site->aliases.at[i].from,
			    directory_find(d, site->aliases.at[i].to) };
	d->count += aliases;
	if (aliases)
		qsort(d->at, d->count, sizeof *d->at, by_url);
}

const struct page *
directory_find(const struct directory *d, struct str url)
{
	size_t from = 0, to = d->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = str_cmp(d->at[middle].url, url);

		if (!order)
			return d->at[middle].page;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}
