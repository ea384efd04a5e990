#include "claims.h"

#include "crypto.h"

#include <string.h>

enum claim {
	CLAIM_ISS,
	CLAIM_AUD,
	CLAIM_SUB,
	CLAIM_JTI,
	CLAIM_IAT,
	CLAIM_EXP,
	CLAIM_PRODUCTS,
	CLAIM_COUNT
};

static const char *const names[CLAIM_COUNT] = {
	[CLAIM_ISS] = "iss",
	[CLAIM_AUD] = "aud",
	[CLAIM_SUB] = "sub",
	[CLAIM_JTI] = "jti",
	[CLAIM_IAT] = "iat",
	[CLAIM_EXP] = "exp",
	[CLAIM_PRODUCTS] = "products",
};

struct reader {
	struct str text;
	size_t at;
	struct str issuer, audience;
};

static bool
take(struct reader *r, char c)
{
	if (r->at >= r->text.len || r->text.ptr[r->at] != c)
		return false;
	r->at++;
	return true;
}

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			return false;
	}
	return str_is_utf8(s);
}

static bool
take_string(struct reader *r, struct str *out)
{
	struct str rest;

	if (!take(r, '"'))
		return false;
	rest = str_from_at(r->text, r->at);
	*out = str_sub(rest, 0, str_find(rest, '"'));
	r->at += out->len;
	return is_plain(*out) && take(r, '"');
}

static bool
take_integer(struct reader *r, int64_t *out)
{
	size_t from = r->at;

	while (r->at < r->text.len && r->text.ptr[r->at] >= '0' &&
	    r->text.ptr[r->at] <= '9')
		r->at++;
	return str_to_i64(str_sub(r->text, from, r->at - from), out);
}

static bool
is_id(struct str s)
{
	unsigned char bits[16];
	size_t len;

	return s.len == TOKEN_ID &&
	    base64url_read(s, bits, sizeof(bits), &len) && len == sizeof(bits);
}

static bool
take_id(struct reader *r, char id[TOKEN_ID + 1])
{
	struct str s;

	if (!take_string(r, &s) || !is_id(s))
		return false;
	memcpy(id, s.ptr, s.len);
	id[s.len] = '\0';
	return true;
}

static bool
has_product(const struct token_claims *c, struct str id)
{
	for (size_t i = 0; i < c->count; i++) {
		if (str_eq_z(id, c->products[i].id))
			return true;
	}
	return false;
}

static bool
take_product(struct reader *r, struct token_claims *c)
{
	struct token_product *p;
	struct str id;

	if (c->count == LIMIT_TOKEN_PRODUCTS || !take_string(r, &id) ||
	    !id.len || id.len > LIMIT_SLUG || has_product(c, id))
		return false;
	p = &c->products[c->count];
	memcpy(p->id, id.ptr, id.len);
	p->id[id.len] = '\0';
	if (!take(r, ':') || !take_integer(r, &p->expires))
		return false;
	c->count++;
	return true;
}

static bool
take_products(struct reader *r, struct token_claims *c)
{
	if (!take(r, '{'))
		return false;
	if (take(r, '}'))
		return true;
	do {
		if (!take_product(r, c))
			return false;
	} while (take(r, ','));
	return take(r, '}');
}

static bool
take_value(struct reader *r, enum claim claim, struct token_claims *c)
{
	struct str s;

	switch (claim) {
	case CLAIM_ISS:
		return take_string(r, &s) && str_eq(s, r->issuer);
	case CLAIM_AUD:
		return take_string(r, &s) && str_eq(s, r->audience);
	case CLAIM_SUB:
		return take_id(r, c->sub);
	case CLAIM_JTI:
		return take_id(r, c->jti);
	case CLAIM_IAT:
		return take_integer(r, &c->issued);
	case CLAIM_EXP:
		return take_integer(r, &c->expires);
	case CLAIM_PRODUCTS:
		return take_products(r, c);
	case CLAIM_COUNT:
		break;
	}
	return false;
}

/* The claim of this name that was not seen yet, or CLAIM_COUNT. */
static enum claim
claim_named(struct str name, const bool seen[CLAIM_COUNT])
{
	for (enum claim i = 0; i < CLAIM_COUNT; i++) {
		if (!seen[i] && str_eq_z(name, names[i]))
			return i;
	}
	return CLAIM_COUNT;
}

bool
claims_read(struct str text, struct str issuer, struct str audience,
    struct token_claims *claims)
{
	struct reader r = {
		.text = text, .issuer = issuer, .audience = audience
	};
	bool seen[CLAIM_COUNT] = { false };

	memset(claims, 0, sizeof(*claims));
	if (!take(&r, '{'))
		return false;
	for (size_t i = 0; i < CLAIM_COUNT; i++) {
		enum claim claim;
		struct str name;

		if ((i && !take(&r, ',')) || !take_string(&r, &name))
			return false;
		claim = claim_named(name, seen);
		if (claim == CLAIM_COUNT || !take(&r, ':') ||
		    !take_value(&r, claim, claims))
			return false;
		seen[claim] = true;
	}
	return take(&r, '}') && r.at == text.len;
}

static bool
write_products(struct buf *out, const struct token_claims *claims)
{
	struct token_claims seen = { .count = 0 };

	if (claims->count > LIMIT_TOKEN_PRODUCTS)
		return false;
	for (size_t i = 0; i < claims->count; i++) {
		const struct token_product *p = &claims->products[i];
		struct str id = str_from(p->id);

		if (!id.len || !is_plain(id) || p->expires < 0 ||
		    has_product(&seen, id))
			return false;
		seen.products[seen.count++] = *p;
		buf_printf(out, "%s\"%s\":", i ? "," : "", p->id);
		buf_add_i64(out, p->expires);
	}
	return true;
}

bool
claims_write(struct buf *out, struct str issuer, struct str audience,
    const struct token_claims *claims)
{
	if (!is_plain(issuer) || !is_plain(audience) || !issuer.len ||
	    !audience.len || !is_id(str_from(claims->sub)) ||
	    !is_id(str_from(claims->jti)) || claims->issued < 0 ||
	    claims->expires < 0)
		return false;
	buf_printf(out,
	    "{\"iss\":\"%.*s\",\"aud\":\"%.*s\",\"sub\":\"%s\",\"jti\":\"%s\","
	    "\"iat\":",
	    STR_ARG(issuer), STR_ARG(audience), claims->sub, claims->jti);
	buf_add_i64(out, claims->issued);
	buf_add_z(out, ",\"exp\":");
	buf_add_i64(out, claims->expires);
	buf_add_z(out, ",\"products\":{");
	if (!write_products(out, claims))
		return false;
	buf_add_z(out, "}}");
	return buf_ok(out);
}
