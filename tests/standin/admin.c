#include "admin.h"

#include "checkout.h"
#include "crypto.h"
#include "dispute.h"
#include "event.h"
#include "form.h"
#include "journal.h"
#include "json.h"
#include "refund.h"
#include "routes.h"
#include "session.h"
#include "subscription.h"

enum { ANSWER_MOST = 64 << 20 };

static const struct mint_param deed_params[] = {
	{ "email", MINT_EMAIL, 0, NULL, 0, 0 },
	{ "name", MINT_TEXT, 0, NULL, 0, 256 },
	MINT_END,
};

static const struct mint_param delay_params[] = {
	{ "email", MINT_EMAIL, 0, NULL, 0, 0 },
	{ "name", MINT_TEXT, 0, NULL, 0, 256 },
	{ "seconds", MINT_INTEGER, 0, NULL, 0, 86400 },
	{ "outcome", MINT_WORD, 0, "succeed|fail", 0, 0 },
	MINT_END,
};

static const struct mint_param nothing[] = { MINT_END };

static const struct mint_param code_params[] = {
	{ "code", MINT_TEXT, MINT_CLEARS, NULL, 0, 100 },
	MINT_END,
};

static const struct mint_param dispute_params[] = {
	{ "payment_intent", MINT_TEXT, 0, NULL, 0, 0 },
	{ "charge", MINT_TEXT, 0, NULL, 0, 0 },
	{ "amount", MINT_INTEGER, 0, NULL, 1, 99999999 },
	{ "reason", MINT_TEXT, 0, NULL, 0, 100 },
	{ "inquiry", MINT_BOOLEAN, 0, NULL, 0, 0 },
	MINT_END,
};

static const struct mint_param close_params[] = {
	{ "status", MINT_WORD, MINT_REQUIRED, "won|lost|under_review", 0, 0 },
	MINT_END,
};

static const struct mint_param renew_params[] = {
	{ "outcome", MINT_WORD, 0, "succeed|fail", 0, 0 },
	MINT_END,
};

static const struct mint_param event_params[] = {
	{ "type", MINT_TEXT, MINT_REQUIRED, NULL, 0, 200 },
	{ "object", MINT_TEXT, MINT_REQUIRED, NULL, 0, 200 },
	MINT_END,
};

static const struct mint_param deliver_params[] = {
	{ "event", MINT_TEXT, MINT_REQUIRED, NULL, 0, 200 },
	MINT_END,
};

static const struct mint_param clock_params[] = {
	{ "advance", MINT_INTEGER, MINT_REQUIRED, NULL, -31536000, 315360000 },
	MINT_END,
};

static const struct mint_param log_params[] = {
	{ "request", MINT_TEXT, 0, NULL, 0, 0 },
	MINT_END,
};

/* The session, and where the browser would go now. */
static void
answer_session(struct call *c, struct value *session, struct str where)
{
	mint_put_text(c->arena, session, "return_url", where);
	mint_answer(c, session);
}

static void
do_deed(struct call *c, enum mint_deed deed, int64_t seconds, bool arrives)
{
	struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);
	struct str email = mint_str(c->params, "email");
	struct str name = mint_str(c->params, "name");

	if (!email.len)
		email = STR("buyer@example.com");
	if (session &&
	    mint_checkout_do(c, session, deed, email, name, seconds, arrives))
		answer_session(c, session,
		    deed == MINT_DECLINE ? mint_str(session, "url")
					 : mint_checkout_return(c, session));
}

static void
session_pay(struct call *c)
{
	do_deed(c, MINT_PAY, 0, true);
}

static void
session_decline(struct call *c)
{
	do_deed(c, MINT_DECLINE, 0, false);
}

static void
session_delay(struct call *c)
{
	do_deed(c, MINT_DELAY, mint_int(c->params, "seconds", -1),
	    !str_eq(mint_str(c->params, "outcome"), STR("fail")));
}

static void
arrive(struct call *c, bool arrived)
{
	struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);

	if (session && mint_checkout_arrive(c, session, arrived))
		answer_session(c, session, STR_NONE);
}

static void
session_complete_delayed(struct call *c)
{
	arrive(c, true);
}

static void
session_fail_delayed(struct call *c)
{
	arrive(c, false);
}

/* The buyer goes back; nothing changes. */
static void
session_abandon(struct call *c)
{
	struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);

	if (session)
		answer_session(c, session, mint_str(session, "cancel_url"));
}

static void
session_promote(struct call *c)
{
	struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);

	if (!session)
		return;
	if (mint_checkout_promote(c, session, mint_str(c->params, "code")))
		answer_session(c, session, STR_NONE);
	else
		mint_refuse_param(c, "promotion_code_invalid", "code",
		    "This promotion code is not valid here.");
}

static void
settle_refund(struct call *c, bool succeeded)
{
	struct value *refund = mint_need(c, MINT_REFUND, c->id, NULL);

	if (!refund)
		return;
	mint_refund_settle(c, refund, succeeded);
	mint_answer(c, refund);
}

static void
refund_fail(struct call *c)
{
	settle_refund(c, false);
}

static void
refund_succeed(struct call *c)
{
	settle_refund(c, true);
}

static void
dispute_close(struct call *c)
{
	struct value *dispute = mint_need(c, MINT_DISPUTE, c->id, NULL);

	if (dispute)
		mint_dispute_decide(c, dispute, mint_str(c->params, "status"));
}

static void
subscription_renew(struct call *c)
{
	struct value *s = mint_need(c, MINT_SUBSCRIPTION, c->id, NULL);

	if (!s)
		return;
	mint_subscription_renew(
	    c, s, !str_eq(mint_str(c->params, "outcome"), STR("fail")));
	mint_answer(c, s);
}

/* Any type of event about any object: what a future API may send. */
static void
event_make(struct call *c)
{
	struct str type = mint_str(c->params, "type");
	const struct value *object = mint_store_get(
	    c->mint->store, c->arena, mint_str(c->params, "object"), NULL);
	size_t count = mint_store_count(c->mint->store);

	if (!object) {
		mint_refuse_param(c, "resource_missing", "object",
		    "No such object: '%.*s'",
		    STR_ARG(mint_str(c->params, "object")));
		return;
	}
	mint_emit(c, arena_z(c->arena, type), object, NULL);
	mint_answer(
	    c, mint_store_tree(mint_store_at(c->mint->store, count), c->arena));
}

static void
event_deliver(struct call *c)
{
	struct str id = mint_str(c->params, "event");

	if (mint_event_again(c->mint, id))
		mint_answer(c, mint_find(c, MINT_EVENT, id));
	else
		mint_refuse_missing(c, MINT_EVENT, id, "event");
}

static void
log_show(struct call *c)
{
	struct str want = mint_str(c->params, "request");
	struct value *all = mint_journal_show(c->mint->journal, c->arena);
	struct value *data = value_list(c->arena);
	struct value *list = value_object(c->arena);

	for (size_t i = 0; i < value_count(all); i++) {
		struct value *entry = all->u.list.at[i];

		if (!want.len || str_eq(want, mint_str(entry, "request")))
			value_push(c->arena, data, entry);
	}
	value_set_str(c->arena, list, STR("object"), STR("list"));
	value_set(c->arena, list, STR("data"), data);
	c->status = 200;
	c->body = list;
}

static void
log_clear(struct call *c)
{
	mint_journal_clear(c->mint->journal);
	log_show(c);
}

/* Everything, the mint's own notes included, but no secret. */
static void
state_show(struct call *c)
{
	struct mint_store *store = c->mint->store;
	struct value *state = value_object(c->arena);
	struct value *objects = value_list(c->arena);

	for (size_t i = 0; i < mint_store_count(store); i++) {
		const struct mint_object *o = mint_store_at(store, i);
		struct value *v;

		if (!o)
			continue;
		v = mint_store_tree(o, c->arena);
		mint_remove(v, STR("_secret"));
		value_push(c->arena, objects, v);
	}
	mint_put_int(c->arena, state, "now", c->now);
	mint_put_int(c->arena, state, "ahead", c->mint->ahead);
	mint_put(c->arena, state, "misbehave",
	    mint_faults_show(&c->mint->faults, c->arena));
	mint_put(c->arena, state, "objects", objects);
	c->status = 200;
	c->body = state;
}

static void
clock_show(struct call *c)
{
	struct value *clock = value_object(c->arena);

	mint_put_int(c->arena, clock, "now", c->now);
	mint_put_int(c->arena, clock, "ahead", c->mint->ahead);
	c->status = 200;
	c->body = clock;
}

static void
clock_advance(struct call *c)
{
	c->mint->ahead += mint_int(c->params, "advance", 0);
	c->mint->changed = true;
	mint_checkout_sweep(c->mint);
	c->now = mint_now(c->mint);
	clock_show(c);
}

static void
faults_show(struct call *c)
{
	c->status = 200;
	c->body = mint_faults_show(&c->mint->faults, c->arena);
}

/* The field timeout with the value "30:1", or the fields timeout=30, count=1
 * and path=/v1/refunds: all become one list. */
static struct str
faults_list(struct call *c)
{
	struct str count = mint_str(c->params, "count");
	struct str path = mint_str(c->params, "path");
	struct str list = mint_str(c->params, "list");

	for (size_t i = 0; i < value_count(c->params); i++) {
		struct value_member *m = &c->params->u.object.at[i];
		struct str value =
		    m->value->kind == VALUE_STR ? m->value->u.str : STR_NONE;
		if (str_eq(m->key, STR("count")) ||
		    str_eq(m->key, STR("path")) || str_eq(m->key, STR("list")))
			continue;
		if (str_eq(value, STR("on")) || str_eq(value, STR("true")))
			value = STR_NONE;
		else if (str_eq(value, STR("off")) ||
		    str_eq(value, STR("false")))
			value = STR(":0");
		list = arena_printf(c->arena, "%.*s,%.*s%s%.*s%s%.*s%s%.*s",
		    STR_ARG(list), STR_ARG(m->key),
		    value.len && value.ptr[0] != ':' && value.ptr[0] != '@'
			? "="
			: "",
		    STR_ARG(value), count.len ? ":" : "", STR_ARG(count),
		    path.len ? "@" : "", STR_ARG(path));
	}
	return list;
}

static void
faults_set(struct call *c)
{
	char error[160];

	if (mint_faults_read(&c->mint->faults, faults_list(c), error))
		faults_show(c);
	else
		mint_refuse_param(c, "parameter_unknown", NULL, "%s", error);
}

const struct mint_route mint_admin_routes[] = {
	{ "POST", "/_mint/sessions/*/pay", deed_params, session_pay,
	    MINT_SESSION },
	{ "POST", "/_mint/sessions/*/decline", deed_params, session_decline,
	    MINT_SESSION },
	{ "POST", "/_mint/sessions/*/delay", delay_params, session_delay,
	    MINT_SESSION },
	{ "POST", "/_mint/sessions/*/complete_delayed", nothing,
	    session_complete_delayed, MINT_SESSION },
	{ "POST", "/_mint/sessions/*/fail_delayed", nothing,
	    session_fail_delayed, MINT_SESSION },
	{ "POST", "/_mint/sessions/*/abandon", nothing, session_abandon,
	    MINT_SESSION },
	{ "POST", "/_mint/sessions/*/expire", nothing, mint_session_expire,
	    MINT_SESSION },
	{ "POST", "/_mint/sessions/*/code", code_params, session_promote,
	    MINT_SESSION },
	{ "POST", "/_mint/refunds/*/fail", nothing, refund_fail, MINT_REFUND },
	{ "POST", "/_mint/refunds/*/succeed", nothing, refund_succeed,
	    MINT_REFUND },
	{ "POST", "/_mint/disputes", dispute_params, mint_dispute_open,
	    MINT_DISPUTE },
	{ "POST", "/_mint/disputes/*/close", close_params, dispute_close,
	    MINT_DISPUTE },
	{ "POST", "/_mint/fraud_warnings", dispute_params, mint_fraud_warn,
	    MINT_FRAUD_WARNING },
	{ "POST", "/_mint/subscriptions/*/renew", renew_params,
	    subscription_renew, MINT_SUBSCRIPTION },
	{ "POST", "/_mint/subscriptions/*/cancel", nothing,
	    mint_subscription_cancel, MINT_SUBSCRIPTION },
	{ "POST", "/_mint/events", event_params, event_make, MINT_EVENT },
	{ "POST", "/_mint/deliver", deliver_params, event_deliver, MINT_EVENT },
	{ "GET", "/_mint/log", log_params, log_show, MINT_EVENT },
	{ "DELETE", "/_mint/log", nothing, log_clear, MINT_EVENT },
	{ "GET", "/_mint/state", nothing, state_show, MINT_EVENT },
	{ "POST", "/_mint/clock", clock_params, clock_advance, MINT_EVENT },
	{ NULL, NULL, NULL, NULL, MINT_KINDS },
};

static bool
may(struct call *c, const struct mint_request *r)
{
	bool own = !r->fetch_site.len ||
	    str_eq(r->fetch_site, STR("same-origin")) ||
	    str_eq(r->fetch_site, STR("none"));

	if (r->loopback && own)
		return true;
	mint_refuse_param(c, NULL, NULL,
	    "Addresses below /_mint/ answer this machine only, and no page of "
	    "another site.");
	c->status = 403;
	return false;
}

static void
merge(struct call *c, struct str text)
{
	const char *why;
	struct value *more = mint_form_read(c->arena, text, &why);

	if (!more) {
		mint_refuse_param(c, NULL, NULL,
		    "Invalid request: the form cannot be read; %s.", why);
		return;
	}
	for (size_t i = 0; i < value_count(more); i++)
		value_set(c->arena, c->params, more->u.object.at[i].key,
		    more->u.object.at[i].value);
}

static void
answer(struct call *c)
{
	bool faults = str_eq(c->path, STR("/_mint/misbehave"));

	if (faults && str_eq(c->method, STR("POST")))
		faults_set(c);
	else if (faults && str_eq(c->method, STR("GET")))
		faults_show(c);
	else
		mint_route(c, mint_admin_routes);
}

void
mint_admin(struct mint *m, struct arena *a, const struct mint_request *r,
    struct mint_reply *out)
{
	struct call c = { .mint = m,
		.arena = a,
		.method = r->method,
		.path = r->path,
		.params = value_object(a),
		.request_id = mint_random_id(a, "req_", 14) };
	struct buf text;

	out->fault = MINT_FAULT_NONE;
	pthread_mutex_lock(&m->lock);
	c.now = mint_now(m);
	if (may(&c, r)) {
		merge(&c, r->query);
		merge(&c, r->body);
		if (!c.status)
			answer(&c);
	}
	pthread_mutex_unlock(&m->lock);
	buf_init(&text, ANSWER_MOST);
	json_write(&text, c.body, true);
	out->status = buf_ok(&text) ? c.status : 500;
	out->body = arena_str(a, buf_str(&text));
	buf_clear(&text);
	mint_reply_header(out, "Content-Type", STR("application/json"));
	mint_reply_header(out, "Cache-Control", STR("no-store"));
	mint_reply_header(out, "Request-Id", c.request_id);
}
