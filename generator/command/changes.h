/*
 * changes.h - what a push changes for readers, against the commit before.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include "build.h"

struct changes;

/* Reads the site of commit `before` from the same repository. `before` may be
 * NULL: then all is new. Faults of the old commit are nobody's business. */
struct changes *changes_new(const struct build *now, const char *before);
void changes_free(struct changes *c);
/* Prices that are not what they were: warnings at the place to change. */
void changes_report_prices(const struct changes *c, struct diag *d);
/* "Checking "Pointers without tears": 3 of 8 lessons changed". */
void changes_print_title(const struct changes *c, FILE *out);
/* One line for each lesson that changed, moved, is new or gone. */
void changes_print(const struct changes *c, FILE *out);
/* The address to look at afterwards. */
void changes_url(const struct changes *c, struct buf *out);

#endif
