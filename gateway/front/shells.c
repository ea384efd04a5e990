#include "shells.h"

#include "consent.h"
#include "html.h"
#include "list.h"
#include "money.h"

#include <time.h>

enum {
	PAGE_MAX = 256 << 10,
	REFRESH_FIRST = 3, /* seconds, doubled each time */
	REFRESH_MOST = 300,
	RETRY_SOON = 10,
	RETRY_LATER = 60,
};

static void
set(struct visit *v, struct value *data, const char *key, struct str s)
{
	if (s.len)
		value_set_str(v->arena, data, str_from(key), s);
}

static struct value *
begin(struct visit *v, bool reader)
{
	struct value *data = value_object(v->arena);
	const struct request *r = v->request;

	set(v, data, "lang", visit_language(v));
	set(v, data, "return_to",
	    arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->view->base),
		STR_ARG(r->path)));
	value_set_bool(v->arena, data, STR("reader"), reader);
	return data;
}

static void
finish(struct visit *v, unsigned status, const char *shell,
    const struct value *data)
{
	struct answer *a = v->answer;

	a->status = status;
	a->body = BODY_TEXT;
	a->cache = CACHE_NEVER;
	a->file = NULL;
	a->type = STR("text/html; charset=utf-8");
	buf_reset(&a->text);
	a->text.cap = PAGE_MAX;
	if (!release_shell(
		v->view->release, visit_language(v), shell, data, &a->text)) {
		a->type = STR("text/plain; charset=utf-8");
		buf_reset(&a->text);
		buf_printf(&a->text, "%u\n", status);
	}
}

static void
retry_after(struct visit *v, int seconds)
{
	answer_add(
	    v->answer, "Retry-After", arena_printf(v->arena, "%d", seconds));
}

void
shell_error(struct visit *v, unsigned status)
{
	static const struct {
		unsigned status;
		const char *word;
	} words[] = {
		{ 403, "forbidden" },
		{ 404, "not_found" },
		{ 429, "too_many" },
		{ 503, "unavailable" },
	};
	const char *word = status < 500 ? "bad_request" : "internal";
	struct value *data = begin(v, false);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].status == status)
			word = words[i].word;
	}
	value_set_int(v->arena, data, STR("status"), status);
	value_set_bool(v->arena, data, str_from(word), true);
	set(v, data, "home", visit_link(v, STR("/")));
	if (status == 503)
		retry_after(v, RETRY_SOON);
	if (status == 429)
		retry_after(v, RETRY_LATER);
	finish(v, status, "error", data);
}

static struct str
price(struct visit *v, int64_t amount, struct str code)
{
	const struct currency *currency = currency_find(code);
	struct str shown;
	struct buf b;

	buf_init(&b, 64);
	if (currency)
		money_show(&b, amount, currency, visit_language(v));
	shown = arena_str(v->arena, buf_str(&b));
	buf_clear(&b);
	return shown;
}

static bool
sells(const struct manifest_offer *o, const struct strs *products)
{
	for (size_t i = 0; i < o->products.count; i++) {
		for (size_t j = 0; j < products->count; j++) {
			if (str_eq(o->products.at[i], products->at[j]))
				return true;
		}
	}
	return false;
}

static struct value *
offer_value(struct visit *v, const struct manifest_offer *o)
{
	struct value *data = value_object(v->arena);

	set(v, data, "id", o->id);
	set(v, data, "title", o->title);
	set(v, data, "price", price(v, o->amount, o->currency));
	value_set_bool(v->arena, data, STR("interval_month"),
	    str_eq_z(o->interval, "month"));
	value_set_bool(v->arena, data, STR("interval_year"),
	    str_eq_z(o->interval, "year"));
	set(v, data, "action",
	    arena_printf(v->arena, "%.*s/checkout", STR_ARG(v->view->base)));
	set(v, data, "page", v->entry->member->url);
	set(v, data, "lang", visit_language(v));
	return data;
}

/* A product's own offer stands before those of several. */
static void
list_offers(struct visit *v, struct value *list, bool any_language)
{
	const struct manifest *m = release_manifest(v->view->release);
	struct str lang = visit_language(v);

	for (int bundles = 0; bundles <= 1; bundles++) {
		for (size_t i = 0; i < m->offers.count; i++) {
			const struct manifest_offer *o = &m->offers.at[i];

			if ((o->products.count > 1) != bundles ||
			    !sells(o, &v->entry->member->products) ||
			    (!any_language && o->lang.len &&
				!str_eq(o->lang, lang)))
				continue;
			value_push(v->arena, list, offer_value(v, o));
		}
	}
}

void
shell_paywall(struct visit *v, bool reader)
{
	const struct manifest_member *page = v->entry->member;
	struct value *data = begin(v, reader);
	struct value *offers = value_list(v->arena);

	set(v, data, "page_title", page->title);
	set(v, data, "page_url", visit_link(v, page->url));
	if (page->teaser.len)
		set(v, data, "teaser", visit_link(v, page->teaser));
	list_offers(v, offers, false);
	if (!value_count(offers))
		list_offers(v, offers, true);
	value_set(v->arena, data, STR("offers"), offers);
	finish(v, 402, "paywall", data);
}

void
shell_checkout(struct visit *v, unsigned status, struct str retry)
{
	struct value *data = begin(v, false);

	value_set_bool(v->arena, data,
	    str_from(status == 503 ? "unavailable" : "refused"), true);
	set(v, data, "retry", retry);
	if (status == 503)
		retry_after(v, RETRY_SOON);
	finish(v, status, "checkout", data);
}

/* Where somebody who bought begins, and one who did not tries again. */
static void
return_links(struct visit *v, struct value *data,
    const struct message_return_done *done, const struct manifest_offer *offer)
{
	const struct release_entry *page = visit_member(v, done->page);
	const struct manifest_product *product = NULL;
	struct str start = STR("/"), retry = STR("/");

	if (offer && offer->products.count)
		product =
		    release_product(v->view->release, offer->products.at[0]);
	if (product && product->start.len)
		start = product->start;
	if (product && product->url.len)
		retry = product->url;
	if (page)
		start = page->member->url;
	if (page && page->member->teaser.len)
		retry = page->member->teaser;
	set(v, data, "start", visit_link(v, start));
	set(v, data, "retry", visit_link(v, retry));
}

/* The page looks again by itself, less and less often. A header, for a refresh
 * element would be a fault of accessibility (WCAG 2.2, 2.2.1). */
static void
look_again(struct visit *v, unsigned again)
{
	int seconds = again < 7 ? REFRESH_FIRST << again : REFRESH_MOST;

	answer_add(v->answer, "Refresh",
	    arena_printf(v->arena,
		"%d; url=%.*s/checkout/return?session_id=%.*s&again=%u",
		seconds < REFRESH_MOST ? seconds : REFRESH_MOST,
		STR_ARG(v->view->base), STR_ARG(v->session),
		again < 9 ? again + 1 : 9));
}

/* Paid, but who says that this browser's owner did? Somebody may have sent the
 * link of an order of theirs, to be signed in as on another's device. Pressing
 * the button is saying so. */
static bool
must_confirm(struct visit *v, const struct message_return_done *done)
{
	return done->result == RETURN_PAID && !v->claims && !done->token.len;
}

static void
confirm_values(struct visit *v, struct value *data)
{
	set(v, data, "confirm_action",
	    arena_printf(
		v->arena, "%.*s/checkout/return", STR_ARG(v->view->base)));
	set(v, data, "session_id", v->session);
}

void
shell_return(
    struct visit *v, const struct message_return_done *done, unsigned again)
{
	static const struct {
		const char *word;
		unsigned status;
	} results[] = {
		[RETURN_PAID] = { "paid", 200 },
		[RETURN_ARRIVING] = { "arriving", 200 },
		[RETURN_FAILED] = { "failed", 200 },
		[RETURN_EXPIRED] = { "expired", 200 },
		[RETURN_UNKNOWN] = { "unknown", 404 },
		[RETURN_UNAVAILABLE] = { "arriving", 503 },
	};
	const struct manifest_offer *offer =
	    release_offer(v->view->release, done->offer);
	bool confirm = must_confirm(v, done);
	struct value *data;

	v->language = done->lang.len ? done->lang : v->language;
	data = begin(v, done->result == RETURN_PAID && !confirm);
	value_set_bool(v->arena, data,
	    str_from(confirm ? "confirm" : results[done->result].word), true);
	if (confirm)
		confirm_values(v, data);
	set(v, data, "order_id", done->order);
	if (offer)
		set(v, data, "product_title", offer->title);
	if (done->currency.len)
		set(v, data, "amount", price(v, done->amount, done->currency));
	return_links(v, data, done, offer);
	set(v, data, "session_url",
	    arena_printf(v->arena, "%.*s/checkout/return?session_id=%.*s",
		STR_ARG(v->view->base), STR_ARG(v->session)));
	if (str_eq_z(STR("arriving"), results[done->result].word))
		look_again(v, again);
	if (done->result == RETURN_UNAVAILABLE)
		retry_after(v, RETRY_SOON);
	finish(v, results[done->result].status, "return", data);
}

/* A day, as ISO 8601 writes it in every language. */
static struct str
day(struct visit *v, int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;
	char text[16];

	if (!when || !gmtime_r(&t, &tm))
		return STR_NONE;
	return arena_str(v->arena,
	    str_of(text, strftime(text, sizeof(text), "%Y-%m-%d", &tm)));
}

static struct value *
product_value(struct visit *v, const struct token_product *owned)
{
	const struct manifest_product *p =
	    release_product(v->view->release, str_from(owned->id));
	struct value *data = value_object(v->arena);

	set(v, data, "title",
	    p ? p->title : arena_str(v->arena, str_from(owned->id)));
	set(v, data, "url", visit_link(v, p ? p->url : STR("/")));
	set(v, data, "until", day(v, owned->expires));
	return data;
}

static struct value *
list_value(struct visit *v, const struct list_entry *entry, struct str lang)
{
	const struct manifest_course *c = entry->course;
	struct value *data = value_object(v->arena);

	set(v, data, "url", visit_link(v, c->url));
	set(v, data, "title", c->title);
	set(v, data, "description", c->description);
	set(v, data, "because", entry->because->title);
	if (!str_eq(c->lang, lang))
		set(v, data, "other_lang", c->lang);
	return data;
}

/* False when the list is empty. */
static bool
put_list(struct visit *v, struct value *data, const struct token_claims *claims,
    struct str finished)
{
	const struct list_reader reader = { claims, v->now, visit_language(v),
		finished };
	struct list_entry entries[LIST_MOST];
	size_t count = list_make(v->arena, v->view->release, &reader, entries);
	struct value *list = value_list(v->arena);

	for (size_t i = 0; i < count; i++)
		value_push(
		    v->arena, list, list_value(v, &entries[i], reader.lang));
	value_set(v->arena, data, STR("list"), list);
	value_set_bool(v->arena, data, STR("has_list"), count > 0);
	return count > 0;
}

bool
shell_list(struct visit *v, const struct token_claims *claims,
    struct str finished, struct buf *out)
{
	struct value *data = begin(v, claims != NULL);

	return put_list(v, data, claims, finished) &&
	    release_shell(
		v->view->release, visit_language(v), "list", data, out);
}

/* What the reader may choose about being noted, and what was chosen. */
static void
reading_values(struct visit *v, struct value *data, bool reader)
{
	const struct config *c = v->front->config;
	bool on = consent_given(v);

	if (c->events_readers == EVENTS_READERS_NO ||
	    (!reader && v->request->reading == READING_UNSAID))
		return;
	value_set_bool(v->arena, data, STR("reading"), true);
	value_set_bool(
	    v->arena, data, str_from(on ? "reading_on" : "reading_off"), true);
	value_set_bool(
	    v->arena, data, STR("reading_browser"), v->request->unfollowed);
	set(v, data, "reading_action",
	    arena_printf(
		v->arena, "%.*s/account/reading", STR_ARG(v->view->base)));
	value_set_int(
	    v->arena, data, STR("rotate_days"), c->events_rotate_days);
	value_set_int(v->arena, data, STR("keep_days"), c->events_keep_days);
}

void
shell_account(struct visit *v, const struct token_claims *claims)
{
	struct value *data = begin(v, claims != NULL);
	struct value *products = value_list(v->arena);

	for (size_t i = 0; claims && i < claims->count; i++) {
		const struct token_product *p = &claims->products[i];

		if (!p->expires || p->expires > v->now)
			value_push(v->arena, products, product_value(v, p));
	}
	value_set_bool(
	    v->arena, data, STR("empty"), value_count(products) == 0);
	value_set(v->arena, data, STR("products"), products);
	(void)put_list(v, data, claims, STR_NONE);
	reading_values(v, data, claims != NULL);
	set(v, data, "sign_out",
	    arena_printf(
		v->arena, "%.*s/account/sign-out", STR_ARG(v->view->base)));
	finish(v, 200, "account", data);
}
