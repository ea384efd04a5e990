#include "list.h"

enum { OWNED_MOST = LIMIT_TOKEN_PRODUCTS + 1 };

/* What is known of one course. */
struct sum {
	uint32_t course; /* in the manifest's list */
	uint32_t because;
	int32_t most; /* what `because` says */
	bool owned;
	int64_t total;
};

struct sums {
	const struct manifest *manifest;
	struct sum *at;
	size_t count;
	uint32_t *slots; /* sum + 1; 0: free */
	size_t mask;
};

static struct sum *
sum_of(struct sums *s, uint32_t course)
{
	size_t i = (course * UINT32_C(2654435761) >> 7) & s->mask;

	while (s->slots[i] && s->at[s->slots[i] - 1].course != course)
		i = (i + 1) & s->mask;
	if (!s->slots[i]) {
		s->at[s->count] = (struct sum){ .course = course };
		s->slots[i] = (uint32_t)++s->count;
	}
	return &s->at[s->slots[i] - 1];
}

static size_t
courses_of(const struct release *r, const struct list_reader *reader,
    const struct manifest_course *owned[OWNED_MOST])
{
	const struct token_claims *c = reader->claims;
	size_t count = 0;

	for (size_t i = 0; c && i < c->count; i++) {
		const struct token_product *p = &c->products[i];
		const struct manifest_course *course =
		    !p->expires || p->expires > reader->now
		    ? release_course(r, str_from(p->id))
		    : NULL;

		if (course)
			owned[count++] = course;
	}
	owned[count] = release_course(r, reader->finished);
	return count + (owned[count] != NULL);
}

static const struct manifest_course *
course_of(const struct sums *s, uint32_t course)
{
	return &s->manifest->courses.at[course];
}

/* A course that is there twice, bought and read to its end, counts once. */
static void
add_row(struct sums *s, uint32_t owned)
{
	const struct manifest_course *from = course_of(s, owned);
	struct sum *own = sum_of(s, owned);

	if (own->owned)
		return;
	own->owned = true;
	for (size_t i = 0; i < from->row.count; i++) {
		const struct manifest_score *one = &from->row.at[i];
		struct sum *sum = sum_of(s, one->course);

		sum->total += one->score;
		if (one->score > sum->most ||
		    (one->score == sum->most &&
			str_cmp(from->url, course_of(s, sum->because)->url) <
			    0)) {
			sum->most = one->score;
			sum->because = owned;
		}
	}
}

static bool
is_before(const struct sums *s, struct str lang, const struct sum *a,
    const struct sum *b)
{
	const struct manifest_course *one = course_of(s, a->course);
	const struct manifest_course *other = course_of(s, b->course);
	bool same = str_eq(one->lang, lang);

	if (same != str_eq(other->lang, lang))
		return same;
	if (a->total != b->total)
		return a->total > b->total;
	return str_cmp(one->url, other->url) < 0;
}

static size_t
best_of(
    const struct sums *s, struct str lang, const struct sum *best[LIST_MOST])
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct sum *one = &s->at[i];
		size_t at = count;

		if (one->owned)
			continue;
		while (at && is_before(s, lang, one, best[at - 1]))
			at--;
		if (at == LIST_MOST)
			continue;
		count += count < LIST_MOST;
		for (size_t k = count - 1; k > at; k--)
			best[k] = best[k - 1];
		best[at] = one;
	}
	return count;
}

static void
sums_init(struct sums *s, struct arena *a, const struct manifest *m,
    const struct manifest_course *const *owned, size_t count)
{
	size_t most = count, slots = 16;

	for (size_t i = 0; i < count; i++)
		most += owned[i]->row.count;
	while (slots < 2 * most)
		slots *= 2;
	s->manifest = m;
	s->at = ARENA_ARRAY(a, most + 1, struct sum);
	s->count = 0;
	s->slots = ARENA_ARRAY(a, slots, uint32_t);
	s->mask = slots - 1;
}

size_t
list_make(struct arena *a, const struct release *r,
    const struct list_reader *reader, struct list_entry out[LIST_MOST])
{
	const struct manifest *m = release_manifest(r);
	const struct manifest_course *owned[OWNED_MOST];
	size_t count = courses_of(r, reader, owned);
	const struct sum *best[LIST_MOST];
	struct sums sums;

	if (!count)
		return 0;
	sums_init(&sums, a, m, owned, count);
	for (size_t i = 0; i < count; i++)
		add_row(&sums, (uint32_t)(owned[i] - m->courses.at));
	count = best_of(&sums, reader->lang, best);
	for (size_t i = 0; i < count; i++)
		out[i] = (struct list_entry){ course_of(&sums, best[i]->course),
			course_of(&sums, best[i]->because) };
	return count;
}
