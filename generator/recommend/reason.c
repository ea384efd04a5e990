#include "reason.h"

enum { SLOTS = 2048, CANDIDATES = 12, SHORTEST_WORD = 3 };

/* The weights of one document's terms, by id. */
struct lookup {
	struct kept_term at[SLOTS]; /* weight 0: free */
};

struct candidate {
	uint32_t id;
	uint64_t weight;
};

static struct kept_term *
slot_of(struct lookup *l, uint32_t id)
{
	size_t i = (id * UINT32_C(2654435769)) >> 21;

	while (l->at[i].weight && TERM_ID(l->at[i]) != id)
		i = (i + 1) % SLOTS;
	return &l->at[i];
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	}
	return true;
}

/* Can it be shown: public in both, not everywhere, no scrap of a word, and
 * important enough to name something in one of them? */
static bool
is_telling(const struct terms *t, uint32_t a, uint32_t b)
{
	struct str text = term_text(t, a);

	if (!(a & b & TERM_PUBLIC) || !text.len || term_is_tag(t, a))
		return false;
	if (term_documents(t, a) * 4 > terms_count(t) && terms_count(t) > 8)
		return false;
	if (term_is_pair(t, a))
		return (a & b & TERM_NAMED) && term_is_whole(t, a);
	return ((a | b) & TERM_NAMED) &&
	    (text.len >= SHORTEST_WORD || !is_ascii(text));
}

/* Heavier first; ties by the text. */
static void
insert(const struct terms *t, struct candidate *list, size_t *count,
    struct candidate c)
{
	size_t i = *count;

	while (i > 0 &&
	    (list[i - 1].weight < c.weight ||
		(list[i - 1].weight == c.weight &&
		    str_cmp(term_text(t, c.id), term_text(t, list[i - 1].id)) <
			0))) {
		if (i < CANDIDATES)
			list[i] = list[i - 1];
		i--;
	}
	if (i < CANDIDATES)
		list[i] = c;
	if (*count < CANDIDATES)
		++*count;
}

static bool
contains(struct str whole, struct str part)
{
	for (size_t i = 0; i + part.len <= whole.len; i++) {
		if (str_eq_nocase(str_sub(whole, i, part.len), part))
			return true;
	}
	return false;
}

/* "Gradient Descent" and "gradient": the longer one says both. True when
 * `text` adds nothing; else what it says better is taken out. */
static bool
is_said(struct str *said, size_t *count, struct str text)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		if (contains(said[i], text))
			return true;
	}
	for (size_t i = 0; i < *count; i++) {
		if (!contains(text, said[i]))
			said[kept++] = said[i];
	}
	*count = kept;
	return false;
}

/* "Ownership" from the beginning of a title is a word like any other. */
static struct str
shown(struct arena *a, struct str text)
{
	char *z = arena_z(a, text);
	bool one_capital = text.len > 1 && z[0] >= 'A' && z[0] <= 'Z';

	for (size_t i = 1; i < text.len; i++)
		one_capital = one_capital && !(z[i] >= 'A' && z[i] <= 'Z');
	if (one_capital)
		z[0] = (char)(z[0] | 0x20);
	return str_of(z, text.len);
}

size_t
reason_terms(const struct terms *t, struct arena *a, size_t from, size_t to,
    struct str terms[REASON_TERMS_MOST])
{
	struct kept_terms x = terms_of(t, from), y = terms_of(t, to);
	struct candidate list[CANDIDATES];
	struct str said[CANDIDATES];
	struct lookup l = { 0 };
	size_t count = 0, n = 0;

	for (size_t i = 0; i < x.count; i++)
		*slot_of(&l, TERM_ID(x.at[i])) = x.at[i];
	for (size_t i = 0; i < y.count; i++) {
		const struct kept_term *k = slot_of(&l, TERM_ID(y.at[i]));

		if (k->weight && is_telling(t, k->id, y.at[i].id))
			insert(t, list, &count,
			    (struct candidate){ TERM_ID(y.at[i]),
				(uint64_t)k->weight * y.at[i].weight });
	}
	for (size_t i = 0; i < count; i++) {
		struct str text = term_text(t, list[i].id);

		if (!is_said(said, &n, text))
			said[n++] = text;
	}
	if (n > REASON_TERMS_MOST)
		n = REASON_TERMS_MOST;
	for (size_t i = 0; i < n; i++)
		terms[i] = shown(a, said[i]);
	return n;
}
