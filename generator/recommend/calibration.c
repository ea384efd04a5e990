#include "calibration.h"

#include <math.h>
#include <stdlib.h>

static int
by_chance(const void *a, const void *b)
{
	const struct chance *x = a, *y = b;

	if (x->given != y->given)
		return x->given < y->given ? -1 : 1;
	return x->came - y->came;
}

static size_t
end_of_equals(const struct chance *list, size_t count, size_t from)
{
	size_t to = from + 1;

	while (to < count && list[to].given == list[from].given)
		to++;
	return to;
}

/* Mann and Whitney's count, over runs of equal chances. */
static double
auc_of(const struct chance *list, size_t count, size_t came)
{
	double wins = 0, others = 0;
	size_t to;

	if (!came || came == count)
		return 0.5;
	for (size_t from = 0; from < count; from = to) {
		double yes = 0, no;

		to = end_of_equals(list, count, from);
		for (size_t i = from; i < to; i++)
			yes += list[i].came;
		no = (double)(to - from) - yes;
		wins += yes * (others + no / 2);
		others += no;
	}
	return wins / ((double)came * (double)(count - came));
}

static void
add_group(struct calibration *c, const struct chance *list, size_t count)
{
	struct calibration_group *g = &c->groups[c->group_count++];
	double sum = 0;

	*g = (struct calibration_group){ .from = list[0].given,
		.to = list[count - 1].given,
		.readers = count };
	for (size_t i = 0; i < count; i++) {
		sum += list[i].given;
		g->came += list[i].came;
	}
	g->given = sum / (double)count;
	g->seen = interval_of_share((double)g->came, (double)count);
}

static void
divide(struct calibration *c, const struct chance *list, size_t count)
{
	size_t from = 0;

	for (size_t i = 1; i <= CALIBRATION_GROUPS && from < count; i++) {
		size_t to = count * i / CALIBRATION_GROUPS;

		if (to <= from)
			continue;
		to = end_of_equals(list, count, to - 1);
		add_group(c, &list[from], to - from);
		from = to;
	}
}

void
calibration_of(struct calibration *c, struct chance *list, size_t count)
{
	*c = (struct calibration){ .readers = count, .auc = 0.5 };
	if (!count)
		return;
	qsort(list, count, sizeof *list, by_chance);
	for (size_t i = 0; i < count; i++) {
		double off = list[i].given - list[i].came;

		c->came += list[i].came;
		c->brier += off * off / (double)count;
	}
	c->auc = auc_of(list, count, c->came);
	divide(c, list, count);
	for (size_t i = 0; i < c->group_count; i++) {
		const struct calibration_group *g = &c->groups[i];

		c->error += fabs(g->given - g->seen.value) *
		    (double)g->readers / (double)count;
	}
}

double
calibration_brier_of(const struct chance *list, size_t count, double same)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (same - list[i].came) * (same - list[i].came);
	return count ? sum / (double)count : 0;
}
