/*
 * behaviour.h - what readers take together: rows of item by item.
 *
 * EASE (Steck, 2019): B = I - P diag(P)^-1 with P = (G + lambda I)^-1 and
 * G = X'X + alpha C, X the matrix, C a similarity of contents; what is below 0
 * is cut off. While BEHAVIOUR_CLOSED_FORM items fit; above, the cosine of two
 * items' readers, shrunk: together / (sqrt(n m) + shrink).
 *
 * With `threshold` a pair of items in fewer readers' lists is as if nobody had
 * both: it enters neither G nor a row. All of C may.
 *
 * Memory: 4 n (n + 2) bytes for n items in the closed form (290 MB for 8,500),
 * given back before the function returns, and 8 bytes for each kept entry.
 */
#ifndef BEHAVIOUR_H
#define BEHAVIOUR_H

#include "matrix.h"
#include "rows.h"

enum { BEHAVIOUR_CLOSED_FORM = 8500 };

struct behaviour {
	double lambda; /* > 0 */
	double alpha; /* of the contents */
	double shrink;
	unsigned threshold; /* distinct readers; 0 and 1: any */
	size_t most; /* entries of a row */
	const struct rows *contents; /* by item of the matrix, or NULL */
};

/* The rows of the closed form; NULL when there are more items than fit. */
struct rows *behaviour_ease(
    struct arena *a, const struct matrix *m, const struct behaviour *b);
struct rows *behaviour_neighbours(
    struct arena *a, const struct matrix *m, const struct behaviour *b);
/* Whichever of the two the size allows. */
struct rows *behaviour_rows(
    struct arena *a, const struct matrix *m, const struct behaviour *b);

#endif
