#include "variety.h"

#include <assert.h>
#include <string.h>

enum { SLOTS = 4 * VARIETY_MOST };

/* The numbers of a list, by item. */
struct numbers {
	uint8_t slots[SLOTS]; /* number + 1 */
	const struct scored *list;
};

static uint8_t *
slot_of(struct numbers *n, uint32_t item)
{
	size_t i = item * UINT32_C(0x9e3779b1) >> 16;

	for (;; i++) {
		uint8_t *slot = &n->slots[i % SLOTS];

		if (!*slot || n->list[*slot - 1].item == item)
			return slot;
	}
}

/* The greater of what both rows say. */
static void
find_near(struct variety *v, const struct scored *list, const struct rows *near)
{
	struct numbers numbers = { .list = list };

	for (size_t i = 0; i < v->count; i++)
		*slot_of(&numbers, list[i].item) = (uint8_t)(i + 1);
	for (size_t i = 0; i < v->count; i++) {
		const struct row *row = &near->at[list[i].item];

		for (size_t n = 0; n < row->count; n++) {
			uint8_t slot = *slot_of(&numbers, row->at[n].item);

			if (!slot || v->near[i][slot - 1] >= row->at[n].score)
				continue;
			v->near[i][slot - 1] = row->at[n].score;
			v->near[slot - 1][i] = row->at[n].score;
		}
	}
}

void
variety_init(struct variety *v, const struct scored *list, size_t count,
    const struct rows *near)
{
	assert(count <= VARIETY_MOST);
	v->count = count;
	v->taken = 0;
	v->top = count ? list[0].score : 1;
	for (size_t i = 0; i < count; i++) {
		v->left[i].entry = list[i];
		v->left[i].number = i;
		v->left[i].nearest = 0;
		memset(v->near[i], 0, count * sizeof v->near[i][0]);
	}
	if (count > 1)
		find_near(v, list, near);
}

/* The place of the one with the most to add. */
static size_t
best_left(struct variety *v)
{
	size_t before = v->left[v->taken - 1].number, best = v->taken;
	int64_t most = INT64_MIN;

	for (size_t i = v->taken; i < v->count; i++) {
		int32_t near = v->near[before][v->left[i].number];
		int64_t worth;

		if (near > v->left[i].nearest)
			v->left[i].nearest = near;
		worth = (int64_t)v->left[i].entry.score * SCORE_ONE / v->top *
			(100 - VARIETY_PERCENT) -
		    (int64_t)v->left[i].nearest * VARIETY_PERCENT;
		if (worth > most) {
			most = worth;
			best = i;
		}
	}
	return best;
}

bool
variety_next(struct variety *v, struct scored *entry)
{
	__typeof__(v->left[0]) chosen;
	size_t at = v->taken;

	if (v->taken == v->count)
		return false;
	if (v->taken)
		at = best_left(v);
	chosen = v->left[at];
	memmove(&v->left[v->taken + 1], &v->left[v->taken],
	    (at - v->taken) * sizeof chosen);
	v->left[v->taken++] = chosen;
	*entry = chosen.entry;
	return true;
}
