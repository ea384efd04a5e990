/*
 * notes.h - what readers did, on its way to the till.
 *
 * Each thread that serves has notes of its own; their lock is wanted by nobody
 * else but, every few seconds, by who empties them. Bounded: what finds no room
 * while the till is away is counted, and said once a minute at most. Also what
 * stands in for a reader who is not signed in: an id made of address and
 * browser under a random key that is thrown away at the end of the day (UTC);
 * neither of the two is kept. Does not decide who may be noted: consent.h does.
 */
#ifndef NOTES_H
#define NOTES_H

#include "message.h"

enum {
	NOTES_TEXT = 64 << 10, /* of one thread's notes */
	NOTES_DAY_ID = 17, /* '~' and 16 hexadecimal digits */
	NOTES_PACE = 240, /* reports a minute from one address */
};

/* False: the till cannot take it now. */
typedef bool notes_send(void *ctx, const struct message *m);

struct notes; /* one thread's */
struct notebook; /* those of all threads */

/* NULL when there is no memory. */
struct notebook *notebook_new(notes_send *send, void *ctx);
/* After the threads have ended; frees their notes too. */
void notebook_free(struct notebook *b);
/* Every few seconds: sends all there is, says what was lost, and wipes the key
 * of a day that is over. */
void notebook_flush(struct notebook *b, int64_t now);
/* How many were lost since the beginning. */
uint64_t notebook_lost(struct notebook *b);

/* NULL when there is no memory. */
struct notes *notes_new(struct notebook *b);
/* `kind` is static text; the rest is copied. */
void notes_add(struct notes *n, int64_t now, struct str reader,
    const char *kind, struct str item);
/* May this address report once more in this minute? An IPv6 network of 64 bits
 * counts as one. */
bool notes_may(struct notes *n, struct str address, int64_t now);
void notes_day_id(struct notes *n, struct str address, struct str agent,
    int64_t now, char id[NOTES_DAY_ID + 1]);

#endif
