#include "json.h"

#include "row.h"

#include "limits.h"

#include <math.h>
#include <string.h>

static void
text_comes_back(void **state)
{
	static const struct {
		int line;
		const char *in, *want; /* NULL: as `in` */
	} rows[] = {
		{ __LINE__, "null", NULL },
		{ __LINE__, " [ true , false ] ", "[true,false]" },
		{ __LINE__, "{\"b\":1,\"a\":[{}],\"\":[]}", NULL },
		{ __LINE__, "9223372036854775807", NULL },
		{ __LINE__, "-9223372036854775808", NULL },
		{ __LINE__, "1.0", NULL },
		{ __LINE__, "0.1", NULL },
		{ __LINE__, "1e3", "1000.0" },
		{ __LINE__, "1e300", "1e+300" },
		{ __LINE__, "0.30000000000000004", NULL },
		{ __LINE__, "\"\\u4e2d\\ud83d\\ude00\"",
		    "\"\xe4\xb8\xad\xf0\x9f\x98\x80\"" },
		{ __LINE__, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\"",
		    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\"" },
		{ __LINE__, "\"</script>\"", "\"<\\/script>\"" },
		{ __LINE__, "\"<!--<script>\"",
		    "\"\\u003c!--\\u003cscript>\"" },
		{ __LINE__, "\"a < b <\"", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct arena a;
		struct json_error e;
		const struct value *v;
		struct buf b;

		arena_init(&a);
		buf_init(&b, 1000);
		v = json_read(&a, str_from(rows[i].in), &e);
		if (!v)
			fail_msg("row at line %d: %s", rows[i].line, e.message);
		json_write(&b, v, false);
		row_str(rows[i].line, buf_str(&b),
		    rows[i].want ? rows[i].want : rows[i].in);
		buf_clear(&b);
		arena_clear(&a);
	}
}

static void
faults_are_found_and_placed(void **state)
{
	static const struct {
		int line;
		const char *in;
		unsigned at; /* line */
	} rows[] = {
		{ __LINE__, "", 1 },
		{ __LINE__, "{\"a\":1,\n\"a\":2}", 2 },
		{ __LINE__, "{}\n\n{}", 3 },
		{ __LINE__, "[1,]", 1 },
		{ __LINE__, "\"\\u0000\"", 1 },
		{ __LINE__, "\"\xff\"", 1 },
		{ __LINE__, "\"\\ud800\"", 1 },
		{ __LINE__, "01", 1 },
		{ __LINE__, "NaN", 1 },
		{ __LINE__, "9223372036854775808", 1 },
		{ __LINE__, "1e999", 1 },
		{ __LINE__, "'a'", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct arena a;
		struct json_error e;

		arena_init(&a);
		ROW_TRUE(
		    rows[i].line, !json_read(&a, str_from(rows[i].in), &e));
		ROW_TRUE(rows[i].line, e.line == rows[i].at);
		ROW_TRUE(rows[i].line, e.message[0]);
		arena_clear(&a);
	}
}

static void
depth_is_bounded(void **state)
{
	char deep[2 * LIMIT_JSON_DEPTH + 3];

	(void)state;
	for (size_t depth = LIMIT_JSON_DEPTH; depth <= LIMIT_JSON_DEPTH + 1;
	     depth++) {
		struct arena a;
		struct json_error e;
		const struct value *v;

		arena_init(&a);
		memset(deep, '[', depth);
		memset(deep + depth, ']', depth);
		v = json_read(&a, str_of(deep, 2 * depth), &e);
		assert_true(!v == (depth > LIMIT_JSON_DEPTH));
		if (!v)
			assert_int_equal(e.column, depth);
		/* Brackets in strings do not count. */
		deep[0] = deep[2 * depth - 1] = '"';
		assert_non_null(json_read(&a, str_of(deep, 2 * depth), &e));
		arena_clear(&a);
	}
}

static void
pretty_is_one_member_a_line(void **state)
{
	struct arena a;
	struct json_error e;
	const struct value *v;
	struct buf b;

	(void)state;
	arena_init(&a);
	buf_init(&b, 1000);
	v = json_read(&a, STR("{\"a\":[1,{}],\"b\":{\"c\":[]}}"), &e);
	assert_non_null(v);
	json_write(&b, v, true);
	row_str(__LINE__, buf_str(&b),
	    "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n"
	    "  }\n}\n");
	buf_clear(&b);
	arena_clear(&a);
}

static void
what_json_cannot_say_is_replaced(void **state)
{
	struct arena a;
	struct value *list;
	struct buf b;

	(void)state;
	arena_init(&a);
	buf_init(&b, 1000);
	list = value_list(&a);
	value_push(&a, list, value_real(&a, HUGE_VAL));
	value_push(&a, list,
	    value_str(&a,
		STR("a\xff"
		    "b")));
	value_push(&a, list, value_html(&a, STR("<b>")));
	json_write(&b, list, false);
	row_str(__LINE__, buf_str(&b),
	    "[null,\"a\xef\xbf\xbd"
	    "b\",\"<b>\"]");
	buf_clear(&b);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_comes_back),
		cmocka_unit_test(faults_are_found_and_placed),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(pretty_is_one_member_a_line),
		cmocka_unit_test(what_json_cannot_say_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
