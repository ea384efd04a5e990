/* What pages lead to, as readers and the gateway get it; and the script that
 * reports visits. */
#include "built_site.h"

/* A school: a course, the one after it, one in Chinese, articles. What the
 * two paid lessons have in common stands in their paid parts alone. */
#define PAID "Zymurgists quaver at oubliettes. "
#define LIFE "A garden needs compost, and compost needs worms.\n"
static const struct input school[] = {
	{ "site.yaml",
	    "title: School\nurl: https://example.org\nlanguages: [en, zh]\n"
	    "currency: EUR\n" },
	{ "courses/soil/index.md",
	    "---\ntitle: Soil\nprice: 9.00 EUR\nlevel: beginner\n---\n" LIFE },
	{ "courses/soil/01-worms.md",
	    "---\naccess: free\n---\n# Worms & \\<mulch>\n\n" LIFE
	    "\n## Mulch\n\nMulch keeps them cool.\n" },
	{ "courses/soil/02-heap.md",
	    "# The compost heap\n\n" LIFE "\n<!--more-->\n\n" PAID PAID },
	{ "courses/soil/03-deep/index.md", "---\ntitle: Deeper\n---\n" },
	{ "courses/soil/03-deep/01-end.md",
	    "# Mulch with worms\n\n" LIFE "\n<!--more-->\n\n" PAID PAID },
	{ "courses/beds/index.md",
	    "---\ntitle: Beds\nprice: 9.00 EUR\nrequires: [soil]\n---\n" LIFE },
	{ "courses/beds/01-dig.md",
	    "# Digging compost in\n\n" LIFE "\n<!--more-->\n\n" PAID PAID },
	{ "courses/beds/02-sow.md",
	    "---\naccess: free\n---\n# Sowing in mulch\n\n" LIFE
	    "Mulch keeps it moist.\n" },
	{ "courses/tu/index.md",
	    "---\ntitle: 土\nlang: zh\n---\n堆肥与蚯蚓。\n" },
	{ "courses/tu/01-dui.md",
	    "# 堆肥 compost heap\n\n堆肥与蚯蚓。compost worms\n" },
	{ "articles/rain.md",
	    "---\ntitle: Rain\ndate: 2026-01-03\n---\nClouds gather over "
	    "hills.\n" },
	{ "articles/frost.md",
	    "---\ntitle: Frost\ndate: 2026-01-03\n---\nIce forms at night.\n" },
	{ "articles/spade.md",
	    "---\ntitle: Spade\ndate: 2026-01-03\n---\nA handle and a "
	    "blade.\n" },
	{ "articles/fence.md",
	    "---\ntitle: Fence\ndate: 2026-01-03\n---\nWood keeps deer "
	    "out.\n" },
	{ "articles/bees.md",
	    "---\ntitle: Bees\ndate: 2026-01-03\n---\nHoney comes from "
	    "hives.\n" },
	{ "articles/pond.md",
	    "---\ntitle: Pond\ndate: 2026-01-03\n---\nFrogs live there.\n" },
	{ "articles/wind.md",
	    "---\ntitle: Wind\ndate: 2026-01-03\n---\nTrees bend.\n" },
	{ "articles/path.md",
	    "---\ntitle: Path\ndate: 2026-01-03\n---\nGravel is best.\n" },
	{ "articles/worms.md",
	    "---\ntitle: Mulch and worms\ndate: 2026-02-03\n---\n" LIFE },
	{ NULL, NULL },
};
#define SOIL "courses/soil/"

/* The markup of a page's block, or the empty view. */
static struct str
block_of(const struct built *b, const char *path, const char *kind)
{
	char open[64];
	snprintf(open, sizeof open, "<aside class=\"block\" data-block=\"%s\"",
	    kind);
	struct str page = file_of(b, path);
	assert_true(page.len > 0);
	struct str rest = str_from_at(page, str_search(page, str_from(open)));
	return str_sub(rest, 0, str_search(rest, STR("</aside>")));
}

struct block_row {
	int line;
	const char *path, *kind, *what;
	int count; /* -1: at least once */
};

static void
expect_blocks(const struct built *b, const struct block_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str block = block_of(b, rows[i].path, rows[i].kind);
		size_t found = count_of(block, rows[i].what);
		if (rows[i].count < 0 ? found == 0
				      : found != (size_t)rows[i].count)
			fail_msg("row at line %d: '%s' is there %zu times in"
				 " '%.*s'",
			    rows[i].line, rows[i].what, found, STR_ARG(block));
	}
}

static void
test_blocks(void **state)
{
	(void)state;
	static const struct block_row rows[] = {
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "aria-labelledby=\"P-related\"", 1 },
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "<h2 id=\"P-related\">Related</h2>", 1 },
		/* Not what is next anyway; others' courses are named. */
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "href=\"/courses/soil/heap/\"", 0 },
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "href=\"/courses/beds/sow/\">Sowing in mulch</a><p>Beds"
		    " · 1\u00a0min",
		    1 },
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "<br>Shares: worms</p>", -1 },
		/* A lesson of another module says which. */
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "</svg><p>Deeper \u00b7 1\u00a0min<br>Shares: worms", 1 },
		{ __LINE__, "public/" SOIL "worms/index.html", "related",
		    "href=\"/articles/worms/\">Mulch and worms</a>"
		    "<p>Article · ",
		    1 },
		{ __LINE__, "public/" SOIL "worms/index.html", "next", "", 0 },
		/* What is locked says so, but to its owner. */
		{ __LINE__, "public/articles/worms/index.html", "related",
		    "Worms &amp; &lt;mulch&gt;</a><p>Soil", 1 },
		{ __LINE__, "public/articles/worms/index.html", "related",
		    "<svg class=\"lock\"", -1 },
		{ __LINE__, "public/courses/tu/dui/index.html", "related",
		    " lang=\"en\" hreflang=\"en\">", -1 },
		/* The end of a course: what comes after it, before the rest. */
		{ __LINE__, "public/" SOIL "deep/end/index.html", "next",
		    "<li><a href=\"/courses/beds/\">Beds</a><p>Course · "
		    "2\u00a0lessons<br>Builds on this course",
		    1 },
		{ __LINE__, "public/" SOIL "deep/end/index.html", "related",
		    "href=\"/courses/beds/\"", 0 },
		{ __LINE__, "members/" SOIL "deep/end/index.html", "next",
		    "<li><a href=\"/courses/beds/\">Beds</a>", 1 },
		{ __LINE__, "public/" SOIL "index.html", "next",
		    "Builds on this course", 1 },
		{ __LINE__, "public/courses/beds/index.html", "next", "<li>",
		    0 },
		/* Nobody did anything yet. */
		{ __LINE__, "public/" SOIL "index.html", "also", "<li>", 0 },
		{ __LINE__, "public/index.html", "popular", "<li>", 0 },
	};
	struct built *b = is_good(build_with(school, NULL, ""));
	expect_blocks(b, rows, ROWS(rows));
	static const struct expectation marks[] = {
		{ __LINE__, "members/" SOIL "deep/end/index.html",
		    "\n" MANIFEST_LIST_BEGIN "\n<aside class=\"block\" "
		    "data-block=\"next\"",
		    1 },
		{ __LINE__, "members/" SOIL "deep/end/index.html",
		    "</aside>\n" MANIFEST_LIST_END "\n", 1 },
		{ __LINE__, "members/" SOIL "deep/end/index.html",
		    "data-block=\"next\"", 1 },
		{ __LINE__, "members/" SOIL "heap/index.html",
		    MANIFEST_LIST_BEGIN, 0 },
		{ __LINE__, "public/" SOIL "deep/end/index.html",
		    MANIFEST_LIST_BEGIN, 0 },
	};
	EXPECT(b, marks);
	done(b);
}

/* Inside a course its owner stays among the full pages; elsewhere is public. */
static void
test_blocks_for_members(void **state)
{
	(void)state;
	static const struct input more[] = {
		{ "site.yaml",
		    "title: School\nurl: https://u.example.org/repo\n"
		    "gateway: https://learn.example.org\n"
		    "languages: [en, zh]\ncurrency: EUR\n" },
		{ "courses/beds/02-sow.md",
		    "# Sowing in mulch\n\n" LIFE "\n<!--more-->\n\n" PAID },
		{ "courses/beds/03-last.md", "# Last\n\nBye.\n" },
		{ "courses/soil/04-last.md", "# Last\n\nBye.\n" },
		{ "courses/soil/05-really.md",
		    "# Really\n\n" LIFE "\n<!--more-->\n\n" PAID },
		{ NULL, NULL },
	};
	static const struct block_row rows[] = {
		{ __LINE__, "members/" SOIL "heap/index.html", "related",
		    "href=\"https://u.example.org/repo/courses/beds/dig/\"",
		    1 },
		{ __LINE__, "members/" SOIL "heap/index.html", "related",
		    "/m/courses/beds/", 0 },
		{ __LINE__, "members/" SOIL "heap/index.html", "related",
		    "<a href=\"/m/courses/soil/really/\">Really</a><p>", 1 },
		{ __LINE__, "members/courses/beds/dig/index.html", "related",
		    "/m/courses/soil/", 0 },
		{ __LINE__, "public/" SOIL "heap/index.html", "related",
		    "href=\"/repo/courses/beds/dig/\"", 1 },
		{ __LINE__, "public/" SOIL "heap/index.html", "related", "/m/",
		    0 },
	};
	static const struct expectation marks[] = {
		{ __LINE__, "members/courses/beds/last/index.html",
		    "\n" MANIFEST_LIST_BEGIN "\n" MANIFEST_LIST_END "\n", 1 },
	};
	struct built *b = is_good(build_with(school, more, ""));
	expect_blocks(b, rows, ROWS(rows));
	EXPECT(b, marks);
	done(b);
}

/* Whatever two lessons share behind the lock, no block of the release says it,
 * on members' pages either. */
static void
test_blocks_keep_secrets(void **state)
{
	(void)state;
	static const char *const words[] = { "zymurg", "quaver", "oubliette",
		"Zymurg", "Quaver", "Oubliette" };
	struct built *b = is_good(build_with(school, NULL, ""));
	size_t blocks = 0;
	for (size_t i = 0; i < b->files.count; i++) {
		struct str rest = b->files.at[i].data;
		struct str open = STR("<aside class=\"block\"");
		size_t at;
		while ((at = str_search(rest, open)) < rest.len) {
			rest = str_from_at(rest, at + 1);
			struct str block =
			    str_sub(rest, 0, str_search(rest, STR("</aside>")));
			for (size_t w = 0; w < ROWS(words); w++)
				if (count_of(block, words[w]))
					fail_msg("%.*s: '%s'",
					    STR_ARG(b->files.at[i].path),
					    words[w]);
			blocks++;
		}
	}
	assert_true(blocks >= 10);
	assert_true(count_of(file_of(b, "members/" SOIL "deep/end/index.html"),
			"Zymurgists") > 0);
	done(b);
}

static char *
events_of(char *text, size_t room, int readers)
{
	static const char *const items[] = { "/courses/soil/", "/courses/beds/",
		"/courses/soil/worms/", "/articles/worms/" };
	size_t n = 0;
	for (int r = 0; r < readers; r++)
		for (size_t i = 0; i < ROWS(items); i++)
			n += (size_t)snprintf(text + n, room - n,
			    "%d\tr%03d\t%s\tvisit\t1\n", 1790000000 + r * 3600,
			    r, items[i]);
	assert_true(n < room);
	return text;
}

/* With events: what readers took; of fewer than five, nothing. */
static void
test_blocks_of_behaviour(void **state)
{
	(void)state;
	static char text[16384];
	static const struct block_row many[] = {
		{ __LINE__, "public/" SOIL "index.html", "also",
		    "<h2 id=\"P-also\">Readers of this also took</h2>", 1 },
		{ __LINE__, "public/" SOIL "index.html", "also",
		    "<a href=\"/articles/worms/\">", 1 },
		/* It is named above, as what comes next. */
		{ __LINE__, "public/" SOIL "index.html", "also",
		    "<a href=\"/courses/beds/\">", 0 },
		{ __LINE__, "public/index.html", "popular",
		    "<a href=\"/articles/worms/\">", 1 },
		/* All courses are there anyway. */
		{ __LINE__, "public/index.html", "popular",
		    "<a href=\"/courses/soil/\">", 0 },
		{ __LINE__, "public/zh/index.html", "popular", "<li>", 0 },
	};
	static const struct block_row few[] = {
		{ __LINE__, "public/" SOIL "index.html", "also", "<li>", 0 },
		{ __LINE__, "public/" SOIL "index.html", "related", "took it",
		    0 },
	};
	struct built *b =
	    is_good(build_with(school, NULL, events_of(text, sizeof text, 30)));
	expect_blocks(b, many, ROWS(many));
	done(b);
	b = is_good(build_with(school, NULL, events_of(text, sizeof text, 4)));
	expect_blocks(b, few, ROWS(few));
	done(b);
}

/* Off unless the owner says so; then on pages people read, and nowhere else. */
static void
test_beacon(void **state)
{
	(void)state;
	static const struct input more[] = {
		{ "site.yaml",
		    "title: School\nurl: https://u.example.org/repo\n"
		    "gateway: https://learn.example.org\n"
		    "languages: [en, zh]\ncurrency: EUR\n"
		    "beacon: yes\n" },
		{ NULL, NULL },
	};
	static const struct expectation rows[] = {
		{ __LINE__, "public/index.html",
		    " defer data-to=\"https://learn.example.org/event\" "
		    "data-base=\"/repo\"></script>",
		    1 },
		{ __LINE__, "public/index.html",
		    "<script src=\"/repo/assets/beacon.", 1 },
		{ __LINE__, "public/" SOIL "worms/index.html",
		    "data-base=\"/repo\" data-minutes=\"1\"></script>", 1 },
		{ __LINE__, "public/" SOIL "heap/index.html", "data-minutes",
		    0 },
		{ __LINE__, "members/courses/soil/heap/index.html",
		    " data-members data-minutes=\"1\"></script>", 1 },
		{ __LINE__, "public/404.html", "beacon", 0 },
		{ __LINE__, "gate/en/account.html", "<script", 0 },
	};
	struct built *b = build_well(school, more);
	EXPECT(b, rows);
	done(b);
	b = build_well(school, NULL);
	for (size_t i = 0; i < b->files.count; i++)
		if (count_of(b->files.at[i].path, "beacon") ||
		    count_of(b->files.at[i].data, "beacon"))
			fail_msg("%.*s", STR_ARG(b->files.at[i].path));
	done(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_blocks_for_members),
		cmocka_unit_test(test_blocks_keep_secrets),
		cmocka_unit_test(test_blocks_of_behaviour),
		cmocka_unit_test(test_beacon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
