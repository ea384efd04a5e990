/*
 * token.h - a signed note: "this reader may read these products until then".
 *
 * Promises: pure (no clock, no files, no globals); a forged token never says
 * what was wrong with it. Does not promise that the sale still stands: that is
 * the till's business. Format: RFC 7519 in compact form, EdDSA with Ed25519
 * (RFC 8037), at most LIMIT_TOKEN bytes. The protected header is exactly
 *	{"alg":"EdDSA","typ":"JWT","kid":"<RFC 7638 thumbprint>"}
 * and is compared as bytes per key, so that no alg, kid, jwk, jku or crit can
 * be tried; the same with "alg":"Ed25519" (RFC 9864) is accepted. Base64url is
 * canonical, without padding. Claims are exactly iss, aud, sub, jti, iat, exp,
 * products, in any order, without white space; integers are plain; nothing
 * twice.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include "buf.h"
#include "limits.h"

enum {
	TOKEN_KEY_BYTES = 32, /* Ed25519 public key */
	TOKEN_SEED_BYTES = 32,
	TOKEN_KID = 43, /* base64url of SHA-256 */
	TOKEN_ID = 22, /* base64url of 128 bits: sub and jti */
	TOKEN_KEYS = 8, /* most keys at once */
	TOKEN_PRODUCT_NAME = LIMIT_SLUG + 1,
};

struct token_key { /* public; what the front has */
	char kid[TOKEN_KID + 1];
	unsigned char key[TOKEN_KEY_BYTES];
};

struct token_keys {
	struct token_key at[TOKEN_KEYS];
	size_t count;
};

struct token_signer { /* secret; what the till has */
	struct token_key public_key;
	unsigned char secret[64]; /* as crypto_sign_SECRETKEYBYTES */
};

struct token_product {
	char id[TOKEN_PRODUCT_NAME];
	int64_t expires; /* Unix seconds; 0: lasting */
};

struct token_claims {
	char sub[TOKEN_ID + 1], jti[TOKEN_ID + 1];
	int64_t issued, expires; /* Unix seconds */
	size_t count;
	struct token_product products[LIMIT_TOKEN_PRODUCTS];
};

enum token_state { TOKEN_GOOD, TOKEN_EXPIRED, TOKEN_FORGED };

/* TOKEN_EXPIRED only for a genuine one; callers treat both refusals alike but
 * for logging counts. `claims` is filled when genuine. iat may be at most 60 s
 * ahead of `now`. */
enum token_state token_verify(const struct token_keys *keys, struct str text,
    struct str issuer, struct str audience, int64_t now,
    struct token_claims *claims) __attribute__((warn_unused_result));
/* Appends the compact form. False when a claim does not fit. */
bool token_mint(const struct token_signer *signer, struct str issuer,
    struct str audience, const struct token_claims *claims, struct buf *out)
    __attribute__((warn_unused_result));
/* Does it open `product` at `now`? */
bool token_opens(
    const struct token_claims *claims, struct str product, int64_t now);

void token_signer_from_seed(
    struct token_signer *s, const unsigned char seed[TOKEN_SEED_BYTES]);
void token_random_id(char id[TOKEN_ID + 1]);
/* RFC 7517: {"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig",
 * "kid":...,"x":...}]} */
void token_jwks(struct buf *out, const struct token_keys *keys);

#endif
