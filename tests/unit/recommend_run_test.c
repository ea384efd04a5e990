/*
 * recommend_run_test.c - what runs of characters have in common, found by
 * tables as it is found by looking everywhere.
 */
#include "row.h"
#include "run.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3000, RUNS = 40 };

/* The same on every machine. */
static uint32_t
draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525 + 1013904223;
	return (*state >> 8) % below;
}

/* Of few characters, so that there is much in common; the last is none. */
static struct str
some_run(struct arena *a, uint32_t *state)
{
	static const char *const characters[] = { "指", "针", "运", "算", "ア",
		"한", "\xf0\xa0\x80\x80", "é", "\xe6" };
	struct str run = STR_NONE;

	for (uint32_t n = draw(state, RUN_CHARACTERS + 3); n; n--)
		run = ARENA_JOIN(a, run,
		    str_from(
			characters[draw(state, (uint32_t)ROWS(characters))]));
	return run;
}

static bool
same_at(const struct run *a, size_t i, const struct run *b, size_t k)
{
	return i < a->count && k < b->count &&
	    str_eq(run_part(a, i, 1), run_part(b, k, 1));
}

static size_t
common_slowly(const struct run *a, const struct run *b, size_t *from)
{
	size_t longest = 0;

	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			size_t n = 0;

			while (same_at(a, i + n, b, k + n))
				n++;
			if (n > longest) {
				longest = n;
				*from = i;
			}
		}
	}
	return longest;
}

static void
finds_the_longest(void **state)
{
	uint32_t random = 1;
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int i = 0; i < ROUNDS; i++) {
		size_t from = 0, want_from = 0, n, want;
		struct run x, y;

		run_init(&x, some_run(&a, &random));
		run_init(&y, some_run(&a, &random));
		n = run_common(&x, &y, &from);
		want = common_slowly(&x, &y, &want_from);
		if (n != want || from != want_from)
			fail_msg("round %d: %zu at %zu, not %zu at %zu", i, n,
			    from, want, want_from);
		arena_reset(&a);
	}
	arena_clear(&a);
}

static void
finds_all_with_two(void **state)
{
	uint32_t random = 2;
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int i = 0; i < ROUNDS / RUNS; i++) {
		struct run runs[RUNS], other;
		struct run_index *index;
		struct run_set set;

		for (size_t n = 0; n < RUNS; n++)
			run_init(&runs[n], some_run(&a, &random));
		run_init(&other, some_run(&a, &random));
		index = run_index_new(&a, runs, RUNS);
		set = run_index_find(index, &other);
		for (size_t n = 0; n < RUNS; n++) {
			size_t from;
			bool want =
			    common_slowly(&runs[n], &other, &from) >= RUN_LEAST;

			assert_int_equal(set.bits[n / 64] >> n % 64 & 1, want);
		}
		arena_reset(&a);
	}
	arena_clear(&a);
}

static void
keeps_the_bytes(void **state)
{
	struct run r;

	(void)state;
	run_init(&r, STR("指é\xe6针"));
	assert_int_equal(r.count, 4);
	assert_true(str_eq_z(run_part(&r, 1, 2), "é\xe6"));
	assert_true(str_eq_z(run_part(&r, 0, 4), "指é\xe6针"));
	run_init(&r, STR_NONE);
	assert_int_equal(r.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_longest),
		cmocka_unit_test(finds_all_with_two),
		cmocka_unit_test(keeps_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
