#include "pseudonym.h"

#include "row.h"

#include <string.h>

static void
periods_are_counted_from_1970_and_do_not_overlap(void **state)
{
	static const struct pseudonym_key lasting[] = { { -1, -1, { 0 } } };
	static const struct pseudonym_key around[] = { { -1, -1, { 0 } },
		{ 90, 180, { 0 } }, { 200, 210, { 0 } } };
	static const struct {
		int line;
		const struct pseudonym_key *keys;
		size_t count;
		int64_t day, rotate, begins, ends;
	} rows[] = {
		{ __LINE__, NULL, 0, 0, 90, 0, 90 },
		{ __LINE__, NULL, 0, 89, 90, 0, 90 },
		{ __LINE__, NULL, 0, 90, 90, 90, 180 },
		{ __LINE__, NULL, 0, 20000, 1, 20000, 20001 },
		{ __LINE__, lasting, 1, 5, 90, 0, 90 },
		/* Set to seven: it begins where the longer one ended. */
		{ __LINE__, around, 3, 181, 7, 180, 182 },
		{ __LINE__, around, 3, 183, 7, 182, 189 },
		/* Set to 400: cut short where one is later. */
		{ __LINE__, around, 3, 190, 400, 180, 200 },
		{ __LINE__, around, 3, 20, 400, 0, 90 },
		{ __LINE__, around, 3, 210, 400, 210, 400 },
	};
	int64_t begins, ends;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		pseudonym_period(rows[i].day, rows[i].rotate, rows[i].keys,
		    rows[i].count, &begins, &ends);
		ROW_TRUE(rows[i].line, begins == rows[i].begins);
		ROW_TRUE(rows[i].line, ends == rows[i].ends);
	}
	assert_int_equal(pseudonym_day(86399), 0);
	assert_int_equal(pseudonym_day(86400), 1);
	assert_null(pseudonym_find(around, 3, 89));
	assert_ptr_equal(pseudonym_find(around, 3, 90), &around[1]);
	assert_null(pseudonym_find(around, 3, 180));
	assert_null(pseudonym_find(around, 3, -1));
}

static void
a_pseudonym_is_of_its_key_and_reader(void **state)
{
	const struct pseudonym_key one = { 0, 90, { 1 } };
	const struct pseudonym_key two = { 90, 180, { 2 } };
	char a[PSEUDONYM + 1], b[PSEUDONYM + 1];

	(void)state;
	pseudonym_of(&one, STR("reader"), a);
	assert_int_equal(strlen(a), PSEUDONYM);
	assert_int_equal(strspn(a, "0123456789abcdef"), PSEUDONYM);
	pseudonym_of(&one, STR("reader"), b);
	assert_string_equal(a, b);
	pseudonym_of(&one, STR("another"), b);
	assert_string_not_equal(a, b);
	pseudonym_of(&two, STR("reader"), b);
	assert_string_not_equal(a, b);
	/* Without a key: another one in every period all the same. */
	pseudonym_without_key(&one, 5, 90, STR("reader"), b);
	assert_string_not_equal(a, b);
	pseudonym_without_key(&one, 89, 90, STR("reader"), a);
	assert_string_equal(a, b);
	pseudonym_without_key(&one, 90, 90, STR("reader"), a);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    periods_are_counted_from_1970_and_do_not_overlap),
		cmocka_unit_test(a_pseudonym_is_of_its_key_and_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
