#include "measure.h"

#include <math.h>
#include <stdlib.h>

enum { TAIL = 5, DRAWS = 1000 };

struct measuring {
	struct measure *out;
	const struct model *model;
	const struct split *s;
	struct buf *run;
	struct scored *list;
	double *scores;
	double *ndcg10; /* by reader counted */
	bool *shown; /* by item: was among a first ten */
	size_t tail_readers, firsts, tail_firsts;
};

static bool
is_in(struct entries e, uint32_t item)
{
	size_t from = 0, to = e.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (e.at[middle].index == item)
			return true;
		if (e.at[middle].index < item)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static bool
is_tail(const struct split *s, uint32_t item)
{
	return matrix_item(s->train, item).count <= TAIL;
}

static double
ndcg(const struct scored *list, size_t count, struct entries wanted,
    size_t wanted_count, size_t depth)
{
	double gain = 0, ideal = 0;

	for (size_t i = 0; i < depth; i++) {
		double worth = 1 / log2((double)i + 2);

		if (i < wanted_count)
			ideal += worth;
		if (i < count && is_in(wanted, list[i].item))
			gain += worth;
	}
	return gain / ideal;
}

static void
count_tail(struct measuring *g, const struct scored *list, size_t count,
    struct entries wanted, struct entries history)
{
	size_t all = 0, hits = 0;

	for (size_t i = 0; i < wanted.count; i++)
		all += is_tail(g->s, wanted.at[i].index) &&
		    !is_in(history, wanted.at[i].index);
	if (!all)
		return;
	for (size_t i = 0; i < count && i < 20; i++)
		hits +=
		    is_tail(g->s, list[i].item) && is_in(wanted, list[i].item);
	g->tail_readers++;
	g->out->tail_recall20 += (double)hits / (double)(all < 20 ? all : 20);
}

static void
count_reader(struct measuring *g, const struct scored *list, size_t count,
    struct entries wanted, struct entries history)
{
	size_t all = 0, hits = 0, first = count < 10 ? count : 10;
	struct measure *out = g->out;
	bool hit = false;

	for (size_t i = 0; i < wanted.count; i++)
		all += !is_in(history, wanted.at[i].index);
	if (!all)
		return;
	for (size_t i = 0; i < count && i < 20; i++) {
		bool found = is_in(wanted, list[i].item);

		hits += found;
		hit = hit || (found && i < 10);
	}
	for (size_t i = 0; i < first; i++) {
		g->shown[list[i].item] = true;
		g->tail_firsts += is_tail(g->s, list[i].item);
	}
	g->firsts += first;
	g->ndcg10[out->readers] = ndcg(list, count, wanted, all, 10);
	out->ndcg10 += g->ndcg10[out->readers++];
	out->ndcg100 += ndcg(list, count, wanted, all, 100);
	out->hit10 += hit;
	out->recall20 += (double)hits / (double)(all < 20 ? all : 20);
	count_tail(g, list, count, wanted, history);
}

static void
write_run(struct measuring *g, struct str name, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(g->run, "%.*s\t%zu\t%.*s\t%d\n", STR_ARG(name),
		    i + 1, STR_ARG(g->s->items[g->list[i].item]),
		    (int)g->list[i].score);
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
bootstrap(struct measuring *g)
{
	double means[DRAWS] = { 0 };
	struct dice dice = { 4 };
	size_t n = g->out->readers;

	for (int i = 0; i < DRAWS; i++) {
		for (size_t k = 0; k < n; k++)
			means[i] += g->ndcg10[dice_below(&dice, (uint32_t)n)];
		means[i] /= n ? (double)n : 1;
	}
	qsort(means, DRAWS, sizeof *means, by_size);
	g->out->low = means[DRAWS / 40];
	g->out->high = means[DRAWS - 1 - DRAWS / 40];
}

static void
finish(struct measuring *g)
{
	struct measure *out = g->out;
	double n = out->readers ? (double)out->readers : 1;
	size_t shown = 0, known = 0;

	bootstrap(g);
	out->ndcg10 /= n;
	out->ndcg100 /= n;
	out->hit10 /= n;
	out->recall20 /= n;
	out->tail_recall20 /= g->tail_readers ? (double)g->tail_readers : 1;
	out->tail_share10 =
	    (double)g->tail_firsts / (g->firsts ? (double)g->firsts : 1);
	for (size_t i = 0; i < g->s->train->items; i++) {
		shown += g->shown[i];
		known += matrix_item(g->s->train, i).count ||
		    matrix_item(g->s->out, i).count;
	}
	out->coverage10 = (double)shown / (known ? (double)known : 1);
}

static void
begin(struct measuring *g, struct arena *work)
{
	size_t items = g->s->train->items;

	*g->out = (struct measure){ 0 };
	arena_init(work);
	g->list = ARENA_ARRAY(work, items, struct scored);
	g->scores = ARENA_ARRAY(work, items, double);
	g->shown = ARENA_ARRAY(work, items, bool);
	g->ndcg10 = ARENA_ARRAY(work, g->s->out->readers, double);
}

void
measure_readers(struct measure *out, const struct model *model,
    const struct split *s, struct buf *run)
{
	struct measuring g = { .out = out, .model = model, .s = s, .run = run };
	struct arena work;

	begin(&g, &work);
	for (size_t r = 0; r < s->out->readers; r++) {
		struct entries history = matrix_reader(s->in, r);
		struct entries wanted = matrix_reader(s->out, r);
		size_t n;

		if (!wanted.count || !history.count)
			continue;
		n = model_recommend(
		    model, history, MEASURE_LIST, g.list, g.scores);
		if (run)
			write_run(&g, s->readers->list.at[r], n);
		count_reader(&g, g.list, n, wanted, history);
	}
	finish(&g);
	arena_clear(&work);
}

void
measure_blocks(struct measure *out, const struct model *model,
    const struct split *s, struct buf *run)
{
	struct measuring g = { .out = out, .model = model, .s = s };
	struct arena work;
	bool *written;

	begin(&g, &work);
	written = ARENA_ARRAY(&work, s->train->items, bool);
	for (size_t r = 0; r < s->out->readers; r++) {
		struct entries wanted = matrix_reader(s->out, r);
		const struct entry last = { s->last[r], 1 };
		const struct entries history = { &last, 1 };
		size_t n;

		if (!wanted.count || last.index == UINT32_MAX)
			continue;
		n = model_recommend(
		    model, history, MEASURE_LIST, g.list, g.scores);
		g.run = written[last.index] ? NULL : run;
		written[last.index] = true;
		if (g.run)
			write_run(&g, s->items[last.index], n);
		count_reader(&g, g.list, n, wanted, history);
	}
	finish(&g);
	arena_clear(&work);
}
