#include "content_private.h"

#include "limits.h"
#include "scratch.h"

static struct scratch scratch;
static struct diag diag;
static struct arena arena;
static struct source *source;
static struct site *site;

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
read_site_at(const char *name)
{
	char path[400];

	close_site();
	snprintf(path, sizeof path, "%s/%s", scratch.path, name);
	source = source_open(path, NULL, false, &diag);
	assert_non_null(source);
	site = content_read(&arena, source, &diag);
	assert_non_null(site);
}

static void
read_again(void)
{
	read_site_at("s");
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

static void
assert_quiet(void)
{
	char *faults = scratch_faults(&diag);

	assert_string_equal(faults, "");
	free(faults);
}

/* A site with one of everything. */
static const struct {
	const char *path, *text;
} whole[] = {
	{ "site.yaml",
	    "title: Loops\n"
	    "url: https://example.org/u/\n"
	    "gateway: https://learn.example.org\n"
	    "languages: [en, zh]\n"
	    "currency: EUR\n"
	    "teaser: 10 %\n"
	    "author: ada\n"
	    "compress: [brotli, zstd]\n"
	    "refund_days: 30\n"
	    "navigation:\n"
	    "  - {title: About, page: pages/about.md}\n"
	    "offers:\n"
	    "  - {id: all, title: All, products: [loops, zhi], price: 50}\n"
	    "  - {id: club, title: Club, kind: membership, products: loops,\n"
	    "     price: 5 USD, interval: month}\n" },
	{ "authors/ada.md",
	    "---\nname: Ada\nlinks:\n- {title: Site, url: https://a.example}\n"
	    "---\nBio.\n" },
	{ "authors/bob.md", "---\nname: Bob\nlang: zh\n---\n" },
	{ "courses/loops/index.md",
	    "---\ntitle: Loops and more\nprice: 39.00 EUR\nlevel: beginner\n"
	    "outcomes: [see, do]\nrequires: [zhi]\nteaser: 30%\n"
	    "image: img/cover.png\nfaq:\n- {question: Q?, answer: A.}\n---\n" },
	{ "courses/loops/img/cover.png", "png" },
	{ "courses/loops/01-for.md",
	    "---\naccess: free\n---\n# The *for* `<loop>`\n\nText.\n" },
	{ "courses/loops/02-Basics/index.md",
	    "---\ntitle: The basics\ndescription: All of them\n---\n" },
	{ "courses/loops/02-Basics/10-ten.md", "Ten.\n" },
	{ "courses/loops/02-Basics/9-nine.md",
	    "---\ntitle: Nine\nauthor: bob\naliases: [/old/nine, /o/9.html]\n"
	    "teaser: 0\n---\nNine.\n" },
	{ "courses/loops/02-Basics/hidden.md", "---\ndraft: yes\n---\n" },
	{ "courses/loops/03-end.md",
	    "---\nslug: the-end\naccess: signed-in\n---\nEnd\n===\n" },
	{ "courses/zhi/index.md",
	    "---\ntitle: 知识\nlang: zh\naccess: free\nweight: -1\n---\n" },
	{ "courses/zhi/一-二.md", "---\naccess: paid\n---\n# 一\n" },
	{ "courses/secret/index.md", "---\ntitle: S\ndraft: true\n---\n" },
	{ "courses/secret/01-a.md", "a\n" },
	{ "articles/2026-03-01-news.md",
	    "---\ndate: 2026-03-01\n---\n# News\n" },
	{ "articles/old.md",
	    "---\ndate: 2025-03-01\nlang: zh\ntags: [x, y]\n---\n" },
	{ "pages/about.md", "# About us\n" },
	{ "README.md", "not a page\n" },
};

static void
write_whole(void)
{
	scratch_run(&scratch, "rm -rf s", NULL, 0);
	for (size_t i = 0; i < ROWS(whole); i++)
		put(whole[i].path, whole[i].text);
}

static void
reads_a_whole_site(void **state)
{
	static const struct {
		int line;
		const char *url, *title, *member_url, *lang, *author;
		enum page_kind kind;
		enum access access;
		unsigned teaser;
	} rows[] = {
		{ __LINE__, "/", "Loops", "", "en", "", PAGE_HOME, 0, 0 },
		{ __LINE__, "/zh/", "Loops", "", "zh", "", PAGE_HOME, 0, 0 },
		{ __LINE__, "/courses/zhi/", "知识", "", "zh", "Ada",
		    PAGE_COURSE, 0, 10 },
		{ __LINE__, "/courses/zhi/%E4%B8%80-%E4%BA%8C/", "一",
		    "/m/courses/zhi/%E4%B8%80-%E4%BA%8C/", "zh", "Ada",
		    PAGE_LESSON, ACCESS_PAID, 10 },
		{ __LINE__, "/courses/loops/", "Loops and more", "", "en",
		    "Ada", PAGE_COURSE, 0, 30 },
		{ __LINE__, "/courses/loops/for/", "The for <loop>", "", "en",
		    "Ada", PAGE_LESSON, ACCESS_FREE, 30 },
		{ __LINE__, "/courses/loops/basics/nine/", "Nine",
		    "/m/courses/loops/basics/nine/", "en", "Bob", PAGE_LESSON,
		    ACCESS_PAID, 0 },
		{ __LINE__, "/courses/loops/basics/ten/", "Ten",
		    "/m/courses/loops/basics/ten/", "en", "Ada", PAGE_LESSON,
		    ACCESS_PAID, 30 },
		{ __LINE__, "/courses/loops/the-end/", "End",
		    "/m/courses/loops/the-end/", "en", "Ada", PAGE_LESSON,
		    ACCESS_SIGNED_IN, 30 },
		{ __LINE__, "/articles/", "Articles", "", "en", "",
		    PAGE_ARTICLES, 0, 0 },
		{ __LINE__, "/zh/articles/", "Articles", "", "zh", "",
		    PAGE_ARTICLES, 0, 0 },
		{ __LINE__, "/articles/news/", "News", "", "en", "Ada",
		    PAGE_ARTICLE, 0, 0 },
		{ __LINE__, "/articles/old/", "Old", "", "zh", "Ada",
		    PAGE_ARTICLE, 0, 0 },
		{ __LINE__, "/about/", "About us", "", "en", "", PAGE_PLAIN, 0,
		    0 },
		{ __LINE__, "/authors/ada/", "Ada", "", "en", "Ada",
		    PAGE_AUTHOR, 0, 0 },
		{ __LINE__, "/authors/bob/", "Bob", "", "zh", "Bob",
		    PAGE_AUTHOR, 0, 0 },
	};

	(void)state;
	write_whole();
	read_again();
	assert_int_equal(site->pages.count, ROWS(rows));
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct page *p = site->pages.at[i];

		row_str(rows[i].line, p->url, rows[i].url);
		row_str(rows[i].line, p->title, rows[i].title);
		row_str(rows[i].line, p->member_url, rows[i].member_url);
		row_str(rows[i].line, p->lang, rows[i].lang);
		row_str(rows[i].line,
		    p->authors.count ? p->authors.at[0]->name : STR_NONE,
		    rows[i].author);
		ROW_TRUE(rows[i].line, p->kind == rows[i].kind);
		ROW_TRUE(rows[i].line, p->access == rows[i].access);
		ROW_TRUE(rows[i].line, p->teaser_percent == rows[i].teaser);
		ROW_TRUE(rows[i].line, p->index == i);
	}
	/* The three drafts are all that is said. */
	assert_int_equal(diag.errors, 0);
	assert_int_equal(diag.warnings, 1);
	row_fault(__LINE__, &diag, "warning: 3 drafts are not published");
	assert_int_equal(site->drafts, 3);
}

static void
reads_settings(void **state)
{
	(void)state;
	write_whole();
	read_again();
	assert_true(str_eq_z(site->url, "https://example.org/u"));
	assert_true(str_eq_z(site->gateway, "https://learn.example.org"));
	assert_true(str_eq_z(site->base, "/u"));
	assert_false(site->one_host);
	assert_false(site->foreign);
	assert_false(site->raw_html);
	assert_false(site->beacon);
	assert_int_equal(site->compress, COMPRESS_BROTLI | COMPRESS_ZSTD);
	assert_int_equal(site->refund_days, 30);
	assert_int_equal(site->navigation.count, 1);
	assert_ptr_equal(site->navigation.at[0].page, page_at("/about/"));
	assert_int_equal(site->aliases.count, 2);
	row_str(__LINE__, site->aliases.at[0].from, "/old/nine/");
	row_str(__LINE__, site->aliases.at[1].from, "/o/9.html");
	row_str(
	    __LINE__, site->aliases.at[1].to, "/courses/loops/basics/nine/");
	put("site.yaml", "title: x\nurl: http://127.0.0.1:8080\nbeacon: yes\n");
	scratch_run(&scratch, "rm -r s/courses s/articles s/authors", NULL, 0);
	read_again();
	assert_quiet();
	assert_true(site->one_host);
	assert_true(str_eq(site->gateway, site->url));
	assert_int_equal(site->compress, COMPRESS_GZIP);
	assert_int_equal(site->languages.count, 1);
	row_str(__LINE__, site->theme, "default");
	assert_true(site->beacon);
}

static void
reads_courses_and_offers(void **state)
{
	const struct course *loops, *zhi;
	const struct page *nine;

	(void)state;
	write_whole();
	read_again();
	assert_int_equal(site->courses.count, 2);
	zhi = site->courses.at[0];
	loops = site->courses.at[1];
	row_str(__LINE__, loops->id, "loops");
	row_str(__LINE__, loops->level, "beginner");
	assert_int_equal(loops->access, ACCESS_PAID);
	assert_int_equal(zhi->access, ACCESS_FREE);
	assert_int_equal(loops->outcomes.count, 2);
	assert_int_equal(loops->faq.count, 1);
	row_str(__LINE__, loops->faq.at[0].answer, "A.");
	assert_ptr_equal(loops->requires.at[0], zhi);
	row_str(__LINE__, loops->page->image, "courses/loops/img/cover.png");
	assert_int_equal(loops->module_count, 1);
	row_str(__LINE__, loops->modules[0]->title, "The basics");
	row_str(__LINE__, loops->modules[0]->description, "All of them");
	assert_int_equal(loops->modules[0]->lessons.count, 2);
	assert_int_equal(loops->lessons.count, 4);
	nine = page_at("/courses/loops/basics/nine/");
	assert_ptr_equal(nine->previous, page_at("/courses/loops/for/"));
	assert_ptr_equal(nine->next, page_at("/courses/loops/basics/ten/"));
	assert_ptr_equal(nine->module, loops->modules[0]);
	assert_null(page_at("/courses/loops/the-end/")->next);
	/* Its own first; the rest by amount within one currency. */
	assert_int_equal(loops->offers.count, 3);
	row_str(__LINE__, loops->offers.at[0]->id, "loops");
	row_str(__LINE__, loops->offers.at[0]->title, "Loops and more");
	assert_int_equal(loops->offers.at[0]->amount, 3900);
	row_str(__LINE__, loops->offers.at[1]->id, "all");
	assert_int_equal(loops->offers.at[1]->kind, OFFER_BUNDLE);
	assert_string_equal(loops->offers.at[1]->currency->code, "EUR");
	row_str(__LINE__, loops->offers.at[2]->id, "club");
	row_str(__LINE__, loops->offers.at[2]->interval, "month");
	assert_int_equal(loops->offers.at[2]->kind, OFFER_MEMBERSHIP);
	assert_int_equal(zhi->offers.count, 1);
}

/* One file replaced in the whole site, and the fault that must be found. */
static const struct {
	int line;
	const char *path, *text, *fault;
} faults[] = {
	{ __LINE__, "site.yaml", "title: x\nurll: https://e.org\n",
	    "error: site.yaml:2:1: unknown key 'urll'" },
	{ __LINE__, "site.yaml", "title: x\nurll: https://e.org\n",
	    "hint: did you mean 'url'?" },
	{ __LINE__, "site.yaml", "url: https://e.org\n",
	    "error: site.yaml:1:1: 'title' is missing" },
	{ __LINE__, "site.yaml", "title: x\n", "'url' is missing" },
	{ __LINE__, "site.yaml", "title: x\nurl: http://example.org\n",
	    "site.yaml:2:6: 'http://example.org' must begin with https://" },
	{ __LINE__, "site.yaml", "title: x\nurl: example.org\n",
	    "must begin with https://" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://u:p@e.org\n",
	    "has no proper" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org/?a\n",
	    "may have a plain path" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org/../x\n",
	    "may have a plain path" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org:99999\n",
	    "no proper port" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\ngateway: https://g.org/x\n",
	    "site.yaml:3:10: the gateway may have a path only" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\nlanguages: [en, e, EN]\n",
	    "site.yaml:3:17: 'e' is not a language tag" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\nlanguages: [en, EN]\n",
	    "site.yaml:3:17: language 'EN' stands twice" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\ncurrency: EUX\n",
	    "site.yaml:3:11: unknown currency 'EUX'" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org\nbeacon: on\n",
	    "site.yaml:3:9: " },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org\nteaser: 60 %\n",
	    "site.yaml:3:9: '60 %' is not a share" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\ncompress: [lzma]\n",
	    "site.yaml:3:12: unknown compression 'lzma'" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org\ntheme: ../x\n",
	    "is not a name of a theme" },
	{ __LINE__, "site.yaml", "title: x\nurl: https://e.org\nauthor: adb\n",
	    "site.yaml:3:9: no such author: adb" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\nnavigation:\n"
	    "- {title: A, page: pages/abuot.md}\n",
	    "hint: did you mean 'pages/about.md'?" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, products: [lops], price: 3 EUR}\n",
	    "site.yaml:4:32: no such course: lops" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, products: [secret], price: 3 EUR}\n",
	    "course 'secret' is a draft" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: loops, title: A, products: [loops], price: 3 EUR}\n",
	    "site.yaml:4:8: offer 'loops' stands twice" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, products: [loops], price: 3}\n",
	    "site.yaml:4:47: " },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, products: [loops], price: 0 EUR}\n",
	    "a price must be more than zero" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, kind: membership, products: [loops], "
	    "price: 3 EUR}\n",
	    "a membership needs an 'interval'" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, interval: month, products: [loops], "
	    "price: 3 EUR}\n",
	    "only a membership has an 'interval'" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, title: A, kind: one-off, products: [loops, zhi], "
	    "price: 3 EUR}\n",
	    "a one-off offer has one product" },
	{ __LINE__, "site.yaml",
	    "title: x\nurl: https://e.org\noffers:\n"
	    "- {id: a, titel: A, products: [loops], price: 3 EUR}\n",
	    "unknown key 'titel'" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nacess: free\n---\n",
	    "courses/loops/index.md:3:1: unknown key 'acess'" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\naccess: payed\n---\n",
	    "courses/loops/index.md:3:9: " },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\naccess: free\nprice: 3 EUR\n---\n",
	    "courses/loops/index.md:4:8: a course with a price cannot be "
	    "free" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nprice: 39,00 EUR\n---\n",
	    "courses/loops/index.md:3:8: " },
	{ __LINE__, "courses/loops/index.md", "---\nprice: 3 EUR\n---\n",
	    "courses/loops/index.md:1:1: a course needs a 'title'" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nprice: 3 EUR\nrequires: [lops]\n---\n",
	    "hint: did you mean 'loops'?" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nprice: 3 EUR\nrequires: [loops]\n---\n",
	    "course 'loops' requires itself in the end" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nprice: 3 EUR\nimage: img/cver.png\n---\n",
	    "courses/loops/index.md:4:8: no such file: img/cver.png" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nprice: 3 EUR\nfaq:\n- {question: Q}\n---\n",
	    "courses/loops/index.md:5:3: 'answer' is missing" },
	{ __LINE__, "courses/loops/index.md",
	    "---\ntitle: L\nprice: 3 EUR\nlevel: hard\n---\n",
	    "courses/loops/index.md:4:8: " },
	{ __LINE__, "courses/loops/index.md", "---\ntitle: L\n",
	    "courses/loops/index.md:1:1: front matter without an end" },
	{ __LINE__, "courses/loops/index.md", "+++\ntitle = \"L\"\n+++\n",
	    "courses/loops/index.md:1:1: front matter in TOML is not read" },
	{ __LINE__, "courses/loops/index.md", "+++\ntitle = \"L\"\n+++\n",
	    "hint: write these lines of YAML: '---', 'title: \"L\"', '---'" },
	{ __LINE__, "courses/loops/01-for.md", "---\naccess: fre\n---\n",
	    "courses/loops/01-for.md:2:9: " },
	{ __LINE__, "courses/loops/01-for.md", "---\ndraft: maybe\n---\n",
	    "courses/loops/01-for.md:2:8: " },
	{ __LINE__, "courses/loops/01-for.md", "---\nDraft: yes\n---\n",
	    "courses/loops/01-for.md:2:1: unknown key 'Draft'" },
	{ __LINE__, "courses/loops/01-for.md", "---\nprice: 3 EUR\n---\n",
	    "key 'price' does not belong in this file" },
	{ __LINE__, "courses/loops/01-for.md", "---\nslug: the-end\n---\n",
	    "the address /courses/loops/the-end/ is taken by courses/loops/" },
	{ __LINE__, "courses/loops/01-for.md", "---\nslug: The End\n---\n",
	    "hint: write the-end" },
	{ __LINE__, "courses/loops/01-for.md", "---\nauthor: bbo\n---\n",
	    "courses/loops/01-for.md:2:9: no such author: bbo" },
	{ __LINE__, "courses/loops/01-for.md", "---\nlang: fr\n---\n",
	    "courses/loops/01-for.md:2:7: language 'fr' is none of the" },
	{ __LINE__, "courses/loops/01-for.md", "---\nlang: english\n---\n",
	    "courses/loops/01-for.md:2:7: language 'english' is none" },
	{ __LINE__, "courses/loops/01-for.md", "---\nlang: e_n\n---\n",
	    "'e_n' is not a language tag" },
	{ __LINE__, "courses/loops/01-for.md", "---\ndate: 2026-02-30\n---\n",
	    "courses/loops/01-for.md:2:7: '2026-02-30' is not a date" },
	{ __LINE__, "courses/loops/01-for.md", "---\nminutes: 0\n---\n",
	    "courses/loops/01-for.md:2:10: " },
	{ __LINE__, "courses/loops/01-for.md", "---\naliases: [x]\n---\n",
	    "'x' is not an address of this site" },
	{ __LINE__, "courses/loops/01-for.md",
	    "---\naliases: [/courses/zhi/]\n---\n",
	    "the address /courses/zhi/ is taken by courses/zhi/index.md" },
	{ __LINE__, "courses/loops/01-for.md", "ok \xff\n",
	    "courses/loops/01-for.md:1:4: text is not UTF-8" },
	{ __LINE__, "courses/loops/01-for.md", "---\n- a\n---\n",
	    "courses/loops/01-for.md:2:1: " },
	{ __LINE__, "courses/new/index.md",
	    "---\ntitle: N\naccess: paid\n---\n",
	    "courses/new/index.md:3:9: a paid course needs a price" },
	{ __LINE__, "courses/new/01-a.md", "text\n",
	    "courses/new: a course needs an index.md" },
	{ __LINE__, "courses/new.md", "text\n",
	    "courses/new.md: a course is a folder" },
	{ __LINE__, "courses/zhi/a/b/c.md", "text\n",
	    "warning: courses/zhi/a/b/c.md: not published: deeper" },
	{ __LINE__, "articles/x.md", "# X\n",
	    "articles/x.md:1:1: an article needs a 'date'" },
	{ __LINE__, "pages/m.md", "# M\n",
	    "pages/m.md:1:1: the address /m/ is the site's own" },
	{ __LINE__, "pages/zh.md", "# Z\n",
	    "pages/zh.md:1:1: the address /zh/ is taken by the site itself" },
	{ __LINE__, "authors/cy.md", "text\n",
	    "authors/cy.md:1:1: an author needs a 'name'" },
	{ __LINE__, "authors/ada.md",
	    "---\nname: A\nlinks:\n- {title: x, url: javascript:x}\n---\n",
	    "'javascript:x' must begin with https://" },
};

static void
finds_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(faults); i++) {
		write_whole();
		put(faults[i].path, faults[i].text);
		read_again();
		row_fault(faults[i].line, &diag, faults[i].fault);
		ROW_TRUE(faults[i].line,
		    diag.errors || strstr(faults[i].fault, "warning"));
	}
}

static void
sells_no_lesson_nobody_can_buy(void **state)
{
	(void)state;
	put("site.yaml", "title: x\nurl: https://e.org\n");
	put("courses/a/index.md", "---\ntitle: A\n---\n");
	put("courses/a/01-b.md", "---\naccess: paid\n---\n");
	put("courses/a/m/index.md", "---\ntitle: M\naccess: paid\n---\n");
	put("courses/a/m/c.md", "text\n");
	read_again();
	assert_int_equal(diag.errors, 2);
	row_fault(__LINE__, &diag,
	    "courses/a/01-b.md:2:9: a paid lesson in a course that nobody");
	row_fault(__LINE__, &diag, "courses/a/m/index.md:3:9: a paid lesson");
}

/* Access fails closed: a module's word counts, and the course's below it. */
static void
inherits_access(void **state)
{
	(void)state;
	put("site.yaml", "title: x\nurl: https://e.org\n");
	put("courses/a/index.md", "---\ntitle: A\nprice: 3 EUR\n---\n");
	put("courses/a/1.md", "text\n");
	put("courses/a/m/index.md", "---\ntitle: M\naccess: free\n---\n");
	put("courses/a/m/2.md", "text\n");
	put("courses/a/m/3.md", "---\naccess: paid\n---\n");
	put("courses/a/n/4.md", "text\n");
	read_again();
	assert_quiet();
	assert_int_equal(page_at("/courses/a/1/")->access, ACCESS_PAID);
	assert_int_equal(page_at("/courses/a/m/2/")->access, ACCESS_FREE);
	assert_int_equal(page_at("/courses/a/m/3/")->access, ACCESS_PAID);
	assert_int_equal(page_at("/courses/a/n/4/")->access, ACCESS_PAID);
	row_str(__LINE__, page_at("/courses/a/n/4/")->module->title, "N");
}

static void
reports_a_cycle(void **state)
{
	(void)state;
	put("site.yaml", "title: x\nurl: https://e.org\n");
	put("courses/a/index.md", "---\ntitle: A\nrequires: b\n---\n");
	put("courses/b/index.md", "---\ntitle: B\nrequires: [c]\n---\n");
	put("courses/c/index.md", "---\ntitle: C\nrequires: [a]\n---\n");
	read_again();
	assert_int_equal(diag.errors, 3);
	row_fault(__LINE__, &diag, "courses/b/index.md:3:11: course 'b' req");
}

static void
takes_home_pages(void **state)
{
	(void)state;
	put("site.yaml",
	    "title: T\nurl: https://e.org\nlanguages: [en, zh]\n"
	    "description: D\n");
	put("index.md", "Welcome.\n");
	put("index.zh.md", "---\ntitle: 欢迎\n---\n你好\n");
	read_again();
	assert_quiet();
	row_str(__LINE__, page_at("/")->title, "T");
	row_str(__LINE__, page_at("/")->description, "D");
	row_str(__LINE__, page_at("/zh/")->title, "欢迎");
	assert_non_null(page_at("/zh/")->file);
}

static void
reads_a_foreign_folder(void **state)
{
	static const struct {
		int line;
		const char *url, *title, *module;
	} rows[] = {
		{ __LINE__, "/", "The Book", "" },
		{ __LINE__, "/intro/", "First steps", "" },
		{ __LINE__, "/guide/", "The guide", "The guide" },
		{ __LINE__, "/guide/b/", "B2", "The guide" },
		{ __LINE__, "/guide/c/", "C", "The guide" },
		{ __LINE__, "/guide/deep/x/", "X", "Deep" },
		{ __LINE__, "/guide/deep/y/", "Why", "Deep" },
		{ __LINE__, "/alone/", "Alone here", "" },
		{ __LINE__, "/index/", "An index", "" },
		{ __LINE__, "/two/", "Two", "" },
		{ __LINE__, "/2-two/", "Also two", "" },
		{ __LINE__, "/m-page/", "M", "" },
		{ __LINE__, "/contributing/", "CONTRIBUTING", "" },
	};

	(void)state;
	put("README.md",
	    "[![b](x)](y)\n<h1 align=\"center\">The <b>Book</b></h1>\n");
	put("index.md", "# An index\n");
	put("01-intro.md", "First steps\n-----------\n");
	put("02-two.md", "---\nlayout: post\n---\n# Two\n");
	put("2-two.md", "---\nlayout: post\n---\n# Also two\n");
	put("guide/readme.md", "# The guide\n");
	put("guide/10-c.md", "no heading\n");
	put("guide/2-b.markdown", "```\n# not this\n```\n# B2\n## more\n");
	put("guide/deep/x.md", "---\nsidebar_position: 1\n---\n");
	put("guide/deep/a.md", "---\ndraft: true\n---\n");
	put("guide/deep/y.md", "---\ntitle: Why\nsidebar_position: 2\n---\n");
	put("alone/index.md", "# Alone *here*\n");
	put("m.md", "# M\n");
	put("CONTRIBUTING.md", "text\n");
	put("paid.md", "---\naccess: paid\n---\nsecret\n");
	put("node_modules/x/README.md", "# X\n");
	put("docs/pic.png", "png");
	read_again();
	assert_true(site->foreign);
	assert_int_equal(site->pages.count, ROWS(rows));
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct page *p = page_at(rows[i].url);

		row_str(rows[i].line, p->title, rows[i].title);
		row_str(rows[i].line, p->module ? p->module->title : STR_NONE,
		    rows[i].module);
		ROW_TRUE(rows[i].line, p->access == ACCESS_FREE);
	}
	assert_int_equal(diag.errors, 0);
	row_fault(__LINE__, &diag, "02-two.md:2:1: unknown key 'layout'");
	row_fault(__LINE__, &diag, "paid.md:2:9: left out: a page that is not");
	assert_int_equal(diag.warnings, 3);
}

/* Which offers stand on the page of a course, in which order. */
static void
orders_offers(void **state)
{
	static const struct {
		int line;
		const char *lang, *offers, *want;
	} rows[] = {
		{ __LINE__, "en", "", "a" },
		{ __LINE__, "en",
		    "- {id: x, title: X, products: a, price: 1}\n", "a x" },
		{ __LINE__, "en",
		    "- {id: y, title: Y, products: [a, b], price: 9}\n"
		    "- {id: x, title: X, products: a, price: 99}\n",
		    "a x y" },
		/* a yen is no euro */
		{ __LINE__, "en",
		    "- {id: y, title: Y, products: [a, b], price: 9 JPY}\n"
		    "- {id: x, title: X, products: [a, b], price: 20}\n"
		    "- {id: w, title: W, products: [a, b], price: 10}\n",
		    "a w x y" },
		{ __LINE__, "zh",
		    "- {id: e, title: E, products: [a, b], price: 9, lang: "
		    "en}\n"
		    "- {id: z, title: Z, products: [a, b], price: 9, lang: "
		    "zh}\n",
		    "a z" },
		{ __LINE__, "en",
		    "- {id: z, title: Z, products: [a, b], price: 9, lang: "
		    "zh}\n",
		    "a" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[400], ids[80] = "";
		const struct course *c;

		snprintf(text, sizeof text,
		    "title: x\nurl: https://e.org\nlanguages: [en, zh]\n"
		    "currency: EUR\n%s%s",
		    rows[i].offers[0] ? "offers:\n" : "", rows[i].offers);
		put("site.yaml", text);
		snprintf(text, sizeof text,
		    "---\ntitle: A\nprice: 30\nlang: %s\n---\n", rows[i].lang);
		put("courses/a/index.md", text);
		put("courses/b/index.md", "---\ntitle: B\nprice: 3\n---\n");
		read_again();
		assert_int_equal(diag.errors, 0);
		c = page_at("/courses/a/")->course;
		for (size_t k = 0; k < c->offers.count; k++)
			snprintf(ids + strlen(ids), sizeof ids - strlen(ids),
			    "%s%.*s", k ? " " : "",
			    STR_ARG(c->offers.at[k]->id));
		row_str(rows[i].line, str_from(ids), rows[i].want);
	}
}

static const struct page *
page_from(const char *path)
{
	for (size_t i = 0; i < site->pages.count; i++) {
		if (str_eq_z(site->pages.at[i]->file->path, path))
			return site->pages.at[i];
	}
	fail_msg("no page of %s", path);
	return site->pages.at[0];
}

/* A heading below h1 is the title when it leads the text, and only then. */
static void
titles_foreign_pages(void **state)
{
	static const struct {
		int line;
		const char *path, *text, *title;
		int at; /* offset of the heading that is it, or -1 */
	} rows[] = {
		{ __LINE__, "a.md", "## The `match` *way*\n\n## B\n",
		    "The match way", 0 },
		{ __LINE__, "b.md",
		    "<!-- # old\n-->\n\n<a id=\"x\">\n  y\n</a>\n\n## B\n", "B",
		    37 },
		{ __LINE__, "c.md", "[![i](j)](k)\n![l](m)\n\nN\n---\n", "N",
		    22 },
		{ __LINE__, "d-e.md", "text\n\n## Install\n", "D e", -1 },
		{ __LINE__, "f.md", "```\n```\n## Install\n", "F", -1 },
		{ __LINE__, "g.md", "text\n\n# Install\n", "Install", 6 },
		{ __LINE__, "h.md", "---\ntitle: H\n---\n## H\n", "H", 17 },
		{ __LINE__, "i/README.md", "text\n\n## Install\n", "I", -1 },
		{ __LINE__, "README.md", "text\n\n## Install\n", "S", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		put(rows[i].path, rows[i].text);
	read_again();
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct page *p = page_from(rows[i].path);

		row_str(rows[i].line, p->title, rows[i].title);
		ROW_TRUE(rows[i].line, p->title_in_body == (rows[i].at >= 0));
		ROW_TRUE(rows[i].line,
		    !p->title_in_body || p->title_at == (size_t)rows[i].at);
	}
}

/* What no YAML of ours is, is a warning; a thematic break is nothing at all. */
static void
forgives_foreign_front_matter(void **state)
{
	static const struct {
		int line;
		const char *text, *title;
		unsigned warnings;
	} rows[] = {
		{ __LINE__, "---\n# Not closed\n", "Not closed", 0 },
		{ __LINE__, "---\nSome prose.\n\n---\n# T\n", "T", 1 },
		{ __LINE__, "---\na: &x 1\nb: *x\n---\n# T\n", "T", 1 },
		{ __LINE__, "---\ntitle: {a: b}\n---\n# T\n", "T", 1 },
		{ __LINE__, "---\ndate: 2020-01-02 10:00:00 +0800\n---\n# T\n",
		    "T", 0 },
		{ __LINE__, "---\ndate: yesterday\n---\n# T\n", "T", 1 },
		{ __LINE__, "+++\ntitle = 'Toml'\n+++\n# T\n", "Toml", 1 },
		{ __LINE__, "\xef\xbb\xbf---\ntitle: Bom\n---\n", "Bom", 0 },
		{ __LINE__, "---\r\ntitle: Dos\r\n---\r\ntext\r\n", "Dos", 0 },
		{ __LINE__, "# Caf\xe9\n", "Caf\xe9", 1 },
	};

	(void)state;
	put("README.md", "# R\n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		put("a.md", rows[i].text);
		read_again();
		row_str(rows[i].line, page_at("/a/")->title, rows[i].title);
		ROW_TRUE(rows[i].line, !diag.errors);
		ROW_TRUE(rows[i].line, diag.warnings == rows[i].warnings);
	}
}

static void
follows_a_summary(void **state)
{
	static const char *const order[] = { "/", "/preface/", "/one/",
		"/one/a/", "/one/b/", "/two/", "/last/", "/unlisted/" };

	(void)state;
	put("README.md", "# My book\n");
	put("src/SUMMARY.md",
	    "# Summary\n\n"
	    "[Preface](./preface.md)\n\n"
	    "- [One](one/README.md)\n"
	    "    - [A, *first*](one/a.md#x)\n"
	    "    - [B](<one/b.md> \"title\")\n"
	    "- [Two]()\n"
	    "- [Two, really](two.md)\n"
	    "- [Gone](gone.md)\n"
	    "- [Again](two.md)\n"
	    "- [Elsewhere](https://example.org)\n\n"
	    "[Last](last.md)\n");
	put("src/preface.md", "# Something else\n");
	put("src/one/README.md", "x\n");
	put("src/one/a.md", "x\n");
	put("src/one/b.md", "x\n");
	put("src/two.md", "x\n");
	put("src/last.md", "x\n");
	put("src/unlisted.md", "# Unlisted\n");
	read_again();
	row_str(__LINE__, site->title, "My book");
	assert_int_equal(site->pages.count, ROWS(order));
	for (size_t i = 0; i < ROWS(order); i++)
		row_str(__LINE__, site->pages.at[i]->url, order[i]);
	row_str(__LINE__, page_at("/preface/")->title, "Preface");
	row_str(__LINE__, page_at("/one/a/")->title, "A, first");
	row_str(__LINE__, page_at("/one/a/")->module->title, "One");
	row_str(__LINE__, page_at("/one/")->module->title, "One");
	assert_null(page_at("/two/")->module);
	row_str(__LINE__, page_at("/two/")->title, "Two, really");
	assert_int_equal(site->courses.at[0]->module_count, 1);
	assert_int_equal(site->courses.at[0]->lessons.count, 6);
	assert_null(page_at("/unlisted/")->previous);
	assert_int_equal(diag.warnings, 1);
	row_fault(
	    __LINE__, &diag, "src/SUMMARY.md:10:10: no such file: gone.md");
}

static void
follows_parts(void **state)
{
	const struct course *c;

	(void)state;
	put("SUMMARY.md",
	    "# The Title\n\n* [Intro](README.md)\n\n## Part I\n\n"
	    "* [A](a.md)\n\t* [B](b.md)\n\n## Part *II*\n\n1. [C](c.md)\n");
	put("README.md", "no heading\n");
	put("a.md", "a");
	put("b.md", "b");
	put("c.md", "c");
	read_again();
	assert_quiet();
	c = site->courses.at[0];
	row_str(__LINE__, site->title, "The Title");
	assert_int_equal(c->module_count, 2);
	row_str(__LINE__, c->modules[0]->title, "Part I");
	assert_int_equal(c->modules[0]->lessons.count, 2);
	row_str(__LINE__, c->modules[1]->title, "Part II");
}

static void
names_a_nameless_repository(void **state)
{
	(void)state;
	scratch_write(&scratch, "my-notes/b.md", STR("b"));
	read_site_at("my-notes");
	row_str(__LINE__, site->title, "My notes");
	assert_null(page_at("/")->file);
	assert_int_equal(page_at("/")->kind, PAGE_COURSE);
	scratch_write(&scratch, "none/b.txt", STR("b"));
	read_site_at("none");
	row_fault(__LINE__, &diag, "there is no Markdown in it");
}

static void
dates_foreign_pages(void **state)
{
	const struct page *p;

	(void)state;
	scratch_run(&scratch,
	    "git init -q s && cd s && echo '# R' >README.md && git add . && "
	    "git commit -qm a && echo more >>README.md && "
	    "GIT_AUTHOR_DATE=2026-05-06T00:00:00Z GIT_AUTHOR_NAME=Bob "
	    "git commit -qam b",
	    NULL, 0);
	read_again();
	p = page_at("/");
	row_str(__LINE__, p->date, "2026-01-02");
	row_str(__LINE__, p->updated, "2026-05-06");
	assert_int_equal(p->authors.count, 1);
	row_str(__LINE__, p->authors.at[0]->name, "Ada");
	assert_null(p->authors.at[0]->page);
}

static void
makes_slugs(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "Hello, World!", "hello-world" },
		{ __LINE__, "  --a__b  ", "a-b" },
		{ __LINE__, "C++ & C#", "c-c" },
		{ __LINE__, "第一课：循环", "第一课-循环" },
		{ __LINE__, "Über", "Über" },
		{ __LINE__, "日本語・テスト", "日本語-テスト" },
		{ __LINE__, "안녕 하세요", "안녕-하세요" },
		{ __LINE__, "a😀b", "a-b" },
		{ __LINE__, "…", "page" },
		{ __LINE__, "", "page" },
		{ __LINE__, "\xff", "page" },
	};
	char text[300];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		row_str(rows[i].line, slug_of(&arena, str_from(rows[i].in)),
		    rows[i].want);
	memset(text, 'a', sizeof text);
	assert_in_range(
	    slug_of(&arena, str_of(text, sizeof text)).len, 90, LIMIT_SLUG);
}

static void
drops_numbers(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "01-for", "for" },
		{ __LINE__, "1. First", "First" },
		{ __LINE__, "2_x", "x" },
		{ __LINE__, "2024", "2024" },
		{ __LINE__, "2024-notes", "2024-notes" },
		{ __LINE__, "2024-05-06-notes", "notes" },
		{ __LINE__, "01-", "01-" },
		{ __LINE__, "01", "01" },
		{ __LINE__, "3d", "3d" },
		{ __LINE__, "ch01-02-x", "ch01-02-x" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		row_str(rows[i].line, name_without_number(str_from(rows[i].in)),
		    rows[i].want);
}

static void
orders_naturally(void **state)
{
	static const char *const names[] = { "1", "01-a", "2-b", "02-c", "9",
		"10", "010", "A", "a1", "a2", "a10", "B", "b-1" };

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++) {
		for (size_t k = 0; k < ROWS(names); k++) {
			int order = name_compare(
			    str_from(names[i]), str_from(names[k]));
			int want = (i > k) - (i < k);

			if ((order > 0) - (order < 0) != want &&
			    strcmp(names[i], "010") && strcmp(names[k], "010"))
				fail_msg("%s and %s", names[i], names[k]);
		}
	}
}

static void
knows_language_tags(void **state)
{
	static const struct {
		int line;
		const char *tag;
		bool good;
	} rows[] = {
		{ __LINE__, "en", true },
		{ __LINE__, "zh-Hant-TW", true },
		{ __LINE__, "de-1996", true },
		{ __LINE__, "en-x-a", false },
		{ __LINE__, "e", false },
		{ __LINE__, "", false },
		{ __LINE__, "en-", false },
		{ __LINE__, "en--us", false },
		{ __LINE__, "en_US", false },
		{ __LINE__, "12", false },
		{ __LINE__, "englishlanguage", false },
		{ __LINE__, "en-US-u", false },
		{ __LINE__, "../x", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		ROW_TRUE(rows[i].line,
		    language_is_tag(str_from(rows[i].tag)) == rows[i].good);
}

static void
knows_dates(void **state)
{
	static const struct {
		int line;
		const char *date;
		bool good;
	} rows[] = {
		{ __LINE__, "2026-03-01", true },
		{ __LINE__, "2024-02-29", true },
		{ __LINE__, "2000-02-29", true },
		{ __LINE__, "1900-02-29", false },
		{ __LINE__, "2025-02-29", false },
		{ __LINE__, "2025-13-01", false },
		{ __LINE__, "2025-00-01", false },
		{ __LINE__, "2025-01-00", false },
		{ __LINE__, "2025-04-31", false },
		{ __LINE__, "2025-4-1", false },
		{ __LINE__, "2025/04/01", false },
		{ __LINE__, "", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		ROW_TRUE(rows[i].line,
		    date_is_valid(str_from(rows[i].date)) == rows[i].good);
}

static void
finds_headings(void **state)
{
	static const struct {
		int line;
		const char *body, *title;
		int level;
	} rows[] = {
		{ __LINE__, "# One\n# Two\n", "One", 1 },
		{ __LINE__, "## Sub\n\ntext\n\n# Main #\n", "Main", 1 },
		{ __LINE__, "#nope\n\n## Sub ##\n", "Sub", 2 },
		{ __LINE__, "Title\n=====\n", "Title", 1 },
		{ __LINE__, "Long\ntitle\n---\n", "Long title", 2 },
		{ __LINE__, "- item\n---\n", "", 0 },
		{ __LINE__, "~~~\n# code\n~~~\n# Real\n", "Real", 1 },
		{ __LINE__, "<!-- \n# hidden\n-->\n# Seen\n", "Seen", 1 },
		{ __LINE__, "    # code\n", "", 0 },
		{ __LINE__, "<H1>Read <i>me</i></H1>\n", "Read me", 1 },
		{ __LINE__, "# [Link](x) and ![img](y.png)\n", "Link and", 1 },
		{ __LINE__, "# `Box<T>` & __co__, a_b *c* \\*\n",
		    "Box<T> & co, a_b c *", 1 },
		{ __LINE__, "# a < b > c\n", "a < b > c", 1 },
		{ __LINE__, "# Sec {#id}\n", "Sec", 1 },
		{ __LINE__, "# [x] y\n", "[x] y", 1 },
		{ __LINE__, "# Tom &amp; <https://x.org>\n",
		    "Tom & https://x.org", 1 },
		{ __LINE__, "#\n# After\n", "After", 1 },
		{ __LINE__, "", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct heading h;

		ROW_TRUE(rows[i].line,
		    heading_first(str_from(rows[i].body), &h) ==
			(rows[i].level > 0));
		ROW_TRUE(rows[i].line, h.level == rows[i].level);
		row_str(
		    rows[i].line, plain_inline(&arena, h.text), rows[i].title);
	}
}

static void
measures_texts(void **state)
{
	static const struct {
		int line;
		const char *text;
		size_t words, code, cjk;
		bool good;
	} rows[] = {
		{ __LINE__, "one two, three-four\n", 4, 0, 0, true },
		{ __LINE__, "naïve café\n", 2, 0, 0, true },
		{ __LINE__, "中文 and かな 한글\n", 1, 0, 6, true },
		{ __LINE__, "a\n```\nb c\n```\nd\n", 2, 2, 0, true },
		{ __LINE__, "“quoted” — dash\n", 2, 0, 0, true },
		{ __LINE__, "bad \xc3\x28\n", 1, 0, 0, false },
		{ __LINE__, "cut \xe4\xb8", 1, 0, 0, false },
		{ __LINE__, "\xef\xbf\xbd ok\n", 2, 0, 0, true },
	};
	struct measure m;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		measure_text(str_from(rows[i].text), 0, &m);
		ROW_TRUE(rows[i].line, m.words == rows[i].words);
		ROW_TRUE(rows[i].line, m.code_words == rows[i].code);
		ROW_TRUE(rows[i].line, m.cjk == rows[i].cjk);
		ROW_TRUE(rows[i].line, (m.bad == SIZE_MAX) == rows[i].good);
	}
	m = (struct measure){ .words = 2300 };
	assert_int_equal(measure_minutes(&m), 10);
	m = (struct measure){ .cjk = 4000 };
	assert_int_equal(measure_minutes(&m), 10);
	m = (struct measure){ .words = 1 };
	assert_int_equal(measure_minutes(&m), 1);
}

static void
finds_front_matter(void **state)
{
	static const struct {
		int line;
		const char *text;
		enum front_kind kind;
		size_t body;
	} rows[] = {
		{ __LINE__, "---\na: 1\n---\nbody", FRONT_YAML, 13 },
		{ __LINE__, "---\na: 1\n...\nbody", FRONT_YAML, 13 },
		{ __LINE__, "--- \n---", FRONT_YAML, 8 },
		{ __LINE__, "---\n---\n", FRONT_YAML, 8 },
		{ __LINE__, "+++\n+++\n", FRONT_TOML, 8 },
		{ __LINE__, "----\na\n", FRONT_NONE, 0 },
		{ __LINE__, "\n---\na: 1\n---\n", FRONT_NONE, 0 },
		{ __LINE__, "---\na: 1\n----\n", FRONT_OPEN, 0 },
		{ __LINE__, "---", FRONT_OPEN, 0 },
		{ __LINE__, "", FRONT_NONE, 0 },
	};
	char *large = malloc(LIMIT_FRONT_MATTER + 100);
	struct front_range range;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		range = front_range(str_from(rows[i].text));
		ROW_TRUE(rows[i].line, range.kind == rows[i].kind);
		ROW_TRUE(rows[i].line, range.body == rows[i].body);
	}
	assert_non_null(large);
	memset(large, '\n', LIMIT_FRONT_MATTER + 100);
	memcpy(large, "---\n", 4);
	memcpy(large + LIMIT_FRONT_MATTER + 50, "---\n", 4);
	range = front_range(str_of(large, LIMIT_FRONT_MATTER + 100));
	assert_int_equal(range.kind, FRONT_OPEN);
	free(large);
}

static void
guesses_languages(void **state)
{
	static const struct {
		int line;
		const char *text, *want;
	} rows[] = {
		{ __LINE__, "Plain English text.", "en" },
		{ __LINE__, "这是一本中文书 with English terms", "zh" },
		{ __LINE__, "これは日本語の本です", "ja" },
		{ __LINE__, "이것은 한국어 책입니다", "ko" },
		{ __LINE__, "a b c d e f g h i j k l m n o p 中", "en" },
		{ __LINE__, "", "en" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct measure m;

		measure_text(str_from(rows[i].text), 0, &m);
		row_str(rows[i].line, language_guess(&m), rows[i].want);
	}
}

static void
resolves_paths(void **state)
{
	static const struct {
		int line;
		const char *file, *target, *want;
	} rows[] = {
		{ __LINE__, "a/b.md", "c.md", "a/c.md" },
		{ __LINE__, "a/b.md", "./../c.md", "c.md" },
		{ __LINE__, "a/b.md", "/c.md", "c.md" },
		{ __LINE__, "a/b.md", "x//y/", "a/x/y" },
		{ __LINE__, "a/b.md", "..", "" },
		{ __LINE__, "a/b.md", "../../c.md", NULL },
		{ __LINE__, "b.md", "/..", NULL },
		{ __LINE__, "", "c", "c" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str out;
		bool done = path_resolve(&arena, str_from(rows[i].file),
		    str_from(rows[i].target), &out);

		ROW_TRUE(rows[i].line, done == (rows[i].want != NULL));
		if (done)
			row_str(rows[i].line, out, rows[i].want);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_whole_site),
		TEST(reads_settings),
		TEST(reads_courses_and_offers),
		TEST(finds_faults),
		TEST(sells_no_lesson_nobody_can_buy),
		TEST(inherits_access),
		TEST(reports_a_cycle),
		TEST(takes_home_pages),
		TEST(reads_a_foreign_folder),
		TEST(orders_offers),
		TEST(titles_foreign_pages),
		TEST(forgives_foreign_front_matter),
		TEST(follows_a_summary),
		TEST(follows_parts),
		TEST(names_a_nameless_repository),
		TEST(dates_foreign_pages),
		TEST(makes_slugs),
		TEST(drops_numbers),
		TEST(orders_naturally),
		TEST(knows_language_tags),
		TEST(knows_dates),
		TEST(finds_headings),
		TEST(measures_texts),
		TEST(finds_front_matter),
		TEST(guesses_languages),
		TEST(resolves_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
