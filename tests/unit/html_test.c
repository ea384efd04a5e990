#include "html.h"

#include "row.h"

static void
text_is_escaped(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "plain", "plain" },
		{ __LINE__, "&<>\"'", "&amp;&lt;&gt;&quot;&#39;" },
		{ __LINE__, "a & b", "a &amp; b" },
		{ __LINE__, "<", "&lt;" },
		{ __LINE__, "\xe4\xb8\xad<b>", "\xe4\xb8\xad&lt;b&gt;" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b;

		buf_init(&b, 1000);
		html_text(&b, str_from(rows[i].in));
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_reset(&b);
		html_attr(&b, str_from(rows[i].in));
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
	}
}

static void
addresses_are_made_safe(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
		bool ok;
	} rows[] = {
		{ __LINE__, "", "", true },
		{ __LINE__, "/a?b=1&c=2#d", "/a?b=1&amp;c=2#d", true },
		{ __LINE__, "\"><b>", "%22%3E%3Cb%3E", true },
		{ __LINE__, "it's", "it&#39;s", true },
		{ __LINE__, "a b", "a%20b", true },
		{ __LINE__, " a ", "a", true },
		{ __LINE__, "100%", "100%25", true },
		{ __LINE__, "%41%zz%4", "%41%25zz%254", true },
		{ __LINE__, "\xe4\xb8\xad", "%E4%B8%AD", true },
		{ __LINE__, "a\\b", "a%5Cb", true },
		{ __LINE__, "http://[::1]/", "http://[::1]/", true },
		{ __LINE__, "mailto:a@b.c", "mailto:a@b.c", true },
		{ __LINE__, "a/javascript:x", "a/javascript:x", true },
		{ __LINE__, "?javascript:x", "?javascript:x", true },
		{ __LINE__, "javascript:x()", "#", false },
		{ __LINE__, "JaVaScRiPt:x()", "#", false },
		{ __LINE__, "\x01 javascript:x()", "#", false },
		{ __LINE__, "java\nscript:x()", "#", false },
		{ __LINE__, "java\tscript\r:x()", "#", false },
		{ __LINE__, "vbscript:x", "#", false },
		{ __LINE__, "file:///etc/passwd", "#", false },
		{ __LINE__, "data:text/html,x", "#", false },
		{ __LINE__, "data:image/svg+xml,x", "#", false },
		{ __LINE__, "data:image/pngx,x", "#", false },
		{ __LINE__, "data:image/png;base64,AA==",
		    "data:image/png;base64,AA==", true },
		{ __LINE__, "DATA:IMAGE/GIF;base64,AA",
		    "DATA:IMAGE/GIF;base64,AA", true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b;

		buf_init(&b, 1000);
		ROW_TRUE(rows[i].line,
		    html_href(&b, str_from(rows[i].in)) == rows[i].ok);
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
	}
}

static void
components_go_there_and_back(void **state)
{
	char every[255];
	struct buf coded, plain;

	(void)state;
	for (size_t i = 0; i < sizeof every; i++)
		every[i] = (char)(i + 1);
	buf_init(&coded, 1000);
	buf_init(&plain, 1000);
	url_component(&coded, str_of(every, sizeof every));
	for (size_t i = 0; i < coded.len; i++)
		assert_non_null(strchr("%-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWX"
				       "YZabcdefghijklmnopqrstuvwxyz",
		    coded.ptr[i]));
	assert_true(url_decode(&plain, buf_str(&coded), false));
	assert_true(str_eq(buf_str(&plain), str_of(every, sizeof every)));
	buf_clear(&coded);
	buf_clear(&plain);
}

static void
bad_escapes_are_refused(void **state)
{
	static const struct {
		int line;
		const char *in, *want; /* NULL: refused */
		bool plus;
	} rows[] = {
		{ __LINE__, "a%20b+c", "a b+c", false },
		{ __LINE__, "a%20b+c", "a b c", true },
		{ __LINE__, "%e4%B8%ad", "\xe4\xb8\xad", false },
		{ __LINE__, "%00", NULL, false },
		{ __LINE__, "%", NULL, false },
		{ __LINE__, "%4", NULL, false },
		{ __LINE__, "%4g", NULL, false },
		{ __LINE__, "%-1", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b;
		bool ok;

		buf_init(&b, 100);
		ok = url_decode(&b, str_from(rows[i].in), rows[i].plus);
		ROW_TRUE(rows[i].line, ok == (rows[i].want != NULL));
		if (ok)
			row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
	}
}

static void
markup_becomes_text(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "<p>One <em>two</em>three</p>\n<p>four</p>\n",
		    "One twothree four" },
		{ __LINE__, "<td>a</td><td>b</td>", "a b" },
		{ __LINE__, "a<br />b", "a b" },
		{ __LINE__, "1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2" },
		{ __LINE__, "&#65;&#x42;&#X43;", "ABC" },
		{ __LINE__, "&nosuch; &amp", "&nosuch; &amp" },
		{ __LINE__, "&#xd800;", "\xef\xbf\xbd" },
		{ __LINE__, "a&nbsp;b&#160;c", "a b c" },
		{ __LINE__, "<a title=\"x > y\" href='>'>z</a>", "z" },
		{ __LINE__, "a<!-- > not --> b<!--", "a b" },
		{ __LINE__, "1 < 2", "1 < 2" },
		{ __LINE__, "<b", "" },
		{ __LINE__, "  a \t\n  b  ", "a b" },
		{ __LINE__, "<h2>\xe4\xb8\xad<code>x</code></h2>",
		    "\xe4\xb8\xadx" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b;

		buf_init(&b, 1000);
		html_strip(&b, str_from(rows[i].in));
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(addresses_are_made_safe),
		cmocka_unit_test(components_go_there_and_back),
		cmocka_unit_test(bad_escapes_are_refused),
		cmocka_unit_test(markup_becomes_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
