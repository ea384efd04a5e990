/*
 * markdown_test.c - what Markdown becomes; hostile input; teasers.
 *
 * With COMMONMARK_SPEC naming spec.txt of npm commonmark-spec (0.31.2) every
 * example of it is rendered too. cmark-gfm implements 0.29 and has the
 * autolink extension on; the rows of `differs` are what follows from that. The
 * examples are rendered with raw HTML allowed, as the specification does; a
 * site leaves it out unless site.yaml says raw_html: yes.
 */
#include "image_size.h"
#include "limits.h"
#include "markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct diag diag;
	struct source_file file;
	struct site site;
	struct page page;
	struct rendered out;
	bool ok;
};

static void
begin(struct fixture *f, struct str text)
{
	*f = (struct fixture){ 0 };
	arena_init(&f->arena);
	diag_init(&f->diag);
	f->file.path = STR("courses/c/01-a.md");
	f->page.kind = PAGE_LESSON;
	f->page.file = &f->file;
	f->page.text = text;
	f->page.lang = STR("en");
	f->page.title = STR("Title");
	f->page.teaser_percent = 20;
}

static void
render(struct fixture *f)
{
	f->ok = markdown_render(
	    &f->arena, NULL, &f->site, &f->page, NULL, &f->diag, &f->out);
}

static void
end(struct fixture *f)
{
	diag_clear(&f->diag);
	arena_clear(&f->arena);
}

static void
assert_has(int line, struct str all, const char *part)
{
	if (str_search(all, str_from(part)) == all.len && *part)
		fail_msg("row %d: no '%s' in:\n%.*s", line, part, STR_ARG(all));
}

static void
assert_lacks(int line, struct str all, const char *part)
{
	if (part && str_search(all, str_from(part)) < all.len)
		fail_msg("row %d: '%s' is in:\n%.*s", line, part, STR_ARG(all));
}

static const struct {
	int line;
	const char *in, *want, *never;
} bodies[] = {
	{ __LINE__, "## A b", "<h2 id=\"a-b\">A b<a class=\"anchor\"", NULL },
	{ __LINE__, "## A\n\n## A", "<h2 id=\"a-1\">", NULL },
	{ __LINE__, "## `x` *y*: Z!", "<h2 id=\"x-y-z\">", NULL },
	{ __LINE__, "## 为什么，要写？", "<h2 id=\"为什么要写\">", NULL },
	{ __LINE__, "## Éa_b-c", "<h2 id=\"éa_b-c\">", NULL },
	{ __LINE__, "## A [![b](c.png)](d) ![e](f.png)", "<h2 id=\"a--\">",
	    "label=\"Link to this section: A b" },
	{ __LINE__, "## ![b c](c.png)", "<h2 id=\"b-c\">", NULL },
	{ __LINE__, "## Main", "<h2 id=\"main-1\">", NULL },
	/* the highest heading is an h2, steps stay */
	{ __LINE__, "# A\n\n## B", "<h3 id=\"b\">", "<h1" },
	{ __LINE__, "### A\n\n#### B", "<h2 id=\"a\">", "<h4" },
	/* the title stands in the template */
	{ __LINE__, "# Title\n\ntext", "<p>text</p>", "Title" },
	{ __LINE__, "> [!NOTE]\n> a", "<div class=\"callout note\"", "[!" },
	{ __LINE__, "> [!Warning]\n>\n> a",
	    "<p class=\"callout-title\">Warning</p>\n<p>a</p>", "[!" },
	{ __LINE__, "> [!NOTE] a", "<p>[!NOTE] a</p>", "callout" },
	{ __LINE__, "> [!OTHER]\n> a", "[!OTHER]", "callout" },
	{ __LINE__, "```c\nx<y\n```",
	    "<pre tabindex=\"0\" role=\"region\" aria-label=\"Code 1: c\">"
	    "<code class=\"language-c\">x&lt;y\n</code></pre>",
	    NULL },
	{ __LINE__, "```{.python .input}\nx\n```", "language-python\"", "{" },
	{ __LINE__, "```rust,ignore\nx\n```", "language-rust\"", "ignore" },
	{ __LINE__, "```c\"><x\nx\n```", "language-c&quot;&gt;&lt;x", "<x" },
	{ __LINE__, "```mermaid\na\n```", "<figure class=\"diagram\"><pre ",
	    NULL },
	{ __LINE__, "```math\na\n```", "<figure class=\"math\"><pre ", NULL },
	{ __LINE__, "$a_b$ and $c_d$", "<code class=\"math\">$a_b$</code>",
	    "<em>" },
	{ __LINE__, "$$\na_b \\\\\nc*d*e\n$$",
	    "<code class=\"math display\">$$\na_b \\\\\nc*d*e\n$$</code>",
	    "<em>" },
	{ __LINE__, "from $5 to $10 or $7-$8", "from $5 to $10 or $7-$8",
	    "math" },
	{ __LINE__, "`$a$`", "<code>$a$</code>", "math" },
	{ __LINE__, "- [x] a\n- [ ] b",
	    "<input type=\"checkbox\" checked disabled aria-label=\"Done\"> a",
	    NULL },
	{ __LINE__, "|a|b|\n|-|-:|\n|1|2|",
	    "<div class=\"table\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Table 1\"><table>",
	    "style" },
	{ __LINE__, "|a|b|\n|-|-:|\n|1|2|", "<td class=\"right\">2</td>",
	    NULL },
	{ __LINE__, "a[^x]\n\n[^x]: note",
	    "<li id=\"fn-1\" value=\"1\">\n<p>note <a class=\"back\" "
	    "href=\"#fnref-1\"",
	    NULL },
	{ __LINE__, "a[^x] b[^x]\n\n[^x]: note", "href=\"#fnref-1-2\"", NULL },
	{ __LINE__, "![A](a.mp4)", "<video controls preload=\"metadata\" ",
	    "<img" },
	{ __LINE__, "![A](a.mp3)", "<audio controls ", "<img" },
	{ __LINE__, "![A *b*](a.png)", "<img src=\"a.png\" alt=\"A b\">",
	    "lazy" },
	{ __LINE__, "![A](a.png)\n\n![B](b.png)",
	    "<img src=\"b.png\" alt=\"B\" loading=\"lazy\">", NULL },
	{ __LINE__, "![A](a.png \"Cap\")",
	    "<figure class=\"image\"><img src=\"a.png\" alt=\"A\">"
	    "<figcaption>Cap</figcaption></figure>",
	    "title=" },
	{ __LINE__, "[a](b.md \"t\")", "<a href=\"b.md\" title=\"t\">a</a>",
	    NULL },
	{ __LINE__, "www.example.org", "<a href=\"http://www.example.org\">",
	    NULL },
	/* script never gets through */
	{ __LINE__, "[a](javascript:x)", "<a href=\"#\">", "javascript" },
	{ __LINE__, "[a](&#74;ava&Tab;script:x)", "<a href=\"#\">", "cript" },
	{ __LINE__, "![a](data:text/html,x)", "<img src=\"#\"", "data:" },
	{ __LINE__, "<script>alert(1)</script>", "", "alert" },
	{ __LINE__, "a <b onclick=x>b</b>", "a <b>b</b>", "onclick" },
	{ __LINE__, "<img src=x onerror=y>", "<img src=\"x\" alt=\"\">",
	    "onerror" },
	{ __LINE__, "<img src=\"javascript:x\">", "<img src=\"#\"", "script" },
	{ __LINE__, "a <a href='&#106;avascript:x'>b</a>", "<a href=\"#\">b",
	    "script" },
	{ __LINE__, "<p><script>if (a<b) {</script>x</p>", "<p>x</p>", "if" },
	{ __LINE__, "<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>", NULL },
	{ __LINE__, "<img alt='\"><script>' src=x>",
	    "alt=\"&quot;&gt;&lt;script&gt;\"", "<script" },
	{ __LINE__, "<style>x{}</style>", "", "x{}" },
	/* what is harmless in HTML stays */
	{ __LINE__, "a<br/>b", "a<br>b", NULL },
	{ __LINE__, "H<sub>2</sub>O", "H<sub>2</sub>O", NULL },
	{ __LINE__, "<kbd>a", "<p>a</p>", "<kbd" },
	{ __LINE__, "Map<string> `x` <output file>",
	    "Map&lt;string&gt; <code>x</code> &lt;output file&gt;", NULL },
	{ __LINE__, "a <tabs>b</tabs> <tab x=1>", "<p>a b </p>", "tab" },
	{ __LINE__, "<b>a<i>b</b>c</i>", "<b>ab</b>c", "<i>" },
	{ __LINE__, "*<b>a*</b>", "<em>a</em>", "<b>" },
	{ __LINE__, "<a id=\"x\"></a>", "<span id=\"x\"></span>", "<a" },
	{ __LINE__, "a <a name=\"x\"></a>", "<span id=\"x\"></span>", NULL },
	{ __LINE__, "<div>text <i>more</i></div>", "<p>text <i>more</i></p>",
	    "<div" },
	{ __LINE__, "<p align=center>\n  a\n  b\n</p>", "<p>a b</p>", "align" },
	{ __LINE__, "<center>\n\n**a**\n\n</center>",
	    "<p><strong>a</strong></p>", "center" },
	{ __LINE__, "<img src=\"a.png\" alt=\"A &amp; b\" width=\"20\">",
	    "<p><img src=\"a.png\" alt=\"A &amp; b\" width=\"20\"></p>", NULL },
	{ __LINE__, "a <img src=a.png height=9px width='50%'>",
	    "a <img src=\"a.png\" alt=\"\" height=\"9\">", NULL },
	{ __LINE__, "a <a href=\"b.md\" target=_blank>*c*</a>",
	    "a <a href=\"b.md\"><em>c</em></a>", "target" },
	{ __LINE__, "<p><a href=b.md><img src=c.png alt=C></a></p>",
	    "<p><a href=\"b.md\"><img src=\"c.png\" alt=\"C\"></a></p>", NULL },
	{ __LINE__, "<p>a <a href=b.md>b <a href=c.md>c</a> d</p>",
	    "<p>a <a href=\"b.md\">b c</a> d</p>", "c.md" },
	{ __LINE__, "a <a href=b.md>[c](d.md) e</a>",
	    "a <a href=\"b.md\">c e</a>", "d.md" },
	{ __LINE__, "<p><a href=b.md></a>x</p>", "<p>x</p>", "<a" },
	{ __LINE__, "<p><b>a<p>b", "<p><b>a</b></p>\n<p>b</p>", NULL },
	{ __LINE__, "<h2>A &amp; B</h2>\ntext",
	    "<span id=\"a--b\"></span>\n<p><strong>A &amp; B</strong></p>\n"
	    "<p>text</p>",
	    "<h2" },
	{ __LINE__, "<h1 align=center><img src=l.png alt=L>Title</h1>\n\nx",
	    "<img src=\"l.png\" alt=\"L\">", "Title" },
	{ __LINE__,
	    "<details>\n<summary>S *s*</summary>\n\n**a**\n\n</details>\n\nb",
	    "<details>\n<summary>S *s*</summary>\n<p><strong>a</strong></p>\n"
	    "</details>\n<p>b</p>",
	    NULL },
	/* what is not closed is closed where its container ends */
	{ __LINE__, "- a\n\n  <details><summary>s</summary>\n\n  b\n\nc",
	    "<p>b</p>\n</details>\n</li>\n</ul>\n<p>c</p>", NULL },
	{ __LINE__, "<details>\n\na\n\n</details>", "<p>a</p>", "details" },
	{ __LINE__, "<details><summary><img></summary>x</details>", "<p>x</p>",
	    "details" },
	{ __LINE__, "<ul><li>a<p>b<li>c<ol><li>d</ul>e",
	    "<ul>\n<li>a b</li>\n<li>c\n<ol>\n<li>d</li>\n</ol>\n</li>\n</ul>\n"
	    "<p>e</p>",
	    NULL },
	{ __LINE__, "<ul>x</ul>", "<ul>\n<li>x</li>\n</ul>", NULL },
	{ __LINE__, "<li>x", "<p>x</p>", "<li" },
	{ __LINE__, "<table><tr><td>a<td>b<tr><td>c</table>",
	    "<p>a b</p>\n<p>c</p>", "<t" },
	{ __LINE__, "<pre>\n  a &lt; <b>b</b>\n\n c\n</pre>",
	    "<code>  a &lt; b\n\n c\n</code></pre>", "<b>" },
	{ __LINE__, "<p>a<br>b<hr>c", "<p>a<br>b</p>\n<hr>\n<p>c</p>", NULL },
	{ __LINE__, "<p>1 < 2 <3 & x</p>", "<p>1 &lt; 2 &lt;3 &amp; x</p>",
	    NULL },
	{ __LINE__,
	    "<Listing number=\"1-2\" file-name=\"a.rs\" caption=\"A `b`\">\n\n"
	    "c\n\n</Listing>",
	    "<figure class=\"listing\">\n<p class=\"file-name\"><code>a.rs"
	    "</code></p>\n<p>c</p>\n<figcaption>Listing 1-2: A <code>b</code>"
	    "</figcaption>\n</figure>",
	    NULL },
	/* nothing is loaded from other hosts */
	{ __LINE__, "![A *b*](https://x.org/a.png)",
	    "<p><a class=\"external-image\" href=\"https://x.org/a.png\">A b"
	    "</a></p>",
	    "<img" },
	{ __LINE__, "[![A](//x.org/a.png \"t\")](b.md)",
	    "<p><a href=\"b.md\">A</a></p>", "x.org" },
	{ __LINE__, "![](https://x.org/a.png?b#c)", ">a.png</a>", "<img" },
	{ __LINE__, "![](https://x.org/)", ">x.org</a>", "<img" },
	{ __LINE__, "![A](HTTPS://x.org/a.mp4)",
	    "<a class=\"external-image\" href=\"HTTPS://x.org/a.mp4\">A</a>",
	    "<video" },
	{ __LINE__, "<p><img src=https://x.org/a.png alt=A></p>",
	    "href=\"https://x.org/a.png\">A</a>", "<img" },
	{ __LINE__, "![A](data:image/png;base64,AA)", "<p>A</p>", "data:" },
	{ __LINE__, "<!-- secret -->\n\na <!-- b -->", "<p>a </p>", "secret" },
	/* emphasis beside CJK punctuation */
	{ __LINE__, "**重点。**字", "<strong>重点。</strong>字", "*" },
	{ __LINE__, "字**「x」**字", "字<strong>「x」</strong>字", "*" },
	{ __LINE__, "字*（x）*字", "字<em>（x）</em>字", "*" },
	{ __LINE__, "**注意：**请`**a。**b`看", "<code>**a。**b</code>", NULL },
	{ __LINE__, "**[链接](a.md)**字",
	    "<strong><a href=\"a.md\">链接</a></strong>字", "*" },
	{ __LINE__, "~~删除。~~字", "<del>删除。</del>字", "~" },
	{ __LINE__, "**「가」**는", "<strong>「가」</strong>는", "*" },
	{ __LINE__, "字\\*\\*「x」\\*\\*字", "字**「x」**字", "strong" },
	{ __LINE__, "（**重点**），**次要**。",
	    "（<strong>重点</strong>），<strong>次要</strong>。", "*" },
	{ __LINE__, "```\n**重点。**字\n```", "**重点。**字", "strong" },
	{ __LINE__, "[a](b。**c.md)", "href=\"b%E3%80%82**c.md\"", "%EF%B7" },
};

static void
test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct fixture f;

		begin(&f, str_from(bodies[i].in));
		render(&f);
		assert_true(f.ok);
		assert_has(bodies[i].line, f.out.html, bodies[i].want);
		assert_lacks(bodies[i].line, f.out.html, bodies[i].never);
		assert_lacks(bodies[i].line, f.out.html, "\xef\xb7\x90");
		end(&f);
	}
}

/* Faults, and where they stand. */
static const struct {
	int line;
	const char *in;
	bool foreign;
	size_t errors, warnings;
	unsigned at_line, at_column;
	const char *message;
} faults[] = {
	{ __LINE__, "a\nb [x](javascript:y)", false, 1, 0, 2, 7,
	    "could run script" },
	{ __LINE__, "a\nb [x](javascript:y)", true, 0, 1, 2, 7,
	    "could run script" },
	{ __LINE__, "[x][r]\n\n[r]: vbscript:y", false, 1, 0, 3, 6,
	    "could run script" },
	{ __LINE__, "a\n\nb <blink>x</blink> <blink>y</blink>", false, 0, 1, 3,
	    3, "2 times" },
	{ __LINE__, "<p>\na <blink>x</p>", false, 0, 1, 2, 3, "left out" },
	{ __LINE__, "<font color=red>x</font>", false, 0, 0, 0, 0, NULL },
	{ __LINE__, "![A](b.png)\n\nc ![D](https://x.org/e.png) ![](//f.g/h)",
	    false, 0, 1, 3, 8, "the first of 2" },
	{ __LINE__, "<p>\n<img src='https://x.org/e.png'>", true, 0, 1, 2, 11,
	    "only linked to" },
	{ __LINE__, "<!-- a -->", false, 0, 0, 0, 0, NULL },
	{ __LINE__, "<a id=\"x\"></a>\n\nb <a id=\"y\"></a>", false, 0, 0, 0, 0,
	    NULL },
	{ __LINE__, "a\n\n```\n{{#include x.rs}}\n```", true, 0, 1, 4, 1,
	    "include is not supported" },
	{ __LINE__, "{{#include x.rs}}", false, 0, 0, 0, 0, NULL },
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct fixture f;

		begin(&f, str_from(faults[i].in));
		f.site.foreign = faults[i].foreign;
		render(&f);
		if (f.diag.errors != faults[i].errors ||
		    f.diag.warnings != faults[i].warnings) {
			diag_print(&f.diag, stderr, "");
			fail_msg("row %d: %zu errors, %zu warnings",
			    faults[i].line, f.diag.errors, f.diag.warnings);
		}
		if (faults[i].message) {
			char *shown = NULL;
			size_t len;
			FILE *out = open_memstream(&shown, &len);
			char place[64];

			diag_print(&f.diag, out, "");
			fclose(out);
			snprintf(place, sizeof place,
			    "01-a.md:%u:%u: ", faults[i].at_line,
			    faults[i].at_column);
			assert_has(faults[i].line, str_from(shown), place);
			assert_has(
			    faults[i].line, str_from(shown), faults[i].message);
			free(shown);
		}
		end(&f);
	}
}

/* prefix, then unit `times` times, then end: refused, or quick. */
static const struct {
	int line;
	const char *prefix, *unit;
	size_t times;
	const char *suffix;
	bool refused;
} hostile[] = {
	{ __LINE__, "", "- ", 29000, "x", true },
	{ __LINE__, "", "- ", 29000, "\nx\n\nx", true },
	{ __LINE__, "", "- - - x\n", 7000, "", false },
	{ __LINE__, "", ">", 58000, "x", true },
	{ __LINE__, "", "> ", 30000, "a", true },
	{ __LINE__, "", "1. ", 20000, "x", true },
	{ __LINE__, "", "*t _t*_ ", 8000, "", false },
	{ __LINE__, "", "*t _t*_", 8000, "", false },
	{ __LINE__, "", "~e,z~~", 10000, "", false },
	{ __LINE__, "", "*a **a ", 9000, "", false },
	{ __LINE__, "", "[a](<b", 10000, "", false },
	{ __LINE__, "", "![[]()", 10000, "", false },
	{ __LINE__, "</", "<!--", 15000, "", false },
	{ __LINE__, "", "<?", 30000, "", false },
	{ __LINE__, "", "[", 30000, "a", false },
	{ __LINE__, "", "_www.", 12000, "", true },
	{ __LINE__, "", "_www._www.\n\n", 50000, "", false },
	{ __LINE__, "a|b\n-|-\n", "|", 60000, "", true },
	{ __LINE__, "", "|-\n", 20000, "", true },
	{ __LINE__, "", "a", 100000, "", true },
	{ __LINE__, "", "    a\n", 100000, "", false },
	{ __LINE__, "", "[^1]", 15000, "\n\n[^1]: a\n", false },
	{ __LINE__, "", "$a ", 20000, "", false },
	{ __LINE__, "", "<kbd>", 12000, "", false },
	{ __LINE__, "", "a <a href=b>", 5000, "", false },
	{ __LINE__, "<p>", "<kbd>", 800000, "", false },
	{ __LINE__, "<p>", "<h1>", 1000000, "", false },
	{ __LINE__, "<p>", "<details><summary>a", 200000, "", false },
	{ __LINE__, "<p>", "<ul><li>", 400000, "", false },
	{ __LINE__, "<p>", "<pre>", 800000, "", false },
	{ __LINE__, "<p>", "<svg>", 800000, "", false },
	{ __LINE__, "<p>", "<a b=\"", 500000, "", false },
	{ __LINE__, "<p>", "<!--", 1000000, "", false },
	{ __LINE__, "<p>", "<img src=a.png>", 200000, "", false },
	{ __LINE__, "", "<details><summary>a</summary>\n\n", 100000, "",
	    false },
	{ __LINE__, "<p><img ", "a=b ", 1000000, "src=x>", false },
	{ __LINE__, "", "# a\n", 50000, "", false },
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A sanitizer looks at all of a text before a search that ends at once: there
 * time says nothing about how it grows. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = true };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif
#else
enum { IS_SANITIZED = false };
#endif

enum {
	MOST_SECONDS = 20, /* of any text, sanitized on a slow machine */
	TRIES = 4, /* the least counts: others may have the machine */
};

static double
check_hostile(int line, struct str text, bool refused)
{
	double start = seconds(), taken;
	struct fixture f;

	begin(&f, text);
	f.page.access = ACCESS_PAID;
	render(&f);
	taken = seconds() - start;
	if (f.ok == refused)
		fail_msg("row %d: %s", line, f.ok ? "taken" : "refused");
	if (refused)
		assert_int_equal(f.diag.errors, 1);
	if (taken > MOST_SECONDS)
		fail_msg("row %d: %.1f s", line, taken);
	end(&f);
	return taken;
}

static double
seconds_of(size_t row, size_t times)
{
	struct buf text;
	double taken;
	struct fixture f;

	buf_init(&text, LIMIT_TEXT_FILE);
	buf_add_z(&text, hostile[row].prefix);
	for (size_t n = 0; n < times; n++)
		buf_add_z(&text, hostile[row].unit);
	buf_add_z(&text, hostile[row].suffix);
	assert_true(buf_ok(&text));
	if (times == hostile[row].times) {
		taken = check_hostile(
		    hostile[row].line, buf_str(&text), hostile[row].refused);
	} else {
		taken = seconds();
		begin(&f, buf_str(&text));
		f.page.access = ACCESS_PAID;
		render(&f);
		end(&f);
		taken = seconds() - taken;
	}
	buf_clear(&text);
	return taken;
}

/* Twice as much takes some twice as long, not four times. */
static void
test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		double half = 1e9, whole = 1e9;
		int tries = 0;

		if (IS_SANITIZED) {
			seconds_of(i, hostile[i].times);
			continue;
		}
		do {
			double x = seconds_of(i, hostile[i].times / 2);
			double y = seconds_of(i, hostile[i].times);

			half = x < half ? x : half;
			whole = y < whole ? y : whole;
		} while (whole > 3 * half + 0.1 && ++tries < TRIES);
		if (tries == TRIES)
			fail_msg("row %d: %.2f s, half of it %.2f s",
			    hostile[i].line, whole, half);
	}
}

/* 14 KB of table that would be a gibibyte; references likewise. */
static void
test_expansion(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, LIMIT_TEXT_FILE);
	for (int row = 0; row < 2; row++) {
		for (int i = 0; i < 2300; i++)
			buf_add_z(&text, row ? "|-" : "|x");
		buf_add_z(&text, "\n");
	}
	for (int i = 0; i < 2300; i++)
		buf_add_z(&text, "x\n");
	check_hostile(__LINE__, buf_str(&text), true);
	buf_reset(&text);
	buf_add_z(&text, "[x]: ");
	for (int i = 0; i < 78000; i++)
		buf_add_c(&text, 'a');
	buf_add_z(&text, "\n\n");
	for (int i = 0; i < 26000; i++)
		buf_add_z(&text, i % 100 ? "[x]" : "[x]\n\n");
	check_hostile(__LINE__, buf_str(&text), true);
	buf_clear(&text);
}

static const struct {
	int line;
	const char *in;
	unsigned percent;
	const char *shown, *hidden; /* of the teaser */
	const char *rest;
	size_t sections, teaser_sections;
} teasers[] = {
	{ __LINE__, "open\n\n<!--more-->\n\nhidden words", 20, "<p>open</p>",
	    "hidden", "hidden words", 0, 0 },
	{ __LINE__, "open\n\n<!-- more -->\n\nhidden", 20, "open", "hidden",
	    "hidden", 0, 0 },
	{ __LINE__, "## A\n\nopen\n\n## B\n\n<!--more-->\n\nhidden\n\n## C", 20,
	    "open", "hidden", "hidden", 3, 1 },
	{ __LINE__, "## A\n\nopen\n\n<!--more-->\n\n## B\n\nhidden", 20, "open",
	    "hidden", "hidden", 2, 1 },
	{ __LINE__,
	    "one two\n\nthree four\n\nfive six\n\nseven eight\n\nnine ten", 20,
	    "one two", "three", "three four\nfive", 0, 0 },
	{ __LINE__,
	    "one two\n\nthree four\n\nfive six\n\nseven eight\n\nnine ten", 0,
	    "", "one", "one two", 0, 0 },
	{ __LINE__,
	    "one two\n\nthree four\n\nfive six\n\nseven eight\n\nnine ten", 40,
	    "three four", "five", "five", 0, 0 },
	/* never a lone heading at the end, never all of it */
	{ __LINE__, "one two\n\n## H\n\nthree four five six seven eight nine",
	    20, "one two", "<h2", "three", 1, 0 },
	{ __LINE__, "all the words in one paragraph", 20, "", "words", "words",
	    0, 0 },
	/* a footnote goes with the part that refers to it */
	{ __LINE__,
	    "a[^1]\n\n<!--more-->\n\nb[^2]\n\n[^1]: first\n[^2]: second", 20,
	    "first", "second", "second", 0, 0 },
	{ __LINE__, "a[^1]\n\n<!--more-->\n\nb\n\n[^1]: x[^2]\n[^2]: second",
	    20, "second", "<p>b", "b", 0, 0 },
	/* and with those it refers to, however far, wherever they stand */
	{ __LINE__,
	    "a[^1]\n\n<!--more-->\n\nb[^5]\n\n[^4]: last\n[^5]: of b\n"
	    "[^3]: x[^4]\n[^2]: y[^3]\n[^1]: z[^2]",
	    20, "last", "of b", "of b", 0, 0 },
	/* a mark inside a list is no cut */
	{ __LINE__, "- a\n- b\n\n  <!--more-->\n- c d e f g h i j\n\nk", 20, "",
	    "<li>", "c d e", 0, 0 },
	{ __LINE__,
	    "开头一句。\n\n后面很长很长很长很长很长很长很长很长的内容。", 30,
	    "开头一句。", "后面", "后面", 0, 0 },
};

static void
test_teasers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof teasers / sizeof *teasers; i++) {
		int line = teasers[i].line;
		struct fixture f;

		begin(&f, str_from(teasers[i].in));
		f.page.access = ACCESS_PAID;
		f.page.teaser_percent = teasers[i].percent;
		render(&f);
		assert_true(f.ok);
		assert_has(line, f.out.teaser, teasers[i].shown);
		assert_lacks(line, f.out.teaser, teasers[i].hidden);
		assert_has(line, f.out.rest_text, teasers[i].rest);
		if (f.out.sections != teasers[i].sections ||
		    f.out.teaser_sections != teasers[i].teaser_sections)
			fail_msg("row %d: %zu of %zu sections", line,
			    f.out.teaser_sections, f.out.sections);
		assert_true(f.out.rest_minutes > 0);
		end(&f);
	}
}

/* The heading the page is called after stands in the template alone. */
static void
test_title(void **state)
{
	static const struct {
		int line;
		const char *in, *title;
		bool in_body;
		size_t at;
		const char *want, *never;
	} rows[] = {
		{ __LINE__, "<!-- x -->\n\n## The `a` b\n\n### C", "The a b",
		    true, 12, "<h2 id=\"c\">", "id=\"the-a-b\"" },
		{ __LINE__, "x\n\n# T\n\n# U", "T", true, 3,
		    "<p>x</p>\n<h2 id=\"u\">", "id=\"t\"" },
		{ __LINE__, "x\n\nT\n===\n\n# T", "T", true, 3, "id=\"t-1\"",
		    "id=\"t\"" },
		{ __LINE__, "## T\n\nx", "T", false, 0, "<p>x</p>",
		    "id=\"t\"" },
		{ __LINE__, "## T\n\nx", "Other", false, 0, "id=\"t\"", NULL },
		{ __LINE__, "> # T\n\nx", "T", true, 0, "id=\"t\"", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture f;

		begin(&f, str_from(rows[i].in));
		f.page.title = str_from(rows[i].title);
		f.page.title_in_body = rows[i].in_body;
		f.page.title_at = rows[i].at;
		render(&f);
		assert_has(rows[i].line, f.out.html, rows[i].want);
		assert_lacks(rows[i].line, f.out.html, rows[i].never);
		end(&f);
	}
}

static void
test_contents(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f,
	    STR("# Title\n\n## A *b*\n\n<!--more-->\n\n### C\n\n#### D\n\n## "
		"E"));
	f.page.access = ACCESS_PAID;
	f.page.title_in_body = true;
	render(&f);
	assert_int_equal(f.out.toc.count, 3);
	assert_true(str_eq(f.out.toc.at[0].title, STR("A b")));
	assert_true(str_eq(f.out.toc.at[0].anchor, STR("a-b")));
	assert_false(f.out.toc.at[0].locked);
	assert_int_equal(f.out.toc.at[1].level, 3);
	assert_true(f.out.toc.at[1].locked);
	assert_true(f.out.toc.at[2].locked);
	assert_true(str_eq(f.out.title_anchor, STR("title")));
	end(&f);
}

static void
test_facts(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, STR("![a](v.mp4) ![b](b.png) `x`"));
	render(&f);
	assert_true(str_eq(f.out.first_image, STR("b.png")));
	assert_false(f.out.has_code);
	assert_false(f.out.has_math);
	end(&f);
	begin(&f, STR("```\nx\n```\n\n$x$"));
	render(&f);
	assert_true(f.out.has_code);
	assert_true(f.out.has_math);
	assert_int_equal(f.out.first_image.len, 0);
	end(&f);
}

static void
test_raw_html_allowed(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, STR("<div class=\"x\">\n\na <b onclick=x>b</b>\n\n</div>"));
	f.site.raw_html = true;
	render(&f);
	assert_has(
	    __LINE__, f.out.html, "<div class=\"x\">\n<p>a <b onclick=x>");
	assert_int_equal(f.diag.warnings, 0);
	end(&f);
}

/* GitHub's extensions, by its specification (0.29-gfm). */
static const struct {
	int line;
	const char *in, *want;
} gfm[] = {
	{ __LINE__, "| foo | bar |\n| --- | --- |\n| baz | bim |",
	    "<table>\n<thead>\n<tr>\n<th>foo</th>\n<th>bar</th>\n</tr>\n"
	    "</thead>\n<tbody>\n<tr>\n<td>baz</td>\n<td>bim</td>\n</tr>\n"
	    "</tbody>\n</table>\n" },
	{ __LINE__, "| abc | def |\n| --- | --- |",
	    "<table>\n<thead>\n<tr>\n<th>abc</th>\n<th>def</th>\n</tr>\n"
	    "</thead>\n</table>\n" },
	{ __LINE__, "| abc | defghi |\n:-: | -----------:\nbar | baz",
	    "<table>\n<thead>\n<tr>\n<th align=\"center\">abc</th>\n"
	    "<th align=\"right\">defghi</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
	    "<td align=\"center\">bar</td>\n<td align=\"right\">baz</td>\n"
	    "</tr>\n</tbody>\n</table>\n" },
	{ __LINE__, "- [ ] foo\n- [x] bar",
	    "<ul>\n<li><input type=\"checkbox\" disabled=\"\" /> foo</li>\n"
	    "<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> "
	    "bar</li>"
	    "\n</ul>\n" },
	{ __LINE__, "~~Hi~~ Hello, ~there~ world!",
	    "<p><del>Hi</del> Hello, <del>there</del> world!</p>\n" },
	{ __LINE__, "www.commonmark.org/help",
	    "<p><a href=\"http://www.commonmark.org/help\">"
	    "www.commonmark.org/help</a></p>\n" },
	{ __LINE__, "(www.google.com/search?q=commonmark&hl=en)",
	    "<p>(<a "
	    "href=\"http://www.google.com/search?q=commonmark&amp;hl=en\">"
	    "www.google.com/search?q=commonmark&amp;hl=en</a>)</p>\n" },
	{ __LINE__, "foo@bar.baz",
	    "<p><a href=\"mailto:foo@bar.baz\">foo@bar.baz</a></p>\n" },
};

static void
test_gfm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof gfm / sizeof *gfm; i++) {
		struct arena a;
		struct str html;

		arena_init(&a);
		assert_true(
		    markdown_plain(&a, str_from(gfm[i].in), false, &html));
		if (!str_eq(html, str_from(gfm[i].want)))
			fail_msg(
			    "row %d: got\n%.*s", gfm[i].line, STR_ARG(html));
		arena_clear(&a);
	}
}

/* Examples of CommonMark 0.31.2 that come out otherwise, and why. */
static const struct {
	int number;
	const char *reason;
} differs[] = {
	{ 28, "0.29 takes numeric references of eight digits" },
	{ 171, "0.29: textarea does not begin a block that ends at its tag" },
	{ 354, "0.29: currency signs are no punctuation" },
	{ 602, "the autolink extension links bare addresses" },
	{ 606, "the autolink extension links bare addresses" },
	{ 608, "the autolink extension links bare addresses" },
	{ 611, "the autolink extension links bare addresses" },
	{ 612, "the autolink extension links bare addresses" },
	{ 625, "0.29: a comment may not hold two hyphens" },
	{ 626, "0.29: a comment may not be <!--> or <!--->" },
};

static bool
is_known_to_differ(int number)
{
	for (size_t i = 0; i < sizeof differs / sizeof *differs; i++) {
		if (differs[i].number == number)
			return true;
	}
	return false;
}

/* The same address or text, escaped more or less. */
static void
add_normal(struct buf *out, struct str s)
{
	static const char *const same[][2] = { { "&#39;", "'" }, { "%5B", "[" },
		{ "%5D", "]" }, { "\u2192", "\t" } };

	for (size_t i = 0; i < s.len;) {
		struct str rest = str_from_at(s, i);
		size_t n = 0;

		while (n < 4 && !str_starts(rest, str_from(same[n][0])))
			n++;
		if (n < 4) {
			buf_add_z(out, same[n][1]);
			i += strlen(same[n][0]);
		} else {
			buf_add_c(out, s.ptr[i++]);
		}
	}
}

static bool
example_holds(struct str in, struct str want)
{
	struct buf text, wanted, got;
	struct arena a;
	struct str html;
	bool ok;

	arena_init(&a);
	buf_init(&text, 1 << 20);
	buf_init(&wanted, 1 << 20);
	buf_init(&got, 1 << 20);
	add_normal(&text, in);
	add_normal(&wanted, want);
	ok = markdown_plain(&a, buf_str(&text), true, &html);
	add_normal(&got, html);
	ok = ok && str_eq(buf_str(&got), buf_str(&wanted));
	buf_clear(&text);
	buf_clear(&wanted);
	buf_clear(&got);
	arena_clear(&a);
	return ok;
}

static void
test_commonmark(void **state)
{
	const struct str fence =
	    STR("\n```````````````````````````````` example\n");
	const char *name = getenv("COMMONMARK_SPEC");
	struct str spec, in, want;
	size_t at = 0, len;
	char *all = NULL;
	FILE *file;
	int number = 0;

	(void)state;
	if (!name)
		skip();
	file = fopen(name, "r");
	assert_non_null(file);
	all = malloc(1 << 20);
	len = fread(all, 1, 1 << 20, file);
	fclose(file);
	spec = str_of(all, len);
	while ((at += str_search(str_from_at(spec, at), fence)) < spec.len) {
		bool holds;

		at += fence.len;
		len = str_search(str_from_at(spec, at), STR("\n.\n"));
		in = str_sub(spec, at, len + 1);
		at += len + 3;
		len = str_search(str_from_at(spec, at),
		    STR("````````````````````````````````\n"));
		want = str_sub(spec, at, len);
		at += len;
		holds = example_holds(in, want);
		number++;
		if (holds == is_known_to_differ(number))
			fail_msg("example %d %s", number,
			    holds ? "holds now" : "does not hold");
	}
	assert_int_equal(number, 652);
	free(all);
}

static const struct {
	int line;
	const char *data;
	size_t len;
	unsigned width, height;
} images[] = {
#define BYTES(s) s, sizeof(s) - 1
	{ __LINE__,
	    BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\2\0\0\0\x10\x08\x06"),
	    258, 16 },
	{ __LINE__, BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1"), 0, 0 },
	{ __LINE__, BYTES("GIF89a\x20\0\x10\0\0\0"), 32, 16 },
	{ __LINE__,
	    BYTES("\xff\xd8\xff\xe0\0\4ab\xff\xc2\0\x11\x08\0\x10\0\x20\3"), 32,
	    16 },
	{ __LINE__, BYTES("\xff\xd8\xff\xe0\xff\xff"), 0, 0 },
	{ __LINE__,
	    BYTES("RIFF\0\0\0\0WEBPVP8X\12\0\0\0\0\0\0\0\x1f\0\0\x0f\0\0"), 32,
	    16 },
	{ __LINE__,
	    BYTES("RIFF\0\0\0\0WEBPVP8L\12\0\0\0\x2f\x1f\xc0\3\0\0\0\0\0\0\0"),
	    32, 16 },
	{ __LINE__,
	    BYTES("RIFF\0\0\0\0WEBPVP8 \12\0\0\0\0\0\0\x9d\1\x2a\x20\0\x10\0"),
	    32, 16 },
	{ __LINE__, BYTES("<?xml?><svg width=\"32\" height='16px'>"), 32, 16 },
	{ __LINE__, BYTES("<svg viewBox=\"0 -4 32.4 16\" width=\"100%\">"), 32,
	    16 },
	{ __LINE__, BYTES("<svg stroke-width=\"2\">"), 0, 0 },
	{ __LINE__, BYTES("<svg width=\"999999999\" height=\"1\">"), 0, 0 },
	{ __LINE__, BYTES("not an image"), 0, 0 },
	{ __LINE__, BYTES(""), 0, 0 },
};

static void
test_image_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
		struct image_size size;
		bool ok =
		    image_size(str_of(images[i].data, images[i].len), &size);

		if (ok != !!images[i].width ||
		    (ok &&
			(size.width != images[i].width ||
			    size.height != images[i].height)))
			fail_msg("row %d: %ux%u", images[i].line, size.width,
			    size.height);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_expansion),
		cmocka_unit_test(test_teasers),
		cmocka_unit_test(test_title),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_raw_html_allowed),
		cmocka_unit_test(test_gfm),
		cmocka_unit_test(test_commonmark),
		cmocka_unit_test(test_image_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
