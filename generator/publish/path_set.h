/*
 * path_set.h - paths that are there already. Private to this folder.
 *
 * Open addressing in an arena; paths are borrowed.
 */
#ifndef PATH_SET_H
#define PATH_SET_H

#include "arena.h"

struct path_set {
	struct str *at; /* zeroed: empty */
	size_t count, room;
};

bool path_set_has(const struct path_set *set, struct str path);
/* False when it was there. */
bool path_set_add(struct arena *a, struct path_set *set, struct str path);

#endif
