/*
 * exercises.c - Pointers without tears, all exercises in one file.
 *
 *	gcc -std=c11 -Wall -Wextra -g exercises.c -o exercises && ./exercises
 *
 * Fill in the functions below until every line says ok. The tests are at the
 * end; read them when a description leaves you in doubt, they are the exact
 * version of it. Then build once more with
 *
 *	-fsanitize=address,undefined -fno-sanitize-recover=all
 *
 * A line that said ok may well stop saying it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- A: arrays and decay -------------------------------------------------- */

/* The sum of a[0] to a[n - 1]. */
static long a1_sum(const int *a, size_t n)
{
	(void)a, (void)n;
	return -1;
}

/* Copies n elements into `to`, the last one first. Count downwards. */
static void a2_reverse(int *to, const int *from, size_t n)
{
	(void)to, (void)from, (void)n;
}

/* Where the second half of [first, end) begins; the first half is the shorter
 * one when they differ. No index, no count: two pointers in, one out. */
static const int *a3_middle(const int *first, const int *end)
{
	(void)end;
	return first;
}

/* ---- B: strings and views -------------------------------------------------- */

struct view {
	const char *at;
	size_t len;
};

/* `s` without the spaces, tabs and newlines at both ends. Copies nothing. */
static struct view b1_trim(struct view s)
{
	return s;
}

/* Cuts `line` at every `sep`. Writes at most `max` views and returns how many
 * parts there are in all, which may be more. "a::b" has three parts. */
static size_t b2_split(struct view line, char sep, struct view *out, size_t max)
{
	(void)line, (void)sep, (void)out, (void)max;
	return 0;
}

/* `word`, `times` times, into out[size], cut short when there is no room, and
 * terminated unless size is 0. Returns the length it would have had. */
static size_t b3_repeat(char *out, size_t size, const char *word, size_t times)
{
	(void)out, (void)size, (void)word, (void)times;
	return 0;
}

/* ---- C: the order you walk in ---------------------------------------------- */

/* Turns a square table on its side in place: [r][c] becomes [c][r]. */
static void c1_transpose(int *grid, size_t side)
{
	(void)grid, (void)side;
}

/* The same in tiles of 16 by 16. Mind a side that 16 does not divide. */
static void c2_transpose_tiled(int *grid, size_t side)
{
	(void)grid, (void)side;
}

/* ---- D: asking for memory -------------------------------------------------- */

struct ints {
	int *at;
	size_t count, room;
};

/* All bytes of `in` up to its end, with a zero behind them, given to the caller;
 * `len` gets their number. NULL on a read error or without memory. */
static char *d1_read_all(FILE *in, size_t *len)
{
	(void)in, (void)len;
	return NULL;
}

/* Removes element i and keeps the order. When no more than a quarter of the
 * room is used, and the room is over 16, halves it. */
static void d2_remove(struct ints *list, size_t i)
{
	(void)list, (void)i;
}

/*
 * d3: mend this without changing its signature or what its result means, then
 * say in one sentence why that cannot be done.
 *
 *	int *append(int *a, int n, int value)
 *	{
 *		a = realloc(a, (n + 1) * sizeof(int *));
 *		a[n] = value;
 *		return a;
 *	}
 */

/* ---- E: one fault in each; the tests pass all the same ---------------------- */

static int e1_best(const int *a, size_t n)
{
	int best = 0;

	for (size_t i = 0; i <= n; i++)
		if (a[i] > best)
			best = a[i];
	return best;
}

struct node {
	char name[24];
	struct node *next;
};

static struct node *e2_push(struct node *list, const char *name)
{
	struct node *n = calloc(1, sizeof *n);

	if (!n)
		return list;
	snprintf(n->name, sizeof n->name, "%s", name);
	n->next = list;
	return n;
}

static int e2_free(struct node *list)
{
	int freed = 0;

	for (struct node *n = list; n; n = n->next) {
		free(n);
		freed++;
	}
	return freed;
}

static char *e3_copy(const char *text)
{
	char *copy = malloc(strlen(text));

	if (copy)
		strcpy(copy, text);
	return copy;
}

static bool e4_same_letters(const char *one, const char *two)
{
	unsigned char *seen = calloc(256, 1);

	if (!seen)
		return false;
	for (; *one; one++)
		seen[(unsigned char)*one]++;
	for (; *two; two++)
		if (seen[(unsigned char)*two]-- == 0)
			return false;
	for (int c = 0; c < 256; c++)
		if (seen[c] != 0) {
			free(seen);
			return false;
		}
	free(seen);
	return true;
}

static uint32_t e5_bit(int n)
{
	return (uint32_t)(1 << n);
}

/* ---- the tests -------------------------------------------------------------- */

static bool is(struct view v, const char *want)
{
	return v.len == strlen(want) && memcmp(v.at, want, v.len) == 0;
}

static struct view view(const char *s)
{
	return (struct view){ s, strlen(s) };
}

static bool test_a1(void)
{
	const int a[] = { 3, 1, 4, 1, 5, 2000000000, 2000000000 };

	return a1_sum(a, 5) == 14 && a1_sum(a, 0) == 0 &&
	    (sizeof(long) == 4 || a1_sum(a, 7) == 4000000014);
}

static bool test_a2(void)
{
	const int from[] = { 1, 2, 3 };
	int to[] = { 7, 7, 7, 7 };

	a2_reverse(to, from, 0);
	if (to[0] != 7)
		return false;
	a2_reverse(to, from, 3);
	return to[0] == 3 && to[1] == 2 && to[2] == 1 && to[3] == 7;
}

static bool test_a3(void)
{
	const int a[] = { 0, 1, 2, 3, 4 };

	return a3_middle(a, a + 5) == a + 2 && a3_middle(a, a + 4) == a + 2 &&
	    a3_middle(a + 3, a + 3) == a + 3;
}

static bool test_b1(void)
{
	return is(b1_trim(view(" \t key \n")), "key") &&
	    is(b1_trim(view("  ")), "") && is(b1_trim(view("")), "") &&
	    is(b1_trim(view("a b")), "a b");
}

static bool test_b2(void)
{
	struct view part[3] = { { "", 0 }, { "", 0 }, { "", 0 } };

	return b2_split(view("a::b"), ':', part, 3) == 3 && is(part[0], "a") &&
	    is(part[1], "") && is(part[2], "b") &&
	    b2_split(view(""), ':', part, 3) == 1 && is(part[0], "") &&
	    b2_split(view("1,2,3,4"), ',', part, 2) == 4 && is(part[1], "2") &&
	    is(part[2], "b");
}

static bool test_b3(void)
{
	char whole[16] = "hohoho", out[16];

	for (size_t size = 0; size < 10; size++) {
		size_t fits = size == 0 ? 0 : size - 1 < 6 ? size - 1 : 6;

		memset(out, '#', sizeof out);
		if (b3_repeat(out, size, "ho", 3) != 6)
			return false;
		if (memcmp(out, whole, fits) != 0 || out[size] != '#')
			return false;
		if (size > 0 && out[fits] != '\0')
			return false;
	}
	return true;
}

static bool transposes(void (*turn)(int *, size_t), size_t side)
{
	int *grid = malloc(side * side * sizeof *grid);
	bool ok = grid != NULL;

	for (size_t i = 0; ok && i < side * side; i++)
		grid[i] = (int)i;
	if (ok)
		turn(grid, side);
	for (size_t r = 0; ok && r < side; r++)
		for (size_t c = 0; ok && c < side; c++)
			ok = grid[r * side + c] == (int)(c * side + r);
	free(grid);
	return ok;
}

static bool test_c1(void)
{
	return transposes(c1_transpose, 2) && transposes(c1_transpose, 33);
}

static bool test_c2(void)
{
	return transposes(c2_transpose_tiled, 32) &&
	    transposes(c2_transpose_tiled, 37) &&
	    transposes(c2_transpose_tiled, 5);
}

static bool test_d1(void)
{
	FILE *f = tmpfile();
	size_t len = 0;
	bool ok = false;

	if (!f)
		return false;
	for (int i = 0; i < 100000; i++)
		fputc(i % 251, f);
	rewind(f);
	char *all = d1_read_all(f, &len);
	ok = all && len == 100000 && all[len] == '\0';
	for (size_t i = 0; ok && i < len; i++)
		ok = (unsigned char)all[i] == i % 251;
	free(all);
	fclose(f);
	return ok;
}

static bool test_d2(void)
{
	struct ints list = { malloc(64 * sizeof(int)), 18, 64 };
	bool ok = list.at != NULL;

	for (size_t i = 0; ok && i < list.count; i++)
		list.at[i] = (int)i;
	if (ok) {
		d2_remove(&list, 0);
		ok = list.count == 17 && list.at[0] == 1 && list.room == 64;
	}
	if (ok) {
		d2_remove(&list, 16);
		ok = list.count == 16 && list.at[15] == 16 && list.room == 32;
	}
	free(list.at);
	return ok;
}

static bool test_e1(void)
{
	int *a = calloc(5, sizeof *a);
	bool ok = a != NULL;

	if (ok) {
		a[3] = 9;
		ok = e1_best(a, 5) == 9;
	}
	free(a);
	return ok;
}

static bool test_e2(void)
{
	struct node *list = NULL;

	list = e2_push(list, "one");
	list = e2_push(list, "two");
	return e2_free(list) == 2;
}

static bool test_e3(void)
{
	char *copy = e3_copy("a name of twenty-three.");
	bool ok = copy && strcmp(copy, "a name of twenty-three.") == 0;

	free(copy);
	return ok;
}

static bool test_e4(void)
{
	return e4_same_letters("listen", "silent") &&
	    !e4_same_letters("tree", "trees") &&
	    !e4_same_letters("trees", "tree");
}

static bool test_e5(void)
{
	return e5_bit(0) == 1 && e5_bit(31) == UINT32_C(0x80000000);
}

int main(void)
{
	static const struct {
		const char *name;
		bool (*passes)(void);
	} tests[] = {
		{ "a1", test_a1 }, { "a2", test_a2 }, { "a3", test_a3 },
		{ "b1", test_b1 }, { "b2", test_b2 }, { "b3", test_b3 },
		{ "c1", test_c1 }, { "c2", test_c2 }, { "d1", test_d1 },
		{ "d2", test_d2 }, { "e1", test_e1 }, { "e2", test_e2 },
		{ "e3", test_e3 }, { "e4", test_e4 }, { "e5", test_e5 },
	};
	int open = 0;

	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
		bool ok = tests[i].passes();

		printf("%s %s\n", tests[i].name, ok ? "ok" : "not yet");
		fflush(stdout);
		open += !ok;
	}
	return open > 0;
}
