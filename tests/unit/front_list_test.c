/*
 * The reader's own list: sums of rows, what is left out, and the order.
 */
#include "list.h"
#include "row.h"

#include "log.h"
#include "site_fixture.h"

static char top[64];
static struct arena arena;
static struct release *release;

enum { NOW = 1800000000 };

static int
setup(void **state)
{
	char link[RELEASE_LINK], error[RELEASE_ERROR];
	struct manifest m;
	int site;

	(void)state;
	log_open("pennygate[test]");
	arena_init(&arena);
	site_manifest(&arena, &m);
	if (!site_folder(top) || !site_publish(top, "0000000000000001", &m))
		return -1;
	site = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	release =
	    release_link(site, link) ? release_open(site, link, error) : NULL;
	close(site);
	return release ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	release_unref(release);
	arena_clear(&arena);
	return file_remove_tree(AT_FDCWD, top) ? 0 : -1;
}

/* "a b-" becomes claims of a, and of b that has ended. */
static void
own(struct token_claims *c, const char *products)
{
	struct str rest = str_from(products), one;

	c->count = 0;
	while (str_split(&rest, ' ', &one)) {
		struct token_product *p = &c->products[c->count++];
		bool over = str_ends(one, STR("-"));

		one.len -= over;
		snprintf(p->id, sizeof(p->id), "%.*s", STR_ARG(one));
		p->expires = over ? NOW : 0;
	}
}

/* "b<a c<a": what is in the list, and because of which. */
static struct str
listed(const struct token_claims *c, const char *lang, const char *finished)
{
	const struct list_reader reader = { c, NOW, str_from(lang),
		str_from(finished) };
	struct list_entry out[LIST_MOST];
	size_t count = list_make(&arena, release, &reader, out);
	struct str all = STR_NONE;

	for (size_t i = 0; i < count; i++)
		all = arena_printf(&arena, "%.*s%s%.*s<%.*s", STR_ARG(all),
		    i ? " " : "", STR_ARG(out[i].course->id),
		    STR_ARG(out[i].because->id));
	return all;
}

static void
lists(void **state)
{
	static const struct {
		int line;
		const char *products, *lang, *finished, *want;
	} rows[] = {
		{ __LINE__, "a", "en", "", "b<a c<a d<a e<a" },
		{ __LINE__, "a", "zh", "", "e<a b<a c<a d<a" },
		/* 500 of a and 300 of b. */
		{ __LINE__, "a b", "en", "", "c<a d<a e<a" },
		{ __LINE__, "b a", "en", "", "c<a d<a e<a" },
		{ __LINE__, "b", "en", "", "c<b a<b" },
		{ __LINE__, "b a-", "en", "", "c<b a<b" },
		{ __LINE__, "a-", "en", "", "" },
		{ __LINE__, "", "en", "b", "c<b a<b" },
		{ __LINE__, "b", "en", "b", "c<b a<b" },
		{ __LINE__, "a b c d", "en", "", "e<a" },
		{ __LINE__, "a b c d e", "en", "", "" },
		{ __LINE__, "d", "en", "", "" },
		{ __LINE__, "gone", "en", "gone", "" },
		{ __LINE__, "c", "en", "", "b<c" },
	};
	struct token_claims c;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		own(&c, rows[i].products);
		row_str(rows[i].line,
		    listed(&c, rows[i].lang, rows[i].finished), rows[i].want);
	}
	row_str(__LINE__, listed(NULL, "en", ""), "");
	row_str(__LINE__, listed(NULL, "en", "c"), "b<c");
}

static void
as_many_products_as_a_token_holds(void **state)
{
	struct token_claims c = { .count = LIMIT_TOKEN_PRODUCTS };

	(void)state;
	for (size_t i = 0; i < c.count; i++)
		snprintf(c.products[i].id, sizeof(c.products[i].id), "a");
	row_str(__LINE__, listed(&c, "en", "b"), "c<a d<a e<a");
}

static void
courses_are_found_by_id(void **state)
{
	const struct manifest *m = release_manifest(release);

	(void)state;
	for (size_t i = 0; i < m->courses.count; i++)
		assert_ptr_equal(release_course(release, m->courses.at[i].id),
		    &m->courses.at[i]);
	assert_null(release_course(release, STR("f")));
	assert_null(release_course(release, STR_NONE));
	assert_ptr_equal(
	    release_product(release, STR("a")), &m->products.at[0]);
	assert_null(release_offer(release, STR("b")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(as_many_products_as_a_token_holds),
		cmocka_unit_test(courses_are_found_by_id),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
