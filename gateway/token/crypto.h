/*
 * crypto.h - the gateway's only door to libsodium: signatures, digests, random
 * bytes, memory for secrets, and base64url (RFC 4648, section 5, no padding).
 *
 * Does not know what is signed or why. All functions may be called from any
 * thread at any time.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include "buf.h"

enum {
	CRYPTO_DIGEST = 32, /* SHA-256 */
	CRYPTO_SEED = 32, /* Ed25519 (RFC 8032) */
	CRYPTO_PUBLIC = 32,
	CRYPTO_SECRET = 64,
	CRYPTO_SIGNATURE = 64,
	CRYPTO_KEY = 32, /* of a keyed hash */
	CRYPTO_KEYED = 16,
};

void crypto_sha256(struct str data, unsigned char out[CRYPTO_DIGEST]);
/* HMAC-SHA-256 (RFC 2104) of the parts, one after the other. */
void crypto_hmac_sha256(struct str key, const struct str *parts, size_t count,
    unsigned char out[CRYPTO_DIGEST]);
/* BLAKE2b (RFC 7693) under a key: who does not have it cannot try texts. */
void crypto_keyed_hash(const unsigned char key[CRYPTO_KEY], struct str data,
    unsigned char out[CRYPTO_KEYED]);
/* In constant time for a given length. */
bool crypto_equal(const void *a, const void *b, size_t len);
void crypto_random(void *out, size_t len);
void crypto_wipe(void *secret, size_t len);
/* Memory that is locked, not dumped and wiped when freed; NULL: none left. */
void *crypto_alloc(size_t len);
void crypto_free(void *secret);

void crypto_ed25519_keys(const unsigned char seed[CRYPTO_SEED],
    unsigned char public_key[CRYPTO_PUBLIC],
    unsigned char secret[CRYPTO_SECRET]);
bool crypto_ed25519_sign(struct str data,
    const unsigned char secret[CRYPTO_SECRET],
    unsigned char signature[CRYPTO_SIGNATURE])
    __attribute__((warn_unused_result));
bool crypto_ed25519_verify(struct str data,
    const unsigned char public_key[CRYPTO_PUBLIC],
    const unsigned char signature[CRYPTO_SIGNATURE])
    __attribute__((warn_unused_result));

/* Into out[0..room), with a NUL. `room` must hold it: 4/3 of `len`, and 2. */
void base64url_print(char *out, size_t room, const void *bytes, size_t len);
void base64url_add(struct buf *out, const void *bytes, size_t len);
/*
 * Decodes all of `text` into at most `room` bytes; `len` is how many. False on
 * any other character, padding, a length no encoding has, or last bits that are
 * not zero: for every result there is exactly one text.
 */
bool base64url_read(struct str text, void *out, size_t room, size_t *len)
    __attribute__((warn_unused_result));

#endif
