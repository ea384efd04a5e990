#include "arena.h"

#include "row.h"

#include <stdalign.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
memory_is_zeroed_and_aligned(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			char *p = arena_alloc(&a, size);

			assert_int_equal(
			    (uintptr_t)p % alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xa5, size);
		}
		arena_reset(&a);
		assert_int_equal(a.used, 0);
	}
	arena_clear(&a);
}

static void
large_and_small_mix(void **state)
{
	struct arena a;
	char *small[200];

	(void)state;
	arena_init(&a);
	for (int i = 0; i < 200; i++) {
		char *large = arena_alloc(&a, 100000);

		memset(large, 0xff, 100000);
		small[i] = arena_alloc(&a, 16);
		memset(small[i], i, 16);
	}
	for (int i = 0; i < 200; i++)
		assert_int_equal((unsigned char)small[i][15], i);
	arena_clear(&a);
	assert_int_equal(a.used, 0);
}

static void
limit_is_a_limit(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	arena_limit(&a, 1000);
	assert_non_null(arena_try(&a, 600));
	assert_null(arena_try(&a, 600));
	assert_null(arena_try(&a, SIZE_MAX));
	assert_non_null(arena_try(&a, 300));
	arena_clear(&a);
	assert_non_null(arena_try(&a, 1000 - alignof(max_align_t)));
	arena_clear(&a);
}

static void
copies_end_in_nul(void **state)
{
	struct arena a;
	struct str s;

	(void)state;
	arena_init(&a);
	s = arena_str(&a, STR_NONE);
	assert_int_equal(s.len, 0);
	assert_int_equal(*s.ptr, 0);
	s = arena_str(&a, str_of("abcdef", 3));
	assert_string_equal(s.ptr, "abc");
	assert_string_equal(arena_z(&a, STR("x")), "x");
	s = arena_printf(&a, "%d-%s", 42, "yes");
	row_str(__LINE__, s, "42-yes");
	assert_int_equal(s.ptr[s.len], 0);
	s = ARENA_JOIN(&a, STR("one"), STR_NONE, STR(" two"));
	row_str(__LINE__, s, "one two");
	assert_int_equal(s.ptr[s.len], 0);
	assert_int_equal(*ARENA_JOIN(&a, STR_NONE).ptr, 0);
	arena_clear(&a);
}

static void
lists_grow_side_by_side(void **state)
{
	struct {
		int *at;
		size_t count, room;
	} a_list = { 0 }, b_list = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int i = 0; i < 100000; i++) {
		ARENA_PUSH(&a, a_list, i);
		if (i % 3 == 0)
			ARENA_PUSH(&a, b_list, -i);
	}
	for (int i = 0; i < 100000; i++)
		assert_int_equal(a_list.at[i], i);
	for (int i = 0; i < (int)b_list.count; i++)
		assert_int_equal(b_list.at[i], -3 * i);
	arena_clear(&a);
}

/* An array whose size overflows must end the process, not be too small. */
static void
overflow_ends_the_process(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		struct arena a;

		close(STDERR_FILENO);
		arena_init(&a);
		arena_alloc_array(&a, SIZE_MAX / 4, 8);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(large_and_small_mix),
		cmocka_unit_test(limit_is_a_limit),
		cmocka_unit_test(copies_end_in_nul),
		cmocka_unit_test(lists_grow_side_by_side),
		cmocka_unit_test(overflow_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
