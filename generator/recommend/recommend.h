/*
 * recommend.h - what a page leads to: related lessons, the next course, what
 * readers of this also took; and rows for a reader's own list.
 *
 * Promises: the same site, events and options give the same result on any
 * machine and number of threads. Only pages of the site are named, so what left
 * it is gone, whatever the events say. Behaviour of fewer than five readers
 * (options.tuning.threshold) never enters. A page that neither its text nor
 * readers bring near is not named (related.h). A reason quotes only what stands
 * in public text of both pages: of a paid one title, description, tags,
 * headings of level 1 and 2, and what stands before <!--more-->. Nothing is
 * written, no clock is read.
 *
 * Memory: some 4 KB a page of 8 KB (terms.h), 240 bytes a page for its nearest
 * ones; with events 24 bytes each (events.h), 16 a reader and item (matrix.h),
 * and while it is made 4 n (n + 2) bytes for n items that five readers have
 * (behaviour.h: 290 MB for 8,500, the most).
 *
 * Made once a build, before the first page; afterwards it is only read, by any
 * number of threads with an arena each.
 */
#ifndef RECOMMEND_H
#define RECOMMEND_H

#include "blend.h"
#include "reason.h"

struct recommend;

struct recommend_options {
	unsigned threads; /* 0: as many as there are processors */
	bool fit; /* tune on the events; else the defaults */
	struct event_worth worth;
	struct blend_tuning tuning;
	/* The base file (base.h) an earlier run left, to go on from: only what
	 * changed is read and compared, with the same result. NULL: none. */
	const char *base;
	struct str program; /* which program this is, to the byte */
};
extern const struct recommend_options recommend_options_default;

/* `events` is closed, or NULL: contents alone. `options` may be NULL; it is
 * borrowed. Items of the events that the site does not have are one warning in
 * `d`, a text that cannot be read an error. */
struct recommend *recommend_new(struct arena *a, const struct site *site,
    const struct events *events, const struct recommend_options *options,
    struct diag *d);
void recommend_free(struct recommend *r);
/* Leaves a base for the next run, unless the one it went on from will do. What
 * cannot be written is no loss but of time. */
void recommend_save(const struct recommend *r);

enum recommend_kind {
	/*
	 * Lessons, articles and courses about the same. Never the lesson
	 * before or after, nor an earlier one of the same course (but in a
	 * foreign repository, which is one big course); what is near in other
	 * modules and courses first; the page's language first.
	 */
	RECOMMEND_RELATED,
	/* Courses that come after this page's course. */
	RECOMMEND_NEXT,
	/* Pages that readers of this one also took: by behaviour alone. */
	RECOMMEND_ALSO,
	/* For home: what most readers take, in the language of the page. */
	RECOMMEND_POPULAR,
	RECOMMEND_KINDS,
};
/* "related": for events ("shown:related"), classes and templates. */
extern const char *const recommend_kind_names[RECOMMEND_KINDS];

enum recommend_why {
	WHY_NOTHING, /* nothing public to name */
	WHY_TERMS, /* both are about `terms` */
	WHY_READERS, /* readers of the page also took it */
	WHY_BUILDS_ON, /* the course names this one as required */
	WHY_HARDER, /* about the same, a level up */
	WHY_POPULAR,
};

struct recommended {
	const struct page *page;
	int32_t score; /* millionths; compare within one block only */
	enum recommend_why why;
	struct str terms[REASON_TERMS_MOST]; /* with WHY_TERMS and WHY_HARDER */
	size_t term_count;
};

/* Fills `out` with at most `most` entries, best first; returns how many. Any
 * kind of page may be asked about. Terms live in `a`. */
size_t recommend_block(const struct recommend *r, struct arena *a,
    const struct page *p, enum recommend_kind kind, size_t most,
    struct recommended *out);
/* The first `want` of them, or more: for less than the price of all. */
size_t recommend_first(const struct recommend *r, struct arena *a,
    const struct page *p, enum recommend_kind kind, size_t most, size_t want,
    struct recommended *out);
enum recommend_verdict {
	RECOMMEND_FIT, /* among the related ones, when others leave it room */
	RECOMMEND_SEEN, /* a reader of the page knows it, or will at once */
	RECOMMEND_FAR, /* not near enough */
	RECOMMEND_NO_ITEM, /* one of the two is not of a kind that is related */
};
/* Why `to` would be on the page of `from`, whether it is chosen or not. */
enum recommend_verdict recommend_explain(const struct recommend *r,
    struct arena *a, const struct page *from, const struct page *to,
    struct recommended *out);

/*
 * For the gateway: what owning `course` says for each other course, best first.
 * The list of a reader is the sum of the rows of what the reader owns, without
 * that. Scores are millionths. Returns how many.
 */
struct recommend_row_entry {
	const struct course *course;
	int32_t score;
};
size_t recommend_row(const struct recommend *r, const struct course *course,
    size_t most, struct recommend_row_entry *out);

const struct blend_tuning *recommend_tuning(const struct recommend *r);
const struct blend *recommend_blend(const struct recommend *r);
const struct catalog *recommend_catalog(const struct recommend *r);

#endif
