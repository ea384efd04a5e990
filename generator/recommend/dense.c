#include "dense.h"

#include <lapacke.h>
#include <stdlib.h>

/* The lower triangle, not transposed, of an even order. */
enum { LAYOUT = LAPACK_COL_MAJOR };
static const char transposed = 'N', triangle = 'L';

bool
dense_init(struct dense *d, size_t n)
{
	size_t even = n + n % 2;

	*d = (struct dense){ .n = even };
	d->at = calloc(even / 2, (even + 1) * sizeof *d->at);
	if (!d->at)
		return !even;
	if (n % 2)
		*dense_at(d, n, n) = 1;
	return true;
}

void
dense_clear(struct dense *d)
{
	free(d->at);
	*d = (struct dense){ 0 };
}

double *
dense_at(const struct dense *d, size_t i, size_t k)
{
	size_t half = d->n / 2, rows = d->n + 1;
	size_t low = i > k ? i : k, left = i > k ? k : i;

	if (left < half)
		return &d->at[left * rows + low + 1];
	return &d->at[(low - half) * rows + (left - half)];
}

bool
dense_invert(struct dense *d)
{
	lapack_int n = (lapack_int)d->n;

	if (!n)
		return true;
	return LAPACKE_dpftrf_work(LAYOUT, transposed, triangle, n, d->at) ==
	    0 &&
	    LAPACKE_dpftri_work(LAYOUT, transposed, triangle, n, d->at) == 0;
}
