#include "diag.h"

#include "row.h"

#include "limits.h"

#include <stdlib.h>
#include <string.h>

static void
print(const struct diag *d, const char *prefix, char **text)
{
	size_t len = 0;
	FILE *out = open_memstream(text, &len);

	assert_non_null(out);
	diag_print(d, out, prefix);
	fclose(out);
}

static void
expect(int line, struct diag *d, const char *prefix, const char *want)
{
	char *text = NULL;

	print(d, prefix, &text);
	row_str(line, str_from(text), want);
	free(text);
	diag_clear(d);
}

static struct where
at_word(const char *path, const char *text, const char *word)
{
	struct str s = str_from(text);
	size_t at = str_search(s, str_from(word));

	assert_true(at < s.len);
	return where_at(str_from(path), s, at, strlen(word));
}

static void
a_fault_has_place_excerpt_and_hint(void **state)
{
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_add(&d, DIAG_ERROR,
	    at_word("a/03-arrays.md",
		"one\nSee [allocating](05-aloc.md) for more.\r\nthree",
		"05-aloc.md"),
	    "did you mean 05-alloc.md?", "no such lesson: %s", "05-aloc.md");
	assert_int_equal(d.errors, 1);
	expect(__LINE__, &d, "remote: ",
	    "remote: error: a/03-arrays.md:2:18: no such lesson: 05-aloc.md\n"
	    "remote:      2 | See [allocating](05-aloc.md) for more.\n"
	    "remote:        |                  ^^^^^^^^^^\n"
	    "remote: hint: did you mean 05-alloc.md?\n");
}

static void
the_underline_counts_columns(void **state)
{
	static const struct {
		int line;
		const char *text, *word, *want;
	} rows[] = {
		{ __LINE__, "\xe4\xb8\xad\xe6\x96\x87 x", "x",
		    "error: p:1:8: m\n"
		    "     1 | \xe4\xb8\xad\xe6\x96\x87 x\n"
		    "       |      ^\n" },
		{ __LINE__, "\xe4\xb8\xad\xe6\x96\x87 x", "\xe6\x96\x87",
		    "error: p:1:4: m\n"
		    "     1 | \xe4\xb8\xad\xe6\x96\x87 x\n"
		    "       |   ^^\n" },
		{ __LINE__, "a\tb", "b",
		    "error: p:1:3: m\n"
		    "     1 | a       b\n"
		    "       |         ^\n" },
		{ __LINE__, "\tab", "a",
		    "error: p:1:2: m\n"
		    "     1 |         ab\n"
		    "       |         ^\n" },
		{ __LINE__, "e\xcc\x81x", "x",
		    "error: p:1:4: m\n"
		    "     1 | e\xcc\x81x\n"
		    "       |  ^\n" },
		{ __LINE__, "a\x1b[31mb", "b",
		    "error: p:1:7: m\n"
		    "     1 | a\\x1b[31mb\n"
		    "       |          ^\n" },
		{ __LINE__,
		    "a\xe2\x80\xae"
		    "b",
		    "b",
		    "error: p:1:5: m\n"
		    "     1 | a\\u{202e}b\n"
		    "       |          ^\n" },
		{ __LINE__, "\xff z", "z",
		    "error: p:1:3: m\n"
		    "     1 | \\xff z\n"
		    "       |      ^\n" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct diag d;

		diag_init(&d);
		diag_add(&d, DIAG_ERROR,
		    at_word("p", rows[i].text, rows[i].word), NULL, "m");
		expect(rows[i].line, &d, NULL, rows[i].want);
	}
}

static void
what_is_not_known_is_left_out(void **state)
{
	struct where where = { .path = STR("p") };
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_add(&d, DIAG_WARNING, (struct where){ 0 }, NULL, "nowhere");
	diag_add(&d, DIAG_ERROR, where, NULL, "file");
	where.line = 7;
	diag_add(&d, DIAG_ERROR, where, NULL, "line");
	where.text = STR("only one line");
	where.line = 9;
	where.column = 3;
	where.length = 5;
	diag_add(&d, DIAG_ERROR, where, NULL, "beyond");
	expect(__LINE__, &d, "",
	    "warning: nowhere\n"
	    "error: p: file\n"
	    "error: p:7: line\n"
	    "error: p:9:3: beyond\n");
}

static void
faults_are_sorted_and_shown_once(void **state)
{
	static const struct {
		const char *path;
		unsigned line, column;
		const char *message;
	} faults[] = { { "b", 1, 1, "5" }, { "a", 10, 1, "4" },
		{ "a", 9, 2, "3" }, { "a", 9, 2, "3" }, { "a", 9, 1, "2" },
		{ "A", 99, 99, "1" } };
	struct diag d;

	(void)state;
	diag_init(&d);
	for (size_t i = 0; i < ROWS(faults); i++) {
		struct where where = { .path = str_from(faults[i].path),
			.line = faults[i].line,
			.column = faults[i].column };

		diag_add(&d, DIAG_ERROR, where, NULL, "%s", faults[i].message);
	}
	assert_int_equal(d.errors, 5);
	expect(__LINE__, &d, NULL,
	    "error: A:99:99: 1\nerror: a:9:1: 2\nerror: a:9:2: 3\n"
	    "error: a:10:1: 4\nerror: b:1:1: 5\n");
}

static void
messages_cannot_forge_lines(void **state)
{
	struct diag d;

	(void)state;
	diag_init(&d);
	diag_add(&d, DIAG_ERROR, (struct where){ .path = STR("a\nb") }, "h\n",
	    "x\r\nerror: y\x1b[2J");
	expect(__LINE__, &d, NULL,
	    "error: a\\nb: x\\r\\nerror: y\\x1b[2J\nhint: h\\n\n");
}

static void
long_lines_are_clipped_around_the_fault(void **state)
{
	char *line = calloc(1, 200001), *text = NULL, *excerpt, *marks;
	static const size_t places[] = { 0, 50, 96, 97, 98, 150, 3000, 199995 };

	(void)state;
	for (size_t i = 0; i < ROWS(places); i++) {
		struct diag d;

		memset(line, 'x', 200000);
		memcpy(line + places[i], "FAULT", 5);
		diag_init(&d);
		diag_add(
		    &d, DIAG_ERROR, at_word("p", line, "FAULT"), NULL, "m");
		print(&d, NULL, &text);
		excerpt = strchr(text, '\n') + 1;
		marks = strchr(excerpt, '\n') + 1;
		assert_true((size_t)(marks - excerpt) <= 9 + 100 + 1);
		assert_non_null(strchr(marks, '^'));
		assert_memory_equal(
		    excerpt + (strchr(marks, '^') - marks), "FAULT", 2);
		free(text);
		diag_clear(&d);
	}
	free(line);
}

static void
too_many_are_counted_and_errors_win(void **state)
{
	struct diag d;
	char *text = NULL;

	(void)state;
	diag_init(&d);
	for (unsigned i = 0; i < LIMIT_DIAGNOSTICS + 10; i++)
		diag_add(&d, DIAG_WARNING, (struct where){ .line = i }, NULL,
		    "w%u", i);
	diag_add(&d, DIAG_ERROR, (struct where){ 0 }, NULL, "the error");
	assert_int_equal(d.warnings, LIMIT_DIAGNOSTICS + 10);
	assert_int_equal(d.errors, 1);
	assert_int_equal(d.dropped, 11);
	print(&d, NULL, &text);
	assert_non_null(strstr(text, "error: the error\n"));
	assert_non_null(strstr(text, "\nand 11 more\n"));
	free(text);
	diag_clear(&d);
}

static void
collections_merge(void **state)
{
	struct diag one, two;

	(void)state;
	diag_init(&one);
	diag_init(&two);
	diag_add(&one, DIAG_ERROR, at_word("p", "ab c", "ab"), "h", "same");
	diag_add(&two, DIAG_ERROR, at_word("p", "ab c", "ab"), "h", "same");
	diag_add(&two, DIAG_WARNING, at_word("p", "ab c", "c"), NULL, "new");
	diag_merge(&one, &two);
	diag_clear(&two);
	assert_int_equal(one.errors, 1);
	assert_int_equal(one.warnings, 1);
	expect(__LINE__, &one, NULL,
	    "error: p:1:1: same\n     1 | ab c\n       | ^^\nhint: h\n"
	    "warning: p:1:4: new\n     1 | ab c\n       |    ^\n");
}

static void
near_words_are_suggested(void **state)
{
	static const struct str words[] = { { "access", 6 }, { "authors", 7 },
		{ "draft", 5 }, { "id", 2 } };
	static const struct {
		int line;
		const char *word, *want;
	} rows[] = {
		{ __LINE__, "acces", "access" },
		{ __LINE__, "acess", "access" },
		{ __LINE__, "Draft", "draft" },
		{ __LINE__, "darft", "draft" },
		{ __LINE__, "author", "authors" },
		{ __LINE__, "price", "" },
		{ __LINE__, "xy", "" },
		{ __LINE__, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		row_str(rows[i].line,
		    diag_nearest(str_from(rows[i].word), words, ROWS(words)),
		    rows[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_has_place_excerpt_and_hint),
		cmocka_unit_test(the_underline_counts_columns),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(faults_are_sorted_and_shown_once),
		cmocka_unit_test(messages_cannot_forge_lines),
		cmocka_unit_test(long_lines_are_clipped_around_the_fault),
		cmocka_unit_test(too_many_are_counted_and_errors_win),
		cmocka_unit_test(collections_merge),
		cmocka_unit_test(near_words_are_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
