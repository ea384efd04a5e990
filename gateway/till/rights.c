#include "clock.h"
#include "crypto.h"
#include "log.h"
#include "till_private.h"

#include <stdio.h>
#include <string.h>

bool
rights_refresh(struct till *t)
{
	if (!catalogue_refresh(t->catalogue))
		return false;
	if (!str_eq_z(catalogue_site(t->catalogue), t->told))
		t->changed = true;
	return true;
}

static struct str
secret_hash(struct arena *a, struct str secret)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[CRYPTO_DIGEST];
	char text[BOOKS_HASH];

	crypto_sha256(secret, digest);
	for (size_t i = 0; i < CRYPTO_DIGEST; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 15];
	}
	return arena_str(a, str_of(text, sizeof(text)));
}

static bool
is_secret(struct str secret)
{
	unsigned char bits[32];
	size_t len;
	bool good = secret.len == TILL_SECRET_TEXT &&
	    base64url_read(secret, bits, sizeof(bits), &len) &&
	    len == sizeof(bits);

	crypto_wipe(bits, sizeof(bits));
	return good;
}

struct str
reader_by_secret(struct till *t, struct arena *a, struct str secret)
{
	struct str reader = STR("");

	if (!is_secret(secret) ||
	    books_secret_find(t->books, a, secret_hash(a, secret), &reader) !=
		BOOKS_OK)
		return STR("");
	return reader;
}

/* The reader of a token that is good and not revoked. */
static struct str
reader_by_token(struct till *t, struct arena *a, struct str token)
{
	struct token_claims *claims = ARENA_NEW(a, struct token_claims);

	if (!token.len ||
	    token_verify(&t->secrets->ring.keys, token, t->issuer,
		catalogue_site(t->catalogue), clock_now(),
		claims) != TOKEN_GOOD ||
	    books_token_revoked(t->books, str_from(claims->jti)) !=
		BOOKS_NONE ||
	    books_reader_known(t->books, str_from(claims->sub)) != BOOKS_OK)
		return STR("");
	return str_from(claims->sub);
}

struct str
reader_of(struct till *t, struct arena *a, struct str token, struct str secret)
{
	struct str reader = reader_by_secret(t, a, secret);

	return reader.len ? reader : reader_by_token(t, a, token);
}

/* Newest grants first, a product once, with its longest right. */
static void
claims_add(struct token_claims *claims, const struct grant *g)
{
	struct token_product *p;

	for (size_t i = 0; i < claims->count; i++) {
		p = &claims->products[i];
		if (!str_eq_z(g->product, p->id))
			continue;
		if (p->expires && (!g->until || g->until > p->expires))
			p->expires = g->until;
		return;
	}
	if (claims->count == LIMIT_TOKEN_PRODUCTS ||
	    g->product.len > LIMIT_SLUG)
		return;
	p = &claims->products[claims->count++];
	memcpy(p->id, g->product.ptr, g->product.len);
	p->id[g->product.len] = '\0';
	p->expires = g->until;
}

/* As many products as a token can hold, the newest. */
static bool
mint(struct till *t, struct token_claims *claims, struct buf *out)
{
	size_t all = claims->count;

	for (; claims->count; claims->count--) {
		buf_reset(out);
		if (token_mint(&t->secrets->ring.signer, t->issuer,
			catalogue_site(t->catalogue), claims, out))
			break;
	}
	if (claims->count < all)
		log_warning("a token holds %zu of a reader's %zu products",
		    claims->count, all);
	return claims->count > 0;
}

bool
token_for(struct till *t, struct arena *a, struct str reader, struct str *token)
{
	struct token_claims *claims = ARENA_NEW(a, struct token_claims);
	struct grant_list grants = { .count = 0 };
	int64_t now = clock_now();
	struct buf text;
	bool good = true;

	*token = STR("");
	if (books_grants_of_reader(t->books, a, reader, now, &grants) !=
	    BOOKS_OK)
		return false;
	if (!grants.count || reader.len != TOKEN_ID)
		return true;
	for (size_t i = 0; i < grants.count; i++)
		claims_add(claims, &grants.at[i]);
	memcpy(claims->sub, reader.ptr, reader.len);
	token_random_id(claims->jti);
	claims->issued = now;
	claims->expires = now + t->c->token_seconds;
	buf_init(&text, LIMIT_TOKEN + 1);
	if (mint(t, claims, &text)) {
		good = books_token_add(t->books, str_from(claims->jti), reader,
			   now, claims->expires) == BOOKS_OK;
		*token = arena_str(a, buf_str(&text));
	}
	buf_clear(&text);
	return good;
}

bool
secret_for(
    struct till *t, struct arena *a, struct str reader, struct str *secret)
{
	unsigned char bits[32];
	char text[TILL_SECRET_TEXT + 1];

	crypto_random(bits, sizeof(bits));
	base64url_print(text, sizeof(text), bits, sizeof(bits));
	*secret = arena_str(a, str_of(text, TILL_SECRET_TEXT));
	crypto_wipe(bits, sizeof(bits));
	crypto_wipe(text, sizeof(text));
	return books_secret_add(t->books, secret_hash(a, *secret), reader,
		   clock_now()) == BOOKS_OK;
}

bool
reader_owns(struct till *t, struct arena *a, struct str reader,
    const struct strs *products)
{
	struct grant_list grants = { .count = 0 };

	if (!reader.len || !products->count ||
	    books_grants_of_reader(t->books, a, reader, clock_now(), &grants) !=
		BOOKS_OK)
		return false;
	for (size_t i = 0; i < products->count; i++) {
		bool owned = false;

		for (size_t k = 0; k < grants.count; k++)
			owned |= str_eq(grants.at[k].product, products->at[i]);
		if (!owned)
			return false;
	}
	return true;
}

static struct str
renewed(struct till *t, struct arena *a, const struct message_renew *m)
{
	struct str reader = reader_by_secret(t, a, m->reader);
	struct str token = STR("");

	if (!reader.len || !pace_take(&t->renewals, reader, clock_ms()) ||
	    !rights_refresh(t) || !books_begin(t->books))
		return STR("");
	if (token_for(t, a, reader, &token) && books_commit(t->books))
		return token;
	books_rollback(t->books);
	return STR("");
}

void
rights_renew(struct till *t, const struct message *m)
{
	struct message answer = { .type = MESSAGE_RENEW_DONE, .id = m->id };
	struct arena a;

	arena_init(&a);
	answer.u.renew_done.token = renewed(t, &a, &m->u.renew);
	till_answer(t, &answer);
	arena_clear(&a);
}

void
rights_sign_out(struct till *t, const struct message *m)
{
	const struct message_sign_out *s = &m->u.sign_out;
	struct message answer = { .type = MESSAGE_SIGN_OUT_DONE, .id = m->id };
	struct token_claims claims;
	struct arena a;

	arena_init(&a);
	if (books_begin(t->books)) {
		if (is_secret(s->reader))
			(void)books_secret_remove(
			    t->books, secret_hash(&a, s->reader));
		if (token_verify(&t->secrets->ring.keys, s->token, t->issuer,
			catalogue_site(t->catalogue), clock_now(),
			&claims) == TOKEN_GOOD &&
		    books_token_revoke(t->books, str_from(claims.jti),
			clock_now()) == BOOKS_OK)
			t->changed = true;
		answer.u.sign_out_done.done = books_commit(t->books);
		if (!answer.u.sign_out_done.done)
			books_rollback(t->books);
	}
	till_answer(t, &answer);
	arena_clear(&a);
}

/* Kept in the books, so that it grows over restarts too. */
static int64_t
next_generation(struct till *t)
{
	int64_t n = books_setting(t->books, STR("generation"));

	n = n < 0 ? 1 : n + 1;
	if (!books_begin(t->books))
		return -1;
	if (books_setting_put(t->books, STR("generation"), n) == BOOKS_OK &&
	    books_commit(t->books))
		return n;
	books_rollback(t->books);
	return -1;
}

bool
rights_hello(struct till *t)
{
	struct message m = { .type = MESSAGE_HELLO };
	struct message_hello *h = &m.u.hello;
	struct id_list revoked = { .count = 0 };
	struct arena a;
	bool good;

	arena_init(&a);
	h->keys = t->secrets->ring.keys;
	h->issuer = t->issuer;
	h->audience = catalogue_site(t->catalogue);
	h->generation = next_generation(t);
	good = h->generation > 0 &&
	    books_revocations(t->books, &a, clock_now(), MESSAGE_REVOKED_MAX,
		&revoked, &h->not_before) == BOOKS_OK;
	if (h->not_before)
		log_warning("more than %d tokens are revoked: all that were"
			    " issued before %lld are made anew",
		    MESSAGE_REVOKED_MAX, (long long)h->not_before);
	h->revoked.at = revoked.at;
	h->revoked.count = revoked.count;
	if (good) {
		till_answer(t, &m);
		t->changed = false;
		snprintf(t->told, sizeof(t->told), "%.*s",
		    STR_ARG(catalogue_site(t->catalogue)));
	}
	arena_clear(&a);
	return good;
}
