#include "../standin/form.h"

#include "row.h"

#include "json.h"

static void
forms_become_trees(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "", "{}" },
		{ __LINE__, "a=1", "{\"a\":\"1\"}" },
		{ __LINE__, "a", "{\"a\":\"\"}" },
		{ __LINE__, "a=1&a=2", "{\"a\":\"2\"}" },
		{ __LINE__, "&&a=b=c&", "{\"a\":\"b=c\"}" },
		{ __LINE__, "a+b=%2B+%26%3D", "{\"a b\":\"+ &=\"}" },
		{ __LINE__, "a[b][c]=1&a[b][d]=2&a[e]=",
		    "{\"a\":{\"b\":{\"c\":\"1\",\"d\":\"2\"},\"e\":\"\"}}" },
		{ __LINE__, "types[]=x&types[]=y",
		    "{\"types\":[\"x\",\"y\"]}" },
		{ __LINE__, "l[10]=b&l[9]=a",
		    "{\"l\":{\"10\":\"b\",\"9\":\"a\"}}" },
		{ __LINE__, "a%5Bb%5D=1", "{\"a\":{\"b\":\"1\"}}" },
		{ __LINE__, "m[%E4%B8%AD]=%f0%9f%98%80",
		    "{\"m\":{\"\xe4\xb8\xad\":\"\xf0\x9f\x98\x80\"}}" },
		{ __LINE__, "a[b][c][d][e][f][g][h][i][j]=1",
		    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":"
		    "{\"h\":{\"i\":{\"j\":\"1\"}}}}}}}}}}" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct arena a;
		struct buf b;
		const struct value *v;
		const char *why = "";

		arena_init(&a);
		buf_init(&b, 10000);
		v = mint_form_read(&a, str_from(rows[i].in), &why);
		if (!v)
			fail_msg("row at line %d: %s", rows[i].line, why);
		json_write(&b, v, false);
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_clear(&b);
		arena_clear(&a);
	}
}

static void
faults_are_refused(void **state)
{
	static const struct {
		int line;
		const char *in, *want;
	} rows[] = {
		{ __LINE__, "a=%", "it has a bad percent sequence" },
		{ __LINE__, "a=%zz", "it has a bad percent sequence" },
		{ __LINE__, "a=%00", "it has a bad percent sequence" },
		{ __LINE__, "%ff=1", "it is not UTF-8" },
		{ __LINE__, "=1",
		    "it has a parameter whose brackets do not match" },
		{ __LINE__, "[a]=1",
		    "it has a parameter whose brackets do not match" },
		{ __LINE__, "a[b=1",
		    "it has a parameter whose brackets do not match" },
		{ __LINE__, "a]=1",
		    "it has a parameter whose brackets do not match" },
		{ __LINE__, "a[b]c=1",
		    "it has a parameter whose brackets do not match" },
		{ __LINE__, "a[[b]]=1",
		    "it has a parameter whose brackets do not match" },
		{ __LINE__, "a=1&a[b]=2",
		    "a parameter is given in two shapes" },
		{ __LINE__, "a[b]=2&a=1",
		    "a parameter is given in two shapes" },
		{ __LINE__, "a[]=2&a[b]=1",
		    "a parameter is given in two shapes" },
		{ __LINE__, "a[b]=2&a[]=1",
		    "a parameter is given in two shapes" },
		{ __LINE__, "a[b][c][d][e][f][g][h][i][j][k]=1",
		    "its parameters are nested too deeply" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct arena a;
		const char *why = "";

		arena_init(&a);
		ROW_TRUE(rows[i].line,
		    !mint_form_read(&a, str_from(rows[i].in), &why));
		row_str(rows[i].line, str_from(why), rows[i].want);
		arena_clear(&a);
	}
}

static void
a_form_is_bounded(void **state)
{
	struct arena a;
	struct buf b;
	const char *why = "";

	(void)state;
	arena_init(&a);
	buf_init(&b, MINT_FORM_BYTES + 100);
	for (int i = 0; i < MINT_FORM_PAIRS; i++)
		buf_printf(&b, "k=%d&", i);
	assert_non_null(mint_form_read(&a, buf_str(&b), &why));
	buf_add_z(&b, "k=1");
	assert_null(mint_form_read(&a, buf_str(&b), &why));
	assert_string_equal(why, "it has too many parameters");
	while (b.len <= MINT_FORM_BYTES)
		buf_add_c(&b, 'x');
	assert_null(mint_form_read(&a, buf_str(&b), &why));
	assert_string_equal(why, "it is too long");
	buf_clear(&b);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_become_trees),
		cmocka_unit_test(faults_are_refused),
		cmocka_unit_test(a_form_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
