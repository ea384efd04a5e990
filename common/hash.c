#include "hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hash_state {
	crypto_generichash_state *state; /* aligned as the library wants */
};

static void
finish(const unsigned char bytes[HASH_BYTES], struct hash *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < HASH_BYTES; i++) {
		out->text[2 * i] = digits[bytes[i] >> 4];
		out->text[2 * i + 1] = digits[bytes[i] & 15];
	}
	out->text[HASH_TEXT] = '\0';
}

/* Chooses the fastest code for this processor; without it hashing works too,
 * only slower. Safe to call from several threads, and often. */
static void
prepare(void)
{
	if (sodium_init() < 0)
		return;
}

void
hash_of(struct str data, struct hash *out)
{
	unsigned char bytes[HASH_BYTES];

	prepare();
	crypto_generichash(bytes, sizeof bytes, (const unsigned char *)data.ptr,
	    data.len, NULL, 0);
	finish(bytes, out);
}

struct hash_state *
hash_new(void)
{
	struct hash_state *h = malloc(sizeof *h);
	size_t size = (crypto_generichash_statebytes() + 63) & ~(size_t)63;

	prepare();
	if (h)
		h->state = aligned_alloc(64, size);
	if (!h || !h->state) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	crypto_generichash_init(h->state, NULL, 0, HASH_BYTES);
	return h;
}

void
hash_add(struct hash_state *h, struct str data)
{
	crypto_generichash_update(
	    h->state, (const unsigned char *)data.ptr, data.len);
}

void
hash_end(struct hash_state *h, struct hash *out)
{
	unsigned char bytes[HASH_BYTES];

	crypto_generichash_final(h->state, bytes, sizeof bytes);
	finish(bytes, out);
	free(h->state);
	free(h);
}
