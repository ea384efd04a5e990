/*
 * similarity.c - the cosine of every document with every other, by inverted
 * lists. All sums are of whole numbers, so their order does not matter.
 */
#include "parallel.h"
#include "terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct posting {
	uint32_t document, weight;
};

/* For each term the documents it stands in; empty for a term that no document
 * looks for others with. */
struct inverted {
	size_t *from, *to; /* by term */
	uint64_t *wanted; /* a bit for each term whose list is not empty */
	struct posting *at;
};

/* Which terms of a document others are looked for with: those of a lower step
 * than `step`, and of that step those whose hash is below `hash`. It depends on
 * the document's terms and their steps alone. */
struct choice {
	unsigned step;
	uint64_t hash;
};

enum { MOST_STEPS = 256 };

struct worker {
	uint64_t *sums; /* by document */
	uint32_t *touched;
	uint32_t *weights; /* by term: of the document in hand, times idf */
	struct scored *scored;
};

struct job {
	const struct terms *terms;
	const struct similarity *wish;
	const uint16_t *idf, *roots;
	unsigned char *steps; /* by term: of its documents; 0: of no use */
	uint32_t sizes[MOST_STEPS]; /* most documents of a step */
	struct inverted lists;
	struct worker *workers;
	struct scored *best; /* `most` places for each that is to do */
	size_t *counts;
	double *inverse; /* by document: 1 / length */
	struct choice *choices; /* by document */
	const struct rows *before; /* NULL: all is looked at */
	uint32_t *todo; /* documents to look at, in order */
	size_t todo_count;
};

/* Hashes below it are those of about `some` of `all` terms. */
static uint64_t
hash_limit(size_t some, size_t all)
{
	return some >= all ? UINT64_MAX : UINT64_MAX / all * some;
}

static struct choice
choose(const struct job *job, struct document_terms d)
{
	uint32_t lists[MOST_STEPS] = { 0 };
	size_t room = SIMILARITY_LOOKED_AT;
	unsigned step = 1;

	for (size_t i = 0; i < d.count; i++)
		lists[job->steps[TERM_ID(d.at[i])]]++;
	while (step < MOST_STEPS - 1 &&
	    (size_t)lists[step] * job->sizes[step] <= room) {
		room -= (size_t)lists[step] * job->sizes[step];
		step++;
	}
	return (struct choice){ step,
		hash_limit(room / job->sizes[step], lists[step]) };
}

static bool
is_chosen(const struct job *job, const struct choice *c, uint32_t id)
{
	unsigned step = job->steps[id];

	return step &&
	    (step < c->step ||
		(step == c->step && term_hash(job->terms, id) < c->hash));
}

static uint32_t
weight_of(const struct job *job, uint32_t term)
{
	return (uint32_t)job->roots[TERM_CODE(term)] * job->idf[TERM_ID(term)];
}

static void
find_steps(struct job *job, struct arena *a)
{
	size_t terms = terms_vocabulary(job->terms);

	job->steps = arena_alloc_array(a, terms, 1);
	for (uint32_t i = 0; i < terms; i++) {
		if (job->idf[i])
			job->steps[i] = (unsigned char)term_step(
			    term_documents(job->terms, i));
	}
	for (unsigned i = 0; i < MOST_STEPS; i++) {
		double most = exp((i + 0.5) / 8);

		job->sizes[i] = most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
	}
}

static bool
has_bit(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

/* Must its row be made anew? Yes when it moved, or when one of the documents
 * moved that are found by its terms: those it chooses. */
static bool
is_to_do(struct job *job, size_t d)
{
	const uint64_t *touched = terms_touched(job->terms);
	struct document_terms k = terms_of(job->terms, d);
	struct choice *choice = &job->choices[d];
	size_t i = 0;

	if (job->before && touched && !terms_moved(job->terms, d) &&
	    job->before->at[d].at) {
		while (i < k.count && !has_bit(touched, TERM_ID(k.at[i])))
			i++;
		if (i == k.count)
			return false;
		*choice = choose(job, k);
		while (i < k.count &&
		    !(has_bit(touched, TERM_ID(k.at[i])) &&
			is_chosen(job, choice, TERM_ID(k.at[i]))))
			i++;
		return i < k.count;
	}
	*choice = choose(job, k);
	return true;
}

/* What is to be done, and the terms it is done with. */
static void
choose_all(struct job *job, struct arena *a)
{
	const struct terms *t = job->terms;

	job->choices = ARENA_ARRAY(a, terms_count(t), struct choice);
	job->todo = ARENA_ARRAY(a, terms_count(t), uint32_t);
	for (size_t d = 0; d < terms_count(t); d++) {
		struct document_terms k = terms_of(t, d);

		if (!is_to_do(job, d))
			continue;
		job->todo[job->todo_count++] = (uint32_t)d;
		for (size_t i = 0; i < k.count; i++) {
			uint32_t id = TERM_ID(k.at[i]);

			if (!is_chosen(job, &job->choices[d], id))
				continue;
			job->lists.to[id] = term_documents(t, id);
			job->lists.wanted[id / 64] |= UINT64_C(1) << id % 64;
		}
	}
}

static void
invert(struct job *job, struct arena *a)
{
	const struct terms *t = job->terms;
	size_t terms = terms_vocabulary(t), total = 0;
	struct inverted *lists = &job->lists;

	lists->from = ARENA_ARRAY(a, terms, size_t);
	lists->to = ARENA_ARRAY(a, terms, size_t);
	lists->wanted = ARENA_ARRAY(a, terms / 64 + 1, uint64_t);
	choose_all(job, a);
	for (size_t i = 0; i < terms; i++) {
		size_t most = lists->to[i];

		lists->from[i] = total;
		lists->to[i] = total;
		total += most;
	}
	lists->at = ARENA_ARRAY(a, total, struct posting);
	for (size_t d = 0; d < terms_count(t) && total; d++) {
		struct document_terms k = terms_of(t, d);

		for (size_t i = 0; i < k.count; i++) {
			uint32_t id = TERM_ID(k.at[i]), weight;

			if (!has_bit(lists->wanted, id))
				continue;
			weight = weight_of(job, k.at[i]);
			if (weight)
				lists->at[lists->to[id]++] =
				    (struct posting){ (uint32_t)d, weight };
		}
	}
}

/* In millionths; the same for either of both as the first. */
static int32_t
cosine_of(const struct job *job, uint64_t sum, size_t a, size_t b)
{
	double score = (double)sum * (job->inverse[a] * job->inverse[b]);

	return (int32_t)((score < 1 ? score : 1) * SCORE_ONE + 0.5);
}

/* Sums over the lists of the document's rare terms; how many were touched. */
static size_t
look_at_lists(const struct job *job, struct worker *w, size_t d)
{
	struct document_terms k = terms_of(job->terms, d);
	const struct inverted *lists = &job->lists;
	size_t touched = 0;

	for (size_t i = 0; i < k.count; i++) {
		uint32_t id = TERM_ID(k.at[i]);
		uint32_t weight = weight_of(job, k.at[i]);
		const struct posting *p, *end;

		if (!weight || !is_chosen(job, &job->choices[d], id))
			continue;
		end = &lists->at[lists->to[id]];
		for (p = &lists->at[lists->from[id]]; p < end; p++) {
			if (!w->sums[p->document])
				w->touched[touched++] = p->document;
			w->sums[p->document] += (uint64_t)p->weight * weight;
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
		int32_t score = cosine_of(job, w->sums[other], d, other);

		w->sums[other] = 0;
		if (score > 0 && other != d &&
		    (!wish->allowed || wish->allowed(wish->context, d, other)))
			w->scored[n++] = (struct scored){ other, score };
	}
	return scored_best(w->scored, n, wish->most + SIMILARITY_SPARE);
}

/* The whole cosine of the document whose weights are in `w`, and another. */
static int32_t
cosine(const struct job *job, const struct worker *w, size_t d, size_t other)
{
	struct document_terms k = terms_of(job->terms, other);
	const uint32_t *weights = w->weights;
	const uint16_t *roots = job->roots;
	uint64_t sum = 0;

	for (const uint32_t *t = k.at, *end = t + k.count; t < end; t++)
		sum += (uint64_t)roots[TERM_CODE(*t)] * weights[TERM_ID(*t)];
	return cosine_of(job, sum, d, other);
}

/* The `place`th to do. */
static void
compare_one(struct job *job, struct worker *w, size_t place)
{
	size_t d = job->todo[place];
	struct document_terms k = terms_of(job->terms, d);
	size_t most = job->wish->most;
	size_t n = find_candidates(job, w, d);

	for (size_t i = 0; i < k.count; i++)
		w->weights[TERM_ID(k.at[i])] =
		    weight_of(job, k.at[i]) * job->idf[TERM_ID(k.at[i])];
	for (size_t i = 0; i < n; i++)
		w->scored[i].score = cosine(job, w, d, w->scored[i].item);
	for (size_t i = 0; i < k.count; i++)
		w->weights[TERM_ID(k.at[i])] = 0;
	job->counts[place] = scored_best(w->scored, n, most);
	memcpy(&job->best[place * most], w->scored,
	    job->counts[place] * sizeof *w->scored);
}

static void
compare_some(void *context, unsigned worker, size_t from, size_t to)
{
	struct job *job = context;

	for (size_t i = from; i < to; i++)
		compare_one(job, &job->workers[worker], i);
}

static void
make_workers(struct job *job, struct arena *a, unsigned threads)
{
	size_t count = terms_count(job->terms);

	job->workers = ARENA_ARRAY(a, threads, struct worker);
	for (unsigned i = 0; i < threads; i++)
		job->workers[i] = (struct worker){
			ARENA_ARRAY(a, count, uint64_t),
			ARENA_ARRAY(a, count, uint32_t),
			ARENA_ARRAY(a, terms_vocabulary(job->terms), uint32_t),
			ARENA_ARRAY(a, count, struct scored),
		};
}

struct rows *
terms_rows_again(const struct terms *t, struct arena *a,
    const struct similarity *wish, const struct rows *before)
{
	size_t count = terms_count(t), most = wish->most;
	unsigned threads = wish->threads ? wish->threads : 1;
	struct job job = { .terms = t,
		.wish = wish,
		.idf = terms_idf(t),
		.roots = term_roots(t),
		.before = before };
	struct rows *rows = rows_new(a, count);
	struct arena work;

	arena_init(&work);
	find_steps(&job, &work);
	job.inverse = ARENA_ARRAY(&work, count, double);
	for (size_t d = 0; d < count; d++)
		job.inverse[d] = terms_of(t, d).square
		    ? 1 / sqrt((double)terms_of(t, d).square)
		    : 0;
	invert(&job, &work);
	make_workers(&job, &work, threads);
	job.best = ARENA_ARRAY(a, job.todo_count * most, struct scored);
	job.counts = ARENA_ARRAY(&work, job.todo_count, size_t);
	parallel_run(threads, job.todo_count, compare_some, &job);
	for (size_t d = 0; d < count && before; d++)
		rows->at[d] = before->at[d];
	for (size_t i = 0; i < job.todo_count; i++)
		rows->at[job.todo[i]] =
		    (struct row){ &job.best[i * most], job.counts[i] };
	arena_clear(&work);
	return rows;
}

struct rows *
terms_rows(
    const struct terms *t, struct arena *a, const struct similarity *wish)
{
	return terms_rows_again(t, a, wish, NULL);
}
