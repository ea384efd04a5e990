/*
 * visible.h - outside text on a terminal: escaped, and how wide it is.
 *
 * Promises that nothing passed through it moves the cursor, changes a colour or
 * the direction of text: control characters, separators, bidirectional marks
 * and bytes that are no UTF-8 come out as \n, \x1b or \u{202e}.
 */
#ifndef VISIBLE_H
#define VISIBLE_H

#include "buf.h"

void visible_add(struct buf *out, struct str s);
/*
 * Appends the one character at `*at`, escaped as above, and moves on. A tab is
 * spaces up to the next multiple of 8 of `column`. Returns its width in
 * columns: 0 for combining marks, 2 for East Asian wide (UAX #11) and emoji,
 * else 1.
 */
size_t visible_next(struct buf *out, struct str s, size_t *at, size_t column);

#endif
