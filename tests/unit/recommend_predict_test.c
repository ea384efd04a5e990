/*
 * recommend_predict_test.c - coefficients and chances that are known are found
 * again; nothing of the future enters; too little is said to be too little.
 */
#include "clickthrough.h"
#include "demand.h"
#include "row.h"

#include <math.h>
#include <string.h>

enum { DAY = READERS_DAY, START = 1700006400 };

static struct arena arena;
static struct diag diag;
static struct buf text;
static uint64_t random_state;

static int
set_up(void **state)
{
	(void)state;
	random_state = 7;
	arena_init(&arena);
	diag_init(&diag);
	buf_init(&text, 64 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	buf_clear(&text);
	diag_clear(&diag);
	arena_clear(&arena);
	return 0;
}

/* 0..1 */
static double
draw(void)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (double)(random_state >> 11) / 0x1p53;
}

static bool
is_near(double a, double b, double by)
{
	return fabs(a - b) <= by;
}

static const struct {
	int line;
	double successes, trials, low, high;
} shares[] = {
	/* by the formula of Wilson, as statistics programs print it */
	{ __LINE__, 0, 10, 0, 0.27753 },
	{ __LINE__, 10, 10, 0.72247, 1 },
	{ __LINE__, 5, 10, 0.23659, 0.76341 },
	{ __LINE__, 1, 100, 0.00177, 0.05449 },
	{ __LINE__, 81, 263, 0.25529, 0.36618 },
	{ __LINE__, 12, 10, 0.72247, 1 },
	{ __LINE__, 0, 0, 0, 0 },
};

static void
test_intervals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(shares); i++) {
		struct interval x =
		    interval_of_share(shares[i].successes, shares[i].trials);

		ROW_TRUE(shares[i].line, is_near(x.low, shares[i].low, 1e-4));
		ROW_TRUE(shares[i].line, is_near(x.high, shares[i].high, 1e-4));
		ROW_TRUE(shares[i].line, x.low <= x.value && x.value <= x.high);
	}
	for (size_t i = 0; i < 100; i++) {
		double n = (double)i / 2;
		struct interval x = interval_of_count(n);

		assert_true(x.low <= n && n <= x.high && x.low >= 0);
	}
}

/* Rows whose logarithm of the odds is constant + slope_j x_j. */
static struct sample
sample_of(size_t count, const double *slopes, size_t width, double constant)
{
	float *x = ARENA_ARRAY(&arena, count * width, float);
	bool *yes = ARENA_ARRAY(&arena, count, bool);

	for (size_t i = 0; i < count; i++) {
		double score = constant;

		for (size_t k = 0; k < width; k++) {
			/* different means and spreads, and not independent */
			double n = draw() + draw() + draw() +
			    (k ? 0.2 * (double)x[i * width] : 0);

			x[i * width + k] = (float)(n * (double)(k + 1) + 3);
			score += slopes[k] * (double)x[i * width + k];
		}
		yes[i] = draw() < logistic_chance(score);
	}
	return (struct sample){ x, yes, count, width };
}

static void
test_coefficients(void **state)
{
	static const double slopes[] = { 1.5, -0.8, 0, 0.4 };
	struct sample s = sample_of(40000, slopes, 4, -2);
	double constant;
	struct logistic l;

	(void)state;
	assert_true(logistic_fit(&l, &s, 1));
	constant = l.constant;
	for (size_t k = 0; k < 4; k++) {
		double slope = l.slope[k] / l.scale[k];

		if (!is_near(slope, slopes[k], 0.08))
			fail_msg("slope %zu is %f", k, slope);
		constant -= slope * l.mean[k];
	}
	if (!is_near(constant, -2, 0.5))
		fail_msg("constant is %f", constant);
	for (size_t i = 0; i < 10; i++) {
		const float *x = &s.x[i * 4];
		double score = -2;

		for (size_t k = 0; k < 4; k++)
			score += slopes[k] * (double)x[k];
		assert_true(is_near(logistic_chance(logistic_score(&l, x)),
		    logistic_chance(score), 0.03));
	}
}

/* All yes, a number that is the same for all, a perfect divider, no rows. */
static void
test_odd_samples(void **state)
{
	static const float x[] = { 1, 5, 1, 5, 1, 5, 2, 5, 2, 5, 2, 5 };
	static const bool half[] = { 0, 0, 0, 1, 1, 1 };
	static const bool all[] = { 1, 1, 1, 1, 1, 1 };
	const struct sample divided = { x, half, 6, 2 };
	const struct sample same = { x, all, 6, 2 };
	const struct sample none = { x, all, 0, 2 };
	struct logistic l;

	(void)state;
	assert_true(logistic_fit(&l, &divided, 1));
	assert_true(l.slope[0] > 0.5 && l.slope[0] < 10);
	assert_true(is_near(l.slope[1], 0, 1e-9));
	assert_true(is_near(l.constant, 0, 1e-6));
	(void)logistic_fit(&l, &same, 1);
	assert_true(isfinite(logistic_score(&l, x)));
	assert_true(logistic_chance(logistic_score(&l, x)) > 0.9);
	assert_false(logistic_fit(&l, &none, 1));
	assert_true(is_near(logistic_chance(logistic_score(&l, x)), 0.5, 1e-9));
}

static void
test_calibration(void **state)
{
	struct chance perfect[] = { { .1, 0 }, { .9, 1 }, { .2, 0 },
		{ .8, 1 } };
	struct chance ties[] = { { .5, 0 }, { .5, 1 }, { .5, 0 }, { .5, 1 } };
	struct chance wrong[] = { { .9, 0 }, { .1, 1 } };
	struct chance one[] = { { .3, 1 } };
	struct calibration c;

	(void)state;
	calibration_of(&c, perfect, 4);
	assert_true(is_near(c.auc, 1, 1e-12));
	assert_true(is_near(c.brier, 0.025, 1e-12));
	calibration_of(&c, ties, 4);
	assert_true(is_near(c.auc, 0.5, 1e-12));
	assert_int_equal(c.group_count, 1);
	assert_true(is_near(c.error, 0, 1e-12));
	assert_true(is_near(calibration_brier_of(ties, 4, 0.5), 0.25, 1e-12));
	calibration_of(&c, wrong, 2);
	assert_true(is_near(c.auc, 0, 1e-12));
	assert_true(is_near(c.error, 0.9, 1e-12));
	calibration_of(&c, one, 1);
	assert_true(is_near(c.auc, 0.5, 1e-12));
	calibration_of(&c, one, 0);
	assert_int_equal(c.group_count, 0);
}

/* Chances that are right: every group's interval should hold what was given,
 * and the error be small. */
static void
test_calibrated(void **state)
{
	enum { COUNT = 20000 };
	struct chance *list = ARENA_ARRAY(&arena, COUNT, struct chance);
	struct calibration c;
	size_t held = 0, readers = 0;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		list[i].given = draw() * draw();
		list[i].came = draw() < list[i].given;
	}
	calibration_of(&c, list, COUNT);
	assert_int_equal(c.group_count, CALIBRATION_GROUPS);
	for (size_t i = 0; i < c.group_count; i++) {
		const struct calibration_group *g = &c.groups[i];

		held += g->given >= g->seen.low && g->given <= g->seen.high;
		readers += g->readers;
		assert_true(!i || g->from > c.groups[i - 1].to);
	}
	assert_int_equal(readers, COUNT);
	assert_true(held >= 8);
	assert_true(c.error < 0.01);
	assert_true(c.auc > 0.7);
}

static struct readers *
read_all(void)
{
	struct events *e = events_new(&arena);

	assert_true(buf_ok(&text));
	assert_true(
	    events_read(e, &arena, STR("events.tsv"), buf_str(&text), &diag));
	events_close(e);
	return readers_new(&arena, e);
}

/* Items are named "0", "1" ... : each a course of its own. */
static struct shelf
shelf_of(const struct readers *r, size_t courses)
{
	const struct names *items = &r->events->items;
	struct shelf s = { .items = items->list.count, .courses = courses };

	s.item_of = ARENA_ARRAY(&arena, s.items, uint32_t);
	s.course_of = ARENA_ARRAY(&arena, s.items, uint32_t);
	s.ends = ARENA_ARRAY(&arena, s.items, bool);
	s.sold = ARENA_ARRAY(&arena, courses, bool);
	for (size_t i = 0; i < courses; i++)
		s.sold[i] = true;
	for (size_t i = 0; i < s.items; i++) {
		int64_t n = 0;

		assert_true(str_to_i64(items->list.at[i], &n));
		s.item_of[i] = s.course_of[i] = (uint32_t)n;
		s.ends[i] = true;
	}
	return s;
}

static void
add(size_t day, size_t reader, size_t period, size_t item, const char *kind)
{
	buf_printf(&text, "%zu\tr%zup%zu\t%zu\t%s\t1\n",
	    START + day * DAY + 3600 * (reader % 24), reader, period, item,
	    kind);
}

enum { COURSES = 10 };

/*
 * Keen readers come every third day and buy with a chance of 3 % then, others
 * every twelfth and with 0.5 %; what they buy is what they visit most often,
 * and then they go on to the next course. Some leave. Ids change every `rotate`
 * days.
 */
static void
write_world(size_t readers, size_t days, size_t rotate, size_t blank_from)
{
	for (size_t r = 0; r < readers; r++) {
		bool keen = r % 3 == 0;
		size_t gone =
		    draw() < 0.3 ? (size_t)(draw() * (double)days) : days;
		size_t step = keen ? 3 : 12, mine = r;

		for (size_t day = r % step; day < gone; day += step) {
			size_t item = draw() < 0.7 ? mine % COURSES
						   : (size_t)(draw() * COURSES);
			double chance = keen ? 0.03 : 0.005;
			bool buys = draw() < chance;

			add(day, r, day / rotate, item, "visit");
			if (buys && day < blank_from)
				add(day, r, day / rotate, mine % COURSES,
				    "purchase");
			mine += buys;
		}
	}
}

static void
test_world(void **state)
{
	struct readers *r;
	struct predictions p;
	const struct prediction *buy = &p.of[OUTCOME_BUY];
	const struct prediction *lapse = &p.of[OUTCOME_LAPSE];
	struct shelf shelf;
	double best;

	(void)state;
	write_world(4000, 240, 1000, 1000);
	r = read_all();
	shelf = shelf_of(r, COURSES);
	assert_int_equal(r->epochs.count, 1);
	predictions_of(&p, &arena, r, &shelf);
	assert_int_equal(p.window_count, PREDICT_WINDOWS);
	assert_true(p.foresees);
	assert_int_equal(buy->state, PREDICT_GOOD);
	assert_true(buy->test.readers > 2000);
	assert_true(buy->test.auc > 0.7);
	assert_true(buy->test.brier < buy->brier_of_share);
	assert_true(buy->test.error < 0.03);
	/* of those who stay: a third with 10 visits at 3 %, the others with
	 * 2.5 at 0.5 %, less those gone */
	best = 0.8 * (4000 / 3.0 * 0.2626 + 8000 / 3.0 * 0.0125);
	assert_true(is_near(buy->expected, best, best / 5));
	assert_int_equal(lapse->state, PREDICT_GOOD);
	assert_true(lapse->test.auc > 0.8);
	assert_true(lapse->test.error < 0.05);
	assert_int_equal(p.of[OUTCOME_FINISH].state, PREDICT_FEW_CASES);
}

/* The model that is tested does not change with what the test is to find. */
static void
test_no_leak(void **state)
{
	struct predictions p[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct readers *r;
		struct shelf shelf;

		random_state = 3;
		buf_reset(&text);
		write_world(1500, 180, 1000, i ? 160 : 1000);
		r = read_all();
		shelf = shelf_of(r, COURSES);
		predictions_of(&p[i], &arena, r, &shelf);
		assert_int_equal(p[i].of[OUTCOME_BUY].state, PREDICT_GOOD);
		assert_true(p[i].windows[0].at < START + 160 * DAY);
	}
	assert_true(
	    p[0].of[OUTCOME_BUY].test.came > p[1].of[OUTCOME_BUY].test.came);
	assert_memory_equal(&p[0].of[OUTCOME_BUY].tested,
	    &p[1].of[OUTCOME_BUY].tested, sizeof(struct predict_model));
}

/* When readers suddenly buy less, the model of all the past says too much; the
 * correction, fitted on the newest window, brings it down. */
static void
test_correction(void **state)
{
	struct readers *r;
	struct predictions p;
	const struct prediction *buy = &p.of[OUTCOME_BUY];
	struct shelf shelf;

	(void)state;
	for (size_t n = 0; n < 4000; n++) {
		double keen = n % 2 ? 0.08 : 0.02;

		for (size_t day = n % 10; day < 240; day += 10) {
			add(day, n, 0, n % COURSES, "visit");
			if (draw() < (day < 175 ? keen : keen / 4))
				add(day, n, 0, n % COURSES, "purchase");
		}
	}
	r = read_all();
	shelf = shelf_of(r, COURSES);
	predictions_of(&p, &arena, r, &shelf);
	assert_int_equal(buy->state, PREDICT_GOOD);
	assert_true(buy->tested.corrected);
	if (buy->test.error > buy->error_before / 2)
		fail_msg("%f, without %f", buy->test.error, buy->error_before);
}

/* Ids that change: no window reaches over the change, and a visitor or a
 * stray event makes no epoch. */
static void
test_epochs(void **state)
{
	struct readers *r;
	struct predictions p;
	struct shelf shelf;

	(void)state;
	write_world(600, 270, 90, 1000);
	add(0, 90000, 0, 1, "visit");
	add(269, 90023, 3, 1, "visit");
	r = read_all();
	shelf = shelf_of(r, COURSES);
	assert_int_equal(r->epochs.count, 3);
	predictions_of(&p, &arena, r, &shelf);
	assert_int_equal(p.window_count, 6);
	for (size_t i = 0; i < p.window_count; i++) {
		const struct moment *m = &p.windows[i];
		size_t epoch = 2 - i / 2;

		assert_true(m->begins == r->epochs.at[epoch].begins);
		assert_true(m->until <= r->epochs.at[epoch].ends);
		assert_true(
		    m->at - m->begins >= (int64_t)PREDICT_HISTORY * DAY);
	}
	assert_int_equal(p.of[OUTCOME_BUY].state, PREDICT_GOOD);
}

static const struct {
	int line;
	size_t readers, days, blank_from;
	enum predict_state state;
} little[] = {
	{ __LINE__, 0, 0, 0, PREDICT_TOO_SHORT },
	{ __LINE__, 1, 300, 1000, PREDICT_FEW_READERS },
	{ __LINE__, 1000, 80, 1000, PREDICT_TOO_SHORT },
	{ __LINE__, PREDICT_READERS / 2, 200, 1000, PREDICT_FEW_READERS },
	{ __LINE__, 1000, 200, 0, PREDICT_FEW_CASES },
	{ __LINE__, 1000, 200, 165, PREDICT_FEW_CASES },
};

static void
test_little(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(little); i++) {
		struct predictions p;
		struct demand d;
		struct readers *r;
		struct shelf shelf;

		buf_reset(&text);
		write_world(little[i].readers, little[i].days, 1000,
		    little[i].blank_from);
		r = read_all();
		shelf = shelf_of(r, COURSES);
		predictions_of(&p, &arena, r, &shelf);
		ROW_TRUE(
		    little[i].line, p.of[OUTCOME_BUY].state == little[i].state);
		demand_of(&d, &arena, r, &shelf, &p);
		ROW_TRUE(little[i].line, !d.at);
	}
}

/* Who buys, buys what was visited: the lift is found, the sum is right, and a
 * course nobody visits gets next to nothing. */
static void
test_demand(void **state)
{
	struct predictions p;
	struct demand d;
	struct readers *r;
	struct shelf shelf;
	double sum = 0;

	(void)state;
	write_world(3000, 240, 1000, 1000);
	r = read_all();
	shelf = shelf_of(r, COURSES + 1);
	predictions_of(&p, &arena, r, &shelf);
	demand_of(&d, &arena, r, &shelf, &p);
	assert_non_null(d.at);
	assert_true(d.lift > 2);
	if (!is_near(
		d.test_expected, (double)d.test_seen, (double)d.test_seen / 4))
		fail_msg("%f expected, %zu seen", d.test_expected, d.test_seen);
	for (size_t i = 0; i < COURSES; i++) {
		sum += d.at[i].expected.value;
		assert_true(d.at[i].contacts > 100);
		assert_true(d.at[i].expected.value > 1);
	}
	assert_true(d.at[COURSES].expected.value < 1);
	assert_int_equal(d.at[COURSES].contacts, 0);
	assert_true(sum > 0.5 * p.of[OUTCOME_BUY].expected);
	assert_true(sum < 1.5 * p.of[OUTCOME_BUY].expected);
}

/* A click goes to the page where the block was shown last, in parts when there
 * are several; one that was shown nowhere is only the block's. */
static void
test_clicks(void **state)
{
	static const char events[] = "100\ta\t0\tshown:next\t1\n"
				     "200\ta\t1\tshown:next\t1\n"
				     "200\ta\t2\tshown:related\t1\n"
				     "300\ta\t5\tclick:next\t1\n"
				     "400\tb\t0\tshown:next\t1\n"
				     "400\tb\t2\tshown:next\t1\n"
				     "400\tb\t5\tclick:next\t1\n"
				     "500\tc\t5\tclick:next\t1\n"
				     "600\td\t0\tshown:next\t1\n"
				     "99999\td\t5\tclick:next\t1\n";
	static const double clicked[] = { 0.5, 1, 0.5 };
	struct clickthrough c;
	struct readers *r;

	(void)state;
	buf_add_z(&text, events);
	r = read_all();
	clickthrough_of(&c, &arena, r);
	assert_int_equal(c.block_count, 2);
	assert_true(is_near(c.blocks[0].shown, 5, 1e-9));
	assert_true(is_near(c.blocks[0].clicked, 4, 1e-9));
	assert_int_equal(c.blocks[0].readers, 3);
	assert_int_equal(c.blocks[0].clickers, 4);
	assert_true(is_near(c.blocks[1].clicked, 0, 1e-9));
	assert_int_equal(c.page_count, 3);
	for (size_t i = 0; i < c.page_count; i++) {
		int64_t n = 0;

		assert_true(
		    str_to_i64(r->events->items.list.at[c.pages[i].of], &n));
		assert_true(is_near(c.pages[i].clicked, clicked[n], 1e-9));
	}
	assert_true(is_near(c.pages[0].shown, 3, 1e-9));
	assert_int_equal(c.pages[0].readers, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),
		cmocka_unit_test_setup_teardown(
		    test_coefficients, set_up, tear_down),
		cmocka_unit_test(test_odd_samples),
		cmocka_unit_test(test_calibration),
		cmocka_unit_test_setup_teardown(
		    test_calibrated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_world, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_no_leak, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_correction, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_epochs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_little, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_demand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_clicks, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
