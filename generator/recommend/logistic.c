#include "logistic.h"

#include <math.h>
#include <string.h>

enum { WIDTH = LOGISTIC_MOST + 1, ROUNDS = 100, HALVINGS = 30 };
static const double small_step = 1e-10;

/* What a Newton step needs; the last place is the constant's. */
struct state {
	double at[WIDTH], slope[WIDTH], bend[WIDTH][WIDTH];
	double loss;
};

double
logistic_chance(double score)
{
	return score < 0 ? exp(score) / (1 + exp(score))
			 : 1 / (1 + exp(-score));
}

double
logistic_score(const struct logistic *l, const float *x)
{
	double score = l->constant;

	for (size_t i = 0; i < l->width; i++) {
		if (l->scale[i] > 0)
			score += l->slope[i] * ((double)x[i] - l->mean[i]) /
			    l->scale[i];
	}
	return score;
}

static void
standardise(struct logistic *l, const struct sample *s)
{
	for (size_t i = 0; i < s->width; i++) {
		double sum = 0, square = 0;

		for (size_t n = 0; n < s->count; n++)
			sum += (double)s->x[n * s->width + i];
		l->mean[i] = sum / (double)s->count;
		for (size_t n = 0; n < s->count; n++) {
			double d = (double)s->x[n * s->width + i] - l->mean[i];

			square += d * d;
		}
		l->scale[i] = sqrt(square / (double)s->count);
		if (l->scale[i] < 1e-9)
			l->scale[i] = 0;
	}
}

static void
row_of(const struct logistic *l, const float *x, double row[WIDTH])
{
	for (size_t i = 0; i < l->width; i++)
		row[i] = l->scale[i] > 0
		    ? ((double)x[i] - l->mean[i]) / l->scale[i]
		    : 0;
	row[l->width] = 1;
}

static void
add_ridge(struct state *t, size_t width, double ridge)
{
	for (size_t i = 0; i < width; i++) {
		t->loss += ridge / 2 * t->at[i] * t->at[i];
		t->slope[i] += ridge * t->at[i];
		t->bend[i][i] += ridge;
	}
}

/* The sum that is minimised, its slope and its bend at t->at. */
static void
evaluate(struct state *t, const struct logistic *l, const struct sample *s,
    double ridge)
{
	size_t n = l->width + 1;
	double row[WIDTH] = { 0 };

	t->loss = 0;
	memset(t->slope, 0, sizeof t->slope);
	memset(t->bend, 0, sizeof t->bend);
	for (size_t k = 0; k < s->count; k++) {
		double score = 0, chance, weight;

		row_of(l, &s->x[k * s->width], row);
		for (size_t i = 0; i < n; i++)
			score += t->at[i] * row[i];
		chance = logistic_chance(score);
		weight = chance * (1 - chance);
		score = s->yes[k] ? -score : score;
		t->loss +=
		    score > 0 ? score + log1p(exp(-score)) : log1p(exp(score));
		for (size_t i = 0; i < n; i++) {
			t->slope[i] += (chance - s->yes[k]) * row[i];
			for (size_t j = 0; j <= i; j++)
				t->bend[i][j] += weight * row[i] * row[j];
		}
	}
	add_ridge(t, l->width, ridge);
}

/* step = bend^-1 slope by Cholesky; a place without bend does not move. */
static bool
newton_step(const struct state *t, size_t n, double step[WIDTH])
{
	double low[WIDTH][WIDTH] = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++) {
			double sum = t->bend[i][j];

			for (size_t k = 0; k < j; k++)
				sum -= low[i][k] * low[j][k];
			if (i != j)
				low[i][j] = low[j][j] > 0 ? sum / low[j][j] : 0;
			else
				low[i][i] = sum > 1e-12 ? sqrt(sum) : 0;
		}
	}
	for (size_t i = 0; i < n; i++) {
		double sum = t->slope[i];

		for (size_t k = 0; k < i; k++)
			sum -= low[i][k] * step[k];
		step[i] = low[i][i] > 0 ? sum / low[i][i] : 0;
	}
	for (size_t i = n; i-- > 0;) {
		double sum = step[i];

		for (size_t k = i + 1; k < n; k++)
			sum -= low[k][i] * step[k];
		step[i] = low[i][i] > 0 ? sum / low[i][i] : 0;
	}
	return low[n - 1][n - 1] > 0;
}

/* Takes the step, or a part of it that helps. False: none does. */
static bool
go(struct state *t, const struct logistic *l, const struct sample *s,
    double ridge, const double step[WIDTH])
{
	double part = 1;

	for (unsigned i = 0; i < HALVINGS; i++) {
		struct state next = *t;

		for (size_t k = 0; k <= l->width; k++)
			next.at[k] -= part * step[k];
		evaluate(&next, l, s, ridge);
		if (next.loss < t->loss) {
			*t = next;
			return true;
		}
		part /= 2;
	}
	return false;
}

static double
length(const double step[WIDTH], size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += step[i] * step[i];
	return sum;
}

static double
share_of_yes(const struct sample *s)
{
	size_t yes = 0;

	for (size_t i = 0; i < s->count; i++)
		yes += s->yes[i];
	/* never quite 0 or 1: the half of one more of each (Jeffreys) */
	return ((double)yes + 0.5) / ((double)s->count + 1);
}

bool
logistic_fit(struct logistic *l, const struct sample *s, double ridge)
{
	double share = share_of_yes(s), step[WIDTH] = { 0 };
	struct state t = { 0 };

	*l = (struct logistic){ .width = s->width };
	l->constant = log(share / (1 - share));
	if (!s->count)
		return false;
	standardise(l, s);
	t.at[s->width] = l->constant;
	evaluate(&t, l, s, ridge);
	for (unsigned round = 0; round < ROUNDS; round++) {
		if (!newton_step(&t, s->width + 1, step))
			return false;
		if (length(step, s->width + 1) < small_step ||
		    !go(&t, l, s, ridge, step)) {
			memcpy(l->slope, t.at, s->width * sizeof *t.at);
			l->constant = t.at[s->width];
			return true;
		}
	}
	return false;
}
