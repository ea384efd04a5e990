#include "blend.h"

#include <string.h>

const struct blend_tuning blend_tuning_default = {
	.alpha = 3,
	.beta = 0,
	.k = 20,
	.reader_lambda = 50,
	.block_lambda = 2000,
	.shrink = 40,
	.threshold = 5,
	.most = 50,
};

/* The items enough readers have, and their numbers among themselves. */
struct warm {
	uint32_t *items; /* by warm number */
	uint32_t *number_of; /* by item, UINT32_MAX */
	size_t count;
};

static void
find_warm(struct warm *w, struct arena *a, const struct matrix *m,
    const struct blend_tuning *t)
{
	w->items = ARENA_ARRAY(a, m->items, uint32_t);
	w->number_of = ARENA_ARRAY(a, m->items, uint32_t);
	for (size_t i = 0; i < m->items; i++) {
		size_t readers = matrix_item(m, i).count;

		w->number_of[i] = UINT32_MAX;
		if (!readers || readers < t->threshold)
			continue;
		w->number_of[i] = (uint32_t)w->count;
		w->items[w->count++] = (uint32_t)i;
	}
}

/* The matrix of the warm items alone. */
static struct matrix *
matrix_of_warm(struct arena *a, const struct matrix *m, const struct warm *w)
{
	struct matrix *part = ARENA_NEW(a, struct matrix);
	size_t *next = ARENA_ARRAY(a, w->count, size_t), n = 0;

	part->readers = m->readers;
	part->items = w->count;
	part->reader_from = ARENA_ARRAY(a, m->readers + 1, size_t);
	part->item_from = ARENA_ARRAY(a, w->count + 1, size_t);
	for (size_t i = 0; i < w->count; i++)
		part->item_from[i + 1] =
		    part->item_from[i] + matrix_item(m, w->items[i]).count;
	part->by_reader =
	    ARENA_ARRAY(a, part->item_from[w->count], struct entry);
	part->by_item = ARENA_ARRAY(a, part->item_from[w->count], struct entry);
	for (size_t r = 0; r < m->readers; r++) {
		struct entries items = matrix_reader(m, r);

		for (size_t i = 0; i < items.count; i++) {
			uint32_t k = w->number_of[items.at[i].index];
			float value = items.at[i].value;

			if (k == UINT32_MAX)
				continue;
			part->by_reader[n++] = (struct entry){ k, value };
			part->by_item[part->item_from[k] + next[k]++] =
			    (struct entry){ (uint32_t)r, value };
		}
		part->reader_from[r + 1] = n;
	}
	return part;
}

static struct rows *
contents_of_warm(
    struct arena *a, const struct rows *contents, const struct warm *w)
{
	struct rows *rows = rows_new(a, w->count);

	for (size_t i = 0; i < w->count; i++) {
		struct row row = contents->at[w->items[i]];
		struct scored *kept = ARENA_ARRAY(a, row.count, struct scored);
		size_t n = 0;

		for (size_t k = 0; k < row.count; k++) {
			uint32_t other = w->number_of[row.at[k].item];

			if (other != UINT32_MAX)
				kept[n++] =
				    (struct scored){ other, row.at[k].score };
		}
		rows->at[i] = (struct row){ kept, n };
	}
	return rows;
}

struct mixing {
	const struct rows *contents, *warm_rows;
	const struct warm *warm;
	const struct matrix *m; /* of the warm */
	const struct blend_tuning *t;
	struct together together;
	double lambda;
	bool closed_form;
	int32_t *scores; /* by item, of the row in hand */
	struct scored *room;
};

/* What the contents add to the score of `other` in a row. */
static double
content_part(const struct mixing *x, bool both_warm, int32_t content)
{
	double c = (double)content / SCORE_ONE;

	if (both_warm && x->closed_form)
		return x->t->beta * c;
	return (x->t->alpha / (x->t->alpha + x->lambda) + x->t->beta) * c;
}

static double
evidence(const struct mixing *x, uint32_t warm_other)
{
	double n = x->together.readers[warm_other];

	return n < x->t->threshold ? 0 : n / (n + x->t->k);
}

static void
mix_row(const struct mixing *x, struct rows *out, struct arena *a, size_t item)
{
	uint32_t number = x->warm->number_of[item];
	struct row content = x->contents->at[item];
	struct row warm =
	    number == UINT32_MAX ? (struct row){ 0 } : x->warm_rows->at[number];
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < warm.count; i++) {
		uint32_t other = x->warm->items[warm.at[i].item];
		double b = (double)warm.at[i].score / SCORE_ONE;

		if (!x->closed_form)
			b *= evidence(x, warm.at[i].item);
		x->scores[other] = score_round(b);
		x->room[n++].item = other;
	}
	for (size_t i = 0; i < content.count; i++) {
		uint32_t other = content.at[i].item;
		uint32_t k = x->warm->number_of[other];
		bool both = number != UINT32_MAX && k != UINT32_MAX;
		double c = content_part(x, both, content.at[i].score);

		if (both && !x->closed_form)
			c *= 1 - evidence(x, k);
		if (!x->scores[other])
			x->room[n++].item = other;
		x->scores[other] += score_round(c);
	}
	for (size_t i = 0; i < n; i++) {
		struct scored s = { x->room[i].item,
			x->scores[x->room[i].item] };

		x->scores[s.item] = 0;
		if (s.score > 0)
			x->room[kept++] = s;
	}
	rows_set(out, a, item, x->room, kept, x->t->most);
}

static struct rows *
mix(struct arena *a, struct mixing *x, double lambda)
{
	struct rows *out = rows_new(a, x->contents->count);
	struct rows *near;
	struct behaviour b = { .lambda = lambda,
		.alpha = x->t->alpha,
		.shrink = x->t->shrink,
		.threshold = x->t->threshold,
		.most = x->t->most * 2 };
	struct arena work;

	arena_init(&work);
	near = contents_of_warm(&work, x->contents, x->warm);
	b.contents = near;
	x->lambda = lambda;
	x->warm_rows = behaviour_ease(&work, x->m, &b);
	x->closed_form = x->warm_rows;
	if (!x->warm_rows)
		x->warm_rows = behaviour_neighbours(&work, x->m, &b);
	x->scores = ARENA_ARRAY(&work, out->count, int32_t);
	x->room = ARENA_ARRAY(&work, out->count * 2, struct scored);
	for (size_t i = 0; i < out->count; i++) {
		if (!x->closed_form && x->warm->number_of[i] != UINT32_MAX)
			together_of(&x->together, x->m, x->warm->number_of[i]);
		mix_row(x, out, a, i);
	}
	arena_clear(&work);
	return out;
}

/* Behaviour alone, in the catalog's numbers. */
static struct rows *
rows_together(struct arena *a, const struct mixing *x)
{
	const struct behaviour b = { .shrink = x->t->shrink,
		.threshold = x->t->threshold,
		.most = x->t->most };
	struct rows *out = rows_new(a, x->contents->count);
	struct rows *rows = behaviour_neighbours(a, x->m, &b);

	for (size_t i = 0; i < x->warm->count; i++) {
		struct row row = rows->at[i];
		struct scored *list = ARENA_ARRAY(a, row.count, struct scored);

		for (size_t k = 0; k < row.count; k++)
			list[k] =
			    (struct scored){ x->warm->items[row.at[k].item],
				    row.at[k].score };
		out->at[x->warm->items[i]] = (struct row){ list, row.count };
	}
	return out;
}

struct rows *
blend_mix(struct arena *a, const struct rows *contents, const struct matrix *m,
    const struct blend_tuning *t, double lambda)
{
	struct mixing x = { .contents = contents, .t = t };
	struct warm warm = { 0 };
	struct arena work;
	struct rows *rows;

	arena_init(&work);
	find_warm(&warm, &work, m, t);
	x.warm = &warm;
	x.m = matrix_of_warm(&work, m, &warm);
	together_init(&x.together, &work, warm.count);
	rows = mix(a, &x, lambda);
	arena_clear(&work);
	return rows;
}

void
blend_rows(struct blend *b, struct arena *a, struct rows *contents,
    const struct matrix *m, const struct blend_tuning *t)
{
	struct mixing x = { .contents = contents, .t = t };
	struct warm warm = { 0 };
	struct arena work;

	*b = (struct blend){
		.contents = contents, .block = contents, .reader = contents
	};
	b->together = rows_new(a, contents->count);
	b->popularity = ARENA_ARRAY(a, contents->count, double);
	if (!m)
		return;
	arena_init(&work);
	find_warm(&warm, &work, m, t);
	for (size_t i = 0; i < warm.count; i++)
		b->popularity[warm.items[i]] =
		    (double)matrix_item(m, warm.items[i]).count /
		    (double)m->readers;
	if (warm.count) {
		x.warm = &warm;
		x.m = matrix_of_warm(&work, m, &warm);
		together_init(&x.together, &work, warm.count);
		b->block = mix(a, &x, t->block_lambda);
		b->closed_form = x.closed_form;
		b->reader = mix(a, &x, t->reader_lambda);
		b->together = rows_together(a, &x);
		b->has_behaviour = true;
	}
	arena_clear(&work);
}
