/*
 * terms.h - what the items of a site are about: weighted terms, compared by
 * the cosine.
 *
 * A document is added field by field. The weight of a term is
 * sqrt(tf) x idf with tf counted 3 in titles and tags, 2 in headings, 0.3 in
 * code; a tag is a term of its own kind besides, and so are two or three words
 * beside each other in a title, heading or tag. Only the TERMS_KEPT heaviest
 * terms of a document are compared. idf grows in steps of an eighth, so that a
 * changed lesson leaves nearly all other documents as they were.
 *
 * Memory: 8 bytes for each distinct term of a document until terms_close, then
 * 8 bytes for each kept one; 40 for each term of the vocabulary.
 */
#ifndef TERMS_H
#define TERMS_H

#include "rows.h"
#include "words.h"

enum {
	TERMS_KEPT = 600, /* of a document */
	TERMS_READ = 4000, /* distinct terms of a document; more are ignored */
};
/* Or'ed to a kept term's id: it stands in public text, in a public title,
 * heading or tag. */
#define TERM_PUBLIC (UINT32_C(1) << 31)
#define TERM_NAMED (UINT32_C(1) << 30)
#define TERM_ID(term) ((term).id & ~(TERM_PUBLIC | TERM_NAMED))

/* A term of a closed document; in no order. */
struct kept_term {
	uint32_t id; /* with TERM_PUBLIC, TERM_NAMED */
	uint32_t weight; /* of a vector of length TERM_UNIT */
};

enum { TERM_UNIT = 1 << 15 };

struct kept_terms {
	const struct kept_term *at;
	size_t count;
};

struct terms;

struct terms *terms_new(void);
void terms_free(struct terms *t);
/* The next document; they are numbered from 0. */
void terms_begin(struct terms *t);
/* `is_public` says whether anyone may read this text; of a body that is not,
 * the headings still are that a table of contents shows. Texts are borrowed
 * until terms_free. */
void terms_add_body(struct terms *t, struct str body, bool is_public);
/* Public text: a title, a description, a tag. */
void terms_add_line(struct terms *t, struct str line, enum field field);
/* The vectors are made; no document may follow. */
void terms_close(struct terms *t);

size_t terms_count(const struct terms *t); /* documents */
size_t terms_vocabulary(const struct terms *t); /* ids are below it */
struct kept_terms terms_of(const struct terms *t, size_t document);
/* `id` with or without the flags. Text as it stood where it was first met in
 * public, "" when it never was. */
struct str term_text(const struct terms *t, uint32_t id);
/* Characters of a script without spaces: they may be a scrap of a word, unless
 * they once made up the whole of what stands between marks in a name. */
bool term_is_pair(const struct terms *t, uint32_t id);
bool term_is_whole(const struct terms *t, uint32_t id);
bool term_is_tag(const struct terms *t, uint32_t id);
/* In how many documents it stands. */
size_t term_documents(const struct terms *t, uint32_t id);

/*
 * The cosine of every two documents, the best `most` for each, by `threads`
 * threads. Candidates are found by a document's rarest terms, as many as lists
 * of SIMILARITY_LOOKED_AT documents in all hold, so the work grows with the
 * documents and not with their square; below some hundred documents that is
 * every pair. `allowed` (may be NULL) says which pairs are wanted.
 */
enum { SIMILARITY_LOOKED_AT = 4000, SIMILARITY_SPARE = 12 };

struct similarity {
	size_t most;
	unsigned threads;
	bool (*allowed)(const void *context, size_t from, size_t to);
	const void *context;
};
struct rows *terms_rows(
    const struct terms *t, struct arena *a, const struct similarity *s);
#endif
