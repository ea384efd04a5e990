/*
 * memo.h - results that a later run need not compute again.
 *
 * A memo maps a key, the hash of everything a result depends on, to the
 * result's bytes. So nothing in it is ever out of date: what depends on
 * something else has another key. It is kept in one file, which is replaced
 * whole; a file that is absent, damaged or of another program is an empty memo,
 * never a fault. What a run neither asked for nor put is dropped when it is
 * saved.
 *
 * The file: "pennypress memo 1\n", the salt's hash, the number of entries, for
 * each its key, place and length, ordered by key; the entries' bytes; the
 * BLAKE2b hash of all that (RFC 7693). Host byte order. One thread.
 */
#ifndef MEMO_H
#define MEMO_H

#include "arena.h"
#include "buf.h"

enum {
	MEMO_KEY = 16, /* bytes */
	MEMO_FILE = 1 << 30, /* the largest file that is read or written */
};

struct memo_key {
	unsigned char at[MEMO_KEY];
};

/* The key of `bytes`, which begin with a word for the kind of result. */
void memo_key_of(struct memo_key *key, struct str bytes);
struct str memo_key_str(const struct memo_key *key);

struct memo;

/* From the file `path` in the folder `dir`; `salt` says which program made the
 * results. Never NULL. */
struct memo *memo_open(int dir, const char *path, struct str salt);
void memo_free(struct memo *m);
/* True when it is there; `value` lasts as long as the memo. */
bool memo_get(struct memo *m, const struct memo_key *key, struct str *value);
/* Copies; what is there already is replaced. */
void memo_put(struct memo *m, const struct memo_key *key, struct str value);
/* Writes what was asked for or put since memo_open. False and errno. */
bool memo_save(struct memo *m, int dir, const char *path)
    __attribute__((warn_unused_result));

#endif
