/*
 * events_file.h - the events a build or a measurement is given: which file, and
 * what is in it.
 *
 * `pennygate export events` writes into the folder events/ of a release root,
 * each file under the time it was made, so the last name is the newest.
 */
#ifndef EVENTS_FILE_H
#define EVENTS_FILE_H

#include "arena.h"
#include "hash.h"

#include "recommend.h"

struct events_file {
	struct events *events; /* closed */
	struct hash hash; /* of the file */
};

/* Adds the events of a file to `e`, which stays open. False with a diagnostic
 * when it cannot be read or has a fault. `hash` may be NULL. */
bool events_file_add(struct events *e, struct arena *a, const char *path,
    struct hash *hash, struct diag *d) __attribute__((warn_unused_result));
/* One file, whole. */
bool events_file_read(struct events_file *f, struct arena *a, const char *path,
    struct diag *d) __attribute__((warn_unused_result));
/* The newest of <out>/events/, or NULL when there is none. */
const char *events_file_newest(struct arena *a, const char *out);

#endif
