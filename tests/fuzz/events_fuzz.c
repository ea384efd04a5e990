/*
 * events_fuzz.c - any bytes as an events file; what is read of it is within its
 * bounds and goes through the matrix and both kinds of rows.
 */
#include "behaviour.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
check_events(const struct events *e)
{
	for (size_t i = 0; i < e->list.count; i++) {
		const struct event *x = &e->list.at[i];

		require(x->time >= 0 && x->kind < EVENT_KINDS);
		require(x->reader < e->readers.list.count);
		require(x->item < e->items.list.count);
		require(x->block < e->blocks.list.count);
		require(x->weight >= 0 && x->weight <= 1000);
		require(!i || e->list.at[i - 1].time <= x->time);
	}
}

static void
check_rows(const struct rows *rows)
{
	require(rows != NULL);
	for (size_t i = 0; i < rows->count; i++) {
		for (size_t k = 0; k < rows->at[i].count; k++) {
			require(rows->at[i].at[k].item < rows->count);
			require(rows->at[i].at[k].item != i);
			require(rows->at[i].at[k].score > 0);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct behaviour b = {
		.lambda = 1, .shrink = 1, .threshold = 2, .most = 10
	};
	struct arena arena;
	struct events *e;
	struct diag diag;
	bool read;

	arena_init(&arena);
	diag_init(&diag);
	e = events_new(&arena);
	read = events_read(e, &arena, STR("events.tsv"),
	    str_of((const char *)data, size), &diag);
	require(read == !diag.errors);
	events_close(e);
	check_events(e);
	if (e->items.list.count < 100) {
		struct matrix *m = matrix_new(
		    &arena, e, &event_worth_default, NULL, e->items.list.count);

		check_rows(behaviour_neighbours(&arena, m, &b));
		check_rows(behaviour_ease(&arena, m, &b));
	}
	diag_clear(&diag);
	arena_clear(&arena);
	return 0;
}
