/*
 * asset.h - a theme's assets under names that change with their content, so
 * that browsers may keep them for ever.
 *
 * "style.css" becomes /assets/style.<hash8>.css; url() in a style sheet is
 * rewritten to the new names of what it refers to, comments and spare white
 * space go. Templates write {{assets.style.css}}; a folder's '/' is a dot too.
 */
#ifndef ASSET_H
#define ASSET_H

#include "theme.h"

/* Adds or replaces (a later layer's file of the same name). */
void asset_add(struct theme *t, struct str name, struct str data);
/* After the last one: names, style sheets. False after an error in `d`. */
bool asset_finish(struct theme *t, struct diag *d)
    __attribute__((warn_unused_result));
/* The tree of addresses for templates. */
struct value *asset_tree(
    struct theme *t, struct links *l, enum audience audience);
/* CSS without comments and spare white space; strings stay as they are. */
struct str asset_tighten(struct arena *a, struct str css);

#endif
