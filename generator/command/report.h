/*
 * report.h - what an owner is told of the readers: groups, what to expect, and
 * which links are followed.
 *
 * Promises: nobody can be singled out. There is no line about a reader, and
 * what fewer than REPORT_LEAST readers did is left out or added to others; so
 * is what could be had by subtracting what is shown. `now` is the newest event,
 * so the same site and events give the same report on any day and machine.
 */
#ifndef REPORT_H
#define REPORT_H

#include "buf.h"
#include "clickthrough.h"
#include "demand.h"
#include "segment.h"

enum {
	REPORT_LEAST = 5,
	REPORT_TAKEN = 5, /* pages of a group */
	REPORT_GONE = 10, /* items that left the site */
	REPORT_PAGES = 10, /* most shown ones */
	REPORT_COURSES = 30, /* on the page; report.json has all */
};

struct report_taken {
	uint32_t item;
	size_t readers;
};

struct report_segment {
	size_t readers, purchases, buyers;
	bool tells_purchases;
	struct str words[SUBJECT_WORDS];
	size_t word_count;
	struct report_taken taken[REPORT_TAKEN]; /* items of the catalog */
	size_t taken_count;
};

struct report {
	const struct site *site;
	const struct events *events;
	struct catalog catalog;
	struct shelf shelf;
	struct readers *readers;
	size_t by_kind[EVENT_KINDS];
	int64_t first, last; /* times */
	size_t gone, gone_events;
	struct report_taken gone_most[REPORT_GONE]; /* items of the events */
	size_t gone_most_count;
	struct segments segments;
	struct report_segment shown[SEGMENTS_MOST]; /* larger ones first */
	size_t shown_count;
	struct report_segment others; /* without words and pages */
	struct predictions predictions;
	struct demand demand;
	uint32_t *courses; /* that may be shown, most buyers expected first */
	size_t course_count;
	double other_courses; /* expected buyers of those that may not */
	size_t other_course_count;
	bool tells_other_courses;
	struct clickthrough clickthrough;
};

/* `e` is closed. All lives in the arena but what report_clear frees. */
void report_init(struct report *r, struct arena *a, const struct site *site,
    const struct events *e, unsigned threads, struct diag *d);
void report_clear(struct report *r);
void report_json(const struct report *r, struct buf *out);
void report_page(const struct report *r, struct buf *out);
/* Its sections about the future. */
void report_page_predictions(struct buf *out, const struct report *r);
void report_page_demand(struct buf *out, const struct report *r);
/* May a row of clickthrough.h be shown; may its clicks? */
bool report_tells(const struct clickthrough_row *row);
bool report_tells_clicks(const struct clickthrough_row *row);
/* "2026-03-01", UTC. */
struct report_date {
	char text[16];
};
struct report_date report_date_of(int64_t time);

#endif
