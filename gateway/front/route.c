#include "route.h"

#include "handlers.h"
#include "shells.h"

enum right {
	NEED_NOTHING,
	NEED_ENTITLED, /* a token that opens the page */
	NEED_OWN_FORM, /* a form of our site or the gateway sent it */
	NEED_ORIGIN, /* its script did, and says so */
	NEED_SIGNED, /* a signature; the till proves it */
};

enum { GET = 1, POST = 2 };

struct route {
	unsigned methods;
	enum right need;
	struct str path; /* a final * stands for anything */
	size_t body_max;
	void (*handle)(struct visit *v);
};

#define PATH(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

static const struct route routes[] = {
	{ GET, NEED_ENTITLED, PATH("/m/*"), 0, handle_member },
	{ POST, NEED_OWN_FORM, PATH("/checkout"), LIMIT_FORM_BODY,
	    handle_checkout },
	{ GET, NEED_NOTHING, PATH("/checkout/return"), 0, handle_return },
	{ POST, NEED_OWN_FORM, PATH("/checkout/return"), LIMIT_FORM_BODY,
	    handle_confirm },
	{ POST, NEED_SIGNED, PATH("/webhooks/stripe"), LIMIT_WEBHOOK_BODY,
	    handle_webhook },
	{ GET, NEED_NOTHING, PATH("/.well-known/jwks.json"), 0, handle_keys },
	{ GET, NEED_NOTHING, PATH("/account"), 0, handle_account },
	{ POST, NEED_OWN_FORM, PATH("/account/sign-out"), LIMIT_FORM_BODY,
	    handle_sign_out },
	{ POST, NEED_OWN_FORM, PATH("/account/reading"), LIMIT_FORM_BODY,
	    handle_reading },
	{ POST, NEED_ORIGIN, PATH("/event"), EVENT_BODY, handle_event },
	{ GET, NEED_NOTHING, PATH("/healthz"), 0, handle_health },
	{ GET, NEED_NOTHING, PATH("/*"), 0, handle_public },
};

static bool
matches(const struct route *route, struct str path)
{
	if (str_ends(route->path, STR("*")))
		return str_starts(
		    path, str_sub(route->path, 0, route->path.len - 1));
	return str_eq(route->path, path);
}

/* Rows of one path, with different methods, stand one after the other. */
static const struct route *
find(struct str path, unsigned method)
{
	const struct route *last =
	    routes + sizeof(routes) / sizeof(*routes) - 1;
	const struct route *r = routes;

	while (r < last && !matches(r, path))
		r++;
	if (r < last && !(r->methods & method) && matches(r + 1, path) &&
	    str_eq(r->path, r[1].path))
		r++;
	return r;
}

size_t
route_body_max(const struct request *r)
{
	return r->method == METHOD_POST ? find(r->path, POST)->body_max : 0;
}

static void
renewed(struct visit *v, const struct message *reply)
{
	const struct token_claims *claims;

	if (!reply) {
		shell_error(v, 503);
		return;
	}
	claims = entitlement_of(
	    v->entitlements, v->view, reply->u.renew_done.token, v->now);
	if (claims) {
		v->renewed = reply->u.renew_done.token;
		visit_set_token(v, v->renewed);
	}
	if (entitlement_opens(claims, v->entry->member, v->now))
		handle_member(v);
	else
		shell_paywall(v, claims != NULL);
}

/* The token was good all the while: a new one is welcome, but not needed. */
static void
refreshed(struct visit *v, const struct message *reply)
{
	struct str token = reply ? reply->u.renew_done.token : STR_NONE;

	if (entitlement_of(v->entitlements, v->view, token, v->now)) {
		v->renewed = token;
		visit_set_token(v, token);
	}
	handle_member(v);
}

static void
ask_for_token(struct visit *v, int deadline_ms, visit_then *then)
{
	struct message m = { .type = MESSAGE_RENEW };

	m.u.renew.token = v->request->token;
	m.u.renew.reader = v->request->reader;
	visit_ask(v, &m, deadline_ms, then);
}

enum { FRESH_SECONDS = 30 }; /* a token this young knows all purchases */

static void
need_entitled(struct visit *v, const struct route *route)
{
	bool reader = v->request->reader.len > 0;
	const struct token_claims *claims;

	v->entry = release_find(v->view->release, v->request->path);
	if (!v->entry || !v->entry->member) {
		v->entry = NULL;
		handle_public(v);
		return;
	}
	claims = visit_claims(v);
	if (entitlement_opens(claims, v->entry->member, v->now)) {
		/* Pages, not their pictures, renew a token. */
		if (reader && claims && release_entry_is_page(v->entry) &&
		    entitlement_is_old(claims, v->now))
			ask_for_token(v, VISIT_COURTESY, refreshed);
		else
			route->handle(v);
	} else if (reader &&
	    (!claims || v->now - claims->issued > FRESH_SECONDS)) {
		ask_for_token(v, VISIT_PATIENCE, renewed);
	} else {
		shell_paywall(v, claims != NULL);
	}
}

static void
need_own_form(struct visit *v, const struct route *route)
{
	const struct str origins[] = { v->front->config->origin,
		v->view->site_origin };
	bool says = route->need != NEED_ORIGIN || v->request->origin.len;

	if (says && request_is_from(v->request, origins, 2))
		route->handle(v);
	else
		shell_error(v, 403);
}

static void
need_signed(struct visit *v, const struct route *route)
{
	if (v->request->signature.len)
		route->handle(v);
	else
		answer_text(v->answer, 400, "text/plain; charset=utf-8",
		    STR("signature\n"));
}

static void
wrong_method(struct visit *v, const struct route *route)
{
	bool both = route > routes && str_eq(route[-1].path, route->path);

	answer_add(v->answer, "Allow",
	    both                         ? STR("GET, HEAD, POST")
		: route->methods == POST ? STR("POST")
					 : STR("GET, HEAD"));
	shell_error(v, v->request->method == METHOD_UNKNOWN ? 501 : 405);
}

void
route_run(struct visit *v)
{
	const struct request *r = v->request;
	unsigned method = r->method == METHOD_GET || r->method == METHOD_HEAD
	    ? GET
	    : r->method == METHOD_POST ? POST
				       : 0;
	const struct route *route;

	if (r->refusal) {
		v->answer->close = true;
		shell_error(v, r->refusal);
		return;
	}
	route = find(r->path, method);
	if (!(route->methods & method)) {
		wrong_method(v, route);
		return;
	}
	switch (route->need) {
	case NEED_ENTITLED:
		need_entitled(v, route);
		break;
	case NEED_OWN_FORM:
	case NEED_ORIGIN:
		need_own_form(v, route);
		break;
	case NEED_SIGNED:
		need_signed(v, route);
		break;
	case NEED_NOTHING:
		route->handle(v);
		break;
	}
}
