/*
 * hash.h - content hashes for manifests, ETags and release ids.
 *
 * BLAKE2b (RFC 7693) with 20 bytes of result, in lower-case hexadecimal.
 */
#ifndef HASH_H
#define HASH_H

#include "str.h"

enum { HASH_BYTES = 20, HASH_TEXT = 2 * HASH_BYTES };

struct hash {
	char text[HASH_TEXT + 1];
};

void hash_of(struct str data, struct hash *out);
/* Incremental. */
struct hash_state;
struct hash_state *hash_new(void);
void hash_add(struct hash_state *h, struct str data);
void hash_end(struct hash_state *h, struct hash *out); /* frees `h` */

#endif
