#include "worker.h"

#include <stdlib.h>

static _Thread_local struct worker *this_worker;

void
workers_init(struct workers *all, struct views *views,
    struct notebook *notebook, void (*drop)(void *ready))
{
	all->views = views;
	all->notebook = notebook;
	all->drop = drop;
	all->first = NULL;
	pthread_mutex_init(&all->lock, NULL);
}

static struct worker *
worker_new(struct workers *all)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->all = all;
	arena_init(&w->arena);
	w->entitlements = entitlements_new();
	w->notes = all->notebook ? notes_new(all->notebook) : NULL;
	if (!w->entitlements || (all->notebook && !w->notes)) {
		entitlements_free(w->entitlements);
		free(w);
		return NULL;
	}
	pthread_mutex_lock(&all->lock);
	w->next = all->first;
	all->first = w;
	pthread_mutex_unlock(&all->lock);
	return w;
}

static void
forget_view(struct worker *w)
{
	for (size_t i = 0; i < w->ready_count; i++) {
		if (w->ready[i])
			w->all->drop(w->ready[i]);
	}
	arena_clear(&w->arena);
	w->ready = NULL;
	w->ready_count = 0;
	view_unref(w->view);
	w->view = NULL;
}

static void
renew_view(struct worker *w)
{
	size_t count;

	forget_view(w);
	w->view = views_get(w->all->views);
	if (!w->view)
		return;
	count = 2 * release_file_count(w->view->release);
	w->ready = arena_try(&w->arena, count * sizeof(*w->ready));
	w->ready_count = w->ready ? count : 0;
}

static struct worker *
own_worker(struct workers *all)
{
	if (!this_worker || this_worker->all != all)
		this_worker = worker_new(all);
	return this_worker;
}

struct worker *
worker_get(struct workers *all)
{
	struct worker *w = own_worker(all);

	if (!w)
		return NULL;
	if (!w->view || w->view->number != views_number(all->views))
		renew_view(w);
	return w->view ? w : NULL;
}

void *
worker_take(struct worker *w, size_t size)
{
	struct worker_spare *s = w->spare;

	if (!s)
		return malloc(size);
	w->spare = s->next;
	w->spares--;
	return s;
}

void
worker_give(struct worker *w, void *block)
{
	struct worker_spare *s = block;

	if (!w || w->spares == WORKER_SPARES) {
		free(block);
		return;
	}
	s->next = w->spare;
	w->spare = s;
	w->spares++;
}

void
workers_clear(struct workers *all)
{
	while (all->first) {
		struct worker *w = all->first;

		all->first = w->next;
		forget_view(w);
		entitlements_free(w->entitlements);
		while (w->spare) {
			struct worker_spare *s = w->spare;

			w->spare = s->next;
			free(s);
		}
		free(w);
	}
	pthread_mutex_destroy(&all->lock);
}
