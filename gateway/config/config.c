#include "config.h"

#include "address.h"
#include "file.h"
#include "limits.h"
#include "yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#define STRIPE STR("https://api.stripe.com")
#define STRIPE_CHECKOUT STR("https://checkout.stripe.com")

struct reading {
	struct arena *a;
	struct diag *d;
	struct config *c;
};

typedef void key_read(struct reading *r, const struct yaml *y, void *field);

struct key {
	const char *name;
	bool required;
	key_read *read;
	size_t field;
};

static void
read_bool(struct reading *r, const struct yaml *y, void *field)
{
	yaml_bool(r->d, y, field);
}

static void
read_text(struct reading *r, const struct yaml *y, void *field)
{
	struct str s;

	if (!yaml_str(r->d, y, &s))
		return;
	if (!s.len)
		diag_add(r->d, DIAG_ERROR, y->at, NULL, "the value is empty");
	*(struct str *)field = s;
}

/* Relative to the configuration's folder. */
static void
read_path(struct reading *r, const struct yaml *y, void *field)
{
	struct str s = STR_NONE, folder;

	read_text(r, y, &s);
	if (!s.len)
		return;
	while (s.len > 1 && str_ends(s, STR("/")))
		s.len--;
	folder = str_sub(r->c->path, 0, str_rfind(r->c->path, '/'));
	if (s.ptr[0] == '/' || folder.len == r->c->path.len)
		*(struct str *)field = arena_str(r->a, s);
	else
		*(struct str *)field = arena_printf(
		    r->a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(s));
}

static bool
read_address(struct reading *r, const struct yaml *y, struct address *out)
{
	const char *refusal;
	struct str s;

	if (!yaml_str(r->d, y, &s))
		return false;
	refusal = address_read(s, out);
	if (refusal)
		diag_add(r->d, DIAG_ERROR, y->at,
		    "write it as https://learn.example.org",
		    "address '%.*s' %s", STR_ARG(s), refusal);
	return !refusal;
}

static void
read_url(struct reading *r, const struct yaml *y, void *field)
{
	struct address address;

	(void)field;
	if (!read_address(r, y, &address))
		return;
	r->c->url = address.text;
	r->c->origin = address.origin;
	r->c->loopback = address.loopback;
}

static void
read_base(struct reading *r, const struct yaml *y, void *field)
{
	struct address address;

	if (read_address(r, y, &address))
		*(struct str *)field = address.text;
}

/* 127.0.0.1:8080, [::1]:8080, localhost:8080 or *:80 */
static void
read_listen(struct reading *r, const struct yaml *y, void *field)
{
	struct str s, host;
	int64_t port;
	size_t colon;

	(void)field;
	if (!yaml_str(r->d, y, &s))
		return;
	colon = str_rfind(s, ':');
	host = str_sub(s, 0, colon);
	if (host.len > 2 && host.ptr[0] == '[' && str_ends(host, STR("]")))
		host = str_sub(host, 1, host.len - 2);
	else if (str_find(host, ':') < host.len)
		host = STR_NONE;
	if (str_eq_z(host, "localhost"))
		host = STR("127.0.0.1");
	if (colon == s.len || !str_to_i64(str_from_at(s, colon + 1), &port) ||
	    port < 0 || port > 65535 ||
	    (!str_eq_z(host, "*") && !address_is_ip(host))) {
		diag_add(r->d, DIAG_ERROR, y->at,
		    "write it as 127.0.0.1:8080, [::1]:8080 or *:80",
		    "'%.*s' is no address and port to listen on", STR_ARG(s));
		return;
	}
	r->c->listen_host = str_eq_z(host, "*") ? STR("") : host;
	r->c->listen_port = (uint16_t)port;
}

static void
read_hours(struct reading *r, const struct yaml *y, void *field)
{
	int64_t n;

	if (yaml_int(r->d, y, 1, 720, &n))
		*(int64_t *)field = n * 3600;
}

static void
read_minutes(struct reading *r, const struct yaml *y, void *field)
{
	int64_t n;

	if (yaml_int(r->d, y, 1, 1440, &n))
		*(int64_t *)field = n * 60;
}

static void
read_threads(struct reading *r, const struct yaml *y, void *field)
{
	int64_t n;

	if (yaml_int(r->d, y, 0, 256, &n))
		*(unsigned *)field = (unsigned)n;
}

static void
read_connections(struct reading *r, const struct yaml *y, void *field)
{
	int64_t n;

	if (yaml_int(r->d, y, 16, 1000000, &n))
		*(unsigned *)field = (unsigned)n;
}

static void
read_sandbox(struct reading *r, const struct yaml *y, void *field)
{
	static const char *const words[] = { "best-effort", "required" };
	size_t n;

	if (yaml_word(r->d, y, words, 2, &n))
		*(bool *)field = n == 1;
}

static void
read_readers(struct reading *r, const struct yaml *y, void *field)
{
	static const char *const words[] = { [EVENTS_READERS_NO] = "no",
		[EVENTS_READERS_ASK] = "ask",
		[EVENTS_READERS_YES] = "yes" };
	size_t n;

	if (yaml_word(r->d, y, words, 3, &n))
		*(enum events_readers *)field = (enum events_readers)n;
}

static void
read_rotate(struct reading *r, const struct yaml *y, void *field)
{
	yaml_int(r->d, y, 1, CONFIG_ROTATE_MOST, field);
}

static void
read_keep(struct reading *r, const struct yaml *y, void *field)
{
	yaml_int(r->d, y, 1, 1100, field);
}

/* Where item i of a list of texts stands; of one text, the text. */
static struct where
item_at(const struct yaml *y, size_t i)
{
	return y->kind == YAML_LIST ? y->items.at[i].value->at : y->at;
}

static void
read_proxies(struct reading *r, const struct yaml *y, void *field)
{
	struct strs *out = field;
	struct str *at;
	size_t count;

	if (!yaml_strs(r->a, r->d, y, &at, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		if (!address_is_ip(at[i]))
			diag_add(r->d, DIAG_ERROR, item_at(y, i), NULL,
			    "'%.*s' is not an IP address", STR_ARG(at[i]));
	}
	*out = (struct strs){ .at = at, .count = count, .room = count };
}

static void
read_origins(struct reading *r, const struct yaml *y, void *field)
{
	struct strs *out = field;
	struct address address;
	struct str *at;
	size_t count;

	if (!yaml_strs(r->a, r->d, y, &at, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		const char *refusal = address_read(at[i], &address);

		if (!refusal && address.path.len)
			refusal = "has a path, where only an origin counts";
		if (refusal)
			diag_add(r->d, DIAG_ERROR, item_at(y, i),
			    "write it as https://checkout.stripe.com",
			    "origin '%.*s' %s", STR_ARG(at[i]), refusal);
		at[i] = address.text;
	}
	*out = (struct strs){ .at = at, .count = count, .room = count };
}

/* A date, and a name after a point in newer ones. */
static void
read_version(struct reading *r, const struct yaml *y, void *field)
{
	static const char form[] = "dddd-dd-dd";
	struct str s;
	bool good;

	if (!yaml_str(r->d, y, &s))
		return;
	good = s.len >= 10 && s.len <= 40;
	for (size_t i = 0; good && i < s.len; i++) {
		char c = s.ptr[i];

		if (i >= 10)
			good = (i == 10) == (c == '.') &&
			    (c == '.' || (c >= 'a' && c <= 'z'));
		else if (form[i] == 'd')
			good = c >= '0' && c <= '9';
		else
			good = c == form[i];
	}
	if (!good)
		diag_add(r->d, DIAG_ERROR, y->at,
		    "write it as " CONFIG_API_VERSION,
		    "'%.*s' is no version of the payment API", STR_ARG(s));
	*(struct str *)field = s;
}

static void
read_user(struct reading *r, const struct yaml *y, void *field)
{
	struct str s = STR_NONE;

	read_text(r, y, &s);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c <= 0x20 || c >= 0x7f || c == ':' || c == '/') {
			diag_add(r->d, DIAG_ERROR, y->at, NULL,
			    "'%.*s' is not a user's name", STR_ARG(s));
			break;
		}
	}
	*(struct str *)field = s;
}

static void
read_keys(struct reading *r, const struct yaml *map, const struct key *keys,
    size_t count)
{
	const char *names[32] = { NULL };

	for (size_t i = 0; i < count; i++)
		names[i] = keys[i].name;
	yaml_known_keys(r->d, DIAG_ERROR, map, names, count);
	for (size_t i = 0; i < count; i++) {
		const struct yaml *y = yaml_get(map, str_from(keys[i].name));

		if (y)
			keys[i].read(r, y, (char *)r->c + keys[i].field);
		else if (keys[i].required)
			diag_add(r->d, DIAG_ERROR, map->at, NULL,
			    "'%s' is missing", keys[i].name);
	}
}

static const struct key payment_keys[] = {
	{ "base", false, read_base, offsetof(struct config, payment_base) },
	{ "secret_key_file", true, read_path,
	    offsetof(struct config, secret_key_file) },
	{ "webhook_secret_file", true, read_path,
	    offsetof(struct config, webhook_secret_file) },
	{ "api_version", false, read_version,
	    offsetof(struct config, api_version) },
	{ "checkout_origins", false, read_origins,
	    offsetof(struct config, checkout_origins) },
	{ "automatic_tax", false, read_bool,
	    offsetof(struct config, automatic_tax) },
	{ "promotion_codes", false, read_bool,
	    offsetof(struct config, promotion_codes) },
};

static void
read_payment(struct reading *r, const struct yaml *y, void *field)
{
	(void)field;
	if (y->kind != YAML_MAP)
		diag_add(r->d, DIAG_ERROR, y->at, NULL,
		    "'payment' has keys below it, such as secret_key_file");
	else
		read_keys(r, y, payment_keys,
		    sizeof(payment_keys) / sizeof(payment_keys[0]));
}

static const struct key events_keys[] = {
	{ "readers", false, read_readers,
	    offsetof(struct config, events_readers) },
	{ "beacon", false, read_bool, offsetof(struct config, events_beacon) },
	{ "rotate_days", false, read_rotate,
	    offsetof(struct config, events_rotate_days) },
	{ "keep_days", false, read_keep,
	    offsetof(struct config, events_keep_days) },
};

static void
read_events(struct reading *r, const struct yaml *y, void *field)
{
	(void)field;
	if (y->kind != YAML_MAP)
		diag_add(r->d, DIAG_ERROR, y->at, NULL,
		    "'events' has keys below it, such as readers");
	else
		read_keys(r, y, events_keys,
		    sizeof(events_keys) / sizeof(events_keys[0]));
}

static const struct key main_keys[] = {
	{ "url", true, read_url, 0 },
	{ "site", true, read_path, offsetof(struct config, site) },
	{ "listen", false, read_listen, 0 },
	{ "serve_public", false, read_bool,
	    offsetof(struct config, serve_public) },
	{ "data", true, read_path, offsetof(struct config, data) },
	{ "keys", true, read_path, offsetof(struct config, keys) },
	{ "token_hours", false, read_hours,
	    offsetof(struct config, token_seconds) },
	{ "trusted_proxies", false, read_proxies,
	    offsetof(struct config, trusted_proxies) },
	{ "payment", true, read_payment, 0 },
	{ "events", false, read_events, 0 },
	{ "reconcile_minutes", false, read_minutes,
	    offsetof(struct config, reconcile_seconds) },
	{ "user", false, read_user, offsetof(struct config, user) },
	{ "sandbox", false, read_sandbox,
	    offsetof(struct config, sandbox_required) },
	{ "threads", false, read_threads, offsetof(struct config, threads) },
	{ "connections", false, read_connections,
	    offsetof(struct config, connections) },
};

static void
set_defaults(struct config *c)
{
	c->listen_host = STR("127.0.0.1");
	c->listen_port = 8080;
	c->token_seconds = (int64_t)12 * 3600;
	c->payment_base = STRIPE;
	c->api_version = STR(CONFIG_API_VERSION);
	c->events_rotate_days = 90;
	c->events_keep_days = 400;
	c->reconcile_seconds = (int64_t)15 * 60;
	c->sandbox_required = true;
	c->connections = 10000;
}

/* A form may lead on to where the provider shows its checkout: its own page, or
 * the base address of a stand-in. */
static void
set_origins(struct reading *r)
{
	struct config *c = r->c;
	struct address base;

	if (c->checkout_origins.at || address_read(c->payment_base, &base))
		return;
	ARENA_PUSH(r->a, c->checkout_origins,
	    str_eq(c->payment_base, STRIPE) ? STRIPE_CHECKOUT : base.origin);
}

static bool
read_file(struct arena *a, struct diag *d, const char *path, struct str *out)
{
	struct where at = { .path = str_from(path) };
	struct buf text;
	bool done;

	buf_init(&text, LIMIT_FRONT_MATTER);
	done = file_read(AT_FDCWD, path, &text);
	if (done)
		*out = arena_str(a, buf_str(&text));
	else
		diag_add(d, DIAG_ERROR, at, "pennygate init writes one",
		    "cannot read the configuration: %s", strerror(errno));
	buf_clear(&text);
	return done;
}

const struct config *
config_read(struct arena *a, const char *path, struct diag *d)
{
	struct config *c = ARENA_NEW(a, struct config);
	struct reading r = { a, d, c };
	size_t errors = d->errors;
	struct yaml *tree;
	struct str text;

	set_defaults(c);
	c->path = arena_str(a, str_from(path));
	if (!read_file(a, d, path, &text))
		return NULL;
	tree = yaml_read(a, d, c->path, text, 0, text.len);
	if (!tree)
		return NULL;
	if (tree->kind != YAML_MAP) {
		diag_add(d, DIAG_ERROR, tree->at, NULL,
		    "a configuration is made of lines like 'key: value'");
		return NULL;
	}
	c->tree = tree;
	read_keys(
	    &r, tree, main_keys, sizeof(main_keys) / sizeof(main_keys[0]));
	set_origins(&r);
	return d->errors == errors ? c : NULL;
}
