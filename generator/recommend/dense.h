/*
 * dense.h - the inverse of a symmetric positive matrix, by LAPACK.
 *
 * Kept in rectangular full packed format (LAPACK Working Note 199): half the
 * memory of the full square, the same speed. Private to this folder.
 */
#ifndef DENSE_H
#define DENSE_H

#include <stdbool.h>
#include <stddef.h>

struct dense {
	size_t n; /* even: of an odd matrix the last row is one of its own */
	double *at;
};

/* All 0, but for the diagonal element that makes an odd `n` even. False when
 * there is no memory. */
bool dense_init(struct dense *d, size_t n) __attribute__((warn_unused_result));
void dense_clear(struct dense *d);
/* Of row i and column k, in any order. */
double *dense_at(const struct dense *d, size_t i, size_t k);
/* False when it is not positive definite; then its contents are lost. */
bool dense_invert(struct dense *d) __attribute__((warn_unused_result));

#endif
