#include "method.h"

#include <string.h>

const struct tuning tuning_default = {
	.rows = { .lambda = 50,
	    .alpha = 3,
	    .shrink = 40,
	    .threshold = 1,
	    .most = 1000 },
	.block_lambda = 2000,
	.block_shrink = 50,
	.factors = 50,
	.neighbours = 200,
	.rounds = 20,
};

const struct method method_table[] = {
	{ "popularity", "what most readers have", popularity_fit,
	    popularity_score },
	{ "svd", "truncated singular value decomposition (PureSVD)", svd_fit,
	    svd_score },
	{ "mf", "matrix factorisation by gradient descent", factors_fit,
	    factors_score },
	{ "item-cosine", "cosine of two items' readers", cosine_fit,
	    rows_add_scores },
	{ "user-cosine", "readers with the nearest histories", readers_fit,
	    readers_score },
	{ "item-knn", "cosine of two items' readers, shrunk", neighbours_fit,
	    rows_add_scores },
	{ "ease", "linear model in closed form, clipped at 0", ease_fit,
	    rows_add_scores },
};

const size_t method_count = sizeof method_table / sizeof *method_table;

const struct method *
method_find(struct str name)
{
	for (size_t i = 0; i < method_count; i++) {
		if (str_eq_z(name, method_table[i].name))
			return &method_table[i];
	}
	return NULL;
}

struct tuning
tuning_for_block(const struct tuning *t)
{
	struct tuning block = *t;

	block.rows.lambda = t->block_lambda;
	block.rows.shrink = t->block_shrink;
	return block;
}

struct model *
method_fit(const struct method *method, struct arena *a, const struct matrix *m,
    const struct tuning *tuning)
{
	struct model *model = ARENA_NEW(a, struct model);

	*model = (struct model){ .method = method, .m = m, .tuning = *tuning };
	return method->fit(model, a) ? model : NULL;
}

size_t
model_recommend(const struct model *model, struct entries history, size_t most,
    struct scored *room, double *scores)
{
	size_t items = model->m->items, n = 0;

	memset(scores, 0, items * sizeof *scores);
	model->method->score(model, history, scores);
	for (size_t i = 0; i < history.count; i++)
		scores[history.at[i].index] = -1;
	for (size_t i = 0; i < items; i++) {
		int32_t score = score_round(scores[i]);

		if (score > 0)
			room[n++] = (struct scored){ (uint32_t)i, score };
	}
	return scored_best(room, n, most);
}

bool
popularity_fit(struct model *model, struct arena *a)
{
	const struct matrix *m = model->m;

	model->biases = ARENA_ARRAY(a, m->items, double);
	for (size_t i = 0; i < m->items; i++)
		model->biases[i] =
		    (double)matrix_item(m, i).count / (double)m->readers;
	return true;
}

void
popularity_score(
    const struct model *model, struct entries history, double *scores)
{
	(void)history;
	for (size_t i = 0; i < model->m->items; i++)
		scores[i] = model->biases[i];
}

bool
cosine_fit(struct model *model, struct arena *a)
{
	struct behaviour plain = model->tuning.rows;

	plain.shrink = 0;
	plain.most = model->m->items;
	model->rows = behaviour_neighbours(a, model->m, &plain);
	return true;
}

bool
neighbours_fit(struct model *model, struct arena *a)
{
	model->rows = behaviour_neighbours(a, model->m, &model->tuning.rows);
	return true;
}

bool
ease_fit(struct model *model, struct arena *a)
{
	model->rows = behaviour_ease(a, model->m, &model->tuning.rows);
	return model->rows;
}

void
rows_add_scores(
    const struct model *model, struct entries history, double *scores)
{
	for (size_t i = 0; i < history.count; i++) {
		struct row row = model->rows->at[history.at[i].index];

		for (size_t k = 0; k < row.count; k++)
			scores[row.at[k].item] += (double)row.at[k].score /
			    SCORE_ONE * (double)history.at[i].value;
	}
}

uint32_t
dice_below(struct dice *d, uint32_t limit)
{
	/* PCG's multiplier; the upper bits are the good ones */
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(((d->state >> 32) * limit) >> 32);
}

double
dice_centred(struct dice *d)
{
	return (double)dice_below(d, 1u << 24) / (1u << 23) - 1;
}
