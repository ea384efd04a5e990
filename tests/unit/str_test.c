#include "str.h"

#include "row.h"

#include <string.h>

static void
views_compare(void **state)
{
	static const struct {
		int line;
		const char *a, *b;
		int order; /* sign */
		bool nocase;
	} rows[] = {
		{ __LINE__, "", "", 0, true },
		{ __LINE__, "a", "", 1, false },
		{ __LINE__, "a", "ab", -1, false },
		{ __LINE__, "a", "B", 1, false },
		{ __LINE__, "Ab", "aB", -1, true },
		{ __LINE__, "\xff", "a", 1, false },
		{ __LINE__, "\xc3\x84", "\xc3\xa4", -1, false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str a = str_from(rows[i].a), b = str_from(rows[i].b);
		int order = str_cmp(a, b);

		ROW_TRUE(
		    rows[i].line, (order > 0) - (order < 0) == rows[i].order);
		ROW_TRUE(rows[i].line, str_eq(a, b) == !rows[i].order);
		ROW_TRUE(rows[i].line, str_eq_nocase(a, b) == rows[i].nocase);
	}
}

static void
empty_views_are_fine(void **state)
{
	struct str none = STR_NONE, rest = STR_NONE, part;
	int64_t n;
	size_t at = 0;

	(void)state;
	assert_true(str_eq(none, str_from(NULL)));
	assert_true(str_eq(none, STR("")));
	assert_true(str_starts(none, none) && str_ends(none, none));
	assert_int_equal(str_find(none, 'a'), 0);
	assert_int_equal(str_rfind(none, 'a'), 0);
	assert_int_equal(str_search(none, STR("a")), 0);
	assert_int_equal(str_trim(none).len, 0);
	assert_int_equal(str_from_at(none, 5).len, 0);
	assert_false(str_split(&rest, ',', &part));
	assert_false(str_to_i64(none, &n));
	assert_true(str_is_utf8(none));
	assert_int_equal(str_utf8_next(none, &at), 0xfffd);
	assert_int_equal(str_distance(none, none, 3), 0);
}

static void
parts_are_found(void **state)
{
	struct str s = STR("one/two/three");

	(void)state;
	assert_int_equal(str_find(s, '/'), 3);
	assert_int_equal(str_rfind(s, '/'), 7);
	assert_int_equal(str_find(s, 'x'), s.len);
	assert_int_equal(str_rfind(s, 'x'), s.len);
	assert_int_equal(str_search(s, STR("two")), 4);
	assert_int_equal(str_search(s, STR("four")), s.len);
	assert_int_equal(str_search(s, STR("")), 0);
	assert_true(str_starts(s, STR("one")));
	assert_false(str_starts(STR("on"), STR("one")));
	assert_true(str_ends(s, STR("three")));
	assert_false(str_ends(STR("hree"), STR("three")));
	row_str(__LINE__, str_sub(s, 4, 3), "two");
	row_str(__LINE__, str_sub(s, 8, SIZE_MAX), "three");
	row_str(__LINE__, str_sub(s, 99, 3), "");
	row_str(__LINE__, str_trim(STR(" \t\r\na b\n ")), "a b");
}

static void
splitting_keeps_empty_parts(void **state)
{
	static const char *const want[] = { "", "a", "", "b", "" };
	struct str rest = STR(",a,,b,"), part;
	size_t count = 0;

	(void)state;
	while (str_split(&rest, ',', &part)) {
		assert_true(count < ROWS(want));
		row_str((int)count, part, want[count]);
		count++;
	}
	assert_int_equal(count, ROWS(want));
}

static void
integers_are_strict(void **state)
{
	static const struct {
		int line;
		const char *in;
		bool ok;
		int64_t want;
	} rows[] = {
		{ __LINE__, "0", true, 0 },
		{ __LINE__, "-1", true, -1 },
		{ __LINE__, "9223372036854775807", true, INT64_MAX },
		{ __LINE__, "-9223372036854775808", true, INT64_MIN },
		{ __LINE__, "9223372036854775808", false, 0 },
		{ __LINE__, "-9223372036854775809", false, 0 },
		{ __LINE__, "99999999999999999999", false, 0 },
		{ __LINE__, "", false, 0 },
		{ __LINE__, "-", false, 0 },
		{ __LINE__, "-0", false, 0 },
		{ __LINE__, "01", false, 0 },
		{ __LINE__, "+1", false, 0 },
		{ __LINE__, " 1", false, 0 },
		{ __LINE__, "1x", false, 0 },
		{ __LINE__, "1.0", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t n = 0;
		bool ok = str_to_i64(str_from(rows[i].in), &n);

		ROW_TRUE(rows[i].line, ok == rows[i].ok);
		ROW_TRUE(rows[i].line, !ok || n == rows[i].want);
	}
}

static void
utf8_is_strict(void **state)
{
	static const struct {
		int line;
		const char *in;
		bool ok;
		uint32_t first;
		size_t used;
	} rows[] = {
		{ __LINE__, "a", true, 'a', 1 },
		{ __LINE__, "\xc2\x80", true, 0x80, 2 },
		{ __LINE__, "\xe4\xb8\xad", true, 0x4e2d, 3 },
		{ __LINE__, "\xf0\x9f\x98\x80", true, 0x1f600, 4 },
		{ __LINE__, "\xf4\x8f\xbf\xbf", true, 0x10ffff, 4 },
		{ __LINE__, "\xf4\x90\x80\x80", false, 0xfffd, 1 },
		{ __LINE__, "\xed\xa0\x80", false, 0xfffd, 1 },
		{ __LINE__, "\xc0\xaf", false, 0xfffd, 1 },
		{ __LINE__, "\xe0\x80\xaf", false, 0xfffd, 1 },
		{ __LINE__, "\xf0\x80\x80\xaf", false, 0xfffd, 1 },
		{ __LINE__, "\x80", false, 0xfffd, 1 },
		{ __LINE__, "\xe4\xb8", false, 0xfffd, 1 },
		{ __LINE__, "\xff", false, 0xfffd, 1 },
	};
	char padded[32];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str s = str_from(rows[i].in);
		size_t at = 0;

		ROW_TRUE(rows[i].line, str_is_utf8(s) == rows[i].ok);
		ROW_TRUE(rows[i].line, str_utf8_next(s, &at) == rows[i].first);
		ROW_TRUE(rows[i].line, at == rows[i].used);
		/* The same behind and before a run of ASCII. */
		snprintf(
		    padded, sizeof padded, "12345678901%s1234567", rows[i].in);
		ROW_TRUE(
		    rows[i].line, str_is_utf8(str_from(padded)) == rows[i].ok);
	}
}

static void
distance_counts_slips(void **state)
{
	static const struct {
		int line;
		const char *a, *b;
		size_t want;
	} rows[] = {
		{ __LINE__, "access", "access", 0 },
		{ __LINE__, "acces", "access", 1 },
		{ __LINE__, "acecss", "access", 1 },
		{ __LINE__, "axxess", "access", 2 },
		{ __LINE__, "access", "excess", 2 },
		{ __LINE__, "abcdef", "uvwxyz", 4 },
		{ __LINE__, "a", "abcdefgh", 4 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str a = str_from(rows[i].a), b = str_from(rows[i].b);

		ROW_TRUE(rows[i].line, str_distance(a, b, 3) == rows[i].want);
		ROW_TRUE(rows[i].line, str_distance(b, a, 3) == rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_compare),
		cmocka_unit_test(empty_views_are_fine),
		cmocka_unit_test(parts_are_found),
		cmocka_unit_test(splitting_keeps_empty_parts),
		cmocka_unit_test(integers_are_strict),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(distance_counts_slips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
