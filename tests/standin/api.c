#include "api.h"

#include "crypto.h"
#include "event.h"
#include "form.h"
#include "journal.h"
#include "json.h"
#include "keys.h"
#include "routes.h"

#include <string.h>
#include <time.h>

enum { ANSWER_MOST = 32 << 20 };

void
mint_reply_header(struct mint_reply *r, const char *name, struct str value)
{
	size_t len = 0;

	while (len < value.len && value.ptr[len] != '\r' &&
	    value.ptr[len] != '\n' && value.ptr[len])
		len++;
	if (!len || r->count == MINT_HEADERS)
		return;
	r->headers[r->count].name = name;
	r->headers[r->count++].value = str_of(value.ptr, len);
}

/* The key of "Bearer KEY" or, as with curl -u KEY:, of "Basic ...". */
static struct str
key_of(struct call *c, struct str authorization)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf text;
	struct str key;
	unsigned bits = 0, have = 0;

	if (str_starts(authorization, STR("Bearer ")))
		return str_trim(str_from_at(authorization, 7));
	if (!str_starts(authorization, STR("Basic ")))
		return STR_NONE;
	buf_init(&text, 1024);
	for (size_t i = 6; i < authorization.len; i++) {
		const char *at = strchr(digits, authorization.ptr[i]);

		if (!at || !*at)
			break;
		bits = bits << 6 | (unsigned)(at - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_add_c(&text, (char)(bits >> have & 0xff));
		}
	}
	key = arena_str(c->arena,
	    str_sub(buf_str(&text), 0, str_find(buf_str(&text), ':')));
	buf_clear(&text);
	return key;
}

static void
authorize(struct call *c, const struct mint_request *r)
{
	struct str key = key_of(c, r->authorization);

	if (!key.len) {
		mint_refuse_param(c, NULL, NULL,
		    "You did not provide an API key. You need to provide your "
		    "API key in the Authorization header, using Bearer auth "
		    "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
	} else if (!mint_same_secret(
		       key, str_from(c->mint->settings->secret_key))) {
		struct str end =
		    str_from_at(key, key.len > 12 ? key.len - 4 : key.len);

		mint_refuse_param(c, NULL, NULL,
		    "Invalid API Key provided: %.*s****%.*s",
		    STR_ARG(str_sub(key, 0, key.len > 12 ? 8 : 0)),
		    STR_ARG(end));
	}
	if (c->status)
		c->status = 401;
}

/* "2026-10-28" and "2026-10-28.endive". */
static void
check_version(struct call *c)
{
	static const char pattern[] = "dddd-dd-dd";
	struct str v = c->api_version;
	size_t i = 0;

	while (i < v.len && i < 10 &&
	    (pattern[i] == 'd' ? v.ptr[i] >= '0' && v.ptr[i] <= '9'
			       : v.ptr[i] == '-'))
		i++;
	if (i == 10 && (v.len == 10 || (v.ptr[10] == '.' && v.len < 64)))
		return;
	c->api_version = STR(MINT_API_VERSION);
	mint_refuse_param(c, NULL, NULL,
	    "Invalid Stripe API version: %.*s. It is a date and perhaps a "
	    "name, such as " MINT_API_VERSION ".",
	    STR_ARG(str_sub(v, 0, 40)));
}

static void
read_params(struct call *c, const struct mint_request *r)
{
	bool in_body = str_eq(r->method, STR("POST")) ||
	    (str_eq(r->method, STR("DELETE")) && r->body.len);
	const char *why;

	c->params = value_object(c->arena);
	if (in_body && r->body.len && r->content_type.len &&
	    !str_starts(
		r->content_type, STR("application/x-www-form-urlencoded"))) {
		mint_refuse_param(c, NULL, NULL,
		    "Invalid request: the content type must be "
		    "application/x-www-form-urlencoded, not %.*s.",
		    STR_ARG(str_sub(r->content_type, 0, 60)));
		return;
	}
	c->params =
	    mint_form_read(c->arena, in_body ? r->body : r->query, &why);
	if (c->params)
		return;
	c->params = value_object(c->arena);
	mint_refuse_param(c, NULL, NULL,
	    "Invalid request: the form cannot be read; %s.", why);
}

static struct str
json_text(struct arena *a, const struct value *v)
{
	struct buf text;
	struct str out;

	buf_init(&text, ANSWER_MOST);
	json_write(&text, v, true);
	out = buf_ok(&text)
	    ? arena_str(a, buf_str(&text))
	    : STR("{\"error\":{\"type\":\"api_error\",\"message\":\"The answer "
		  "is too long; ask for less.\"}}");
	buf_clear(&text);
	return out;
}

/* Answers by the faults that come before anything is done. */
static void
fail_early(struct call *c, struct mint_reply *out)
{
	switch (out->fault) {
	case MINT_FAULT_429:
		mint_refuse_param(c, "rate_limit", NULL,
		    "Request rate limit exceeded. Learn more about rate "
		    "limits here: https://docs.stripe.com/rate-limits.");
		c->status = 429;
		break;
	case MINT_FAULT_409:
		mint_refuse_param(c, "idempotency_key_in_use", NULL,
		    "There is currently another in-progress request using "
		    "this Idempotency Key. Please try again later.");
		c->status = 409;
		mint_reply_header(out, "Stripe-Should-Retry", STR("true"));
		break;
	case MINT_FAULT_500:
		mint_refuse(c, 500, "api_error", NULL, NULL,
		    "An unknown error occurred. Nothing was done.");
		c->kept = false;
		mint_reply_header(out, "Stripe-Should-Retry", STR("true"));
		break;
	case MINT_FAULT_REDIRECT:
		c->status = 302;
		c->body = value_object(c->arena);
		mint_reply_header(out, "Location",
		    arena_printf(c->arena, "%s/elsewhere", c->mint->url));
		break;
	default:
		break;
	}
}

/* The key's first result, or the reason why there is none. True when the call
 * is new and to be carried out. */
static bool
begin_key(struct call *c, struct mint_reply *out)
{
	const struct mint_key *found;
	struct str key = c->idempotency_key;
	struct str address = arena_printf(
	    c->arena, "%.*s %.*s", STR_ARG(c->method), STR_ARG(c->path));

	if (key.len > MINT_KEY_MOST) {
		c->idempotency_key = STR_NONE;
		mint_refuse_param(c, NULL, NULL,
		    "Idempotency keys have at most %d characters; this one "
		    "has %zu.",
		    MINT_KEY_MOST, key.len);
		return false;
	}
	switch (mint_keys_begin(c->mint->keys, key, address,
	    json_text(c->arena, c->params), c->now, &found)) {
	case MINT_KEY_NEW:
		return true;
	case MINT_KEY_DONE:
		c->status = found->status;
		out->body = arena_str(c->arena, str_from(found->body));
		mint_reply_header(out, "Idempotent-Replayed", STR("true"));
		mint_reply_header(out, "Original-Request",
		    arena_str(c->arena, str_from(found->request_id)));
		if (found->status >= 500)
			mint_reply_header(
			    out, "Stripe-Should-Retry", STR("false"));
		return false;
	case MINT_KEY_BUSY:
		mint_refuse(c, 409, "idempotency_error",
		    "idempotency_key_in_use", NULL,
		    "There is currently another in-progress request using "
		    "this Idempotency Key (%.*s). Please try again later.",
		    STR_ARG(key));
		mint_reply_header(out, "Stripe-Should-Retry", STR("true"));
		return false;
	case MINT_KEY_ELSEWHERE:
		mint_refuse(c, 400, "idempotency_error", NULL, NULL,
		    "Keys for idempotent requests can only be used for the "
		    "same endpoint they were first used for ('%.*s' vs '%s'). "
		    "Try using a key other than '%.*s' if you meant to "
		    "execute a different request.",
		    STR_ARG(address), found->address, STR_ARG(key));
		return false;
	case MINT_KEY_DIFFERENT:
		break;
	}
	mint_refuse(c, 400, "idempotency_error", NULL, NULL,
	    "Keys for idempotent requests can only be used with the same "
	    "parameters they were first used with. Try using a key other "
	    "than '%.*s' if you meant to execute a different request.",
	    STR_ARG(key));
	return false;
}

static void
end_key(struct call *c, struct str body)
{
	if (c->kept)
		mint_keys_end(c->mint->keys, c->idempotency_key, c->status,
		    c->request_id, body);
	else
		mint_keys_drop(c->mint->keys, c->idempotency_key);
	c->mint->changed = true;
}

static void
carry_out(struct call *c, struct mint_reply *out)
{
	if (out->fault == MINT_FAULT_500_KEPT) {
		mint_refuse(c, 500, "api_error", NULL, NULL,
		    "An unknown error occurred. The result is kept under the "
		    "Idempotency-Key.");
		mint_reply_header(out, "Stripe-Should-Retry", STR("false"));
		return;
	}
	mint_route(c, mint_api_routes);
	if (!c->status)
		mint_refuse(c, 500, "api_error", NULL, NULL,
		    "The handler gave no answer.");
}

static void
record(struct call *c, const struct mint_reply *out)
{
	struct arena *a = c->arena;
	struct value *entry = value_object(a);
	const struct value *error = mint_look(c->body, "error");

	mint_put_str(a, entry, "request", c->request_id);
	mint_put_int(a, entry, "time", time(NULL));
	mint_put_str(a, entry, "method", c->method);
	mint_put_str(a, entry, "path", c->path);
	mint_put(a, entry, "params", mint_copy(a, c->params));
	mint_put_int(a, entry, "status", c->status);
	mint_put_text(a, entry, "idempotency_key", c->idempotency_key);
	mint_put_text(a, entry, "api_version", c->api_version);
	mint_put_bool(a, entry, "replayed", !c->body);
	mint_put_text(a, entry, "fault", str_from(mint_fault_name(out->fault)));
	if (error)
		mint_put(a, entry, "error", mint_copy(a, error));
	mint_journal_add(c->mint->journal, entry);
}

static void
add_headers(struct call *c, struct mint_reply *out)
{
	mint_reply_header(out, "Content-Type", STR("application/json"));
	mint_reply_header(out, "Cache-Control", STR("no-cache, no-store"));
	mint_reply_header(out, "Request-Id", c->request_id);
	mint_reply_header(out, "Stripe-Version", c->api_version);
	mint_reply_header(out, "Idempotency-Key", c->idempotency_key);
	if (c->status == 401)
		mint_reply_header(
		    out, "WWW-Authenticate", STR("Bearer realm=\"Stripe\""));
}

/* Everything that needs the lock; true when a key is to be ended. */
static bool
under_lock(struct call *c, const struct mint_request *r, struct mint_reply *out)
{
	bool keyed = false;

	authorize(c, r);
	if (!c->status)
		check_version(c);
	if (!c->status)
		out->fault = mint_fault_request(
		    &c->mint->faults, c->path, &out->fault_value);
	if (!c->status)
		fail_early(c, out);
	if (!c->status)
		read_params(c, r);
	if (c->status)
		return false;
	if (str_eq(r->method, STR("POST")) && c->idempotency_key.len) {
		if (!begin_key(c, out))
			return false;
		keyed = true;
	}
	carry_out(c, out);
	return keyed;
}

void
mint_api(struct mint *m, struct arena *a, const struct mint_request *r,
    struct mint_reply *out)
{
	struct call c = { .mint = m,
		.arena = a,
		.method = r->method,
		.path = r->path,
		.idempotency_key = r->idempotency_key,
		.api_version =
		    r->api_version.len ? r->api_version : STR(MINT_API_VERSION),
		.params = value_object(a) };
	bool keyed;

	out->fault = MINT_FAULT_NONE;
	c.request_id = mint_random_id(a, "req_", 14);
	pthread_mutex_lock(&m->lock);
	c.now = mint_now(m);
	keyed = under_lock(&c, r, out);
	if (c.body)
		out->body = json_text(a, c.body);
	out->status = c.status;
	record(&c, out);
	add_headers(&c, out);
	if (out->fault == MINT_FAULT_TIMEOUT) {
		pthread_mutex_unlock(&m->lock);
		mint_wait_ms(m, out->fault_value * 1000);
		pthread_mutex_lock(&m->lock);
	}
	if (keyed)
		end_key(&c, out->body);
	pthread_mutex_unlock(&m->lock);
}
