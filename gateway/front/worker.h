/*
 * worker.h - what a thread that serves keeps between requests: the newest view,
 * the tokens it has verified, answers it has prepared, and memory to use again.
 *
 * Nothing of it is shared, so nothing of it is locked; a thread makes its own
 * at its first request, and all are freed together when the threads have ended.
 */
#ifndef WORKER_H
#define WORKER_H

#include "entitlement.h"
#include "notes.h"

#include <pthread.h>

enum { WORKER_SPARES = 64 };

struct worker_spare { /* first in a block of memory that was given back */
	struct worker_spare *next;
};

struct worker {
	struct worker *next;
	struct workers *all;
	struct view *view; /* the newest at the last request */
	struct entitlements *entitlements;
	struct notes *notes; /* the notebook's */
	/* Prepared answers with this view's files: by number, two each. Those
	 * of an older view were given to `drop`. */
	struct arena arena; /* of `ready` */
	void **ready;
	size_t ready_count;
	struct worker_spare *spare;
	size_t spares;
};

struct workers {
	struct views *views;
	struct notebook *notebook; /* NULL: none */
	void (*drop)(void *ready);
	pthread_mutex_t lock;
	struct worker *first;
};

void workers_init(struct workers *all, struct views *views,
    struct notebook *notebook, void (*drop)(void *ready));
/* After the threads have ended. */
void workers_clear(struct workers *all);
/* This thread's, with the newest view in it; NULL when there is no memory. */
struct worker *worker_get(struct workers *all);
/* Memory of `size` bytes, always the same size; and its way back. */
void *worker_take(struct worker *w, size_t size);
void worker_give(struct worker *w, void *block);

#endif
