/*
 * terms.h - what the items of a site are about: weighted terms, compared by
 * the cosine.
 *
 * A document is added field by field (counts.h). The weight of a term is
 * tf^0.42 x idf^1.3 (chosen on two books, one English, one Chinese: a little
 * better than sqrt(tf) x idf on both). Numbers of documents count in steps of
 * an eighth of the natural logarithm, tf in steps of an eighth or less: a
 * changed lesson leaves nearly all other documents' weights as they were. All
 * sums are of whole numbers, so they come out the same in any order.
 *
 * Only the heaviest terms, that make up 99 % of the square of a document's
 * length, are compared.
 *
 * Memory: 4 bytes for each distinct term of a document and some 1,500 for its
 * topics; 40 for each term of the vocabulary.
 */
#ifndef TERMS_H
#define TERMS_H

#include "base.h"
#include "counts.h"
#include "rows.h"

/*
 * A term of a document, in one number: whose, whether a title, heading or tag
 * has it, and a code for its frequency.
 */
enum { TERM_CODES = 256, TERM_IDS = 1 << 23 };
#define TERM_NAMED (UINT32_C(1) << 8)
#define TERM_ID(term) ((term) >> 9)
#define TERM_CODE(term) ((term)&0xff)

struct document_terms {
	const uint32_t *at; /* the heavy ones, in no order */
	size_t count;
	uint64_t square; /* sum of the squares of the weights */
};

struct terms;

struct terms *terms_new(void);
void terms_free(struct terms *t);
/* The next document; they are numbered from 0. What is added to it is as in
 * counts.h. */
void terms_begin(struct terms *t);
void terms_add_body(struct terms *t, struct str body, bool is_public);
void terms_add_line(struct terms *t, struct str line, enum field field);
/* The weights are made; no document may follow. */
void terms_close(struct terms *t);

/*
 * Going on from an earlier run. Of a base (base.h) the documents are `old`
 * until each was either kept, which makes it the next document, or dropped;
 * terms_restore is NULL when it is not one, or its program did not finish it.
 * After terms_close a document is `moved` when its weights are not those it had
 * then, and a term is `touched` when it is in such a document, or was.
 */
struct terms *terms_restore(struct base *b, size_t *old);
void terms_keep(struct terms *t, size_t old);
void terms_drop(struct terms *t, size_t old);
void terms_save(const struct terms *t, struct base_writer *w);
bool terms_moved(const struct terms *t, size_t document);
/* A bit for each term; NULL: all are touched. */
const uint64_t *terms_touched(const struct terms *t);

size_t terms_count(const struct terms *t); /* documents */
size_t terms_vocabulary(const struct terms *t); /* ids are below it */
struct document_terms terms_of(const struct terms *t, size_t document);
const struct stop *terms_stop(const struct terms *t);
struct str terms_topics(const struct terms *t, size_t document);

enum { TERM_NONE = UINT32_MAX >> 9 };
/* The id of what word_hash gives; TERM_NONE when no document has it. */
uint32_t terms_find(const struct terms *t, uint64_t hash);
uint64_t term_hash(const struct terms *t, uint32_t id);
/* In how many documents it stands; in how many titles, headings or tags. */
size_t term_documents(const struct terms *t, uint32_t id);
size_t term_names(const struct terms *t, uint32_t id);
/* Eighths of the natural logarithm of `documents`, rounded. */
unsigned term_step(size_t documents);
/* By id, the idf to its power, eightfold; 0 where only one document has it. */
const uint16_t *terms_idf(const struct terms *t);
/* By a frequency's code, that to its power. A weight is the product of the two.
 */
const uint16_t *term_roots(const struct terms *t);

/*
 * The cosine of every two documents, the best `most` for each, by `threads`
 * threads. Candidates are found by a document's rarest terms, as many as lists
 * of SIMILARITY_LOOKED_AT documents in all hold, so the work grows with the
 * documents and not with their square; below some hundred documents that is
 * every pair. `allowed` (may be NULL) says which pairs are wanted.
 *
 * Memory while it works: 8 bytes for each such list's document, and 20 for
 * each document and thread.
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
/* The same, where `before` has the row of a document, in today's numbers, as it
 * was when the documents that did not move had their weights; one without a row
 * is looked at anew. Rows of `before` are used as they are. */
struct rows *terms_rows_again(const struct terms *t, struct arena *a,
    const struct similarity *s, const struct rows *before);
#endif
