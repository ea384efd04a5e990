/*
 * form.h - application/x-www-form-urlencoded text to a tree, nested the way the
 * payment API nests it.
 *
 *	mode=payment                {mode: "payment"}
 *	line_items[0][quantity]=2   {line_items: {"0": {quantity: "2"}}}
 *	types[]=a&types[]=b         {types: ["a", "b"]}
 *
 * Leaves are strings; what they mean is param.h's business, and so is turning
 * an object with numeric names into a list. A name given twice keeps the last
 * value. Strings are valid UTF-8 without NUL. Nothing is guessed: an unclosed
 * or stray bracket, a bad percent sequence, a name that is both a value and a
 * parent, and whatever is over the limits is refused.
 */
#ifndef MINT_FORM_H
#define MINT_FORM_H

#include "value.h"

enum {
	MINT_FORM_BYTES = 1 << 20,
	MINT_FORM_PAIRS = 2000,
	MINT_FORM_DEPTH = 10,
};

/* NULL when refused, and `why` says so as a phrase. The tree is in `a` and does
 * not point into `text`. Empty text is an empty object. */
struct value *mint_form_read(struct arena *a, struct str text, const char **why)
    __attribute__((warn_unused_result));

#endif
