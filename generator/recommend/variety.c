#include "variety.h"

static int64_t
nearest(const struct rows *near, const struct scored *chosen, size_t count,
    uint32_t item)
{
	int64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t a = rows_score(near, chosen[i].item, item);
		int64_t b = rows_score(near, item, chosen[i].item);

		a = a > b ? a : b;
		most = a > most ? a : most;
	}
	return most;
}

size_t
variety_choose(
    struct scored *list, size_t count, size_t most, const struct rows *near)
{
	int64_t top = count ? list[0].score : 1;

	if (most > count)
		most = count;
	for (size_t n = 1; n < most; n++) {
		int64_t best = INT64_MIN;
		size_t at = n;
		struct scored chosen;

		for (size_t i = n; i < count; i++) {
			int64_t worth = (int64_t)list[i].score * SCORE_ONE /
				top * (100 - VARIETY_PERCENT) -
			    nearest(near, list, n, list[i].item) *
				VARIETY_PERCENT;

			if (worth > best) {
				best = worth;
				at = i;
			}
		}
		chosen = list[at];
		for (size_t i = at; i > n; i--)
			list[i] = list[i - 1];
		list[n] = chosen;
	}
	return most;
}
