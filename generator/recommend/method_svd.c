/*
 * method_svd.c - PureSVD (Cremonesi et al., 2010): a history is projected onto
 * the space of the strongest right singular vectors, which subspace iteration
 * finds. Any basis of that space gives the same scores.
 */
#include "method.h"

#include <math.h>
#include <string.h>

enum { ITERATIONS = 30 };

/* Makes the columns of `v` (items by factors) orthonormal, Gram-Schmidt. */
static void
orthonormalise(double *v, size_t items, size_t factors)
{
	for (size_t f = 0; f < factors; f++) {
		double square = 0;

		for (size_t g = 0; g < f; g++) {
			double dot = 0;

			for (size_t i = 0; i < items; i++)
				dot += v[i * factors + f] * v[i * factors + g];
			for (size_t i = 0; i < items; i++)
				v[i * factors + f] -= dot * v[i * factors + g];
		}
		for (size_t i = 0; i < items; i++)
			square += v[i * factors + f] * v[i * factors + f];
		for (size_t i = 0; i < items; i++)
			v[i * factors + f] *=
			    square > 1e-20 ? 1 / sqrt(square) : 0;
	}
}

static void
project(const double *v, struct entries history, double *sum, size_t factors)
{
	memset(sum, 0, factors * sizeof *sum);
	for (size_t i = 0; i < history.count; i++) {
		const double *x = &v[history.at[i].index * factors];

		for (size_t f = 0; f < factors; f++)
			sum[f] += (double)history.at[i].value * x[f];
	}
}

/* next = X'X v */
static void
multiply(const struct matrix *m, const double *v, double *next, double *sum,
    size_t factors)
{
	memset(next, 0, m->items * factors * sizeof *next);
	for (size_t r = 0; r < m->readers; r++) {
		struct entries items = matrix_reader(m, r);

		project(v, items, sum, factors);
		for (size_t i = 0; i < items.count; i++) {
			double *x = &next[items.at[i].index * factors];

			for (size_t f = 0; f < factors; f++)
				x[f] += (double)items.at[i].value * sum[f];
		}
	}
}

bool
svd_fit(struct model *model, struct arena *a)
{
	const struct matrix *m = model->m;
	size_t factors = model->tuning.factors;
	struct dice dice = { 1 };
	double *v, *next, *sum;

	if (factors > m->items)
		factors = model->tuning.factors = m->items;
	v = ARENA_ARRAY(a, m->items * factors, double);
	next = ARENA_ARRAY(a, m->items * factors, double);
	sum = ARENA_ARRAY(a, factors, double);
	for (size_t i = 0; i < m->items * factors; i++)
		v[i] = dice_centred(&dice);
	for (int i = 0; i < ITERATIONS; i++) {
		double *swap = v;

		multiply(m, v, next, sum, factors);
		orthonormalise(next, m->items, factors);
		v = next;
		next = swap;
	}
	model->vectors = v;
	return true;
}

void
svd_score(const struct model *model, struct entries history, double *scores)
{
	size_t factors = model->tuning.factors;
	struct arena work;
	double *sum;

	arena_init(&work);
	sum = ARENA_ARRAY(&work, factors, double);
	project(model->vectors, history, sum, factors);
	for (size_t i = 0; i < model->m->items; i++) {
		for (size_t f = 0; f < factors; f++)
			scores[i] += sum[f] * model->vectors[i * factors + f];
	}
	arena_clear(&work);
}
