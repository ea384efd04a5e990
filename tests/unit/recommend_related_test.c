/*
 * recommend_related_test.c - which entries a page has, and in which order, by
 * what is known of scores.
 */
#include "related.h"

#include "row.h"

#include <string.h>

enum { ITEMS = 10, MOST = 4, THOUSANDTH = SCORE_ONE / 1000 };

/*
 * 0: the page, a lesson of the first of two modules; 1 is next. 2 and 3 are of
 * its module, 4 to 6 of the other one, 7 a lesson of another course, 8 an
 * article, 9 one in another language. None has words in common.
 */
static struct page pages[ITEMS];
static const struct page *at[ITEMS];
static uint32_t item_of[ITEMS];
static struct course course, another;
static struct module modules[2];
static struct site site;
static struct arena arena;
static struct terms *terms;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	terms = terms_new();
	for (size_t i = 0; i < ITEMS; i++) {
		pages[i] = (struct page){
			.index = i,
			.kind = i < 8 ? PAGE_LESSON : PAGE_ARTICLE,
			.lang = i == 9 ? STR("zh") : STR("en"),
			.course = i < 7 ? &course
			    : i == 7    ? &another
					: NULL,
			.module = i < 7 ? &modules[i > 3] : NULL,
			.place = i,
		};
		at[i] = &pages[i];
		item_of[i] = (uint32_t)i;
		terms_begin(terms);
	}
	pages[0].next = &pages[1];
	terms_close(terms);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	terms_free(terms);
	arena_clear(&arena);
	return 0;
}

/* Scores of the page's row in thousandths, by item. */
static struct rows *
rows_of(const short scores[ITEMS])
{
	struct rows *rows = rows_new(&arena, ITEMS);
	struct scored list[ITEMS];
	size_t n = 0;

	for (size_t i = 0; i < ITEMS; i++) {
		if (scores[i])
			list[n++] = (struct scored){ (uint32_t)i,
				scores[i] * THOUSANDTH };
	}
	rows_set(rows, &arena, 0, list, n, ITEMS);
	return rows;
}

/* The items named, a digit each. */
static struct str
named(const struct recommended *list, size_t count)
{
	static char out[MOST];

	for (size_t i = 0; i < count; i++)
		out[i] = (char)('0' + list[i].page->index);
	return str_of(out, count);
}

static const struct {
	int line;
	const char *want;
	short contents[ITEMS], together[ITEMS];
} table[] = {
	/* what is next is not named, however near */
	{ __LINE__, "", { 0, 900 }, { 0, 900 } },
	/* another module before the same one, near before less near */
	{ __LINE__, "4325", { 0, 200, 180, 190, 150, 90, 70 }, { 0 } },
	/* near is half of the best there is, seen or not */
	{ __LINE__, "42", { 0, 240, 200, 0, 120, 0 }, { 0 } },
	{ __LINE__, "24", { 0, 260, 200, 0, 120, 0 }, { 0 } },
	/* but 0.15 will do */
	{ __LINE__, "42", { 0, 900, 200, 0, 150 }, { 0 } },
	/* less near: a third of the best that is not seen */
	{ __LINE__, "24", { 0, 600, 299, 0, 100 }, { 0 } },
	{ __LINE__, "2", { 0, 600, 303, 0, 100 }, { 0 } },
	/* of another course only what is near, and 0.1 when nothing says why */
	{ __LINE__, "78", { 0, 200, 0, 0, 0, 0, 0, 101, 100 }, { 0 } },
	{ __LINE__, "", { 0, 202, 0, 0, 0, 0, 0, 100 }, { 0 } },
	{ __LINE__, "", { 0, 0, 0, 0, 0, 0, 0, 99 }, { 0 } },
	/* of the same one 0.05 */
	{ __LINE__, "5", { 0, 0, 0, 0, 0, 50, 49 }, { 0 } },
	/* another language is last */
	{ __LINE__, "529", { 0, 0, 300, 0, 0, 400, 0, 0, 0, 500 }, { 0 } },
	/* what readers took as well needs no words */
	{ __LINE__, "782", { 0, 500, 300, 0, 0, 0, 0, 20, 10 },
	    { 0, 0, 0, 0, 0, 0, 0, 9, 9 } },
};

/* The first few are those of the whole list. */
static void
expect_prefixes(int line, const struct related *r,
    const struct recommended *all, size_t count)
{
	for (size_t want = 0; want <= count; want++) {
		struct recommended list[MOST];
		size_t n =
		    related_block(r, &arena, &pages[0], MOST, want, list);

		if (n != want)
			fail_msg("row %d: %zu, not %zu", line, n, want);
		for (size_t i = 0; i < n; i++) {
			if (list[i].page != all[i].page)
				fail_msg("row %d: %zu of %zu", line, i, want);
		}
	}
}

/* What is named may be, and when there is room left nothing else may. */
static void
expect_verdicts(int line, const struct related *r,
    const struct recommended *list, size_t count)
{
	for (size_t i = 0; i < ITEMS; i++) {
		struct recommended e = { .page = &pages[i] };
		bool is_named = false;

		for (size_t k = 0; k < count; k++)
			is_named = is_named || list[k].page == &pages[i];
		if (rows_score(r->blend->together, 0, i) > 0)
			e.why = WHY_READERS;
		if (is_named)
			ROW_TRUE(line,
			    related_verdict(r, &pages[0], &e) == RECOMMEND_FIT);
		else if (count < MOST)
			ROW_TRUE(line,
			    related_verdict(r, &pages[0], &e) ==
				(i < 2 ? RECOMMEND_SEEN : RECOMMEND_FAR));
	}
}

static void
test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(table); i++) {
		struct catalog catalog = { .site = &site,
			.at = at,
			.count = ITEMS,
			.item_of = item_of,
			.terms = terms };
		struct blend blend = { .contents = rows_of(table[i].contents),
			.block = rows_of(table[i].contents),
			.together = rows_of(table[i].together) };
		const struct related r = { &catalog, &blend };
		struct recommended list[MOST];
		size_t n =
		    related_block(&r, &arena, &pages[0], MOST, MOST, list);

		row_str(table[i].line, named(list, n), table[i].want);
		expect_prefixes(table[i].line, &r, list, n);
		expect_verdicts(table[i].line, &r, list, n);
	}
}

/* What came before in the course is seen; not in a foreign repository. */
static void
test_seen(void **state)
{
	static const short back[ITEMS] = { 0, 300, 200, 0, 0, 0, 0, 0, 290 };
	struct rows *rows = rows_of(back);
	struct catalog catalog = { .site = &site,
		.at = at,
		.count = ITEMS,
		.item_of = item_of,
		.terms = terms };
	struct blend blend = { rows, rows, rows, rows_of(back), NULL, false,
		true };
	const struct related r = { &catalog, &blend };
	struct recommended list[MOST];

	(void)state;
	rows->at[6] = rows->at[0]; /* the row of a later lesson */
	row_str(__LINE__,
	    named(list, related_block(&r, &arena, &pages[6], MOST, MOST, list)),
	    "8");
	site.foreign = true;
	row_str(__LINE__,
	    named(list, related_block(&r, &arena, &pages[6], MOST, MOST, list)),
	    "182");
	site.foreign = false;
	row_str(__LINE__, named(list, related_also(&r, &pages[0], MOST, list)),
	    "82");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seen, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
