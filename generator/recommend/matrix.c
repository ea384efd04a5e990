#include "matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct event_worth event_worth_default = {
	.kind = { [EVENT_PURCHASE] = 1,
	    [EVENT_COMPLETE] = 1,
	    [EVENT_VISIT] = 0.25F,
	    [EVENT_CLICK] = 0.25F,
	    [EVENT_SHOWN] = 0 },
	.half_life = 0,
	.until = INT64_MAX,
};

/* An entry on its way into the matrix. */
struct cell {
	uint32_t reader, item;
	float value;
	int64_t time;
};

static int
by_reader_and_item(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->reader != y->reader)
		return x->reader < y->reader ? -1 : 1;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return x->value > y->value ? -1 : x->value < y->value;
}

static int
newest_first(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static float
value_of(const struct event *e, const struct event_worth *worth, int64_t newest)
{
	double value = (double)(e->weight * worth->kind[e->kind]);

	if (worth->half_life > 0)
		value *= exp2(-(double)(newest - e->time) / worth->half_life);
	return (float)value;
}

static int64_t
newest_until(const struct events *e, int64_t until)
{
	int64_t newest = 0;

	for (size_t i = 0; i < e->list.count; i++) {
		if (e->list.at[i].time <= until && e->list.at[i].time > newest)
			newest = e->list.at[i].time;
	}
	return newest;
}

/* Cells of value, ordered by reader and item, each pair once. */
static size_t
collect(const struct events *e, const struct event_worth *worth,
    const uint32_t *item_of, struct cell *cells)
{
	int64_t newest = newest_until(e, worth->until);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < e->list.count; i++) {
		const struct event *x = &e->list.at[i];
		const struct cell cell = { x->reader,
			item_of ? item_of[x->item] : x->item,
			value_of(x, worth, newest), x->time };

		if (x->time <= worth->until && cell.item != UINT32_MAX &&
		    cell.value > 0)
			cells[n++] = cell;
	}
	if (n)
		qsort(cells, n, sizeof *cells, by_reader_and_item);
	for (size_t i = 0; i < n; i++) {
		if (!kept || cells[kept - 1].reader != cells[i].reader ||
		    cells[kept - 1].item != cells[i].item)
			cells[kept++] = cells[i];
	}
	return kept;
}

/* Shortens the lists that are too long; returns how many cells are left. */
static size_t
bound_histories(struct cell *cells, size_t count)
{
	size_t kept = 0, to;

	for (size_t from = 0; from < count; from = to) {
		size_t n;

		for (to = from + 1;
		     to < count && cells[to].reader == cells[from].reader;)
			to++;
		n = to - from;
		if (n > MATRIX_HISTORY) {
			qsort(&cells[from], n, sizeof *cells, newest_first);
			n = MATRIX_HISTORY;
			qsort(
			    &cells[from], n, sizeof *cells, by_reader_and_item);
		}
		memmove(&cells[kept], &cells[from], n * sizeof *cells);
		kept += n;
	}
	return kept;
}

static void
sum_up(size_t *from, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i <= count; i++) {
		size_t n = from[i];

		from[i] = total;
		total += n;
	}
}

/* `cells` are ordered by reader, so both lists come out in order. */
static void
fill(struct matrix *m, struct arena *a, const struct cell *cells, size_t count)
{
	struct arena work;
	size_t *next;

	arena_init(&work);
	m->by_reader = ARENA_ARRAY(a, count, struct entry);
	m->by_item = ARENA_ARRAY(a, count, struct entry);
	for (size_t i = 0; i < count; i++) {
		m->reader_from[cells[i].reader]++;
		m->item_from[cells[i].item]++;
	}
	sum_up(m->reader_from, m->readers);
	sum_up(m->item_from, m->items);
	next = ARENA_ARRAY(&work, m->items, size_t);
	for (size_t i = 0; i < count; i++) {
		const struct cell *c = &cells[i];

		m->by_reader[i] = (struct entry){ c->item, c->value };
		m->by_item[m->item_from[c->item] + next[c->item]++] =
		    (struct entry){ c->reader, c->value };
	}
	arena_clear(&work);
}

struct matrix *
matrix_new(struct arena *a, const struct events *e,
    const struct event_worth *worth, const uint32_t *item_of, size_t items)
{
	struct matrix *m = ARENA_NEW(a, struct matrix);
	struct arena work;
	struct cell *cells;
	size_t count;

	arena_init(&work);
	cells = ARENA_ARRAY(&work, e->list.count, struct cell);
	count = collect(e, worth, item_of, cells);
	count = bound_histories(cells, count);
	m->readers = e->readers.list.count;
	m->items = items;
	m->reader_from = ARENA_ARRAY(a, m->readers + 1, size_t);
	m->item_from = ARENA_ARRAY(a, items + 1, size_t);
	fill(m, a, cells, count);
	arena_clear(&work);
	return m;
}

struct entries
matrix_reader(const struct matrix *m, size_t reader)
{
	size_t from = m->reader_from[reader];

	return (struct entries){ &m->by_reader[from],
		m->reader_from[reader + 1] - from };
}

struct entries
matrix_item(const struct matrix *m, size_t item)
{
	size_t from = m->item_from[item];

	return (
	    struct entries){ &m->by_item[from], m->item_from[item + 1] - from };
}

void
together_init(struct together *t, struct arena *a, size_t items)
{
	*t = (struct together){ ARENA_ARRAY(a, items, double),
		ARENA_ARRAY(a, items, uint32_t),
		ARENA_ARRAY(a, items, uint32_t), 0 };
}

void
together_of(struct together *t, const struct matrix *m, size_t item)
{
	struct entries readers = matrix_item(m, item);

	for (size_t i = 0; i < t->touched_count; i++) {
		t->sum[t->touched[i]] = 0;
		t->readers[t->touched[i]] = 0;
	}
	t->touched_count = 0;
	for (size_t i = 0; i < readers.count; i++) {
		struct entries items = matrix_reader(m, readers.at[i].index);

		for (size_t k = 0; k < items.count; k++) {
			uint32_t other = items.at[k].index;

			if (!t->readers[other]++)
				t->touched[t->touched_count++] = other;
			t->sum[other] += (double)readers.at[i].value *
			    (double)items.at[k].value;
		}
	}
}
