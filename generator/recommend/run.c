#include "run.h"

enum { HEADS = 512 };

/* No scalar is as great: a byte that is no part of one. */
#define NO_SCALAR UINT32_C(0x80000000)

struct pair {
	uint64_t both;
	uint16_t next; /* number + 1 of another one of this head */
	uint16_t run;
};

struct run_index {
	uint16_t heads[HEADS]; /* number + 1 */
	struct pair pairs[]; /* of characters */
};

/* The character at `*at`, which moves behind it. */
static uint32_t
next_character(struct str text, size_t *at)
{
	size_t from = *at;
	uint32_t scalar = str_utf8_next(text, at);

	if (scalar == 0xfffd && *at == from + 1)
		return NO_SCALAR | (unsigned char)text.ptr[from];
	return scalar;
}

void
run_init(struct run *r, struct str text)
{
	size_t at = 0, n = 0;

	r->text = text;
	while (at < text.len && n < RUN_CHARACTERS) {
		r->from[n] = (uint8_t)at;
		r->at[n++] = next_character(text, &at);
	}
	r->from[n] = (uint8_t)at;
	r->count = (uint8_t)n;
}

struct str
run_part(const struct run *r, size_t from, size_t count)
{
	return str_sub(r->text, r->from[from],
	    (size_t)(r->from[from + count] - r->from[from]));
}

size_t
run_common(const struct run *a, const struct run *b, size_t *from)
{
	/* how far both agree from here and that character of `b` on */
	uint8_t agree[RUN_CHARACTERS + 1] = { 0 };
	size_t longest = 0;

	for (size_t i = a->count; i-- > 0;) {
		for (size_t k = 0; k < b->count; k++) {
			agree[k] = a->at[i] == b->at[k]
			    ? (uint8_t)(agree[k + 1] + 1)
			    : 0;
			if (agree[k] && agree[k] >= longest) {
				longest = agree[k];
				*from = i;
			}
		}
	}
	return longest;
}

static uint64_t
pair_of(const struct run *r, size_t i)
{
	return (uint64_t)r->at[i] << 32 | r->at[i + 1];
}

static size_t
head_of(uint64_t both)
{
	return (size_t)((both * UINT64_C(0x9e3779b97f4a7c15)) >> 40) % HEADS;
}

struct run_index *
run_index_new(struct arena *a, const struct run *runs, size_t count)
{
	struct run_index *x;
	size_t pairs = 0;
	uint16_t n = 0;

	for (size_t i = 0; i < count; i++)
		pairs += runs[i].count;
	x = arena_alloc(a, sizeof *x + pairs * sizeof *x->pairs);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k + 1 < runs[i].count; k++) {
			uint64_t both = pair_of(&runs[i], k);
			uint16_t *head = &x->heads[head_of(both)];

			x->pairs[n] = (struct pair){ both, *head, (uint16_t)i };
			*head = ++n;
		}
	}
	return x;
}

struct run_set
run_index_find(const struct run_index *x, const struct run *r)
{
	struct run_set set = { 0 };

	for (size_t i = 0; i + 1 < r->count; i++) {
		uint64_t both = pair_of(r, i);
		uint16_t n = x->heads[head_of(both)];

		for (; n; n = x->pairs[n - 1].next) {
			const struct pair *p = &x->pairs[n - 1];

			if (p->both == both)
				set.bits[p->run / 64] |= UINT64_C(1)
				    << p->run % 64;
		}
	}
	return set;
}
