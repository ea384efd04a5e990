/*
 * catalogue.h - what is for sale and what it opens: the till's view of the
 * release, read again whenever `current` points elsewhere.
 *
 * Promises: a release that cannot be read leaves the one before in place.
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "manifest.h"

struct catalogue;

/* `site` is the output folder; it must outlive the catalogue. */
struct catalogue *catalogue_new(const char *site);
void catalogue_free(struct catalogue *c);
/* Looks at `current`; true when there is a release to sell from. What was
 * returned by the others is good until the next call. */
bool catalogue_refresh(struct catalogue *c) __attribute__((warn_unused_result));
/* By id; the one in `lang` where an offer exists in several languages. */
const struct manifest_offer *catalogue_offer(
    const struct catalogue *c, struct str id, struct str lang);
const struct manifest_product *catalogue_product(
    const struct catalogue *c, struct str id);
const struct manifest_member *catalogue_member(
    const struct catalogue *c, struct str url);
/* The site's address, and the language to assume. */
struct str catalogue_site(const struct catalogue *c);
struct str catalogue_lang(const struct catalogue *c);
bool catalogue_has_lang(const struct catalogue *c, struct str lang);

#endif
