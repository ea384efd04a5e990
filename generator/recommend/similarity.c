/*
 * similarity.c - the cosine of every document with every other, by inverted
 * lists. All sums are of whole numbers, so their order does not matter.
 */
#include "parallel.h"
#include "terms.h"

#include <stdlib.h>
#include <string.h>

struct posting {
	uint32_t document, weight;
};

/* For each term the documents it stands in; empty for a term that no document
 * looks for others with. */
struct inverted {
	size_t *from, *to; /* by term */
	struct posting *at;
};

/* Which terms of a document others are looked for with: those that stand in
 * fewer documents than `limit`, and as many of the next step as there is room
 * for. Steps are powers of two, so that no sorting is needed. */
struct choice {
	size_t limit, room;
};

struct worker {
	uint32_t *sums; /* by document */
	uint32_t *touched;
	uint32_t *weights; /* by term, of the document in hand */
	struct scored *scored;
};

struct job {
	const struct terms *terms;
	const struct similarity *wish;
	struct inverted lists;
	struct worker *workers;
	struct scored *best; /* `most` places for each document */
	size_t *counts;
	struct choice *choices; /* by document */
};

static struct choice
choose(const struct terms *t, struct kept_terms k)
{
	enum { STEPS = 32 };
	size_t documents[STEPS] = { 0 }, room = SIMILARITY_LOOKED_AT;
	unsigned step;

	for (size_t i = 0; i < k.count; i++) {
		size_t n = term_documents(t, k.at[i].id);

		for (step = 0; (n >> step) > 1;)
			step++;
		documents[step] += n;
	}
	for (step = 0; step < STEPS && documents[step] <= room; step++)
		room -= documents[step];
	return (struct choice){ (size_t)1 << step, room };
}

/* Asked of each term of a document in their order. */
static bool
is_chosen(struct choice *c, size_t documents)
{
	if (documents < c->limit)
		return true;
	if (documents >= 2 * c->limit || documents > c->room)
		return false;
	c->room -= documents;
	return true;
}

static void
invert(const struct terms *t, struct arena *a, struct job *job)
{
	size_t terms = terms_vocabulary(t), total = 0;
	struct inverted *lists = &job->lists;

	lists->from = ARENA_ARRAY(a, terms, size_t);
	lists->to = ARENA_ARRAY(a, terms, size_t);
	job->choices = ARENA_ARRAY(a, terms_count(t), struct choice);
	for (size_t d = 0; d < terms_count(t); d++) {
		struct kept_terms k = terms_of(t, d);
		struct choice c = choose(t, k);

		job->choices[d] = c;
		for (size_t i = 0; i < k.count; i++) {
			size_t n = term_documents(t, k.at[i].id);

			if (is_chosen(&c, n))
				lists->to[TERM_ID(k.at[i])] = n;
		}
	}
	for (size_t i = 0; i < terms; i++) {
		size_t most = lists->to[i];

		lists->from[i] = total;
		lists->to[i] = most ? total : SIZE_MAX;
		total += most;
	}
	lists->at = ARENA_ARRAY(a, total, struct posting);
	for (size_t d = 0; d < terms_count(t); d++) {
		struct kept_terms k = terms_of(t, d);

		for (size_t i = 0; i < k.count; i++) {
			size_t *to = &lists->to[TERM_ID(k.at[i])];

			if (*to != SIZE_MAX)
				lists->at[(*to)++] =
				    (struct posting){ (uint32_t)d,
					    k.at[i].weight };
		}
	}
}

static int32_t
to_millionths(uint64_t sum)
{
	const uint64_t one = (uint64_t)TERM_UNIT * TERM_UNIT;
	uint64_t score = (sum * SCORE_ONE + one / 2) / one;

	return (int32_t)(score < SCORE_ONE ? score : SCORE_ONE);
}

/* Sums over the lists of the document's rare terms; how many were touched. */
static size_t
look_at_lists(const struct job *job, struct worker *w, size_t d)
{
	struct kept_terms k = terms_of(job->terms, d);
	const struct inverted *lists = &job->lists;
	struct choice c = job->choices[d];
	size_t touched = 0;

	for (size_t i = 0; i < k.count; i++) {
		uint32_t id = TERM_ID(k.at[i]);
		const struct posting *p, *end;

		if (!is_chosen(&c, term_documents(job->terms, id)))
			continue;
		end = &lists->at[lists->to[id]];
		for (p = &lists->at[lists->from[id]]; p < end; p++) {
			if (!w->sums[p->document])
				w->touched[touched++] = p->document;
			w->sums[p->document] += p->weight * k.at[i].weight;
		}
	}
	return touched;
}

static size_t
find_candidates(const struct job *job, struct worker *w, size_t d)
{
	const struct similarity *wish = job->wish;
	size_t touched = look_at_lists(job, w, d), n = 0;

	for (size_t i = 0; i < touched; i++) {
		uint32_t other = w->touched[i];
		int32_t score = to_millionths(w->sums[other]);

		w->sums[other] = 0;
		if (score > 0 && other != d &&
		    (!wish->allowed || wish->allowed(wish->context, d, other)))
			w->scored[n++] = (struct scored){ other, score };
	}
	return scored_best(w->scored, n, wish->most + SIMILARITY_SPARE);
}

/* The whole cosine of the document whose weights are in `w`, and another. */
static int32_t
cosine(const struct job *job, const struct worker *w, size_t other)
{
	struct kept_terms k = terms_of(job->terms, other);
	uint64_t sum = 0;

	for (size_t i = 0; i < k.count; i++)
		sum += (uint64_t)k.at[i].weight * w->weights[TERM_ID(k.at[i])];
	return to_millionths(sum);
}

static void
compare_one(struct job *job, struct worker *w, size_t d)
{
	struct kept_terms k = terms_of(job->terms, d);
	size_t most = job->wish->most;
	size_t n = find_candidates(job, w, d);

	for (size_t i = 0; i < k.count; i++)
		w->weights[TERM_ID(k.at[i])] = k.at[i].weight;
	for (size_t i = 0; i < n; i++)
		w->scored[i].score = cosine(job, w, w->scored[i].item);
	for (size_t i = 0; i < k.count; i++)
		w->weights[TERM_ID(k.at[i])] = 0;
	job->counts[d] = scored_best(w->scored, n, most);
	memcpy(&job->best[d * most], w->scored,
	    job->counts[d] * sizeof *w->scored);
}

static void
compare_some(void *context, unsigned worker, size_t from, size_t to)
{
	struct job *job = context;

	for (size_t d = from; d < to; d++)
		compare_one(job, &job->workers[worker], d);
}

struct rows *
terms_rows(
    const struct terms *t, struct arena *a, const struct similarity *wish)
{
	size_t count = terms_count(t), terms = terms_vocabulary(t);
	unsigned threads = wish->threads ? wish->threads : 1;
	struct job job = { .terms = t, .wish = wish };
	struct rows *rows = rows_new(a, count);
	struct arena work;

	arena_init(&work);
	invert(t, &work, &job);
	job.workers = ARENA_ARRAY(&work, threads, struct worker);
	for (unsigned i = 0; i < threads; i++)
		job.workers[i] = (struct worker){
			ARENA_ARRAY(&work, count, uint32_t),
			ARENA_ARRAY(&work, count, uint32_t),
			ARENA_ARRAY(&work, terms, uint32_t),
			ARENA_ARRAY(&work, count, struct scored),
		};
	job.best = ARENA_ARRAY(a, count * wish->most, struct scored);
	job.counts = ARENA_ARRAY(&work, count, size_t);
	parallel_run(threads, count, compare_some, &job);
	for (size_t d = 0; d < count; d++)
		rows->at[d] =
		    (struct row){ &job.best[d * wish->most], job.counts[d] };
	arena_clear(&work);
	return rows;
}
