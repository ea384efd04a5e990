#include "rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int32_t
score_round(double score)
{
	if (!(score > -2000))
		return -2000 * SCORE_ONE;
	if (score > 2000)
		return 2000 * SCORE_ONE;
	return (int32_t)lround(score * SCORE_ONE);
}

static bool
is_before(struct scored a, struct scored b)
{
	return a.score > b.score || (a.score == b.score && a.item < b.item);
}

static int
compare(const void *a, const void *b)
{
	struct scored x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return is_before(x, y) ? -1 : is_before(y, x);
}

/* Sinks list[i] in a heap whose top is the worst. */
static void
sink(struct scored *heap, size_t count, size_t i)
{
	struct scored moved = heap[i];

	for (size_t child; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count &&
		    is_before(heap[child], heap[child + 1]))
			child++;
		if (!is_before(moved, heap[child]))
			break;
		heap[i] = heap[child];
	}
	heap[i] = moved;
}

size_t
scored_best(struct scored *list, size_t count, size_t most)
{
	if (count > most && most) {
		for (size_t i = most / 2; i-- > 0;)
			sink(list, most, i);
		for (size_t i = most; i < count; i++) {
			if (!is_before(list[i], list[0]))
				continue;
			list[0] = list[i];
			sink(list, most, 0);
		}
	}
	count = count < most ? count : most;
	if (count)
		qsort(list, count, sizeof *list, compare);
	return count;
}

struct rows *
rows_new(struct arena *a, size_t items)
{
	struct rows *r = ARENA_NEW(a, struct rows);

	r->at = ARENA_ARRAY(a, items, struct row);
	r->count = items;
	return r;
}

void
rows_set(struct rows *r, struct arena *a, size_t item, struct scored *list,
    size_t count, size_t most)
{
	struct scored *kept;

	count = scored_best(list, count, most);
	if (!count)
		return;
	kept = ARENA_ARRAY(a, count, struct scored);
	memcpy(kept, list, count * sizeof *kept);
	r->at[item] = (struct row){ kept, count };
}

int32_t
rows_score(const struct rows *r, size_t from, size_t to)
{
	const struct row *row = &r->at[from];

	for (size_t i = 0; i < row->count; i++) {
		if (row->at[i].item == to)
			return row->at[i].score;
	}
	return 0;
}
