/*
 * measure.h - how well a method finds what readers did next.
 *
 * Means over readers with something to find and something known: NDCG and HR
 * with binary relevance, recall as hits / min(20, wanted). tail_recall is that
 * of items which at most five readers of the training have; coverage the share
 * of all items that are in anybody's first ten. low and high bound NDCG@10 for
 * 95 of 100 draws of the readers (bootstrap, 1,000 draws, always the same).
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "buf.h"
#include "method.h"
#include "split.h"

struct measure {
	size_t readers;
	double ndcg10, hit10, recall20, ndcg100;
	double tail_recall20, coverage10, tail_share10;
	double low, high;
};

enum { MEASURE_LIST = 100 }; /* items asked of a method */

/* A run, or the blocks of pages, go to `run` as lines "name rank item score"
 * when it is not NULL. */
void measure_readers(struct measure *out, const struct model *model,
    const struct split *s, struct buf *run);
/* The same for a page's block: only the newest item of a reader is known. */
void measure_blocks(struct measure *out, const struct model *model,
    const struct split *s, struct buf *run);

#endif
