#include "payment.h"

#include "crypto.h"
#include "event.h"
#include "list.h"

static const char intent_shape[] =
    "{'id':'','object':'payment_intent','amount':0,'amount_capturable':0,"
    "'amount_details':{'tip':{}},'amount_received':0,'application':null,"
    "'application_fee_amount':null,'automatic_payment_methods':null,"
    "'canceled_at':null,'cancellation_reason':null,"
    "'capture_method':'automatic','client_secret':null,"
    "'confirmation_method':'automatic','created':0,'currency':'',"
    "'customer':null,'description':null,'invoice':null,"
    "'last_payment_error':null,'latest_charge':null,'livemode':false,"
    "'metadata':{},'next_action':null,'on_behalf_of':null,"
    "'payment_method':null,'payment_method_options':{},"
    "'payment_method_types':['card'],'processing':null,"
    "'receipt_email':null,'review':null,'setup_future_usage':null,"
    "'shipping':null,'source':null,'statement_descriptor':null,"
    "'statement_descriptor_suffix':null,"
    "'status':'requires_payment_method','transfer_data':null,"
    "'transfer_group':null}";

static const char charge_shape[] =
    "{'id':'','object':'charge','amount':0,'amount_captured':0,"
    "'amount_refunded':0,'application':null,'application_fee':null,"
    "'application_fee_amount':null,'balance_transaction':null,"
    "'billing_details':{'address':{'city':null,'country':null,'line1':null,"
    "'line2':null,'postal_code':null,'state':null},'email':null,"
    "'name':null,'phone':null,'tax_id':null},"
    "'calculated_statement_descriptor':'PENNYMINT','captured':true,"
    "'created':0,'currency':'','customer':null,'description':null,"
    "'destination':null,'dispute':null,'disputed':false,"
    "'failure_balance_transaction':null,'failure_code':null,"
    "'failure_message':null,'fraud_details':{},'invoice':null,"
    "'livemode':false,'metadata':{},'on_behalf_of':null,'order':null,"
    "'outcome':{'network_status':'approved_by_network','reason':null,"
    "'risk_level':'normal','risk_score':7,"
    "'seller_message':'Payment complete.','type':'authorized'},"
    "'paid':true,'payment_intent':null,'payment_method':null,"
    "'payment_method_details':{'card':{'brand':'visa','country':'US',"
    "'exp_month':12,'exp_year':2040,'funding':'credit','last4':'4242'},"
    "'type':'card'},'radar_options':{},'receipt_email':null,"
    "'receipt_number':null,'receipt_url':null,'refunded':false,"
    "'review':null,'shipping':null,'source':null,'source_transfer':null,"
    "'statement_descriptor':null,'statement_descriptor_suffix':null,"
    "'status':'succeeded','transfer_data':null,'transfer_group':null}";

static const char balance_shape[] =
    "{'id':'','object':'balance_transaction','amount':0,'available_on':0,"
    "'balance_type':'payments','created':0,'currency':'',"
    "'description':null,'exchange_rate':null,'fee':0,'fee_details':[],"
    "'net':0,'reporting_category':'','source':null,'status':'available',"
    "'type':''}";

static const char bank_debit[] =
    "{'sepa_debit':{'bank_code':'37040044','branch_code':null,"
    "'country':'DE','fingerprint':null,'last4':'3000','mandate':null},"
    "'type':'sepa_debit'}";

/* 2.9 % and 30 minor units, never more than the amount. */
static int64_t
fee_of(int64_t amount)
{
	int64_t fee = (amount * 29 + 500) / 1000 + 30;

	return fee < amount ? fee : amount;
}

struct str
mint_balance_add(struct call *c, const char *type, const char *category,
    int64_t amount, int64_t fee, struct str currency, struct str source)
{
	struct arena *a = c->arena;
	struct value *t =
	    mint_create(c, MINT_BALANCE_TRANSACTION, balance_shape);

	mint_put_str(a, t, "type", str_from(type));
	mint_put_str(a, t, "reporting_category", str_from(category));
	mint_put_int(a, t, "amount", amount);
	mint_put_int(a, t, "available_on", c->now);
	mint_put_int(a, t, "fee", fee);
	mint_put_int(a, t, "net", amount - fee);
	mint_put_str(a, t, "currency", currency);
	mint_put_str(a, t, "source", source);
	if (fee) {
		struct value *f = mint_shape(a,
		    "{'amount':0,'application':null,'currency':'',"
		    "'description':'Processing fees','type':'stripe_fee'}");

		mint_put_int(a, f, "amount", fee);
		mint_put_str(a, f, "currency", currency);
		value_push(a, mint_at(t, "fee_details"), f);
	}
	mint_save(c, MINT_BALANCE_TRANSACTION, t);
	return mint_str(t, "id");
}

struct value *
mint_intent_create(struct call *c, int64_t amount, struct str currency,
    const struct mint_buyer *buyer, const struct value *metadata)
{
	struct arena *a = c->arena;
	struct value *intent =
	    mint_create(c, MINT_PAYMENT_INTENT, intent_shape);
	struct str id = mint_str(intent, "id");

	mint_put_int(a, intent, "amount", amount);
	mint_put_str(a, intent, "currency", currency);
	mint_put_text(a, intent, "customer", buyer->customer);
	mint_put_str(a, intent, "client_secret",
	    arena_printf(a, "%.*s_secret_%.*s", STR_ARG(id),
		STR_ARG(mint_random_id(a, "", 24))));
	if (metadata && metadata->kind == VALUE_OBJECT)
		mint_put(a, intent, "metadata", mint_copy(a, metadata));
	mint_save(c, MINT_PAYMENT_INTENT, intent);
	mint_emit(c, "payment_intent.created", intent, NULL);
	return intent;
}

static struct value *
new_charge(
    struct call *c, const struct value *intent, const struct mint_buyer *buyer)
{
	struct arena *a = c->arena;
	struct value *charge = mint_create(c, MINT_CHARGE, charge_shape);

	mint_put_int(a, charge, "amount", mint_int(intent, "amount", 0));
	mint_take(a, charge, "currency", intent, "currency");
	mint_take(a, charge, "customer", intent, "customer");
	mint_take(a, charge, "invoice", intent, "invoice");
	mint_take(a, charge, "metadata", intent, "metadata");
	mint_take(a, charge, "description", intent, "description");
	mint_take(a, charge, "payment_intent", intent, "id");
	mint_put_str(a, charge, "payment_method", mint_random_id(a, "pm_", 24));
	mint_put_text(a, charge, "billing_details.email", buyer->email);
	mint_put_text(a, charge, "billing_details.name", buyer->name);
	mint_put_str(a, charge, "receipt_url",
	    arena_printf(a, "%s/c/receipt/%.*s", c->mint->url,
		STR_ARG(mint_str(charge, "id"))));
	return charge;
}

/* The money is there. */
static void
settle(struct call *c, struct value *intent, struct value *charge)
{
	struct arena *a = c->arena;
	int64_t amount = mint_int(charge, "amount", 0);

	mint_put_bool(a, charge, "paid", true);
	mint_put_str(a, charge, "status", STR("succeeded"));
	mint_put_int(a, charge, "amount_captured", amount);
	mint_put_str(a, charge, "balance_transaction",
	    mint_balance_add(c, "charge", "charge", amount, fee_of(amount),
		mint_str(charge, "currency"), mint_str(charge, "id")));
	mint_put_str(a, intent, "status", STR("succeeded"));
	mint_put_int(a, intent, "amount_received", amount);
	mint_put_null(a, intent, "last_payment_error");
	mint_put_null(a, intent, "processing");
	mint_save(c, MINT_CHARGE, charge);
	mint_save(c, MINT_PAYMENT_INTENT, intent);
	mint_emit(c, "charge.succeeded", charge, NULL);
	mint_emit(c, "payment_intent.succeeded", intent, NULL);
}

static void
wait_for_bank(struct call *c, struct value *intent, struct value *charge)
{
	struct arena *a = c->arena;

	mint_put_bool(a, charge, "paid", false);
	mint_put_str(a, charge, "status", STR("pending"));
	mint_put(
	    a, charge, "payment_method_details", mint_shape(a, bank_debit));
	mint_put(a, intent, "payment_method_types",
	    mint_shape(a, "['card','sepa_debit']"));
	mint_put_str(a, intent, "status", STR("processing"));
	mint_save(c, MINT_CHARGE, charge);
	mint_save(c, MINT_PAYMENT_INTENT, intent);
	mint_emit(c, "charge.pending", charge, NULL);
	mint_emit(c, "payment_intent.processing", intent, NULL);
}

static void
fail(struct call *c, struct value *intent, struct value *charge,
    const char *code, const char *decline, const char *message)
{
	struct arena *a = c->arena;
	struct value *error = value_object(a);

	mint_put_bool(a, charge, "paid", false);
	mint_put_bool(a, charge, "captured", false);
	mint_put_str(a, charge, "status", STR("failed"));
	mint_put_str(a, charge, "failure_code", str_from(code));
	mint_put_str(a, charge, "failure_message", str_from(message));
	mint_put(a, charge, "outcome",
	    mint_shape(a,
		"{'network_status':'declined_by_network',"
		"'reason':'generic_decline','risk_level':'normal',"
		"'risk_score':7,'seller_message':"
		"'The bank did not return any further details with this "
		"decline.','type':'issuer_declined'}"));
	mint_put_str(a, error, "code", str_from(code));
	mint_put_text(a, error, "decline_code", str_from(decline));
	mint_put_str(a, error, "message", str_from(message));
	mint_put_str(a, error, "type", STR("card_error"));
	mint_put_str(a, error, "charge", mint_str(charge, "id"));
	mint_put(a, intent, "last_payment_error", error);
	mint_put_str(a, intent, "status", STR("requires_payment_method"));
	mint_put_null(a, intent, "payment_method");
	mint_save(c, MINT_CHARGE, charge);
	mint_save(c, MINT_PAYMENT_INTENT, intent);
	mint_emit(c, "charge.failed", charge, NULL);
	mint_emit(c, "payment_intent.payment_failed", intent, NULL);
}

struct value *
mint_intent_charge(struct call *c, struct value *intent, enum mint_charge how,
    const struct mint_buyer *buyer)
{
	struct value *charge = new_charge(c, intent, buyer);

	mint_put_str(c->arena, intent, "latest_charge", mint_str(charge, "id"));
	mint_put_str(c->arena, intent, "payment_method",
	    mint_str(charge, "payment_method"));
	switch (how) {
	case MINT_SUCCEEDED:
		settle(c, intent, charge);
		break;
	case MINT_PENDING:
		wait_for_bank(c, intent, charge);
		break;
	case MINT_DECLINED:
		fail(c, intent, charge, "card_declined", "generic_decline",
		    "Your card was declined.");
		break;
	}
	return charge;
}

void
mint_intent_arrive(struct call *c, struct value *intent, bool arrived)
{
	struct value *charge =
	    mint_find(c, MINT_CHARGE, mint_str(intent, "latest_charge"));

	if (!charge)
		return;
	if (arrived)
		settle(c, intent, charge);
	else
		fail(c, intent, charge, "payment_intent_payment_attempt_failed",
		    NULL, "The payment failed: the bank returned the debit.");
}

void
mint_intent_cancel(struct call *c, struct value *intent)
{
	struct arena *a = c->arena;

	mint_put_str(a, intent, "status", STR("canceled"));
	mint_put_str(a, intent, "cancellation_reason", STR("automatic"));
	mint_put_int(a, intent, "canceled_at", c->now);
	mint_save(c, MINT_PAYMENT_INTENT, intent);
	mint_emit(c, "payment_intent.canceled", intent, NULL);
}

static bool
of_customer_and_intent(struct call *c, const struct value *v)
{
	return mint_matches(c, v, "customer") &&
	    mint_matches(c, v, "payment_intent");
}

void
mint_charge_list(struct call *c)
{
	mint_list(c, of_customer_and_intent);
}

void
mint_intent_list(struct call *c)
{
	mint_list(c, of_customer_and_intent);
}

static bool
of_type_and_source(struct call *c, const struct value *v)
{
	return mint_matches(c, v, "type") && mint_matches(c, v, "source") &&
	    mint_matches(c, v, "currency");
}

void
mint_balance_list(struct call *c)
{
	mint_list(c, of_type_and_source);
}

static struct value *
balance_of(struct call *c, struct value *list, struct str currency)
{
	struct value *row;

	for (size_t i = 0; i < value_count(list); i++) {
		row = list->u.list.at[i];
		if (str_eq(mint_str(row, "currency"), currency))
			return row;
	}
	row = mint_shape(
	    c->arena, "{'amount':0,'currency':'','source_types':{'card':0}}");
	mint_put_str(c->arena, row, "currency", currency);
	value_push(c->arena, list, row);
	return row;
}

void
mint_balance_show(struct call *c)
{
	struct arena *a = c->arena;
	struct value *balance = mint_shape(a,
	    "{'object':'balance','available':[],'connect_reserved':[],"
	    "'livemode':false,'pending':[]}");
	struct value *available = mint_at(balance, "available");

	mint_put_bool(a, balance, "livemode", c->mint->livemode);
	for (size_t i = 0; i < mint_store_count(c->mint->store); i++) {
		const struct mint_object *o = mint_store_at(c->mint->store, i);
		const struct value *t;
		struct value *row;
		int64_t sum;

		if (!o || o->kind != MINT_BALANCE_TRANSACTION)
			continue;
		t = mint_store_tree(o, a);
		row = balance_of(c, available, mint_str(t, "currency"));
		sum = mint_int(row, "amount", 0) + mint_int(t, "net", 0);
		mint_put_int(a, row, "amount", sum);
		mint_put_int(a, row, "source_types.card", sum);
	}
	if (!value_count(available))
		balance_of(c, available, STR("eur"));
	mint_answer(c, balance);
}
