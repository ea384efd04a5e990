/*
 * report_json.c - report.json: the report as data, for a spreadsheet or a
 * program.
 */
#include "report.h"

#include "json.h"

#include <math.h>

struct writing {
	struct arena a;
	const struct report *r;
};

/* Six places: more is noise, and would differ between machines. */
static void
set_real(struct writing *w, struct value *o, struct str key, double n)
{
	double rounded = round(n * 1e6) / 1e6;

	value_set(&w->a, o, key,
	    value_real(&w->a, rounded > 0 || rounded < 0 ? rounded : 0));
}

static void
set_count(struct writing *w, struct value *o, struct str key, size_t n)
{
	value_set_int(&w->a, o, key, (int64_t)n);
}

static void
set_date(struct writing *w, struct value *o, struct str key, int64_t time)
{
	struct report_date d = report_date_of(time);

	value_set(&w->a, o, key, value_strcpy(&w->a, str_from(d.text)));
}

static struct value *
set_object(struct writing *w, struct value *o, struct str key)
{
	struct value *v = value_object(&w->a);

	value_set(&w->a, o, key, v);
	return v;
}

static struct value *
set_list(struct writing *w, struct value *o, struct str key)
{
	struct value *v = value_list(&w->a);

	value_set(&w->a, o, key, v);
	return v;
}

static struct value *
push_object(struct writing *w, struct value *list)
{
	struct value *v = value_object(&w->a);

	value_push(&w->a, list, v);
	return v;
}

static void
set_interval(struct writing *w, struct value *o, const struct interval *i)
{
	set_real(w, o, STR("low"), i->low);
	set_real(w, o, STR("high"), i->high);
}

static void
add_overview(struct writing *w, struct value *top)
{
	const struct report *r = w->r;
	struct value *period = set_object(w, top, STR("period"));
	struct value *kinds = set_object(w, top, STR("events"));
	struct value *items = set_object(w, top, STR("items")), *list;

	if (r->events->list.count) {
		set_date(w, period, STR("from"), r->first);
		set_date(w, period, STR("to"), r->last);
	}
	for (size_t i = 0; i < EVENT_KINDS; i++)
		set_count(
		    w, kinds, str_from(event_kind_names[i]), r->by_kind[i]);
	set_count(w, top, STR("readers"), r->readers->count);
	set_count(w, items, STR("seen"), r->shelf.items);
	set_count(w, items, STR("gone"), r->gone);
	set_count(w, items, STR("gone_events"), r->gone_events);
	list = set_list(w, items, STR("gone_most"));
	for (size_t i = 0; i < r->gone_most_count; i++) {
		struct value *o = push_object(w, list);
		uint32_t item = r->gone_most[i].item;

		value_set_str(
		    &w->a, o, STR("item"), r->events->items.list.at[item]);
		set_count(w, o, STR("readers"), r->gone_most[i].readers);
	}
}

static void
add_purchases(
    struct writing *w, struct value *o, const struct report_segment *s)
{
	size_t all = w->r->by_kind[EVENT_PURCHASE];

	if (s->tells_purchases && all)
		set_real(w, o, STR("purchase_share"),
		    (double)s->purchases / (double)all);
}

static void
add_segment(struct writing *w, struct value *o, const struct report_segment *s)
{
	struct value *words, *taken;

	set_count(w, o, STR("readers"), s->readers);
	words = set_list(w, o, STR("words"));
	for (size_t i = 0; i < s->word_count; i++)
		value_push(&w->a, words, value_str(&w->a, s->words[i]));
	taken = set_list(w, o, STR("taken"));
	for (size_t i = 0; i < s->taken_count; i++) {
		struct value *t = push_object(w, taken);
		const struct page *p = w->r->catalog.at[s->taken[i].item];

		value_set_str(&w->a, t, STR("url"), p->url);
		value_set_str(&w->a, t, STR("title"), p->title);
		set_count(w, t, STR("readers"), s->taken[i].readers);
	}
	add_purchases(w, o, s);
}

static void
add_segments(struct writing *w, struct value *top)
{
	const struct report *r = w->r;
	struct value *o = set_object(w, top, STR("segments")), *list;

	set_count(w, o, STR("readers"), r->segments.placed);
	if (r->segments.count > 1)
		set_real(w, o, STR("silhouette"), r->segments.silhouette);
	list = set_list(w, o, STR("groups"));
	for (size_t i = 0; i < r->shown_count; i++)
		add_segment(w, push_object(w, list), &r->shown[i]);
	if (r->others.readers >= REPORT_LEAST) {
		struct value *others = set_object(w, o, STR("others"));

		set_count(w, others, STR("readers"), r->others.readers);
		add_purchases(w, others, &r->others);
	}
}

static void
add_test(struct writing *w, struct value *o, const struct prediction *p)
{
	struct value *test = set_object(w, o, STR("test")), *groups;
	const struct calibration *c = &p->test;

	set_count(w, test, STR("readers"), c->readers);
	set_count(w, test, STR("came"), c->came);
	set_real(w, test, STR("auc"), c->auc);
	set_real(w, test, STR("brier"), c->brier);
	set_real(w, test, STR("brier_of_share"), p->brier_of_share);
	set_real(w, test, STR("calibration_error"), c->error);
	set_real(
	    w, test, STR("calibration_error_uncorrected"), p->error_before);
	value_set_bool(&w->a, test, STR("corrected"), p->tested.corrected);
	groups = set_list(w, test, STR("groups"));
	for (size_t i = 0; i < c->group_count; i++) {
		const struct calibration_group *g = &c->groups[i];
		struct value *row = push_object(w, groups);

		set_real(w, row, STR("from"), g->from);
		set_real(w, row, STR("to"), g->to);
		set_count(w, row, STR("readers"), g->readers);
		set_real(w, row, STR("given"), g->given);
		set_real(w, row, STR("came"), g->seen.value);
		set_interval(w, row, &g->seen);
	}
}

static void
add_model(struct writing *w, struct value *o, const struct predict_model *m)
{
	struct value *factors = set_object(w, o, STR("odds_factors"));

	for (size_t i = 0; i < FEATURE_COUNT; i++)
		set_real(w, factors, str_from(feature_names[i]),
		    exp(m->base.slope[i]));
	value_set_bool(&w->a, o, STR("corrected"), m->corrected);
}

static void
add_prediction(struct writing *w, struct value *o, const struct prediction *p)
{
	static const char *const states[] = {
		[PREDICT_GOOD] = "good",
		[PREDICT_TOO_SHORT] = "too short a time",
		[PREDICT_FEW_READERS] = "too few readers",
		[PREDICT_FEW_CASES] = "too few cases",
	};

	value_set_str(&w->a, o, STR("state"), str_from(states[p->state]));
	if (p->state != PREDICT_GOOD)
		return;
	set_count(w, o, STR("learnt"), p->learnt);
	set_real(w, o, STR("share"), p->share);
	add_test(w, o, p);
	add_model(w, o, &p->next);
	if (p->asked >= REPORT_LEAST) {
		set_count(w, o, STR("asked"), p->asked);
		set_real(w, o, STR("expected"), p->expected);
	}
}

static void
add_predictions(struct writing *w, struct value *top)
{
	const struct predictions *p = &w->r->predictions;
	struct value *o = set_object(w, top, STR("predictions")), *windows;

	set_count(w, o, STR("horizon_days"), HISTORY_HORIZON);
	windows = set_list(w, o, STR("windows"));
	for (size_t i = 0; i < p->window_count; i++) {
		struct value *row = push_object(w, windows);

		set_date(w, row, STR("from"), p->windows[i].at);
		set_date(w, row, STR("to"), p->windows[i].until - 1);
	}
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		add_prediction(
		    w, set_object(w, o, str_from(outcome_names[i])), &p->of[i]);
}

static void
add_courses(struct writing *w, struct value *top)
{
	const struct report *r = w->r;
	const struct demand *d = &r->demand;
	struct value *o = set_object(w, top, STR("courses")), *list;

	list = set_list(w, o, STR("expected"));
	for (size_t i = 0; i < r->course_count; i++) {
		const struct demand_course *c = &d->at[r->courses[i]];
		const struct course *course =
		    r->site->courses.at[r->courses[i]];
		struct value *row = push_object(w, list);

		value_set_str(&w->a, row, STR("course"), course->id);
		set_real(w, row, STR("buyers"), c->expected.value);
		set_interval(w, row, &c->expected);
		if (!c->before || c->before >= REPORT_LEAST)
			set_count(w, row, STR("last_window"), c->before);
	}
	if (r->other_course_count && r->tells_other_courses) {
		set_count(w, o, STR("other_courses"), r->other_course_count);
		set_real(w, o, STR("other_buyers"), r->other_courses);
	}
	if (r->predictions.of[OUTCOME_BUY].state != PREDICT_GOOD)
		return;
	set_real(w, o, STR("test_expected"), d->test_expected);
	set_count(w, o, STR("test_seen"), d->test_seen);
	set_count(w, o, STR("test_courses"), d->test_compared);
	set_count(w, o, STR("test_within"), d->test_within);
	set_real(w, o, STR("test_off"), d->test_off);
	set_real(w, o, STR("test_off_as_before"), d->test_off_before);
}

static void
add_row(struct writing *w, struct value *o, const struct clickthrough_row *row)
{
	struct interval i = interval_of_share(row->clicked, row->shown);

	set_real(w, o, STR("shown"), row->shown);
	if (!report_tells_clicks(row))
		return;
	set_real(w, o, STR("clicked"), row->clicked);
	set_real(w, o, STR("rate"), i.value);
	set_interval(w, o, &i);
}

static void
add_clickthrough(struct writing *w, struct value *top)
{
	const struct clickthrough *c = &w->r->clickthrough;
	const struct events *e = w->r->events;
	struct value *o = set_object(w, top, STR("clickthrough")), *list;
	size_t n = 0;

	list = set_list(w, o, STR("blocks"));
	for (size_t i = 0; i < c->block_count; i++) {
		struct value *row;

		if (!report_tells(&c->blocks[i]))
			continue;
		row = push_object(w, list);
		value_set_str(&w->a, row, STR("block"),
		    e->blocks.list.at[c->blocks[i].of]);
		add_row(w, row, &c->blocks[i]);
	}
	list = set_list(w, o, STR("pages"));
	for (size_t i = 0; i < c->page_count && n < REPORT_PAGES; i++) {
		struct value *row;

		if (!report_tells(&c->pages[i]))
			continue;
		row = push_object(w, list);
		value_set_str(
		    &w->a, row, STR("page"), e->items.list.at[c->pages[i].of]);
		add_row(w, row, &c->pages[i]);
		n++;
	}
}

void
report_json(const struct report *r, struct buf *out)
{
	struct writing w = { .r = r };
	struct value *top;

	arena_init(&w.a);
	top = value_object(&w.a);
	value_set_str(&w.a, top, STR("title"), r->site->title);
	set_count(&w, top, STR("least_readers"), REPORT_LEAST);
	add_overview(&w, top);
	add_segments(&w, top);
	add_predictions(&w, top);
	add_courses(&w, top);
	add_clickthrough(&w, top);
	json_write(out, top, true);
	arena_clear(&w.a);
}
