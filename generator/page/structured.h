/*
 * structured.h - what search engines are told of a page: JSON-LD (schema.org).
 *
 * A data block: browsers never run it. '<' is written as \u003c, so no text can
 * end the script element or open a comment in it.
 */
#ifndef STRUCTURED_H
#define STRUCTURED_H

#include "theme.h"

struct str structured_home(struct theme *t, struct arena *a,
    const struct page *p, struct str description);
struct str structured_course(struct theme *t, struct arena *a,
    const struct page *p, struct str description, struct str image);
/* `teaser`: the rest stands in another place, for money. */
struct str structured_lesson(struct theme *t, struct arena *a,
    const struct page *p, struct str description, bool teaser);
struct str structured_article(struct theme *t, struct arena *a,
    const struct page *p, struct str description, struct str image);
struct str structured_author(struct theme *t, struct arena *a,
    const struct page *p, const struct author *author);

#endif
