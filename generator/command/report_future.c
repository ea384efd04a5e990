/*
 * report_future.c - of the report's page: what is expected, and how far that
 * could be trusted before.
 */
#include "report.h"
#include "report_markup.h"

#include <math.h>

/* How an outcome is spoken of. */
struct wording {
	const char *heading, *will, *did, *who, *asked;
};

static const struct wording wordings[OUTCOME_COUNT] = {
	[OUTCOME_BUY] = { "Buying", "buy something", "bought", "the buyer",
	    "readers known by then" },
	[OUTCOME_FINISH] = { "Finishing a course", "finish a course",
	    "finished one", "the one who finished",
	    "readers who had begun a course" },
	[OUTCOME_LAPSE] = { "Staying away", "stay away", "stayed away",
	    "the one who stayed away",
	    "readers met in the last 30 days before" },
};

static void
write_refusal(struct buf *out, const struct prediction *p)
{
	markup(out, "<p>No prediction: ");
	if (p->state == PREDICT_TOO_SHORT)
		markup(out,
		    "the events do not reach far enough. Two windows of "
		    "%d days are needed, each with %d days before it in which "
		    "readers had the same ids.</p>\n",
		    HISTORY_HORIZON, PREDICT_HISTORY);
	else if (p->state == PREDICT_FEW_READERS)
		markup(out,
		    "there are fewer than %d readers to learn from or to test "
		    "on.</p>\n",
		    PREDICT_READERS);
	else
		markup(out,
		    "fewer than %d readers did it, or fewer did not, in what "
		    "there is to learn from or to test on.</p>\n",
		    PREDICT_CASES);
}

static void
write_quality(
    struct buf *out, const struct prediction *p, const struct wording *w)
{
	const struct calibration *c = &p->test;
	double better =
	    p->brier_of_share > 0 ? 1 - c->brier / p->brier_of_share : 0;

	markup(out,
	    "<p>Of two readers of whom one %s, it gives %s the higher chance "
	    "%.0f times of 100 (guessing: 50). ",
	    w->did, w->who, c->auc * 100);
	if (better > 0.005)
		markup(out,
		    "Its squared error is %.0f&nbsp;%% smaller than if "
		    "all were given the same chance (%.4f to %.4f). ",
		    better * 100, c->brier, p->brier_of_share);
	else
		markup(out,
		    "<strong>It is no better than giving all the same "
		    "chance</strong> (squared error %.4f to %.4f). ",
		    c->brier, p->brier_of_share);
	markup(out, "On average its chances were off by %.1f points. ",
	    c->error * 100);
	if (p->tested.corrected)
		markup(out,
		    "They were corrected on readers kept apart (Platt); "
		    "without that it were %.1f.</p>\n",
		    p->error_before * 100);
	else
		markup(out,
		    "A correction on readers kept apart (Platt) did not help "
		    "and was left out.</p>\n");
}

static void
write_calibration(
    struct buf *out, const struct prediction *p, const struct wording *w)
{
	const struct calibration *c = &p->test;
	const struct markup_column columns[] = { { "Given", false },
		{ "Readers", true }, { "Expected", true }, { "Did it", true },
		{ "Likely range", true } };

	markup_table(out,
	    "What was predicted and what came, by tenths of the readers",
	    columns, sizeof columns / sizeof *columns);
	for (size_t i = c->group_count; i-- > 0;) {
		const struct calibration_group *g = &c->groups[i];

		markup(out, "<tr><th scope=\"row\" class=\"r\">");
		markup_range(out, g->from, g->to);
		markup(out, "</th>");
		markup_cell_count(out, g->readers);
		markup_cell_percent(out, g->given);
		markup_cell_percent(out, g->seen.value);
		markup_cell_range(out, g->seen.low, g->seen.high);
		markup(out, "</tr>\n");
	}
	markup_table_end(out);
	markup(out, "<figure>");
	markup_plot(out, c,
	    "Chance given against how many did it; the table has the numbers");
	markup(out,
	    "<figcaption>Each dot is a tenth of the readers: to the right, the "
	    "chance they were given; upwards, how many %s. On the broken line "
	    "both agree. The bars show how far luck may move a dot."
	    "</figcaption></figure>\n",
	    w->did);
}

static void
write_factors(struct buf *out, const struct prediction *p)
{
	static const char *const names[FEATURE_COUNT] = {
		[FEATURE_VISITS] = "Pages opened",
		[FEATURE_DAYS] = "Days with a visit",
		[FEATURE_RECENCY] = "Days since the last visit",
		[FEATURE_COURSES] = "Courses opened",
		[FEATURE_COMPLETES] = "Pages read to the end",
		[FEATURE_CLICKS] = "Recommendations followed",
		[FEATURE_PURCHASES] = "Purchases before",
		[FEATURE_TENURE] = "Days since the first visit",
	};
	static const struct markup_column columns[] = {
		{ "More of this, the rest being equal", false },
		{ "Odds", true }
	};

	markup(out, "<details><summary>What speaks for it</summary>\n");
	markup_table(out,
	    "By how much the odds change with a usual difference (one standard "
	    "deviation); what goes together is not what causes",
	    columns, 2);
	for (size_t i = 0; i < FEATURE_COUNT; i++) {
		if (!(p->next.base.scale[i] > 0))
			continue;
		markup_row(out, str_from(names[i]));
		markup(out, "<td class=\"n\">× %.2f</td></tr>\n",
		    exp(p->next.base.slope[i]));
	}
	markup_table_end(out);
	markup(out, "</details>\n");
}

/* "Of the tenth given the highest chance (20-30 %), 24 % bought." */
static void
write_top(struct buf *out, const struct calibration *c, const struct wording *w)
{
	const struct calibration_group *g = &c->groups[c->group_count - 1];

	markup(out, "<p class=\"big\">Of readers given ");
	markup_range(out, g->from, g->to);
	markup(out, ", ");
	markup_percent(out, g->seen.value);
	markup(out, " %s", w->did);
	if (c->group_count > 1) {
		g = &c->groups[0];
		markup(out, "; of those given ");
		markup_range(out, g->from, g->to);
		markup(out, ", ");
		markup_percent(out, g->seen.value);
	}
	markup(out, ".</p>\n");
}

static void
write_no_number(struct buf *out)
{
	markup(out,
	    "<p>No number for the coming days: the ids readers have now are "
	    "less than %d days old.</p>\n",
	    PREDICT_HISTORY);
}

static void
write_prediction(struct buf *out, const struct report *r, enum outcome outcome)
{
	const struct prediction *p = &r->predictions.of[outcome];
	const struct wording *w = &wordings[outcome];
	const struct moment *m = &r->predictions.windows[0];

	markup(out, "<h3>%s</h3>\n", w->heading);
	if (p->state != PREDICT_GOOD) {
		write_refusal(out, p);
		return;
	}
	if (p->asked >= REPORT_LEAST) {
		markup_said(
		    out, "<p class=\"big\">Of ", p->asked, " readers, about ");
		markup_number(out, p->expected);
		markup(out,
		    " will %s in the %d days after <time>%s</time>.</p>\n",
		    w->will, HISTORY_HORIZON, report_date_of(r->last).text);
	} else {
		write_no_number(out);
	}
	write_top(out, &p->test, w);
	markup_said(out, "<p>That was tried on ", p->test.readers, " ");
	markup(out, "%s, from <time>%s</time> to <time>%s</time>; ", w->asked,
	    report_date_of(m->at).text, report_date_of(m->until - 1).text);
	markup_said(out, "it had learnt from ", p->learnt,
	    " readers at earlier times. ");
	markup_said(out, "", p->test.came, " ");
	markup(out, "%s.</p>\n", w->did);
	write_quality(out, p, w);
	write_calibration(out, p, w);
	write_factors(out, p);
}

void
report_page_predictions(struct buf *out, const struct report *r)
{
	markup(out,
	    "<h2 id=\"predictions\">The next %d days</h2>\n"
	    "<p>Learnt from what readers did before, and tried on days it had "
	    "not seen. Readers count who were met on two days at least, bought "
	    "or read to the end, in the last %d days. It says how many, never "
	    "who.</p>\n",
	    HISTORY_HORIZON, HISTORY_ACTIVE);
	for (unsigned o = 0; o < OUTCOME_COUNT; o++)
		write_prediction(out, r, (enum outcome)o);
}

static void
write_course(struct buf *out, const struct report *r, uint32_t course)
{
	const struct demand_course *c = &r->demand.at[course];

	markup_row(out, r->site->courses.at[course]->page->title);
	markup(out, "<td class=\"n\">");
	markup_number(out, c->expected.value);
	markup(out, "</td><td class=\"n\">%.0f–%.0f</td>",
	    floor(c->expected.low), ceil(c->expected.high));
	if (!c->before || c->before >= REPORT_LEAST)
		markup_cell_count(out, c->before);
	else
		markup_cell_few(out);
	markup(out, "</tr>\n");
}

static void
write_demand_test(struct buf *out, const struct demand *d)
{
	markup(out, "<p>Tried on the same days as above: ");
	markup_number(out, d->test_expected);
	markup_said(out, " purchases expected, ", d->test_seen, " came. ");
	if (d->test_compared) {
		markup_said(out, "Of ", d->test_compared,
		    " courses with one purchase at least, expected or "
		    "come, ");
		markup_count(out, d->test_within);
		markup(out, " were within their range. ");
	}
	markup(out, "In all, courses were off by ");
	markup_number(out, d->test_off);
	markup(out, " (taking the %d days before instead: ", HISTORY_HORIZON);
	markup_number(out, d->test_off_before);
	markup(out, ").</p>\n");
}

void
report_page_demand(struct buf *out, const struct report *r)
{
	static const struct markup_column columns[] = { { "Course", false },
		{ "Expected buyers", true }, { "Likely range", true },
		{ "In the last 30 days", true } };
	size_t n =
	    r->course_count < REPORT_COURSES ? r->course_count : REPORT_COURSES;

	markup(out, "<h2 id=\"courses\">Buyers of each course</h2>\n");
	if (r->predictions.of[OUTCOME_BUY].state != PREDICT_GOOD) {
		markup(out, "<p>Not foreseen: see “Buying” above.</p>\n");
		return;
	}
	write_demand_test(out, &r->demand);
	if (!r->demand.at) {
		write_no_number(out);
		return;
	}
	if (!n)
		return;
	markup_table(out, "Expected buyers in the next 30 days", columns, 4);
	for (size_t i = 0; i < n; i++)
		write_course(out, r, r->courses[i]);
	markup_table_end(out);
	if (r->course_count > n)
		markup_said(out, "<p class=\"note\">", r->course_count - n,
		    " more are in report.json.</p>\n");
	if (r->other_course_count && r->tells_other_courses) {
		markup_said(out, "<p class=\"note\">The ",
		    r->other_course_count,
		    " courses that fewer than five readers met: ");
		markup_number(out, r->other_courses);
		markup(out, " in all.</p>\n");
	}
}
