#include "complaint.h"

#include "row.h"

static void
a_flood_is_told_once_a_minute(void **state)
{
	struct complaint c = { .about = "a fault" };

	(void)state;
	assert_int_equal(complaint_count(&c, 0, 5), 0);
	assert_int_equal(complaint_count(&c, 1, 10), 1);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(complaint_count(&c, 1, 11 + i), 0);
	assert_int_equal(complaint_count(&c, 0, 10 + COMPLAINT_MS - 1), 0);
	assert_int_equal(complaint_count(&c, 0, 10 + COMPLAINT_MS), 1000);
	/* Nothing more was: nothing is told, and the next one is at once. */
	assert_int_equal(complaint_count(&c, 0, 10 + 2 * COMPLAINT_MS), 0);
	assert_int_equal(complaint_count(&c, 2, 11 + 2 * COMPLAINT_MS), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_is_told_once_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
