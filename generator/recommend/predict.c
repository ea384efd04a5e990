#include "predict.h"

#include <math.h>

enum { KEPT_OUT = 5 }; /* one of so many */
static const double ridge = 1, correction_ridge = 1e-3;
static const int64_t horizon = (int64_t)HISTORY_HORIZON * READERS_DAY;
static const int64_t least = (int64_t)PREDICT_HISTORY * READERS_DAY;

struct instance {
	struct history history;
	uint32_t reader;
};

struct instances {
	struct instance *at;
	size_t count, room;
};

struct predicting {
	struct predictions *out;
	struct arena work;
	struct history_reader reader;
	struct instances windows[PREDICT_WINDOWS];
};

static uint32_t
scramble(uint32_t n)
{
	n = (n ^ (n >> 16)) * 0x7feb352du;
	n = (n ^ (n >> 15)) * 0x846ca68bu;
	return n ^ (n >> 16);
}

static bool
is_kept_out(uint32_t reader)
{
	return scramble(reader) % KEPT_OUT == 0;
}

double
predict_chance(const struct predict_model *m, const struct history *h)
{
	double score = logistic_score(&m->base, h->x);
	float x = (float)score;

	return logistic_chance(
	    m->corrected ? logistic_score(&m->correction, &x) : score);
}

static void
lay_windows(struct predictions *p, const struct readers *r)
{
	for (size_t i = r->epochs.count; i-- > 0;) {
		const struct epoch *e = &r->epochs.at[i];
		int64_t at = e->ends - horizon;

		for (; at - e->begins >= least &&
		     p->window_count < PREDICT_WINDOWS;
		     at -= horizon)
			p->windows[p->window_count++] =
			    (struct moment){ e->begins, at, at + horizon };
	}
	if (r->epochs.count) {
		const struct epoch *e = &r->epochs.at[r->epochs.count - 1];

		p->now = (struct moment){ e->begins, e->ends, e->ends };
		p->foresees = e->ends - e->begins >= least;
	}
}

static void
gather(struct predicting *w)
{
	for (size_t i = 0; i < w->out->window_count; i++) {
		for (size_t r = 0; r < w->reader.readers->count; r++) {
			struct instance row = { .reader = (uint32_t)r };

			if (history_of(&w->reader, r, &w->out->windows[i],
				&row.history))
				ARENA_PUSH(&w->work, w->windows[i], row);
		}
	}
}

/* Rows of windows [from, to) that are asked, of one part of the readers, as a
 * sample. */
static size_t
count_rows(const struct predicting *w, size_t from, size_t to, enum outcome o,
    bool kept)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		for (size_t k = 0; k < w->windows[i].count; k++) {
			const struct instance *row = &w->windows[i].at[k];

			n += row->history.asked >> o & 1 &&
			    is_kept_out(row->reader) == kept;
		}
	}
	return n;
}

static const struct instance **
list_rows(struct predicting *w, size_t from, size_t to, enum outcome o,
    bool kept, size_t *count)
{
	size_t all = count_rows(w, from, to, o, kept), n = 0, met = 0;
	size_t most = all < PREDICT_LEARNT ? all : PREDICT_LEARNT;
	const struct instance **list =
	    ARENA_ARRAY(&w->work, most, const struct instance *);

	for (size_t i = from; i < to; i++) {
		for (size_t k = 0; k < w->windows[i].count; k++) {
			const struct instance *row = &w->windows[i].at[k];

			if (!(row->history.asked >> o & 1) ||
			    is_kept_out(row->reader) != kept)
				continue;
			if (n < most &&
			    met++ == (size_t)((uint64_t)n * all / most))
				list[n++] = row;
		}
	}
	*count = n;
	return list;
}

static bool
came(const struct instance *row, enum outcome o)
{
	return row->history.happened >> o & 1;
}

static void
fit_base(struct predicting *w, struct logistic *l, const struct instance **list,
    size_t count, enum outcome o)
{
	float *x = ARENA_ARRAY(&w->work, count * FEATURE_COUNT, float);
	bool *yes = ARENA_ARRAY(&w->work, count, bool);
	const struct sample s = { x, yes, count, FEATURE_COUNT };

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < FEATURE_COUNT; k++)
			x[i * FEATURE_COUNT + k] = list[i]->history.x[k];
		yes[i] = came(list[i], o);
	}
	/* with a ridge it converges; if not, all are given the share */
	(void)logistic_fit(l, &s, ridge);
}

/* Scores of rows and what came, of one half of the readers or (2) of both. */
static struct sample
score_half(struct predicting *w, const struct logistic *base,
    const struct instance **list, size_t count, enum outcome o, unsigned half)
{
	float *x = ARENA_ARRAY(&w->work, count, float);
	bool *yes = ARENA_ARRAY(&w->work, count, bool);
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (half < 2 && (scramble(list[i]->reader) >> 16 & 1) != half)
			continue;
		x[n] = (float)logistic_score(base, list[i]->history.x);
		yes[n++] = came(list[i], o);
	}
	return (struct sample){ x, yes, n, 1 };
}

/* -ln of the chance given to what came. */
static double
surprise(double score, bool yes)
{
	score = yes ? -score : score;
	return score > 0 ? score + log1p(exp(-score)) : log1p(exp(score));
}

/* What a correction saves, reader by reader. */
struct saving {
	double sum, square;
};

static void
save(struct saving *s, const struct sample *try, const struct logistic *l)
{
	for (size_t i = 0; i < try->count; i++) {
		double d = surprise((double)try->x[i], try->yes[i]) -
		    surprise(logistic_score(l, &try->x[i]), try->yes[i]);

		s->sum += d;
		s->square += d * d;
	}
}

static bool
has_cases(const struct sample *s)
{
	size_t yes = 0;

	for (size_t i = 0; i < s->count; i++)
		yes += s->yes[i];
	return yes >= PREDICT_CASES / 2 && s->count - yes >= PREDICT_CASES / 2;
}

static void
correct(struct predicting *w, struct predict_model *m,
    const struct instance **list, size_t count, enum outcome o)
{
	struct sample all = score_half(w, &m->base, list, count, o, 2);
	struct saving saving = { 0 };

	for (unsigned half = 0; half < 2; half++) {
		struct sample learn =
		    score_half(w, &m->base, list, count, o, half);
		struct sample try =
		    score_half(w, &m->base, list, count, o, !half);
		struct logistic l;

		if (!has_cases(&learn) ||
		    !logistic_fit(&l, &learn, correction_ridge))
			return;
		save(&saving, &try, &l);
	}
	m->corrected = saving.sum > 2 * sqrt(saving.square) &&
	    logistic_fit(&m->correction, &all, correction_ridge);
}

static void
learn(
    struct predicting *w, struct predict_model *m, size_t from, enum outcome o)
{
	size_t count;
	const struct instance **list =
	    list_rows(w, from, w->out->window_count, o, false, &count);

	*m = (struct predict_model){ 0 };
	fit_base(w, &m->base, list, count, o);
	list = list_rows(w, from, from + 1, o, true, &count);
	correct(w, m, list, count, o);
}

/* How many were asked and how many did, in windows [from, to). */
static void
count_cases(const struct predicting *w, size_t from, size_t to, enum outcome o,
    size_t *asked, size_t *yes)
{
	*asked = *yes = 0;
	for (size_t i = from; i < to; i++) {
		for (size_t k = 0; k < w->windows[i].count; k++) {
			const struct instance *row = &w->windows[i].at[k];

			if (!(row->history.asked >> o & 1))
				continue;
			++*asked;
			*yes += came(row, o);
		}
	}
}

static enum predict_state
is_enough(const struct predicting *w, size_t from, size_t to, enum outcome o)
{
	size_t asked, yes;

	count_cases(w, from, to, o, &asked, &yes);
	if (asked < PREDICT_READERS)
		return PREDICT_FEW_READERS;
	if (yes < PREDICT_CASES || asked - yes < PREDICT_CASES)
		return PREDICT_FEW_CASES;
	return PREDICT_GOOD;
}

static void
test(struct predicting *w, struct prediction *p, enum outcome o)
{
	const struct instances *window = &w->windows[0];
	struct chance *list =
	    ARENA_ARRAY(&w->work, window->count, struct chance);
	struct predict_model plain = p->tested;
	struct calibration without;
	size_t n = 0;

	plain.corrected = false;
	for (unsigned round = 0; round < 2; round++) {
		n = 0;
		for (size_t i = 0; i < window->count; i++) {
			const struct instance *row = &window->at[i];

			if (row->history.asked >> o & 1)
				list[n++] = (struct chance){
					predict_chance(
					    round ? &p->tested : &plain,
					    &row->history),
					came(row, o)
				};
		}
		calibration_of(round ? &p->test : &without, list, n);
	}
	p->error_before = without.error;
	p->brier_of_share = calibration_brier_of(list, n, p->share);
}

static void
predict(struct predicting *w, enum outcome o)
{
	struct predictions *out = w->out;
	struct prediction *p = &out->of[o];
	size_t yes;

	if (out->window_count < 2) {
		p->state = PREDICT_TOO_SHORT;
		return;
	}
	p->state = is_enough(w, 0, 1, o);
	if (p->state == PREDICT_GOOD)
		p->state = is_enough(w, 1, out->window_count, o);
	if (p->state != PREDICT_GOOD)
		return;
	count_cases(w, 1, out->window_count, o, &p->learnt, &yes);
	p->share = (double)yes / (double)p->learnt;
	learn(w, &p->tested, 1, o);
	learn(w, &p->next, 0, o);
	test(w, p, o);
}

static void
foresee(struct predicting *w)
{
	struct predictions *out = w->out;
	struct history h;

	for (size_t r = 0; r < w->reader.readers->count; r++) {
		if (!history_of(&w->reader, r, &out->now, &h))
			continue;
		for (unsigned o = 0; o < OUTCOME_COUNT; o++) {
			struct prediction *p = &out->of[o];

			if (p->state != PREDICT_GOOD || !(h.asked >> o & 1))
				continue;
			p->asked++;
			p->expected += predict_chance(&p->next, &h);
		}
	}
}

void
predictions_of(struct predictions *p, struct arena *a,
    const struct readers *readers, const struct shelf *shelf)
{
	struct predicting w = { .out = p };

	*p = (struct predictions){ 0 };
	arena_init(&w.work);
	history_init(&w.reader, a, readers, shelf);
	lay_windows(p, readers);
	gather(&w);
	for (unsigned o = 0; o < OUTCOME_COUNT; o++)
		predict(&w, (enum outcome)o);
	if (p->foresees)
		foresee(&w);
	arena_clear(&w.work);
}
