#include "segment.h"

#include "parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 25, STARTS = 3, TRIALS = 4, WORKERS = 8 };
static const double nothing = 1e-9; /* a squared distance that is rounding */

struct clustering {
	const struct matrix *m;
	const struct vectors *v;
	unsigned threads;
	double *shrink; /* by reader: 1 / length of the sum; 0: no subject */
	const uint32_t *who; /* the readers that are divided now */
	size_t count;
	size_t k;
	double *mean; /* by term, then by segment */
	double *product; /* of an item with a mean: by item, then by segment */
	double *part; /* of an item in a mean, likewise */
	double square[SEGMENTS_MOST]; /* of a mean with itself */
	size_t size[SEGMENTS_MOST];
	uint32_t *of; /* by place in `who` */
	double *distance; /* likewise, squared, to the nearest mean */
	double *scratch; /* for the lengths: a row of terms for each worker */
};

/* splitmix64 (Steele et al., 2014) */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint64_t
seed_of(const struct matrix *m)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t r = 0; r < m->readers; r++) {
		struct entries list = matrix_reader(m, r);

		hash = (hash ^ list.count) * 0x100000001b3u;
		for (size_t i = 0; i < list.count; i++)
			hash = (hash ^ list.at[i].index) * 0x100000001b3u;
	}
	return hash;
}

static double
squared_length(const struct clustering *c, size_t reader, double *row)
{
	struct entries list = matrix_reader(c->m, reader);
	const struct vectors *v = c->v;
	double sum = 0;

	for (size_t i = 0; i < list.count; i++) {
		size_t item = list.at[i].index;

		for (size_t t = v->from[item]; t < v->from[item + 1]; t++) {
			double add =
			    (double)list.at[i].value * (double)v->weight[t];
			double *at = &row[v->term[t]];

			sum += add * (2 * *at + add);
			*at += add;
		}
	}
	for (size_t i = 0; i < list.count; i++) {
		size_t item = list.at[i].index;

		for (size_t t = v->from[item]; t < v->from[item + 1]; t++)
			row[v->term[t]] = 0;
	}
	return sum;
}

static void
measure_readers_between(void *context, unsigned worker, size_t from, size_t to)
{
	struct clustering *c = context;

	for (size_t r = from; r < to; r++) {
		double square =
		    squared_length(c, r, &c->scratch[worker * c->v->width]);

		c->shrink[r] = square > nothing ? 1 / sqrt(square) : 0;
	}
}

static void
multiply_between(void *context, unsigned worker, size_t from, size_t to)
{
	struct clustering *c = context;
	const struct vectors *v = c->v;

	(void)worker;
	for (size_t item = from; item < to; item++) {
		double *out = &c->product[item * c->k];

		memset(out, 0, c->k * sizeof *out);
		for (size_t t = v->from[item]; t < v->from[item + 1]; t++) {
			const double *mean = &c->mean[v->term[t] * c->k];

			for (size_t s = 0; s < c->k; s++)
				out[s] += (double)v->weight[t] * mean[s];
		}
	}
}

/* The products of a reader with the means. */
static void
reader_products(const struct clustering *c, size_t reader, double *out)
{
	struct entries list = matrix_reader(c->m, reader);

	memset(out, 0, c->k * sizeof *out);
	for (size_t i = 0; i < list.count; i++) {
		const double *product = &c->product[list.at[i].index * c->k];

		for (size_t s = 0; s < c->k; s++)
			out[s] += (double)list.at[i].value * product[s];
	}
	for (size_t s = 0; s < c->k; s++)
		out[s] *= c->shrink[reader];
}

static void
assign_between(void *context, unsigned worker, size_t from, size_t to)
{
	struct clustering *c = context;

	(void)worker;
	for (size_t i = from; i < to; i++) {
		double product[SEGMENTS_MOST];

		reader_products(c, c->who[i], product);
		c->distance[i] = HUGE_VAL;
		for (size_t s = 0; s < c->k; s++) {
			double d = 1 - 2 * product[s] + c->square[s];

			if (d < c->distance[i]) {
				c->distance[i] = d;
				c->of[i] = (uint32_t)s;
			}
		}
		if (c->distance[i] < nothing)
			c->distance[i] = 0;
	}
}

/* Everyone to the nearest mean; the sum of the squared distances. */
static double
assign(struct clustering *c)
{
	double sum = 0;

	parallel_run(c->threads, c->v->count, multiply_between, c);
	parallel_run(c->threads, c->count, assign_between, c);
	for (size_t i = 0; i < c->count; i++)
		sum += c->distance[i];
	return sum;
}

static void
square_means(struct clustering *c)
{
	memset(c->square, 0, sizeof c->square);
	for (size_t t = 0; t < c->v->width; t++) {
		for (size_t s = 0; s < c->k; s++)
			c->square[s] +=
			    c->mean[t * c->k + s] * c->mean[t * c->k + s];
	}
}

/* Adds the reader to the sum `part` is. */
static void
add_reader(struct clustering *c, size_t reader, size_t segment)
{
	struct entries list = matrix_reader(c->m, reader);

	for (size_t i = 0; i < list.count; i++)
		c->part[list.at[i].index * c->k + segment] +=
		    (double)list.at[i].value * c->shrink[reader];
}

static void
means_of_parts(struct clustering *c)
{
	const struct vectors *v = c->v;

	memset(c->mean, 0, v->width * c->k * sizeof *c->mean);
	for (size_t item = 0; item < v->count; item++) {
		double *part = &c->part[item * c->k];

		for (size_t s = 0; s < c->k; s++)
			part[s] /= c->size[s] ? (double)c->size[s] : 1;
		for (size_t t = v->from[item]; t < v->from[item + 1]; t++) {
			double *mean = &c->mean[v->term[t] * c->k];

			for (size_t s = 0; s < c->k; s++)
				mean[s] += (double)v->weight[t] * part[s];
		}
	}
	square_means(c);
}

static void
update(struct clustering *c)
{
	memset(c->part, 0, c->v->count * c->k * sizeof *c->part);
	memset(c->size, 0, sizeof c->size);
	for (size_t i = 0; i < c->count; i++) {
		c->size[c->of[i]]++;
		add_reader(c, c->who[i], c->of[i]);
	}
	means_of_parts(c);
}

/* The first `n` segments have each one reader. */
static void
means_of_readers(struct clustering *c, const size_t *chosen, size_t n)
{
	memset(c->part, 0, c->v->count * c->k * sizeof *c->part);
	for (size_t s = 0; s < c->k; s++) {
		c->size[s] = 1;
		add_reader(c, c->who[chosen[s < n ? s : 0]], s);
	}
	means_of_parts(c);
}

/* A reader by the squared distance to the nearest mean; `sum` is that of all.
 */
static size_t
draw_reader(const struct clustering *c, double sum, uint64_t *state)
{
	double left = sum * ((double)(draw(state) >> 11) / 0x1p53);
	size_t i = 0;

	while (
	    i + 1 < c->count && (left >= c->distance[i] || c->distance[i] <= 0))
		left -= c->distance[i++];
	return i;
}

/* k-means++, of TRIALS readers drawn the one that helps most. False when there
 * are not k different readers. */
static bool
choose_starts(struct clustering *c, uint64_t *state)
{
	size_t chosen[SEGMENTS_MOST] = { draw(state) % c->count };

	for (size_t n = 1; n < c->k; n++) {
		size_t drawn[TRIALS], best_reader = 0;
		double sum, best = HUGE_VAL;

		means_of_readers(c, chosen, n);
		sum = assign(c);
		if (sum < nothing * (double)c->count)
			return false;
		for (size_t i = 0; i < TRIALS; i++)
			drawn[i] = draw_reader(c, sum, state);
		for (size_t i = 0; i < TRIALS; i++) {
			chosen[n] = drawn[i];
			means_of_readers(c, chosen, n + 1);
			sum = assign(c);
			if (sum < best) {
				best = sum;
				best_reader = drawn[i];
			}
		}
		chosen[n] = best_reader;
	}
	means_of_readers(c, chosen, c->k);
	return true;
}

/* Lloyd's rounds from the means there are; the sum of squared distances. */
static double
settle(struct clustering *c)
{
	double sum = assign(c);

	for (unsigned round = 0; round < ROUNDS; round++) {
		double before = sum;

		update(c);
		sum = assign(c);
		if (before - sum <= before * 1e-4)
			break;
	}
	update(c);
	return sum;
}

/* The mean silhouette; the means are those of the segments. */
static double
silhouette_of(struct clustering *c)
{
	double sum = 0;

	parallel_run(c->threads, c->v->count, multiply_between, c);
	for (size_t i = 0; i < c->count; i++) {
		double product[SEGMENTS_MOST], own = 0, other = HUGE_VAL, most;

		reader_products(c, c->who[i], product);
		for (size_t s = 0; s < c->k; s++) {
			double d = 2 - 2 * product[s];

			if (s == c->of[i])
				own = c->size[s] > 1 ? d * (double)c->size[s] /
					(double)(c->size[s] - 1)
						     : -1;
			else if (c->size[s] && d < other)
				other = d;
		}
		most = own > other ? own : other;
		if (own >= 0 && most > nothing && other < HUGE_VAL)
			sum += (other - own) / most;
	}
	return c->count ? sum / (double)c->count : 0;
}

/* Of several starts the best one is left in `c`. False: too few differ. */
static bool
divide(struct clustering *c, size_t k, uint64_t *state, double *best_mean)
{
	size_t bytes = c->v->width * k * sizeof *c->mean;
	double best = HUGE_VAL;

	c->k = k;
	for (unsigned start = 0; start < STARTS; start++) {
		double sum;

		if (!choose_starts(c, state))
			return false;
		sum = settle(c);
		if (sum < best) {
			best = sum;
			memcpy(best_mean, c->mean, bytes);
		}
	}
	memcpy(c->mean, best_mean, bytes);
	square_means(c);
	assign(c);
	update(c);
	return true;
}

/* Evenly spaced, all when there are few. */
static size_t
take_sample(const uint32_t *who, size_t count, uint32_t *out)
{
	size_t n = count < SEGMENT_SAMPLE ? count : SEGMENT_SAMPLE;

	for (size_t i = 0; i < n; i++)
		out[i] = who[(size_t)((uint64_t)i * count / n)];
	return n;
}

/* Finds k on a sample, then divides all; c->of is the result. */
static void
divide_best(struct clustering *c, struct arena *work, double *silhouette)
{
	const uint32_t *all = c->who;
	size_t count = c->count, best_k = 1;
	uint32_t *sample = ARENA_ARRAY(work, SEGMENT_SAMPLE, uint32_t);
	size_t room = c->v->width * SEGMENTS_MOST;
	double *start_mean = ARENA_ARRAY(work, room, double);
	double *best_mean = ARENA_ARRAY(work, room, double);
	uint64_t state = seed_of(c->m);

	c->who = sample;
	c->count = take_sample(all, count, sample);
	for (size_t k = 2; k <= SEGMENTS_MOST; k++) {
		double value;

		if (!divide(c, k, &state, start_mean))
			break;
		value = silhouette_of(c);
		if (best_k == 1 || value > *silhouette + 1e-9) {
			*silhouette = value;
			best_k = k;
			memcpy(best_mean, c->mean,
			    c->v->width * k * sizeof *best_mean);
		}
	}
	if (*silhouette < SEGMENT_APART / 1e3)
		best_k = 1;
	c->who = all;
	c->count = count;
	c->k = best_k;
	if (best_k == 1)
		memset(best_mean, 0, c->v->width * sizeof *best_mean);
	memcpy(c->mean, best_mean, c->v->width * best_k * sizeof *c->mean);
	square_means(c);
	settle(c);
}

static uint32_t *
list_readers(struct clustering *c, struct arena *work)
{
	uint32_t *who = ARENA_ARRAY(work, c->m->readers, uint32_t);

	parallel_run(c->threads, c->m->readers, measure_readers_between, c);
	for (size_t r = 0; r < c->m->readers; r++) {
		if (c->shrink[r] > 0)
			who[c->count++] = (uint32_t)r;
	}
	return who;
}

static void
begin(struct clustering *c, struct arena *work)
{
	size_t items = c->v->count, width = c->v->width;

	c->shrink = ARENA_ARRAY(work, c->m->readers, double);
	c->scratch = ARENA_ARRAY(work, WORKERS * width, double);
	c->who = list_readers(c, work);
	c->mean = ARENA_ARRAY(work, width * SEGMENTS_MOST, double);
	c->product = ARENA_ARRAY(work, items * SEGMENTS_MOST, double);
	c->part = ARENA_ARRAY(work, items * SEGMENTS_MOST, double);
	c->of = ARENA_ARRAY(work, c->count, uint32_t);
	c->distance = ARENA_ARRAY(work, c->count, double);
	c->k = 1;
}

/* Numbers the segments by size; those with nobody are gone. */
static void
number(struct segments *s, const struct clustering *c, uint32_t *number_of)
{
	for (size_t n = 0; n < c->k; n++) {
		size_t largest = SEGMENTS_MOST;

		for (size_t i = 0; i < c->k; i++) {
			if (number_of[i] == SEGMENT_NONE && c->size[i] &&
			    (largest == SEGMENTS_MOST ||
				c->size[i] > c->size[largest]))
				largest = i;
		}
		if (largest == SEGMENTS_MOST)
			return;
		number_of[largest] = (uint32_t)s->count;
		s->size[s->count++] = c->size[largest];
	}
}

static void
hand_over(struct segments *s, struct arena *a, const struct clustering *c)
{
	uint32_t number_of[SEGMENTS_MOST];

	memset(number_of, 0xff, sizeof number_of);
	number(s, c, number_of);
	for (size_t i = 0; i < c->count; i++)
		s->of[c->who[i]] = number_of[c->of[i]];
	s->taken_by_all = ARENA_ARRAY(a, c->v->count, float);
	for (size_t n = 0; n < c->k; n++) {
		float *taken;

		if (number_of[n] == SEGMENT_NONE)
			continue;
		taken = ARENA_ARRAY(a, c->v->count, float);
		s->taken[number_of[n]] = taken;
		for (size_t item = 0; item < c->v->count; item++) {
			double part = c->part[item * c->k + n];

			taken[item] = (float)part;
			s->taken_by_all[item] += (float)(part *
			    (double)c->size[n] / (double)c->count);
		}
	}
}

void
segments_of(struct segments *s, struct arena *a, const struct matrix *m,
    const struct vectors *v, unsigned threads)
{
	struct clustering c = { .m = m, .v = v, .threads = threads };
	struct arena work;

	arena_init(&work);
	*s = (struct segments){ .of = ARENA_ARRAY(a, m->readers, uint32_t) };
	memset(s->of, 0xff, m->readers * sizeof *s->of);
	begin(&c, &work);
	s->placed = c.count;
	if (c.count >= SEGMENT_READERS)
		divide_best(&c, &work, &s->silhouette);
	else
		settle(&c);
	if (c.count)
		hand_over(s, a, &c);
	arena_clear(&work);
}
