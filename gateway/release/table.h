/*
 * table.h - the addresses of a release: decoded path to entry, by hash.
 *
 * Filled once when the release is opened, from its manifest; the table's memory
 * is in the release's arena. A public index.html is listed under its folder.
 */
#ifndef TABLE_H
#define TABLE_H

#include "release.h"

struct table {
	struct release_entry *entries;
	size_t count, room;
	uint32_t *slots; /* entry + 1; 0: free */
	size_t mask;
};

/* False with a message when two things want one address, or an address is not
 * a path. `files` are those of `m`, by number. */
bool table_fill(struct table *t, struct arena *a, const struct manifest *m,
    const struct release_file *files, char error[RELEASE_ERROR])
    __attribute__((warn_unused_result));
const struct release_entry *table_find(const struct table *t, struct str path);
/* The file of a path below the release's folder, or NULL. */
const struct release_file *table_file(const struct manifest *m,
    const struct release_file *files, struct str path);

#endif
