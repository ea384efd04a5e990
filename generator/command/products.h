/*
 * products.h - what a site sells and to whom it shows it, for the manifest.
 */
#ifndef PRODUCTS_H
#define PRODUCTS_H

#include "link.h"
#include "recommend.h"

/* Fills products, offers, courses with their rows, members and aliases from the
 * site and its files. */
void products_fill(struct arena *a, struct manifest *m, const struct site *site,
    struct links *l, const struct recommend *r);

#endif
