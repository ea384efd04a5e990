/*
 * recommend_behaviour_test.c - the events file, the matrix, the closed form
 * against one computed by hand, thresholds, and the measures.
 */
#include "dense.h"
#include "measure.h"
#include "row.h"

#include <math.h>

static struct arena arena;
static struct diag diag;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	diag_init(&diag);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	diag_clear(&diag);
	arena_clear(&arena);
	return 0;
}

static struct events *
read_all(const char *text)
{
	struct events *e = events_new(&arena);

	assert_true(
	    events_read(e, &arena, STR("events.tsv"), str_from(text), &diag));
	events_close(e);
	return e;
}

static const struct {
	int line;
	const char *text;
	bool good;
} lines[] = {
	{ __LINE__, "1377789098\tr1\t/courses/a/\tpurchase\t1\n", true },
	{ __LINE__, "1\tr1\ta\tvisit\t0.5", true },
	{ __LINE__, "# a comment\n\n1\tr1\ta\tshown:related\t1\n", true },
	{ __LINE__, "", true },
	{ __LINE__, "1\tr1\ta\tvisit\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\t1\t1\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\t1\t\n", false },
	{ __LINE__, "-1\tr1\ta\tvisit\t1\n", false },
	{ __LINE__, "1.5\tr1\ta\tvisit\t1\n", false },
	{ __LINE__, "999999999999999999999\tr1\ta\tvisit\t1\n", false },
	{ __LINE__, "1\ta@example.org\ta\tvisit\t1\n", false },
	{ __LINE__, "1\t\ta\tvisit\t1\n", false },
	{ __LINE__, "1\tr1\ta b\tvisit\t1\n", false },
	{ __LINE__, "1\tr1\t\xff\tvisit\t1\n", false },
	{ __LINE__, "1\tr1\ta\tbought\t1\n", false },
	{ __LINE__, "1\tr1\ta\tpurchase:x\t1\n", false },
	{ __LINE__, "1\tr1\ta\tclick:\t1\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\t-1\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\t1e3\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\tnan\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\t1001\n", false },
	{ __LINE__, "1\tr1\ta\tvisit\t.5\n", false },
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct events *e = events_new(&arena);
		bool good = events_read(e, &arena, STR("events.tsv"),
		    str_from(lines[i].text), &diag);

		if (good != lines[i].good || good != !diag.errors)
			fail_msg("row %d", lines[i].line);
		diag_clear(&diag);
		diag_init(&diag);
	}
}

/* The strongest event counts; those of another kind and age count less. */
static void
test_matrix(void **state)
{
	struct event_worth worth = event_worth_default;
	struct events *e = read_all("1000\tr1\tb\tpurchase\t1\n"
				    "1000\tr1\tb\tvisit\t1\n"
				    "2000\tr2\ta\tvisit\t1\n"
				    "2000\tr2\ta\tshown:also\t1\n"
				    "2000\tr2\tb\tshown:also\t1\n");
	struct matrix *m;

	(void)state;
	worth.half_life = 1000;
	m = matrix_new(&arena, e, &worth, NULL, e->items.list.count);
	assert_int_equal(matrix_reader(m, 0).count, 1);
	assert_true(fabs((double)matrix_reader(m, 0).at[0].value - 0.5) < 1e-6);
	assert_int_equal(matrix_reader(m, 1).count, 1);
	assert_true(
	    fabs((double)matrix_reader(m, 1).at[0].value - 0.25) < 1e-6);
}

static void
test_dense(void **state)
{
	(void)state;
	for (size_t n = 1; n < 9; n++) {
		double whole[8][8];
		struct dense d;

		assert_true(dense_init(&d, n));
		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k <= i; k++) {
				whole[i][k] = whole[k][i] = i == k
				    ? 3 + (double)i
				    : 1 / (1.0 + (double)(i * k));
				*dense_at(&d, k, i) = whole[i][k];
			}
		}
		assert_true(dense_invert(&d));
		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k < n; k++) {
				double sum = 0;

				for (size_t j = 0; j < n; j++)
					sum +=
					    whole[i][j] * *dense_at(&d, j, k);
				assert_true(fabs(sum - (i == k)) < 1e-9);
			}
		}
		dense_clear(&d);
	}
}

static void
test_not_positive(void **state)
{
	struct dense d;

	(void)state;
	assert_true(dense_init(&d, 2));
	*dense_at(&d, 0, 0) = *dense_at(&d, 1, 1) = 1;
	*dense_at(&d, 0, 1) = 2;
	assert_false(dense_invert(&d));
	dense_clear(&d);
}

/* Two items in n lists each, both of them together: B is n / (n + lambda). */
static void
test_ease(void **state)
{
	struct events *e = read_all("1\tr1\ta\tpurchase\t1\n"
				    "1\tr1\tb\tpurchase\t1\n"
				    "1\tr2\ta\tpurchase\t1\n"
				    "1\tr2\tb\tpurchase\t1\n");
	struct matrix *m = matrix_new(&arena, e, &event_worth_default, NULL, 2);
	const struct behaviour b = { .lambda = 3, .most = 5 };
	struct rows *rows = behaviour_ease(&arena, m, &b);

	(void)state;
	assert_non_null(rows);
	assert_int_equal(rows_score(rows, 0, 1), SCORE_ONE * 2 / 5);
	assert_int_equal(rows_score(rows, 1, 0), SCORE_ONE * 2 / 5);
}

/* `readers` of a crowd have x and y; more have each alone. */
static struct matrix *
crowd(size_t readers)
{
	struct buf text;
	struct events *e;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < 20; i++) {
		buf_printf(&text, "1\tr%zu\tz\tpurchase\t1\n", i);
		buf_printf(
		    &text, "1\tr%zu\t%s\tpurchase\t1\n", i, i % 2 ? "x" : "y");
		if (i < readers)
			buf_printf(&text, "1\tr%zu\t%s\tpurchase\t1\n", i,
			    i % 2 ? "y" : "x");
	}
	e = read_all(buf_str(&text).ptr);
	buf_clear(&text);
	return matrix_new(
	    &arena, e, &event_worth_default, NULL, e->items.list.count);
}

/* items in the order they are met: z 0, y 1, x 2 */
static void
test_threshold(void **state)
{
	const struct behaviour b = {
		.lambda = 1, .shrink = 1, .threshold = 5, .most = 5
	};

	(void)state;
	for (size_t n = 1; n < 8; n++) {
		struct matrix *m = crowd(n);
		struct rows *ease = behaviour_ease(&arena, m, &b);
		struct rows *near = behaviour_neighbours(&arena, m, &b);

		assert_true(rows_score(ease, 1, 0) > 0);
		assert_int_equal(rows_score(near, 1, 2) > 0, n >= 5);
		if (n < 5)
			assert_int_equal(rows_score(ease, 1, 2), 0);
	}
}

static void
test_methods(void **state)
{
	struct buf text;
	struct events *e;
	struct split s;

	(void)state;
	buf_init(&text, 1 << 20);
	/* two tastes: readers of one take the even items, of the other the odd
	 * ones, in one order or its reverse */
	for (size_t i = 0; i < 400; i++) {
		for (size_t k = 0; k < 5; k++)
			buf_printf(&text, "%zu\tr%zu\ti%zu\tpurchase\t1\n",
			    (i % 4 < 2 ? k : 9 - k) + 1, i,
			    10 + 2 * ((i / 4 + k) % 10) + i % 2);
	}
	e = read_all(buf_str(&text).ptr);
	buf_clear(&text);
	split_by_reader(&s, &arena, e, &event_worth_default);
	for (size_t i = 0; i < method_count; i++) {
		struct tuning t = tuning_default;
		struct measure m, again;

		t.factors = 8;
		measure_readers(&m,
		    method_fit(&method_table[i], &arena, s.train, &t), &s,
		    NULL);
		measure_readers(&again,
		    method_fit(&method_table[i], &arena, s.train, &t), &s,
		    NULL);
		assert_memory_equal(&m, &again, sizeof m);
		assert_true(m.readers > 40);
		assert_true(m.low <= m.ndcg10 && m.ndcg10 <= m.high);
		if (i > 0 && m.ndcg10 < 0.4)
			fail_msg(
			    "%s finds only %f", method_table[i].name, m.ndcg10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_matrix, set_up, tear_down),
		cmocka_unit_test(test_dense),
		cmocka_unit_test(test_not_positive),
		cmocka_unit_test_setup_teardown(test_ease, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_threshold, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_methods, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
