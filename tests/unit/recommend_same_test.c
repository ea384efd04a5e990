/*
 * recommend_same_test.c - the same input gives the same rows on any number of
 * threads and with the kernels OpenBLAS has for other processors.
 *
 * The program runs itself, since a process keeps the kernels it began with.
 */
#include "behaviour.h"
#include "row.h"
#include "terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ITEMS = 150, READERS = 900, TEXTS = 300, MOST = 20 };

static uint64_t
next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static struct matrix *
random_matrix(struct arena *a)
{
	struct events *e = events_new(a);
	uint64_t dice = 7;
	struct buf text;
	struct diag d;

	diag_init(&d);
	buf_init(&text, 1 << 22);
	for (unsigned r = 0; r < READERS; r++) {
		for (unsigned k = 0; k < 2 + r % 9; k++)
			buf_printf(&text, "%u\tr%u\ti%u\tpurchase\t0.%u\n",
			    r + k, r,
			    (unsigned)(next(&dice) % (ITEMS / (1 + k % 3))),
			    1 + (unsigned)(next(&dice) % 9));
	}
	assert_true(events_read(e, a, STR("e.tsv"), buf_str(&text), &d));
	buf_clear(&text);
	diag_clear(&d);
	events_close(e);
	return matrix_new(
	    a, e, &event_worth_default, NULL, e->items.list.count);
}

static void
dump(const struct rows *rows, FILE *to)
{
	for (size_t i = 0; i < rows->count; i++) {
		for (size_t k = 0; k < rows->at[i].count; k++)
			fprintf(to, "%zu %u %d\n", i, rows->at[i].at[k].item,
			    rows->at[i].at[k].score);
	}
}

static void
dump_behaviour(FILE *to)
{
	static const double lambdas[] = { 1, 50, 2000 };
	struct arena arena;
	struct matrix *m;

	arena_init(&arena);
	m = random_matrix(&arena);
	for (size_t i = 0; i < ROWS(lambdas); i++) {
		const struct behaviour b = {
			.lambda = lambdas[i], .threshold = 2, .most = MOST
		};

		dump(behaviour_ease(&arena, m, &b), to);
	}
	arena_clear(&arena);
}

/* What `command` prints. */
static char *
output_of(const char *command, size_t *len)
{
	FILE *from = popen(command, "r");
	char *all = calloc(1, 1 << 22);

	assert_non_null(from);
	assert_non_null(all);
	*len = fread(all, 1, (1 << 22) - 1, from);
	assert_int_equal(pclose(from), 0);
	return all;
}

static char *
output_with(const char *core, size_t *len)
{
	char self[512] = { 0 }, command[1024];

	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	snprintf(command, sizeof command,
	    "OPENBLAS_CORETYPE=%s OPENBLAS_NUM_THREADS=%d '%s' --dump", core,
	    strcmp(core, "Prescott") ? 1 : 2, self);
	return output_of(command, len);
}

static void
test_kernels(void **state)
{
	struct {
		const char *core;
		bool runs;
	} cores[] = {
		{ "Prescott", true },
		{ "Nehalem", __builtin_cpu_supports("sse4.2") },
		{ "Sandybridge", __builtin_cpu_supports("avx") },
		{ "Haswell",
		    __builtin_cpu_supports("avx2") &&
			__builtin_cpu_supports("fma") },
		{ "SkylakeX",
		    __builtin_cpu_supports("avx512f") &&
			__builtin_cpu_supports("avx512dq") &&
			__builtin_cpu_supports("avx512bw") &&
			__builtin_cpu_supports("avx512vl") },
	};
	char *first = NULL;
	size_t first_len = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(cores); i++) {
		size_t len;
		char *all;

		if (!cores[i].runs)
			continue;
		all = output_with(cores[i].core, &len);
		assert_true(len > 1000);
		if (!first) {
			first = all;
			first_len = len;
			continue;
		}
		if (len != first_len || memcmp(all, first, len) != 0)
			fail_msg("%s", cores[i].core);
		free(all);
	}
	free(first);
}

/* Texts of few words, so that many are equally near. */
static struct terms *
random_texts(unsigned words)
{
	struct terms *t = terms_new();
	uint64_t dice = words;
	struct buf text[TEXTS];

	for (unsigned i = 0; i < TEXTS; i++) {
		buf_init(&text[i], 1 << 16);
		for (unsigned k = 0; k < 3 + i % 40; k++)
			buf_printf(
			    &text[i], "w%ux ", (unsigned)(next(&dice) % words));
		terms_begin(t);
		terms_add_body(t, buf_str(&text[i]), true);
	}
	terms_close(t);
	for (unsigned i = 0; i < TEXTS; i++)
		buf_clear(&text[i]);
	return t;
}

/* Rows on 1, 2, 3 threads; each in order, ties by item, both ways the same. */
static void
test_threads(void **state)
{
	(void)state;
	for (unsigned words = 5; words < 2000; words *= 7) {
		struct terms *t = random_texts(words);
		struct rows *first = NULL;
		struct arena arena;

		arena_init(&arena);
		for (unsigned threads = 1; threads <= 3; threads++) {
			const struct similarity wish = { .most = MOST,
				.threads = threads };
			struct rows *rows = terms_rows(t, &arena, &wish);

			first = first ? first : rows;
			for (size_t i = 0; i < TEXTS; i++) {
				struct row a = first->at[i], b = rows->at[i];

				assert_int_equal(a.count, b.count);
				if (a.count)
					assert_memory_equal(
					    a.at, b.at, a.count * sizeof *a.at);
				for (size_t k = 1; k < a.count; k++)
					assert_true(
					    a.at[k - 1].score > a.at[k].score ||
					    (a.at[k - 1].score ==
						    a.at[k].score &&
						a.at[k - 1].item <
						    a.at[k].item));
			}
		}
		for (size_t i = 0; i < TEXTS; i++) {
			for (size_t k = 0; k < first->at[i].count; k++) {
				struct scored s = first->at[i].at[k];
				int32_t back = rows_score(first, s.item, i);

				assert_true(!back || back == s.score);
			}
		}
		arena_clear(&arena);
		terms_free(t);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernels),
		cmocka_unit_test(test_threads),
	};

	if (argc > 1 && !strcmp(argv[1], "--dump")) {
		dump_behaviour(stdout);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
