#include "memo.h"

#include "pack.h"
#include "row.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct memo_key
key_of(const char *text)
{
	struct memo_key key;

	memo_key_of(&key, str_from(text));
	return key;
}

static bool
has(struct memo *m, const char *key, const char *value)
{
	struct memo_key k = key_of(key);
	struct str found;

	if (!memo_get(m, &k, &found))
		return value == NULL;
	return value && str_eq_z(found, value);
}

static void
put(struct memo *m, const char *key, const char *value)
{
	struct memo_key k = key_of(key);

	memo_put(m, &k, str_from(value));
}

static void
path_in(const struct scratch *folder, char path[256])
{
	snprintf(path, 256, "%s/memo", folder->path);
}

static void
keeps_what_is_used(void **state)
{
	struct scratch folder;
	struct memo *m;
	char path[256];

	(void)state;
	assert_int_equal(scratch_make(&folder), 0);
	path_in(&folder, path);
	m = memo_open(path, STR("one"));
	assert_true(has(m, "a", NULL));
	put(m, "a", "first");
	put(m, "a", "second");
	put(m, "empty", "");
	for (int i = 0; i < 5000; i++) {
		char name[16];

		snprintf(name, sizeof name, "k%d", i);
		put(m, name, name);
	}
	assert_true(memo_save(m, path));
	memo_free(m);
	m = memo_open(path, STR("one"));
	assert_true(has(m, "a", "second"));
	assert_true(has(m, "empty", ""));
	assert_true(has(m, "k4999", "k4999"));
	assert_true(memo_save(m, path));
	memo_free(m);
	/* what nobody asked for is gone */
	m = memo_open(path, STR("one"));
	assert_true(has(m, "k4999", "k4999"));
	assert_true(has(m, "k4998", NULL));
	memo_free(m);
	m = memo_open(path, STR("another program"));
	assert_true(has(m, "a", NULL));
	memo_free(m);
	scratch_remove(&folder);
}

/* Whatever byte is changed, and wherever it is cut: all of it or nothing. */
static void
refuses_what_is_damaged(void **state)
{
	struct scratch folder;
	char path[256], bytes[512];
	struct memo *m;
	ssize_t size;
	int fd;

	(void)state;
	assert_int_equal(scratch_make(&folder), 0);
	path_in(&folder, path);
	m = memo_open(path, STR("s"));
	put(m, "a", "first");
	put(m, "b", "second");
	assert_true(memo_save(m, path));
	memo_free(m);
	fd = open(path, O_RDWR);
	size = read(fd, bytes, sizeof bytes);
	assert_in_range(size, 60, sizeof bytes - 1);
	for (ssize_t i = 0; i < size; i++) {
		char wrong = (char)(bytes[i] ^ 1);

		assert_int_equal(pwrite(fd, &wrong, 1, i), 1);
		m = memo_open(path, STR("s"));
		assert_true(has(m, "a", NULL) && has(m, "b", NULL));
		memo_free(m);
		assert_int_equal(pwrite(fd, &bytes[i], 1, i), 1);
	}
	for (ssize_t i = size - 1; i >= 0; i -= 7) {
		assert_int_equal(ftruncate(fd, i), 0);
		m = memo_open(path, STR("s"));
		assert_true(has(m, "a", NULL));
		memo_free(m);
	}
	close(fd);
	scratch_remove(&folder);
}

static void
unpacks_only_what_is_there(void **state)
{
	struct unpack u;
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	pack_u64(&b, 7);
	pack_str(&b, STR("text"));
	pack_str(&b, STR_NONE);
	u = (struct unpack){ .in = buf_str(&b) };
	assert_int_equal(unpack_u64(&u), 7);
	assert_true(str_eq_z(unpack_str(&u), "text"));
	assert_false(unpack_done(&u));
	assert_int_equal(unpack_str(&u).len, 0);
	assert_true(unpack_done(&u));
	assert_int_equal(unpack_u64(&u), 0);
	assert_false(unpack_done(&u));
	buf_reset(&b);
	pack_u64(&b, UINT64_MAX); /* a length beyond all */
	u = (struct unpack){ .in = buf_str(&b) };
	assert_int_equal(unpack_str(&u).len, 0);
	assert_true(u.bad);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_is_used),
		cmocka_unit_test(refuses_what_is_damaged),
		cmocka_unit_test(unpacks_only_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
