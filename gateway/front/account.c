#include "handlers.h"

#include "shells.h"

static void
renewed(struct visit *v, const struct message *reply)
{
	struct str token = reply ? reply->u.renew_done.token : STR_NONE;

	if (!reply) {
		shell_error(v, 503);
		return;
	}
	if (token.len)
		visit_set_token(v, token);
	shell_account(
	    v, entitlement_of(v->entitlements, v->view, token, v->now));
}

void
handle_account(struct visit *v)
{
	const struct token_claims *claims = visit_claims(v);
	struct message m = { .type = MESSAGE_RENEW };

	if (claims || !v->request->reader.len) {
		shell_account(v, claims);
		return;
	}
	m.u.renew.token = v->request->token;
	m.u.renew.reader = v->request->reader;
	visit_ask(v, &m, VISIT_PATIENCE, renewed);
}

/* The browser forgets in any case; that the till forgets too is a courtesy. */
static void
signed_out(struct visit *v, const struct message *reply)
{
	(void)reply;
	visit_set_token(v, STR_NONE);
	visit_set_reader(v, STR_NONE);
	answer_redirect(v->answer, 303,
	    arena_printf(v->arena, "%.*s/account", STR_ARG(v->view->base)));
}

void
handle_sign_out(struct visit *v)
{
	struct message m = { .type = MESSAGE_SIGN_OUT };

	m.u.sign_out.token = v->request->token;
	m.u.sign_out.reader = v->request->reader;
	if (m.u.sign_out.token.len || m.u.sign_out.reader.len)
		visit_ask(v, &m, VISIT_COURTESY, signed_out);
	else
		signed_out(v, NULL);
}

void
handle_keys(struct visit *v)
{
	struct buf jwks;

	buf_init(&jwks, 16 << 10);
	token_jwks(&jwks, &v->view->keys);
	answer_text(v->answer, 200, "application/jwk-set+json",
	    arena_str(v->arena, buf_str(&jwks)));
	buf_clear(&jwks);
	v->answer->cache = CACHE_SHORT;
}

void
handle_health(struct visit *v)
{
	answer_text(v->answer, 200, "text/plain; charset=utf-8", STR("ok\n"));
}
