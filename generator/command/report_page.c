/*
 * report_page.c - index.html: the report in plain words, one file without
 * script or anything from elsewhere.
 */
#include "report.h"
#include "report_markup.h"

static void
write_overview(struct buf *out, const struct report *r)
{
	static const char *const names[EVENT_KINDS] = {
		[EVENT_PURCHASE] = "Purchases",
		[EVENT_COMPLETE] = "Pages read to the end",
		[EVENT_VISIT] = "Pages opened",
		[EVENT_CLICK] = "Recommendations followed",
		[EVENT_SHOWN] = "Recommendations shown",
	};
	static const struct markup_column columns[] = { { "What", false },
		{ "How often", true } };

	markup(out, "<h2 id=\"overview\">What happened</h2>\n");
	markup_table(out, "Events in the period", columns, 2);
	for (size_t i = 0; i < EVENT_KINDS; i++) {
		markup_row(out, str_from(names[i]));
		markup_cell_count(out, r->by_kind[i]);
		markup(out, "</tr>\n");
	}
	markup_table_end(out);
	markup_said(out, "<p>They came from ", r->readers->count,
	    " reader ids. A reader has more than one when ids changed in "
	    "between, and visitors without an account get a new one every "
	    "day.</p>\n");
	markup_said(out, "<p>", r->shelf.items, " pages and courses were ");
	markup(out, "met");
	if (r->gone) {
		markup_said(
		    out, "; ", r->gone, " of them the site no longer has ");
		markup_said(out, "(events: ", r->gone_events, ")");
	}
	markup(out, ".</p>\n");
}

static void
write_gone(struct buf *out, const struct report *r)
{
	static const struct markup_column columns[] = { { "Address", false },
		{ "Readers", true } };

	if (!r->gone_most_count)
		return;
	markup_table(
	    out, "Most met of what the site no longer has", columns, 2);
	for (size_t i = 0; i < r->gone_most_count; i++) {
		markup_row(out, r->events->items.list.at[r->gone_most[i].item]);
		markup_cell_count(out, r->gone_most[i].readers);
		markup(out, "</tr>\n");
	}
	markup_table_end(out);
}

static void
write_purchases(
    struct buf *out, const struct report *r, const struct report_segment *s)
{
	size_t all = r->by_kind[EVENT_PURCHASE];

	if (!all)
		return;
	if (!s->tells_purchases) {
		markup(out,
		    "<p>Too few of them bought anything to say how "
		    "much.</p>\n");
		return;
	}
	markup(out, "<p>");
	markup_percent(out, (double)s->purchases / (double)all);
	markup(out, " of all purchases are theirs.</p>\n");
}

static void
write_taken(
    struct buf *out, const struct report *r, const struct report_segment *s)
{
	static const struct markup_column columns[] = { { "Page", false },
		{ "Readers", true } };

	if (!s->taken_count)
		return;
	markup_table(out, "What most of them took", columns, 2);
	for (size_t i = 0; i < s->taken_count; i++) {
		markup_row(out, r->catalog.at[s->taken[i].item]->title);
		markup_cell_count(out, s->taken[i].readers);
		markup(out, "</tr>\n");
	}
	markup_table_end(out);
}

static void
write_group(struct buf *out, const struct report *r,
    const struct report_segment *s, const char *name)
{
	markup(out, "<div class=\"group\"><h3>%s: ", name);
	markup_said(out, "", s->readers, " readers (");
	markup_percent(out, (double)s->readers / (double)r->segments.placed);
	markup(out, ")</h3>\n");
	if (s->word_count)
		markup(out, "<ul class=\"words\">");
	for (size_t i = 0; i < s->word_count; i++) {
		markup(out, "<li>");
		markup_text(out, s->words[i]);
		markup(out, "</li>");
	}
	if (s->word_count)
		markup(out, "</ul>\n");
	write_purchases(out, r, s);
	write_taken(out, r, s);
	markup(out, "</div>\n");
}

static const char *
distinctness(double silhouette)
{
	return silhouette > 0.5 ? "lie well apart"
	    : silhouette > 0.25
	    ? "can be told apart"
	    : "run into each other: do not build much on them";
}

static void
write_groups(struct buf *out, const struct report *r)
{
	const struct segments *s = &r->segments;

	markup(out, "<h2 id=\"groups\">Groups of readers</h2>\n");
	if (s->count < 2 || !r->shown_count) {
		markup_said(out, "<p>", s->placed,
		    " readers took something the site has. ");
		markup(out,
		    "They are not divided: that needs %d readers at least, "
		    "and tastes that can be told apart.</p>\n",
		    SEGMENT_READERS);
	} else {
		markup_said(out, "<p>The ", s->placed,
		    " readers who took something the site has, divided by "
		    "what it is about. The words are those that tell a group "
		    "from the others. ");
		markup(out, "The groups %s (silhouette %.2f).</p>\n",
		    distinctness(s->silhouette), s->silhouette);
	}
	for (size_t i = 0; i < r->shown_count; i++) {
		char name[32];

		snprintf(name, sizeof name, s->count < 2 ? "All" : "Group %zu",
		    i + 1);
		write_group(out, r, &r->shown[i], name);
	}
	if (r->others.readers >= REPORT_LEAST)
		write_group(out, r, &r->others, "Others");
}

static void
write_rate(struct buf *out, struct str name, const struct clickthrough_row *row)
{
	struct interval i = interval_of_share(row->clicked, row->shown);

	markup_row(out, name);
	markup(out, "<td class=\"n\">");
	markup_number(out, row->shown);
	markup(out, "</td>");
	if (report_tells_clicks(row)) {
		markup(out, "<td class=\"n\">");
		markup_number(out, row->clicked);
		markup(out, "</td>");
		markup_cell_percent(out, i.value);
		markup_cell_range(out, i.low, i.high);
	} else {
		markup_cell_few(out);
		markup(out, "<td class=\"n\">–</td><td class=\"n\">–</td>");
	}
	markup(out, "</tr>\n");
}

/* At most `most` rows of those that may be told; returns how many. */
static size_t
write_rates(struct buf *out, const char *caption, const char *first,
    const struct names *names, const struct clickthrough_row *rows,
    size_t count, size_t most)
{
	const struct markup_column columns[] = { { first, false },
		{ "Shown", true }, { "Followed", true }, { "Rate", true },
		{ "Likely range", true } };
	size_t n = 0;

	for (size_t i = 0; i < count && n < most; i++) {
		if (!report_tells(&rows[i]))
			continue;
		if (!n++)
			markup_table(out, caption, columns,
			    sizeof columns / sizeof *columns);
		write_rate(out,
		    names->list.at[rows[i].of].len ? names->list.at[rows[i].of]
						   : STR("(without a name)"),
		    &rows[i]);
	}
	if (n)
		markup_table_end(out);
	return n;
}

static void
write_clickthrough(struct buf *out, const struct report *r)
{
	const struct clickthrough *c = &r->clickthrough;
	const struct events *e = r->events;

	markup(out,
	    "<h2 id=\"links\">Recommendations followed</h2>\n"
	    "<p>How often a block was shown and a link in it followed. A click "
	    "counts for the page on which the same reader was shown the block "
	    "last. Where fewer than five readers clicked, the number is not "
	    "told.</p>\n");
	if (!write_rates(out, "By kind of block", "Block", &e->blocks,
		c->blocks, c->block_count, c->block_count))
		markup(out, "<p>No block was shown to five readers yet.</p>\n");
	write_rates(out, "On the pages that showed most", "Page", &e->items,
	    c->pages, c->page_count, REPORT_PAGES);
}

static void
write_method(struct buf *out)
{
	markup(out,
	    "<h2 id=\"method\">How this was found</h2>\n"
	    "<p>Groups: k-means over what pages are about, with as many groups "
	    "(2 to %d) as have the highest silhouette. Predictions: logistic "
	    "regression over visits, days, recency, courses, pages read to the "
	    "end, recommendations followed, purchases and time since the first "
	    "visit; learnt from earlier windows of %d days, tested on the "
	    "newest. Ranges hold for 95 of 100 such samples (Wilson; for "
	    "counts "
	    "Poisson). Groups and cells of fewer than %d readers are left out "
	    "or added to others. The same events and site give the same "
	    "report. "
	    "report.json has it all as data.</p>\n",
	    SEGMENTS_MOST, HISTORY_HORIZON, REPORT_LEAST);
}

static void
write_begin(struct buf *out, const struct report *r)
{
	markup_head(out, r->site->title);
	markup(out, "<h1>Readers of ");
	markup_text(out, r->site->title);
	markup(out, "</h1>\n");
	if (!r->events->list.count) {
		markup(out, "<p class=\"big\">There are no events yet.</p>\n");
		return;
	}
	markup(out, "<p class=\"big\"><time>%s</time> to <time>%s</time>. ",
	    report_date_of(r->first).text, report_date_of(r->last).text);
	markup_said(out, "", r->events->list.count, " events.</p>\n");
	markup(out,
	    "<p>Nobody is named here and nobody can be singled out: what fewer "
	    "than five readers did is left out or added to others.</p>\n"
	    "<nav aria-label=\"Sections\"><ul>"
	    "<li><a href=\"#overview\">What happened</a></li>"
	    "<li><a href=\"#groups\">Groups of readers</a></li>"
	    "<li><a href=\"#predictions\">The next %d days</a></li>"
	    "<li><a href=\"#courses\">Buyers of each course</a></li>"
	    "<li><a href=\"#links\">Recommendations followed</a></li>"
	    "<li><a href=\"#method\">How this was found</a></li>"
	    "</ul></nav>\n",
	    HISTORY_HORIZON);
}

void
report_page(const struct report *r, struct buf *out)
{
	write_begin(out, r);
	if (r->events->list.count) {
		write_overview(out, r);
		write_gone(out, r);
		write_groups(out, r);
		report_page_predictions(out, r);
		report_page_demand(out, r);
		write_clickthrough(out, r);
		write_method(out);
	}
	markup_foot(out);
}
