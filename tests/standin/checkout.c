#include "checkout.h"

#include "catalogue.h"
#include "customer.h"
#include "event.h"
#include "refund.h"
#include "session.h"
#include "subscription.h"

static bool
must_be_open(struct call *c, const struct value *session)
{
	if (mint_session_is(session, STR("open")))
		return true;
	mint_refuse(c, 400, "invalid_request_error",
	    "checkout_session_unexpected_state", NULL,
	    "This Checkout Session is %.*s.",
	    STR_ARG(mint_str(session, "status")));
	return false;
}

/* The buyer as the session and the form know him; the customer of the session
 * goes before what was typed. */
static bool
meet(struct call *c, struct value *session, struct mint_buyer *buyer)
{
	const struct value *customer;
	struct str known = mint_str(session, "customer_email");

	buyer->customer = mint_str(session, "customer");
	customer = mint_find(c, MINT_CUSTOMER, buyer->customer);
	if (!known.len)
		known = mint_str(customer, "email");
	if (known.len)
		buyer->email = known;
	if (!buyer->name.len)
		buyer->name = mint_str(customer, "name");
	if (buyer->email.len)
		return true;
	mint_refuse_param(
	    c, "parameter_missing", "email", "Missing required param: email.");
	return false;
}

static void
set_details(
    struct call *c, struct value *session, const struct mint_buyer *buyer)
{
	struct value *details = mint_shape(c->arena,
	    "{'address':{'city':null,'country':'DE','line1':null,"
	    "'line2':null,'postal_code':null,'state':null},"
	    "'business_name':null,'email':null,'individual_name':null,"
	    "'name':null,'phone':null,'tax_exempt':'none','tax_ids':[]}");

	mint_put_text(c->arena, details, "email", buyer->email);
	mint_put_text(c->arena, details, "name", buyer->name);
	mint_put(c->arena, session, "customer_details", details);
}

/* The session's intent, made at the first attempt. */
static struct value *
intent_of(struct call *c, struct value *session, const struct mint_buyer *buyer)
{
	struct arena *a = c->arena;
	struct value *intent = mint_find(
	    c, MINT_PAYMENT_INTENT, mint_str(session, "payment_intent"));

	if (intent) {
		mint_take(a, intent, "amount", session, "amount_total");
		mint_put_text(a, intent, "customer", buyer->customer);
		return intent;
	}
	intent = mint_intent_create(c, mint_int(session, "amount_total", 0),
	    mint_str(session, "currency"), buyer,
	    mint_look(session, "_intent.metadata"));
	mint_take(a, intent, "description", session, "_intent.description");
	mint_take(a, intent, "receipt_email", session, "_intent.receipt_email");
	mint_take(a, session, "payment_intent", intent, "id");
	return intent;
}

/* Everything but the event. */
static void
complete(struct call *c, struct value *session, const struct mint_buyer *buyer,
    const char *payment_status)
{
	struct arena *a = c->arena;

	set_details(c, session, buyer);
	mint_put_text(a, session, "customer", buyer->customer);
	mint_put_str(a, session, "status", STR("complete"));
	mint_put_str(a, session, "payment_status", str_from(payment_status));
	mint_put_null(a, session, "url");
	mint_put_null(a, session, "_due");
	if (mint_bool(session, "automatic_tax.enabled"))
		mint_put_str(
		    a, session, "automatic_tax.status", STR("complete"));
	if (mint_has(session, "_coupon"))
		mint_coupon_redeem(c, mint_str(session, "_coupon.id"),
		    mint_str(session, "discounts.0.promotion_code"));
}

/* A declined subscription leaves an intent behind that is not the session's. */
static void
decline(struct call *c, struct value *session, const struct mint_buyer *buyer)
{
	struct value *intent;

	if (str_eq(mint_str(session, "mode"), STR("subscription")))
		intent =
		    mint_intent_create(c, mint_int(session, "amount_total", 0),
			mint_str(session, "currency"), buyer, NULL);
	else
		intent = intent_of(c, session, buyer);
	(void)mint_intent_charge(c, intent, MINT_DECLINED, buyer);
	mint_save(c, MINT_SESSION, session);
}

static void
pay(struct call *c, struct value *session, struct mint_buyer *buyer)
{
	bool subscription =
	    str_eq(mint_str(session, "mode"), STR("subscription"));
	bool free = mint_int(session, "amount_total", 0) == 0 ||
	    mint_int(session, "_subscription.trial_period_days", 0) > 0;

	if (subscription ||
	    str_eq(mint_str(session, "customer_creation"), STR("always")))
		mint_customer_for(c, buyer);
	if (subscription)
		mint_subscription_start(c, session, buyer);
	else if (!free)
		(void)mint_intent_charge(
		    c, intent_of(c, session, buyer), MINT_SUCCEEDED, buyer);
	complete(c, session, buyer, free ? "no_payment_required" : "paid");
	mint_save(c, MINT_SESSION, session);
	mint_emit(c, "checkout.session.completed", session, NULL);
}

static void
delay(struct call *c, struct value *session, struct mint_buyer *buyer,
    int64_t seconds, bool arrives)
{
	struct arena *a = c->arena;

	if (str_eq(mint_str(session, "customer_creation"), STR("always")))
		mint_customer_for(c, buyer);
	(void)mint_intent_charge(
	    c, intent_of(c, session, buyer), MINT_PENDING, buyer);
	complete(c, session, buyer, "unpaid");
	mint_put_bool(a, session, "_arrives", arrives);
	mint_put_bool(a, session, "_delayed", true);
	if (seconds >= 0)
		mint_put_int(a, session, "_due", c->now + seconds);
	mint_save(c, MINT_SESSION, session);
	mint_emit(c, "checkout.session.completed", session, NULL);
}

bool
mint_checkout_do(struct call *c, struct value *session, enum mint_deed deed,
    struct str email, struct str name, int64_t seconds, bool arrives)
{
	struct mint_buyer buyer = { .email = email, .name = name };
	bool free = mint_int(session, "amount_total", 0) == 0;
	bool once = str_eq(mint_str(session, "mode"), STR("payment"));

	if (!must_be_open(c, session) || !meet(c, session, &buyer))
		return false;
	if ((deed != MINT_PAY && free) || (deed == MINT_DELAY && !once)) {
		mint_refuse(c, 400, "invalid_request_error", NULL, NULL,
		    "Only a payment can be declined, and only a single one "
		    "be delayed.");
		return false;
	}
	switch (deed) {
	case MINT_PAY:
		pay(c, session, &buyer);
		break;
	case MINT_DECLINE:
		decline(c, session, &buyer);
		break;
	case MINT_DELAY:
		delay(c, session, &buyer, seconds, arrives);
		break;
	}
	return true;
}

bool
mint_checkout_arrive(struct call *c, struct value *session, bool arrived)
{
	struct arena *a = c->arena;
	struct value *intent = mint_find(
	    c, MINT_PAYMENT_INTENT, mint_str(session, "payment_intent"));

	if (!mint_bool(session, "_delayed") || !intent) {
		mint_refuse(c, 400, "invalid_request_error",
		    "checkout_session_unexpected_state", NULL,
		    "This Checkout Session has no payment on its way.");
		return false;
	}
	mint_put_bool(a, session, "_delayed", false);
	mint_put_null(a, session, "_due");
	mint_intent_arrive(c, intent, arrived);
	if (arrived)
		mint_put_str(a, session, "payment_status", STR("paid"));
	mint_save(c, MINT_SESSION, session);
	mint_emit(c,
	    arrived ? "checkout.session.async_payment_succeeded"
		    : "checkout.session.async_payment_failed",
	    session, NULL);
	return true;
}

bool
mint_checkout_promote(struct call *c, struct value *session, struct str code)
{
	struct arena *a = c->arena;
	struct value *found = NULL, *discounts = value_list(a), *entry;

	if (!must_be_open(c, session) ||
	    !mint_bool(session, "allow_promotion_codes"))
		return false;
	if (code.len) {
		found = mint_promotion_find(c, code);
		if (!found)
			return false;
		entry = value_object(a);
		mint_put_null(a, entry, "coupon");
		mint_take(a, entry, "promotion_code", found, "id");
		value_push(a, discounts, entry);
		mint_take(a, session, "_coupon", found, "coupon");
		mint_take(a, session, "_code", found, "code");
	} else {
		mint_put_null(a, session, "_coupon");
		mint_put_null(a, session, "_code");
	}
	mint_put(a, session, "discounts", discounts);
	mint_session_total(c, session);
	mint_save(c, MINT_SESSION, session);
	return true;
}

struct str
mint_checkout_return(struct call *c, const struct value *session)
{
	static const struct str mark = { "{CHECKOUT_SESSION_ID}", 21 };
	struct str url = mint_str(session, "success_url");
	struct str id = mint_str(session, "id"), out = STR("");
	size_t at;

	while ((at = str_search(url, mark)) < url.len) {
		out = arena_printf(c->arena, "%.*s%.*s%.*s", STR_ARG(out),
		    STR_ARG(str_sub(url, 0, at)), STR_ARG(id));
		url = str_from_at(url, at + mark.len);
	}
	return arena_printf(c->arena, "%.*s%.*s", STR_ARG(out), STR_ARG(url));
}

static void
sweep_one(struct call *c, const struct mint_object *o)
{
	struct value *v = mint_store_tree(o, c->arena);

	if (o->kind == MINT_REFUND)
		mint_refund_settle(c, v, false);
	else if (o->kind == MINT_SESSION && mint_bool(v, "_delayed"))
		(void)!mint_checkout_arrive(c, v, mint_bool(v, "_arrives"));
	else if (o->kind == MINT_SESSION)
		mint_session_end(c, v);
}

void
mint_checkout_sweep(struct mint *m)
{
	int64_t now = mint_now(m);

	for (size_t i = 0; i < mint_store_count(m->store); i++) {
		const struct mint_object *o = mint_store_at(m->store, i);
		struct arena a;
		struct call c = { .mint = m, .arena = &a, .now = now };

		if (!o || !o->due || o->due > now)
			continue;
		arena_init(&a);
		c.params = value_object(&a);
		sweep_one(&c, o);
		arena_clear(&a);
	}
}
