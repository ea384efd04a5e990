#include "link.h"

#include "scratch.h"

static struct scratch scratch;
static struct diag diag;
static struct arena arena;
static struct source *source;
static struct site *site;
static struct links *links;

static int
set_up(void **state)
{
	(void)state;
	diag_init(&diag);
	arena_init(&arena);
	source = NULL;
	return scratch_make(&scratch);
}

static void
close_site(void)
{
	source_free(source);
	source = NULL;
	arena_clear(&arena);
	diag_clear(&diag);
}

static int
tear_down(void **state)
{
	(void)state;
	close_site();
	scratch_remove(&scratch);
	return 0;
}

static void
put(const char *path, const char *text)
{
	char full[300];

	snprintf(full, sizeof full, "s/%s", path);
	scratch_write(&scratch, full, str_from(text));
}

static void
read_again(void)
{
	char path[400];

	close_site();
	snprintf(path, sizeof path, "%s/s", scratch.path);
	source = source_open(path, NULL, false, &diag);
	assert_non_null(source);
	site = content_read(&arena, source, &diag);
	assert_non_null(site);
	assert_int_equal(diag.errors, 0);
	links = links_new(&arena, site, &diag);
}

static const struct page *
page_of(const char *path)
{
	for (size_t i = 0; i < site->pages.count; i++) {
		const struct page *p = site->pages.at[i];

		if (str_eq_z(p->file ? p->file->path : p->url, path))
			return p;
	}
	fail_msg("no page %s", path);
	return NULL;
}

static void
write_site(const char *url, const char *gateway)
{
	char text[500];

	snprintf(text, sizeof text, "title: T\nurl: %s\n%s%s\n", url,
	    gateway ? "gateway: " : "", gateway ? gateway : "");
	put("site.yaml", text);
	put("courses/loops/index.md", "---\ntitle: L\nprice: 3 EUR\n---\n");
	put("courses/loops/01-for.md", "---\naccess: free\n---\n# For\n");
	put("courses/loops/02-b/01-while.md", "# While\n");
	put("courses/loops/02-b/index.md", "---\ntitle: B\n---\n");
	put("courses/loops/03-draft.md", "---\ndraft: yes\n---\n");
	put("courses/loops/img/a b.png", "png");
	put("courses/loops/files/x.zip", "zip");
	put("courses/loops/files/unused.zip", "zip");
	put("courses/other/index.md", "---\ntitle: O\nprice: 3 EUR\n---\n");
	put("courses/other/01-a.md", "# A\n");
	put("courses/other/o.zip", "zip");
	put("courses/free/index.md", "---\ntitle: F\n---\n");
	put("courses/free/01-a.md", "# A\n");
	put("courses/free/f.png", "png");
	put("articles/news.md", "---\ndate: 2026-01-01\n---\n# N\n");
	put("pages/about.md", "# About\n");
	put("img/logo.png", "png");
	put("README.md", "read me");
}

#define P AUDIENCE_PUBLIC
#define M AUDIENCE_MEMBERS
static const char *const FOR = "courses/loops/01-for.md";
static const char *const WHILE = "courses/loops/02-b/01-while.md";
static const char *const ABOUT = "pages/about.md";

static void
resolves_links(void **state)
{
	static const struct {
		int line;
		const char *from;
		enum audience audience;
		const char *target, *want;
	} rows[] = {
		{ __LINE__, "for", P, "https://x.org/a?b#c",
		    "https://x.org/a?b#c" },
		{ __LINE__, "for", P, "//x.org/a", "//x.org/a" },
		{ __LINE__, "for", P, "mailto:a@b.c", "mailto:a@b.c" },
		{ __LINE__, "for", P, "#frag", "#frag" },
		{ __LINE__, "for", P, "02-b/01-while.md",
		    "/courses/loops/b/while/" },
		{ __LINE__, "for", M, "02-b/01-while.md",
		    "/m/courses/loops/b/while/" },
		{ __LINE__, "while", M, "../01-for.md", "/courses/loops/for/" },
		{ __LINE__, "while", M, "./01-while.md#x",
		    "/m/courses/loops/b/while/#x" },
		{ __LINE__, "while", M, "../", "/courses/loops/" },
		{ __LINE__, "while", M, "..", "/courses/loops/" },
		{ __LINE__, "while", M, "../index.md", "/courses/loops/" },
		{ __LINE__, "for", P, "02-b", "/courses/loops/b/while/" },
		{ __LINE__, "for", P, "02-b/index.md",
		    "/courses/loops/b/while/" },
		{ __LINE__, "for", P, "02-b/01-while",
		    "/courses/loops/b/while/" },
		{ __LINE__, "for", P, "02-b/01-while.html?a=b#c",
		    "/courses/loops/b/while/?a=b#c" },
		{ __LINE__, "for", P, "/courses/loops/b/while/",
		    "/courses/loops/b/while/" },
		{ __LINE__, "for", P, "/articles/news.md", "/articles/news/" },
		{ __LINE__, "for", P, "/articles/", "/articles/" },
		{ __LINE__, "for", P, "/", "/" },
		{ __LINE__, "for", P, "../../pages/about.md", "/about/" },
		{ __LINE__, "for", P, "%69mg/a%20b.png",
		    "/courses/loops/img/a%20b.png" },
		{ __LINE__, "for", P, "img/a b.png?raw=true",
		    "/courses/loops/img/a%20b.png" },
		{ __LINE__, "for", P, "/img/logo.png", "/img/logo.png" },
		{ __LINE__, "while", M, "../files/x.zip",
		    "/m/courses/loops/files/x.zip" },
		{ __LINE__, "while", M, "/img/logo.png", "/img/logo.png" },
		{ __LINE__, "while", M, "/courses/free/f.png",
		    "/courses/free/f.png" },
		{ __LINE__, "about", P, "/courses/other/01-a.md",
		    "/courses/other/a/" },
	};

	(void)state;
	write_site("https://e.org", NULL);
	read_again();
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct page *from =
		    page_of(!strcmp(rows[i].from, "for")     ? FOR
			    : !strcmp(rows[i].from, "while") ? WHILE
							     : ABOUT);

		row_str(rows[i].line,
		    link_resolve(links, from, rows[i].audience,
			str_from(rows[i].target), 0, false),
		    rows[i].want);
		ROW_TRUE(rows[i].line, !diag.errors);
	}
}

/* Which host and base path an address gets. */
static void
crosses_hosts(void **state)
{
	static const struct {
		int line;
		const char *url, *gateway;
		enum audience audience;
		const char *page, *lesson, *logo, *style;
	} rows[] = {
		{ __LINE__, "https://e.org", NULL, P, "/about/",
		    "/courses/loops/b/while/", "/img/logo.png", "/s.css" },
		{ __LINE__, "https://e.org", NULL, M, "/about/",
		    "/m/courses/loops/b/while/", "/img/logo.png", "/s.css" },
		{ __LINE__, "https://e.org/r", NULL, P, "/r/about/",
		    "/r/courses/loops/b/while/", "/r/img/logo.png",
		    "/r/s.css" },
		{ __LINE__, "https://e.org/r", NULL, M, "/r/about/",
		    "/r/m/courses/loops/b/while/", "/r/img/logo.png",
		    "/r/s.css" },
		{ __LINE__, "https://e.org/r", "https://e.org", M, "/r/about/",
		    "/m/courses/loops/b/while/", "/r/img/logo.png",
		    "/r/s.css" },
		{ __LINE__, "https://e.org/r", "https://g.org", P, "/r/about/",
		    "/r/courses/loops/b/while/", "/r/img/logo.png",
		    "/r/s.css" },
		{ __LINE__, "https://e.org/r", "https://g.org", M,
		    "https://e.org/r/about/", "/m/courses/loops/b/while/",
		    "https://e.org/r/img/logo.png", "https://e.org/r/s.css" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct page *lesson;
		int line = rows[i].line;

		write_site(rows[i].url, rows[i].gateway);
		read_again();
		lesson = page_of(WHILE);
		row_str(line,
		    link_page(links, page_of(ABOUT), rows[i].audience),
		    rows[i].page);
		row_str(line, link_page(links, lesson, rows[i].audience),
		    rows[i].lesson);
		row_str(line,
		    link_resolve(links, lesson, rows[i].audience,
			STR("/img/logo.png"), 0, true),
		    rows[i].logo);
		row_str(line, link_path(links, STR("/s.css"), rows[i].audience),
		    rows[i].style);
	}
	row_str(__LINE__, link_path(links, STR("/m/x/"), AUDIENCE_PUBLIC),
	    "https://g.org/m/x/");
}

static void
reports_broken_links(void **state)
{
	static const struct {
		int line;
		enum audience audience;
		const char *target, *fault;
	} rows[] = {
		{ __LINE__, P, "02-b/01-whlie.md",
		    "error: courses/loops/01-for.md:5:9: no such lesson: " },
		{ __LINE__, P, "img/c.png", "no such file: img/c.png" },
		{ __LINE__, P, "img/a_b.png", "did you mean img/a b.png?" },
		{ __LINE__, P, "01-while.md",
		    "did you mean 02-b/01-while.md?" },
		{ __LINE__, P, "logo.png",
		    "hint: did you mean ../../img/logo.png?" },
		{ __LINE__, P, "/imag/logo.png",
		    "hint: did you mean /img/logo.png?" },
		{ __LINE__, P, "03-draft.md", "'03-draft.md' is a draft" },
		{ __LINE__, P, "03-draft", "'03-draft' is a draft" },
		{ __LINE__, P, "/README.md", "is no page of this site" },
		{ __LINE__, P, "../../../etc/passwd", "no such file" },
		{ __LINE__, P, "", "a link without an address" },
		{ __LINE__, M, "../other/o.zip",
		    "belongs to the course 'other', which readers" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[200];
		struct str got;

		snprintf(text, sizeof text,
		    "---\naccess: free\n---\n# For\nSee [x](%s)\n",
		    rows[i].target);
		write_site("https://e.org", NULL);
		put(FOR, text);
		read_again();
		got = link_resolve(links, page_of(FOR), rows[i].audience,
		    str_from(rows[i].target), 30, false);
		row_fault(rows[i].line, &diag, rows[i].fault);
		ROW_TRUE(rows[i].line, diag.errors == 1);
		ROW_TRUE(rows[i].line, !got.len || rows[i].audience == M);
	}
}

/* The excerpt underlines the target, wherever near the offset it stands. */
static void
underlines_the_target(void **state)
{
	(void)state;
	write_site("https://e.org", NULL);
	put(FOR, "---\naccess: free\n---\n# For\nSee [x](02-b/01-whlie.md)\n");
	read_again();
	(void)link_resolve(
	    links, page_of(FOR), P, STR("02-b/01-whlie.md"), 27, false);
	row_fault(__LINE__, &diag,
	    "error: courses/loops/01-for.md:5:9: no such lesson: "
	    "02-b/01-whlie.md\n"
	    "     5 | See [x](02-b/01-whlie.md)\n"
	    "       |         ^^^^^^^^^^^^^^^^\n"
	    "hint: did you mean 02-b/01-while.md?\n");
}

static void
lists_files(void **state)
{
	static const struct {
		int line;
		const char *path, *url, *course;
		bool members;
	} rows[] = {
		{ __LINE__, "courses/free/f.png", "/courses/free/f.png", NULL,
		    false },
		{ __LINE__, "courses/loops/files/x.zip",
		    "/m/courses/loops/files/x.zip", "loops", true },
		{ __LINE__, "courses/loops/img/a b.png",
		    "/courses/loops/img/a%20b.png", NULL, false },
		{ __LINE__, "courses/loops/img/a b.png",
		    "/m/courses/loops/img/a%20b.png", "loops", true },
		{ __LINE__, "img/logo.png", "/img/logo.png", NULL, false },
	};
	const struct linked_file *files;
	const struct page *p;

	(void)state;
	write_site("https://e.org", NULL);
	read_again();
	assert_int_equal(links_files(links, &files), 0);
	p = page_of(WHILE);
	(void)link_resolve(links, p, M, STR("../img/a b.png"), 0, true);
	(void)link_resolve(links, p, M, STR("../files/x.zip"), 0, false);
	(void)link_resolve(links, p, P, STR("../img/a b.png"), 0, true);
	(void)link_resolve(links, p, M, STR("/courses/free/f.png"), 0, true);
	row_str(__LINE__,
	    link_file(links, p, P, STR("img/logo.png"), page_where(p, 0, 0)),
	    "/img/logo.png");
	assert_int_equal(links_files(links, &files), ROWS(rows));
	for (size_t i = 0; i < ROWS(rows); i++) {
		row_str(rows[i].line, files[i].file->path, rows[i].path);
		row_str(rows[i].line, files[i].url, rows[i].url);
		ROW_TRUE(rows[i].line, files[i].members == rows[i].members);
		ROW_TRUE(rows[i].line, !files[i].course == !rows[i].course);
		if (rows[i].course)
			row_str(
			    rows[i].line, files[i].course->id, rows[i].course);
	}
	assert_int_equal(diag.warnings, 1); /* of the draft */
	links_report_unused(links);
	assert_int_equal(diag.warnings, 3);
	row_fault(__LINE__, &diag,
	    "warning: courses/loops/files/unused.zip: not published");
	row_fault(
	    __LINE__, &diag, "warning: courses/other/o.zip: not published");
	(void)link_file(links, p, P, STR("img/lgoo.png"), page_where(p, 0, 0));
	row_fault(__LINE__, &diag, "did you mean /img/logo.png?");
}

static void
checks_fragments(void **state)
{
	static const struct {
		int line;
		const char *target, *fault;
	} rows[] = {
		{ __LINE__, "02-b/01-while.md#heading", NULL },
		{ __LINE__, "02-b/01-while.md#Heading", NULL },
		{ __LINE__, "02-b/01-while.md#%E4%B8%80", NULL },
		{ __LINE__, "02-b/01-while.md#", NULL },
		{ __LINE__, "#top", NULL },
		{ __LINE__, "#own", NULL },
		{ __LINE__, "02-b/01-while.md#headnig",
		    "courses/loops/01-for.md:1:1: no heading '#headnig' in "
		    "courses/loops/02-b/01-while.md" },
		{ __LINE__, "02-b/01-while.md#headnig", "mean #heading?" },
		{ __LINE__, "#nowhere", "no heading '#nowhere' in courses/" },
	};

	(void)state;
	write_site("https://e.org", NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		read_again();
		(void)link_resolve(
		    links, page_of(FOR), P, str_from(rows[i].target), 0, false);
		link_anchor(links, page_of(WHILE), STR("heading"));
		link_anchor(links, page_of(WHILE), STR("一"));
		link_anchor(links, page_of(FOR), STR("own"));
		ROW_TRUE(rows[i].line, !diag.errors);
		links_check(links);
		ROW_TRUE(rows[i].line, diag.errors == (rows[i].fault ? 1 : 0));
		if (rows[i].fault)
			row_fault(rows[i].line, &diag, rows[i].fault);
	}
}

static void
never_breaks_a_foreign_link(void **state)
{
	static const struct {
		int line;
		const char *from, *target, *want;
		unsigned warnings;
	} rows[] = {
		{ __LINE__, "src/a.md", "b.md", "/b/", 0 },
		{ __LINE__, "src/a.md", "b.html", "/b/", 0 },
		{ __LINE__, "src/a.md", "/b.md", "/b/", 0 },
		{ __LINE__, "src/a.md", "b", "/b/", 0 },
		{ __LINE__, "src/a.md", "../README.md", "/", 0 },
		{ __LINE__, "src/a.md", "../lib/x.rs", "/lib/x.rs", 0 },
		{ __LINE__, "src/a.md", "img/p.png", "/-/src/img/p.png", 0 },
		{ __LINE__, "README.md", "img/p.png", "/-/img/p.png", 0 },
		{ __LINE__, "README.md", "src/img/p.png", "/-/src/img/p.png",
		    0 },
		{ __LINE__, "README.md", "src/img/P.png", "/img/P.png", 0 },
		{ __LINE__, "README.md", "src", "/", 0 },
		{ __LINE__, "README.md", "src/sub/", "/sub/", 0 },
		{ __LINE__, "README.md", "src/sub/index.html", "/sub/", 0 },
		{ __LINE__, "README.md", "demo/index.html", "/demo/index.html",
		    0 },
		{ __LINE__, "README.md", "robots.txt", "/-/robots.txt", 0 },
		{ __LINE__, "README.md", "m/x.txt", "/-/m/x.txt", 0 },
		/* no file is taken for another's packed form */
		{ __LINE__, "README.md", "lib/d.json", "/lib/d.json", 0 },
		{ __LINE__, "README.md", "lib/d.json.gz", "/-/lib/d.json.gz",
		    0 },
		{ __LINE__, "README.md", "lib/e.csv.br", "/lib/e.csv.br", 0 },
		{ __LINE__, "README.md", "robots.txt.gz", "/-/2/robots.txt.gz",
		    0 },
		{ __LINE__, "README.md", "b/index.html.zst",
		    "/-/b/index.html.zst", 0 },
		{ __LINE__, "src/a.md", "f.csv.gz", "/f.csv.gz", 0 },
		{ __LINE__, "README.md", "f.csv", "/-/f.csv", 0 },
		{ __LINE__, "README.md", "@https://x.org", "", 1 },
		{ __LINE__, "README.md", "gone.md#x", "", 1 },
		{ __LINE__, "src/a.md", "../../up.md", "", 1 },
		{ __LINE__, "README.md", "src/index.html", "/", 0 },
	};

	(void)state;
	put("README.md", "# R\n");
	put("src/SUMMARY.md",
	    "- [A](a.md)\n- [B](b.md)\n- [S](sub/README.md)\n");
	put("src/a.md", "# A\n");
	put("src/b.md", "# B\n");
	put("src/sub/README.md", "# S\n");
	put("src/img/p.png", "1");
	put("src/img/P.png", "2");
	put("img/p.png", "3");
	put("lib/x.rs", "x");
	put("lib/d.json", "x");
	put("lib/d.json.gz", "x");
	put("lib/e.csv.br", "x");
	put("robots.txt.gz", "x");
	put("b/index.html.zst", "x");
	put("src/f.csv.gz", "x");
	put("f.csv", "x");
	put("demo/index.html", "x");
	put("robots.txt", "x");
	put("m/x.txt", "x");
	for (size_t i = 0; i < ROWS(rows); i++) {
		size_t before;

		read_again();
		before = diag.warnings;
		row_str(rows[i].line,
		    link_resolve(links, page_of(rows[i].from), P,
			str_from(rows[i].target), 0, false),
		    rows[i].want);
		ROW_TRUE(
		    rows[i].line, diag.warnings - before == rows[i].warnings);
		ROW_TRUE(rows[i].line, !diag.errors);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(resolves_links),
		TEST(crosses_hosts),
		TEST(reports_broken_links),
		TEST(underlines_the_target),
		TEST(lists_files),
		TEST(checks_fragments),
		TEST(never_breaks_a_foreign_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
