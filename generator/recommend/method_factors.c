/*
 * method_factors.c - matrix factorisation by stochastic gradient descent, as
 * most courses teach it: squared error over what readers have and as many
 * times NEGATIVES things they do not have, drawn at random. A new reader's
 * vector is found by the same descent with the items' vectors held.
 */
#include "method.h"

enum { NEGATIVES = 4, FOLD_ROUNDS = 20 };

#define RATE 0.05
#define DECAY 0.01
#define START 0.1

static double
dot(const double *x, const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

/* One step for a reader's vector `p` and an item; the item's own vector moves
 * only when `both`. */
static void
step(struct model *model, double *p, uint32_t item, double want, bool both)
{
	size_t n = model->tuning.factors;
	double *q = &model->vectors[item * n];
	double error = want - model->biases[item] - dot(p, q, n);

	if (both)
		model->biases[item] +=
		    RATE * (error - DECAY * model->biases[item]);
	for (size_t f = 0; f < n; f++) {
		double old = p[f];

		p[f] += RATE * (error * q[f] - DECAY * p[f]);
		if (both)
			q[f] += RATE * (error * old - DECAY * q[f]);
	}
}

static void
descend(struct model *model, double *p, struct entries history,
    struct dice *dice, bool both)
{
	uint32_t items = (uint32_t)model->m->items;

	for (size_t i = 0; i < history.count; i++) {
		step(model, p, history.at[i].index, (double)history.at[i].value,
		    both);
		for (int k = 0; k < NEGATIVES; k++)
			step(model, p, dice_below(dice, items), 0, both);
	}
}

bool
factors_fit(struct model *model, struct arena *a)
{
	const struct matrix *m = model->m;
	size_t n = model->tuning.factors;
	double *readers = ARENA_ARRAY(a, m->readers * n, double);
	struct dice dice = { 2 };

	model->vectors = ARENA_ARRAY(a, m->items * n, double);
	model->biases = ARENA_ARRAY(a, m->items, double);
	for (size_t i = 0; i < m->readers * n; i++)
		readers[i] = START * dice_centred(&dice);
	for (size_t i = 0; i < m->items * n; i++)
		model->vectors[i] = START * dice_centred(&dice);
	for (unsigned round = 0; round < model->tuning.rounds; round++) {
		for (size_t r = 0; r < m->readers; r++)
			descend(model, &readers[r * n], matrix_reader(m, r),
			    &dice, true);
	}
	return true;
}

void
factors_score(const struct model *model, struct entries history, double *scores)
{
	size_t n = model->tuning.factors;
	struct model held = *model;
	struct dice dice = { 3 };
	struct arena work;
	double *p;

	arena_init(&work);
	p = ARENA_ARRAY(&work, n, double);
	for (int round = 0; round < FOLD_ROUNDS; round++)
		descend(&held, p, history, &dice, false);
	for (size_t i = 0; i < model->m->items; i++)
		scores[i] =
		    model->biases[i] + dot(p, &model->vectors[i * n], n);
	arena_clear(&work);
}
