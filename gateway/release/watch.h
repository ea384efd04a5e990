/*
 * watch.h - notices that another release was switched in.
 *
 * A thread looks at <site>/current when inotify(7) says something moved in the
 * folder, and every few seconds anyway. A release that cannot be opened is one
 * log line and is left alone until the link changes or a minute has passed.
 */
#ifndef WATCH_H
#define WATCH_H

#include "release.h"

struct watch;

/* Called on the watching thread with a new release, whose reference it owns. */
typedef void watch_fresh(void *ctx, struct release *r);

/* Begins with what `current` points to now, if it can be opened. `site` is a
 * descriptor that stays the caller's. NULL and errno when there is no thread.
 */
struct watch *watch_new(int site, const char *path, watch_fresh *fresh,
    void *ctx) __attribute__((warn_unused_result));
void watch_free(struct watch *w); /* waits for the thread */

#endif
