/*
 * forget.h - a reader who asks that the notes about her be deleted.
 *
 * She is who holds an order: the reader it was made for, and the others it was
 * opened for, who are most likely other browsers of hers. Her notes are found
 * by the pseudonyms that the keys still kept give her; nobody can find what is
 * under a key that is deleted, nor what has an id of one day. Orders, rights
 * and bookings stay.
 */
#ifndef FORGET_H
#define FORGET_H

#include "books.h"

struct pseudonym_list { /* ordered, each once */
	struct pseudonym {
		char text[PSEUDONYM + 1];
	} * at;
	size_t count, room;
};

struct forgotten {
	struct id_list readers; /* who held the order */
	int64_t notes; /* deleted */
	struct pseudonym_list names; /* hers, in notes and exported purchases */
};

/* Deletes the notes and marks the readers as forgotten, all in one transaction
 * of its own. BOOKS_NONE: no such order; nothing was changed. */
enum books_result forget_order(struct books *s, struct arena *a,
    struct str order, int64_t now, struct forgotten *out);
bool forgotten_has(const struct forgotten *f, struct str name);

#endif
