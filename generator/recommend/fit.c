/*
 * fit.c - the parameters of the blend, tried on a time split.
 */
#include "blend.h"
#include "measure.h"

#include <stdlib.h>

struct trial {
	const struct rows *contents;
	struct split split;
};

static double
try_rows(const struct trial *x, struct rows *rows, bool blocks, size_t *readers)
{
	static const struct method method = { "blend", "", NULL,
		rows_add_scores };
	const struct model model = {
		.method = &method, .m = x->split.train, .rows = rows
	};
	struct measure m;

	if (blocks)
		measure_blocks(&m, &model, &x->split, NULL);
	else
		measure_readers(&m, &model, &x->split, NULL);
	*readers = m.readers;
	return m.ndcg10;
}

static double
try_values(const struct trial *x, const struct blend_tuning *t, bool blocks,
    size_t *readers)
{
	struct arena work;
	double result;

	arena_init(&work);
	result = try_rows(x,
	    blend_mix(&work, x->contents, x->split.train, t,
		blocks ? t->block_lambda : t->reader_lambda),
	    blocks, readers);
	arena_clear(&work);
	return result;
}

static const struct knob {
	size_t offset;
	bool blocks; /* tried on pages' blocks, not on readers' lists */
	double values[5]; /* up to the first negative one */
} knobs[] = {
	{ offsetof(struct blend_tuning, reader_lambda), false,
	    { 5, 20, 100, 500, -1 } },
	{ offsetof(struct blend_tuning, alpha), false, { 0, 1, 10, -1 } },
	{ offsetof(struct blend_tuning, beta), false, { 0.01, 0.1, -1 } },
	{ offsetof(struct blend_tuning, k), false, { 5, 80, -1 } },
	{ offsetof(struct blend_tuning, block_lambda), true,
	    { 300, 1000, 5000, -1 } },
};

static double *
knob_of(struct blend_tuning *t, const struct knob *knob)
{
	return (double *)(void *)((char *)t + knob->offset);
}

/* Keeps the value that finds most; the one it has when they are equal. */
static void
turn(const struct trial *x, struct blend_tuning *t, const struct knob *knob)
{
	size_t readers;
	double best = try_values(x, t, knob->blocks, &readers);

	for (size_t i = 0; knob->values[i] >= 0; i++) {
		struct blend_tuning other = *t;
		double found;

		*knob_of(&other, knob) = knob->values[i];
		found = try_values(x, &other, knob->blocks, &readers);
		/* a thousandth is chance, and other machines may round */
		if (found > best + 0.001) {
			best = found;
			*t = other;
		}
	}
	if (!knob->blocks)
		t->ndcg10 = best;
}

static double
try_method(const struct trial *x, const char *name)
{
	struct arena work;
	struct model *model;
	struct measure m;

	arena_init(&work);
	model = method_fit(method_find(str_from(name)), &work, x->split.train,
	    &tuning_default);
	measure_readers(&m, model, &x->split, NULL);
	arena_clear(&work);
	return m.ndcg10;
}

static int
most_first(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

/* The events' items, without those that few readers have when they are many. */
static uint32_t *
bound_items(struct arena *a, const struct events *e, const uint32_t *item_of)
{
	size_t count = e->items.list.count;
	struct scored *list = ARENA_ARRAY(a, count, struct scored);
	uint32_t *kept = ARENA_ARRAY(a, count, uint32_t);

	for (size_t i = 0; i < count; i++)
		list[i] = (struct scored){ (uint32_t)i, 0 };
	for (size_t i = 0; i < e->list.count; i++)
		list[e->list.at[i].item].score++;
	if (count)
		qsort(list, count, sizeof *list, most_first);
	for (size_t i = 0; i < count; i++)
		kept[list[i].item] =
		    i < FIT_ITEMS ? item_of[list[i].item] : UINT32_MAX;
	return kept;
}

void
blend_fit(struct blend_tuning *t, const struct rows *contents,
    const struct events *e, const struct event_worth *worth,
    const uint32_t *item_of)
{
	struct trial x = { .contents = contents };
	struct split_items items = { NULL, contents->count };
	struct arena work;
	size_t readers;

	arena_init(&work);
	items.item_of = bound_items(&work, e, item_of);
	split_by_time(&x.split, &work, e, worth, 0.8, &items);
	t->ndcg10 = try_values(&x, t, false, &readers);
	if (readers >= FIT_READERS) {
		t->fitted = true;
		t->fitted_readers = readers;
		for (size_t i = 0; i < sizeof knobs / sizeof *knobs; i++)
			turn(&x, t, &knobs[i]);
		t->ndcg10_popularity = try_method(&x, "popularity");
		t->ndcg10_neighbours = try_method(&x, "item-knn");
	}
	arena_clear(&work);
}
