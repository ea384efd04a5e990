/*
 * method_readers.c - user-user cosine: what the readers with the nearest
 * histories have, and a little of what most have.
 */
#include "method.h"

#include <math.h>

#define MEAN_SHARE 0.1 /* of the item's mean, against one like reader */

bool
readers_fit(struct model *model, struct arena *a)
{
	const struct matrix *m = model->m;

	/* lengths of the readers' histories */
	model->vectors = ARENA_ARRAY(a, m->readers, double);
	for (size_t r = 0; r < m->readers; r++) {
		struct entries items = matrix_reader(m, r);

		for (size_t i = 0; i < items.count; i++)
			model->vectors[r] += (double)items.at[i].value *
			    (double)items.at[i].value;
		model->vectors[r] = sqrt(model->vectors[r]);
	}
	return popularity_fit(model, a);
}

/* The readers nearest to a history, best first. */
static size_t
nearest(const struct model *model, struct entries history, struct arena *work,
    struct scored **list)
{
	const struct matrix *m = model->m;
	double *sums = ARENA_ARRAY(work, m->readers, double), length = 0;
	size_t n = 0;

	*list = ARENA_ARRAY(work, m->readers, struct scored);
	for (size_t i = 0; i < history.count; i++) {
		struct entries readers = matrix_item(m, history.at[i].index);
		double value = (double)history.at[i].value;

		length += value * value;
		for (size_t k = 0; k < readers.count; k++)
			sums[readers.at[k].index] +=
			    value * (double)readers.at[k].value;
	}
	for (size_t r = 0; r < m->readers; r++) {
		if (sums[r] > 0)
			(*list)[n++] = (struct scored){ (uint32_t)r,
				score_round(sums[r] /
				    (sqrt(length) * model->vectors[r])) };
	}
	return scored_best(*list, n, model->tuning.neighbours);
}

void
readers_score(const struct model *model, struct entries history, double *scores)
{
	struct scored *list;
	struct arena work;
	size_t n;

	arena_init(&work);
	n = nearest(model, history, &work, &list);
	for (size_t i = 0; i < n; i++) {
		struct entries items = matrix_reader(model->m, list[i].item);

		for (size_t k = 0; k < items.count; k++)
			scores[items.at[k].index] += (double)list[i].score /
			    SCORE_ONE * (double)items.at[k].value;
	}
	for (size_t i = 0; i < model->m->items; i++)
		scores[i] += MEAN_SHARE * model->biases[i];
	arena_clear(&work);
}
