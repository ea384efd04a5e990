#include "buf.h"

#include "row.h"

static void
appends_add_up(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	row_str(__LINE__, buf_str(&b), "");
	buf_add(&b, STR("a"));
	buf_add(&b, STR_NONE);
	buf_add_z(&b, "bc");
	buf_add_z(&b, NULL);
	buf_add_c(&b, 'd');
	buf_add_i64(&b, 0);
	buf_add_i64(&b, INT64_MIN);
	buf_add_i64(&b, INT64_MAX);
	buf_printf(&b, "[%s %d]", "x", 7);
	row_str(__LINE__, buf_str(&b),
	    "abcd0-92233720368547758089223372036854775807[x 7]");
	assert_int_equal(b.ptr[b.len], 0);
	buf_reset(&b);
	row_str(__LINE__, buf_str(&b), "");
	for (int i = 0; i < 100000; i++)
		buf_add_c(&b, (char)('a' + i % 26));
	assert_true(buf_ok(&b));
	assert_int_equal(b.len, 100000);
	assert_int_equal(b.ptr[99999], 'a' + 99999 % 26);
	buf_clear(&b);
}

static void
failure_sticks_and_changes_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_add_z(&b, "1234567890");
	assert_true(buf_ok(&b));
	buf_add_c(&b, 'x');
	assert_false(buf_ok(&b));
	row_str(__LINE__, buf_str(&b), "1234567890");
	buf_reset(&b);
	assert_true(buf_ok(&b));
	buf_add_z(&b, "12345678");
	buf_printf(&b, "%s", "abc");
	assert_false(buf_ok(&b));
	buf_add_c(&b, 'z');
	buf_add_i64(&b, 1);
	buf_printf(&b, "z");
	assert_null(buf_reserve(&b, 1));
	row_str(__LINE__, buf_str(&b), "12345678");
	buf_clear(&b);
	assert_true(buf_ok(&b));
	buf_add_z(&b, "12345678901");
	assert_false(buf_ok(&b));
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void
no_cap_does_not_overflow(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX);
	buf_add_z(&b, "abc");
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_false(buf_ok(&b));
	row_str(__LINE__, buf_str(&b), "abc");
	buf_clear(&b);
}

static void
reserved_room_is_committed(void **state)
{
	struct buf b;
	char *room;

	(void)state;
	buf_init(&b, 100);
	room = buf_reserve(&b, 100);
	assert_non_null(room);
	memcpy(room, "hello", 5);
	buf_commit(&b, 5);
	buf_add_z(&b, "!");
	row_str(__LINE__, buf_str(&b), "hello!");
	assert_null(buf_reserve(&b, 95));
	buf_clear(&b);
}

static void
scalars_become_utf8(void **state)
{
	static const struct {
		int line;
		uint32_t scalar;
		const char *want;
	} rows[] = {
		{ __LINE__, 'a', "a" },
		{ __LINE__, 0xe9, "\xc3\xa9" },
		{ __LINE__, 0x4e2d, "\xe4\xb8\xad" },
		{ __LINE__, 0x1f600, "\xf0\x9f\x98\x80" },
		{ __LINE__, 0xd800, "\xef\xbf\xbd" },
		{ __LINE__, 0x110000, "\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b;

		buf_init(&b, 8);
		buf_add_utf8(&b, rows[i].scalar);
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends_add_up),
		cmocka_unit_test(failure_sticks_and_changes_nothing),
		cmocka_unit_test(no_cap_does_not_overflow),
		cmocka_unit_test(reserved_room_is_committed),
		cmocka_unit_test(scalars_become_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
