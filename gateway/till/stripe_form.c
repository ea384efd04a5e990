#include "html.h"
#include "stripe.h"

static void
field(struct buf *out, const char *name, struct str value)
{
	if (out->len)
		buf_add_c(out, '&');
	buf_add_z(out, name);
	buf_add_c(out, '=');
	url_component(out, value);
}

static void
field_int(struct buf *out, const char *name, int64_t value)
{
	if (out->len)
		buf_add_c(out, '&');
	buf_printf(out, "%s=%lld", name, (long long)value);
}

struct str
stripe_locale(struct str lang)
{
	static const char *const known[] = { "bg", "cs", "da", "de", "el", "en",
		"en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr",
		"hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb",
		"nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th",
		"tr", "vi", "zh", "zh-HK", "zh-TW" };
	struct str base = str_sub(lang, 0, str_find(lang, '-'));

	if (str_starts(lang, STR("zh-Hant")))
		return STR("zh-TW");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_eq_nocase(lang, str_from(known[i])))
			return str_from(known[i]);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_eq_nocase(base, str_from(known[i])))
			return str_from(known[i]);
	}
	return STR("auto");
}

static void
fields_of_item(struct buf *out, const struct order *o, bool tax)
{
	char code[4] = { 0 };

	for (size_t i = 0; i < o->currency.len && i < 3; i++)
		code[i] = (char)(o->currency.ptr[i] | 0x20);
	field(out, "line_items[0][price_data][currency]", str_from(code));
	field_int(out, "line_items[0][price_data][unit_amount]", o->amount);
	field(out, "line_items[0][price_data][product_data][name]", o->title);
	if (o->interval.len)
		field(out, "line_items[0][price_data][recurring][interval]",
		    o->interval);
	if (tax)
		field(out, "line_items[0][price_data][tax_behavior]",
		    STR("inclusive"));
	field_int(out, "line_items[0][quantity]", 1);
}

void
stripe_checkout_form(struct buf *out, const struct stripe_checkout *c)
{
	const struct order *o = c->order;
	bool membership = str_eq_z(o->kind, "membership");

	field(out, "mode", membership ? STR("subscription") : STR("payment"));
	fields_of_item(out, o, c->automatic_tax);
	field(out, "client_reference_id", o->id);
	field(out, "metadata[pennypress_order]", o->id);
	field(out, "metadata[pennypress_offer]", o->offer);
	field(out, "metadata[pennypress_site]", c->gateway);
	field(out,
	    membership ? "subscription_data[metadata][pennypress_order]"
		       : "payment_intent_data[metadata][pennypress_order]",
	    o->id);
	if (!membership)
		field(out, "customer_creation", STR("always"));
	/* The provider fills in the last part; its braces must stay. */
	buf_add_z(out, "&success_url=");
	url_component(out, c->gateway);
	url_component(out, STR("/checkout/return?session_id="));
	buf_add_z(out, "{CHECKOUT_SESSION_ID}");
	field(out, "cancel_url", c->cancel);
	field(out, "locale", stripe_locale(o->lang));
	field_int(out, "expires_at", o->expires);
	if (o->promotion_codes)
		field(out, "allow_promotion_codes", STR("true"));
	if (c->automatic_tax)
		field(out, "automatic_tax[enabled]", STR("true"));
}
