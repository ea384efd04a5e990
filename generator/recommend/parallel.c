#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MOST_THREADS = 8, BLOCK = 64 };

struct job {
	parallel_fn *work;
	void *context;
	size_t count;
	atomic_size_t next;
	atomic_uint workers;
};

unsigned
parallel_threads(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (unsigned)n;
}

static void *
run(void *arg)
{
	struct job *job = arg;
	unsigned worker = atomic_fetch_add(&job->workers, 1);
	size_t from;

	while ((from = atomic_fetch_add(&job->next, BLOCK)) < job->count) {
		size_t left = job->count - from;

		job->work(job->context, worker, from,
		    from + (left < BLOCK ? left : BLOCK));
	}
	return NULL;
}

void
parallel_run(unsigned threads, size_t count, parallel_fn *work, void *context)
{
	struct job job = { .work = work, .context = context, .count = count };
	pthread_t started[MOST_THREADS];
	unsigned n = 0;

	if (threads > MOST_THREADS)
		threads = MOST_THREADS;
	while (n + 1 < threads && (size_t)n * BLOCK < count &&
	    !pthread_create(&started[n], NULL, run, &job))
		n++;
	run(&job);
	while (n > 0)
		pthread_join(started[--n], NULL);
}
