/*
 * unicode.h - letters of all scripts: what makes a word, and its folded form.
 *
 * Data of the Unicode version utf8proc has. Private to this folder.
 */
#ifndef UNICODE_H
#define UNICODE_H

#include "str.h"

enum unicode_class {
	UNICODE_OTHER, /* ends a word */
	UNICODE_WORD, /* letters, digits and marks of scripts with spaces */
	UNICODE_RUN, /* scripts written without spaces, and Hangul */
};

enum { UNICODE_FOLDED = 256 }; /* most bytes of a folded word */

enum unicode_class unicode_class(uint32_t scalar);
/* Is it its own folded form, as nearly all Han and kana are? */
bool unicode_is_folded(uint32_t scalar);
/*
 * NFKC and case folding (UAX #15, UAX #31 NFKC_Casefold) of a word of at most
 * 64 characters into `out`. The number of bytes; 0 for one that is too long or
 * no UTF-8.
 */
size_t unicode_fold(struct str word, char out[UNICODE_FOLDED]);

#endif
