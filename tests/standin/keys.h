/*
 * keys.h - Idempotency-Key: the first result under a key is the only one.
 *
 * A key is kept for 24 hours. While its first request is being carried out it
 * is busy; what it ended with is replayed, a 500 included. Not thread-safe: the
 * mint's lock guards it.
 */
#ifndef MINT_KEYS_H
#define MINT_KEYS_H

#include "buf.h"
#include "value.h"

enum { MINT_KEY_MOST = 255, MINT_KEY_SECONDS = 24 * 3600 };

enum mint_key_state {
	MINT_KEY_NEW, /* now busy: end or drop it */
	MINT_KEY_BUSY,
	MINT_KEY_DONE, /* to be replayed */
	MINT_KEY_ELSEWHERE, /* was used for another address */
	MINT_KEY_DIFFERENT, /* was used with other parameters */
};

struct mint_key {
	uint64_t hash;
	char *key;
	char *address; /* "POST /v1/refunds" */
	char params[65]; /* a digest */
	int64_t since;
	unsigned status; /* 0: busy */
	char *request_id, *body;
};

struct mint_keys;

struct mint_keys *mint_keys_new(void);
void mint_keys_free(struct mint_keys *k);
/* `*found` is valid until the next call, for every state but MINT_KEY_NEW. */
enum mint_key_state mint_keys_begin(struct mint_keys *k, struct str key,
    struct str address, struct str params, int64_t now,
    const struct mint_key **found) __attribute__((warn_unused_result));
void mint_keys_end(struct mint_keys *k, struct str key, unsigned status,
    struct str request_id, struct str body);
void mint_keys_drop(struct mint_keys *k, struct str key);
/* The state as a JSON member, `"keys":[...]`, and back. */
void mint_keys_write(const struct mint_keys *k, struct buf *out);
void mint_keys_read(struct mint_keys *k, const struct value *list);

#endif
