#include "split.h"

#include <stdlib.h>
#include <string.h>

enum part { PART_TRAIN = 1, PART_IN = 2, PART_OUT = 4 };

struct named {
	struct str name;
	uint32_t item;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* Numbers the items in the order of their names, so that ties are broken by
 * them; `item_of` maps the events' numbers to these. */
static struct str *
order_items(struct arena *a, const struct events *e, uint32_t *item_of)
{
	size_t count = e->items.list.count;
	struct str *names = ARENA_ARRAY(a, count, struct str);
	struct named *list = ARENA_ARRAY(a, count, struct named);

	for (size_t i = 0; i < count; i++)
		list[i] = (struct named){ e->items.list.at[i], (uint32_t)i };
	if (count)
		qsort(list, count, sizeof *list, by_name);
	for (size_t i = 0; i < count; i++) {
		names[i] = list[i].name;
		item_of[list[i].item] = (uint32_t)i;
	}
	return names;
}

static struct matrix *
matrix_of(struct arena *a, const struct events *e,
    const struct event_worth *worth, const unsigned char *parts, enum part part,
    const struct split_items *items)
{
	struct events some = *e;
	struct arena work;
	struct matrix *m;

	arena_init(&work);
	some.list.at = ARENA_ARRAY(&work, e->list.count, struct event);
	some.list.count = 0;
	for (size_t i = 0; i < e->list.count; i++) {
		if (parts[i] & part)
			some.list.at[some.list.count++] = e->list.at[i];
	}
	m = matrix_new(a, &some, worth, items->item_of, items->count);
	arena_clear(&work);
	return m;
}

static void
divide(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth, const unsigned char *parts,
    const struct split_items *given)
{
	struct split_items items = { NULL, e->items.list.count };
	struct arena work;
	int64_t *when;

	s->readers = &e->readers;
	if (given) {
		items = *given;
	} else {
		uint32_t *item_of = ARENA_ARRAY(a, items.count, uint32_t);

		s->items = order_items(a, e, item_of);
		items.item_of = item_of;
	}
	s->train = matrix_of(a, e, worth, parts, PART_TRAIN, &items);
	s->in = matrix_of(a, e, worth, parts, PART_IN, &items);
	s->out = matrix_of(a, e, worth, parts, PART_OUT, &items);
	s->last = ARENA_ARRAY(a, e->readers.list.count, uint32_t);
	memset(s->last, 0xff, e->readers.list.count * sizeof *s->last);
	arena_init(&work);
	when = ARENA_ARRAY(&work, e->readers.list.count, int64_t);
	for (size_t i = 0; i < e->list.count; i++) {
		const struct event *x = &e->list.at[i];

		if (!(parts[i] & PART_IN) || x->time < when[x->reader])
			continue;
		if (items.item_of[x->item] == UINT32_MAX)
			continue;
		when[x->reader] = x->time;
		s->last[x->reader] = items.item_of[x->item];
	}
	arena_clear(&work);
}

void
split_given(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth, size_t in_from, size_t out_from)
{
	unsigned char *parts = ARENA_ARRAY(a, e->list.count, unsigned char);

	for (size_t i = 0; i < e->list.count; i++)
		parts[i] = i >= out_from ? PART_OUT
		    : i >= in_from       ? PART_IN
					 : PART_TRAIN;
	divide(s, a, e, worth, parts, NULL);
}

void
split_by_time(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth, double share,
    const struct split_items *items)
{
	unsigned char *parts = ARENA_ARRAY(a, e->list.count, unsigned char);
	size_t cut = (size_t)((double)e->list.count * share);

	/* events of one moment stay together */
	while (cut > 0 && cut < e->list.count &&
	    e->list.at[cut].time == e->list.at[cut - 1].time)
		cut++;
	for (size_t i = 0; i < e->list.count; i++)
		parts[i] = i < cut ? PART_TRAIN | PART_IN : PART_OUT;
	divide(s, a, e, worth, parts, items);
}

static bool
is_held_out(struct str reader)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < reader.len; i++)
		h = (h ^ (unsigned char)reader.ptr[i]) * 16777619u;
	return (h >> 8) % 5 == 0;
}

void
split_by_reader(struct split *s, struct arena *a, const struct events *e,
    const struct event_worth *worth)
{
	size_t readers = e->readers.list.count;
	unsigned char *parts = ARENA_ARRAY(a, e->list.count, unsigned char);
	uint32_t *total = ARENA_ARRAY(a, readers, uint32_t);
	uint32_t *seen = ARENA_ARRAY(a, readers, uint32_t);

	for (size_t i = 0; i < e->list.count; i++)
		total[e->list.at[i].reader]++;
	for (size_t i = 0; i < e->list.count; i++) {
		uint32_t r = e->list.at[i].reader;
		uint32_t found = total[r] / 5 ? total[r] / 5 : 1;

		if (!is_held_out(e->readers.list.at[r]))
			parts[i] = PART_TRAIN;
		else
			parts[i] =
			    seen[r]++ < total[r] - found ? PART_IN : PART_OUT;
	}
	divide(s, a, e, worth, parts, NULL);
}
