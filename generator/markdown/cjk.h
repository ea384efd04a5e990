/*
 * cjk.h - emphasis next to CJK punctuation, private to this folder.
 *
 * CommonMark asks for white space beside a mark whose inner side is
 * punctuation, which Chinese, Japanese and Korean do not write: `**…。**字`
 * stays literal. A character that is no character (U+FDD0) between such a mark
 * and the punctuation makes cmark's own rule see a letter there. It is taken
 * out of everything that is written, so code and addresses come out as they
 * were.
 */
#ifndef CJK_H
#define CJK_H

#include "buf.h"

/* `text` itself, when there is nothing to mend, or it holds U+FDD0 already. */
struct str cjk_mend(struct str text, struct buf *room);
/* Takes every U+FDD0 out, in place. */
void cjk_unmend(struct buf *b);
struct str cjk_without(struct buf *room, struct str s);

/* Punctuation and symbols of any script, as far as marks and anchors care. */
bool is_punctuation(uint32_t scalar);
bool is_cjk(uint32_t scalar);

#endif
