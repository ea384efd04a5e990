/*
 * report_count.c - what the report says, with what five readers protects left
 * out.
 */
#include "report.h"

#include "parallel.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

bool
report_tells(const struct clickthrough_row *row)
{
	return row->readers >= REPORT_LEAST;
}

bool
report_tells_clicks(const struct clickthrough_row *row)
{
	return !row->clickers || row->clickers >= REPORT_LEAST;
}

struct report_date
report_date_of(int64_t time)
{
	struct report_date d = { "" };
	time_t t = (time_t)time;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(d.text, sizeof d.text, "%Y-%m-%d", &tm);
	return d;
}

static void
count_events(struct report *r)
{
	const struct events *e = r->events;

	for (size_t i = 0; i < e->list.count; i++) {
		r->by_kind[e->list.at[i].kind]++;
		r->gone_events += r->shelf.gone[e->list.at[i].item];
	}
	for (size_t i = 0; i < r->shelf.items; i++)
		r->gone += r->shelf.gone[i];
	if (e->list.count) {
		r->first = e->list.at[0].time;
		r->last = e->list.at[e->list.count - 1].time;
	}
}

/* Puts a candidate into a list of the most read, best first; equal ones keep
 * the order they come in. */
static void
offer(struct report_taken *list, size_t *count, size_t most,
    struct report_taken t)
{
	size_t i = *count;

	if (t.readers < REPORT_LEAST)
		return;
	for (; i > 0 && list[i - 1].readers < t.readers; i--) {
		if (i < most)
			list[i] = list[i - 1];
	}
	if (i < most)
		list[i] = t;
	if (*count < most)
		++*count;
}

static void
find_gone(struct report *r, struct arena *work)
{
	size_t *readers = ARENA_ARRAY(work, r->shelf.items, size_t);
	uint32_t *met = ARENA_ARRAY(work, r->shelf.items, uint32_t);

	for (size_t reader = 0; reader < r->readers->count; reader++) {
		for (size_t i = 0; i < readers_events(r->readers, reader);
		     i++) {
			uint32_t item =
			    readers_event(r->readers, reader, i)->item;

			readers[item] += met[item] != reader + 1;
			met[item] = (uint32_t)reader + 1;
		}
	}
	for (size_t i = 0; i < r->shelf.items; i++) {
		if (r->shelf.gone[i])
			offer(r->gone_most, &r->gone_most_count, REPORT_GONE,
			    (struct report_taken){ (uint32_t)i, readers[i] });
	}
}

/* By segment, before any is merged. */
struct group {
	struct report_segment all;
	uint32_t *readers; /* by item of the catalog */
};

static void
count_purchases(const struct report *r, size_t reader, struct report_segment *s)
{
	size_t n = 0;

	for (size_t i = 0; i < readers_events(r->readers, reader); i++)
		n += readers_event(r->readers, reader, i)->kind ==
		    EVENT_PURCHASE;
	s->purchases += n;
	s->buyers += n > 0;
}

static void
count_groups(
    const struct report *r, const struct matrix *m, struct group *groups)
{
	for (size_t reader = 0; reader < m->readers; reader++) {
		uint32_t n = r->segments.of[reader];
		struct entries list = matrix_reader(m, reader);

		if (n == SEGMENT_NONE)
			continue;
		groups[n].all.readers++;
		count_purchases(r, reader, &groups[n].all);
		for (size_t i = 0; i < list.count; i++)
			groups[n].readers[list.at[i].index]++;
	}
}

static void
describe_group(const struct report *r, struct group *g, size_t segment)
{
	struct report_segment *s = &g->all;

	for (size_t i = 0; i < r->catalog.count; i++)
		offer(s->taken, &s->taken_count, REPORT_TAKEN,
		    (struct report_taken){ (uint32_t)i, g->readers[i] });
	if (r->segments.count > 1)
		s->word_count =
		    subject_words(r->catalog.terms, r->segments.taken[segment],
			r->segments.taken_by_all, s->words);
}

static void
add_to_others(struct report *r, const struct report_segment *s)
{
	r->others.readers += s->readers;
	r->others.purchases += s->purchases;
	r->others.buyers += s->buyers;
}

/* Small groups are added to the others; and the smallest of the large ones as
 * well, when the others would still be too few. */
static void
merge_groups(struct report *r, const struct group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (groups[i].all.readers >= REPORT_LEAST)
			r->shown[r->shown_count++] = groups[i].all;
		else
			add_to_others(r, &groups[i].all);
	}
	while (r->others.readers && r->others.readers < REPORT_LEAST &&
	    r->shown_count)
		add_to_others(r, &r->shown[--r->shown_count]);
}

static bool
is_few(const struct report_segment *s)
{
	return s->buyers && s->buyers < REPORT_LEAST;
}

/* A single number left out could be had from the sum: then the smallest of the
 * rest is left out with it. */
static void
decide_purchases(struct report *r)
{
	struct report_segment *list[SEGMENTS_MOST + 1], *least = NULL;
	size_t count = 0, hidden = 0;

	for (size_t i = 0; i < r->shown_count; i++)
		list[count++] = &r->shown[i];
	if (r->others.readers)
		list[count++] = &r->others;
	for (size_t i = 0; i < count; i++) {
		list[i]->tells_purchases = !is_few(list[i]);
		hidden += is_few(list[i]);
		if (!is_few(list[i]) && list[i]->buyers &&
		    (!least || list[i]->buyers <= least->buyers))
			least = list[i];
	}
	if (hidden == 1 && least)
		least->tells_purchases = false;
}

static void
find_groups(
    struct report *r, struct arena *a, struct arena *work, unsigned threads)
{
	struct matrix *m = matrix_new(work, r->events, &event_worth_default,
	    r->shelf.item_of, r->catalog.count);
	struct group groups[SEGMENTS_MOST] = { 0 };
	struct vectors v;

	subject_vectors(&v, work, r->catalog.terms);
	segments_of(&r->segments, a, m, &v, threads);
	for (size_t i = 0; i < r->segments.count; i++)
		groups[i].readers =
		    ARENA_ARRAY(work, r->catalog.count, uint32_t);
	count_groups(r, m, groups);
	for (size_t i = 0; i < r->segments.count; i++)
		describe_group(r, &groups[i], i);
	merge_groups(r, groups, r->segments.count);
	decide_purchases(r);
}

static int
most_expected_first(const void *a, const void *b, void *context)
{
	const struct demand *d = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	double more = d->at[x].expected.value - d->at[y].expected.value;

	if (more > 0 || more < 0)
		return more > 0 ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void
list_courses(struct report *r, struct arena *a)
{
	struct demand *d = &r->demand;
	size_t contacts = 0;

	r->courses = ARENA_ARRAY(a, d->count, uint32_t);
	for (size_t i = 0; d->at && i < d->count; i++) {
		if (!r->shelf.sold[i])
			continue;
		if (d->at[i].contacts >= REPORT_LEAST) {
			r->courses[r->course_count++] = (uint32_t)i;
			continue;
		}
		r->other_course_count++;
		r->other_courses += d->at[i].expected.value;
		contacts += d->at[i].contacts;
	}
	r->tells_other_courses = !contacts || contacts >= REPORT_LEAST;
	if (r->course_count)
		qsort_r(r->courses, r->course_count, sizeof *r->courses,
		    most_expected_first, d);
}

void
report_init(struct report *r, struct arena *a, const struct site *site,
    const struct events *e, unsigned threads, struct diag *d)
{
	struct arena work;

	arena_init(&work);
	*r = (struct report){ .site = site, .events = e };
	catalog_init(&r->catalog, a, site, d);
	shelf_init(&r->shelf, a, &r->catalog, e);
	r->readers = readers_new(a, e);
	count_events(r);
	find_gone(r, &work);
	find_groups(r, a, &work, threads ? threads : parallel_threads());
	arena_clear(&work);
	predictions_of(&r->predictions, a, r->readers, &r->shelf);
	demand_of(&r->demand, a, r->readers, &r->shelf, &r->predictions);
	list_courses(r, a);
	clickthrough_of(&r->clickthrough, a, r->readers);
}

void
report_clear(struct report *r)
{
	catalog_clear(&r->catalog);
}
