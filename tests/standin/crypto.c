#include "crypto.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

bool
mint_crypto_start(void)
{
	return sodium_init() >= 0;
}

struct str
mint_random_id(struct arena *a, const char *prefix, size_t length)
{
	static const char digits[] = "0123456789"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";
	size_t start = str_from(prefix).len;
	char *text = arena_alloc(a, start + length + 1);

	for (size_t i = 0; i < start; i++)
		text[i] = prefix[i];
	for (size_t i = 0; i < length; i++)
		text[start + i] = digits[randombytes_uniform(62)];
	return str_of(text, start + length);
}

void
mint_sign(struct str secret, int64_t time, struct str body,
    char out[MINT_HMAC_TEXT + 1])
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char stamp[32];
	int len = snprintf(stamp, sizeof stamp, "%" PRId64 ".", time);

	crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)secret.ptr, secret.len);
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)stamp, (unsigned)len);
	if (body.len)
		crypto_auth_hmacsha256_update(
		    &state, (const unsigned char *)body.ptr, body.len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2hex(out, MINT_HMAC_TEXT + 1, mac, sizeof mac);
}

bool
mint_same_secret(struct str a, struct str b)
{
	return a.len == b.len &&
	    (!a.len || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void
mint_digest(struct str text, char out[MINT_HMAC_TEXT + 1])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest,
	    (const unsigned char *)(text.len ? text.ptr : ""), text.len);
	sodium_bin2hex(out, MINT_HMAC_TEXT + 1, digest, sizeof digest);
}
