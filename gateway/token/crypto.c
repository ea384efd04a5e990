#include "crypto.h"

#include <sodium.h>
#include <stdlib.h>

static void
ready(void)
{
	if (sodium_init() < 0)
		abort(); /* no source of random bytes: nothing can be safe */
}

static const unsigned char *
bytes_of(struct str s)
{
	return (const unsigned char *)(s.len ? s.ptr : "");
}

void
crypto_sha256(struct str data, unsigned char out[CRYPTO_DIGEST])
{
	ready();
	crypto_hash_sha256(out, bytes_of(data), data.len);
}

void
crypto_hmac_sha256(struct str key, const struct str *parts, size_t count,
    unsigned char out[CRYPTO_DIGEST])
{
	crypto_auth_hmacsha256_state state;

	ready();
	crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
	for (size_t i = 0; i < count; i++)
		crypto_auth_hmacsha256_update(
		    &state, bytes_of(parts[i]), parts[i].len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

void
crypto_keyed_hash(const unsigned char key[CRYPTO_KEY], struct str data,
    unsigned char out[CRYPTO_KEYED])
{
	ready();
	crypto_generichash(
	    out, CRYPTO_KEYED, bytes_of(data), data.len, key, CRYPTO_KEY);
}

bool
crypto_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
crypto_random(void *out, size_t len)
{
	ready();
	randombytes_buf(out, len);
}

void
crypto_wipe(void *secret, size_t len)
{
	sodium_memzero(secret, len);
}

void *
crypto_alloc(size_t len)
{
	ready();
	return sodium_malloc(len);
}

void
crypto_free(void *secret)
{
	sodium_free(secret);
}

void
crypto_ed25519_keys(const unsigned char seed[CRYPTO_SEED],
    unsigned char public_key[CRYPTO_PUBLIC],
    unsigned char secret[CRYPTO_SECRET])
{
	ready();
	crypto_sign_seed_keypair(public_key, secret, seed);
}

bool
crypto_ed25519_sign(struct str data, const unsigned char secret[CRYPTO_SECRET],
    unsigned char signature[CRYPTO_SIGNATURE])
{
	ready();
	return crypto_sign_detached(
		   signature, NULL, bytes_of(data), data.len, secret) == 0;
}

bool
crypto_ed25519_verify(struct str data,
    const unsigned char public_key[CRYPTO_PUBLIC],
    const unsigned char signature[CRYPTO_SIGNATURE])
{
	ready();
	return crypto_sign_verify_detached(
		   signature, bytes_of(data), data.len, public_key) == 0;
}

void
base64url_print(char *out, size_t room, const void *bytes, size_t len)
{
	sodium_bin2base64(
	    out, room, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void
base64url_add(struct buf *out, const void *bytes, size_t len)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t room = sodium_base64_encoded_len(len, variant); /* with NUL */
	char *to = buf_reserve(out, room);

	if (!to)
		return;
	sodium_bin2base64(to, room, bytes, len, variant);
	buf_commit(out, room - 1);
}

bool
base64url_read(struct str text, void *out, size_t room, size_t *len)
{
	return sodium_base642bin(out, room, text.len ? text.ptr : "", text.len,
		   NULL, len, NULL,
		   sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}
