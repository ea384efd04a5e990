#include "value.h"

#include "row.h"

static void
objects_keep_order_and_last_value(void **state)
{
	struct arena a;
	struct value *o;

	(void)state;
	arena_init(&a);
	o = value_object(&a);
	value_set_int(&a, o, STR("b"), 1);
	value_set_str(&a, o, STR("a"), STR("x"));
	value_set_bool(&a, o, STR("c"), true);
	value_set_html(&a, o, STR("b"), STR("<b>"));
	assert_int_equal(value_count(o), 3);
	row_str(__LINE__, o->u.object.at[0].key, "b");
	row_str(__LINE__, o->u.object.at[1].key, "a");
	assert_int_equal(value_get(o, STR("b"))->kind, VALUE_HTML);
	row_str(__LINE__, value_get_str(o, STR("b")), "<b>");
	assert_true(value_get_bool(o, STR("c")));
	assert_int_equal(value_get_int(o, STR("a"), -7), -7);
	assert_int_equal(value_get_int(o, STR("none"), -7), -7);
	assert_null(value_get(o, STR("ab")));
	row_str(__LINE__, value_get_str(o, STR("c")), "");
	arena_clear(&a);
}

static void
wrong_kinds_are_harmless(void **state)
{
	struct arena a;
	struct value *list;

	(void)state;
	arena_init(&a);
	list = value_list(&a);
	value_push(&a, list, value_null(&a));
	value_push(&a, list, value_real(&a, 1.5));
	assert_int_equal(value_count(list), 2);
	assert_non_null(value_at(list, 1));
	assert_null(value_at(list, 2));
	assert_null(value_at(value_object(&a), 0));
	assert_null(value_at(NULL, 0));
	assert_null(value_get(list, STR("a")));
	assert_null(value_get(NULL, STR("a")));
	assert_int_equal(value_count(value_null(&a)), 0);
	assert_int_equal(value_count(NULL), 0);
	arena_clear(&a);
}

static void
copied_strings_stand_alone(void **state)
{
	char text[] = "before";
	struct arena a;
	struct value *borrowed, *copied;

	(void)state;
	arena_init(&a);
	borrowed = value_str(&a, str_from(text));
	copied = value_strcpy(&a, str_from(text));
	text[0] = 'B';
	row_str(__LINE__, borrowed->u.str, "Before");
	row_str(__LINE__, copied->u.str, "before");
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_keep_order_and_last_value),
		cmocka_unit_test(wrong_kinds_are_harmless),
		cmocka_unit_test(copied_strings_stand_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
