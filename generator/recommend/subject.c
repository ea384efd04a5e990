#include "subject.h"

#include <math.h>
#include <stdlib.h>

enum { CANDIDATES = 64 };

struct heavy {
	uint32_t term;
	uint32_t weight;
};

static int
heaviest_first(const void *a, const void *b)
{
	const struct heavy *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->term < y->term ? -1 : x->term > y->term;
}

static size_t
weigh(const struct terms *t, size_t document, struct heavy heavy[COUNTS_MOST])
{
	struct document_terms d = terms_of(t, document);
	size_t n = 0;

	for (size_t i = 0; i < d.count && n < COUNTS_MOST; i++) {
		struct heavy h = { TERM_ID(d.at[i]), 0 };

		h.weight = (uint32_t)term_roots(t)[TERM_CODE(d.at[i])] *
		    terms_idf(t)[h.term];
		if (h.weight)
			heavy[n++] = h;
	}
	if (n)
		qsort(heavy, n, sizeof *heavy, heaviest_first);
	return n < SUBJECT_TERMS ? n : SUBJECT_TERMS;
}

void
subject_vectors(struct vectors *v, struct arena *a, const struct terms *t)
{
	struct arena work;
	struct heavy *heavy;

	arena_init(&work);
	heavy = ARENA_ARRAY(&work, COUNTS_MOST, struct heavy);
	*v = (struct vectors){ .count = terms_count(t),
		.width = terms_vocabulary(t) };
	v->from = ARENA_ARRAY(a, v->count + 1, size_t);
	v->term = ARENA_ARRAY(a, v->count * SUBJECT_TERMS, uint32_t);
	v->weight = ARENA_ARRAY(a, v->count * SUBJECT_TERMS, float);
	for (size_t i = 0; i < v->count; i++) {
		size_t n = weigh(t, i, heavy), from = v->from[i];
		double square = 0;

		for (size_t k = 0; k < n; k++)
			square +=
			    (double)heavy[k].weight * (double)heavy[k].weight;
		for (size_t k = 0; k < n; k++) {
			v->term[from + k] = heavy[k].term;
			v->weight[from + k] =
			    (float)((double)heavy[k].weight / sqrt(square));
		}
		v->from[i + 1] = from + n;
	}
	arena_clear(&work);
}

/* A topic of one document, on its way to a sum over all that name it. */
struct named {
	uint64_t hash;
	struct str text;
	double score;
};

static int
by_hash(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return str_cmp(x->text, y->text);
}

static int
best_first(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return str_cmp(x->text, y->text);
}

static size_t
name_all(const struct terms *t, const float *more, const float *less,
    struct named *list)
{
	struct topic topics[TOPICS_MOST];
	size_t n = 0;

	for (size_t i = 0; i < terms_count(t); i++) {
		double score = (double)more[i] - (double)less[i];
		size_t count;

		if (!(more[i] > 0) && !(less[i] > 0))
			continue;
		count = topics_unpack(terms_topics(t, i), topics);
		for (size_t k = 0; k < count; k++)
			list[n++] = (struct named){ topics[k].hash,
				topics[k].text, score * topics[k].strength };
	}
	return n;
}

static size_t
sum_up(struct named *list, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(list, count, sizeof *list, by_hash);
	for (size_t i = 0; i < count; i++) {
		if (kept && list[kept - 1].hash == list[i].hash)
			list[kept - 1].score += list[i].score;
		else
			list[kept++] = list[i];
	}
	if (kept)
		qsort(list, kept, sizeof *list, best_first);
	return kept;
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

static bool
is_said(const struct str *words, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++) {
		if (contains(words[i], text) || contains(text, words[i]))
			return true;
	}
	return false;
}

size_t
subject_words(const struct terms *t, const float *more, const float *less,
    struct str words[SUBJECT_WORDS])
{
	struct arena work;
	struct named *list;
	size_t n, count = 0;

	arena_init(&work);
	list = ARENA_ARRAY(&work, terms_count(t) * TOPICS_MOST, struct named);
	n = sum_up(list, name_all(t, more, less, list));
	for (size_t i = 0; i < n && i < CANDIDATES && count < SUBJECT_WORDS &&
	     list[i].score > 0;
	     i++) {
		if (!is_said(words, count, list[i].text))
			words[count++] = list[i].text;
	}
	arena_clear(&work);
	return count;
}
