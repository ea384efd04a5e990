#include "session.h"

#include "catalogue.h"
#include "crypto.h"
#include "event.h"
#include "list.h"
#include "payment.h"

#include <stdio.h>

enum { EXPIRES_SOONEST = 30 * 60, EXPIRES_LATEST = 24 * 3600, SLACK = 60 };

static const char shape[] =
    "{'id':'','object':'checkout.session','adaptive_pricing':"
    "{'enabled':false},'after_expiration':null,"
    "'allow_promotion_codes':null,'amount_subtotal':0,'amount_total':0,"
    "'automatic_tax':{'enabled':false,'liability':null,'provider':null,"
    "'status':null},'billing_address_collection':null,'cancel_url':null,"
    "'client_reference_id':null,'client_secret':null,"
    "'collected_information':null,'consent':null,"
    "'consent_collection':null,'created':0,'currency':'',"
    "'currency_conversion':null,'custom_fields':[],'custom_text':"
    "{'after_submit':null,'shipping_address':null,'submit':null,"
    "'terms_of_service_acceptance':null},'customer':null,"
    "'customer_account':null,'customer_creation':'if_required',"
    "'customer_details':null,'customer_email':null,'discounts':[],"
    "'expires_at':0,'invoice':null,'invoice_creation':{'enabled':false,"
    "'invoice_data':{'account_tax_ids':null,'custom_fields':null,"
    "'description':null,'footer':null,'issuer':null,'metadata':{},"
    "'rendering_options':null}},'livemode':false,'locale':null,"
    "'metadata':{},'mode':'payment','origin_context':null,"
    "'payment_intent':null,'payment_link':null,"
    "'payment_method_collection':'if_required',"
    "'payment_method_configuration_details':null,"
    "'payment_method_options':{},'payment_method_types':['card'],"
    "'payment_status':'unpaid','permissions':null,"
    "'phone_number_collection':{'enabled':false},'recovered_from':null,"
    "'saved_payment_method_options':null,'setup_intent':null,"
    "'shipping_address_collection':null,'shipping_cost':null,"
    "'shipping_options':[],'status':'open','submit_type':null,"
    "'subscription':null,'success_url':'','total_details':"
    "{'amount_discount':0,'amount_shipping':0,'amount_tax':0},"
    "'ui_mode':'hosted','url':null,'wallet_options':null}";

bool
mint_session_is(const struct value *session, struct str status)
{
	return str_eq(mint_str(session, "status"), status);
}

/* "line_items[3][name]". */
static const char *
line_name(struct call *c, size_t i, const char *name)
{
	return arena_printf(c->arena, "line_items[%zu][%s]", i, name).ptr;
}

/* The price, or the price_data, of a line; NULL when the call is refused. */
static const struct value *
line_price(struct call *c, size_t i, const struct value *line)
{
	bool known = mint_has(line, "price");
	const char *name = line_name(c, i, "price");
	const struct value *price;

	if (known == mint_has(line, "price_data")) {
		mint_refuse_param(c, known ? NULL : "parameter_missing", name,
		    "You must specify exactly one of %s or %s.", name,
		    line_name(c, i, "price_data"));
		return NULL;
	}
	if (!known) {
		price = mint_look(line, "price_data");
		return mint_price_check(c, price, line_name(c, i, "price_data"))
		    ? price
		    : NULL;
	}
	price = mint_need(c, MINT_PRICE, mint_str(line, "price"), name);
	if (price && !mint_bool(price, "active")) {
		mint_refuse_param(c, NULL, name,
		    "The price specified is inactive. This field only accepts "
		    "active prices.");
		return NULL;
	}
	return price;
}

static int64_t
amount_of(const struct value *price)
{
	int64_t amount = mint_int(price, "unit_amount", -1);

	if (amount < 0 &&
	    !str_to_i64(mint_str(price, "unit_amount_decimal"), &amount))
		amount = 0;
	return amount;
}

static bool
check_lines(struct call *c, bool subscription)
{
	const struct value *lines = mint_look(c->params, "line_items");
	struct str currency = mint_str(c->params, "currency");
	bool recurring = false;
	int64_t sum = 0;

	for (size_t i = 0; i < value_count(lines); i++) {
		const struct value *line = value_at(lines, i);
		const struct value *price = line_price(c, i, line);

		if (!price)
			return false;
		if (!mint_has(line, "quantity")) {
			mint_refuse_param(c, "parameter_missing",
			    line_name(c, i, "quantity"),
			    "Missing required param: %s.",
			    line_name(c, i, "quantity"));
			return false;
		}
		if (currency.len &&
		    !str_eq(currency, mint_str(price, "currency"))) {
			mint_refuse_param(c, NULL, line_name(c, i, "price"),
			    "All prices of a Checkout Session must have the "
			    "same currency; expected %.*s.",
			    STR_ARG(currency));
			return false;
		}
		currency = mint_str(price, "currency");
		recurring = recurring || mint_has(price, "recurring");
		sum += mint_int(line, "quantity", 1) * amount_of(price);
	}
	if (!mint_amount_check(c, sum, currency, "line_items"))
		return false;
	if (recurring == subscription)
		return true;
	mint_refuse_param(c, NULL, "mode",
	    recurring ? "You specified `payment` mode but passed a recurring "
			"price. Either switch to `subscription` mode or use "
			"only one-time prices."
		      : "You must provide at least one recurring price in "
			"`subscription` mode when using prices.");
	return false;
}

/* Pairs of parameters that exclude each other, and parameters of one mode. */
static bool
check_together(struct call *c, bool subscription)
{
	static const struct {
		const char *one, *other;
	} pairs[] = {
		{ "customer", "customer_email" },
		{ "customer", "customer_creation" },
		{ "allow_promotion_codes", "discounts" },
	};
	static const struct {
		const char *name;
		bool subscription;
	} modes[] = {
		{ "subscription_data", true },
		{ "payment_intent_data", false },
		{ "invoice_creation", false },
		{ "customer_creation", false },
		{ "submit_type", false },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (mint_has(c->params, pairs[i].one) &&
		    mint_has(c->params, pairs[i].other)) {
			mint_refuse_param(c, NULL, pairs[i].one,
			    "You may only specify one of these parameters: "
			    "%s, %s.",
			    pairs[i].one, pairs[i].other);
			return false;
		}
	}
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		if (mint_has(c->params, modes[i].name) &&
		    modes[i].subscription != subscription) {
			mint_refuse_param(c, NULL, modes[i].name,
			    "You can not pass `%s` in `%s` mode.",
			    modes[i].name,
			    subscription ? "subscription" : "payment");
			return false;
		}
	}
	return true;
}

static bool
check_expiry(struct call *c)
{
	int64_t at = mint_int(c->params, "expires_at", c->now + EXPIRES_LATEST);

	if (at < c->now + EXPIRES_SOONEST - SLACK) {
		mint_refuse_param(c, NULL, "expires_at",
		    "The `expires_at` timestamp must be at least 30 minutes "
		    "from Checkout Session creation.");
		return false;
	}
	if (at > c->now + EXPIRES_LATEST + SLACK) {
		mint_refuse_param(c, NULL, "expires_at",
		    "The `expires_at` timestamp must be less than 24 hours "
		    "from Checkout Session creation.");
		return false;
	}
	return true;
}

static bool
check(struct call *c, bool subscription)
{
	struct str mode = mint_str(c->params, "mode");
	const char *missing = NULL;

	if (str_eq(mode, STR("setup"))) {
		mint_refuse_param(c, NULL, "mode",
		    "The mint takes payments and subscriptions only.");
		return false;
	}
	if (!mode.len)
		missing = "mode";
	else if (!mint_has(c->params, "success_url"))
		missing = "success_url";
	else if (!value_count(mint_look(c->params, "line_items")))
		missing = "line_items";
	if (missing) {
		mint_refuse_param(c, "parameter_missing", missing,
		    "Missing required param: %s.", missing);
		return false;
	}
	if (!check_together(c, subscription) || !check_expiry(c))
		return false;
	if (mint_has(c->params, "customer")) {
		struct str id = mint_str(c->params, "customer");
		struct value *customer =
		    mint_need(c, MINT_CUSTOMER, id, "customer");

		if (!customer)
			return false;
		if (mint_bool(customer, "deleted")) {
			mint_refuse_missing(c, MINT_CUSTOMER, id, "customer");
			return false;
		}
	}
	return check_lines(c, subscription);
}

static struct value *
make_line(struct call *c, const struct value *line)
{
	struct arena *a = c->arena;
	struct value *item, *price;
	const struct value *product;

	if (mint_has(line, "price"))
		price = mint_find(c, MINT_PRICE, mint_str(line, "price"));
	else
		price =
		    mint_price_make(c, mint_look(line, "price_data"), false);
	product = mint_find(c, MINT_PRODUCT, mint_str(price, "product"));
	item = mint_shape(a,
	    "{'id':'','object':'item','amount_discount':0,"
	    "'amount_subtotal':0,'amount_tax':0,'amount_total':0,"
	    "'currency':'','description':'','price':null,'quantity':1}");
	mint_put_str(a, item, "id", mint_random_id(a, "li_", 24));
	mint_take(a, item, "currency", price, "currency");
	mint_take(a, item, "description", product, "name");
	mint_take(a, item, "quantity", line, "quantity");
	mint_put_text(a, item, "_about", mint_str(product, "description"));
	mint_put(a, item, "price", price);
	return item;
}

void
mint_session_total(struct call *c, struct value *session)
{
	struct arena *a = c->arena;
	struct value *lines = mint_at(session, "_line_items");
	const struct value *coupon = mint_look(session, "_coupon");
	struct str currency = mint_str(session, "currency");
	int64_t subtotal = 0, off, left, below = 0;

	for (size_t i = 0; i < value_count(lines); i++) {
		struct value *line = lines->u.list.at[i];
		int64_t amount = mint_int(line, "price.unit_amount", 0) *
		    mint_int(line, "quantity", 1);

		mint_put_int(a, line, "amount_subtotal", amount);
		subtotal += amount;
	}
	off = coupon ? mint_coupon_off(coupon, subtotal, currency) : 0;
	left = off;
	/* Each line bears its share, rounded so that the shares add up. */
	for (size_t i = 0; i < value_count(lines); i++) {
		struct value *line = lines->u.list.at[i];
		int64_t amount = mint_int(line, "amount_subtotal", 0), share;

		below += amount;
		share = subtotal ? off * below / subtotal - (off - left) : 0;
		left -= share;
		mint_put_int(a, line, "amount_discount", share);
		mint_put_int(a, line, "amount_total", amount - share);
	}
	mint_put_int(a, session, "amount_subtotal", subtotal);
	mint_put_int(a, session, "amount_total", subtotal - off);
	mint_put_int(a, session, "total_details.amount_discount", off);
}

/* discounts[0][coupon] or [promotion_code], looked up. */
static bool
apply_discount(struct call *c, struct value *session)
{
	struct arena *a = c->arena;
	const struct value *given = mint_look(c->params, "discounts.0");
	struct str promotion = mint_str(given, "promotion_code");
	struct str id = mint_str(given, "coupon");
	struct value *code, *coupon, *entry;

	if (!given)
		return true;
	if (promotion.len) {
		code = mint_need(c, MINT_PROMOTION_CODE, promotion,
		    "discounts[0][promotion_code]");
		if (!code)
			return false;
		id = mint_str(code, "coupon.id");
	}
	coupon = mint_need(c, MINT_COUPON, id, "discounts[0][coupon]");
	if (!coupon)
		return false;
	entry = value_object(a);
	mint_put_text(a, entry, "coupon", promotion.len ? STR_NONE : id);
	mint_put_text(a, entry, "promotion_code", promotion);
	value_push(a, mint_at(session, "discounts"), entry);
	mint_put(a, session, "_coupon", coupon);
	return true;
}

static void
take_params(struct call *c, struct value *session)
{
	static const char *const names[] = { "mode", "success_url",
		"cancel_url", "client_reference_id", "customer",
		"customer_email", "allow_promotion_codes", "locale",
		"submit_type", "billing_address_collection", "expires_at",
		"payment_method_types", "customer_creation",
		"payment_method_collection" };
	struct arena *a = c->arena;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		mint_take(a, session, names[i], c->params, names[i]);
	if (mint_has(c->params, "metadata"))
		mint_take(a, session, "metadata", c->params, "metadata");
	mint_take(a, session, "automatic_tax.enabled", c->params,
	    "automatic_tax.enabled");
	if (mint_bool(c->params, "automatic_tax.enabled"))
		mint_put_str(a, session, "automatic_tax.status",
		    STR("requires_location_inputs"));
	mint_take(a, session, "invoice_creation.enabled", c->params,
	    "invoice_creation.enabled");
	mint_take(a, session, "_intent", c->params, "payment_intent_data");
	mint_take(a, session, "_subscription", c->params, "subscription_data");
}

/* What a subscription's session has differently. */
static void
set_mode(struct call *c, struct value *session, bool subscription)
{
	struct arena *a = c->arena;

	if (subscription) {
		mint_put_null(a, session, "invoice_creation");
		mint_put_str(
		    a, session, "payment_method_collection", STR("always"));
	}
	if (subscription || mint_has(session, "customer"))
		mint_put(a, session, "customer_creation",
		    subscription && !mint_has(session, "customer")
			? value_str(a, STR("always"))
			: value_null(a));
	if (mint_has(session, "customer_email")) {
		mint_put(a, session, "customer_details",
		    mint_shape(a,
			"{'address':null,'email':null,'name':null,"
			"'phone':null,'tax_exempt':'none','tax_ids':null}"));
		mint_take(a, session, "customer_details.email", session,
		    "customer_email");
	}
}

void
mint_session_create(struct call *c)
{
	struct arena *a = c->arena;
	bool subscription =
	    str_eq(mint_str(c->params, "mode"), STR("subscription"));
	const struct value *lines = mint_look(c->params, "line_items");
	struct value *session, *items;

	if (!check(c, subscription))
		return;
	session = mint_create(c, MINT_SESSION, shape);
	if (!apply_discount(c, session))
		return;
	mint_put_int(a, session, "expires_at", c->now + EXPIRES_LATEST);
	take_params(c, session);
	set_mode(c, session, subscription);
	items = value_list(a);
	for (size_t i = 0; i < value_count(lines); i++)
		value_push(a, items, make_line(c, value_at(lines, i)));
	mint_put(a, session, "_line_items", items);
	mint_take(a, session, "currency", value_at(items, 0), "currency");
	mint_put_int(a, session, "_due", mint_int(session, "expires_at", 0));
	mint_put_str(a, session, "url",
	    arena_printf(a, "%s/c/pay/%.*s", c->mint->url,
		STR_ARG(mint_str(session, "id"))));
	mint_session_total(c, session);
	mint_save(c, MINT_SESSION, session);
	mint_answer(c, session);
}

void
mint_session_end(struct call *c, struct value *session)
{
	struct value *intent = mint_find(
	    c, MINT_PAYMENT_INTENT, mint_str(session, "payment_intent"));

	mint_put_str(c->arena, session, "status", STR("expired"));
	mint_put_null(c->arena, session, "url");
	mint_put_null(c->arena, session, "_due");
	mint_save(c, MINT_SESSION, session);
	if (intent)
		mint_intent_cancel(c, intent);
	mint_emit(c, "checkout.session.expired", session, NULL);
}

void
mint_session_expire(struct call *c)
{
	struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);

	if (!session)
		return;
	if (!mint_session_is(session, STR("open"))) {
		mint_refuse(c, 400, "invalid_request_error", NULL, NULL,
		    "Only Checkout Sessions with a status in [\"open\"] can "
		    "be expired. This Checkout Session has a status of "
		    "\"%.*s\".",
		    STR_ARG(mint_str(session, "status")));
		return;
	}
	mint_session_end(c, session);
	mint_answer(c, session);
}

void
mint_session_update(struct call *c)
{
	struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);
	const struct value *metadata = mint_look(c->params, "metadata");

	if (!session)
		return;
	for (size_t i = 0; i < value_count(metadata); i++)
		value_set(c->arena, mint_at(session, "metadata"),
		    metadata->u.object.at[i].key,
		    mint_copy(c->arena, metadata->u.object.at[i].value));
	mint_save(c, MINT_SESSION, session);
	mint_answer(c, session);
}

static bool
belongs(struct call *c, const struct value *session)
{
	struct str email = mint_str(c->params, "customer_details.email");

	return mint_matches(c, session, "payment_intent") &&
	    mint_matches(c, session, "subscription") &&
	    mint_matches(c, session, "customer") &&
	    mint_matches(c, session, "status") &&
	    mint_matches(c, session, "payment_link") &&
	    (!email.len ||
		str_eq_nocase(
		    email, mint_str(session, "customer_details.email")));
}

void
mint_session_list(struct call *c)
{
	mint_list(c, belongs);
}

void
mint_session_lines(struct call *c)
{
	const struct value *session = mint_need(c, MINT_SESSION, c->id, NULL);

	if (session)
		mint_list_items(c, mint_look(session, "_line_items"),
		    arena_printf(c->arena,
			"/v1/checkout/sessions/%.*s/line_items",
			STR_ARG(c->id)));
}
