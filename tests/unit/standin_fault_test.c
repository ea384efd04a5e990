#include "../standin/fault.h"

#include "row.h"

#include "json.h"

static void
row_shown(int line, const struct mint_faults *f, const char *want)
{
	struct arena a;
	struct buf b;

	arena_init(&a);
	buf_init(&b, 10000);
	json_write(&b, mint_faults_show(f, &a), false);
	row_str(line, buf_str(&b), want);
	buf_clear(&b);
	arena_clear(&a);
}

static void
lists_turn_switches(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "", "{}" },
		{ __LINE__, "500", "{\"500\":{\"left\":null}}" },
		{ __LINE__, "500=2", "{\"500\":{\"left\":2}}" },
		{ __LINE__, "500:2@/v1/refunds",
		    "{\"500\":{\"left\":2,\"path\":\"/v1/refunds\"}}" },
		{ __LINE__, "500=1:3", "{\"500\":{\"left\":3}}" },
		{ __LINE__, " timeout=7:1 , duplicate ",
		    "{\"timeout\":{\"value\":7,\"left\":1},"
		    "\"duplicate\":{\"value\":2,\"left\":null}}" },
		{ __LINE__, "reorder=1",
		    "{\"reorder\":{\"value\":1,"
		    "\"left\":null}}" },
		{ __LINE__, "reorder,reorder=0", "{}" },
		{ __LINE__, "drop,drop:0", "{}" },
		{ __LINE__, "refund-fail=0",
		    "{\"refund-fail\":{\"value\":0,\"left\":null}}" },
		{ __LINE__, "429,garbage,off",
		    "{\"429\":{\"left\":null},"
		    "\"garbage\":{\"left\":null}}" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint_faults f = { 0 };
		char error[160] = "";

		if (!mint_faults_read(&f, str_from(rows[i].in), error))
			fail_msg("row at line %d: %s", rows[i].line, error);
		row_shown(rows[i].line, &f, rows[i].want);
	}
}

static void
off_comes_first(void **state)
{
	struct mint_faults f = { 0 };
	char error[160];

	(void)state;
	assert_true(mint_faults_read(&f, STR("500,drop"), error));
	assert_true(mint_faults_read(&f, STR("429,off"), error));
	row_shown(__LINE__, &f, "{\"429\":{\"left\":null}}");
}

static void
a_faulty_list_changes_nothing(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "dance",
		    "misbehave: 'dance': there is no such "
		    "switch" },
		{ __LINE__, "drop,timeout=x",
		    "misbehave: 'timeout=x': its "
		    "value is out of range" },
		{ __LINE__, "timeout=3601",
		    "misbehave: 'timeout=3601': its "
		    "value is out of range" },
		{ __LINE__, "500:many",
		    "misbehave: '500:many': its count is "
		    "not a number" },
		{ __LINE__, "drop@/v1/",
		    "misbehave: 'drop@/v1/': its path is "
		    "not for it" },
		{ __LINE__, "500@v1",
		    "misbehave: '500@v1': its path is not "
		    "for it" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint_faults f = { 0 };
		char error[160];

		ROW_TRUE(rows[i].line,
		    !mint_faults_read(&f, str_from(rows[i].in), error));
		row_str(rows[i].line, str_from(error), rows[i].want);
		row_shown(rows[i].line, &f, "{}");
	}
}

static void
requests_count_down(void **state)
{
	struct mint_faults f = { 0 };
	char error[160];
	int64_t value = 0;

	(void)state;
	assert_true(
	    mint_faults_read(&f, STR("timeout=3:2@/v1/refunds,drop"), error));
	assert_int_equal(mint_fault_request(&f, STR("/v1/charges"), &value),
	    MINT_FAULT_NONE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    mint_fault_request(&f, STR("/v1/refunds/re_1"), &value),
		    MINT_FAULT_TIMEOUT);
		assert_int_equal(value, 3);
	}
	assert_int_equal(mint_fault_request(&f, STR("/v1/refunds"), &value),
	    MINT_FAULT_NONE);
	for (int i = 0; i < 5; i++)
		assert_true(mint_fault_take(&f, MINT_FAULT_DROP, &value));
	assert_false(mint_fault_take(&f, MINT_FAULT_REORDER, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_turn_switches),
		cmocka_unit_test(off_comes_first),
		cmocka_unit_test(a_faulty_list_changes_nothing),
		cmocka_unit_test(requests_count_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
