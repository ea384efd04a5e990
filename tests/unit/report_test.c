/*
 * report_test.c - the owner's report: what fewer than five readers did is never
 * told, titles cannot become markup, the same input gives the same bytes, and
 * nothing is half written.
 */
#include "command.h"
#include "json.h"
#include "report.h"
#include "scratch.h"

#include <sys/stat.h>

enum { DAY = 24 * 3600, START = 1700006400, ROOM = 16 << 20 };

static struct scratch scratch;
static struct diag diag;
static struct arena arena;
static struct source *source;
static struct site *site;
static struct buf text, json, page;

#define HOSTILE "<script>alert(1)</script>\" onload=x & <img src=//x>"

static const struct {
	const char *path, *text;
} files[] = {
	{ "site.yaml",
	    "title: 'T " HOSTILE
	    "'\nurl: https://example.org\ncurrency: EUR\n" },
	{ "courses/loops/index.md",
	    "---\ntitle: Loops\nprice: 9.00\n---\nCounters and bounds.\n" },
	{ "courses/loops/01-for.md",
	    "# The counting loop\n\nCounter counter bound.\n" },
	{ "courses/bread/index.md",
	    "---\ntitle: '" HOSTILE "'\nprice: 9.00\n---\nSourdough dough.\n" },
	{ "courses/bread/01-dough.md",
	    "# Sourdough <b>bread</b>\n\nDough dough oven.\n" },
	{ "courses/rare/index.md",
	    "---\ntitle: Rarely seen\nprice: 9.00\n---\nA counter, a "
	    "bound.\n" },
};

static int
set_up(void **state)
{
	char path[400];

	(void)state;
	diag_init(&diag);
	arena_init(&arena);
	buf_init(&text, ROOM);
	buf_init(&json, ROOM);
	buf_init(&page, ROOM);
	if (scratch_make(&scratch))
		return -1;
	for (size_t i = 0; i < ROWS(files); i++) {
		snprintf(path, sizeof path, "site/%s", files[i].path);
		scratch_write(&scratch, path, str_from(files[i].text));
	}
	snprintf(path, sizeof path, "%s/site", scratch.path);
	source = source_open(path, NULL, true, &diag);
	assert_non_null(source);
	site = content_read(&arena, source, &diag);
	assert_non_null(site);
	assert_int_equal(diag.errors, 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	source_free(source);
	buf_clear(&text);
	buf_clear(&json);
	buf_clear(&page);
	scratch_remove(&scratch);
	diag_clear(&diag);
	arena_clear(&arena);
	return 0;
}

static void
add(size_t day, size_t reader, const char *item, const char *kind)
{
	buf_printf(&text, "%zu\tr%zu\t%s\t%s\t1\n",
	    START + day * DAY + reader % 24 * 3600, reader, item, kind);
}

static void
make(unsigned threads)
{
	struct events *e = events_new(&arena);
	struct report r;

	assert_true(
	    events_read(e, &arena, STR("events.tsv"), buf_str(&text), &diag));
	events_close(e);
	buf_reset(&json);
	buf_reset(&page);
	report_init(&r, &arena, site, e, threads, &diag);
	report_json(&r, &json);
	report_page(&r, &page);
	report_clear(&r);
	assert_true(buf_ok(&json) && buf_ok(&page));
}

static bool
has(const struct buf *b, const char *what)
{
	return str_search(buf_str(b), str_from(what)) < b->len;
}

static const struct value *
parsed(void)
{
	struct json_error e;
	const struct value *v = json_read(&arena, buf_str(&json), &e);

	if (!v)
		fail_msg("%u: %s", e.line, e.message);
	return v;
}

/* Enough of everything: two tastes, blocks, purchases, 200 days. */
static void
write_busy(void)
{
	for (size_t r = 0; r < 600; r++) {
		const char *course = r % 2 ? "loops" : "bread";
		const char *lesson =
		    r % 2 ? "/courses/loops/for/" : "/courses/bread/dough/";

		for (size_t day = r % 7; day < 200; day += 3 + r % 11) {
			add(day, r, lesson, "visit");
			add(day, r, lesson, "shown:related");
			if ((day + r) % 5 == 0)
				add(day, r, lesson, "click:related");
			if ((day * 7 + r) % 13 == 0)
				add(day, r, lesson, "complete");
			if ((day * 5 + r) % 31 == 0)
				add(day, r, course, "purchase");
		}
	}
}

static void
test_busy(void **state)
{
	const struct value *v, *groups, *buy;

	(void)state;
	write_busy();
	make(1);
	v = parsed();
	groups = value_get(value_get(v, STR("segments")), STR("groups"));
	assert_int_equal(value_count(groups), 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    value_get_int(value_at(groups, i), STR("readers"), 0), 300);
	buy = value_get(value_get(v, STR("predictions")), STR("buy"));
	row_str(__LINE__, value_get_str(buy, STR("state")), "good");
	assert_true(value_get_int(buy, STR("asked"), 0) > 400);
	assert_true(value_count(value_get(
			value_get(v, STR("courses")), STR("expected"))) == 2);
	assert_true(has(&page, "<svg"));
	assert_true(has(&page, "Of readers given "));
	assert_true(has(&page, "likely") || has(&page, "Likely"));
}

static void
test_threads(void **state)
{
	struct buf one_json, one_page;

	(void)state;
	buf_init(&one_json, ROOM);
	buf_init(&one_page, ROOM);
	write_busy();
	make(1);
	buf_add(&one_json, buf_str(&json));
	buf_add(&one_page, buf_str(&page));
	for (unsigned threads = 2; threads <= 8; threads *= 2) {
		make(threads);
		assert_true(str_eq(buf_str(&one_json), buf_str(&json)));
		assert_true(str_eq(buf_str(&one_page), buf_str(&page)));
	}
	buf_clear(&one_json);
	buf_clear(&one_page);
}

/* Titles, addresses, blocks: whatever they hold is text. */
static void
test_hostile(void **state)
{
	(void)state;
	write_busy();
	for (size_t r = 0; r < 9; r++)
		add(3, r, "/old/\"><script>x</script>", "visit");
	make(2);
	assert_true(has(&page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_true(has(&page, "&quot;&gt;&lt;script&gt;x"));
	assert_false(has(&page, "<script"));
	assert_false(has(&page, "<img"));
	assert_false(has(&page, "\" onload"));
	assert_false(has(&page, "<b>"));
	/* nothing from elsewhere */
	assert_false(has(&page, "<link"));
	assert_false(has(&page, " src=\""));
	assert_false(has(&page, "url("));
	assert_false(has(&page, "@import"));
	assert_false(has(&json, "</"));
	parsed();
}

/* `n` readers do what nobody else does. */
static const struct {
	int line;
	size_t readers;
	const char *item, *kind, *told;
} fives[] = {
	{ __LINE__, 4, "/gone/for/good/", "visit", "/gone/for/good/" },
	{ __LINE__, 5, "/gone/for/good/", "visit", "/gone/for/good/" },
	{ __LINE__, 4, "/courses/rare/", "visit", "Rarely seen" },
	{ __LINE__, 5, "/courses/rare/", "visit", "Rarely seen" },
	{ __LINE__, 4, "/courses/rare/", "shown:odd", "odd" },
	{ __LINE__, 5, "/courses/rare/", "shown:odd", "odd" },
};

static void
test_five(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(fives); i++) {
		bool told = fives[i].readers >= REPORT_LEAST;

		buf_reset(&text);
		write_busy();
		for (size_t r = 0; r < fives[i].readers; r++)
			add(150, 10000 + r, fives[i].item, fives[i].kind);
		make(2);
		/* "odds" is a word of the page */
		if (str_eq_z(str_from(fives[i].told), "odd"))
			ROW_TRUE(fives[i].line, has(&page, ">odd<") == told);
		else
			ROW_TRUE(
			    fives[i].line, has(&page, fives[i].told) == told);
	}
}

/* Clicks of four are not told though the block is. */
static void
test_few_clicks(void **state)
{
	(void)state;
	for (size_t clickers = 4; clickers <= 5; clickers++) {
		const struct value *row;

		buf_reset(&text);
		for (size_t r = 0; r < 20; r++) {
			add(1, r, "/courses/rare/", "shown:next");
			if (r < clickers)
				add(1, r, "/courses/loops/", "click:next");
		}
		make(1);
		row =
		    value_at(value_get(value_get(parsed(), STR("clickthrough")),
				 STR("blocks")),
			0);
		assert_non_null(row);
		assert_int_equal(
		    value_get(row, STR("clicked")) != NULL, clickers == 5);
		assert_int_equal(
		    value_get(row, STR("rate")) != NULL, clickers == 5);
		assert_int_equal(has(&page, "under five"), clickers == 4);
	}
}

/* The only group whose purchases are few would follow from the sum. */
static void
test_subtraction(void **state)
{
	const struct value *groups;

	(void)state;
	for (size_t r = 0; r < 100; r++) {
		bool loops = r % 5 < 3;

		add(1, r, loops ? "/courses/loops/for/" : "/courses/bread/",
		    "visit");
		if (loops ? r < 60 : r < 5)
			add(1, r, loops ? "loops" : "bread", "purchase");
	}
	make(1);
	groups = value_get(value_get(parsed(), STR("segments")), STR("groups"));
	assert_int_equal(value_count(groups), 2);
	for (size_t i = 0; i < 2; i++)
		assert_null(
		    value_get(value_at(groups, i), STR("purchase_share")));
}

static const struct {
	int line;
	const char *events, *told;
} degenerate[] = {
	{ __LINE__, "", "There are no events yet" },
	{ __LINE__, "# nothing\n", "There are no events yet" },
	{ __LINE__, "1700006400\tr1\t/courses/loops/\tvisit\t1\n",
	    "No prediction" },
	{ __LINE__, "1700006400\tr1\t/nowhere/\tvisit\t1\n", "No prediction" },
	{ __LINE__, "1700006400\tr1\tloops\tpurchase\t0\n", "No prediction" },
};

static void
test_degenerate(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(degenerate); i++) {
		buf_reset(&text);
		buf_add_z(&text, degenerate[i].events);
		make(2);
		parsed();
		ROW_TRUE(degenerate[i].line, has(&page, degenerate[i].told));
		ROW_TRUE(degenerate[i].line, has(&page, "</html>"));
		ROW_TRUE(degenerate[i].line, !has(&page, "nan"));
		ROW_TRUE(degenerate[i].line, !has(&page, "/nowhere/"));
	}
}

/* The command line, in the folder of the test. */
static int
run(const char *events, const char *out)
{
	char *argv[] = { (char[]){ "pennypress" }, (char[]){ "report" },
		(char[]){ "--events" }, strdup(events), (char[]){ "-o" },
		strdup(out), (char[]){ "--worktree" }, NULL, NULL };
	char location[300];
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int shown = dup(STDOUT_FILENO), said = dup(STDERR_FILENO), status;

	snprintf(location, sizeof location, "%s/site", scratch.path);
	argv[7] = location;
	fflush(stdout);
	dup2(quiet, STDOUT_FILENO);
	dup2(quiet, STDERR_FILENO);
	status = command_run(8, argv);
	fflush(stdout);
	dup2(shown, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	close(shown);
	close(said);
	close(quiet);
	free(argv[3]);
	free(argv[5]);
	return status;
}

static void
test_command(void **state)
{
	static const char *const names[] = { "index.html", "report.json" };
	char events[300], out[300], path[700];
	struct stat st;

	(void)state;
	snprintf(events, sizeof events, "%s/events.tsv", scratch.path);
	snprintf(out, sizeof out, "%s/out/report", scratch.path);
	scratch_write(&scratch, "events.tsv", STR("1\tr1\tnot an item\n"));
	assert_int_equal(run(events, out), STATUS_FAULT);
	assert_int_equal(access(out, F_OK), -1);
	assert_int_equal(run("/nonexistent", out), STATUS_FAULT);
	assert_int_equal(access(out, F_OK), -1);
	write_busy();
	scratch_write(&scratch, "events.tsv", buf_str(&text));
	assert_int_equal(run(events, out), STATUS_DONE);
	make(1);
	for (size_t i = 0; i < 2; i++) {
		struct buf b;

		snprintf(path, sizeof path, "%s/%s", out, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		buf_init(&b, ROOM);
		assert_true(file_read(AT_FDCWD, path, &b));
		assert_true(str_eq(buf_str(&b), buf_str(i ? &json : &page)));
		buf_clear(&b);
	}
	/* a file stands where the folder should be */
	assert_int_equal(run(events, events), STATUS_FAULT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_busy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_hostile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_five, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_few_clicks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_subtraction, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_degenerate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_command, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
