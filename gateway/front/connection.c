#include "connection.h"

#include <stdlib.h>
#include <time.h>

enum { LOOK_MS = 500 };

int64_t
connection_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Shut down, not closed: the library notices, and closes it in its turn. */
static void *
watch(void *arg)
{
	struct connections *all = arg;

	pthread_mutex_lock(&all->lock);
	while (!all->stopping) {
		int64_t now = connection_now();
		struct timespec until;

		for (struct connection *c = all->first; c; c = c->next) {
			if (now >= atomic_load(&c->deadline))
				shutdown(c->socket, SHUT_RDWR);
		}
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += LOOK_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&all->stop, &all->lock, &until);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

bool
connections_init(struct connections *all)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&all->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&all->stop, &attr);
	pthread_condattr_destroy(&attr);
	all->first = NULL;
	all->stopping = false;
	if (pthread_create(&all->watchdog, NULL, watch, all) == 0)
		return true;
	pthread_mutex_destroy(&all->lock);
	pthread_cond_destroy(&all->stop);
	return false;
}

void
connections_clear(struct connections *all)
{
	pthread_mutex_lock(&all->lock);
	all->stopping = true;
	pthread_cond_signal(&all->stop);
	pthread_mutex_unlock(&all->lock);
	pthread_join(all->watchdog, NULL);
	pthread_mutex_destroy(&all->lock);
	pthread_cond_destroy(&all->stop);
}

struct connection *
connection_open(struct connections *all, int socket, const struct sockaddr *sa,
    int64_t deadline)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->socket = socket;
	atomic_init(&c->deadline, deadline);
	atomic_init(&c->busy, false);
	client_text(sa, c->address);
	pthread_mutex_lock(&all->lock);
	c->next = all->first;
	c->link = &all->first;
	if (c->next)
		c->next->link = &c->next;
	all->first = c;
	pthread_mutex_unlock(&all->lock);
	return c;
}

void
connection_close(struct connections *all, struct connection *c)
{
	pthread_mutex_lock(&all->lock);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	pthread_mutex_unlock(&all->lock);
	if (c->count)
		atomic_fetch_sub(c->count, 1);
	free(c);
}

void
connections_hurry(struct connections *all, int64_t deadline)
{
	pthread_mutex_lock(&all->lock);
	for (struct connection *c = all->first; c; c = c->next) {
		if (!atomic_load(&c->busy) &&
		    atomic_load(&c->deadline) > deadline)
			atomic_store(&c->deadline, deadline);
	}
	pthread_mutex_unlock(&all->lock);
}
