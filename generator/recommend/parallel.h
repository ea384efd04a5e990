/*
 * parallel.h - the same work on many things, by several threads.
 *
 * Things are handed out in order, in blocks; which thread gets which is not
 * said, so the work on one must not depend on another.
 */
#ifndef PARALLEL_H
#define PARALLEL_H

#include <stddef.h>

/* Works on [from, to); `worker` is below `threads`. */
typedef void parallel_fn(
    void *context, unsigned worker, size_t from, size_t to);

/* How many threads to use where the caller does not say: at most 8. */
unsigned parallel_threads(void);
/* Returns when all is done. With one thread, or when no other can be started,
 * the caller's does it all. */
void parallel_run(
    unsigned threads, size_t count, parallel_fn *work, void *context);

#endif
