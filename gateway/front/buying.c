#include "handlers.h"

#include "query.h"
#include "shells.h"

enum { SESSION_MAX = 255 };

/* cs_test_a1B2...: what the provider puts in for {CHECKOUT_SESSION_ID}. */
static bool
is_session(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return s.len > 0 && s.len <= SESSION_MAX;
}

static struct str
retry_link(struct visit *v)
{
	const struct manifest_offer *o =
	    release_offer(v->view->release, v->form_offer);
	const struct manifest_product *p = NULL;

	if (v->form_page.len)
		return visit_link(v, v->form_page);
	if (o && o->products.count)
		p = release_product(v->view->release, o->products.at[0]);
	return visit_link(v, p && p->url.len ? p->url : STR("/"));
}

/* The hosted page, or our own for what is owned already. */
static void
redirect(struct visit *v, struct str url)
{
	if (str_starts(url, STR("https://")) ||
	    str_starts(url, STR("http://")) ||
	    (str_starts(url, STR("/")) && !str_starts(url, STR("//"))))
		answer_redirect(v->answer, 303, arena_str(v->arena, url));
	else
		shell_checkout(v, 502, retry_link(v));
}

static void
checkout_done(struct visit *v, const struct message *reply)
{
	struct message_checkout_done done = { .result = CHECKOUT_UNAVAILABLE };

	if (reply)
		done = reply->u.checkout_done;
	switch (done.result) {
	case CHECKOUT_REDIRECT:
		if (is_session(done.session))
			visit_set_checkout(v, done.session);
		redirect(v, done.url);
		break;
	case CHECKOUT_OWNED:
		redirect(v, done.url);
		break;
	case CHECKOUT_UNKNOWN_OFFER:
		shell_error(v, 404);
		break;
	case CHECKOUT_TOO_MANY:
		shell_error(v, 429);
		break;
	case CHECKOUT_REFUSED:
		shell_checkout(v, 502, retry_link(v));
		break;
	case CHECKOUT_UNAVAILABLE:
		shell_checkout(v, 503, retry_link(v));
		break;
	}
}

void
handle_checkout(struct visit *v)
{
	struct message m = { .type = MESSAGE_CHECKOUT };
	const struct release_entry *page;
	struct query form;

	if (!query_is_type(v->request->content_type)) {
		shell_error(v, 415);
		return;
	}
	if (!query_read(v->arena, v->request->body, &form)) {
		shell_error(v, 400);
		return;
	}
	v->language = query_get(&form, "lang");
	v->form_offer = query_get(&form, "offer");
	page = visit_member(v, query_get(&form, "page"));
	v->form_page = page ? page->member->url : STR_NONE;
	if (!release_offer(v->view->release, v->form_offer)) {
		shell_error(v, 404);
		return;
	}
	m.u.checkout.offer = v->form_offer;
	m.u.checkout.page = v->form_page;
	m.u.checkout.lang = visit_language(v);
	m.u.checkout.token = v->request->token;
	m.u.checkout.reader = v->request->reader;
	m.u.checkout.address = v->address;
	visit_ask(v, &m, VISIT_PROVIDER, checkout_done);
}

/* How often the page has refreshed itself; 0 when that is not said. */
static unsigned
times_refreshed(struct visit *v)
{
	int64_t again = 0;
	struct query query;

	if (!query_read(v->arena, v->request->query, &query) ||
	    !str_to_i64(query_get(&query, "again"), &again) || again < 0 ||
	    again > 9)
		return 0;
	return (unsigned)again;
}

static void
return_done(struct visit *v, const struct message *reply)
{
	struct message_return_done done = { .result = RETURN_UNAVAILABLE };

	if (reply)
		done = reply->u.back_done;
	if (done.result == RETURN_PAID && done.token.len)
		visit_set_token(v, done.token);
	if (done.result == RETURN_PAID && done.reader.len)
		visit_set_reader(v, done.reader);
	/* Confirmed while the payment was on its way: that is kept. */
	if (v->request->method == METHOD_POST && v->claims)
		visit_set_checkout(v, v->session);
	shell_return(v, &done, times_refreshed(v));
}

static void
ask_return(struct visit *v)
{
	struct message m = { .type = MESSAGE_RETURN };

	m.u.back.session = v->session;
	m.u.back.claim = v->claims;
	m.u.back.token = v->request->token;
	m.u.back.reader = v->request->reader;
	visit_ask(v, &m, VISIT_PROVIDER, return_done);
}

void
handle_return(struct visit *v)
{
	struct query query;

	if (!query_read(v->arena, v->request->query, &query) ||
	    !is_session(query_get(&query, "session_id"))) {
		shell_error(v, 400);
		return;
	}
	v->session = query_get(&query, "session_id");
	v->claims = request_began(v->request, visit_checkout(v, v->session));
	ask_return(v);
}

void
handle_confirm(struct visit *v)
{
	struct query form;

	if (!query_is_type(v->request->content_type)) {
		shell_error(v, 415);
		return;
	}
	if (!query_read(v->arena, v->request->body, &form) ||
	    !is_session(query_get(&form, "session_id"))) {
		shell_error(v, 400);
		return;
	}
	v->session = query_get(&form, "session_id");
	v->claims = true;
	ask_return(v);
}

static void
webhook_done(struct visit *v, const struct message *reply)
{
	static const struct {
		unsigned status;
		struct str text;
	} results[] = {
		[WEBHOOK_STORED] = { 200, { "stored\n", 7 } },
		[WEBHOOK_FORGED] = { 400, { "signature\n", 10 } },
		[WEBHOOK_MALFORMED] = { 400, { "no event\n", 9 } },
		[WEBHOOK_UNAVAILABLE] = { 503, { "later\n", 6 } },
	};
	enum webhook_result result =
	    reply ? reply->u.webhook_done.result : WEBHOOK_UNAVAILABLE;

	if (result == WEBHOOK_UNAVAILABLE)
		answer_add(v->answer, "Retry-After", STR("10"));
	answer_text(v->answer, results[result].status,
	    "text/plain; charset=utf-8", results[result].text);
}

void
handle_webhook(struct visit *v)
{
	struct message m = { .type = MESSAGE_WEBHOOK };

	m.u.webhook.signature = v->request->signature;
	m.u.webhook.body = v->request->body;
	visit_ask(v, &m, VISIT_PATIENCE, webhook_done);
}
