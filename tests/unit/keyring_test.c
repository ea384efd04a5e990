#include "scratch.h"

#include "keyring.h"

#include <sys/stat.h>

static struct scratch scratch;
static char folder[300];

static int
set_up(void **state)
{
	(void)state;
	if (scratch_make(&scratch))
		return -1;
	snprintf(folder, sizeof folder, "%s/keys", scratch.path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static void
key_path(char path[600], const char *kid)
{
	snprintf(path, 600, "%s/%s.key", folder, kid);
}

static void
generated_keys_sign_and_are_nobodys_else(void **state)
{
	char kid[TOKEN_KID + 1], path[600];
	struct keyring ring;
	struct stat st;
	struct diag d;

	(void)state;
	diag_init(&d);
	assert_true(keyring_generate(folder, kid, &d));
	key_path(path, kid);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_true(keyring_read(folder, &ring, &d));
	assert_int_equal(ring.keys.count, 1);
	assert_string_equal(ring.signer.public_key.kid, kid);
	keyring_clear(&ring);
	for (size_t i = 0; i < sizeof ring; i++)
		assert_int_equal(((const unsigned char *)&ring)[i], 0);
	diag_clear(&d);
}

static void
the_newest_signs_and_all_verify(void **state)
{
	static const char *const files[] = {
		"pennygate-key-1 2026-03-01T12:00:00Z\n"
		"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"pennygate-key-1 2026-04-01T12:00:00Z\n"
		"CQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
	};
	unsigned char seeds[2][TOKEN_SEED_BYTES] = { { 1, 2, 3 }, { 9, 2, 3 } };
	struct token_signer signers[2];
	struct keyring ring;
	char path[600];
	struct diag d;

	(void)state;
	assert_true(file_remove_tree(AT_FDCWD, folder));
	for (size_t i = 0; i < 2; i++) {
		token_signer_from_seed(&signers[i], seeds[i]);
		key_path(path, signers[i].public_key.kid);
		assert_true(file_mkdirs(AT_FDCWD, folder));
		assert_true(
		    file_replace(AT_FDCWD, path, str_from(files[i]), 0600));
	}
	diag_init(&d);
	assert_true(keyring_read(folder, &ring, &d));
	assert_int_equal(ring.keys.count, 2);
	assert_string_equal(
	    ring.signer.public_key.kid, signers[1].public_key.kid);
	assert_string_equal(ring.keys.at[0].kid, signers[1].public_key.kid);
	assert_string_equal(ring.keys.at[1].kid, signers[0].public_key.kid);
	keyring_clear(&ring);
	diag_clear(&d);
}

static void
what_is_no_key_is_a_fault(void **state)
{
	static const struct {
		int line;
		const char *name, *text;
		unsigned mode;
		const char *want;
	} rows[] = {
		{ __LINE__, "a", "nonsense\n", 0600, "is not a signing key" },
		{ __LINE__, "a",
		    "pennygate-key-1 2026-03-01T12:00:00Z\n"
		    "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		    0600, "is not a signing key" },
		{ __LINE__, "a",
		    "pennygate-key-1 yesterday\n"
		    "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		    0600, "is not a signing key" },
		{ __LINE__, "a",
		    "pennygate-key-1 2026-03-01T12:00:00Z\n"
		    "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		    0600, "another key than its name" },
		{ __LINE__, "a", "x", 0640, "group or others" },
		{ __LINE__, "a", "x", 0604, "group or others" },
		{ __LINE__, "a", "", 0600, "is empty" },
	};
	struct keyring ring;
	char path[600];
	struct diag d;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_true(file_remove_tree(AT_FDCWD, folder));
		assert_true(file_mkdirs(AT_FDCWD, folder));
		key_path(path, rows[i].name);
		assert_true(file_replace(
		    AT_FDCWD, path, str_from(rows[i].text), rows[i].mode));
		assert_int_equal(chmod(path, rows[i].mode), 0);
		diag_init(&d);
		ROW_TRUE(rows[i].line, !keyring_read(folder, &ring, &d));
		row_fault(rows[i].line, &d, rows[i].want);
		diag_clear(&d);
	}
	assert_true(file_remove_tree(AT_FDCWD, folder));
	diag_init(&d);
	assert_false(keyring_read(folder, &ring, &d));
	assert_true(file_mkdirs(AT_FDCWD, folder));
	assert_false(keyring_read(folder, &ring, &d));
	row_fault(__LINE__, &d, "has no signing key");
	diag_clear(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_keys_sign_and_are_nobodys_else),
		cmocka_unit_test(the_newest_signs_and_all_verify),
		cmocka_unit_test(what_is_no_key_is_a_fault),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
