#include "../standin/keys.h"

#include "row.h"

#include "../standin/crypto.h"
#include "../standin/tree.h"
#include "json.h"

static const struct str address = { "POST /v1/refunds", 16 };

static enum mint_key_state
begin(struct mint_keys *k, const char *key, const char *where,
    const char *params, int64_t now)
{
	const struct mint_key *found;

	return mint_keys_begin(
	    k, str_from(key), str_from(where), str_from(params), now, &found);
}

static void
the_first_result_is_the_only_one(void **state)
{
	struct mint_keys *k = mint_keys_new();
	const struct mint_key *found = NULL;

	(void)state;
	assert_int_equal(
	    begin(k, "a", "POST /v1/refunds", "{}", 100), MINT_KEY_NEW);
	assert_int_equal(
	    begin(k, "a", "POST /v1/refunds", "{}", 100), MINT_KEY_BUSY);
	mint_keys_end(k, STR("a"), 500, STR("req_1"), STR("no"));
	mint_keys_end(k, STR("a"), 200, STR("req_2"), STR("yes"));
	assert_int_equal(
	    mint_keys_begin(k, STR("a"), address, STR("{}"), 101, &found),
	    MINT_KEY_DONE);
	assert_int_equal(found->status, 500);
	assert_string_equal(found->body, "no");
	assert_string_equal(found->request_id, "req_1");
	assert_int_equal(
	    begin(k, "a", "POST /v1/refunds", "{1}", 101), MINT_KEY_DIFFERENT);
	assert_int_equal(
	    begin(k, "a", "POST /v1/customers", "{}", 101), MINT_KEY_ELSEWHERE);
	assert_int_equal(
	    begin(k, "b", "POST /v1/refunds", "{}", 101), MINT_KEY_NEW);
	mint_keys_free(k);
}

static void
a_dropped_key_is_new(void **state)
{
	struct mint_keys *k = mint_keys_new();

	(void)state;
	assert_int_equal(begin(k, "a", "x", "{}", 0), MINT_KEY_NEW);
	mint_keys_drop(k, STR("a"));
	mint_keys_drop(k, STR("never"));
	assert_int_equal(begin(k, "a", "y", "{}", 0), MINT_KEY_NEW);
	mint_keys_free(k);
}

static void
a_day_is_the_end_of_it(void **state)
{
	struct mint_keys *k = mint_keys_new();

	(void)state;
	assert_int_equal(begin(k, "a", "x", "{}", 0), MINT_KEY_NEW);
	mint_keys_end(k, STR("a"), 200, STR("req_1"), STR("yes"));
	assert_int_equal(
	    begin(k, "a", "x", "{}", MINT_KEY_SECONDS - 1), MINT_KEY_DONE);
	assert_int_equal(
	    begin(k, "a", "x", "{}", MINT_KEY_SECONDS), MINT_KEY_NEW);
	assert_int_equal(
	    begin(k, "a", "x", "{}", 9 * MINT_KEY_SECONDS), MINT_KEY_BUSY);
	mint_keys_free(k);
}

static void
keys_are_written_and_read(void **state)
{
	struct mint_keys *k = mint_keys_new();
	const struct mint_key *found;
	struct json_error e;
	struct arena a;
	struct buf b;

	(void)state;
	assert_int_equal(begin(k, "done", "x", "{}", 7), MINT_KEY_NEW);
	mint_keys_end(k, STR("done"), 200, STR("req_1"), STR("{\"a\":\"\n\"}"));
	assert_int_equal(begin(k, "busy", "x", "{}", 7), MINT_KEY_NEW);
	arena_init(&a);
	buf_init(&b, 10000);
	buf_add_c(&b, '{');
	mint_keys_write(k, &b);
	buf_add_c(&b, '}');
	mint_keys_free(k);
	k = mint_keys_new();
	mint_keys_read(k, mint_look(json_read(&a, buf_str(&b), &e), "keys"));
	assert_int_equal(
	    mint_keys_begin(k, STR("done"), STR("x"), STR("{}"), 8, &found),
	    MINT_KEY_DONE);
	assert_string_equal(found->body, "{\"a\":\"\n\"}");
	assert_int_equal(begin(k, "busy", "x", "{}", 8), MINT_KEY_NEW);
	mint_keys_free(k);
	buf_clear(&b);
	arena_clear(&a);
}

/* Figures made by openssl(1): printf '1700000000.{}' |
 * openssl dgst -sha256 -hmac whsec_test. */
static void
signatures_are_hmacs(void **state)
{
	char mac[MINT_HMAC_TEXT + 1];

	(void)state;
	mint_sign(STR("whsec_test"), 1700000000, STR("{}"), mac);
	assert_string_equal(mac,
	    "35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91");
	assert_true(mint_same_secret(STR("a"), STR("a")));
	assert_false(mint_same_secret(STR("a"), STR("b")));
	assert_false(mint_same_secret(STR("a"), STR("aa")));
	assert_true(mint_same_secret(STR_NONE, STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_result_is_the_only_one),
		cmocka_unit_test(a_dropped_key_is_new),
		cmocka_unit_test(a_day_is_the_end_of_it),
		cmocka_unit_test(keys_are_written_and_read),
		cmocka_unit_test(signatures_are_hmacs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
