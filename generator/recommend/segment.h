/*
 * segment.h - readers who read about the same: k-means over what they read.
 *
 * A reader is the sum of the vectors of the items in the matrix, weighted by
 * its values, brought to length 1. k-means (Lloyd) minimises the squared
 * distance to the mean of the segment, begun by greedy k-means++ (Arthur and
 * Vassilvitskii, 2007); its draws come from a generator seeded with the data,
 * and ties go to the lower number. k is that of 2..SEGMENTS_MOST with the
 * highest mean silhouette (Rousseeuw, 1987; of squared distances, which for
 * vectors of length 1 need only the means, so it is exact) over a sample of
 * at most SEGMENT_SAMPLE readers, evenly spaced; where that is below
 * SEGMENT_APART thousandths, readers are alike and not divided.
 *
 * The readers' vectors are never made: x_r . m is the sum of the reader's
 * weights times the items' products with m. A round costs k steps for each
 * entry of the matrix and for each term of an item.
 *
 * Deterministic for any number of threads. Memory: 16 bytes a reader, 16 k for
 * each item and term.
 */
#ifndef SEGMENT_H
#define SEGMENT_H

#include "matrix.h"
#include "subject.h"

enum {
	SEGMENTS_MOST = 8,
	SEGMENT_SAMPLE = 10000,
	SEGMENT_READERS = 50, /* fewer are not divided */
	SEGMENT_APART = 50,
};
#define SEGMENT_NONE UINT32_MAX

struct segments {
	size_t count; /* 0: nobody read anything; 1: not divided */
	uint32_t *of; /* by reader; SEGMENT_NONE: read nothing with a subject */
	size_t size[SEGMENTS_MOST]; /* larger ones first */
	size_t placed; /* readers in any */
	double silhouette; /* of the division, up to 1 */
	float *taken[SEGMENTS_MOST]; /* by item: the mean of what readers took
				      */
	float *taken_by_all;
};

void segments_of(struct segments *s, struct arena *a, const struct matrix *m,
    const struct vectors *v, unsigned threads);

#endif
