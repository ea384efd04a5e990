#include "row.h"

#include "crypto.h"
#include "token.h"

#include <stdlib.h>
#include <string.h>

#define ISS STR("https://learn.example.org")
#define AUD STR("https://example.org")
#define ID "AAECAwQFBgcICQoLDA0ODw"
#define OTHER_ID "ABEiM0RVZneImaq7zN3u_w"

enum { NOW = 1800000000 };

static struct token_signer signer, stranger;
static struct token_keys keys;
static struct token_claims out;

static int
set_up(void **state)
{
	unsigned char seed[TOKEN_SEED_BYTES] = { 1, 2, 3 };

	(void)state;
	token_signer_from_seed(&signer, seed);
	seed[0] = 9;
	token_signer_from_seed(&stranger, seed);
	keys.at[0] = signer.public_key;
	keys.count = 1;
	return 0;
}

static struct token_claims
claims_of(void)
{
	return (struct token_claims){ .sub = ID,
		.jti = OTHER_ID,
		.issued = NOW,
		.expires = NOW + 3600,
		.count = 2,
		.products = { { "loops", 0 }, { "指针", NOW + 60 } } };
}

static struct str
mint(struct buf *b, const struct token_claims *claims)
{
	buf_init(b, 4096);
	assert_true(token_mint(&signer, ISS, AUD, claims, b));
	return buf_str(b);
}

/* A token of any header and claims, rightly signed. */
static struct str
forge(struct buf *b, const char *header, const char *claims)
{
	unsigned char signature[CRYPTO_SIGNATURE];

	buf_init(b, 8192);
	base64url_add(b, header, strlen(header));
	buf_add_c(b, '.');
	base64url_add(b, claims, strlen(claims));
	assert_true(crypto_ed25519_sign(buf_str(b), signer.secret, signature));
	buf_add_c(b, '.');
	base64url_add(b, signature, sizeof signature);
	assert_true(buf_ok(b));
	return buf_str(b);
}

static enum token_state
judge(struct str text)
{
	return token_verify(&keys, text, ISS, AUD, NOW, &out);
}

static void
a_minted_token_is_good(void **state)
{
	struct token_claims claims = claims_of();
	struct buf b;

	(void)state;
	assert_int_equal(judge(mint(&b, &claims)), TOKEN_GOOD);
	assert_true(b.len <= LIMIT_TOKEN);
	assert_string_equal(out.sub, ID);
	assert_string_equal(out.jti, OTHER_ID);
	assert_int_equal(out.issued, NOW);
	assert_int_equal(out.expires, NOW + 3600);
	assert_int_equal(out.count, 2);
	assert_true(token_opens(&out, STR("loops"), NOW + 100000));
	assert_true(token_opens(&out, STR("指针"), NOW + 59));
	assert_false(token_opens(&out, STR("指针"), NOW + 60));
	assert_false(token_opens(&out, STR("loop"), NOW));
	assert_false(token_opens(&out, STR(""), NOW));
	buf_clear(&b);
}

static void
time_is_kept_to_the_second(void **state)
{
	static const struct {
		int line;
		int64_t now;
		enum token_state want;
	} rows[] = {
		{ __LINE__, NOW + 3599, TOKEN_GOOD },
		{ __LINE__, NOW + 3600, TOKEN_EXPIRED },
		{ __LINE__, NOW + 999999, TOKEN_EXPIRED },
		{ __LINE__, NOW - 60, TOKEN_GOOD },
		{ __LINE__, NOW - 61, TOKEN_FORGED },
	};
	struct token_claims claims = claims_of();
	struct buf b;
	struct str text = mint(&b, &claims);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		ROW_TRUE(rows[i].line,
		    token_verify(&keys, text, ISS, AUD, rows[i].now, &out) ==
			rows[i].want);
	buf_clear(&b);
}

static void
every_changed_byte_is_refused(void **state)
{
	struct token_claims claims = claims_of();
	struct buf b;
	struct str text = mint(&b, &claims);

	(void)state;
	for (size_t i = 0; i < text.len; i++) {
		char was = b.ptr[i];

		for (int bit = 0; bit < 8; bit++) {
			b.ptr[i] = (char)(was ^ (1 << bit));
			assert_int_equal(judge(text), TOKEN_FORGED);
			assert_int_equal(out.count, 0);
		}
		b.ptr[i] = was;
	}
	for (size_t len = 0; len < text.len; len++)
		assert_int_equal(judge(str_sub(text, 0, len)), TOKEN_FORGED);
	assert_int_equal(judge(text), TOKEN_GOOD);
	buf_clear(&b);
}

static void
issuer_audience_and_key_must_be_ours(void **state)
{
	struct token_claims claims = claims_of();
	struct token_keys none = { .count = 0 };
	struct buf b;
	struct str text = mint(&b, &claims);

	(void)state;
	assert_int_equal(
	    token_verify(&keys, text, AUD, AUD, NOW, &out), TOKEN_FORGED);
	assert_int_equal(
	    token_verify(&keys, text, ISS, ISS, NOW, &out), TOKEN_FORGED);
	assert_int_equal(
	    token_verify(&none, text, ISS, AUD, NOW, &out), TOKEN_FORGED);
	none.at[none.count++] = stranger.public_key;
	assert_int_equal(
	    token_verify(&none, text, ISS, AUD, NOW, &out), TOKEN_FORGED);
	none.at[none.count++] = signer.public_key;
	assert_int_equal(
	    token_verify(&none, text, ISS, AUD, NOW, &out), TOKEN_GOOD);
	buf_clear(&b);
}

/* KID stands for the key's name. */
static const struct {
	int line;
	const char *header;
	enum token_state want;
} headers[] = {
	{ __LINE__, "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"KID\"}",
	    TOKEN_GOOD },
	{ __LINE__, "{\"alg\":\"Ed25519\",\"typ\":\"JWT\",\"kid\":\"KID\"}",
	    TOKEN_GOOD },
	{ __LINE__, "{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"KID\"}",
	    TOKEN_FORGED },
	{ __LINE__, "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"KID\"}",
	    TOKEN_FORGED },
	{ __LINE__, "{\"alg\":\"eddsa\",\"typ\":\"JWT\",\"kid\":\"KID\"}",
	    TOKEN_FORGED },
	{ __LINE__, "{\"typ\":\"JWT\",\"alg\":\"EdDSA\",\"kid\":\"KID\"}",
	    TOKEN_FORGED },
	{ __LINE__, "{\"alg\":\"EdDSA\",\"kid\":\"KID\"}", TOKEN_FORGED },
	{ __LINE__, "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}", TOKEN_FORGED },
	{ __LINE__, "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"KID\" }",
	    TOKEN_FORGED },
	{ __LINE__,
	    "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"KID\","
	    "\"crit\":[\"x\"]}",
	    TOKEN_FORGED },
	{ __LINE__,
	    "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"typ\":\"JWT\","
	    "\"kid\":\"KID\"}",
	    TOKEN_FORGED },
	{ __LINE__, "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"kid\"}",
	    TOKEN_FORGED },
	{ __LINE__, "", TOKEN_FORGED },
};

#define GOOD_HEAD                                                              \
	"{\"iss\":\"https://learn.example.org\","                              \
	"\"aud\":\"https://example.org\","
#define GOOD_IDS                                                               \
	"\"sub\":\"AAECAwQFBgcICQoLDA0ODw\","                                  \
	"\"jti\":\"ABEiM0RVZneImaq7zN3u_w\","
#define GOOD_TIMES "\"iat\":1800000000,\"exp\":1800003600,"
#define GOOD_PRODUCTS "\"products\":{\"loops\":0}}"

static const struct {
	int line;
	const char *claims;
	enum token_state want;
} bodies[] = {
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES GOOD_PRODUCTS, TOKEN_GOOD },
	{ __LINE__,
	    "{" GOOD_TIMES GOOD_IDS "\"aud\":\"https://example.org\","
	    "\"iss\":\"https://learn.example.org\"," GOOD_PRODUCTS,
	    TOKEN_GOOD },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":{}}",
	    TOKEN_GOOD },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES GOOD_PRODUCTS " ",
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES GOOD_PRODUCTS "}",
	    TOKEN_FORGED },
	{ __LINE__, " " GOOD_HEAD GOOD_IDS GOOD_TIMES GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_PRODUCTS, TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_TIMES GOOD_PRODUCTS, TOKEN_FORGED },
	{ __LINE__, "{" GOOD_IDS GOOD_TIMES GOOD_PRODUCTS, TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"nbf\":1," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS GOOD_TIMES "\"exp\":1900000000," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS
	    "\"iat\":1800000000,\"exp\":1.8e10," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS
	    "\"iat\":1800000000,\"exp\":1900000000.0," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS
	    "\"iat\":1800000000,\"exp\":\"1900000000\"," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS "\"iat\":-1,\"exp\":1900000000," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS "\"iat\":01,\"exp\":1900000000," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS
	    "\"iat\":1,\"exp\":99999999999999999999," GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS GOOD_TIMES
	    "\"products\":{\"loops\":0,\"loops\":0}}",
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":{\"lo\\u006fps\":0}}",
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":{\"\":0}}",
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":[\"loops\"]}",
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":{\"a\":-1}}",
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":{\"a\":0,}}",
	    TOKEN_FORGED },
	{ __LINE__, GOOD_HEAD GOOD_IDS GOOD_TIMES "\"products\":{\"\xff\":0}}",
	    TOKEN_FORGED },
	{ __LINE__,
	    GOOD_HEAD
	    "\"sub\":\"AAECAwQFBgcICQoLDA0OD\","
	    "\"jti\":\"ABEiM0RVZneImaq7zN3u_w\"," GOOD_TIMES GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__, /* the same bits with others after them */
	    GOOD_HEAD
	    "\"sub\":\"AAECAwQFBgcICQoLDA0ODx\","
	    "\"jti\":\"ABEiM0RVZneImaq7zN3u_w\"," GOOD_TIMES GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__,
	    "{\"iss\":\"https://learn.example.org\","
	    "\"aud\":[\"https://example.org\"]," GOOD_IDS GOOD_TIMES
		GOOD_PRODUCTS,
	    TOKEN_FORGED },
	{ __LINE__, "{}", TOKEN_FORGED },
	{ __LINE__, "", TOKEN_FORGED },
};

static void
signed_texts_of_another_form_are_refused(void **state)
{
	char header[200], *at;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < ROWS(headers); i++) {
		snprintf(header, sizeof header, "%s", headers[i].header);
		at = strstr(header, "KID");
		if (at) {
			const char *rest = strstr(headers[i].header, "KID") + 3;

			snprintf(at, sizeof header - (size_t)(at - header),
			    "%s%s", signer.public_key.kid, rest);
		}
		ROW_TRUE(headers[i].line,
		    judge(forge(&b, header, bodies[0].claims)) ==
			headers[i].want);
		buf_clear(&b);
	}
	snprintf(header, sizeof header,
	    "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
	    signer.public_key.kid);
	for (size_t i = 0; i < ROWS(bodies); i++) {
		ROW_TRUE(bodies[i].line,
		    judge(forge(&b, header, bodies[i].claims)) ==
			bodies[i].want);
		buf_clear(&b);
	}
}

static void
other_encodings_of_the_same_token_are_refused(void **state)
{
	struct token_claims claims = claims_of();
	struct buf b, other;
	struct str text = mint(&b, &claims);
	static const char *const tails[] = { "=", "==", ".", "\n", " ", ".." };

	(void)state;
	for (size_t i = 0; i < ROWS(tails); i++) {
		buf_init(&other, 4096);
		buf_add(&other, text);
		buf_add_z(&other, tails[i]);
		assert_int_equal(judge(buf_str(&other)), TOKEN_FORGED);
		buf_clear(&other);
	}
	/* 64 bytes leave four bits over in the last character: all but the
	 * canonical one are refused. */
	for (const char *c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			     "wxyz0123456789-_";
	     *c; c++) {
		char was = b.ptr[b.len - 1];

		b.ptr[b.len - 1] = *c;
		assert_int_equal(judge(text) == TOKEN_GOOD, was == *c);
		b.ptr[b.len - 1] = was;
	}
	buf_clear(&b);
}

static void
what_cannot_be_said_is_not_minted(void **state)
{
	struct token_claims claims = claims_of();
	struct buf b;

	(void)state;
	buf_init(&b, 8192);
	assert_false(token_mint(&signer, STR("a\"b"), AUD, &claims, &b));
	assert_false(token_mint(&signer, ISS, STR(""), &claims, &b));
	snprintf(claims.products[1].id, TOKEN_PRODUCT_NAME, "loops");
	assert_false(token_mint(&signer, ISS, AUD, &claims, &b));
	claims.count = 0;
	for (size_t i = 0; i < LIMIT_TOKEN_PRODUCTS; i++)
		snprintf(claims.products[claims.count++].id, TOKEN_PRODUCT_NAME,
		    "a-rather-long-name-%zu", i);
	assert_false(token_mint(&signer, ISS, AUD, &claims, &b));
	claims.count = 1;
	claims.expires = -1;
	assert_false(token_mint(&signer, ISS, AUD, &claims, &b));
	claims = claims_of();
	claims.sub[3] = '!';
	assert_false(token_mint(&signer, ISS, AUD, &claims, &b));
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

/* RFC 8037, appendix A: the key, its thumbprint. */
static void
the_thumbprint_is_that_of_the_rfc(void **state)
{
	struct token_signer rfc;
	unsigned char seed[TOKEN_SEED_BYTES];
	struct buf b;
	size_t len;

	(void)state;
	assert_true(
	    base64url_read(STR("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"),
		seed, sizeof seed, &len));
	token_signer_from_seed(&rfc, seed);
	assert_string_equal(
	    rfc.public_key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
	buf_init(&b, 4096);
	token_jwks(&b, &(struct token_keys){ { rfc.public_key }, 1 });
	assert_string_equal(b.ptr,
	    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
	    "\"alg\":\"EdDSA\",\"use\":\"sig\","
	    "\"kid\":\"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\","
	    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}");
	buf_clear(&b);
}

/* As another implementation, Python's hashlib, computes it. */
static void
a_keyed_hash_depends_on_its_key(void **state)
{
	static const unsigned char want[CRYPTO_KEYED] = { 0xfa, 0x2f, 0xe4,
		0x21, 0xb6, 0x8c, 0x65, 0x5c, 0x94, 0xd7, 0x5d, 0x8c, 0x6f,
		0x70, 0x90, 0xf9 };
	unsigned char key[CRYPTO_KEY], hash[CRYPTO_KEYED];

	(void)state;
	for (unsigned char i = 0; i < CRYPTO_KEY; i++)
		key[i] = i;
	crypto_keyed_hash(key, STR("reader"), hash);
	assert_memory_equal(hash, want, sizeof(hash));
	key[31] ^= 1;
	crypto_keyed_hash(key, STR("reader"), hash);
	assert_memory_not_equal(hash, want, sizeof(hash));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_keyed_hash_depends_on_its_key),
		cmocka_unit_test(a_minted_token_is_good),
		cmocka_unit_test(time_is_kept_to_the_second),
		cmocka_unit_test(every_changed_byte_is_refused),
		cmocka_unit_test(issuer_audience_and_key_must_be_ours),
		cmocka_unit_test(signed_texts_of_another_form_are_refused),
		cmocka_unit_test(other_encodings_of_the_same_token_are_refused),
		cmocka_unit_test(what_cannot_be_said_is_not_minted),
		cmocka_unit_test(the_thumbprint_is_that_of_the_rfc),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
