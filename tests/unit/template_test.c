/*
 * The published specification is read from the folder MUSTACHE_SPEC when that
 * is set; rows of our own always run. They follow the specification's text and
 * are grouped by its modules.
 */
#include "template.h"

#include "row.h"

#include "file.h"
#include "json.h"
#include "limits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAIN STR("the template under test")

/* Fills `text` with `data`; the members of `partials` are its templates. */
static bool
render(struct str text, const struct value *data, const struct value *partials,
    struct buf *out, struct diag *d)
{
	struct template_set *set = template_set_new();
	bool ok = true;

	for (size_t i = 0; i < value_count(partials); i++) {
		const struct value_member *m = &partials->u.object.at[i];

		ok = template_add(set, d, m->key, m->key, m->value->u.str,
			 STR_NONE, STR_NONE) &&
		    ok;
	}
	ok = ok &&
	    template_add(set, d, MAIN, STR("main"), text, STR_NONE, STR_NONE) &&
	    template_fill(set, MAIN, data, out);
	template_set_free(set);
	return ok;
}

static const struct value *
parse(struct arena *a, const char *json)
{
	struct json_error e;
	const struct value *v = json_read(a, str_from(json ? json : "{}"), &e);

	if (!v)
		fail_msg("%s: %s", json, e.message);
	return v;
}

struct row {
	int line;
	const char *text, *data, *partials, *want;
};

static void
run_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena a;
		struct diag d;
		struct buf b;

		arena_init(&a);
		diag_init(&d);
		buf_init(&b, LIMIT_PAGE);
		ROW_TRUE(rows[i].line,
		    render(str_from(rows[i].text), parse(&a, rows[i].data),
			parse(&a, rows[i].partials), &b, &d));
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
		diag_clear(&d);
		arena_clear(&a);
	}
}

#define RUN(rows)                                                              \
	do {                                                                   \
		(void)state;                                                   \
		run_rows(rows, ROWS(rows));                                    \
	} while (0)

static void
comments(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "1{{! x }}2", NULL, NULL, "12" },
		{ __LINE__, "1{{!\n x\n y\n}}2\n", NULL, NULL, "12\n" },
		{ __LINE__, "a\n{{! x }}\nb\n", NULL, NULL, "a\nb\n" },
		{ __LINE__, "a\n  {{! x }}  \nb\n", NULL, NULL, "a\nb\n" },
		{ __LINE__, "|\r\n{{! x }}\r\n|", NULL, NULL, "|\r\n|" },
		{ __LINE__, "  {{! x }}\n!", NULL, NULL, "!" },
		{ __LINE__, "!\n  {{! x }}", NULL, NULL, "!\n" },
		{ __LINE__, "a\n{{!\nx\n}}\nb\n", NULL, NULL, "a\nb\n" },
		{ __LINE__, "  12 {{! 34 }}\n", NULL, NULL, "  12 \n" },
		{ __LINE__, "({{! a }})", "{\"! a\":1,\"a\":2}", NULL, "()" },
		{ __LINE__, "{{! {{a}} }}", "{\"a\":1}", NULL, " }}" },
	};

	RUN(rows);
}

static void
delimiters(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "{{=<% %>=}}(<%t%>)", "{\"t\":\"Hey!\"}", NULL,
		    "(Hey!)" },
		{ __LINE__, "({{=[ ]=}}[t])", "{\"t\":\"Hey!\"}", NULL,
		    "(Hey!)" },
		{ __LINE__, "{{= @   @ =}}@t@", "{\"t\":1}", NULL, "1" },
		{ __LINE__, "{{=| |=}}|={{ }}=|{{t}}", "{\"t\":1}", NULL, "1" },
		{ __LINE__,
		    "{{#s}}\n{{d}}|d|\n{{/s}}\n{{= | | =}}\n|#s|\n{{d}}|d|\n"
		    "|/s|\n",
		    "{\"s\":true,\"d\":\"x\"}", NULL, "x|d|\n{{d}}x\n" },
		{ __LINE__, "{{>p}}\n{{= | | =}}\n|>p|\n", "{\"v\":1}",
		    "{\"p\":\".{{v}}.\"}", ".1..1." },
		{ __LINE__, "{{>p}}.{{v}}|v|", "{\"v\":1}",
		    "{\"p\":\"{{= | | =}}|v|\"}", "1.1|v|" },
		{ __LINE__, "| {{=@ @=}} |", NULL, NULL, "|  |" },
		{ __LINE__, "a\n {{=@ @=}} \nb", NULL, NULL, "a\nb" },
		{ __LINE__, "{{=<< >>=}}<<{v}>> <<&v>> <<v>>", "{\"v\":\"&\"}",
		    NULL, "& & &amp;" },
	};

	RUN(rows);
}

static void
interpolation(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "", NULL, NULL, "" },
		{ __LINE__, "{ {a} }", NULL, NULL, "{ {a} }" },
		{ __LINE__, "{{a}} {{{a}}} {{&a}}", "{\"a\":\"<&>\\\"'\"}",
		    NULL, "&lt;&amp;&gt;&quot;&#39; <&>\"' <&>\"'" },
		{ __LINE__, "{{a}},{{b}},{{c}},{{d}},{{e}}",
		    "{\"a\":85,\"b\":1.21,\"c\":true,\"d\":null,\"e\":0}", NULL,
		    "85,1.21,true,,0" },
		{ __LINE__, "({{x}}{{{x}}}{{&x}})", NULL, NULL, "()" },
		{ __LINE__, "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":1}}}", NULL,
		    "1" },
		{ __LINE__, "({{a.b.c}})", "{\"a\":{}}", NULL, "()" },
		{ __LINE__, "({{a.b.n}})",
		    "{\"a\":{\"b\":{}},\"n\":1,\"b\":{\"n\":1}}", NULL, "()" },
		{ __LINE__, "{{#a}}({{b.c}}){{/a}}",
		    "{\"a\":{\"b\":{}},\"b\":{\"c\":\"ERROR\"}}", NULL, "()" },
		{ __LINE__, "{{#a}}{{b.c}}{{/a}}",
		    "{\"a\":{\"x\":1},\"b\":{\"c\":2}}", NULL, "2" },
		{ __LINE__, "{{.}}", "\"a<b\"", NULL, "a&lt;b" },
		{ __LINE__, "{{{.}}}{{&.}}", "\"<\"", NULL, "<<" },
		{ __LINE__, "| {{a}} |{{ a }}|{{{ a }}}|{{& a }}|",
		    "{\"a\":\"-\"}", NULL, "| - |-|-|-|" },
		{ __LINE__, "  {{a}}\n", "{\"a\":\"-\"}", NULL, "  -\n" },
		{ __LINE__, "({{a}}{{b}})", "{\"a\":[1],\"b\":{}}", NULL,
		    "()" },
		{ __LINE__, "{{a}}", "{\"a\":\"{{b}}\",\"b\":1}", NULL,
		    "{{b}}" },
		{ __LINE__, "{{\xe4\xb8\xad}}", "{\"\xe4\xb8\xad\":1}", NULL,
		    "1" },
		{ __LINE__, "{{a-b}}{{c/d}}{{e:f}}",
		    "{\"a-b\":1,\"c/d\":2,\"e:f\":3}", NULL, "123" },
	};

	RUN(rows);
}

static void
sections(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "{{#a}}x{{/a}}", "{\"a\":true}", NULL, "x" },
		{ __LINE__, "{{#a}}x{{/a}}", "{\"a\":false}", NULL, "" },
		{ __LINE__, "{{#a}}x{{/a}}", "{\"a\":null}", NULL, "" },
		{ __LINE__, "{{#a}}x{{/a}}", "{}", NULL, "" },
		{ __LINE__, "{{#a}}x{{/a}}", "{\"a\":\"\"}", NULL, "" },
		{ __LINE__, "{{#a}}x{{/a}}", "{\"a\":0}", NULL, "" },
		{ __LINE__, "{{#a}}x{{/a}}", "{\"a\":{}}", NULL, "x" },
		{ __LINE__, "{{#a}}{{n}}{{/a}}", "{\"a\":{\"n\":\"Joe\"}}",
		    NULL, "Joe" },
		{ __LINE__, "{{#a}}{{n}}{{m}}{{/a}}",
		    "{\"a\":{\"n\":1},\"n\":2,\"m\":3}", NULL, "13" },
		{ __LINE__, "{{#a}}{{n}},{{/a}}",
		    "{\"a\":[{\"n\":1},{\"n\":2}]}", NULL, "1,2," },
		{ __LINE__, "({{#a}}x{{/a}})", "{\"a\":[]}", NULL, "()" },
		{ __LINE__, "{{#a}}({{.}}){{/a}}",
		    "{\"a\":[1,\"b\",2.5,\"<\"]}", NULL, "(1)(b)(2.5)(&lt;)" },
		{ __LINE__, "{{#a}}({{#.}}{{.}}{{/.}}){{/a}}",
		    "{\"a\":[[1,2],[3]]}", NULL, "(12)(3)" },
		{ __LINE__, "{{#.}}({{v}}){{/.}}", "[{\"v\":1},{\"v\":2}]",
		    NULL, "(1)(2)" },
		{ __LINE__, "{{#t}}{{#u}}{{#v}}{{t.n}}{{n}}{{/v}}{{/u}}{{/t}}",
		    "{\"t\":{\"n\":1},\"u\":[{\"n\":2}],\"v\":{}}", NULL,
		    "12" },
		{ __LINE__, "{{#a}}1{{/a}} {{#a}}2{{/a}}", "{\"a\":true}", NULL,
		    "1 2" },
		{ __LINE__, "{{#a}}A{{#a}}B{{/a}}C{{/a}}", "{\"a\":true}", NULL,
		    "ABC" },
		{ __LINE__, "{{#a.b}}x{{/a.b}}", "{\"a\":{\"b\":true}}", NULL,
		    "x" },
		{ __LINE__, "({{#a.b}}x{{/a.b}})", "{\"a\":{}}", NULL, "()" },
		{ __LINE__, " {{#a}}Y{{/a}}\n {{#a}}G{{/a}}\n", "{\"a\":true}",
		    NULL, " Y\n G\n" },
		{ __LINE__, "| A\n{{#a}}\n| B\n{{/a}}\n| C\n", "{\"a\":true}",
		    NULL, "| A\n| B\n| C\n" },
		{ __LINE__, "| A\n  {{#a}}\n| B\n  {{/a}}\n| C\n",
		    "{\"a\":true}", NULL, "| A\n| B\n| C\n" },
		{ __LINE__, "|\r\n{{#a}}\r\n{{/a}}\r\n|", "{\"a\":true}", NULL,
		    "|\r\n|" },
		{ __LINE__, "  {{#a}}\n#{{/a}}\n/", "{\"a\":true}", NULL,
		    "#\n/" },
		{ __LINE__, "#{{#a}}\n/\n  {{/a}}", "{\"a\":true}", NULL,
		    "#\n/\n" },
		{ __LINE__, " | {{#a}}\t|\t{{/a}} | \n", "{\"a\":true}", NULL,
		    " | \t|\t | \n" },
		{ __LINE__, "|{{# a }}={{/ a }}|", "{\"a\":true}", NULL,
		    "|=|" },
	};

	RUN(rows);
}

static void
inverted(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "{{^a}}x{{/a}}", "{\"a\":false}", NULL, "x" },
		{ __LINE__, "({{^a}}x{{/a}})", "{\"a\":true}", NULL, "()" },
		{ __LINE__, "{{^a}}x{{/a}}", "{\"a\":null}", NULL, "x" },
		{ __LINE__, "{{^a}}x{{/a}}", "{\"a\":[]}", NULL, "x" },
		{ __LINE__, "{{^a}}x{{/a}}", "{\"a\":\"\"}", NULL, "x" },
		{ __LINE__, "({{^a}}x{{/a}})", "{\"a\":[0]}", NULL, "()" },
		{ __LINE__, "({{^a}}x{{/a}})", "{\"a\":{}}", NULL, "()" },
		{ __LINE__, "{{^a}}x{{/a}}", "{}", NULL, "x" },
		{ __LINE__, "{{^a.b.c}}x{{/a.b.c}}", "{\"a\":{}}", NULL, "x" },
		{ __LINE__, "{{^a}}A{{^a}}B{{/a}}C{{/a}}", "{}", NULL, "ABC" },
		{ __LINE__, "a\n{{^x}}\nb\n{{/x}}\nc\n", "{}", NULL,
		    "a\nb\nc\n" },
		{ __LINE__, "{{#a}}1{{/a}}{{^a}}2{{/a}}", "{\"a\":true}", NULL,
		    "1" },
	};

	RUN(rows);
}

static void
partials(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "\"{{>p}}\"", NULL, "{\"p\":\"x\"}", "\"x\"" },
		{ __LINE__, "({{>none}})", NULL, NULL, "()" },
		{ __LINE__, "{{>p}}", "{\"a\":1}", "{\"p\":\"*{{a}}*\"}",
		    "*1*" },
		{ __LINE__, "{{>n}}",
		    "{\"c\":\"X\",\"k\":[{\"c\":\"Y\",\"k\":[]}]}",
		    "{\"n\":\"{{c}}<{{#k}}{{>n}}{{/k}}>\"}", "X<Y<>>" },
		{ __LINE__, "| {{>p}} |", NULL, "{\"p\":\"\\t|\\t\"}",
		    "| \t|\t |" },
		{ __LINE__, "  {{a}}  {{>p}}\n", "{\"a\":\"|\"}",
		    "{\"p\":\">\\n>\"}", "  |  >\n>\n" },
		{ __LINE__, "|\r\n{{>p}}\r\n|", NULL, "{\"p\":\">\"}",
		    "|\r\n>|" },
		{ __LINE__, "  {{>p}}\n>", NULL, "{\"p\":\">\\n>\"}",
		    "  >\n  >>" },
		{ __LINE__, ">\n  {{>p}}", NULL, "{\"p\":\">\\n>\"}",
		    ">\n  >\n  >" },
		{ __LINE__, "\\\n {{>p}}\n/\n", "{\"c\":\"<\\n->\"}",
		    "{\"p\":\"|\\n{{{c}}}\\n|\\n\"}",
		    "\\\n |\n <\n->\n |\n/\n" },
		{ __LINE__, "|{{> p }}|", NULL, "{\"p\":\"[]\"}", "|[]|" },
		/* Indentation adds up, and a section's lines have it too. */
		{ __LINE__, " {{>a}}\n", "{\"l\":[1,2]}",
		    "{\"a\":\"a\\n {{>b}}\\n\","
		    "\"b\":\"b\\n{{#l}}\\n{{.}}\\n{{/l}}\\n\"}",
		    " a\n  b\n  1\n  2\n" },
		{ __LINE__, " {{>a}}\n", "{\"x\":true}",
		    "{\"a\":\"{{#x}}1{{/x}}\\n{{^x}}2{{/x}}\\n\\n{{! }}3\"}",
		    " 1\n \n \n 3" },
		{ __LINE__, "  {{>a}}\n", NULL,
		    "{\"a\":\"p {{>b}} q\\n\",\"b\":\"1\\n2\"}",
		    "  p 1\n2 q\n" },
	};

	RUN(rows);
}

static void
inheritance(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "{{$a}}x{{/a}}\n", NULL, NULL, "x\n" },
		{ __LINE__,
		    "{{$a}}{{b}}{{{b}}}{{#b}}y{{/b}}{{^c}}z{{/c}}{{/a}}",
		    "{\"b\":\"<\"}", NULL, "&lt;<yz" },
		{ __LINE__, "{{<p}}{{/p}}\n", NULL, "{\"p\":\"{{$a}}x{{/a}}\"}",
		    "x" },
		{ __LINE__, "{{<none}}{{$a}}x{{/a}}{{/none}}!", NULL, NULL,
		    "!" },
		{ __LINE__, "{{<p}}{{$a}}y{{/a}}{{/p}}", NULL,
		    "{\"p\":\".{{$a}}x{{/a}}.{{$b}}z{{/b}}\"}", ".y.z" },
		{ __LINE__, "{{<p}}{{$a}}y{{/a}}{{/p}}", "{\"a\":\"data\"}",
		    "{\"p\":\"{{$a}}x{{/a}}\"}", "y" },
		{ __LINE__,
		    "{{<p}}{{$a}}1{{/a}}{{/p}} {{<p}}{{$a}}2{{/a}}{{/p}}\n",
		    NULL, "{\"p\":\"|{{$a}}x{{/a}}|\"}", "|1| |2|\n" },
		{ __LINE__, "{{<p}} text {{x}} {{>x}} {{$a}}y{{/a}} {{/p}}",
		    "{\"x\":1}", "{\"p\":\"{{$a}}x{{/a}}\",\"x\":\"X\"}", "y" },
		/* The outermost argument wins, whatever is between. */
		{ __LINE__, "{{<p}}{{$a}}c{{/a}}{{/p}}", NULL,
		    "{\"p\":\"{{<o}}{{$a}}p{{/a}}{{/o}}\","
		    "\"o\":\"{{<g}}{{$a}}o{{/a}}{{/g}}\","
		    "\"g\":\"{{$a}}g{{/a}}\"}",
		    "c" },
		{ __LINE__, "{{<p}}{{/p}}", NULL,
		    "{\"p\":\"{{<o}}{{$a}}p{{/a}}{{/o}}\","
		    "\"o\":\"{{<g}}{{$a}}o{{/a}}{{/g}}\","
		    "\"g\":\"{{$a}}g{{/a}}\"}",
		    "p" },
		/* An argument's own block of the same name is its own. */
		{ __LINE__, "{{<p}}{{$a}}[{{$a}}in{{/a}}]{{/a}}{{/p}}", NULL,
		    "{\"p\":\"{{$a}}x{{/a}}\"}", "[in]" },
		{ __LINE__, "{{<p}}{{$a}}{{<q}}{{$b}}B{{/b}}{{/q}}{{/a}}{{/p}}",
		    NULL,
		    "{\"p\":\"({{$a}}x{{/a}})\",\"q\":\"<{{$b}}y{{/b}}>\"}",
		    "(<B>)" },
		/* A partial within a parent can be overridden, too. */
		{ __LINE__, "{{<p}}{{$a}}y{{/a}}{{/p}}", NULL,
		    "{\"p\":\"{{>q}}\",\"q\":\"{{$a}}x{{/a}}\"}", "y" },
		/* Content is filled where it is put. */
		{ __LINE__, "{{<p}}{{$a}}{{v}}{{/a}}{{/p}}",
		    "{\"v\":1,\"n\":{\"v\":2}}",
		    "{\"p\":\"{{#n}}{{$a}}x{{/a}}{{/n}}\"}", "2" },
		{ __LINE__, "{{<p}}{{$a}}{{.}}{{/a}}{{/p}}", "{\"l\":[1,2]}",
		    "{\"p\":\"{{#l}}{{$a}}x{{/a}},{{/l}}\"}", "1,2," },
	};

	RUN(rows);
}

static void
inheritance_indentation(void **state)
{
	static const struct row rows[] = {
		{ __LINE__, "{{<p}}{{$a}}\none\n\ntwo\n{{/a}}{{/p}}", NULL,
		    "{\"p\":\"{{$a}}x{{/a}}\"}", "one\n\ntwo\n" },
		{ __LINE__, "{{<p}}{{$a}}y{{/a}}{{/p}}", NULL,
		    "{\"p\":\"p:\\n  {{$a}}x{{/a}}\\n\"}", "p:\n  y\n" },
		{ __LINE__, "p:\n  {{<p}}{{/p}}\nq", NULL,
		    "{\"p\":\"1\\n2\\n\"}", "p:\n  1\n  2\nq" },
		{ __LINE__, "p:\n  {{<p}}\n  {{$a}}y{{/a}}\n  {{/p}}\nq", NULL,
		    "{\"p\":\"1\\n{{$a}}x{{/a}}\\n\"}", "p:\n  1\n  y\nq" },
		{ __LINE__, "{{<p}}{{$a}}\none\ntwo{{/a}}\n{{/p}}\n", NULL,
		    "{\"p\":\"p:\\n  {{$a}}{{/a}}\\n\"}",
		    "p:\n  one\n  two\n" },
		{ __LINE__, "{{<p}}{{$a}}\n    one\n      two\n{{/a}}{{/p}}\n",
		    NULL, "{\"p\":\"p:\\n  {{$a}}\\n  {{/a}}\\n\"}",
		    "p:\n  one\n    two\n" },
		{ __LINE__, "{{<p}}{{$a}}\none\ntwo\n{{/a}}{{/p}}\n", NULL,
		    "{\"p\":\"p:\\n{{$a}}\\n  x\\n{{/a}}\\n\"}",
		    "p:\n  one\n  two\n" },
		{ __LINE__, "{{<p}}{{$n}}\nthree\n{{/n}}{{/p}}\n", NULL,
		    "{\"p\":\"{{<g}}{{$b}}\\n  one\\n  {{$n}}\\n    two\\n"
		    "  {{/n}}\\n{{/b}}{{/g}}\\n\",\"g\":\"{{$b}}x{{/b}}\"}",
		    "one\n  three\n" },
		/* Defaults come out as they stand. */
		{ __LINE__, "a\n  {{$b}}\n    c\n     d\n  {{/b}}\ne\n", NULL,
		    NULL, "a\n    c\n     d\ne\n" },
		{ __LINE__, "a\n  {{$b}}c\n    d{{/b}}\ne\n", NULL, NULL,
		    "a\n  c\n    d\ne\n" },
		{ __LINE__, "a {{$b}}c\n  d{{/b}} e\n", NULL, NULL,
		    "a c\n  d e\n" },
		/* A section that begins the content of an inline block. */
		{ __LINE__,
		    "{{<p}}{{$a}}\n{{#l}}\n<{{.}}>\n{{/l}}\n{{/a}}{{/p}}",
		    "{\"l\":[1,2]}", "{\"p\":\"  {{$a}}{{/a}}|\"}",
		    "  <1>\n  <2>\n|" },
		/* Data is not indented, and keeps its line ends. */
		{ __LINE__, "  {{>p}}\n", "{\"h\":\"a\\nb\\n\"}",
		    "{\"p\":\"<pre>{{{h}}}</pre>\\n\"}",
		    "  <pre>a\nb\n</pre>\n" },
	};

	RUN(rows);
}

static void
markup_is_not_escaped_again(void **state)
{
	struct template_set *set = template_set_new();
	struct arena a;
	struct diag d;
	struct buf b;
	struct value *data;

	(void)state;
	arena_init(&a);
	diag_init(&d);
	buf_init(&b, 1000);
	data = value_object(&a);
	value_set_html(&a, data, STR("h"), STR("<b>"));
	value_set_str(&a, data, STR("s"), STR("<b>"));
	assert_true(template_add(set, &d, STR("t"), STR("t"), STR("<%h%><%s%>"),
	    STR("<%"), STR("%>")));
	assert_true(template_fill(set, STR("t"), data, &b));
	row_str(__LINE__, buf_str(&b), "<b>&lt;b&gt;");
	buf_clear(&b);
	diag_clear(&d);
	arena_clear(&a);
	template_set_free(set);
}

static void
faults_are_placed(void **state)
{
	static const struct {
		int line;
		const char *text, *want;
	} rows[] = {
		{ __LINE__, "a\n {{#b}}\nc", "m:2:2: '#b' is not closed" },
		{ __LINE__, "{{/b}}", "m:1:1: '/b' closes nothing" },
		{ __LINE__, "{{#a}}{{^b}}{{/a}}", "m:1:7: '^b' is not closed" },
		{ __LINE__, "{{<a}}{{$b}}{{/a}}", "m:1:7: '$b' is not closed" },
		{ __LINE__, "x {{a", "m:1:3: a tag is not closed with '}}'" },
		{ __LINE__, "{{{a}}", "m:1:1: a tag is not closed with '}}}'" },
		{ __LINE__, "{{}}", "m:1:1: a tag without a name" },
		{ __LINE__, "{{#}}{{/}}", "m:1:1: a tag without a name" },
		{ __LINE__, "{{> }}", "m:1:1: a tag without a name" },
		{ __LINE__, "{{a b}}", "m:1:1: a name holds no spaces: 'a b'" },
		{ __LINE__, "{{a..b}}",
		    "m:1:1: a name is words with single dots between: "
		    "'a..b'" },
		{ __LINE__, "{{.a}}",
		    "m:1:1: a name is words with single dots between: '.a'" },
		{ __LINE__, "{{>*a}}",
		    "m:1:1: dynamic names are not supported" },
		{ __LINE__, "{{=a=}}",
		    "m:1:1: delimiters are two short words without '='" },
		{ __LINE__, "{{=aaaaaaaaaaaaaaaaa b=}}",
		    "m:1:1: delimiters are two short words without '='" },
		{ __LINE__, "\xff", "m: text is not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct template_set *set = template_set_new();
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);
		struct diag d;

		assert_non_null(out);
		diag_init(&d);
		ROW_TRUE(rows[i].line,
		    !template_add(set, &d, STR("t"), STR("m"),
			str_from(rows[i].text), STR_NONE, STR_NONE));
		ROW_TRUE(rows[i].line, !template_has(set, STR("t")));
		diag_print(&d, out, NULL);
		fclose(out);
		row_str(rows[i].line,
		    str_sub(
			str_from(text), 7, str_find(str_from(text), '\n') - 7),
		    rows[i].want);
		free(text);
		diag_clear(&d);
		template_set_free(set);
	}
}

static void
missing_templates_are_reported(void **state)
{
	struct template_set *set = template_set_new();
	struct diag d;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	diag_init(&d);
	assert_true(template_add(set, &d, STR("page"), STR("page.mustache"),
	    STR("a\n{{>fooder}}{{<base}}{{/base}}\n"), STR_NONE, STR_NONE));
	assert_true(template_add(
	    set, &d, STR("footer"), STR("f"), STR("x"), STR_NONE, STR_NONE));
	assert_true(template_has(set, STR("page")));
	assert_false(template_has(set, STR("base")));
	assert_false(template_check(set, &d));
	diag_print(&d, out, NULL);
	fclose(out);
	row_str(__LINE__, str_from(text),
	    "error: page.mustache:2:4: no such template: 'fooder'\n"
	    "     2 | {{>fooder}}{{<base}}{{/base}}\n"
	    "       |    ^^^^^^\n"
	    "hint: did you mean footer?\n"
	    "error: page.mustache:2:15: no such template: 'base'\n"
	    "     2 | {{>fooder}}{{<base}}{{/base}}\n"
	    "       |               ^^^^\n");
	free(text);
	diag_clear(&d);
	diag_init(&d);
	assert_true(template_add(
	    set, &d, STR("fooder"), STR("f"), STR("x"), STR_NONE, STR_NONE));
	assert_true(template_add(
	    set, &d, STR("base"), STR("b"), STR("x"), STR_NONE, STR_NONE));
	assert_true(template_check(set, &d));
	diag_clear(&d);
	template_set_free(set);
}

static void
a_later_template_replaces(void **state)
{
	struct template_set *set = template_set_new();
	struct value data = { .kind = VALUE_NULL };
	struct diag d;
	struct buf b;

	(void)state;
	diag_init(&d);
	buf_init(&b, 100);
	assert_true(template_add(
	    set, &d, STR("p"), STR("p"), STR("old"), STR_NONE, STR_NONE));
	assert_true(template_add(
	    set, &d, STR("t"), STR("t"), STR("{{>p}}"), STR_NONE, STR_NONE));
	assert_true(template_add(
	    set, &d, STR("p"), STR("p"), STR("new"), STR_NONE, STR_NONE));
	assert_true(template_fill(set, STR("t"), &data, &b));
	row_str(__LINE__, buf_str(&b), "new");
	assert_false(template_fill(set, STR("none"), &data, &b));
	buf_clear(&b);
	buf_init(&b, 2);
	assert_false(template_fill(set, STR("t"), &data, &b));
	buf_clear(&b);
	diag_clear(&d);
	template_set_free(set);
}

static void
recursion_ends(void **state)
{
	static const char *const texts[] = { "{{>p}}", "  {{>p}}\n",
		"{{<p}}{{$a}}{{>p}}{{/a}}{{/p}}{{$a}}{{/a}}",
		"{{$a}}{{>p}}{{/a}}", "{{#x}}{{>p}}{{/x}}",
		"{{^y}}{{>p}}{{/y}}" };

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct template_set *set = template_set_new();
		struct arena a;
		struct diag d;
		struct buf b;

		arena_init(&a);
		diag_init(&d);
		buf_init(&b, 1 << 20);
		assert_true(template_add(set, &d, STR("p"), STR("p"),
		    str_from(texts[i]), STR_NONE, STR_NONE));
		assert_false(template_fill(
		    set, STR("p"), parse(&a, "{\"x\":[1,2]}"), &b));
		buf_clear(&b);
		diag_clear(&d);
		arena_clear(&a);
		template_set_free(set);
	}
}

/* Forty sections in each other over lists of two would take years. */
static void
work_is_bounded(void **state)
{
	struct template_set *set = template_set_new();
	struct arena a;
	struct diag d;
	struct buf text, out;

	(void)state;
	arena_init(&a);
	diag_init(&d);
	buf_init(&text, 1000);
	buf_init(&out, 1000);
	for (int i = 0; i < 40; i++)
		buf_add_z(&text, "{{#x}}");
	for (int i = 0; i < 40; i++)
		buf_add_z(&text, "{{/x}}");
	assert_true(template_add(
	    set, &d, STR("t"), STR("t"), buf_str(&text), STR_NONE, STR_NONE));
	assert_false(
	    template_fill(set, STR("t"), parse(&a, "{\"x\":[1,2]}"), &out));
	buf_clear(&text);
	buf_clear(&out);
	diag_clear(&d);
	arena_clear(&a);
	template_set_free(set);
}

/* Runs every test of one module of the published specification. */
static size_t
run_module(int folder, const char *name, bool required)
{
	struct arena a;
	struct buf text;
	struct json_error e;
	const struct value *tests;
	size_t count = 0;

	arena_init(&a);
	buf_init(&text, 1 << 20);
	if (!file_read(folder, name, &text)) {
		if (required)
			fail_msg("%s cannot be read", name);
		return 0;
	}
	tests = value_get(json_read(&a, buf_str(&text), &e), STR("tests"));
	for (; count < value_count(tests); count++) {
		const struct value *t = value_at(tests, count);
		struct str want = value_get_str(t, STR("expected"));
		struct buf b;
		struct diag d;

		buf_init(&b, LIMIT_PAGE);
		diag_init(&d);
		if (!render(value_get_str(t, STR("template")),
			value_get(t, STR("data")),
			value_get(t, STR("partials")), &b, &d) ||
		    !str_eq(buf_str(&b), want))
			fail_msg("%s: %.*s:\n got \"%.*s\"\nwant \"%.*s\"",
			    name, STR_ARG(value_get_str(t, STR("name"))),
			    STR_ARG(buf_str(&b)), STR_ARG(want));
		buf_clear(&b);
		diag_clear(&d);
	}
	buf_clear(&text);
	arena_clear(&a);
	return count;
}

static void
published_specification(void **state)
{
	static const struct {
		const char *name;
		bool required;
		size_t least; /* tests, lest an empty file passes */
	} modules[] = {
		{ "comments.json", true, 11 },
		{ "delimiters.json", true, 14 },
		{ "interpolation.json", true, 30 },
		{ "inverted.json", true, 20 },
		{ "partials.json", true, 10 },
		{ "sections.json", true, 25 },
		{ "~inheritance.json", false, 20 },
	};
	const char *path = getenv("MUSTACHE_SPEC");
	int folder;

	(void)state;
	if (!path)
		skip();
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		fail_msg("MUSTACHE_SPEC: no such folder: %s", path);
	for (size_t i = 0; i < ROWS(modules); i++) {
		size_t count =
		    run_module(folder, modules[i].name, modules[i].required);

		if ((count || modules[i].required) && count < modules[i].least)
			fail_msg("%s: only %zu tests", modules[i].name, count);
	}
	close(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments),
		cmocka_unit_test(delimiters),
		cmocka_unit_test(interpolation),
		cmocka_unit_test(sections),
		cmocka_unit_test(inverted),
		cmocka_unit_test(partials),
		cmocka_unit_test(inheritance),
		cmocka_unit_test(inheritance_indentation),
		cmocka_unit_test(markup_is_not_escaped_again),
		cmocka_unit_test(faults_are_placed),
		cmocka_unit_test(missing_templates_are_reported),
		cmocka_unit_test(a_later_template_replaces),
		cmocka_unit_test(recursion_ends),
		cmocka_unit_test(work_is_bounded),
		cmocka_unit_test(published_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
