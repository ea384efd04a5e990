/*
 * block.h - what a page leads to: its blocks of recommended pages, as values
 * for templates.
 *
 * `blocks` is the list of them, each with something in it: {kind, title, id,
 * entries[] {url, title, why, place, what, locked, minutes, lang}}. `list` is
 * false, but on a members page that ends a course: {begin, end, blocks[]} then,
 * what follows the course, which the gateway replaces by the reader's own list
 * (manifest.h); its blocks may be empty. No page is named twice.
 *
 * Reasons come from recommend.h, which quotes public text only.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include "sheet.h"

enum { BLOCK_MOST = 4 }; /* entries of a block */

void block_put(struct sheet *s);

#endif
