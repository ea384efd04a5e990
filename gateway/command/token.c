#include "catalogue.h"
#include "command.h"
#include "configured.h"
#include "crypto.h"
#include "file.h"
#include "json.h"
#include "keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: pennygate token mint [-c FILE] --products ID[,ID...]\n"
    "           [--expires [+|-]N(s|m|h|d)] [--sub ID] [--audience URL]\n"
    "       pennygate token verify [-c FILE | --jwks FILE --issuer URL]\n"
    "           [--audience URL] [TOKEN]\n";

enum { PRODUCTS = 256, EXPIRES, SUB, AUDIENCE, JWKS, ISSUER };

struct words {
	const char *config, *products, *expires, *sub, *audience, *jwks;
	const char *issuer;
	const char *token; /* or NULL: standard input */
};

static bool
wrong(const char *what, const char *value)
{
	fprintf(stderr, "pennygate: %s '%s'\n", what, value);
	return false;
}

/* "+1h", "-30m", "45s", "2d" as seconds. */
static bool
read_duration(const char *text, int64_t *seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	struct str s = str_from(text);
	bool minus = str_starts(s, STR("-"));

	if (minus || str_starts(s, STR("+")))
		s = str_from_at(s, 1);
	for (size_t i = 0; i < 4; i++) {
		if (!s.len || s.ptr[s.len - 1] != units[i].unit ||
		    !str_to_i64(str_sub(s, 0, s.len - 1), seconds) ||
		    *seconds < 0 || *seconds > 36500LL * 86400)
			continue;
		*seconds *= minus ? -units[i].seconds : units[i].seconds;
		return true;
	}
	return wrong("--expires wants a time like +1h, not", text);
}

static bool
read_products(const char *text, struct token_claims *claims)
{
	struct str rest = str_from(text), id;

	while (str_split(&rest, ',', &id)) {
		struct token_product *p = &claims->products[claims->count];

		if (!id.len || id.len > LIMIT_SLUG ||
		    claims->count == LIMIT_TOKEN_PRODUCTS)
			return wrong("no list of products:", text);
		memcpy(p->id, id.ptr, id.len);
		p->id[id.len] = '\0';
		p->expires = 0;
		claims->count++;
	}
	return true;
}

/* The site's address, which the release says. */
static bool
read_audience(struct arena *a, const struct config *c, const struct words *w,
    struct str *audience)
{
	struct catalogue *release;
	bool found;

	if (w->audience) {
		*audience = str_from(w->audience);
		return true;
	}
	release = catalogue_new(c->site.ptr);
	found = release && catalogue_refresh(release);
	if (found)
		*audience = arena_str(a, catalogue_site(release));
	catalogue_free(release);
	return found;
}

static bool
fill_claims(
    const struct config *c, const struct words *w, struct token_claims *claims)
{
	int64_t life = c->token_seconds;
	int64_t now = (int64_t)time(NULL);

	memset(claims, 0, sizeof(*claims));
	if (!read_products(w->products, claims) ||
	    (w->expires && !read_duration(w->expires, &life)))
		return false;
	claims->expires = now + life;
	claims->issued = life > 0 ? now : claims->expires - 1;
	token_random_id(claims->jti);
	token_random_id(claims->sub);
	if (!w->sub)
		return true;
	if (strlen(w->sub) != TOKEN_ID)
		return wrong(
		    "--sub wants 22 characters of base64url, not", w->sub);
	memcpy(claims->sub, w->sub, TOKEN_ID + 1);
	return true;
}

static int
mint(struct arena *a, const struct config *c, const struct words *w)
{
	struct token_claims claims;
	struct keyring ring;
	struct str audience;
	struct diag d;
	struct buf out;
	bool done;

	if (!fill_claims(c, w, &claims) || !read_audience(a, c, w, &audience))
		return 1;
	diag_init(&d);
	if (!keyring_read(c->keys.ptr, &ring, &d)) {
		configured_show(&d);
		return 1;
	}
	diag_clear(&d);
	buf_init(&out, LIMIT_TOKEN + 1);
	done = token_mint(&ring.signer, c->url, audience, &claims, &out);
	keyring_clear(&ring);
	if (done)
		printf("%.*s\n", STR_ARG(buf_str(&out)));
	else
		fputs("pennygate: these claims make no token\n", stderr);
	buf_clear(&out);
	return done ? 0 : 1;
}

static bool
read_jwk(const struct value *v, struct token_key *key)
{
	struct str kid = value_get_str(v, STR("kid"));
	size_t len;

	if (!str_eq_z(value_get_str(v, STR("kty")), "OKP") ||
	    !str_eq_z(value_get_str(v, STR("crv")), "Ed25519") ||
	    kid.len != TOKEN_KID ||
	    !base64url_read(
		value_get_str(v, STR("x")), key->key, sizeof(key->key), &len) ||
	    len != sizeof(key->key))
		return false;
	memcpy(key->kid, kid.ptr, kid.len);
	key->kid[kid.len] = '\0';
	return true;
}

static bool
read_jwks(struct arena *a, const char *path, struct token_keys *keys)
{
	const struct value *list;
	struct json_error error;
	struct buf text;

	buf_init(&text, LIMIT_FRONT_MATTER);
	if (!file_read(AT_FDCWD, path, &text)) {
		fprintf(stderr, "pennygate: %s: %s\n", path, strerror(errno));
		buf_clear(&text);
		return false;
	}
	list = value_get(json_read(a, buf_str(&text), &error), STR("keys"));
	buf_clear(&text);
	/* Keys of other kinds are for other tokens. */
	for (size_t i = 0; i < value_count(list); i++) {
		if (keys->count < TOKEN_KEYS &&
		    read_jwk(value_at(list, i), &keys->at[keys->count]))
			keys->count++;
	}
	return keys->count || wrong("no Ed25519 key in", path);
}

static bool
read_keys(const struct config *c, struct token_keys *keys)
{
	struct keyring ring;
	struct diag d;

	diag_init(&d);
	if (!keyring_read(c->keys.ptr, &ring, &d)) {
		configured_show(&d);
		return false;
	}
	diag_clear(&d);
	*keys = ring.keys;
	keyring_clear(&ring);
	return true;
}

static void
show_claims(const struct token_claims *claims)
{
	printf("sub %s\njti %s\niat %lld\nexp %lld\n", claims->sub, claims->jti,
	    (long long)claims->issued, (long long)claims->expires);
	for (size_t i = 0; i < claims->count; i++)
		printf("product %s %lld\n", claims->products[i].id,
		    (long long)claims->products[i].expires);
}

/* From standard input when it was not given: an argument may be seen by all. */
static bool
read_token(const struct words *w, char *text, size_t room, struct str *token)
{
	size_t len;

	if (w->token) {
		*token = str_from(w->token);
		return true;
	}
	len = fread(text, 1, room, stdin);
	*token = str_trim(str_of(text, len));
	return !ferror(stdin);
}

static int
verify(struct arena *a, const struct config *c, const struct words *w)
{
	char text[2 * LIMIT_TOKEN];
	struct token_keys keys = { .count = 0 };
	struct str issuer = w->jwks ? str_from(w->issuer) : c->url;
	struct str audience, token;
	struct token_claims claims;

	if (!(w->jwks ? read_jwks(a, w->jwks, &keys) : read_keys(c, &keys)) ||
	    !read_audience(a, c, w, &audience) ||
	    !read_token(w, text, sizeof(text), &token))
		return 1;
	switch (token_verify(
	    &keys, token, issuer, audience, (int64_t)time(NULL), &claims)) {
	case TOKEN_GOOD:
		show_claims(&claims);
		return 0;
	case TOKEN_EXPIRED:
		show_claims(&claims);
		fputs("pennygate: genuine, but expired\n", stderr);
		return 1;
	case TOKEN_FORGED:
		break;
	}
	fputs("pennygate: refused\n", stderr);
	return 1;
}

static bool
read_words(int argc, char **argv, struct words *w)
{
	static const struct option options[] = {
		{ "products", required_argument, NULL, PRODUCTS },
		{ "expires", required_argument, NULL, EXPIRES },
		{ "sub", required_argument, NULL, SUB },
		{ "audience", required_argument, NULL, AUDIENCE },
		{ "jwks", required_argument, NULL, JWKS },
		{ "issuer", required_argument, NULL, ISSUER },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			w->config = optarg;
			break;
		case PRODUCTS:
			w->products = optarg;
			break;
		case EXPIRES:
			w->expires = optarg;
			break;
		case SUB:
			w->sub = optarg;
			break;
		case AUDIENCE:
			w->audience = optarg;
			break;
		case JWKS:
			w->jwks = optarg;
			break;
		case ISSUER:
			w->issuer = optarg;
			break;
		default:
			return false;
		}
	}
	return true;
}

int
command_token(int argc, char **argv)
{
	struct words w = { .config = CONFIGURED_DEFAULT };
	const struct config *c = NULL;
	bool minting;
	struct arena a;
	int status = 1;

	if (!read_words(argc, argv, &w) || optind >= argc)
		goto wrong;
	minting = !strcmp(argv[optind], "mint");
	if (!minting && strcmp(argv[optind], "verify") != 0)
		goto wrong;
	if (++optind < argc && !minting)
		w.token = argv[optind++];
	if (optind < argc || minting != (w.products != NULL) ||
	    (w.jwks && (minting || !w.issuer || !w.audience)))
		goto wrong;
	arena_init(&a);
	if (!w.jwks)
		c = configured(&a, w.config);
	if (c && minting)
		status = mint(&a, c, &w);
	else if (c || w.jwks)
		status = verify(&a, c, &w);
	arena_clear(&a);
	return status;
wrong:
	fputs(usage, stderr);
	return 2;
}
