/*
 * products.h - what a site sells and to whom it shows it, for the manifest.
 */
#ifndef PRODUCTS_H
#define PRODUCTS_H

#include "link.h"

/* Fills products, offers, members and aliases from the site and its files. */
void products_fill(struct arena *a, struct manifest *m, const struct site *site,
    struct links *l);

#endif
