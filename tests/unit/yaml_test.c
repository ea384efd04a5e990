#include "yaml.h"

#include "row.h"

#include "buf.h"
#include "limits.h"

#include <stdlib.h>
#include <string.h>

struct given {
	struct arena arena;
	struct diag diag;
	struct yaml *root;
};

static void
read_text(struct given *g, const char *text)
{
	struct str s = str_from(text);

	arena_init(&g->arena);
	diag_init(&g->diag);
	g->root = yaml_read(&g->arena, &g->diag, STR("f"), s, 0, s.len);
}

static void
forget(struct given *g)
{
	diag_clear(&g->diag);
	arena_clear(&g->arena);
}

/* The diagnostics without excerpts; for one fault "line:column: message". */
static void
expect_faults(int line, struct given *g, const char *want)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct str rest, each;
	struct buf b;

	assert_non_null(out);
	diag_print(&g->diag, out, NULL);
	fclose(out);
	buf_init(&b, 10000);
	rest = str_of(text, len);
	while (str_split(&rest, '\n', &each)) {
		if (str_starts(each, STR("error: f:")))
			buf_add(&b, str_from_at(each, 9));
		else if (str_starts(each, STR("hint: ")))
			buf_add(&b, each);
		else
			continue;
		buf_add_c(&b, '\n');
	}
	row_str(line, buf_str(&b), want);
	buf_clear(&b);
	free(text);
}

static void
describe(struct buf *b, const struct yaml *y)
{
	if (y->kind == YAML_SCALAR) {
		buf_printf(b, "%s%.*s%s", y->quoted ? "'" : "",
		    STR_ARG(y->scalar), y->quoted ? "'" : "");
		return;
	}
	buf_add_c(b, y->kind == YAML_LIST ? '[' : '{');
	for (size_t i = 0; i < y->items.count; i++) {
		const struct yaml_item *item = &y->items.at[i];

		buf_add_z(b, i ? "," : "");
		if (y->kind == YAML_MAP)
			buf_printf(b, "%.*s=", STR_ARG(item->key));
		describe(b, item->value);
	}
	buf_add_c(b, y->kind == YAML_LIST ? ']' : '}');
}

static void
trees_are_read(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "", "{}" },
		{ __LINE__, "# nothing\n\n", "{}" },
		{ __LINE__, "---\n", "{}" },
		{ __LINE__, "---\na: 1\n...\n", "{a=1}" },
		{ __LINE__, "a: 1\r\nb: two words # c\r\n",
		    "{a=1,b=two words}" },
		{ __LINE__, "a: 'x'\nb: \"y\\n\"\n", "{a='x',b='y\n'}" },
		{ __LINE__, "a:\nb: [1, [2], {c: 3}]\n",
		    "{a=,b=[1,[2],{c=3}]}" },
		{ __LINE__, "a:\n- b\n- c: d\n  e: f\n", "{a=[b,{c=d,e=f}]}" },
		{ __LINE__, "a: >\n  x\n  y\nb: |\n  p\n  q\n",
		    "{a='x y\n',b='p\nq\n'}" },
		{ __LINE__,
		    "\xef\xbb\xbf"
		    "a: 1\n",
		    "{a=1}" },
		{ __LINE__, "\xe4\xb8\xad: \xe6\x96\x87\n",
		    "{\xe4\xb8\xad=\xe6\x96\x87}" },
		{ __LINE__, "'<<': 1\n", "{<<=1}" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct given g;
		struct buf b;

		read_text(&g, rows[i].in);
		ROW_TRUE(rows[i].line, g.root && !g.diag.errors);
		buf_init(&b, 1000);
		describe(&b, g.root);
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
		forget(&g);
	}
}

static void
what_is_not_allowed_is_placed(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "a: &x 1\nb: *x\n",
		    "1:4: anchors are not allowed\n"
		    "hint: write the value out\n"
		    "2:4: aliases are not allowed\n"
		    "hint: write the value out\n" },
		{ __LINE__, "a: !!int 1\n",
		    "1:4: tags are not allowed\n"
		    "hint: put text that begins with '!' in quotes\n" },
		{ __LINE__, "<<: {a: 1}\n",
		    "1:1: merge keys are not allowed\n"
		    "hint: write the values out\n" },
		{ __LINE__, "a: 1\nb: 2\na: 3\nb: 4\n",
		    "3:1: key 'a' is set twice; first in line 1\n"
		    "4:1: key 'b' is set twice; first in line 2\n" },
		{ __LINE__, "a: 1\n---\nb: 1\n",
		    "2:1: a second document is not allowed\n" },
		{ __LINE__, "? [a]\n: b\n", "1:3: a key must be plain text\n" },
		{ __LINE__, "- a\n", "1:1: expected lines of 'key: value'\n" },
		{ __LINE__, "text\n", "1:1: expected lines of 'key: value'\n" },
		{ __LINE__, "a: \"x\\0y\"\n",
		    "1:4: text holds a NUL character\n" },
		{ __LINE__, "a: b: c\n",
		    "1:5: not YAML: mapping values are not allowed in this "
		    "context\nhint: put text that holds ': ' in quotes\n" },
		{ __LINE__, "\xe4\xb8\xad: \"x\nb: 1\n",
		    "1:6: not YAML: found unexpected end of stream\n"
		    "hint: a quote or bracket is not closed\n" },
		{ __LINE__, "a: 1\nb: \x01\n",
		    "2:4: not YAML: control characters are not allowed\n" },
		{ __LINE__, "a: 1\nb: \xff\n",
		    "2:4: text is not UTF-8\nhint: save the file as UTF-8\n" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct given g;

		read_text(&g, rows[i].in);
		ROW_TRUE(rows[i].line, !g.root && g.diag.errors);
		expect_faults(rows[i].line, &g, rows[i].want);
		forget(&g);
	}
}

static void
depth_and_size_are_bounded(void **state)
{
	struct given g;
	struct buf b;

	(void)state;
	for (size_t depth = LIMIT_YAML_DEPTH; depth <= LIMIT_YAML_DEPTH + 1;
	     depth++) {
		buf_init(&b, 1000);
		buf_add_z(&b, "a: ");
		for (size_t i = 1; i < depth; i++)
			buf_add_c(&b, '[');
		for (size_t i = 1; i < depth; i++)
			buf_add_c(&b, ']');
		read_text(&g, buf_str(&b).ptr);
		assert_true(!g.root == (depth > LIMIT_YAML_DEPTH));
		forget(&g);
		buf_clear(&b);
	}
	buf_init(&b, 1 << 20);
	buf_add_z(&b, "a: [");
	for (size_t i = 0; i < LIMIT_YAML_NODES; i++)
		buf_add_z(&b, "1,");
	buf_add_z(&b, "]");
	read_text(&g, buf_str(&b).ptr);
	assert_null(g.root);
	assert_int_equal(g.diag.errors, 1);
	forget(&g);
	buf_clear(&b);
}

static void
places_count_in_the_whole_file(void **state)
{
	struct str text = STR("---\n\xe4\xb8\xad: x\nb: [\xe6\x96\x87, y]\n"
			      "---\nnot: [yaml\n");
	const struct yaml *b, *y;
	struct arena a;
	struct diag d;

	(void)state;
	arena_init(&a);
	diag_init(&d);
	b = yaml_get(yaml_read(&a, &d, STR("f"), text, 4,
			 str_search(text, STR("\n---\nnot")) + 1),
	    STR("b"));
	assert_int_equal(d.errors, 0);
	assert_non_null(b);
	assert_int_equal(b->at.line, 3);
	assert_int_equal(b->at.column, 4);
	y = b->items.at[1].value;
	assert_int_equal(y->at.line, 3);
	assert_int_equal(y->at.column, 10);
	assert_int_equal(y->at.length, 1);
	assert_int_equal(b->items.at[0].value->at.length, 3);
	diag_clear(&d);
	arena_clear(&a);
}

static const char *const access_words[] = { "free", "signed-in", "paid" };

static void
values_are_typed(void **state)
{
	struct given g;
	struct str s, *list;
	int64_t n;
	size_t count, word;
	bool b;

	(void)state;
	read_text(&g,
	    "s: text\nyes: yes\nno: 'no'\nn: 12\nw: paid\nl: [a, b]\none: x\n"
	    "none:\nbig: 99999999999999999999\n");
#define GET(key) yaml_get(g.root, STR(key))
	assert_true(yaml_str(&g.diag, GET("s"), &s));
	row_str(__LINE__, s, "text");
	assert_true(yaml_bool(&g.diag, GET("yes"), &b) && b);
	assert_true(yaml_int(&g.diag, GET("n"), 1, 12, &n));
	assert_int_equal(n, 12);
	assert_true(yaml_word(&g.diag, GET("w"), access_words, 3, &word));
	assert_int_equal(word, 2);
	assert_true(yaml_strs(&g.arena, &g.diag, GET("l"), &list, &count));
	assert_int_equal(count, 2);
	row_str(__LINE__, list[1], "b");
	assert_true(yaml_strs(&g.arena, &g.diag, GET("one"), &list, &count));
	assert_int_equal(count, 1);
	assert_true(yaml_strs(&g.arena, &g.diag, GET("none"), &list, &count));
	assert_int_equal(count, 0);
	assert_false(yaml_str(&g.diag, GET("missing"), &s));
	assert_int_equal(g.diag.errors, 0);

	assert_false(yaml_str(&g.diag, GET("l"), &s));
	assert_false(yaml_bool(&g.diag, GET("no"), &b));
	assert_false(yaml_bool(&g.diag, GET("s"), &b));
	assert_false(yaml_int(&g.diag, GET("n"), 1, 11, &n));
	assert_false(yaml_int(&g.diag, GET("big"), 0, INT64_MAX, &n));
	assert_false(yaml_word(&g.diag, GET("l"), access_words, 3, &word));
	expect_faults(__LINE__, &g,
	    "1:4: expected true or false, not 'text'\n"
	    "3:5: expected true or false, not 'no'\n"
	    "hint: write it without quotes\n"
	    "4:4: expected a whole number from 1 to 11, not '12'\n"
	    "6:4: expected free, signed-in or paid, not a list\n"
	    "6:4: expected text, not a list\n"
	    "9:6: expected a whole number of 0 or more, not "
	    "'99999999999999999999'\n");
#undef GET
	forget(&g);
}

static void
misspelt_words_are_suggested(void **state)
{
	static const char *const known[] = { "title", "access", "draft" };
	struct given g;
	size_t word;

	(void)state;
	read_text(&g, "acces: piad\ntitle: x\nweight: 1\n");
	assert_false(yaml_word(
	    &g.diag, yaml_get(g.root, STR("acces")), access_words, 3, &word));
	assert_false(yaml_known_keys(&g.diag, DIAG_ERROR, g.root, known, 3));
	expect_faults(__LINE__, &g,
	    "1:1: unknown key 'acces'\n"
	    "hint: did you mean access?\n"
	    "1:8: expected free, signed-in or paid, not 'piad'\n"
	    "hint: did you mean paid?\n"
	    "3:1: unknown key 'weight'\n"
	    "hint: known here: title, access, draft\n");
	forget(&g);
	read_text(&g, "draft: yes\n");
	assert_true(yaml_known_keys(&g.diag, DIAG_ERROR, g.root, known, 3));
	forget(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_are_read),
		cmocka_unit_test(what_is_not_allowed_is_placed),
		cmocka_unit_test(depth_and_size_are_bounded),
		cmocka_unit_test(places_count_in_the_whole_file),
		cmocka_unit_test(values_are_typed),
		cmocka_unit_test(misspelt_words_are_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
