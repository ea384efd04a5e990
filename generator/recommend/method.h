/*
 * method.h - ways to say what a reader may want next, to be held against each
 * other.
 *
 * A method is fitted to a matrix and then scores all items for a history. The
 * site uses ease or item-knn with the contents (blend.h); the others are what
 * courses and books on the subject teach, kept so that the choice stays a
 * measured one. All are deterministic.
 */
#ifndef METHOD_H
#define METHOD_H

#include "behaviour.h"

struct tuning {
	struct behaviour rows; /* ease and item-knn */
	double block_lambda, block_shrink; /* the same, for a page's block */
	size_t factors; /* svd, mf */
	size_t neighbours; /* user-cosine: readers */
	unsigned rounds; /* mf: passes over the events */
};

extern const struct tuning tuning_default;

struct model {
	const struct method *method;
	const struct matrix *m;
	struct tuning tuning;
	struct rows *rows; /* by item: what goes with it */
	double *vectors; /* items by factors */
	double *biases; /* by item */
};

struct method {
	const char *name;
	const char *summary;
	bool (*fit)(struct model *model, struct arena *a);
	/* Adds to `scores`, by item, which are 0. */
	void (*score)(
	    const struct model *model, struct entries history, double *scores);
};

extern const struct method method_table[];
extern const size_t method_count;

const struct method *method_find(struct str name);
/* NULL when it does not fit in memory. */
struct model *method_fit(const struct method *method, struct arena *a,
    const struct matrix *m, const struct tuning *tuning);
/* `t` with the values that a page's block wants. */
struct tuning tuning_for_block(const struct tuning *t);
/*
 * The best `most` items for a history, none of which is in it, into `best`;
 * returns how many. `room` and `scores` have a place for each item.
 */
size_t model_recommend(const struct model *model, struct entries history,
    size_t most, struct scored *room, double *scores);

/* The methods; private to this folder. */
bool popularity_fit(struct model *model, struct arena *a);
void popularity_score(
    const struct model *model, struct entries history, double *scores);
bool cosine_fit(struct model *model, struct arena *a);
bool neighbours_fit(struct model *model, struct arena *a);
bool ease_fit(struct model *model, struct arena *a);
void rows_add_scores(
    const struct model *model, struct entries history, double *scores);
bool readers_fit(struct model *model, struct arena *a);
void readers_score(
    const struct model *model, struct entries history, double *scores);
bool svd_fit(struct model *model, struct arena *a);
void svd_score(
    const struct model *model, struct entries history, double *scores);
bool factors_fit(struct model *model, struct arena *a);
void factors_score(
    const struct model *model, struct entries history, double *scores);

/* Numbers that look random and are the same everywhere. */
struct dice {
	uint64_t state;
};
uint32_t dice_below(struct dice *d, uint32_t limit);
double dice_centred(struct dice *d); /* from -1 to 1 */

#endif
