/*
 * list.h - the reader's own list: what to read after the courses one has.
 *
 * The rows of the courses a reader has, as the release carries them, are added
 * up; what the reader has already is left out; courses in the language of the
 * page come first, then the higher sum, then the address. No database, no clock
 * and no memory but the arena's: microseconds. The same release and the same
 * rights give the same list.
 */
#ifndef LIST_H
#define LIST_H

#include "release.h"
#include "token.h"

enum { LIST_MOST = 4 };

struct list_reader {
	const struct token_claims *claims; /* NULL: nobody we know */
	int64_t now;
	struct str lang; /* of the page */
	struct str finished; /* id of a course that was read, or empty */
};

struct list_entry {
	const struct manifest_course *course;
	/* Of what the reader has, the one that says most for it. */
	const struct manifest_course *because;
};

/* How many there are in `out`, best first. */
size_t list_make(struct arena *a, const struct release *r,
    const struct list_reader *reader, struct list_entry out[LIST_MOST]);

#endif
