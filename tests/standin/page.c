#include "page.h"

#include "checkout.h"
#include "form.h"
#include "html.h"
#include "money.h"
#include "page_text.h"
#include "param.h"
#include "session.h"
#include "subscription.h"
#include "template.h"

#include <stdlib.h>
#include <time.h>

enum { PAGE_MOST = 1 << 20 };

struct mint_page {
	struct template_set *set;
};

/* One page being made. */
struct view {
	struct call *call;
	struct arena *a;
	const struct mint_request *request;
	struct mint_reply *out;
	struct value *data;
	const struct value *object; /* whose addresses a form may lead to */
	bool chinese;
};

struct mint_page *
mint_page_new(void)
{
	struct mint_page *p = calloc(1, sizeof *p);
	struct diag d;
	bool ok = true;

	if (!p)
		return NULL;
	p->set = template_set_new();
	diag_init(&d);
	for (size_t i = 0; i < mint_page_templates_count; i++) {
		const struct mint_template *t = &mint_page_templates[i];

		ok = template_add(p->set, &d, str_from(t->name),
			 str_from(t->name), str_from(t->text), STR_NONE,
			 STR_NONE) &&
		    ok;
	}
	ok = ok && template_check(p->set, &d);
	if (!ok)
		diag_print(&d, stderr, "pennymint: ");
	diag_clear(&d);
	if (ok)
		return p;
	mint_page_free(p);
	return NULL;
}

void
mint_page_free(struct mint_page *p)
{
	if (!p)
		return;
	template_set_free(p->set);
	free(p);
}

static struct str
word(const struct view *v, const char *key)
{
	for (size_t i = 0; i < mint_page_words_count; i++) {
		const struct mint_words *w = &mint_page_words[i];

		if (str_eq_z(str_from(key), w->key))
			return str_from(v->chinese ? w->zh : w->en);
	}
	return STR_NONE;
}

/* "https://shop.example:8443" of an address. */
static struct str
origin_of(struct str url)
{
	size_t start = str_search(url, STR("://"));
	size_t len;

	if (start == url.len)
		return STR_NONE;
	start += 3;
	for (len = start; len < url.len; len++) {
		if (url.ptr[len] == '/' || url.ptr[len] == '?' ||
		    url.ptr[len] == '#' || url.ptr[len] == ';' ||
		    url.ptr[len] == ',')
			break;
	}
	return str_sub(url, 0, len);
}

static void
add_headers(struct view *v, struct mint_reply *out)
{
	mint_reply_header(out, "Content-Type", STR("text/html; charset=utf-8"));
	mint_reply_header(out, "Cache-Control", STR("no-store"));
	mint_reply_header(out, "Content-Security-Policy",
	    arena_printf(v->a,
		"default-src 'none'; style-src 'self'; img-src 'self'; "
		"base-uri 'none'; frame-ancestors 'none'; "
		"form-action 'self' %.*s %.*s",
		STR_ARG(origin_of(mint_str(v->object, "success_url"))),
		STR_ARG(origin_of(mint_str(v->object, "cancel_url")))));
	mint_reply_header(out, "X-Content-Type-Options", STR("nosniff"));
	mint_reply_header(out, "Referrer-Policy", STR("no-referrer"));
}

static void
fill(struct view *v, const char *template, unsigned status)
{
	struct value *words = value_object(v->a);
	struct buf html;

	for (size_t i = 0; i < mint_page_words_count; i++)
		value_set_str(v->a, words, str_from(mint_page_words[i].key),
		    word(v, mint_page_words[i].key));
	mint_put(v->a, v->data, "words", words);
	mint_put_str(
	    v->a, v->data, "lang", v->chinese ? STR("zh-CN") : STR("en"));
	buf_init(&html, PAGE_MOST);
	if (template_fill(
		v->call->mint->page->set, str_from(template), v->data, &html) &&
	    buf_ok(&html)) {
		v->out->status = status;
		v->out->body = arena_str(v->a, buf_str(&html));
		add_headers(v, v->out);
	} else {
		v->out->status = 500;
	}
	buf_clear(&html);
}

static void
show_message(struct view *v, const char *title, const char *text,
    struct str back, unsigned status)
{
	mint_put_str(v->a, v->data, "title", word(v, title));
	mint_put_str(v->a, v->data, "text", word(v, text));
	mint_put_text(v->a, v->data, "back", back);
	fill(v, "message", status);
}

static struct str
money(struct view *v, int64_t minor, struct str code)
{
	const struct currency *currency = currency_find(code);
	struct buf text;
	struct str out;

	buf_init(&text, 100);
	if (currency)
		money_show(
		    &text, minor, currency, v->chinese ? STR("zh") : STR("en"));
	out = arena_str(v->a, buf_str(&text));
	buf_clear(&text);
	return out;
}

/* "per month", "every 3 months" is shown as "3 x per month". */
static struct str
interval_of(struct view *v, const struct value *price)
{
	struct str interval = mint_str(price, "recurring.interval");
	int64_t count = mint_int(price, "recurring.interval_count", 1);
	struct str text;

	if (!interval.len)
		return STR_NONE;
	text = word(v, arena_printf(v->a, "per_%.*s", STR_ARG(interval)).ptr);
	return count == 1 ? text
			  : arena_printf(v->a, "%.*s × %lld", STR_ARG(text),
				(long long)count);
}

static void
add_lines(struct view *v, const struct value *session)
{
	const struct value *lines = mint_look(session, "_line_items");
	struct value *list = value_list(v->a);

	for (size_t i = 0; i < value_count(lines); i++) {
		const struct value *line = value_at(lines, i);
		struct str currency = mint_str(line, "currency");
		struct value *row = value_object(v->a);
		int64_t quantity = mint_int(line, "quantity", 1);

		mint_take(v->a, row, "name", line, "description");
		mint_put_text(v->a, row, "about", mint_str(line, "_about"));
		mint_put_int(v->a, row, "quantity", quantity);
		mint_put_bool(v->a, row, "several", quantity > 1);
		mint_put_str(v->a, row, "unit",
		    money(v, mint_int(line, "price.unit_amount", 0), currency));
		mint_put_str(v->a, row, "amount",
		    money(v, mint_int(line, "amount_subtotal", 0), currency));
		mint_put_text(v->a, row, "interval",
		    interval_of(v, mint_look(line, "price")));
		value_push(v->a, list, row);
	}
	mint_put(v->a, v->data, "lines", list);
}

static void
add_discount(struct view *v, const struct value *session)
{
	int64_t off = mint_int(session, "total_details.amount_discount", 0);
	struct value *discount;

	mint_put_bool(v->a, v->data, "promotion",
	    mint_bool(session, "allow_promotion_codes"));
	mint_put_null(v->a, v->data, "discount");
	if (!off)
		return;
	discount = value_object(v->a);
	mint_put_text(v->a, discount, "code", mint_str(session, "_code"));
	mint_put_str(v->a, discount, "amount",
	    money(v, off, mint_str(session, "currency")));
	mint_put(v->a, v->data, "discount", discount);
}

static void
add_amounts(struct view *v, const struct value *session)
{
	struct str currency = mint_str(session, "currency");
	int64_t total = mint_int(session, "amount_total", 0);
	int64_t days = mint_int(session, "_subscription.trial_period_days", 0);
	bool subscription =
	    str_eq(mint_str(session, "mode"), STR("subscription"));
	struct str shown = money(v, total, currency);
	struct str today = days > 0 ? money(v, 0, currency) : shown;

	mint_put_str(v->a, v->data, "total", shown);
	mint_put_str(v->a, v->data, "total_today", today);
	mint_put_str(v->a, v->data, "subtotal",
	    money(v, mint_int(session, "amount_subtotal", 0), currency));
	mint_put_str(v->a, v->data, "verb",
	    word(v, subscription ? "subscribe_to" : "pay_to"));
	mint_put_text(v->a, v->data, "interval",
	    interval_of(v, mint_look(session, "_line_items.0.price")));
	mint_put_bool(v->a, v->data, "others", total > 0);
	mint_put_bool(v->a, v->data, "single", !subscription);
	if (days > 0)
		mint_put_str(v->a, v->data, "trial", word(v, "trial"));
	if (subscription)
		mint_put_str(v->a, v->data, "button", word(v, "subscribe"));
	else if (!total)
		mint_put_str(v->a, v->data, "button", word(v, "complete_free"));
	else
		mint_put_str(v->a, v->data, "button",
		    arena_printf(v->a, "%.*s %.*s", STR_ARG(word(v, "pay")),
			STR_ARG(shown)));
}

static void
show_checkout(struct view *v, const struct value *session)
{
	const struct value *customer =
	    mint_find(v->call, MINT_CUSTOMER, mint_str(session, "customer"));
	struct str fixed = mint_str(session, "customer_email");

	if (!fixed.len)
		fixed = mint_str(customer, "email");
	mint_put_str(v->a, v->data, "title", word(v, "checkout"));
	mint_put_text(v->a, v->data, "fixed_email", fixed);
	mint_put_text(
	    v->a, v->data, "cancel_url", mint_str(session, "cancel_url"));
	add_lines(v, session);
	add_amounts(v, session);
	add_discount(v, session);
	fill(v, "pay", 200);
}

static void
redirect(struct view *v, struct str where)
{
	v->out->status = 303;
	mint_reply_header(v->out, "Location", where);
	mint_reply_header(v->out, "Cache-Control", STR("no-store"));
	mint_reply_header(v->out, "Referrer-Policy", STR("no-referrer"));
}

/* The page of a session that is not open any more. */
static void
show_closed(struct view *v, const struct value *session)
{
	if (mint_session_is(session, STR("complete")))
		show_message(v, "complete_title", "complete_text",
		    mint_checkout_return(v->call, session), 200);
	else
		show_message(v, "expired_title", "expired_text",
		    mint_str(session, "cancel_url"), 200);
}

static void
apply_code(struct view *v, struct value *session, const struct value *form)
{
	struct str code = str_trim(mint_str(form, "code"));

	if (str_eq(mint_str(form, "action"), STR("remove_code")))
		code = STR_NONE;
	if (mint_checkout_promote(v->call, session, code)) {
		redirect(v, v->request->path);
		return;
	}
	mint_put_str(v->a, v->data, "typed", code);
	mint_put_bool(v->a, v->data, "bad", true);
	show_checkout(v, session);
}

static void
act(struct view *v, struct value *session, const struct value *form)
{
	static const struct {
		const char *action;
		enum mint_deed deed;
		bool arrives;
	} deeds[] = {
		{ "pay", MINT_PAY, true },
		{ "decline", MINT_DECLINE, false },
		{ "delay", MINT_DELAY, true },
		{ "delay_fail", MINT_DELAY, false },
	};
	struct str action = mint_str(form, "action");
	struct str email = str_trim(mint_str(form, "email"));
	struct str name = str_sub(str_trim(mint_str(form, "name")), 0, 256);
	size_t i = 0, count = sizeof deeds / sizeof *deeds;

	if (str_ends(action, STR("code"))) {
		apply_code(v, session, form);
		return;
	}
	while (i < count && !str_eq_z(action, deeds[i].action))
		i++;
	mint_put_str(v->a, v->data, "email", email);
	mint_put_str(v->a, v->data, "name", name);
	if (i == count || (email.len && !mint_is_email(email)) ||
	    !mint_checkout_do(v->call, session, deeds[i].deed, email, name,
		v->call->mint->settings->delayed, deeds[i].arrives)) {
		mint_put_bool(v->a, v->data, "bad_email", i < count);
		show_checkout(v, session);
	} else if (deeds[i].deed == MINT_DECLINE) {
		mint_put_bool(v->a, v->data, "declined", true);
		show_checkout(v, session);
	} else {
		redirect(v, mint_checkout_return(v->call, session));
	}
}

static void
set_language(struct view *v, struct str locale)
{
	if (!locale.len || str_eq(locale, STR("auto")))
		locale = v->request->accept_language;
	v->chinese = str_starts(locale, STR("zh"));
}

static void
serve_checkout(struct view *v, struct str id)
{
	struct value *session = mint_find(v->call, MINT_SESSION, id);
	const struct value *form;
	const char *why;

	set_language(v, mint_str(session, "locale"));
	v->object = session;
	if (!session) {
		show_message(v, "missing_title", "missing_text", STR_NONE, 404);
		return;
	}
	if (!str_eq(v->request->method, STR("POST"))) {
		if (mint_session_is(session, STR("open")))
			show_checkout(v, session);
		else
			show_closed(v, session);
		return;
	}
	form = mint_form_read(v->a, v->request->body, &why);
	if (mint_session_is(session, STR("complete")))
		redirect(v, mint_checkout_return(v->call, session));
	else if (!mint_session_is(session, STR("open")))
		show_closed(v, session);
	else
		act(v, session, form);
}

static void
serve_receipt(struct view *v, struct str id)
{
	const struct value *charge = mint_find(v->call, MINT_CHARGE, id);

	if (!charge) {
		show_message(v, "missing_title", "missing_text", STR_NONE, 404);
		return;
	}
	mint_put_str(v->a, v->data, "title", word(v, "receipt_title"));
	mint_put_str(v->a, v->data, "text", id);
	mint_put_str(v->a, v->data, "amount",
	    money(v, mint_int(charge, "amount", 0),
		mint_str(charge, "currency")));
	fill(v, "message", 200);
}

static struct str
date_of(struct arena *a, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	gmtime_r(&t, &tm);
	return arena_printf(
	    a, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static struct value *
portal_row(struct view *v, const struct value *s)
{
	struct value *row = value_object(v->a);
	const struct value *price = mint_look(s, "items.data.0.price");
	const struct value *product =
	    mint_find(v->call, MINT_PRODUCT, mint_str(price, "product"));

	mint_take(v->a, row, "id", s, "id");
	mint_take(v->a, row, "name", product, "name");
	mint_put_str(v->a, row, "amount",
	    arena_printf(v->a, "%.*s %.*s",
		STR_ARG(money(v, mint_int(price, "unit_amount", 0),
		    mint_str(price, "currency"))),
		STR_ARG(interval_of(v, price))));
	mint_put_str(v->a, row, "date",
	    date_of(v->a, mint_int(s, "current_period_end", 0)));
	mint_take(v->a, row, "ending", s, "cancel_at_period_end");
	return row;
}

static void
show_portal(struct view *v, const struct value *portal)
{
	struct mint_store *store = v->call->mint->store;
	struct value *list = value_list(v->a);

	for (size_t i = 0; i < mint_store_count(store); i++) {
		const struct mint_object *o = mint_store_at(store, i);
		const struct value *s;

		if (!o || o->kind != MINT_SUBSCRIPTION)
			continue;
		s = mint_store_tree(o, v->a);
		if (str_eq(mint_str(s, "customer"),
			mint_str(portal, "customer")) &&
		    !str_eq(mint_str(s, "status"), STR("canceled")))
			value_push(v->a, list, portal_row(v, s));
	}
	mint_put(v->a, v->data, "subscriptions", list);
	mint_put_str(v->a, v->data, "title", word(v, "portal_title"));
	mint_put_text(v->a, v->data, "back", mint_str(portal, "return_url"));
	fill(v, "portal", 200);
}

static void
serve_portal(struct view *v, struct str id)
{
	const struct value *portal =
	    mint_find(v->call, MINT_PORTAL_SESSION, id);
	const struct value *form, *s;
	const char *why;

	set_language(v, mint_str(portal, "locale"));
	if (!portal) {
		show_message(v, "missing_title", "missing_text", STR_NONE, 404);
		return;
	}
	if (!str_eq(v->request->method, STR("POST"))) {
		show_portal(v, portal);
		return;
	}
	form = mint_form_read(v->a, v->request->body, &why);
	s = mint_find(
	    v->call, MINT_SUBSCRIPTION, mint_str(form, "subscription"));
	if (s &&
	    str_eq(mint_str(s, "customer"), mint_str(portal, "customer"))) {
		v->call->id = mint_str(s, "id");
		mint_put_bool(v->a, v->call->params, "cancel_at_period_end",
		    str_eq(mint_str(form, "action"), STR("cancel")));
		mint_subscription_update(v->call);
	}
	redirect(v, v->request->path);
}

static void
serve_file(struct mint_reply *out, struct str body, const char *type)
{
	out->status = 200;
	out->body = body;
	mint_reply_header(out, "Content-Type", str_from(type));
	mint_reply_header(out, "Cache-Control", STR("max-age=300"));
	mint_reply_header(out, "X-Content-Type-Options", STR("nosniff"));
}

static struct str
style(struct arena *a)
{
	struct str out = STR("");

	for (const char *const *p = mint_page_style; *p; p++)
		out = arena_printf(a, "%.*s%s", STR_ARG(out), *p);
	return out;
}

void
mint_page_serve(struct mint *m, struct arena *a, const struct mint_request *r,
    struct mint_reply *out)
{
	static const struct {
		const char *prefix;
		void (*serve)(struct view *v, struct str id);
	} pages[] = {
		{ "/c/pay/", serve_checkout },
		{ "/c/receipt/", serve_receipt },
		{ "/p/session/", serve_portal },
	};
	struct call c = { .mint = m,
		.arena = a,
		.now = mint_now(m),
		.params = value_object(a) };
	struct view v = { .call = &c,
		.a = a,
		.request = r,
		.out = out,
		.data = value_object(a) };

	out->fault = MINT_FAULT_NONE;
	set_language(&v, STR_NONE);
	if (str_eq(r->path, STR("/c/style.css"))) {
		serve_file(out, style(a), "text/css; charset=utf-8");
		return;
	}
	if (str_eq(r->path, STR("/c/icon.svg"))) {
		serve_file(out, str_from(mint_page_icon), "image/svg+xml");
		return;
	}
	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct str prefix = str_from(pages[i].prefix);

		if (!out->status && str_starts(r->path, prefix))
			pages[i].serve(&v, str_from_at(r->path, prefix.len));
	}
	if (!out->status && str_eq(r->path, STR("/")))
		show_message(&v, "home_title", "home_text", STR_NONE, 200);
	else if (!out->status)
		show_message(
		    &v, "missing_title", "missing_text", STR_NONE, 404);
	pthread_mutex_unlock(&m->lock);
}
