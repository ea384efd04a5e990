/*
 * contents.h - the side navigation of a course.
 *
 * A course of up to CONTENTS_ALL lessons shows them all; a longer one shows the
 * block of lessons around the current one and the modules nearby, so that a
 * page does not grow with its course. The markup of a part is made once per
 * audience; for each lesson its own link in it is marked as the current one.
 */
#ifndef CONTENTS_H
#define CONTENTS_H

#include "phrase.h"

enum {
	CONTENTS_ALL = 60, /* lessons shown without a window */
	CONTENTS_BLOCK = 40, /* lessons in a window */
	CONTENTS_MODULES = 12, /* modules named before, and after, it */
};

/* Markup of the navigation with `lesson` marked, in `a`. False after a failure,
 * which is in `d`. */
bool contents_of(struct theme *t, struct links *l, const struct page *lesson,
    enum audience audience, struct arena *a, struct diag *d, struct str *html)
    __attribute__((warn_unused_result));
/* The hash of a part's markup. */
struct contents_part;
const struct memo_key *contents_key(const struct contents_part *part);
/* The lesson's place in its course, counted from 1. */
size_t contents_position(struct theme *t, const struct page *lesson);

#endif
