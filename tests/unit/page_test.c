/* Whole small sites, from files in a folder to the bytes of the release. */
#include "built_site.h"

#include "asset.h"
#include "contents.h"
#include "phrase.h"

static const struct input shop[] = {
	{ "site.yaml",
	    "title: Shop & <Sons>\nurl: https://example.org\n"
	    "languages: [en, zh]\ncurrency: EUR\nauthor: ada\n"
	    "refund_days: 30\nnavigation:\n  - title: About\n"
	    "    page: pages/about.md\n    lang: en\n" },
	{ "courses/loops/index.md",
	    "---\ntitle: Loops </script><!--<script> & \"more\"\n"
	    "description: Around & around.\nprice: 39.00 EUR\n"
	    "level: beginner\noutcomes: [Count to <ten>]\n"
	    "updated: 2026-03-01\nfaq:\n  - question: Hard?\n"
	    "    answer: No & yes.\n---\nThe *landing* text.\n" },
	{ "courses/loops/01-for.md",
	    "---\naccess: free\n---\n# For \\<ever>\n\nFree text.\n\n"
	    "## One\n\nAlpha.\n\n## Two\n\nBeta.\n" },
	{ "courses/loops/02-while.md",
	    "# While\n\nThe beginning.\n\n## Shown\n\nStill shown.\n\n"
	    "<!--more-->\n\n## Hidden\n\nThe secret sentence.\n\n"
	    "## Last\n\nAnother secret.\n" },
	{ "courses/loops/03-do.md", "# Do\n\nBegin.\n\n<!--more-->\n\nX.\n" },
	{ "courses/quan/index.md",
	    "---\ntitle: 循环\nlang: zh\n---\n中文课程。\n" },
	{ "courses/quan/01-a.md", "# 开始\n\n第一节课的内容。\n" },
	{ "articles/old.md",
	    "---\ntitle: Old\ndate: 2025-01-02\n---\nOld text.\n" },
	{ "articles/new.md",
	    "---\ntitle: New & shiny\ndate: 2026-02-03\n"
	    "description: About <new>.\n---\nNew text.\n" },
	{ "pages/about.md", "---\ntitle: About\n---\nWho we are.\n" },
	{ "authors/ada.md",
	    "---\nname: Ada\ntitle: Teacher\n"
	    "links:\n  - title: Web\n    url: https://ada.example\n---\n"
	    "Her life.\n" },
	{ NULL, NULL },
};

#define LOOPS "public/courses/loops/"

static void
test_pages_of_a_shop(void **state)
{
	(void)state;
	static const struct expectation rows[] = {
		/* Titles are escaped in every place they stand. */
		{ __LINE__, LOOPS "index.html", "<script><!--", 0 },
		{ __LINE__, LOOPS "index.html", "</script>", 2 },
		{ __LINE__, LOOPS "index.html",
		    "Loops &lt;/script&gt;&lt;!--&lt;script&gt; &amp; "
		    "&quot;more&quot;</h1>",
		    1 },
		{ __LINE__, LOOPS "index.html", "\\u003c", -1 },
		{ __LINE__, LOOPS "index.html", "Count to &lt;ten&gt;", 1 },
		{ __LINE__, LOOPS "index.html", "Shop &amp; &lt;Sons&gt;", -1 },
		/* The course: price, promise, plan, one buy button twice. */
		{ __LINE__, LOOPS "index.html", "€39.00", 2 },
		{ __LINE__, LOOPS "index.html", "<button>Buy this course", 2 },
		{ __LINE__, LOOPS "index.html", "action=\"/checkout\"", 2 },
		{ __LINE__, LOOPS "index.html", "within 30 days", 2 },
		{ __LINE__, LOOPS "index.html", "\"price\":\"39.00\"", 1 },
		{ __LINE__, LOOPS "index.html", "class=\"tag\">Free", 1 },
		{ __LINE__, LOOPS "index.html", "<em>landing</em>", 1 },
		{ __LINE__, LOOPS "index.html", "3\u00a0lessons", 1 },
		{ __LINE__, LOOPS "index.html", "1 March 2026", 1 },
		{ __LINE__, LOOPS "index.html", "No &amp; yes.", 1 },
		/* A free lesson: nothing to buy, nothing kept back. */
		{ __LINE__, LOOPS "for/index.html", "<form", 0 },
		{ __LINE__, LOOPS "for/index.html", "For &lt;ever&gt;</h1>",
		    1 },
		{ __LINE__, LOOPS "for/index.html",
		    "\"isAccessibleForFree\":true", 1 },
		{ __LINE__, LOOPS "for/index.html", "<a href=\"#two\">Two", 1 },
		{ __LINE__, LOOPS "for/index.html", "rel=\"prev\"", 0 },
		{ __LINE__, LOOPS "for/index.html",
		    "rel=\"next\" href=\"/courses/loops/while/\"", 1 },
		{ __LINE__, LOOPS "for/index.html", "Lesson 1 of 3", 1 },
		{ __LINE__, LOOPS "for/index.html",
		    "href=\"/courses/loops/for/\" aria-current=\"page\"", 1 },
		{ __LINE__, LOOPS "for/index.html", "aria-current", 1 },
		{ __LINE__, LOOPS "for/index.html", "content=\"noindex\"", 0 },
		/* A teaser. */
		{ __LINE__, LOOPS "while/index.html", "Still shown.", 1 },
		{ __LINE__, LOOPS "while/index.html", "secret", 0 },
		{ __LINE__, LOOPS "while/index.html", "href=\"#shown\"", 2 },
		{ __LINE__, LOOPS "while/index.html", "href=\"#hidden\"", 0 },
		{ __LINE__, LOOPS "while/index.html", "<span>Hidden<svg", 1 },
		{ __LINE__, LOOPS "while/index.html", "2 more sections", 1 },
		{ __LINE__, LOOPS "while/index.html",
		    "name=\"page\" value=\"/m/courses/loops/while/\"", 1 },
		{ __LINE__, LOOPS "while/index.html",
		    "href=\"/m/courses/loops/while/\" rel=\"nofollow\"", 1 },
		{ __LINE__, LOOPS "while/index.html",
		    "\"isAccessibleForFree\":false", 2 },
		/* The members' version of it. */
		{ __LINE__, "members/courses/loops/while/index.html",
		    "The secret sentence.", 1 },
		{ __LINE__, "members/courses/loops/while/index.html", "<form",
		    0 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "href=\"#hidden\"", 2 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "content=\"noindex\"", 1 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "canonical", 0 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "href=\"/m/courses/loops/while/\" aria-current=\"page\"",
		    1 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "rel=\"next\" href=\"/m/courses/loops/do/\"", 1 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "rel=\"prev\" href=\"/courses/loops/for/\"", 1 },
	};
	struct built *b = build_well(shop, NULL);
	EXPECT(b, rows);
	assert_int_equal(
	    file_of(b, "members/courses/loops/for/index.html").len, 0);
	done(b);
}

static void
test_lists_and_languages(void **state)
{
	(void)state;
	static const struct expectation rows[] = {
		{ __LINE__, "public/index.html", "class=\"card ", 1 },
		{ __LINE__, "public/index.html", "1 free to read", 1 },
		{ __LINE__, "public/index.html", "循环", 0 },
		{ __LINE__, "public/index.html", "hreflang=\"zh\">中文", 1 },
		{ __LINE__, "public/index.html", "About &lt;new&gt;.", 1 },
		{ __LINE__, "public/index.html", "href=\"/about/\">About", 1 },
		{ __LINE__, "public/zh/index.html", "class=\"card ", 1 },
		{ __LINE__, "public/zh/index.html", "<html lang=\"zh\"", 1 },
		{ __LINE__, "public/zh/index.html", "1\u00a0节课", 1 },
		{ __LINE__, "public/zh/index.html", "About", 0 },
		{ __LINE__, "public/zh/index.html", "Courses", 0 },
		{ __LINE__, "public/courses/quan/a/index.html",
		    "第 1 节，共 1 节", 1 },
		{ __LINE__, "public/courses/quan/a/index.html", "Lesson", 0 },
		{ __LINE__, "public/articles/index.html", "class=\"entry\"",
		    2 },
		{ __LINE__, "public/articles/new/index.html",
		    "datetime=\"2026-02-03\">3 February 2026", 1 },
		{ __LINE__, "public/articles/new/index.html",
		    "<title>New &amp; shiny · Shop", 1 },
		{ __LINE__, "public/articles/old/index.html",
		    "name=\"description\" content=\"Old text.\"", 1 },
		{ __LINE__, "public/authors/ada/index.html",
		    "href=\"https://ada.example\" rel=\"me\"", 1 },
		{ __LINE__, "public/authors/ada/index.html", "class=\"card ",
		    2 },
		{ __LINE__, "public/about/index.html", "Who we are.", -1 },
		{ __LINE__, "public/404.html", "This page is not here", -1 },
		{ __LINE__, "public/feed.xml", "<entry>", 3 },
		{ __LINE__, "public/feed.xml", "secret", 0 },
		{ __LINE__, "public/feed.xml",
		    "<updated>2026-03-01T00:00:00Z</updated>", 2 },
		{ __LINE__, "public/sitemap.xml",
		    "<loc>https://example.org/courses/loops/while/</loc>", 1 },
		{ __LINE__, "public/sitemap.xml", "/m/", 0 },
		{ __LINE__, "public/robots.txt", "Disallow: /m/\n", 1 },
		{ __LINE__, "public/robots.txt",
		    "Sitemap: https://example.org/sitemap.xml\n", 1 },
	};
	struct built *b = build_well(shop, NULL);
	EXPECT(b, rows);
	struct str list = file_of(b, "public/articles/index.html");
	assert_true(str_search(list, STR("/articles/new/")) <
	    str_search(list, STR("/articles/old/")));
	assert_int_equal(file_of(b, "public/zh/feed.xml").len, 0);
	done(b);
}

/* What a search engine is told: names that differ, and each language's own
 * words. */
static void
test_heads(void **state)
{
	(void)state;
	static const struct expectation rows[] = {
		{ __LINE__, LOOPS "for/index.html",
		    "<title>For &lt;ever&gt; · Loops &lt;/script&gt;", 1 },
		{ __LINE__, "public/index.html",
		    "<title>Shop &amp; &lt;Sons&gt;</title>", 1 },
		{ __LINE__, "public/zh/index.html",
		    "<title>中文 · Shop &amp; &lt;Sons&gt;</title>", 1 },
		{ __LINE__, "public/index.html",
		    "name=\"description\" content=\"All we sell.\"", 1 },
		{ __LINE__, "public/index.html", "class=\"lead\">All we", 1 },
		{ __LINE__, "public/zh/index.html", "All we sell.", 0 },
		{ __LINE__, "public/zh/index.html",
		    "name=\"description\" content=\"循环\"", 1 },
		{ __LINE__, "public/zh/index.html",
		    "hreflang=\"en\" href=\"https://example.org/\"", 1 },
		{ __LINE__, "public/zh/index.html",
		    "hreflang=\"zh\" href=\"https://example.org/zh/\"", 1 },
		{ __LINE__, "public/zh/index.html",
		    "hreflang=\"x-default\" href=\"https://example.org/\"", 1 },
		{ __LINE__, "public/articles/index.html", "hreflang=\"x", 1 },
		{ __LINE__, "public/zh/articles/index.html",
		    "<title>文章 · Shop", 1 },
		{ __LINE__, "public/zh/articles/index.html",
		    "name=\"description\" content=\"纸\"", 1 },
		{ __LINE__, LOOPS "index.html", "hreflang=\"x", 0 },
		/* A teaser's first paragraph is the teaser's. */
		{ __LINE__, LOOPS "while/index.html",
		    "name=\"description\" content=\"The beginning.\"", 1 },
		{ __LINE__, LOOPS "list/index.html",
		    "name=\"description\" content=\"Around &amp; around.\"",
		    1 },
		/* Somebody's works in other languages say so. */
		{ __LINE__, "public/authors/ada/index.html",
		    "<h3 lang=\"zh\"><a href=\"/articles/zhi/\">", 1 },
		{ __LINE__, "public/authors/ada/index.html",
		    "class=\"card hue-", 2 },
		{ __LINE__, "public/authors/ada/index.html", "\" lang=\"zh\">",
		    1 },
	};
	static const struct input more[] = {
		{ "site.yaml",
		    "title: Shop & <Sons>\nurl: https://example.org\n"
		    "description: All we sell.\nlanguages: [en, zh]\n"
		    "currency: EUR\nauthor: ada\n" },
		{ "articles/zhi.md",
		    "---\ntitle: 纸\nlang: zh\ndate: 2026-02-04\n---\n字。\n" },
		{ "courses/loops/04-list.md",
		    "# List\n\n- one\n\n<!--more-->\n\nThe secret.\n" },
		{ NULL, NULL },
	};
	struct built *b = build_well(shop, more);
	EXPECT(b, rows);
	done(b);
}

static void
expect_ids_once(const struct written *file)
{
	static const struct str before = { " id=\"", 5 };
	struct str rest = file->data;
	size_t at;
	while ((at = str_search(rest, before)) < rest.len) {
		rest = str_from_at(rest, at + before.len);
		struct str id = str_sub(rest, 0, str_find(rest, '"'));
		char whole[128];
		snprintf(whole, sizeof whole, " id=\"%.*s\"", STR_ARG(id));
		if (count_of(file->data, whole) != 1)
			fail_msg("%.*s: %s is there twice", STR_ARG(file->path),
			    whole);
	}
}

/* Headings cannot take the theme's own anchors, whatever they are called. */
static void
test_anchors(void **state)
{
	(void)state;
	static const char headings[] =
	    "Begin.\n\n## Main\n\n## P-main\n\n## Lock\n\n## P-lock\n\n"
	    "## Contents\n\n## P-contents\n\n## Courses\n\n## P-courses\n\n"
	    "## Articles\n\n## P-articles\n\n## Authors\n\n## P-authors\n\n"
	    "## Outcomes\n\n## P-outcomes\n\n## Curriculum\n\n"
	    "## P-curriculum\n\n## Questions\n\n## P-questions\n\n"
	    "## Ready\n\n## P-ready\n\n## Rest\n\n## P-rest\n\n<!--more-->\n";
	static char course[2048], lesson[2048], article[2048], author[2048];
	snprintf(course, sizeof course,
	    "---\ntitle: Loops\nprice: 1.00 EUR\noutcomes: [x]\nfaq:\n"
	    "  - question: q\n    answer: a\n---\n%s",
	    headings);
	snprintf(article, sizeof article,
	    "---\ntitle: New\ndate: 2026-02-03\n---\n%s", headings);
	snprintf(author, sizeof author, "---\nname: Ada\n---\n%s", headings);
	snprintf(lesson, sizeof lesson, "%s\nThe secret.\n", headings);
	static const struct input more[] = {
		{ "index.md", headings },
		{ "courses/loops/index.md", course },
		{ "courses/loops/02-while.md", lesson },
		{ "articles/new.md", article },
		{ "authors/ada.md", author },
		{ NULL, NULL },
	};
	static const struct input foreign[] = {
		{ "README.md", headings },
		{ "a.md", headings },
		{ NULL, NULL },
	};
	struct built *sites[] = { build_well(shop, more),
		build_well(foreign, NULL) };
	for (size_t i = 0; i < ROWS(sites); i++) {
		for (size_t j = 0; j < sites[i]->files.count; j++)
			expect_ids_once(&sites[i]->files.at[j]);
		done(sites[i]);
	}
}

/* Every shell, whole and without script, for the gateway to fill. */
static void
test_shells(void **state)
{
	(void)state;
	static const char *const names[] = { "paywall", "return", "account",
		"error", "checkout", "list" };
	static const char *const languages[] = { "en", "zh" };
	static const struct expectation rows[] = {
		{ __LINE__, "gate/en/paywall.html", "<% page_title %></h1>",
		    1 },
		{ __LINE__, "gate/en/paywall.html", "action=\"/checkout\"", 1 },
		{ __LINE__, "gate/en/paywall.html", "within 30 days", 1 },
		{ __LINE__, "gate/zh/paywall.html", "30 天内", 1 },
		{ __LINE__, "gate/zh/return.html", "谢谢你", 1 },
		{ __LINE__, "gate/en/account.html", "<% sign_out %>", 1 },
		{ __LINE__, "gate/en/account.html", "data-block=\"list\"", 1 },
		{ __LINE__, "gate/en/account.html", "<% reading_action %>", 1 },
		{ __LINE__, "gate/en/account.html",
		    "older than <% keep_days %> days", 1 },
		{ __LINE__, "gate/zh/account.html", "超过 <% keep_days %> 天",
		    1 },
		{ __LINE__, "gate/en/return.html", "<% confirm_action %>", 1 },
		/* The reader's list is a piece of a page. */
		{ __LINE__, "gate/en/list.html", "<html", 0 },
		{ __LINE__, "gate/en/list.html",
		    "<h2 id=\"P-list\">Next for you</h2>", 1 },
		{ __LINE__, "gate/en/list.html", ">Goes with <% because %><%/",
		    1 },
		{ __LINE__, "gate/zh/list.html",
		    ">适合接着《<% because %>》读<%/", 1 },
		{ __LINE__, "gate/zh/list.html", "<a href=\"<% url %>\"", 1 },
	};
	struct built *b = build_well(shop, NULL);
	EXPECT(b, rows);
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < ROWS(names); j++) {
			char path[64];
			snprintf(path, sizeof path, "gate/%s/%s.html",
			    languages[i], names[j]);
			struct str html = file_of(b, path);
			struct arena a;
			arena_init(&a);
			struct template_set *set = template_set_new();
			bool list = strcmp(names[j], "list") == 0;
			assert_true(str_starts(html,
			    list ? STR("<%# has_list %>")
				 : STR("<!doctype html>")));
			assert_int_equal(count_of(html, "<script"), 0);
			assert_int_equal(count_of(html, "{{"), 0);
			assert_true(template_add(set, &b->d, STR("shell"),
			    str_from(path), html, STR("<%"), STR("%>")));
			template_set_free(set);
			arena_clear(&a);
		}
	}
	done(b);
}

static void
test_same_bytes_again(void **state)
{
	(void)state;
	struct built *one = build_well(shop, NULL);
	struct built *two = build_well(shop, NULL);
	assert_int_equal(one->files.count, two->files.count);
	for (size_t i = 0; i < one->files.count; i++) {
		assert_true(
		    str_eq(one->files.at[i].path, two->files.at[i].path));
		assert_true(
		    str_eq(one->files.at[i].data, two->files.at[i].data));
	}
	done(one);
	done(two);
}

/* url: with a base path, gateway: on another host. */
static void
test_two_hosts(void **state)
{
	(void)state;
	static const struct input more[] = {
		{ "site.yaml",
		    "title: Shop\nurl: https://u.example.org/repo\n"
		    "gateway: https://learn.example.org\n"
		    "languages: [en, zh]\ncurrency: EUR\nauthor: ada\n" },
		{ NULL, NULL },
	};
	static const struct expectation rows[] = {
		{ __LINE__, LOOPS "while/index.html",
		    "action=\"https://learn.example.org/checkout\"", 1 },
		{ __LINE__, LOOPS "while/index.html",
		    "href=\"https://learn.example.org/m/courses/loops/while/\"",
		    1 },
		{ __LINE__, LOOPS "while/index.html",
		    "rel=\"canonical\" "
		    "href=\"https://u.example.org/repo/courses/loops/while/\"",
		    1 },
		{ __LINE__, LOOPS "while/index.html",
		    "href=\"/repo/assets/style.", 1 },
		{ __LINE__, LOOPS "while/index.html",
		    "href=\"/repo/courses/loops/while/\" aria-current", 1 },
		{ __LINE__, "members/courses/loops/while/index.html",
		    "href=\"https://u.example.org/repo/courses/loops/for/\"",
		    -1 },
		{ __LINE__, "public/sitemap.xml",
		    "<loc>https://u.example.org/repo/</loc>", 1 },
		{ __LINE__, "public/robots.txt", "Disallow: /repo/m/\n", 1 },
	};
	struct built *b = build_well(shop, more);
	EXPECT(b, rows);
	done(b);
}

static void
test_own_theme(void **state)
{
	(void)state;
	static const struct input more[] = {
		{ "site.yaml",
		    "title: Shop\nurl: https://example.org\n"
		    "languages: [en, zh]\ncurrency: EUR\nauthor: ada\n"
		    "theme: mine\n" },
		{ "themes/mine/theme.yaml", "name: mine\nversion: 1\n" },
		{ "themes/mine/templates/page.html",
		    "{{lang}}|{{title}}|{{assets.style.css}}|{{s.home}}|"
		    "{{assets.img.dot.svg}}|{{s.mine}}|{{{body}}}" },
		{ "themes/mine/strings/en.yaml",
		    "home: Start\nmine: Only mine\n" },
		{ "themes/mine/assets/style.css",
		    "/* url(no.png) */\nbody {\n\tbackground: "
		    "url( \"img/dot.svg#a\" ) ;\n}\n" },
		{ "themes/mine/assets/img/dot.svg", "<svg/>" },
		{ NULL, NULL },
	};
	static const struct expectation rows[] = {
		{ __LINE__, "public/about/index.html",
		    "en|About|/assets/style.", 1 },
		{ __LINE__, "public/about/index.html",
		    "|Start|/assets/img/dot.", 1 },
		{ __LINE__, "public/about/index.html", "|Only mine|<p>Who", 1 },
		{ __LINE__, LOOPS "for/index.html", "Lesson 1 of 3", 1 },
		{ __LINE__, LOOPS "for/index.html", ">Start</a>", 1 },
	};
	struct built *b = build_well(shop, more);
	EXPECT(b, rows);
	for (size_t i = 0; i < b->files.count; i++) {
		struct written *file = &b->files.at[i];
		if (!str_ends(file->path, STR(".css")))
			continue;
		assert_int_equal(count_of(file->data, "url(no"), 0);
		assert_int_equal(count_of(file->data, "url(img/dot."), 1);
		assert_int_equal(count_of(file->data, ".svg#a)"), 1);
	}
	done(b);
}

/* Faults of a theme: each is reported, and nothing is filled. */
static void
test_faulty_themes(void **state)
{
	(void)state;
#define SITE "title: S\nurl: https://example.org\n"
	static const struct {
		int line;
		const char *theme, *path, *text, *wanted;
	} rows[] = {
		{ __LINE__, "nothere", NULL, NULL, "no such theme: 'nothere'" },
		{ __LINE__, "default", "themes/default/templates/page.html",
		    "a\n{{#open}}", "page.html:2" },
		{ __LINE__, "default", "themes/default/templates/page.html",
		    "{{> parts/none}}", "parts/none" },
		{ __LINE__, "default", "themes/default/theme.yaml", "nmae: x\n",
		    "nmae" },
		{ __LINE__, "default", "themes/default/strings/en.yaml",
		    "home: [a]\n", "en.yaml:1" },
		{ __LINE__, "default", "themes/default/assets/style.css",
		    "a { background: url(none.png); }", "no asset 'none.png'" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[256];
		snprintf(text, sizeof text, SITE "theme: %s\n", rows[i].theme);
		const struct input files[] = { { "site.yaml", text },
			{ "courses/a/index.md", "---\ntitle: A\n---\n" },
			{ "courses/a/01-b.md", "# B\n\nText.\n" },
			{ rows[i].path, rows[i].text }, { NULL, NULL } };
		struct built *b = build(files, NULL);
		ROW_TRUE(rows[i].line, !b->good);
		row_fault(rows[i].line, &b->d, rows[i].wanted);
		done(b);
	}
}

static void
test_foreign(void **state)
{
	(void)state;
	static const struct input files[] = {
		{ "README.md", "# My book\n\nWelcome.\n" },
		{ "01-start.md", "# Start\n\nText.\n" },
		{ "02-end.md", "# End\n\nText.\n" },
		{ NULL, NULL },
	};
	static const struct expectation rows[] = {
		{ __LINE__, "public/index.html", "<h1", 1 },
		{ __LINE__, "public/index.html", "My book</h1>", 1 },
		{ __LINE__, "public/index.html", "Welcome.", -1 },
		{ __LINE__, "public/index.html", "<form", 0 },
		{ __LINE__, "public/index.html", "class=\"card ", 0 },
		{ __LINE__, "public/index.html", "href=\"/start/\"", 2 },
		{ __LINE__, "public/index.html", "/account", 0 },
		{ __LINE__, "public/start/index.html", "Lesson 1 of 2", 1 },
		{ __LINE__, "public/start/index.html", "aria-current", 1 },
	};
	struct built *b = build_well(files, NULL);
	EXPECT(b, rows);
	done(b);
}

enum { MANY = 230, BIGGEST = 16 << 10 };

/* A page does not grow with its course. */
static void
test_long_course(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct input *files = ARENA_ARRAY(&a, MANY + 3, struct input);
	files[0] = (struct input){ "site.yaml", SITE };
	files[1] =
	    (struct input){ "courses/a/index.md", "---\ntitle: A\n---\n" };
	for (int i = 1; i <= MANY; i++)
		files[i + 1] = (struct input){
			arena_printf(&a, "courses/a/%03d-x%d.md", i, i).ptr,
			arena_printf(&a, "# Lesson %d\n\nText.\n", i).ptr
		};
	struct built *b = build_well(files, NULL);
	for (int i = 1; i <= MANY; i++) {
		struct str path =
		    arena_printf(&a, "public/courses/a/x%d/index.html", i);
		struct str current = arena_printf(&a,
		    "<li><a href=\"/courses/a/x%d/\" aria-current=\"page\">",
		    i);
		struct str html = file_of(b, path.ptr);
		assert_in_range(html.len, 1, BIGGEST);
		assert_int_equal(count_of(html, current.ptr), 1);
		assert_int_equal(count_of(html, "aria-current"), 1);
		assert_in_range(count_of(html, "<li><a href=\"/courses/a/x"), 1,
		    CONTENTS_BLOCK);
		assert_int_equal(
		    count_of(html, "Earlier lessons"), i > CONTENTS_BLOCK);
		assert_int_equal(count_of(html, "Later lessons"),
		    i <= MANY - MANY % CONTENTS_BLOCK);
	}
	struct str plan = file_of(b, "public/courses/a/index.html");
	assert_int_equal(count_of(plan, "<li><a href=\"/courses/a/x"), MANY);
	done(b);
	arena_clear(&a);
}

static void
test_tighten(void **state)
{
	(void)state;
	static const struct {
		int line;
		const char *css, *wanted;
	} rows[] = {
		{ __LINE__, "a {\n\tcolor: red;\n}\n", "a{color:red}" },
		{ __LINE__, "/* x */a/* y */b{}", "a b{}" },
		{ __LINE__, "a::before{content:\"; } /* \"}",
		    "a::before{content:\"; } /* \"}" },
		{ __LINE__, "a{content:'\\'  '; b:c}",
		    "a{content:'\\'  ';b:c}" },
		{ __LINE__, "a :hover , b{x:calc(1px + 2px)}",
		    "a :hover,b{x:calc(1px + 2px)}" },
		{ __LINE__, "a{b:c}/* open", "a{b:c}" },
		{ __LINE__, "a{b:\"open", "a{b:\"open" },
		{ __LINE__, "a{b:\"\\", "a{b:\"\\" },
		{ __LINE__, "", "" },
	};
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str got = asset_tighten(&a, str_from(rows[i].css));
		row_str(rows[i].line, got, rows[i].wanted);
	}
	arena_clear(&a);
}

static void
test_phrases(void **state)
{
	(void)state;
	struct built *b = build_well(shop, NULL);
	struct arena *a = &b->arena;
	static const struct {
		int line;
		const char *lang, *date, *wanted;
	} dates[] = {
		{ __LINE__, "en", "2026-03-01", "1 March 2026" },
		{ __LINE__, "zh", "2026-12-31", "2026年12月31日" },
		{ __LINE__, "zh-Hant-TW", "2026-12-31", "2026年12月31日" },
		{ __LINE__, "xx", "2026-03-10", "10 March 2026" },
		{ __LINE__, "en", "2026-13-01", "2026-13-01" },
		{ __LINE__, "en", "soon", "soon" },
		{ __LINE__, "en", "", "" },
	};
	for (size_t i = 0; i < ROWS(dates); i++) {
		struct str got = phrase_date(a,
		    phrase_language(b->theme, str_from(dates[i].lang)),
		    str_from(dates[i].date));
		row_str(dates[i].line, got, dates[i].wanted);
	}
	static const struct {
		int line;
		const char *lang;
		uint64_t n;
		const char *lessons, *time;
	} counts[] = {
		{ __LINE__, "en", 1, "1\u00a0lesson", "1\u00a0min" },
		{ __LINE__, "en", 2, "2\u00a0lessons", "2\u00a0min" },
		{ __LINE__, "en", 0, "0\u00a0lessons", "" },
		{ __LINE__, "en-GB", 60, "60\u00a0lessons", "1\u00a0h" },
		{ __LINE__, "en", 80, "80\u00a0lessons",
		    "1\u00a0h 20\u00a0min" },
		{ __LINE__, "zh", 1, "1\u00a0节课", "1\u00a0分钟" },
		{ __LINE__, "zh-Hans", 95, "95\u00a0节课",
		    "1\u00a0小时 35\u00a0分钟" },
	};
	for (size_t i = 0; i < ROWS(counts); i++) {
		struct language *l =
		    phrase_language(b->theme, str_from(counts[i].lang));
		struct str n = phrase_count(a, l, "lessons", counts[i].n);
		struct str t = phrase_duration(a, l, counts[i].n);
		row_str(counts[i].line, n, counts[i].lessons);
		row_str(counts[i].line, t, counts[i].time);
	}
	assert_string_equal(
	    phrase_language(b->theme, STR("ar-EG"))->dir, "rtl");
	assert_string_equal(phrase_language(b->theme, STR("en"))->dir, "ltr");
	assert_true(str_eq_z(
	    theme_string(b->theme, STR("zh-CN"), STR("copy")), "复制"));
	assert_int_equal(
	    theme_string(b->theme, STR("en"), STR("no such key")).len, 0);
	done(b);
}

/* Each language has each string, but for the plural forms it does not use. */
static void
test_strings_are_complete(void **state)
{
	(void)state;
	struct built *b = build_well(shop, NULL);
	const struct strings *en = NULL, *zh = NULL;
	for (size_t i = 0; i < b->theme->tables.count; i++) {
		struct strings *table = b->theme->tables.at[i];
		en = str_eq_z(table->tag, "en") ? table : en;
		zh = str_eq_z(table->tag, "zh") ? table : zh;
	}
	if (!en || !zh) {
		fail_msg("strings/en.yaml or zh.yaml is missing");
		return;
	}
	for (size_t i = 0, j = 0; i < en->count; i++) {
		if (str_ends(en->at[i].key, STR("_one")))
			continue;
		while (
		    j < zh->count && str_cmp(zh->at[j].key, en->at[i].key) < 0)
			fail_msg(
			    "only in zh.yaml: %.*s", STR_ARG(zh->at[j].key));
		if (j == zh->count || !str_eq(zh->at[j].key, en->at[i].key))
			fail_msg(
			    "not in zh.yaml: %.*s", STR_ARG(en->at[i].key));
		j++;
	}
	done(b);
}

static void
test_release_paths(void **state)
{
	(void)state;
	static const struct {
		int line;
		const char *url, *path;
	} rows[] = {
		{ __LINE__, "/", "public/index.html" },
		{ __LINE__, "/courses/a/", "public/courses/a/index.html" },
		{ __LINE__, "/m/courses/a/b/",
		    "members/courses/a/b/index.html" },
		{ __LINE__, "/m/courses/a/x.zip", "members/courses/a/x.zip" },
		{ __LINE__, "/%E5%BE%AA/", "public/循/index.html" },
		{ __LINE__, "/a%00b/", "" },
		{ __LINE__, "/a%zz/", "" },
	};
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str got = page_release_path(&a, str_from(rows[i].url));
		row_str(rows[i].line, got, rows[i].path);
	}
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_of_a_shop),
		cmocka_unit_test(test_lists_and_languages),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_shells),
		cmocka_unit_test(test_same_bytes_again),
		cmocka_unit_test(test_two_hosts),
		cmocka_unit_test(test_own_theme),
		cmocka_unit_test(test_faulty_themes),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_long_course),
		cmocka_unit_test(test_tighten),
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_strings_are_complete),
		cmocka_unit_test(test_release_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
