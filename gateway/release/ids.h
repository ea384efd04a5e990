/*
 * ids.h - a list's ids by hash: which item has this one.
 *
 * For lists of the manifest, whose items begin with their id. Made once, when a
 * release is opened; the memory is in the release's arena, the items stay where
 * they are.
 */
#ifndef IDS_H
#define IDS_H

#include "arena.h"

enum { IDS_MOST = 1 << 30 };

struct ids {
	const char *items;
	size_t size; /* of one */
	uint32_t *slots; /* item + 1; 0: free */
	size_t mask;
};

/* `items` is an array of `count` structs of `size` bytes, fewer than IDS_MOST,
 * whose first member is `struct str id`. Of two with the same id the first
 * counts. */
void ids_fill(struct ids *ids, struct arena *a, const void *items, size_t count,
    size_t size);
/* The item, or NULL. */
const void *ids_find(const struct ids *ids, struct str id);
/* FNV-1a; what is listed is the owner's, so nobody can choose collisions. */
size_t ids_hash(struct str s);

#endif
