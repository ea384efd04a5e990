#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
progress_begin(struct progress *p, bool wanted, size_t total)
{
	*p = (struct progress){ .total = total };
	p->shown = wanted && isatty(STDERR_FILENO);
	p->next = now() + 0.2;
}

void
progress_step(struct progress *p, size_t done)
{
	if (!p->shown || done % 16 || now() < p->next)
		return;
	fprintf(stderr, "\r%zu of %zu pages\033[K", done, p->total);
	p->written = true;
	p->next = now() + 0.1;
}

void
progress_end(struct progress *p)
{
	if (p->written)
		fputs("\r\033[K", stderr);
}
