/*
 * related.h - the entries of a page that its text and its readers bring near.
 * Private to this folder.
 *
 * In this order, and within each by score and variety (variety.h): what is near
 * in other modules and courses; the same module, which a reader comes upon
 * anyway; what is less near in other modules of the same course; other
 * languages. Near is what readers of five took as well, or what has half the
 * content score of the page's best, 0.15 at most; another course needs 0.075 as
 * well. Less near is a third of the best one a reader has not seen, and 0.025.
 * What has no words to say why needs 0.05, in another course 0.1.
 */
#ifndef RELATED_H
#define RELATED_H

#include "catalog.h"
#include "recommend.h"

struct related {
	const struct catalog *catalog;
	const struct blend *blend;
};

/* The first `want` of at most `most` entries, best first; returns how many.
 * None for a page that is no item. */
size_t related_block(const struct related *r, struct arena *a,
    const struct page *p, size_t most, size_t want, struct recommended *out);
/* May `e`, with its reason, be among them? Both pages are items. */
enum recommend_verdict related_verdict(
    const struct related *r, const struct page *p, const struct recommended *e);
/* The entries by readers alone. */
size_t related_also(const struct related *r, const struct page *p, size_t most,
    struct recommended *out);

/* Entries of a list, all for one reason. */
void related_fill(const struct catalog *c, const struct scored *list,
    size_t count, enum recommend_why why, struct recommended *out);
/* Adds the words both are about; they are the reason when there is no other. */
void related_name(
    const struct catalog *c, struct reasons *from, struct recommended *e);

#endif
