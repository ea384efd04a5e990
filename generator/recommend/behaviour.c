#include "behaviour.h"
#include "dense.h"

#include <math.h>

enum { MOST_ATTEMPTS = 8 };

static bool
is_enough(const struct behaviour *b, uint32_t readers)
{
	return readers >= b->threshold;
}

/* G + lambda I, of the items in `m`. */
static void
fill_gram(struct dense *g, const struct matrix *m, const struct behaviour *b,
    double lambda, struct together *t)
{
	for (size_t i = 0; i < m->items; i++) {
		together_of(t, m, i);
		for (size_t k = 0; k < t->touched_count; k++) {
			uint32_t other = t->touched[k];

			if (other <= i && is_enough(b, t->readers[other]))
				*dense_at(g, i, other) += t->sum[other];
		}
		*dense_at(g, i, i) += lambda;
	}
	if (!b->contents || !(b->alpha > 0))
		return;
	for (size_t i = 0; i < m->items; i++) {
		struct row row = b->contents->at[i];

		*dense_at(g, i, i) += b->alpha;
		for (size_t k = 0; k < row.count; k++) {
			uint32_t other = row.at[k].item;
			double c = b->alpha * row.at[k].score / SCORE_ONE;
			bool both = rows_score(b->contents, other, i) > 0;

			/* a pair may be in one row or in both */
			if (i != other)
				*dense_at(g, i, other) += both ? c / 2 : c;
		}
	}
}

/* May j stand in the row of i: do enough readers have both, or do the contents
 * bring them together? */
static bool
may_stand(
    const struct behaviour *b, const struct together *t, size_t i, size_t j)
{
	if (b->threshold < 2 || is_enough(b, t->readers[j]))
		return true;
	return b->contents && b->alpha > 0 &&
	    (rows_score(b->contents, i, j) > 0 ||
		rows_score(b->contents, j, i) > 0);
}

static void
take_rows(struct rows *rows, struct arena *a, const struct dense *p,
    const struct behaviour *b, const struct matrix *m, struct together *t,
    struct scored *room)
{
	for (size_t i = 0; i < m->items; i++) {
		size_t n = 0;

		together_of(t, m, i);
		for (size_t j = 0; j < m->items; j++) {
			double weight =
			    -*dense_at(p, i, j) / *dense_at(p, j, j);
			int32_t score = score_round(weight);

			if (score > 0 && i != j && may_stand(b, t, i, j))
				room[n++] =
				    (struct scored){ (uint32_t)j, score };
		}
		rows_set(rows, a, i, room, n, b->most);
	}
}

/* Without the pairs of too few readers G need not be positive; then lambda is
 * doubled until it is. */
static bool
invert_gram(struct dense *g, const struct matrix *m, const struct behaviour *b,
    struct together *t)
{
	double lambda = b->lambda;

	for (int i = 0; i < MOST_ATTEMPTS; i++) {
		if (!dense_init(g, m->items))
			return false;
		fill_gram(g, m, b, lambda, t);
		if (dense_invert(g))
			return true;
		dense_clear(g);
		lambda *= 2;
	}
	return false;
}

struct rows *
behaviour_ease(
    struct arena *a, const struct matrix *m, const struct behaviour *b)
{
	struct rows *rows = NULL;
	struct together t;
	struct arena work;
	struct dense g;

	if (m->items > BEHAVIOUR_CLOSED_FORM)
		return NULL;
	arena_init(&work);
	together_init(&t, &work, m->items);
	if (invert_gram(&g, m, b, &t)) {
		rows = rows_new(a, m->items);
		take_rows(rows, a, &g, b, m, &t,
		    ARENA_ARRAY(&work, m->items, struct scored));
		dense_clear(&g);
	}
	arena_clear(&work);
	return rows;
}

/* By item: the length of its column. */
static double *
lengths_of(struct arena *a, const struct matrix *m)
{
	double *lengths = ARENA_ARRAY(a, m->items, double);

	for (size_t i = 0; i < m->items; i++) {
		struct entries column = matrix_item(m, i);

		for (size_t k = 0; k < column.count; k++)
			lengths[i] += (double)column.at[k].value *
			    (double)column.at[k].value;
		lengths[i] = sqrt(lengths[i]);
	}
	return lengths;
}

struct rows *
behaviour_neighbours(
    struct arena *a, const struct matrix *m, const struct behaviour *b)
{
	struct rows *rows = rows_new(a, m->items);
	struct scored *room;
	struct together t;
	struct arena work;
	double *lengths;

	arena_init(&work);
	together_init(&t, &work, m->items);
	lengths = lengths_of(&work, m);
	room = ARENA_ARRAY(&work, m->items, struct scored);
	for (size_t i = 0; i < m->items; i++) {
		size_t n = 0;

		together_of(&t, m, i);
		for (size_t k = 0; k < t.touched_count; k++) {
			uint32_t j = t.touched[k];
			int32_t score = score_round(
			    t.sum[j] / (lengths[i] * lengths[j] + b->shrink));

			if (j != i && score > 0 && is_enough(b, t.readers[j]))
				room[n++] = (struct scored){ j, score };
		}
		rows_set(rows, a, i, room, n, b->most);
	}
	arena_clear(&work);
	return rows;
}

struct rows *
behaviour_rows(
    struct arena *a, const struct matrix *m, const struct behaviour *b)
{
	struct rows *rows = behaviour_ease(a, m, b);

	return rows ? rows : behaviour_neighbours(a, m, b);
}
