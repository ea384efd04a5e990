#include "entitlement.h"

#include <stdlib.h>
#include <sys/random.h>

enum { PROBES = 4 };

/* A verified token: its claims, cut after the last product, then its text. */
struct verified {
	uint64_t hash, view;
	size_t size, length;
	struct token_claims *claims;
	char *text;
};

struct entitlements {
	uint64_t key;
	size_t bytes, next; /* next: who leaves when there is no room */
	struct verified at[ENTITLEMENT_SLOTS];
	struct token_claims fresh;
};

struct entitlements *
entitlements_new(void)
{
	struct entitlements *e = calloc(1, sizeof(*e));

	if (e && getrandom(&e->key, sizeof(e->key), 0) != sizeof(e->key))
		e->key = (uint64_t)(uintptr_t)e;
	return e;
}

static void
forget(struct entitlements *e, struct verified *v)
{
	free(v->claims);
	e->bytes -= v->size;
	memset(v, 0, sizeof(*v));
}

void
entitlements_free(struct entitlements *e)
{
	for (size_t i = 0; e && i < ENTITLEMENT_SLOTS; i++)
		forget(e, &e->at[i]);
	free(e);
}

/* Only where to look: what is found is compared whole. */
static uint64_t
hash_token(uint64_t key, struct str s)
{
	uint64_t h = key ^ s.len, word = 0;
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&word, s.ptr + i, 8);
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, s.ptr + i, s.len - i);
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* The token's place: where it is, else a free one, else the last looked at. */
static struct verified *
find(struct entitlements *e, uint64_t hash, struct str token)
{
	struct verified *free_one = NULL, *v = NULL;

	for (size_t i = 0; i < PROBES; i++) {
		v = &e->at[(hash + i) % ENTITLEMENT_SLOTS];
		if (v->claims && v->hash == hash &&
		    str_eq(str_of(v->text, v->length), token))
			return v;
		if (!v->claims && !free_one)
			free_one = v;
	}
	return free_one ? free_one : v;
}

static size_t
claims_size(const struct token_claims *c)
{
	return offsetof(struct token_claims, products) +
	    c->count * sizeof(c->products[0]);
}

static const struct token_claims *
remember(struct entitlements *e, struct verified *v, uint64_t hash,
    const struct view *view, struct str token)
{
	size_t claims = claims_size(&e->fresh), size = claims + token.len;
	char *block;

	forget(e, v);
	while (e->bytes + size > ENTITLEMENT_BYTES)
		forget(e, &e->at[e->next++ % ENTITLEMENT_SLOTS]);
	block = malloc(size);
	if (!block)
		return &e->fresh;
	memcpy(block, &e->fresh, claims);
	memcpy(block + claims, token.ptr, token.len);
	*v = (struct verified){ hash, view->number, size, token.len,
		(struct token_claims *)(void *)block, block + claims };
	e->bytes += size;
	return v->claims;
}

const struct token_claims *
entitlement_of(struct entitlements *e, const struct view *view,
    struct str token, int64_t now)
{
	uint64_t hash;
	struct verified *v;

	if (!token.len || token.len > LIMIT_TOKEN)
		return NULL;
	hash = hash_token(e->key, token);
	v = find(e, hash, token);
	if (v->claims && v->hash == hash &&
	    str_eq(str_of(v->text, v->length), token)) {
		if (v->view == view->number && now < v->claims->expires)
			return v->claims;
		forget(e, v);
	}
	if (token_verify(&view->keys, token, view->issuer, view->audience, now,
		&e->fresh) != TOKEN_GOOD ||
	    e->fresh.issued < view->not_before ||
	    view_is_revoked(view, e->fresh.jti))
		return NULL;
	return remember(e, v, hash, view, token);
}

bool
entitlement_opens(const struct token_claims *claims,
    const struct manifest_member *member, int64_t now)
{
	if (!claims)
		return member->access == ACCESS_FREE;
	if (member->access != ACCESS_PAID)
		return true;
	for (size_t i = 0; i < member->products.count; i++) {
		if (token_opens(claims, member->products.at[i], now))
			return true;
	}
	return false;
}

bool
entitlement_is_old(const struct token_claims *claims, int64_t now)
{
	return now - claims->issued > (claims->expires - claims->issued) / 2;
}
