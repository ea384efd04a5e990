/*
 * counts.h - one document read: how often each term stands in it, and the
 * topics it names.
 *
 * A term counts 5 in titles and tags, 4 in headings, 1.5 in subheadings and
 * descriptions, 0.2 in code; a tag is a term of its own kind besides, and so
 * are two or three words (up to six characters of a script without spaces)
 * beside each other in a title, heading or tag, and two words that running text
 * repeats. Private to this folder.
 */
#ifndef COUNTS_H
#define COUNTS_H

#include "arena.h"
#include "topic.h"
#include "words.h"

enum { COUNTS_MOST = 4000 }; /* distinct terms; more are ignored */

struct counted_term {
	uint64_t hash;
	uint32_t tf; /* tenths; 0: it is only known to be a name */
	bool named; /* in a title, heading or tag */
};

struct counts;

/* A run of characters that stands between marks in a title, heading or tag is
 * a term without weight: of this hash. */
uint64_t counts_run_hash(struct str run);
struct counts *counts_new(struct arena *a, const struct stop *stop);
/* The next document. */
void counts_begin(struct counts *c);
/* `is_public` says whether anyone may read this text; of a body that is not,
 * the headings still are that a table of contents shows. Texts are borrowed
 * until the next counts_begin. */
void counts_add_body(struct counts *c, struct str body, bool is_public);
/* Public text: a title, a description, a tag. */
void counts_add_line(struct counts *c, struct str line, enum field field);
/* Into `terms`, of COUNTS_MOST places, and as topics_pack does; returns how
 * many terms there are. */
size_t counts_end(
    struct counts *c, struct counted_term *terms, struct buf *topics);

#endif
