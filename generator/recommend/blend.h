/*
 * blend.h - contents and behaviour in one score, and how it was tuned.
 *
 * Items that enough readers have go through the closed form with the contents
 * in it (behaviour.h), to which beta times the content score is added. An item
 * that few have yet is scored by its contents alone, by what the closed form
 * comes to in the first order: alpha c / (alpha + lambda). Where the closed
 * form does not fit, evidence decides: e b + (1 - e) beta c with
 * e = n / (n + k), n the readers that have both.
 *
 * Two sets of rows: for a page's block, where one item is known, with a large
 * lambda; for a reader's list with a small one.
 */
#ifndef BLEND_H
#define BLEND_H

#include "behaviour.h"
#include "catalog.h"

struct blend_tuning {
	double alpha, beta, k; /* as above */
	double reader_lambda, block_lambda;
	double shrink; /* where the closed form does not fit */
	unsigned threshold; /* distinct readers of a pair */
	size_t most; /* entries of a row */
	bool fitted; /* else the defaults: too few readers to tell */
	size_t fitted_readers; /* those it was tried on */
	double ndcg10; /* of readers' lists in the trial, and of others: */
	double ndcg10_popularity, ndcg10_neighbours;
};

extern const struct blend_tuning blend_tuning_default;

struct blend {
	struct rows *contents; /* by item of the catalog */
	struct rows *block,
	    *reader; /* the blend; contents' own without events */
	struct rows *together; /* behaviour alone, for blocks */
	double *popularity; /* by item: share of the readers, or 0 when few */
	bool closed_form, has_behaviour;
};

/* `m` has the catalog's items; NULL: no events. */
void blend_rows(struct blend *b, struct arena *a, struct rows *contents,
    const struct matrix *m, const struct blend_tuning *t);
/* One set of rows, with `lambda`. */
struct rows *blend_mix(struct arena *a, const struct rows *contents,
    const struct matrix *m, const struct blend_tuning *t, double lambda);
/*
 * Tries values on what readers did after the oldest four fifths of the events,
 * one parameter after the other. With more than FIT_ITEMS items in the events,
 * on those most readers have. Nothing changes when fewer than FIT_READERS
 * readers can be tried on. `item_of` maps the events' items to the catalog's.
 */
enum { FIT_ITEMS = 2500, FIT_READERS = 50 };
void blend_fit(struct blend_tuning *t, const struct rows *contents,
    const struct events *e, const struct event_worth *worth,
    const uint32_t *item_of);

#endif
