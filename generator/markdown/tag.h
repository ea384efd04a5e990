/*
 * tag.h - HTML that stands in a source, token by token; private to this folder.
 *
 * Promises: reads every byte once, whatever the bytes are; nothing it returns
 * is fit for output as it is. Follows the HTML Living Standard's tokenizer
 * (13.2.5) as far as sources go: a quote counts only where a value begins, a
 * tag without an end takes all that follows.
 */
#ifndef TAG_H
#define TAG_H

#include "arena.h"

enum tag_kind {
	TAG_TEXT,
	TAG_OPEN,
	TAG_CLOSE,
	TAG_COMMENT,
	TAG_OTHER, /* <!DOCTYPE>, <?php ?>, a tag that does not end */
};

struct tag {
	enum tag_kind kind;
	struct str whole; /* as it stands in the source */
	struct str name; /* TAG_OPEN, TAG_CLOSE: as written */
	struct str attributes; /* TAG_OPEN: what is between name and '>' */
};

/* What becomes of an element. Of its attributes only those named stay. */
enum element {
	ELEMENT_UNKNOWN, /* no element of HTML; else as the next */
	ELEMENT_DROPPED, /* left out and reported; what is in it stays */
	ELEMENT_MUTE, /* left out and reported with all that is in it */
	ELEMENT_PLAIN, /* inline: what is in it stays */
	ELEMENT_CELL, /* likewise, parting words */
	ELEMENT_WRAPPER, /* a block: what is in it stays */
	ELEMENT_PHRASE, /* inline, kept when closed */
	ELEMENT_LINK, /* href */
	ELEMENT_IMAGE, /* src, alt, width, height */
	ELEMENT_BREAK,
	ELEMENT_RULE,
	ELEMENT_HEADING,
	ELEMENT_PARAGRAPH, /* none of the source's: one that we open */
	ELEMENT_SUMMARY,
	ELEMENT_ITEM,
	ELEMENT_LIST,
	ELEMENT_PRE,
	ELEMENT_BOX, /* a block that may hold Markdown */
	ELEMENT_LISTING, /* mdBook's: number, caption, file-name */
};

/* False at the end of `s`. */
bool tag_next(struct str s, size_t *at, struct tag *out)
    __attribute__((warn_unused_result));
/* An attribute's value, entities decoded, in `a`; or the empty view. */
struct str tag_value(struct arena *a, const struct tag *tag, const char *name);
/* What the element of this name is; `name` becomes the literal of our own. */
enum element tag_element(struct str *name);

#endif
