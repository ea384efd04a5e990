/*
 * recommend_base_test.c - going on from a base gives what a fresh start gives,
 * whatever was changed, added and removed.
 */
#include "terms.h"

#include "row.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	TEXTS = 260,
	MOST = 8,
	ROUNDS = 40,
	WORDS = 60,
	LONGEST = 4000,
	SPREAD = 400, /* distinct words */
};

/* A text is its seed: equal seeds, equal texts. Numbered by place. */
struct shelf {
	uint64_t at[2 * TEXTS];
	size_t count;
};

static uint64_t dice;

static size_t
below(uint64_t *state, size_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(*state >> 33) % n;
}

/* Few words are frequent, and some are in Han. */
static void
write_text(struct buf *out, uint64_t seed)
{
	size_t words = WORDS / 2 + below(&seed, WORDS);

	buf_reset(out);
	buf_add_z(out, "# ");
	for (size_t i = 0; i < words; i++) {
		size_t w = below(&seed, 1 + below(&seed, SPREAD));

		if (i == 4)
			buf_add_z(out, "\n\n");
		if (w % 7 == 3) {
			buf_add_utf8(out, 0x4e00 + (uint32_t)w);
			buf_add_utf8(out, 0x5e00 + (uint32_t)(w / 9));
		} else {
			buf_printf(out, "%c%c%zu ", 'a' + (char)(w % 26),
			    'a' + (char)(w / 26 % 26), w);
		}
	}
}

static void
add(struct terms *t, struct buf *text, uint64_t seed)
{
	terms_begin(t); /* ends with what was borrowed before */
	write_text(text, seed);
	terms_add_body(t, buf_str(text), true);
}

static struct terms *
fresh(const struct shelf *s, struct buf *text)
{
	struct terms *t = terms_new();

	for (size_t i = 0; i < s->count; i++)
		add(t, text, s->at[i]);
	terms_close(t);
	return t;
}

static const struct similarity wish = { .most = MOST, .threads = 2 };

static void
save(const char *path, const struct terms *t)
{
	struct base_writer *w = base_begin(path, STR("test"));

	assert_non_null(w);
	terms_save(t, w);
	assert_true(base_end(w));
}

/* Some texts changed, some more, some fewer; which keep their place in the
 * order. */
static struct shelf
changed(const struct shelf *s, size_t changes, uint32_t from[2 * TEXTS])
{
	struct shelf now = { .count = 0 };

	for (size_t i = 0; i < s->count; i++) {
		bool hit = below(&dice, s->count) < changes;
		size_t how = hit ? below(&dice, 3) : 3;

		if (how == 1 || how == 0) {
			from[now.count] = UINT32_MAX;
			now.at[now.count++] = below(&dice, 1u << 30);
		}
		if (how == 1 || how == 3) {
			from[now.count] = (uint32_t)i;
			now.at[now.count++] = s->at[i];
		}
	}
	return now;
}

static struct terms *
gone_on(struct base *b, const struct shelf *now, const uint32_t *from,
    struct buf *text)
{
	size_t old = 0, next = 0;
	struct terms *t = terms_restore(b, &old);

	assert_non_null(t);
	for (size_t i = 0; i < now->count; i++) {
		if (from[i] == UINT32_MAX) {
			add(t, text, now->at[i]);
			continue;
		}
		while (next < from[i])
			terms_drop(t, next++);
		terms_keep(t, next++);
	}
	while (next < old)
		terms_drop(t, next++);
	terms_close(t);
	return t;
}

/* Rows of the base in today's numbers. */
static struct rows *
renumbered(struct arena *a, const struct rows *rows, const struct shelf *now,
    const uint32_t *from)
{
	struct rows *out = rows_new(a, now->count);
	uint32_t *place = ARENA_ARRAY(a, rows->count, uint32_t);

	for (size_t i = 0; i < rows->count; i++)
		place[i] = UINT32_MAX;
	for (size_t i = 0; i < now->count; i++) {
		if (from[i] != UINT32_MAX)
			place[from[i]] = (uint32_t)i;
	}
	for (size_t i = 0; i < now->count; i++) {
		struct scored list[MOST];
		struct row row;
		size_t n = 0;

		if (from[i] == UINT32_MAX)
			continue;
		row = rows->at[from[i]];
		while (n < row.count && place[row.at[n].item] != UINT32_MAX) {
			list[n] = (struct scored){ place[row.at[n].item],
				row.at[n].score };
			n++;
		}
		if (n == row.count && n)
			rows_set(out, a, i, list, n, MOST);
	}
	return out;
}

static void
expect_same(const struct rows *x, const struct rows *y)
{
	assert_int_equal(x->count, y->count);
	for (size_t i = 0; i < x->count; i++) {
		assert_int_equal(x->at[i].count, y->at[i].count);
		for (size_t k = 0; k < x->at[i].count; k++) {
			assert_int_equal(
			    x->at[i].at[k].item, y->at[i].at[k].item);
			assert_int_equal(
			    x->at[i].at[k].score, y->at[i].at[k].score);
		}
	}
}

static void
one_round(const char *path, size_t changes, struct buf *text, size_t *kept)
{
	struct shelf before = { .count = TEXTS - below(&dice, TEXTS / 2) }, now;
	uint32_t from[2 * TEXTS];
	struct terms *first, *again, *anew;
	struct rows *rows, *same, *renewed;
	struct arena a;
	struct base *b;

	arena_init(&a);
	for (size_t i = 0; i < before.count; i++)
		before.at[i] = below(&dice, 1u << 30);
	first = fresh(&before, text);
	rows = terms_rows(first, &a, &wish);
	save(path, first);
	terms_free(first);
	now = changed(&before, changes, from);
	b = base_open(path, STR("test"));
	assert_non_null(b);
	again = gone_on(b, &now, from, text);
	anew = fresh(&now, text);
	same = renumbered(&a, rows, &now, from);
	renewed = terms_rows_again(again, &a, &wish, same);
	expect_same(renewed, terms_rows(anew, &a, &wish));
	for (size_t i = 0; i < now.count; i++) {
		*kept += renewed->at[i].at == same->at[i].at;
		assert_true(
		    str_eq(terms_topics(again, i), terms_topics(anew, i)));
	}
	terms_free(again);
	terms_free(anew);
	base_close(b);
	arena_clear(&a);
}

static void
goes_on_as_from_nothing(void **state)
{
	struct scratch folder;
	char path[256];
	struct buf text;
	size_t kept = 0;

	(void)state;
	assert_int_equal(scratch_make(&folder), 0);
	snprintf(path, sizeof path, "%s/base", folder.path);
	buf_init(&text, LONGEST);
	for (dice = 1; dice < ROUNDS; dice += 1) {
		uint64_t seed = dice;

		one_round(path, seed % 9, &text, &kept);
		dice = seed;
	}
	/* else all was done anew each time, and nothing was shown */
	assert_in_range(kept, 500, SIZE_MAX);
	buf_clear(&text);
	scratch_remove(&folder);
}

/* A byte changed anywhere, or cut off, or of another program: none at all. */
static void
refuses_what_is_damaged(void **state)
{
	struct shelf s = { { 1, 2, 3 }, 3 };
	struct scratch folder;
	struct terms *t;
	struct base *b;
	char path[256], byte;
	struct buf text;
	off_t size;
	int fd;

	(void)state;
	assert_int_equal(scratch_make(&folder), 0);
	snprintf(path, sizeof path, "%s/base", folder.path);
	buf_init(&text, LONGEST);
	t = fresh(&s, &text);
	save(path, t);
	terms_free(t);
	b = base_open(path, STR("test"));
	assert_non_null(b);
	base_close(b);
	assert_null(base_open(path, STR("another")));
	fd = open(path, O_RDWR);
	size = lseek(fd, 0, SEEK_END);
	for (off_t i = 0; i < size; i += 1 + i / 16) {
		assert_int_equal(pread(fd, &byte, 1, i), 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
		assert_null(base_open(path, STR("test")));
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
	}
	assert_int_equal(ftruncate(fd, size - 8), 0);
	assert_null(base_open(path, STR("test")));
	assert_int_equal(ftruncate(fd, 3), 0);
	assert_null(base_open(path, STR("test")));
	close(fd);
	assert_null(base_open("/nowhere/base", STR("test")));
	assert_null(base_begin("/nowhere/base", STR("test")));
	buf_clear(&text);
	scratch_remove(&folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_as_from_nothing),
		cmocka_unit_test(refuses_what_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
