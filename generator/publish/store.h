/*
 * store.h - the folders of <out>: its lock, its releases, which one is current.
 * Private to this folder.
 *
 * The order of releases is the time of their folders: when each became current,
 * and 0 for one that waits or was left by a rollback.
 */
#ifndef STORE_H
#define STORE_H

#include "diag.h"
#include "manifest.h"

struct store {
	const char *path; /* <out>, for diagnostics */
	int out, releases; /* folders */
	int lock;
};

/* Opens or makes <out>, waits for its lock, removes what a dead publisher left.
 * False with a diagnostic. */
bool store_open(struct store *s, const char *out, struct diag *d)
    __attribute__((warn_unused_result));
void store_close(struct store *s);
/* All with a diagnostic when false. */
bool store_keep(struct store *s, const char *new_name, const char *id,
    struct diag *d) __attribute__((warn_unused_result));
bool store_switch(struct store *s, const char *id, struct diag *d)
    __attribute__((warn_unused_result));
bool store_has(const struct store *s, const char *id);
void store_current(int out, char id[RELEASE_ID + 1]);
/* The newest release that was current before the current one; "" for none. */
void store_previous(const struct store *s, char id[RELEASE_ID + 1]);
void store_forget_time(const struct store *s, const char *id);
void store_prune(const struct store *s);
/* "cannot <verb> '<name>': <errno>" at <out>. Returns false. */
bool store_fault(
    const struct store *s, struct diag *d, const char *verb, const char *name);

#endif
