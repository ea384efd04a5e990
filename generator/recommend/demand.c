#include "demand.h"

#include <math.h>

static const double start = 0.5; /* purchases every course has */
static const double prior = 9; /* variance of the lift's logarithm */
static const double alike = 0.25; /* logarithm: a quarter more or less */
static const int64_t horizon = (int64_t)HISTORY_HORIZON * READERS_DAY;
static const int64_t memory = (int64_t)HISTORY_ACTIVE * READERS_DAY;

/* A purchase learnt from: the weight of the courses where the buyer was over
 * that of all others, and whether it was one of the former. */
struct choice {
	double odds;
	bool was_there;
};

enum stand { STAND_NONE, STAND_THERE, STAND_OWNS };

struct reckoning {
	const struct readers *readers;
	const struct shelf *shelf;
	struct arena *work;
	struct history_reader history;
	double *weight; /* by course: how well it sells */
	double all; /* sum of it */
	uint8_t *stand; /* by course, of the reader looked at */
	uint32_t *touched; /* those that are not STAND_NONE */
	size_t touched_count;
	struct {
		struct choice *at;
		size_t count, room;
	} choices;
	size_t buyers, bought; /* in the windows learnt from */
	size_t *newcomers; /* by course: bought by readers not known before */
	size_t newcomer_windows; /* in so many windows */
	double lift, per_buyer;
};

/* What a moment is expected to bring, and what it brought. By course. */
struct outlook {
	double *expected;
	size_t *contacts, *before, *seen;
};

static void
weigh_courses(struct reckoning *k, int64_t at)
{
	const struct events *e = k->readers->events;

	k->all = 0;
	for (size_t i = 0; i < k->shelf->courses; i++)
		k->weight[i] = k->shelf->sold[i] ? start : 0;
	for (size_t i = 0; i < e->list.count; i++) {
		const struct event *x = &e->list.at[i];
		uint32_t course = k->shelf->course_of[x->item];

		if (x->kind == EVENT_PURCHASE && course != SHELF_NONE &&
		    k->shelf->sold[course] && x->time < at &&
		    x->time >= at - memory)
			k->weight[course]++;
	}
	for (size_t i = 0; i < k->shelf->courses; i++)
		k->all += k->weight[i];
}

static void
stand_on(struct reckoning *k, uint32_t course, enum stand stand)
{
	if (k->stand[course] == STAND_NONE)
		k->touched[k->touched_count++] = course;
	if (k->stand[course] < (uint8_t)stand)
		k->stand[course] = (uint8_t)stand;
}

/* Where the reader was and what the reader owns in [begins, at). */
static void
look_at(struct reckoning *k, size_t reader, const struct moment *m)
{
	for (size_t i = 0; i < k->touched_count; i++)
		k->stand[k->touched[i]] = STAND_NONE;
	k->touched_count = 0;
	for (size_t i = 0; i < readers_events(k->readers, reader); i++) {
		const struct event *e = readers_event(k->readers, reader, i);
		uint32_t course = k->shelf->course_of[e->item];

		if (e->time < m->begins || e->time >= m->at ||
		    course == SHELF_NONE || e->kind == EVENT_SHOWN)
			continue;
		stand_on(k, course,
		    e->kind == EVENT_PURCHASE ? STAND_OWNS : STAND_THERE);
	}
}

static double
weight_standing(const struct reckoning *k, enum stand stand)
{
	double sum = 0;

	for (size_t i = 0; i < k->touched_count; i++) {
		if (k->stand[k->touched[i]] == (uint8_t)stand)
			sum += k->weight[k->touched[i]];
	}
	return sum;
}

/* Calls for each course the reader buys in [from, to) for the first time since
 * `begins`; `stand` is as look_at left it. */
typedef void bought_fn(struct reckoning *k, void *context, uint32_t course);

static void
each_bought(struct reckoning *k, size_t reader, int64_t from, int64_t to,
    bought_fn *call, void *context)
{
	for (size_t i = 0; i < readers_events(k->readers, reader); i++) {
		const struct event *e = readers_event(k->readers, reader, i);
		uint32_t course = k->shelf->course_of[e->item];

		if (e->kind != EVENT_PURCHASE || e->time < from ||
		    e->time >= to || course == SHELF_NONE ||
		    !k->shelf->sold[course] || k->stand[course] == STAND_OWNS)
			continue;
		call(k, context, course);
		stand_on(k, course, STAND_OWNS);
	}
}

static void
learn_choice(struct reckoning *k, void *context, uint32_t course)
{
	double there = weight_standing(k, STAND_THERE);
	double others = k->all - there - weight_standing(k, STAND_OWNS);
	struct choice c = { 0, k->stand[course] == STAND_THERE };

	++*(size_t *)context;
	if (there <= 0 || others <= 0)
		return;
	c.odds = there / others;
	ARENA_PUSH(k->work, k->choices, c);
}

static void
count_bought(struct reckoning *k, void *context, uint32_t course)
{
	(void)k;
	++((size_t *)context)[course];
}

static void
learn_window(struct reckoning *k, const struct moment *m, bool newcomers)
{
	struct history h;

	weigh_courses(k, m->at);
	for (size_t r = 0; r < k->readers->count; r++) {
		bool is_known = history_of(&k->history, r, m, &h);
		size_t n = 0;

		if (!(h.happened >> OUTCOME_BUY & 1))
			continue;
		look_at(k, r, m);
		if (is_known)
			each_bought(k, r, m->at, m->until, learn_choice, &n);
		else if (newcomers)
			each_bought(
			    k, r, m->at, m->until, count_bought, k->newcomers);
		k->buyers += is_known;
		k->bought += n;
	}
}

/* The slope of the likelihood falls as the logarithm grows: halve. */
static double
most_likely_lift(const struct reckoning *k)
{
	double low = -10, high = 10;

	for (unsigned round = 0; round < 60; round++) {
		double middle = (low + high) / 2, slope = -middle / prior;

		for (size_t i = 0; i < k->choices.count; i++) {
			const struct choice *c = &k->choices.at[i];

			slope += c->was_there -
			    logistic_chance(middle + log(c->odds));
		}
		if (slope > 0)
			low = middle;
		else
			high = middle;
	}
	return exp((low + high) / 2);
}

/* How far two histories are from being equally long. */
static double
history_off(const struct moment *a, const struct moment *b)
{
	return fabs(log(
	    (double)(a->at - a->begins + 1) / (double)(b->at - b->begins + 1)));
}

/* Learns from the windows from `from` on, about a moment like `m`. */
static void
learn_windows(struct reckoning *k, const struct predictions *p, size_t from,
    const struct moment *m)
{
	double nearest = HUGE_VAL;

	k->choices.count = k->buyers = k->bought = k->newcomer_windows = 0;
	for (size_t i = 0; i < k->shelf->courses; i++)
		k->newcomers[i] = 0;
	for (size_t i = from; i < p->window_count; i++)
		nearest = fmin(nearest, history_off(&p->windows[i], m));
	for (size_t i = from; i < p->window_count; i++) {
		bool newcomers = k->newcomer_windows < DEMAND_WINDOWS &&
		    history_off(&p->windows[i], m) <= nearest + alike;

		learn_window(k, &p->windows[i], newcomers);
		k->newcomer_windows += newcomers;
	}
	k->lift = most_likely_lift(k);
	k->per_buyer = k->buyers ? (double)k->bought / (double)k->buyers : 1;
}

/* Shares out a chance; what every course gets is summed in *for_all. */
static void
share_out(
    struct reckoning *k, struct outlook *o, double chance, double *for_all)
{
	double there = weight_standing(k, STAND_THERE);
	double sum =
	    k->all - weight_standing(k, STAND_OWNS) + (k->lift - 1) * there;
	double unit = sum > 0 ? chance * k->per_buyer / sum : 0;

	*for_all += unit;
	for (size_t i = 0; i < k->touched_count; i++) {
		uint32_t course = k->touched[i];
		double factor =
		    k->stand[course] == STAND_OWNS ? -1 : k->lift - 1;

		o->contacts[course]++;
		o->expected[course] += k->weight[course] * unit * factor;
	}
}

static void
look_back(struct reckoning *k, struct outlook *o, size_t reader,
    const struct moment *m)
{
	const struct moment before = { m->begins, m->at - horizon, m->at };

	look_at(k, reader, &before);
	each_bought(k, reader, before.at, m->at, count_bought, o->before);
}

static void
look_out(struct reckoning *k, struct outlook *o, const struct moment *m,
    const struct predict_model *model)
{
	double for_all = 0;
	struct history h;

	weigh_courses(k, m->at);
	for (size_t r = 0; r < k->readers->count; r++) {
		look_back(k, o, r, m);
		look_at(k, r, m);
		if (history_of(&k->history, r, m, &h))
			share_out(k, o, predict_chance(model, &h), &for_all);
		each_bought(k, r, m->at, m->until, count_bought, o->seen);
	}
	for (size_t i = 0; i < k->shelf->courses; i++) {
		o->expected[i] += k->weight[i] * for_all;
		if (o->expected[i] < 0)
			o->expected[i] = 0; /* rounding */
		o->expected[i] +=
		    (double)k->newcomers[i] / (double)k->newcomer_windows;
		o->contacts[i] += k->newcomers[i];
	}
}

static struct outlook
new_outlook(struct reckoning *k)
{
	size_t n = k->shelf->courses;

	return (struct outlook){ ARENA_ARRAY(k->work, n, double),
		ARENA_ARRAY(k->work, n, size_t),
		ARENA_ARRAY(k->work, n, size_t),
		ARENA_ARRAY(k->work, n, size_t) };
}

static void
compare(struct demand *d, const struct outlook *o)
{
	for (size_t i = 0; i < d->count; i++) {
		struct interval expected = interval_of_count(o->expected[i]);
		double seen = (double)o->seen[i], before = (double)o->before[i];

		d->test_expected += o->expected[i];
		d->test_seen += o->seen[i];
		d->test_before += o->before[i];
		d->test_off += fabs(o->expected[i] - seen);
		d->test_off_before += fabs(before - seen);
		if (expected.value < 1 && seen < 1)
			continue; /* that a rare course did not sell is easy */
		d->test_compared++;
		d->test_within +=
		    seen >= floor(expected.low) && seen <= ceil(expected.high);
	}
}

static void
begin(struct reckoning *k, const struct readers *readers,
    const struct shelf *shelf, struct arena *work)
{
	size_t n = shelf->courses;

	*k = (struct reckoning){
		.readers = readers, .shelf = shelf, .work = work
	};
	history_init(&k->history, work, readers, shelf);
	k->weight = ARENA_ARRAY(work, n, double);
	k->newcomers = ARENA_ARRAY(work, n, size_t);
	k->stand = ARENA_ARRAY(work, n, uint8_t);
	k->touched = ARENA_ARRAY(work, n, uint32_t);
}

void
demand_of(struct demand *d, struct arena *a, const struct readers *readers,
    const struct shelf *shelf, const struct predictions *p)
{
	const struct prediction *buy = &p->of[OUTCOME_BUY];
	struct reckoning k;
	struct arena work;
	struct outlook o;

	*d = (struct demand){ .count = shelf->courses };
	if (buy->state != PREDICT_GOOD)
		return;
	arena_init(&work);
	begin(&k, readers, shelf, &work);
	learn_windows(&k, p, 1, &p->windows[0]);
	o = new_outlook(&k);
	look_out(&k, &o, &p->windows[0], &buy->tested);
	compare(d, &o);
	learn_windows(&k, p, 0, &p->now);
	d->lift = k.lift;
	d->per_buyer = k.per_buyer;
	if (p->foresees) {
		o = new_outlook(&k);
		look_out(&k, &o, &p->now, &buy->next);
		d->at = ARENA_ARRAY(a, d->count, struct demand_course);
		for (size_t i = 0; i < d->count; i++)
			d->at[i] = (struct demand_course){ interval_of_count(
							       o.expected[i]),
				o.contacts[i], o.before[i] };
	}
	arena_clear(&work);
}
