/*
 * chrome.h - what surrounds every page of a language: header, footer, feed,
 * home; and the site's pages by language, which lists and feeds need.
 */
#ifndef CHROME_H
#define CHROME_H

#include "phrase.h"

struct chrome {
	struct str home, feed; /* addresses; feed is empty when there is none */
	struct str header, footer; /* markup */
	struct value *site; /* {title, description, copyright} */
};

struct language_pages {
	struct str lang;
	const struct page *home; /* of this language, else of the default */
	const struct page *articles_page; /* NULL when there is none */
	struct page_list articles; /* newest first */
	struct {
		struct course **at;
		size_t count, room;
	} courses; /* those its home shows */
};

struct site_index {
	struct language_pages *at;
	size_t count;
	bool sells; /* something is for sale, or for signed-in readers */
};

/* NULL after a failure, which is in `d`. */
const struct chrome *chrome_of(struct theme *t, struct links *l,
    struct language *lang, enum audience audience, struct diag *d);
const struct site_index *chrome_index(struct theme *t);
/* The pages of the language, else of the default language. */
const struct language_pages *chrome_pages(struct theme *t, struct str lang);
/* Sets what the layout needs in every page's values. `title` is the page's,
 * for <title>. False after a failure, which is in `d`. */
bool chrome_put(struct theme *t, struct links *l, struct language *lang,
    enum audience audience, struct str title, struct arena *a, struct value *v,
    struct diag *d) __attribute__((warn_unused_result));

#endif
