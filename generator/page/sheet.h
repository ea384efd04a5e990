/*
 * sheet.h - one page while it is put together: the values its template gets.
 */
#ifndef SHEET_H
#define SHEET_H

#include "chrome.h"
#include "contents.h"
#include "course_view.h"

struct sheet {
	struct theme *theme;
	struct links *links;
	const struct page *page;
	const struct rendered *rendered;
	enum audience audience;
	struct language *lang;
	struct arena *arena; /* scratch */
	struct diag *d;
	struct value *v; /* what the template gets */
	struct str html; /* the body, for this audience */
	struct str description;
	struct str image; /* an address for previews elsewhere, or "" */
	bool teaser; /* the public beginning of a longer page */
};

/* What every kind has: chrome, head, heading and body. */
bool sheet_begin(struct sheet *s) __attribute__((warn_unused_result));
/* What the page's kind adds; the name of the template, or NULL on failure. */
const char *sheet_fill_kind(struct sheet *s);

/* What stands under the title: the page's description, on the first page the
 * site's when it has none. */
struct str sheet_lead(const struct sheet *s);

#endif
