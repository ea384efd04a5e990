#include "token.h"

#include "claims.h"
#include "crypto.h"

#include <stdio.h>
#include <string.h>

enum {
	IAT_LEEWAY = 60, /* seconds another machine's clock may be ahead */
	HEADER = 128, /* room for the one header there is */
};

/* RFC 8037 says EdDSA; RFC 9864 calls the same thing Ed25519. */
static const char *const algorithms[] = { "EdDSA", "Ed25519" };

static int
header_print(char out[HEADER], const char *algorithm, const char *kid)
{
	return snprintf(out, HEADER,
	    "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}", algorithm, kid);
}

/* The key whose header `text` is, byte for byte, or NULL. */
static const struct token_key *
header_key(const struct token_keys *keys, struct str text)
{
	char got[HEADER], want[HEADER];
	size_t len;

	if (!base64url_read(text, got, sizeof(got), &len))
		return NULL;
	for (size_t i = 0; i < keys->count && i < TOKEN_KEYS; i++) {
		for (size_t k = 0; k < 2; k++) {
			header_print(want, algorithms[k], keys->at[i].kid);
			if (str_eq_z(str_of(got, len), want))
				return &keys->at[i];
		}
	}
	return NULL;
}

/* header.claims.signature; `data` is what is signed. */
static bool
parts_split(struct str text, struct str *header, struct str *claims,
    struct str *signature, struct str *data)
{
	size_t first = str_find(text, '.');
	size_t last = str_rfind(text, '.');

	if (text.len > LIMIT_TOKEN || first >= last || last == text.len)
		return false;
	*header = str_sub(text, 0, first);
	*claims = str_sub(text, first + 1, last - first - 1);
	*signature = str_from_at(text, last + 1);
	*data = str_sub(text, 0, last);
	return true;
}

enum token_state
token_verify(const struct token_keys *keys, struct str text, struct str issuer,
    struct str audience, int64_t now, struct token_claims *claims)
{
	struct str header, body, signature, data;
	const struct token_key *key;
	unsigned char bits[CRYPTO_SIGNATURE];
	char json[LIMIT_TOKEN];
	size_t len;

	memset(claims, 0, sizeof(*claims));
	if (!parts_split(text, &header, &body, &signature, &data))
		return TOKEN_FORGED;
	key = header_key(keys, header);
	if (!key || !base64url_read(signature, bits, sizeof(bits), &len) ||
	    len != sizeof(bits) ||
	    !crypto_ed25519_verify(data, key->key, bits) ||
	    !base64url_read(body, json, sizeof(json), &len) ||
	    !claims_read(str_of(json, len), issuer, audience, claims) ||
	    claims->issued - IAT_LEEWAY > now) {
		memset(claims, 0, sizeof(*claims));
		return TOKEN_FORGED;
	}
	return claims->expires > now ? TOKEN_GOOD : TOKEN_EXPIRED;
}

bool
token_mint(const struct token_signer *signer, struct str issuer,
    struct str audience, const struct token_claims *claims, struct buf *out)
{
	unsigned char signature[CRYPTO_SIGNATURE];
	char header[HEADER];
	struct buf json, text;
	bool done = false;
	int len;

	buf_init(&json, LIMIT_TOKEN);
	buf_init(&text, (size_t)2 * LIMIT_TOKEN);
	len = header_print(header, algorithms[0], signer->public_key.kid);
	if (!claims_write(&json, issuer, audience, claims))
		goto out;
	base64url_add(&text, header, (size_t)len);
	buf_add_c(&text, '.');
	base64url_add(&text, json.ptr, json.len);
	if (!buf_ok(&text) ||
	    !crypto_ed25519_sign(buf_str(&text), signer->secret, signature))
		goto out;
	buf_add_c(&text, '.');
	base64url_add(&text, signature, sizeof(signature));
	if (!buf_ok(&text) || text.len > LIMIT_TOKEN)
		goto out;
	buf_add(out, buf_str(&text));
	done = buf_ok(out);
out:
	buf_clear(&json);
	buf_clear(&text);
	return done;
}

bool
token_opens(const struct token_claims *claims, struct str product, int64_t now)
{
	for (size_t i = 0; i < claims->count; i++) {
		const struct token_product *p = &claims->products[i];

		if (str_eq_z(product, p->id))
			return !p->expires || p->expires > now;
	}
	return false;
}

/* RFC 7638: the digest of the required members in lexical order. */
static void
key_thumbprint(struct token_key *key)
{
	unsigned char digest[CRYPTO_DIGEST];
	char x[TOKEN_KID + 1], text[HEADER];
	int len;

	base64url_print(x, sizeof(x), key->key, sizeof(key->key));
	len = snprintf(text, sizeof(text),
	    "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
	crypto_sha256(str_of(text, (size_t)len), digest);
	base64url_print(key->kid, sizeof(key->kid), digest, sizeof(digest));
}

void
token_signer_from_seed(
    struct token_signer *s, const unsigned char seed[TOKEN_SEED_BYTES])
{
	crypto_ed25519_keys(seed, s->public_key.key, s->secret);
	key_thumbprint(&s->public_key);
}

void
token_random_id(char id[TOKEN_ID + 1])
{
	unsigned char bits[16];

	crypto_random(bits, sizeof(bits));
	base64url_print(id, TOKEN_ID + 1, bits, sizeof(bits));
}

void
token_jwks(struct buf *out, const struct token_keys *keys)
{
	buf_add_z(out, "{\"keys\":[");
	for (size_t i = 0; i < keys->count; i++) {
		buf_printf(out,
		    "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\","
		    "\"use\":\"sig\",\"kid\":\"%s\",\"x\":\"",
		    i ? "," : "", keys->at[i].kid);
		base64url_add(out, keys->at[i].key, sizeof(keys->at[i].key));
		buf_add_z(out, "\"}");
	}
	buf_add_z(out, "]}");
}
