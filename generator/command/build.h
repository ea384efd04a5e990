/*
 * build.h - a site from its source to a release: the stages in their order.
 *
 * All faults of a run are reported together; with an error nothing is
 * published, and what was written is removed.
 */
#ifndef BUILD_H
#define BUILD_H

#include "events_file.h"
#include "memo.h"
#include "page.h"
#include "publish.h"

struct build_options {
	const char *location; /* repository or folder */
	const char *revision; /* NULL: HEAD */
	const char *out;
	const char *datadir; /* NULL: wherever it is found */
	const char *events; /* what readers did; NULL: nothing is known */
	bool
	    events_newest; /* else the newest of <out>/events/, if it is good */
	bool worktree;
	bool remember; /* <out>/memo keeps what the next build need not do */
	bool prepare; /* make the release, do not switch to it */
	bool progress; /* show on standard error how far it is */
};

/* What a teaser shows, by page index; for the transcript of a push. */
struct build_teaser {
	size_t sections, shown;
};

struct build {
	struct build_options options;
	struct diag *diag;
	struct memo *memo; /* NULL: nothing is remembered */
	struct str program; /* what is remembered is of this one */
	struct arena arena, scratch;
	struct source *source;
	struct site *site; /* NULL when nothing could be read */
	struct events_file events;
	struct recommend *recommend;
	struct links *links;
	struct theme *theme;
	struct publish *publish;
	struct build_teaser *teasers;
	struct publish_totals totals;
	double seconds;
	bool done; /* it is published, or prepared */
	char id[RELEASE_ID + 1];
};

/* Reads the source. False after errors that are in `d`; build_run may follow
 * even then, to find the rest of the faults. */
bool build_open(
    struct build *b, const struct build_options *options, struct diag *d);
/* True when the release is there: then b->id is its id. */
bool build_run(struct build *b) __attribute__((warn_unused_result));
void build_close(struct build *b);

#endif
