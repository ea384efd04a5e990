/*
 * recommend_segment_test.c - groups that are known are found again, whatever
 * the number of threads; where there are none, none is made up.
 */
#include "row.h"
#include "segment.h"

#include <string.h>

enum { TERMS = 4, ITEMS = 10 }; /* of each subject */

static struct arena arena;
static struct diag diag;
static uint64_t random_state;

static int
set_up(void **state)
{
	(void)state;
	random_state = 1;
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

static unsigned
draw(unsigned below)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % below;
}

/* Items of `subjects` subjects that have no term in common. */
static struct vectors
subjects_of(size_t subjects)
{
	size_t items = subjects * ITEMS;
	struct vectors v = { .count = items, .width = subjects * TERMS };

	v.from = ARENA_ARRAY(&arena, items + 1, size_t);
	v.term = ARENA_ARRAY(&arena, items * 2, uint32_t);
	v.weight = ARENA_ARRAY(&arena, items * 2, float);
	for (size_t i = 0; i < items; i++) {
		size_t first = i / ITEMS * TERMS;

		for (size_t k = 0; k < 2; k++) {
			v.term[i * 2 + k] = (uint32_t)(first + (i + k) % TERMS);
			v.weight[i * 2 + k] = k ? 0.8F : 0.6F;
		}
		v.from[i + 1] = (i + 1) * 2;
	}
	return v;
}

/* Reader r is of subject r % subjects; of `astray` in a hundred events the item
 * may be any. */
static struct matrix *
readers_of(size_t subjects, size_t readers, unsigned astray)
{
	struct buf text;
	struct events *e = events_new(&arena);
	struct matrix *m;
	uint32_t *item_of;

	buf_init(&text, 4 << 20);
	for (size_t r = 0; r < readers; r++) {
		for (size_t k = 0; k < 6; k++) {
			size_t item = r % subjects * ITEMS + draw(ITEMS);

			if (draw(100) < astray)
				item = draw((unsigned)(subjects * ITEMS));
			buf_printf(&text, "1\tr%zu\t%zu\tvisit\t1\n", r, item);
		}
	}
	assert_true(buf_ok(&text));
	assert_true(
	    events_read(e, &arena, STR("events.tsv"), buf_str(&text), &diag));
	buf_clear(&text);
	events_close(e);
	item_of = ARENA_ARRAY(&arena, e->items.list.count, uint32_t);
	for (size_t i = 0; i < e->items.list.count; i++) {
		int64_t n = 0;

		assert_true(str_to_i64(e->items.list.at[i], &n));
		item_of[i] = (uint32_t)n;
	}
	m = matrix_new(
	    &arena, e, &event_worth_default, item_of, subjects * ITEMS);
	return m;
}

/* The share of readers that are in the group most of their subject are in.
 * Readers are numbered as they were written. */
static double
purity(const struct segments *s, size_t subjects, size_t readers)
{
	size_t agreed = 0;

	for (size_t n = 0; n < s->count; n++) {
		size_t in[8] = { 0 }, most = 0;

		for (size_t r = 0; r < readers; r++)
			in[r % subjects] += s->of[r] == n;
		for (size_t i = 0; i < subjects; i++)
			most = in[i] > most ? in[i] : most;
		agreed += most;
	}
	return (double)agreed / (double)readers;
}

static const struct {
	int line;
	size_t subjects, readers;
	unsigned astray;
	double purity;
} known[] = {
	{ __LINE__, 2, 60, 0, 1 },
	{ __LINE__, 2, 400, 20, 0.97 },
	{ __LINE__, 3, 300, 0, 1 },
	{ __LINE__, 3, 999, 20, 0.97 },
	{ __LINE__, 5, 500, 10, 0.98 },
	{ __LINE__, 8, 800, 0, 1 },
	{ __LINE__, 3, SEGMENT_SAMPLE + 2000, 20, 0.97 },
};

static void
test_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(known); i++) {
		struct vectors v = subjects_of(known[i].subjects);
		struct matrix *m = readers_of(
		    known[i].subjects, known[i].readers, known[i].astray);
		struct segments s;
		size_t all = 0;

		segments_of(&s, &arena, m, &v, 2);
		if (s.count != known[i].subjects)
			fail_msg("row at line %d: %zu groups, silhouette %f",
			    known[i].line, s.count, s.silhouette);
		ROW_TRUE(known[i].line, s.placed == known[i].readers);
		ROW_TRUE(known[i].line,
		    purity(&s, known[i].subjects, known[i].readers) >=
			known[i].purity);
		ROW_TRUE(known[i].line, s.silhouette > 0.25);
		for (size_t n = 0; n < s.count; n++) {
			ROW_TRUE(
			    known[i].line, !n || s.size[n] <= s.size[n - 1]);
			all += s.size[n];
		}
		ROW_TRUE(known[i].line, all == known[i].readers);
	}
}

static void
test_threads(void **state)
{
	struct vectors v = subjects_of(4);
	struct matrix *m = readers_of(4, 700, 30);
	struct segments one, other;

	(void)state;
	segments_of(&one, &arena, m, &v, 1);
	for (unsigned threads = 2; threads <= 8; threads *= 2) {
		segments_of(&other, &arena, m, &v, threads);
		assert_int_equal(one.count, other.count);
		assert_memory_equal(
		    one.of, other.of, m->readers * sizeof *one.of);
		assert_memory_equal(
		    &one.silhouette, &other.silhouette, sizeof one.silhouette);
		for (size_t n = 0; n < one.count; n++)
			assert_memory_equal(one.taken[n], other.taken[n],
			    v.count * sizeof(float));
	}
}

/* What was taken is a mean, so groups weighted by their size give all. */
static void
test_taken(void **state)
{
	struct vectors v = subjects_of(3);
	struct matrix *m = readers_of(3, 300, 10);
	struct segments s;

	(void)state;
	segments_of(&s, &arena, m, &v, 2);
	for (size_t i = 0; i < v.count; i++) {
		float sum = 0;

		for (size_t n = 0; n < s.count; n++)
			sum += s.taken[n][i] * (float)s.size[n] / 300;
		assert_true(sum - s.taken_by_all[i] < 1e-5F &&
		    s.taken_by_all[i] - sum < 1e-5F);
	}
}

static const struct {
	int line;
	size_t subjects, readers;
	bool same; /* all read one item */
	size_t count, placed;
} degenerate[] = {
	{ __LINE__, 1, 0, false, 0, 0 },
	{ __LINE__, 1, 1, false, 1, 1 },
	{ __LINE__, 3, SEGMENT_READERS - 1, false, 1, SEGMENT_READERS - 1 },
	{ __LINE__, 1, 200, true, 1, 200 },
};

static void
test_degenerate(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(degenerate); i++) {
		struct vectors v = subjects_of(degenerate[i].subjects);
		struct matrix *m = readers_of(
		    degenerate[i].subjects, degenerate[i].readers, 0);
		struct segments s;

		if (degenerate[i].same) {
			for (size_t item = 0; item < v.count * 2; item++)
				v.term[item] = item % 2;
			for (size_t item = 0; item < v.count; item++)
				v.weight[item * 2] = v.weight[1];
		}
		segments_of(&s, &arena, m, &v, 2);
		ROW_TRUE(degenerate[i].line, s.count == degenerate[i].count);
		ROW_TRUE(degenerate[i].line, s.placed == degenerate[i].placed);
	}
}

/* Every item is about something else, and readers take any: no groups. */
static void
test_alike(void **state)
{
	struct vectors v = subjects_of(10);
	struct matrix *m = readers_of(10, 600, 100);
	struct segments s;

	(void)state;
	v.width = v.count;
	for (size_t i = 0; i < v.count; i++) {
		v.from[i + 1] = i + 1;
		v.term[i] = (uint32_t)i;
		v.weight[i] = 1;
	}
	segments_of(&s, &arena, m, &v, 2);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.size[0], 600);
}

/* An item without a subject places nobody. */
static void
test_no_subject(void **state)
{
	struct vectors v = subjects_of(2);
	struct matrix *m = readers_of(2, 100, 0);
	struct segments s;

	(void)state;
	memset(v.from, 0, (v.count + 1) * sizeof *v.from);
	segments_of(&s, &arena, m, &v, 2);
	assert_int_equal(s.count, 0);
	for (size_t r = 0; r < m->readers; r++)
		assert_true(s.of[r] == SEGMENT_NONE);
}

static void
add_document(struct terms *t, const char *title, const char *body)
{
	terms_begin(t);
	terms_add_line(t, str_from(title), FIELD_TITLE);
	terms_add_body(t, str_from(body), false);
}

/* What only buyers may read is never among the words. */
static void
test_words(void **state)
{
	static const float more[] = { 1, 1, 0, 0 },
			   less[] = { .5F, .5F, .5F, .5F };
	struct str words[SUBJECT_WORDS];
	struct terms *t = terms_new();
	struct vectors v;
	size_t n;
	bool loops = false;

	(void)state;
	add_document(t, "Nested loops", "zebrafish zebrafish counter");
	add_document(t, "Endless loops", "zebrafish zebrafish counter");
	add_document(t, "Pointers", "zebrafish address");
	add_document(t, "Arrays of pointers", "zebrafish address");
	terms_close(t);
	n = subject_words(t, more, less, words);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		loops =
		    loops || str_search(words[i], STR("loops")) < words[i].len;
		if (str_search(words[i], STR("ointer")) < words[i].len ||
		    str_search(words[i], STR("zebra")) < words[i].len)
			fail_msg("'%.*s'", STR_ARG(words[i]));
		for (size_t k = 0; k < i; k++)
			assert_true(
			    str_search(words[k], words[i]) == words[k].len);
	}
	assert_true(loops);
	assert_int_equal(subject_words(t, less, less, words), 0);
	subject_vectors(&v, &arena, t);
	assert_int_equal(v.count, 4);
	for (size_t i = 0; i < v.count; i++) {
		float square = 0;

		for (size_t k = v.from[i]; k < v.from[i + 1]; k++)
			square += v.weight[k] * v.weight[k];
		assert_true(square > 0.999F && square < 1.001F);
	}
	terms_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_degenerate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_alike, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_no_subject, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
