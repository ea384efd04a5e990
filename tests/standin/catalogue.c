#include "catalogue.h"

#include "crypto.h"
#include "event.h"
#include "list.h"

#include <math.h>
#include <stdio.h>

static const char product_shape[] =
    "{'id':'','object':'product','active':true,'created':0,"
    "'default_price':null,'description':null,'features':[],'images':[],"
    "'livemode':false,'marketing_features':[],'metadata':{},'name':'',"
    "'package_dimensions':null,'shippable':null,"
    "'statement_descriptor':null,'tax_code':null,'type':'service',"
    "'unit_label':null,'updated':0,'url':null}";

static const char price_shape[] =
    "{'id':'','object':'price','active':true,'billing_scheme':'per_unit',"
    "'created':0,'currency':'','custom_unit_amount':null,"
    "'livemode':false,'lookup_key':null,'metadata':{},'nickname':null,"
    "'product':'','recurring':null,'tax_behavior':'unspecified',"
    "'tiers_mode':null,'transform_quantity':null,'type':'one_time',"
    "'unit_amount':0,'unit_amount_decimal':'0'}";

static const char coupon_shape[] =
    "{'id':'','object':'coupon','amount_off':null,'created':0,"
    "'currency':null,'duration':'once','duration_in_months':null,"
    "'livemode':false,'max_redemptions':null,'metadata':{},'name':null,"
    "'percent_off':null,'redeem_by':null,'times_redeemed':0,"
    "'valid':true}";

static const char promotion_shape[] =
    "{'id':'','object':'promotion_code','active':true,'code':'',"
    "'coupon':null,'created':0,'customer':null,'expires_at':null,"
    "'livemode':false,'max_redemptions':null,'metadata':{},"
    "'promotion':{'coupon':'','type':'coupon'},"
    "'restrictions':{'first_time_transaction':false,"
    "'minimum_amount':null,'minimum_amount_currency':null},"
    "'times_redeemed':0}";

static void
take_metadata(struct call *c, struct value *v, const struct value *from)
{
	const struct value *metadata = mint_look(from, "metadata");

	if (metadata && metadata->kind == VALUE_OBJECT)
		mint_take(c->arena, v, "metadata", from, "metadata");
}

static struct value *
make_product(struct call *c, const struct value *data)
{
	struct value *product = mint_create(c, MINT_PRODUCT, product_shape);

	mint_take(c->arena, product, "id", data, "id");
	mint_take(c->arena, product, "name", data, "name");
	mint_take(c->arena, product, "description", data, "description");
	mint_take(c->arena, product, "images", data, "images");
	mint_take(c->arena, product, "active", data, "active");
	mint_take(c->arena, product, "url", data, "url");
	mint_take(c->arena, product, "tax_code", data, "tax_code");
	take_metadata(c, product, data);
	mint_put_int(c->arena, product, "updated", c->now);
	mint_save(c, MINT_PRODUCT, product);
	return product;
}

static bool
is_new_id(struct call *c, struct str id, const char *what)
{
	size_t count = mint_store_count(c->mint->store);

	if (!id.len || mint_store_place(c->mint->store, id) == count)
		return true;
	mint_refuse_param(
	    c, "resource_already_exists", "id", "%s already exists.", what);
	return false;
}

void
mint_product_create(struct call *c)
{
	struct value *product;

	if (!is_new_id(c, mint_str(c->params, "id"), "Product"))
		return;
	product = make_product(c, c->params);
	mint_emit(c, "product.created", product, NULL);
	mint_answer(c, product);
}

static bool
active_matches(struct call *c, const struct value *v)
{
	const struct value *active = mint_look(c->params, "active");

	return !active ||
	    (active->kind == VALUE_TRUE) == mint_bool(v, "active");
}

void
mint_product_list(struct call *c)
{
	mint_list(c, active_matches);
}

bool
mint_amount_check(
    struct call *c, int64_t amount, struct str currency, const char *param)
{
	static const char *const three[] = { "bhd", "jod", "kwd", "omr",
		"tnd" };
	static const char *const whole[] = { "isk", "ugx" };
	int step = 1;

	for (size_t i = 0; i < sizeof three / sizeof *three; i++) {
		if (str_eq_z(currency, three[i]))
			step = 10;
	}
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		if (str_eq_z(currency, whole[i]))
			step = 100;
	}
	if (amount > MINT_AMOUNT_MOST) {
		mint_refuse_param(c, "amount_too_large", param,
		    "Amount must be no more than %d", MINT_AMOUNT_MOST);
		return false;
	}
	if (amount % step) {
		mint_refuse_param(c, "parameter_invalid_integer", param,
		    "Invalid amount: in %.*s it must be divisible by %d",
		    STR_ARG(currency), step);
		return false;
	}
	return true;
}

/* "line_items[0][price_data]" and "currency": one name. */
static const char *
below(struct call *c, const char *name, const char *key)
{
	if (!*name)
		return key;
	return arena_printf(c->arena, "%s[%s]", name, key).ptr;
}

/* The amount in minor units, -1 when the call is refused. */
static int64_t
amount_of(struct call *c, const struct value *data, const char *name)
{
	struct str decimal = mint_str(data, "unit_amount_decimal");
	int64_t amount = mint_int(data, "unit_amount", -1);

	if (amount >= 0)
		return amount;
	if (!decimal.len) {
		mint_refuse_param(c, "parameter_missing",
		    below(c, name, "unit_amount"),
		    "Missing required param: %s.",
		    below(c, name, "unit_amount"));
	} else if (!str_to_i64(decimal, &amount) || amount < 0) {
		mint_refuse_param(c, "parameter_invalid_integer",
		    below(c, name, "unit_amount_decimal"),
		    "Invalid decimal: the mint knows whole minor units only");
		return -1;
	}
	return amount;
}

bool
mint_price_check(struct call *c, const struct value *data, const char *name)
{
	bool known = mint_has(data, "product");
	bool described = mint_has(data, "product_data");
	int64_t amount = amount_of(c, data, name);

	if (amount < 0)
		return false;
	if (known == described) {
		mint_refuse_param(c, known ? NULL : "parameter_missing",
		    below(c, name, "product"),
		    "You must specify exactly one of %s or %s.",
		    below(c, name, "product"), below(c, name, "product_data"));
		return false;
	}
	if (known &&
	    !mint_need(c, MINT_PRODUCT, mint_str(data, "product"),
		below(c, name, "product")))
		return false;
	return mint_amount_check(c, amount, mint_str(data, "currency"),
	    below(c, name, "unit_amount"));
}

static void
set_recurring(struct call *c, struct value *price, const struct value *data)
{
	struct value *recurring;

	if (!mint_has(data, "recurring"))
		return;
	recurring = mint_shape(c->arena,
	    "{'aggregate_usage':null,'interval':'','interval_count':1,"
	    "'meter':null,'trial_period_days':null,"
	    "'usage_type':'licensed'}");
	mint_take(c->arena, recurring, "interval", data, "recurring.interval");
	mint_take(c->arena, recurring, "interval_count", data,
	    "recurring.interval_count");
	mint_put(c->arena, price, "recurring", recurring);
	mint_put_str(c->arena, price, "type", STR("recurring"));
}

struct value *
mint_price_make(struct call *c, const struct value *data, bool active)
{
	struct arena *a = c->arena;
	struct value *price = mint_create(c, MINT_PRICE, price_shape);
	int64_t amount = amount_of(c, data, "");

	mint_put_int(a, price, "unit_amount", amount);
	mint_put_str(a, price, "unit_amount_decimal",
	    arena_printf(a, "%lld", (long long)amount));
	mint_put_bool(a, price, "active", active);
	mint_take(a, price, "currency", data, "currency");
	mint_take(a, price, "tax_behavior", data, "tax_behavior");
	mint_take(a, price, "nickname", data, "nickname");
	mint_take(a, price, "lookup_key", data, "lookup_key");
	take_metadata(c, price, data);
	set_recurring(c, price, data);
	if (mint_has(data, "product_data"))
		mint_take(a, price, "product",
		    make_product(c, mint_look(data, "product_data")), "id");
	else
		mint_take(a, price, "product", data, "product");
	mint_save(c, MINT_PRICE, price);
	return price;
}

void
mint_price_create(struct call *c)
{
	struct value *price;

	if (!mint_price_check(c, c->params, ""))
		return;
	price = mint_price_make(c, c->params, true);
	mint_emit(c, "price.created", price, NULL);
	mint_answer(c, price);
}

static bool
price_belongs(struct call *c, const struct value *price)
{
	const struct value *keys = mint_look(c->params, "lookup_keys");
	bool found = !keys;

	for (size_t i = 0; i < value_count(keys); i++) {
		if (str_eq(value_at(keys, i)->u.str,
			mint_str(price, "lookup_key")))
			found = true;
	}
	return found && mint_matches(c, price, "product") &&
	    mint_matches(c, price, "currency") &&
	    mint_matches(c, price, "type") && active_matches(c, price);
}

void
mint_price_list(struct call *c)
{
	mint_list(c, price_belongs);
}

void
mint_coupon_create(struct call *c)
{
	struct arena *a = c->arena;
	bool percent = mint_has(c->params, "percent_off");
	bool amount = mint_has(c->params, "amount_off");
	struct value *coupon;

	if (percent == amount) {
		mint_refuse_param(c, NULL, "percent_off",
		    "Must provide exactly one of percent_off or amount_off.");
		return;
	}
	if (amount && !mint_has(c->params, "currency")) {
		mint_refuse_param(c, "parameter_missing", "currency",
		    "Missing required param: currency.");
		return;
	}
	if (!is_new_id(c, mint_str(c->params, "id"), "Coupon"))
		return;
	coupon = mint_create(c, MINT_COUPON, coupon_shape);
	mint_take(a, coupon, "id", c->params, "id");
	mint_take(a, coupon, "name", c->params, "name");
	mint_take(a, coupon, "percent_off", c->params, "percent_off");
	mint_take(a, coupon, "amount_off", c->params, "amount_off");
	mint_take(a, coupon, "currency", c->params, "currency");
	mint_take(a, coupon, "duration", c->params, "duration");
	mint_take(
	    a, coupon, "duration_in_months", c->params, "duration_in_months");
	mint_take(a, coupon, "max_redemptions", c->params, "max_redemptions");
	mint_take(a, coupon, "redeem_by", c->params, "redeem_by");
	take_metadata(c, coupon, c->params);
	mint_save(c, MINT_COUPON, coupon);
	mint_emit(c, "coupon.created", coupon, NULL);
	mint_answer(c, coupon);
}

void
mint_coupon_list(struct call *c)
{
	mint_list(c, NULL);
}

struct value *
mint_promotion_find(struct call *c, struct str code)
{
	for (size_t i = 0; i < mint_store_count(c->mint->store); i++) {
		const struct mint_object *o = mint_store_at(c->mint->store, i);
		struct value *v;
		int64_t until;

		if (!o || o->kind != MINT_PROMOTION_CODE)
			continue;
		v = mint_store_tree(o, c->arena);
		until = mint_int(v, "expires_at", INT64_MAX);
		if (mint_bool(v, "active") && c->now < until &&
		    str_eq_nocase(mint_str(v, "code"), code) &&
		    mint_int(v, "times_redeemed", 0) <
			mint_int(v, "max_redemptions", INT64_MAX))
			return v;
	}
	return NULL;
}

void
mint_promotion_create(struct call *c)
{
	struct arena *a = c->arena;
	struct str code = mint_str(c->params, "code");
	struct str coupon_id = mint_str(c->params, "coupon");
	struct value *coupon, *v;

	if (!coupon_id.len)
		coupon_id = mint_str(c->params, "promotion.coupon");
	if (!coupon_id.len) {
		mint_refuse_param(c, "parameter_missing", "coupon",
		    "Missing required param: coupon.");
		return;
	}
	coupon = mint_need(c, MINT_COUPON, coupon_id, "coupon");
	if (!coupon)
		return;
	if (code.len && mint_promotion_find(c, code)) {
		mint_refuse_param(c, "resource_already_exists", "code",
		    "An active promotion code with `code: %.*s` already "
		    "exists.",
		    STR_ARG(code));
		return;
	}
	v = mint_create(c, MINT_PROMOTION_CODE, promotion_shape);
	mint_put_str(a, v, "code", code.len ? code : mint_random_id(a, "", 8));
	mint_put(a, v, "coupon", coupon);
	mint_put_str(a, v, "promotion.coupon", coupon_id);
	mint_take(a, v, "active", c->params, "active");
	mint_take(a, v, "expires_at", c->params, "expires_at");
	mint_take(a, v, "max_redemptions", c->params, "max_redemptions");
	take_metadata(c, v, c->params);
	mint_save(c, MINT_PROMOTION_CODE, v);
	mint_emit(c, "promotion_code.created", v, NULL);
	mint_answer(c, v);
}

static bool
promotion_belongs(struct call *c, const struct value *v)
{
	struct str code = mint_str(c->params, "code");
	struct str coupon = mint_str(c->params, "coupon");

	return active_matches(c, v) &&
	    (!code.len || str_eq_nocase(code, mint_str(v, "code"))) &&
	    (!coupon.len || str_eq(coupon, mint_str(v, "coupon.id")));
}

void
mint_promotion_list(struct call *c)
{
	mint_list(c, promotion_belongs);
}

int64_t
mint_coupon_off(const struct value *coupon, int64_t amount, struct str currency)
{
	const struct value *percent = mint_look(coupon, "percent_off");
	int64_t off = 0;

	if (percent && percent->kind == VALUE_REAL)
		off = llround((double)amount * percent->u.real / 100.0);
	else if (percent && percent->kind == VALUE_INT)
		off = (amount * percent->u.integer + 50) / 100;
	else if (str_eq(currency, mint_str(coupon, "currency")))
		off = mint_int(coupon, "amount_off", 0);
	return off < amount ? off : amount;
}

static void
count_redemption(struct call *c, enum mint_kind kind, struct str id)
{
	struct value *v = mint_find(c, kind, id);

	if (!v)
		return;
	mint_put_int(c->arena, v, "times_redeemed",
	    mint_int(v, "times_redeemed", 0) + 1);
	mint_save(c, kind, v);
}

void
mint_coupon_redeem(struct call *c, struct str coupon, struct str promotion_code)
{
	count_redemption(c, MINT_COUPON, coupon);
	count_redemption(c, MINT_PROMOTION_CODE, promotion_code);
}

void
mint_catalogue_open(struct mint *m)
{
	static const struct {
		const char *code, *promotion, *coupon;
		int64_t percent;
	} rows[] = {
		{ "FREE100", "promo_pennymintFREE100", "pennymintFREE100",
		    100 },
		{ "HALF", "promo_pennymintHALF", "pennymintHALF", 50 },
	};
	struct arena a;
	struct call c = { .mint = m, .arena = &a, .now = mint_now(m) };

	arena_init(&a);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value *coupon, *v;

		if (mint_find(&c, MINT_COUPON, str_from(rows[i].coupon)))
			continue;
		coupon = mint_create(&c, MINT_COUPON, coupon_shape);
		mint_put_str(&a, coupon, "id", str_from(rows[i].coupon));
		mint_put_int(&a, coupon, "percent_off", rows[i].percent);
		mint_put_str(&a, coupon, "duration", STR("forever"));
		mint_put_str(&a, coupon, "name", str_from(rows[i].code));
		mint_save(&c, MINT_COUPON, coupon);
		v = mint_create(&c, MINT_PROMOTION_CODE, promotion_shape);
		mint_put_str(&a, v, "id", str_from(rows[i].promotion));
		mint_put_str(&a, v, "code", str_from(rows[i].code));
		mint_put(&a, v, "coupon", coupon);
		mint_put_str(
		    &a, v, "promotion.coupon", str_from(rows[i].coupon));
		mint_save(&c, MINT_PROMOTION_CODE, v);
	}
	arena_clear(&a);
}
