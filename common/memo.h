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
 * A key is SipHash-2-4 of 128 bits (Aumasson and Bernstein, 2012) under a key
 * that anybody may know: two results have one by chance never, by intent
 * perhaps; but who writes what is built is trusted to write it.
 *
 * The file is a base (base.h): the number of slots and of the values' bytes;
 * slots with key, place and length, which are looked up where they are; the
 * values. One thread.
 */
#ifndef MEMO_H
#define MEMO_H

#include "arena.h"
#include "buf.h"

enum {
	MEMO_KEY = 16, /* bytes */
	MEMO_FILE = 1 << 30, /* the most bytes of values that are written */
};

struct memo_key {
	unsigned char at[MEMO_KEY];
};

/* The key of `bytes`, which begin with a word for the kind of result. */
void memo_key_of(struct memo_key *key, struct str bytes);
struct str memo_key_str(const struct memo_key *key);

struct memo;

/* From the file `path`; `salt` says which program made the results. Never
 * NULL. */
struct memo *memo_open(const char *path, struct str salt);
void memo_free(struct memo *m);
/* True when it is there; `value` lasts as long as the memo. */
bool memo_get(struct memo *m, const struct memo_key *key, struct str *value);
/* Copies; what is there already is replaced. */
void memo_put(struct memo *m, const struct memo_key *key, struct str value);
/* Writes what was asked for or put since memo_open. False and errno. */
bool memo_save(struct memo *m, const char *path)
    __attribute__((warn_unused_result));

#endif
