/*
 * recommend_block_test.c - blocks of a whole site: what must never be in them,
 * and that nothing but the site, the events and the options decides.
 */
#include "path.h"
#include "recommend.h"
#include "row.h"
#include "scratch.h"

static struct scratch scratch;
static struct diag diag;
static struct arena arena;
static struct source *source;
static struct site *site;

static const struct {
	const char *path, *text;
} files[] = {
	{ "site.yaml",
	    "title: T\nurl: https://example.org\nlanguages: [en, zh]\n"
	    "currency: EUR\n" },
	{ "courses/loops/index.md",
	    "---\ntitle: Loops\nlevel: beginner\n---\nRepeating things.\n" },
	{ "courses/loops/01-for.md",
	    "# The counting loop\n\nA counter and a bound.\n" },
	{ "courses/loops/02-while.md",
	    "# The waiting loop\n\nA condition and a counter.\n" },
	{ "courses/loops/03-nest.md",
	    "# Nested loops\n\nA counter in a counting loop.\n" },
	{ "courses/loops/04-stop.md",
	    "# Leaving loops\n\nA condition ends the waiting loop.\n" },
	{ "courses/pointers/index.md",
	    "---\ntitle: Pointers\nprice: 9.00\nlevel: advanced\n"
	    "requires: [loops]\n---\nAddresses, and the counting loop.\n" },
	{ "courses/pointers/01-address.md",
	    "# Addresses\n\nA zebrafish swims past the counting loop.\n" },
	{ "courses/pointers/02-array.md",
	    "# Arrays\n\nThe zebrafish and the counter come again.\n" },
	{ "courses/trees/index.md",
	    "---\ntitle: Trees\nlevel: advanced\nrequires: [pointers]\n---\n"
	    "Pointers to pointers, zebrafish in branches.\n" },
	{ "courses/trees/01-leaf.md", "# Leaves\n\nA leaf, no loop at all.\n" },
	{ "articles/zebrafish.md",
	    "---\ntitle: Zebrafish\ndate: 2026-01-01\n---\n"
	    "A zebrafish in a counting loop.\n" },
	{ "articles/twin-b.md",
	    "---\ntitle: A twin\ndate: 2026-01-01\n---\nThe same walrus.\n" },
	{ "articles/twin-a.md",
	    "---\ntitle: A twin\ndate: 2026-01-02\n---\nThe same walrus.\n" },
	{ "articles/walrus.md",
	    "---\ntitle: Walrus\ndate: 2026-01-03\n---\nOne walrus.\n" },
	{ "courses/secrets/index.md",
	    "---\ntitle: Secrets\nprice: 9.00\n---\nA course to be paid.\n" },
	{ "courses/secrets/01-one.md",
	    "# Turtles\n\nThe teaser tells of a green turtle, a green turtle.\n"
	    "\n<!--more-->\n\n### Hidden qqxa\n\n**Hidden qqxb**, hidden qqxb "
	    "and hidden qqxb; qqxc qqxc, 隐藏章鱼，隐藏章鱼。\n" },
	{ "courses/secrets/02-two.md",
	    "# More turtles\n\nBefore the mark a green turtle; a green "
	    "turtle.\n"
	    "\n```\n<!--more-->\n```\n\n### Hidden qqxa\n\nHidden qqxb, hidden "
	    "qqxb and hidden qqxb; qqxc qqxc, 隐藏章鱼，隐藏章鱼。\n" },
	{ "courses/secrets/03-three.md",
	    "# Still turtles\n\nHidden qqxa, hidden qqxa: hidden qqxb, hidden "
	    "qqxb, qqxc, qqxc, qqxc, 隐藏章鱼，隐藏章鱼。\n" },
	{ "articles/octopus.md",
	    "---\ntitle: Hidden qqxb and green turtles\ndate: 2026-01-04\n"
	    "aliases: [/old/octopus]\n---\n"
	    "## 隐藏章鱼\n\n### Hidden qqxa\n\nHidden qqxa, hidden qqxb, qqxc, "
	    "qqxc, qqxc; a green turtle. Hidden qqxb.\n" },
	{ "courses/xunhuan/index.md",
	    "---\ntitle: 循环\nlang: zh\n---\n循环 loops\n" },
	{ "courses/xunhuan/01-ci.md", "# 计数循环\n\n一个计数器 counter\n" },
};

static int
set_up(void **state)
{
	char path[400];

	(void)state;
	diag_init(&diag);
	arena_init(&arena);
	if (scratch_make(&scratch))
		return -1;
	for (size_t i = 0; i < ROWS(files); i++) {
		snprintf(path, sizeof path, "s/%s", files[i].path);
		scratch_write(&scratch, path, str_from(files[i].text));
	}
	snprintf(path, sizeof path, "%s/s", scratch.path);
	source = source_open(path, NULL, false, &diag);
	site = source ? content_read(&arena, source, &diag) : NULL;
	if (diag.errors)
		diag_print(&diag, stderr, NULL);
	return site && !diag.errors ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	source_free(source);
	arena_clear(&arena);
	diag_clear(&diag);
	scratch_remove(&scratch);
	return 0;
}

static const struct page *
page_at(const char *url)
{
	for (size_t i = 0; i < site->pages.count; i++) {
		if (str_eq_z(site->pages.at[i]->url, url))
			return site->pages.at[i];
	}
	fail_msg("no page %s", url);
	return NULL;
}

/* `readers` have loops and trees; one event of each names what is gone. */
static struct events *
events_of(unsigned readers)
{
	struct events *e = events_new(&arena);
	struct buf text;

	buf_init(&text, 1 << 20);
	for (unsigned i = 0; i < 12; i++) {
		buf_printf(&text, "%u\tr%u\tpointers\tpurchase\t1\n", i, i);
		buf_printf(&text, "%u\tr%u\t/courses/gone/\tvisit\t1\n", i, i);
		buf_printf(&text, "%u\tr%u\t/zh/\tvisit\t1\n", i, i);
		buf_printf(&text, "%u\tr%u\tloops\tpurchase\t1\n", i, i + 50);
		buf_printf(&text, "%u\tr%u\ttrees\tpurchase\t1\n", i,
		    i < readers ? i + 50 : i + 90);
	}
	assert_true(
	    events_read(e, &arena, STR("e.tsv"), buf_str(&text), &diag));
	buf_clear(&text);
	events_close(e);
	return e;
}

static struct recommend *
new_with(const struct events *e, unsigned threads)
{
	struct recommend_options o = recommend_options_default;

	o.threads = threads;
	return recommend_new(&arena, site, e, &o, &diag);
}

static size_t
block(const struct recommend *r, const char *url, enum recommend_kind kind,
    struct recommended *out)
{
	return recommend_block(r, &arena, page_at(url), kind, 10, out);
}

static const struct recommended *
entry(const struct recommended *list, size_t n, const char *url)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq_z(list[i].page->url, url))
			return &list[i];
	}
	return NULL;
}

/* All blocks of all pages, as text. */
static struct str
everything(const struct recommend *r)
{
	struct recommended list[10];
	struct str all;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < site->pages.count; i++) {
		const struct page *p = site->pages.at[i];

		for (unsigned kind = 0; kind < RECOMMEND_KINDS; kind++) {
			size_t n = recommend_block(
			    r, &arena, p, (enum recommend_kind)kind, 10, list);

			for (size_t k = 0; k < n; k++) {
				buf_printf(&b, "%.*s %u %.*s %d %d",
				    STR_ARG(p->url), kind,
				    STR_ARG(list[k].page->url), list[k].score,
				    (int)list[k].why);
				for (size_t j = 0; j < list[k].term_count; j++)
					buf_printf(&b, " %.*s",
					    STR_ARG(list[k].terms[j]));
				buf_add_c(&b, '\n');
			}
		}
	}
	all = arena_str(&arena, buf_str(&b));
	buf_clear(&b);
	return all;
}

static void
test_same_on_any_threads(void **state)
{
	struct events *e = events_of(8);
	struct str first = STR_NONE;

	(void)state;
	for (unsigned threads = 1; threads <= 4; threads++) {
		struct recommend *r = new_with(e, threads);
		struct str all = everything(r);

		recommend_free(r);
		if (threads == 1)
			first = all;
		assert_true(all.len > 0);
		assert_true(str_eq(all, first));
	}
}

/* 'Zebrafish' stands only in the paid text of lessons: it brings them near,
 * and is never said. */
static void
test_no_paid_text(void **state)
{
	struct recommend *r = new_with(NULL, 1);
	struct recommended list[10];
	size_t n;

	(void)state;
	n = block(r, "/articles/zebrafish/", RECOMMEND_RELATED, list);
	assert_non_null(entry(list, n, "/courses/pointers/address/"));
	n = block(r, "/courses/pointers/address/", RECOMMEND_RELATED, list);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].term_count; k++)
			assert_false(
			    str_eq_nocase(list[i].terms[k], STR("zebrafish")));
	}
	assert_non_null(entry(list, n, "/articles/zebrafish/"));
	recommend_free(r);
}

/* Words of the paid part alone are never a reason, whether they stand in a
 * heading of level three, in running text, behind a mark that is none; those of
 * a teaser are. */
static void
test_no_hidden_word(void **state)
{
	static const char *const hidden[] = { "qqxa", "qqxb", "qqxc", "章鱼" };
	struct recommend *r = new_with(NULL, 1);
	bool has_teaser = false;

	(void)state;
	for (size_t i = 0; i < site->pages.count; i++) {
		for (size_t k = 0; k < site->pages.count; k++) {
			const struct page *from = site->pages.at[i];
			const struct page *to = site->pages.at[k];
			struct recommended e;

			recommend_explain(r, &arena, from, to, &e);
			for (size_t j = 0; j < e.term_count; j++) {
				struct str term = e.terms[j];

				has_teaser = has_teaser ||
				    (to->access == ACCESS_PAID &&
					str_eq_z(term, "green turtle"));
				if (from->access == ACCESS_FREE &&
				    to->access == ACCESS_FREE)
					continue;
				for (size_t h = 0; h < ROWS(hidden); h++)
					assert_true(str_search(term,
							str_from(hidden[h])) ==
					    term.len);
			}
		}
	}
	assert_true(has_teaser);
	recommend_free(r);
}

/* What is equally near is in the order of the addresses. */
static void
test_ties(void **state)
{
	struct recommend *r = new_with(NULL, 1);
	struct recommended list[10];
	size_t n = block(r, "/articles/walrus/", RECOMMEND_RELATED, list);
	const struct recommended *a = entry(list, n, "/articles/twin-a/");
	const struct recommended *b = entry(list, n, "/articles/twin-b/");

	(void)state;
	assert_true(a && b && a < b && a->score == b->score);
	recommend_free(r);
}

static void
test_not_seen(void **state)
{
	struct recommend *r = new_with(NULL, 1);
	struct recommended list[10];
	size_t n = block(r, "/courses/loops/while/", RECOMMEND_RELATED, list);

	(void)state;
	assert_null(entry(list, n, "/courses/loops/while/"));
	assert_null(entry(list, n, "/courses/loops/for/"));
	assert_null(entry(list, n, "/courses/loops/nest/"));
	assert_null(entry(list, n, "/courses/loops/"));
	assert_non_null(entry(list, n, "/courses/loops/stop/"));
	n = block(r, "/courses/loops/stop/", RECOMMEND_RELATED, list);
	assert_null(entry(list, n, "/courses/loops/for/"));
	/* other languages come last */
	n = block(r, "/courses/loops/for/", RECOMMEND_RELATED, list);
	for (size_t i = 1; i < n; i++)
		assert_true(str_eq_z(list[i - 1].page->lang, "en") ||
		    str_eq_z(list[i].page->lang, "zh"));
	recommend_free(r);
}

static void
test_threshold(void **state)
{
	struct recommended list[10];

	(void)state;
	for (unsigned readers = 3; readers < 8; readers++) {
		struct recommend *r = new_with(events_of(readers), 1);
		size_t n = block(r, "/courses/loops/", RECOMMEND_ALSO, list);
		const struct recommended *e = entry(list, n, "/courses/trees/");

		assert_int_equal(e != NULL, readers >= 5);
		if (e)
			assert_int_equal(e->why, WHY_READERS);
		recommend_free(r);
	}
}

/* The share of all readers, by which what is popular is ordered, is of all. */
static void
same_block(const struct recommend *x, const struct recommend *y,
    const struct page *p, enum recommend_kind kind)
{
	struct recommended a[10], b[10];
	size_t n = recommend_block(x, &arena, p, kind, 10, a);

	assert_int_equal(n, recommend_block(y, &arena, p, kind, 10, b));
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(a[i].page, b[i].page);
		assert_int_equal(a[i].why, b[i].why);
		if (kind != RECOMMEND_POPULAR)
			assert_int_equal(a[i].score, b[i].score);
	}
}

static void
same_row(const struct recommend *x, const struct recommend *y,
    const struct course *course)
{
	struct recommend_row_entry a[10], b[10];
	size_t n = recommend_row(x, course, 10, a);

	assert_int_equal(n, recommend_row(y, course, 10, b));
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(a[i].course, b[i].course);
		assert_int_equal(a[i].score, b[i].score);
	}
}

/* What few readers did is as if it had not been: the very same blocks. */
static void
test_few_change_nothing(void **state)
{
	struct recommend *none = new_with(events_of(0), 1);
	struct recommend *few = new_with(events_of(4), 1);

	(void)state;
	for (size_t i = 0; i < site->pages.count; i++) {
		for (unsigned k = 0; k < RECOMMEND_KINDS; k++)
			same_block(none, few, site->pages.at[i],
			    (enum recommend_kind)k);
	}
	for (size_t i = 0; i < site->courses.count; i++)
		same_row(none, few, site->courses.at[i]);
	recommend_free(none);
	recommend_free(few);
}

static void
test_gone(void **state)
{
	struct recommend *r = new_with(events_of(8), 1);
	struct str all = everything(r);
	char *faults = scratch_faults(&diag);

	(void)state;
	assert_true(str_search(all, STR("gone")) == all.len);
	assert_non_null(strstr(faults, "1 of the 5 pages and courses in"));
	free(faults);
	recommend_free(r);
}

/* By what an events file may call a page. */
static void
test_names(void **state)
{
	static const struct {
		int line;
		const char *name, *url;
		bool is_item;
	} rows[] = {
		{ __LINE__, "loops", "/courses/loops/", true },
		{ __LINE__, "/courses/loops/", "/courses/loops/", true },
		{ __LINE__, "/m/courses/secrets/one/", "/courses/secrets/one/",
		    true },
		{ __LINE__, "/old/octopus/", "/articles/octopus/", true },
		{ __LINE__, "/", "/", false },
		{ __LINE__, "/zh/", "/zh/", false },
		{ __LINE__, "/articles/", "/articles/", false },
		{ __LINE__, "/articles/gone/", NULL, false },
		{ __LINE__, "/articles/octopus", NULL, false },
		{ __LINE__, "gone", NULL, false },
		{ __LINE__, "", NULL, false },
	};
	struct recommend *r = new_with(NULL, 1);
	const struct catalog *c = recommend_catalog(r);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str name = str_from(rows[i].name);
		const struct page *p = catalog_page(c, name);
		uint32_t item = catalog_find(c, name);

		ROW_TRUE(rows[i].line,
		    p ? rows[i].url && str_eq_z(p->url, rows[i].url)
		      : !rows[i].url);
		ROW_TRUE(
		    rows[i].line, (item != CATALOG_NONE) == rows[i].is_item);
		if (item != CATALOG_NONE)
			ROW_TRUE(rows[i].line, c->at[item] == p);
	}
	recommend_free(r);
}

static void
test_path(void **state)
{
	const struct course *loops = page_at("/courses/loops/")->course;
	const struct course *pointers = page_at("/courses/pointers/")->course;
	const struct course *trees = page_at("/courses/trees/")->course;
	struct recommend *r = new_with(NULL, 1);
	struct recommended list[10];
	size_t n = block(r, "/courses/loops/", RECOMMEND_NEXT, list);

	(void)state;
	assert_int_equal(path_step(loops, pointers), PATH_BUILDS_ON);
	assert_int_equal(path_step(loops, trees), PATH_NOT_AFTER);
	assert_int_equal(path_step(pointers, trees), PATH_BUILDS_ON);
	assert_int_equal(path_step(trees, loops), PATH_NOT_AFTER);
	assert_int_equal(n, 1);
	assert_true(str_eq_z(list[0].page->url, "/courses/pointers/"));
	assert_int_equal(list[0].why, WHY_BUILDS_ON);
	recommend_free(r);
}

static void
test_rows(void **state)
{
	struct recommend *r = new_with(events_of(8), 1);
	const struct course *loops = page_at("/courses/loops/")->course;
	struct recommend_row_entry row[10];
	size_t n = recommend_row(r, loops, 10, row);
	bool has_trees = false;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_ptr_not_equal(row[i].course, loops);
		assert_true(row[i].score > 0);
		assert_true(!i || row[i].score <= row[i - 1].score);
		has_trees = has_trees || str_eq_z(row[i].course->id, "trees");
	}
	assert_true(has_trees);
	recommend_free(r);
}

/* With enough readers the parameters are fitted, and always the same. */
static void
test_fitted(void **state)
{
	static const char *const items[] = { "loops", "pointers", "trees",
		"/courses/loops/for/", "/courses/loops/nest/", "/gone/" };
	struct events *e = events_new(&arena);
	struct recommend *r, *again;
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	for (unsigned i = 0; i < 600; i++) {
		for (unsigned k = 0; k < 3; k++)
			buf_printf(&text, "%u\tr%u\t%s\tpurchase\t1\n",
			    (i * 7919 + k * 104729) % 100000, i,
			    items[(i + k) % ROWS(items)]);
	}
	assert_true(
	    events_read(e, &arena, STR("e.tsv"), buf_str(&text), &diag));
	buf_clear(&text);
	events_close(e);
	r = new_with(e, 1);
	again = new_with(e, 2);
	assert_true(recommend_tuning(r)->fitted);
	assert_true(recommend_tuning(r)->ndcg10 > 0.1);
	assert_memory_equal(recommend_tuning(r), recommend_tuning(again),
	    sizeof(struct blend_tuning));
	assert_true(str_eq(everything(r), everything(again)));
	recommend_free(r);
	recommend_free(again);
}

#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SITE_TEST(test_same_on_any_threads),
		SITE_TEST(test_no_paid_text),
		SITE_TEST(test_no_hidden_word),
		SITE_TEST(test_ties),
		SITE_TEST(test_not_seen),
		SITE_TEST(test_threshold),
		SITE_TEST(test_few_change_nothing),
		SITE_TEST(test_gone),
		SITE_TEST(test_names),
		SITE_TEST(test_path),
		SITE_TEST(test_rows),
		SITE_TEST(test_fitted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
