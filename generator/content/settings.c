/*
 * settings.c - site.yaml, but for its offers.
 */
#include "content_private.h"

#include "file.h"
#include "limits.h"
#include <string.h>

struct settings {
	struct str title, description, url, gateway, theme, currency, author;
	struct str copyright;
	struct strs languages, compress;
	int teaser;
	int64_t refund_days;
	bool raw_html, beacon;
};

#define AT(member) offsetof(struct settings, member)
static const struct field keys[] = {
	{ "title", 1, FIELD_TEXT, AT(title), 0, 0 },
	{ "description", 1, FIELD_TEXT, AT(description), 0, 0 },
	{ "url", 1, FIELD_TEXT, AT(url), 0, 0 },
	{ "gateway", 1, FIELD_TEXT, AT(gateway), 0, 0 },
	{ "languages", 1, FIELD_STRS, AT(languages), 0, 0 },
	{ "theme", 1, FIELD_TEXT, AT(theme), 0, 0 },
	{ "currency", 1, FIELD_TEXT, AT(currency), 0, 0 },
	{ "teaser", 1, FIELD_PERCENT, AT(teaser), 0, 0 },
	{ "raw_html", 1, FIELD_BOOL, AT(raw_html), 0, 0 },
	{ "beacon", 1, FIELD_BOOL, AT(beacon), 0, 0 },
	{ "compress", 1, FIELD_STRS, AT(compress), 0, 0 },
	{ "author", 1, FIELD_TEXT, AT(author), 0, 0 },
	{ "refund_days", 1, FIELD_INT, AT(refund_days), 0, 3650 },
	{ "copyright", 1, FIELD_TEXT, AT(copyright), 0, 0 },
	{ "navigation", 1, FIELD_OTHER, 0, 0, 0 },
	{ "offers", 1, FIELD_OTHER, 0, 0, 0 },
};

static struct where
place(const struct reading *r, struct str key)
{
	const struct yaml *y = yaml_get(r->settings, key);

	return y ? y->at : r->settings->at;
}

/* An absolute address, taken apart. */
struct address {
	struct str origin; /* "https://example.org" */
	struct str path; /* "" or "/repo" */
};

static bool
is_loopback(struct str host)
{
	return str_eq_z(host, "localhost") ||
	    str_ends(host, STR(".localhost")) || str_eq_z(host, "[::1]") ||
	    str_starts(host, STR("127."));
}

static bool
is_host(struct str host)
{
	if (str_eq_z(host, "[::1]"))
		return true;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '.')
			return false;
	}
	return host.len && host.len <= 253 && host.ptr[0] != '.' &&
	    host.ptr[0] != '-';
}

static bool
is_base_path(struct str path)
{
	for (size_t i = 0; i < path.len; i++) {
		char c = path.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && !strchr("-._~/", c))
			return false;
	}
	return str_search(path, STR("//")) == path.len &&
	    str_search(path, STR("/.")) == path.len;
}

/* ":8080" off the end of an authority; false when it is no port. */
static bool
split_port(struct str *host, struct str *port)
{
	size_t colon = str_rfind(*host, ':');
	size_t bracket = str_rfind(*host, ']');
	int64_t n;

	*port = STR_NONE;
	if (colon == host->len || (bracket < host->len && colon < bracket))
		return true;
	*port = str_from_at(*host, colon + 1);
	*host = str_sub(*host, 0, colon);
	return str_to_i64(*port, &n) && n > 0 && n < 65536;
}

/* NULL when it is right, else what is wrong. */
static const char *
parse_address(struct arena *a, struct str url, struct address *out)
{
	bool https = str_starts(url, STR("https://"));
	struct str rest = str_from_at(url, https ? 8 : 7), host, port;
	size_t slash = str_find(rest, '/');

	if (!https && !str_starts(url, STR("http://")))
		return "must begin with https://";
	host = str_sub(rest, 0, slash);
	out->path = str_from_at(rest, slash);
	while (str_ends(out->path, STR("/")))
		out->path.len--;
	if (!split_port(&host, &port))
		return "has no proper port";
	if (!is_host(host))
		return "has no proper host name (lower case, no user, no "
		       "umlauts: write xn--...)";
	if (!is_base_path(out->path))
		return "may have a plain path after the host, and nothing else";
	if (!https && !is_loopback(host))
		return "must begin with https:// (http:// only on localhost)";
	if (str_eq_z(port, https ? "443" : "80"))
		port = STR_NONE;
	out->origin =
	    arena_printf(a, "%s://%.*s%s%.*s", https ? "https" : "http",
		STR_ARG(host), port.len ? ":" : "", STR_ARG(port));
	return NULL;
}

static bool
read_address(
    struct reading *r, struct str key, struct str url, struct address *out)
{
	const char *fault = parse_address(r->a, url, out);

	if (!fault)
		return true;
	diag_add(r->d, DIAG_ERROR, place(r, key),
	    "such as https://example.org or https://example.org/course",
	    "'%.*s' %s", STR_ARG(url), fault);
	return false;
}

static void
set_addresses(struct reading *r, const struct settings *in)
{
	struct site *site = r->site;
	struct address url = { STR("http://localhost"), STR_NONE };
	struct address gateway;

	if (in->url.len)
		(void)!read_address(r, STR("url"), in->url, &url);
	gateway = url;
	if (in->gateway.len &&
	    read_address(r, STR("gateway"), in->gateway, &gateway) &&
	    gateway.path.len &&
	    !(str_eq(gateway.path, url.path) &&
		str_eq(gateway.origin, url.origin)))
		diag_add(r->d, DIAG_ERROR, place(r, STR("gateway")),
		    "leave the path out",
		    "the gateway may have a path only when it is the same as "
		    "url");
	site->base = arena_str(r->a, url.path);
	site->url = arena_printf(
	    r->a, "%.*s%.*s", STR_ARG(url.origin), STR_ARG(url.path));
	site->gateway = arena_printf(
	    r->a, "%.*s%.*s", STR_ARG(gateway.origin), STR_ARG(gateway.path));
	site->one_host = str_eq(url.origin, gateway.origin);
}

static struct where
item_place(const struct reading *r, struct str key, size_t i)
{
	const struct yaml *y = yaml_get(r->settings, key);

	return y && y->kind == YAML_LIST && i < y->items.count
	    ? y->items.at[i].value->at
	    : place(r, key);
}

static void
set_languages(struct reading *r, const struct settings *in)
{
	struct strs *out = &r->site->languages;

	for (size_t i = 0; i < in->languages.count; i++) {
		struct str tag = in->languages.at[i];
		bool twice = false;

		for (size_t k = 0; k < out->count; k++)
			twice = twice || str_eq_nocase(out->at[k], tag);
		if (twice || !language_is_tag(tag))
			diag_add(r->d, DIAG_ERROR,
			    item_place(r, STR("languages"), i),
			    twice ? NULL : "such as en, zh, pt-BR or zh-Hant",
			    twice ? "language '%.*s' stands twice"
				  : "'%.*s' is not a language tag (BCP 47)",
			    STR_ARG(tag));
		else
			ARENA_PUSH(r->a, *out, tag);
	}
	if (!out->count)
		ARENA_PUSH(r->a, *out, STR("en"));
}

static void
set_compress(struct reading *r, const struct settings *in)
{
	static const struct {
		struct str name;
		unsigned bit;
	} kinds[] = { { { "gzip", 4 }, COMPRESS_GZIP },
		{ { "brotli", 6 }, COMPRESS_BROTLI },
		{ { "zstd", 4 }, COMPRESS_ZSTD } };

	if (!yaml_get(r->settings, STR("compress")))
		r->site->compress = COMPRESS_GZIP;
	for (size_t i = 0; i < in->compress.count; i++) {
		unsigned bit = 0;

		for (size_t k = 0; k < 3; k++) {
			if (str_eq(in->compress.at[i], kinds[k].name))
				bit = kinds[k].bit;
		}
		if (!bit)
			diag_add(r->d, DIAG_ERROR,
			    item_place(r, STR("compress"), i),
			    "any of gzip, brotli, zstd, or [] for none",
			    "unknown compression '%.*s'",
			    STR_ARG(in->compress.at[i]));
		r->site->compress |= bit;
	}
}

static void
set_rest(struct reading *r, const struct settings *in)
{
	r->site->theme = in->theme.len ? in->theme : STR("default");
	if (str_find(r->site->theme, '/') < r->site->theme.len ||
	    path_refusal(r->site->theme)) {
		diag_add(r->d, DIAG_ERROR, place(r, STR("theme")), NULL,
		    "'%.*s' is not a name of a theme", STR_ARG(in->theme));
		r->site->theme = STR("default");
	}
	if (in->currency.len) {
		r->currency = currency_find(in->currency);
		if (!r->currency)
			diag_add(r->d, DIAG_ERROR, place(r, STR("currency")),
			    "write its ISO 4217 code, such as EUR",
			    "unknown currency '%.*s'", STR_ARG(in->currency));
	}
	r->teaser = (unsigned)in->teaser;
	r->author = in->author;
	r->site->description = in->description;
	r->site->copyright = in->copyright;
	r->site->refund_days = (unsigned)in->refund_days;
	r->site->raw_html = in->raw_html;
	r->site->beacon = in->beacon;
}

static void
check_required(
    struct reading *r, struct str key, struct str value, const char *example)
{
	if (!value.len)
		diag_add(r->d, DIAG_ERROR, r->settings->at, example,
		    "'%.*s' is missing", STR_ARG(key));
}

void
settings_read(struct reading *r, const struct source_file *f)
{
	struct settings in = { .teaser = 20 };
	static const struct yaml none = { .kind = YAML_MAP };
	struct str text;

	r->settings = &none;
	buf_reset(&r->buf);
	if (source_read(r->source, f, r->d, &r->buf)) {
		text = arena_str(r->a, buf_str(&r->buf));
		r->settings = yaml_read(r->a, r->d, f->path, text, 0, text.len);
	}
	if (!r->settings) {
		r->settings = &none; /* reported */
		in.title = STR("?");
		in.url = STR("http://localhost");
	}
	fields_read(r, r->settings, keys, sizeof keys / sizeof *keys, 1, &in);
	check_required(r, STR("title"), in.title, "title: My courses");
	check_required(
	    r, STR("url"), in.url, "url: https://courses.example.org");
	r->site->title = in.title;
	set_addresses(r, &in);
	set_languages(r, &in);
	set_compress(r, &in);
	set_rest(r, &in);
}
