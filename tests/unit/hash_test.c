#include "hash.h"

#include "row.h"

/* From an independent implementation: Python's hashlib.blake2b(digest_size=20).
 */
static const struct {
	int line;
	const char *in, *want;
} rows[] = {
	{ __LINE__, "", "3345524abf6bbe1809449224b5972c41790b6cf2" },
	{ __LINE__, "abc", "384264f676f39536840523f284921cdc68b6846b" },
};

static void
known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct hash h;

		hash_of(str_from(rows[i].in), &h);
		row_str(rows[i].line, str_from(h.text), rows[i].want);
	}
}

static void
pieces_give_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct hash_state *state_of = hash_new();
		struct hash h;

		for (const char *p = rows[i].in; *p; p++)
			hash_add(state_of, str_of(p, 1));
		hash_add(state_of, STR_NONE);
		hash_end(state_of, &h);
		row_str(rows[i].line, str_from(h.text), rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(pieces_give_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
