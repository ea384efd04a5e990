/*
 * publish_private.h - a release being written, for the files of this folder.
 */
#ifndef PUBLISH_PRIVATE_H
#define PUBLISH_PRIVATE_H

#include "leak.h"
#include "path_set.h"
#include "publish.h"
#include "store.h"

#include <sys/stat.h>

enum {
	SIBLINGS = 4, /* files of one path, with its compressed forms */
	PLACES = 4, /* folders held open while files are kept */
};

/* A folder of both releases; files are kept in folders of it. */
struct place {
	struct str path;
	int before, now; /* -1: none is open */
};

struct publish {
	struct arena arena;
	struct diag *diag;
	struct store store;
	struct path_set files, folders;
	MANIFEST_LIST(struct manifest_file) list;
	struct {
		const struct page **at;
		size_t count, room;
	} secrets, open; /* by the numbers leaks.h is given */
	struct leaks *leaks;
	struct memo *memo; /* or NULL */
	int before; /* the release it is about, or -1 */
	struct place places[PLACES];
	unsigned next_place; /* that gives way to another */
	unsigned compress;
	struct gzip *gzip;
	struct zstd *zstd;
	struct buf small; /* a compressed sibling */
	struct publish_totals totals;
	int folder; /* the release being written */
	int last; /* folder of the last file, or -1 */
	struct str last_path;
	mode_t umask;
	bool failed, kept;
	char name[sizeof ".new-" + 16];
};

/* The folder a path is in; empty at the top. */
struct str publish_parent(struct str path);
/* False after a fault. `place` is the folder it is in, or NULL. */
bool publish_make_folder(
    struct publish *p, struct str path, const struct place *place);
bool publish_make_folders(struct publish *p, struct str path);
void publish_close_place(struct place *place);

#endif
