/*
 * words.h - the words of a Markdown text, one after the other, by field.
 *
 * A cheap reading of the source, not a parse: link addresses, HTML, comments,
 * reference definitions, cross-reference roles (:ref:`x`), LaTeX commands and
 * bare addresses are passed over. A word is folded (NFKC, case); scripts
 * without spaces give pairs of characters. Stop words, numbers and words of one
 * letter are left out. Total: any bytes are accepted. Private to this folder.
 */
#ifndef WORDS_H
#define WORDS_H

#include "stop.h"

enum field {
	FIELD_TITLE,
	FIELD_HEADING, /* of level 1 or 2 */
	FIELD_SUBHEADING,
	FIELD_TEXT,
	FIELD_CODE, /* fenced blocks */
	FIELD_TAG,
	FIELD_COUNT,
};

enum { WORD_MOST = 40 }; /* bytes of a word of ASCII; longer are no words */

struct word {
	uint64_t hash; /* of the folded word, never 0 */
	struct str text; /* as it stands in the source */
	enum field field;
	uint32_t scalars[2]; /* of a pair; the second 0: a lone character */
	bool pair; /* two characters of a script without spaces */
	bool joined; /* only a blank or hyphen divides it from the one before;
			of a pair: they share a character */
	bool last; /* of a pair: the run ends with it */
	bool first; /* no word stands before it in its line */
	bool inside; /* of a sentence: a word or comma stands before it */
};

struct word_sink {
	void (*take)(void *context, const struct word *w);
	void *context;
	const struct stop *stop;
};

/* The hash of a word that is folded already. */
uint64_t word_hash(struct str folded);
/* The words of a Markdown body: headings, text, code. */
void words_of_body(struct str body, const struct word_sink *sink);
/* Of one line of text: a title, a description, a tag. */
void words_of_line(
    struct str line, enum field field, const struct word_sink *sink);

#endif
