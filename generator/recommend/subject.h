/*
 * subject.h - what each item is about, as a short vector of length 1, and in
 * words that anyone may read.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "terms.h"

enum { SUBJECT_TERMS = 64, SUBJECT_WORDS = 8 };

/* Sparse rows: those of item i are [from[i], from[i + 1]). */
struct vectors {
	size_t count, width; /* items; terms are below it */
	size_t *from;
	uint32_t *term;
	float *weight;
};

/* The SUBJECT_TERMS heaviest terms of each document. */
void subject_vectors(struct vectors *v, struct arena *a, const struct terms *t);

/*
 * The words that tell documents weighted by `more` from those by `less`, both
 * of terms_count numbers: by the difference of the weights of the documents
 * that name them. A word that another one contains is left out. Returns how
 * many; they live as long as the terms.
 */
size_t subject_words(const struct terms *t, const float *more,
    const float *less, struct str words[SUBJECT_WORDS]);

#endif
