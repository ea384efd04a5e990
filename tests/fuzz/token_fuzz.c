/*
 * A token whose signature is right, with the input as its claims: what is taken
 * is what minting the same claims gives, in some order of the members. And the
 * input as a whole token: nobody without the key makes one.
 */
#include "claims.h"
#include "crypto.h"
#include "token.h"

#include <stdlib.h>
#include <string.h>

#define ISS STR("https://learn.example.org")
#define AUD STR("https://example.org")

enum { NOW = 1800000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Claims that are taken can be written, and are then read as the same. */
static void
check(const struct token_claims *claims, struct str text)
{
	struct token_claims again;
	struct buf b;

	if (claims->count > LIMIT_TOKEN_PRODUCTS || claims->issued < 0 ||
	    claims->expires < 0)
		abort();
	buf_init(&b, (size_t)64 << 10);
	if (!claims_write(&b, ISS, AUD, claims) || b.len != text.len ||
	    !claims_read(buf_str(&b), ISS, AUD, &again) ||
	    memcmp(claims, &again, sizeof again) != 0)
		abort();
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char seed[TOKEN_SEED_BYTES] = { 1, 2, 3 };
	struct str text = str_of((const char *)data, size);
	struct token_claims claims;
	struct token_signer signer;
	struct token_keys keys = { .count = 1 };

	token_signer_from_seed(&signer, seed);
	keys.at[0] = signer.public_key;
	if (claims_read(text, ISS, AUD, &claims))
		check(&claims, text);
	if (token_verify(&keys, text, ISS, AUD, NOW, &claims) != TOKEN_FORGED &&
	    text.len > LIMIT_TOKEN)
		abort();
	return 0;
}
