/*
 * page_text.h - the words, templates and stylesheet of the hosted pages.
 */
#ifndef MINT_PAGE_TEXT_H
#define MINT_PAGE_TEXT_H

#include <stddef.h>

struct mint_words {
	const char *key, *en, *zh;
};
extern const struct mint_words mint_page_words[];
extern const size_t mint_page_words_count;

struct mint_template {
	const char *name, *text;
};
extern const struct mint_template mint_page_templates[];
extern const size_t mint_page_templates_count;

extern const char *const mint_page_style[]; /* pieces; ends with NULL */
extern const char mint_page_icon[]; /* SVG */

#endif
