#include "watch.h"

#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

enum {
	LOOK_MS = 2000, /* without being told */
	TRY_AGAIN = 60, /* seconds, a release that could not be opened */
};

struct watch {
	pthread_t thread;
	int site, told, stop; /* told: inotify, or -1 */
	const char *path;
	watch_fresh *fresh;
	void *ctx;
	char seen[RELEASE_LINK]; /* taken, or refused at `refused` */
	time_t refused; /* 0: taken */
	bool no_link; /* said once */
};

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1; /* never 0 */
}

static void
look(struct watch *w)
{
	char link[RELEASE_LINK], error[RELEASE_ERROR];
	struct release *r;

	if (!release_link(w->site, link)) {
		if (!w->no_link)
			log_error(
			    "site: %s/current: %s", w->path, strerror(errno));
		w->no_link = true;
		return;
	}
	w->no_link = false;
	if (!strcmp(link, w->seen) &&
	    (!w->refused || now() - w->refused < TRY_AGAIN))
		return;
	r = release_open(w->site, link, error);
	memcpy(w->seen, link, sizeof(link));
	w->refused = r ? 0 : now();
	if (!r) {
		log_error("site: %s/%s: %s; the release before it stays",
		    w->path, link, error);
		return;
	}
	log_info("site: release %s, %zu files, %zu pages for members",
	    release_id(r), release_manifest(r)->files.count,
	    release_manifest(r)->members.count);
	w->fresh(w->ctx, r);
}

static void *
run(void *arg)
{
	struct watch *w = arg;
	struct pollfd fds[2] = { { .fd = w->stop, .events = POLLIN },
		{ .fd = w->told, .events = POLLIN } };
	char events[4096];

	for (;;) {
		look(w);
		if (poll(fds, 2, LOOK_MS) < 0 && errno != EINTR)
			break;
		if (fds[0].revents)
			break;
		while (
		    w->told >= 0 && read(w->told, events, sizeof(events)) > 0)
			;
	}
	return NULL;
}

struct watch *
watch_new(int site, const char *path, watch_fresh *fresh, void *ctx)
{
	struct watch *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return NULL;
	w->site = site;
	w->path = path;
	w->fresh = fresh;
	w->ctx = ctx;
	w->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->told = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->told >= 0 &&
	    inotify_add_watch(
		w->told, path, IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0) {
		close(w->told);
		w->told = -1;
	}
	rc = w->stop < 0 ? errno : pthread_create(&w->thread, NULL, run, w);
	if (!rc)
		return w;
	if (w->stop >= 0)
		close(w->stop);
	if (w->told >= 0)
		close(w->told);
	free(w);
	errno = rc;
	return NULL;
}

void
watch_free(struct watch *w)
{
	uint64_t one = 1;

	if (!w)
		return;
	while (write(w->stop, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	pthread_join(w->thread, NULL);
	close(w->stop);
	if (w->told >= 0)
		close(w->told);
	free(w);
}
