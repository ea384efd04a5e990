#include "variety.h"

#include <assert.h>
#include <string.h>

enum { SLOTS = 4 * VARIETY_MOST };

struct pool {
	struct scored *list;
	size_t count;
	uint8_t slots[SLOTS]; /* by item: the number + 1 */
	/* how near each two are, by their numbers at the beginning */
	int32_t near[VARIETY_MOST][VARIETY_MOST];
};

static uint8_t *
slot_of(struct pool *p, uint32_t item)
{
	size_t i = item * UINT32_C(0x9e3779b1) >> 16;

	for (;; i++) {
		uint8_t *slot = &p->slots[i % SLOTS];

		if (!*slot || p->list[*slot - 1].item == item)
			return slot;
	}
}

/* The greater of what both rows say. */
static void
find_near(struct pool *p, const struct rows *near)
{
	for (size_t i = 0; i < p->count; i++)
		*slot_of(p, p->list[i].item) = (uint8_t)(i + 1);
	for (size_t i = 0; i < p->count; i++) {
		const struct row *row = &near->at[p->list[i].item];

		for (size_t n = 0; n < row->count; n++) {
			uint8_t slot = *slot_of(p, row->at[n].item);

			if (!slot || p->near[i][slot - 1] >= row->at[n].score)
				continue;
			p->near[i][slot - 1] = row->at[n].score;
			p->near[slot - 1][i] = row->at[n].score;
		}
	}
}

size_t
variety_choose(
    struct scored *list, size_t count, size_t most, const struct rows *near)
{
	int64_t top = count ? list[0].score : 1;
	struct pool p = { .list = list, .count = count };
	struct {
		struct scored entry;
		size_t number;
		int32_t nearest; /* to one that is chosen */
	} left[VARIETY_MOST], chosen;

	assert(count <= VARIETY_MOST);
	if (most > count)
		most = count;
	if (most < 2)
		return most;
	find_near(&p, near);
	for (size_t i = 0; i < count; i++) {
		left[i].entry = list[i];
		left[i].number = i;
		left[i].nearest = 0;
	}
	for (size_t n = 1; n < most; n++) {
		int64_t best = INT64_MIN;
		size_t at = n;

		for (size_t i = n; i < count; i++) {
			int32_t now =
			    p.near[left[n - 1].number][left[i].number];
			int64_t worth;

			if (now > left[i].nearest)
				left[i].nearest = now;
			worth = (int64_t)left[i].entry.score * SCORE_ONE / top *
				(100 - VARIETY_PERCENT) -
			    (int64_t)left[i].nearest * VARIETY_PERCENT;
			if (worth > best) {
				best = worth;
				at = i;
			}
		}
		chosen = left[at];
		memmove(&left[n + 1], &left[n], (at - n) * sizeof *left);
		left[n] = chosen;
	}
	for (size_t i = 0; i < count; i++)
		list[i] = left[i].entry;
	return most;
}
