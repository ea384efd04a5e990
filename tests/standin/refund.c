#include "refund.h"

#include "event.h"
#include "list.h"
#include "money.h"
#include "payment.h"

static const char shape[] =
    "{'id':'','object':'refund','amount':0,'balance_transaction':null,"
    "'charge':null,'created':0,'currency':'','destination_details':"
    "{'card':{'reference_status':'pending','reference_type':"
    "'acquirer_reference_number','type':'refund'},'type':'card'},"
    "'metadata':{},'payment_intent':null,'reason':null,"
    "'receipt_number':null,'source_transfer_reversal':null,"
    "'status':'succeeded','transfer_reversal':null}";

/* The charge that the request means, or NULL and the call is refused. */
static struct value *
charge_meant(struct call *c)
{
	struct str intent_id = mint_str(c->params, "payment_intent");
	struct str charge_id = mint_str(c->params, "charge");
	struct value *intent, *charge;

	if (!intent_id.len && !charge_id.len) {
		mint_refuse_param(c, "parameter_missing", "payment_intent",
		    "One of the following params should be provided for this "
		    "request: payment_intent or charge.");
		return NULL;
	}
	if (intent_id.len) {
		intent = mint_need(
		    c, MINT_PAYMENT_INTENT, intent_id, "payment_intent");
		if (!intent)
			return NULL;
		if (charge_id.len &&
		    !str_eq(charge_id, mint_str(intent, "latest_charge"))) {
			mint_refuse_param(c, NULL, "charge",
			    "The charge does not belong to the "
			    "payment_intent.");
			return NULL;
		}
		charge_id = mint_str(intent, "latest_charge");
		if (!charge_id.len) {
			mint_refuse(c, 400, "invalid_request_error",
			    "payment_intent_unexpected_state", "payment_intent",
			    "This PaymentIntent (%.*s) does not have a "
			    "successful charge to refund.",
			    STR_ARG(intent_id));
			return NULL;
		}
	}
	charge = mint_need(c, MINT_CHARGE, charge_id, "charge");
	return charge;
}

/* May this much of the charge be refunded? */
static bool
refundable(
    struct call *c, const struct value *charge, int64_t left, int64_t amount)
{
	struct str id = mint_str(charge, "id");
	const struct currency *currency =
	    currency_find(mint_str(charge, "currency"));
	struct buf shown;

	if (!str_eq(mint_str(charge, "status"), STR("succeeded"))) {
		mint_refuse(c, 400, "invalid_request_error",
		    "charge_not_refundable", "charge",
		    "Charge %.*s has not succeeded; there is nothing to "
		    "refund.",
		    STR_ARG(id));
	} else if (mint_bool(charge, "_disputed_away")) {
		mint_refuse(c, 400, "invalid_request_error", "charge_disputed",
		    "charge",
		    "Charge %.*s has been charged back; cannot issue a "
		    "refund.",
		    STR_ARG(id));
	} else if (left <= 0) {
		mint_refuse(c, 400, "invalid_request_error",
		    "charge_already_refunded", "charge",
		    "Charge %.*s has already been refunded.", STR_ARG(id));
	} else if (amount > left) {
		buf_init(&shown, 200);
		money_show(&shown, amount, currency, STR("en"));
		buf_add_z(&shown,
		    ") is greater than unrefunded amount on "
		    "charge (");
		money_show(&shown, left, currency, STR("en"));
		mint_refuse(c, 400, "invalid_request_error", "amount_too_large",
		    "amount", "Refund amount (%.*s)", STR_ARG(buf_str(&shown)));
		buf_clear(&shown);
	}
	return !c->status;
}

static void
change_refunded(struct call *c, struct value *charge, int64_t by)
{
	int64_t total = mint_int(charge, "amount_refunded", 0) + by;

	mint_put_int(c->arena, charge, "amount_refunded", total);
	mint_put_bool(c->arena, charge, "refunded",
	    total >= mint_int(charge, "amount", 0));
	mint_save(c, MINT_CHARGE, charge);
}

static struct value *
make(struct call *c, const struct value *charge, int64_t amount)
{
	struct arena *a = c->arena;
	struct value *refund = mint_create(c, MINT_REFUND, shape);
	const struct value *metadata = mint_look(c->params, "metadata");
	int64_t seconds;

	mint_put_int(a, refund, "amount", amount);
	mint_take(a, refund, "currency", charge, "currency");
	mint_take(a, refund, "charge", charge, "id");
	mint_take(a, refund, "payment_intent", charge, "payment_intent");
	mint_take(a, refund, "reason", c->params, "reason");
	if (metadata && metadata->kind == VALUE_OBJECT)
		mint_take(a, refund, "metadata", c->params, "metadata");
	mint_put_str(a, refund, "balance_transaction",
	    mint_balance_add(c, "refund", "refund", -amount, 0,
		mint_str(charge, "currency"), mint_str(refund, "id")));
	if (mint_fault_take(
		&c->mint->faults, MINT_FAULT_REFUND_PENDING, &seconds))
		mint_put_str(a, refund, "status", STR("pending"));
	if (mint_fault_take(&c->mint->faults, MINT_FAULT_REFUND_FAIL, &seconds))
		mint_put_int(a, refund, "_due", c->now + seconds);
	mint_save(c, MINT_REFUND, refund);
	return refund;
}

void
mint_refund_create(struct call *c)
{
	struct value *charge = charge_meant(c), *refund, *before;
	int64_t left, amount;

	if (!charge)
		return;
	left = mint_int(charge, "amount", 0) -
	    mint_int(charge, "amount_refunded", 0);
	amount = mint_int(c->params, "amount", left);
	if (!refundable(c, charge, left, amount))
		return;
	refund = make(c, charge, amount);
	before = value_object(c->arena);
	mint_take(
	    c->arena, before, "amount_refunded", charge, "amount_refunded");
	mint_take(c->arena, before, "refunded", charge, "refunded");
	change_refunded(c, charge, amount);
	mint_emit(c, "charge.refunded", charge, before);
	mint_emit(c, "refund.created", refund, NULL);
	mint_answer(c, refund);
}

static void
fail(struct call *c, struct value *refund, struct value *charge)
{
	struct arena *a = c->arena;
	int64_t amount = mint_int(refund, "amount", 0);

	mint_put_str(a, refund, "status", STR("failed"));
	mint_put_str(a, refund, "failure_reason", STR("lost_or_stolen_card"));
	mint_put_str(a, refund, "failure_balance_transaction",
	    mint_balance_add(c, "refund_failure", "refund_failure", amount, 0,
		mint_str(refund, "currency"), mint_str(refund, "id")));
	mint_put_null(a, refund, "_due");
	mint_save(c, MINT_REFUND, refund);
	change_refunded(c, charge, -amount);
}

void
mint_refund_settle(struct call *c, struct value *refund, bool succeeded)
{
	struct str status = arena_str(c->arena, mint_str(refund, "status"));
	struct value *charge =
	    mint_find(c, MINT_CHARGE, mint_str(refund, "charge"));
	struct value *old = value_str(c->arena, status);
	bool pending = str_eq(status, STR("pending"));

	if (!charge ||
	    !(pending || (!succeeded && str_eq(status, STR("succeeded"))))) {
		mint_refuse(c, 400, "invalid_request_error",
		    "refund_unexpected_state", NULL,
		    "The refund is %.*s and cannot change any more.",
		    STR_ARG(status));
		return;
	}
	if (succeeded) {
		mint_put_str(c->arena, refund, "status", STR("succeeded"));
		mint_save(c, MINT_REFUND, refund);
		mint_emit_change(c, "refund.updated", refund, "status", old);
		return;
	}
	fail(c, refund, charge);
	mint_emit_change(c, "refund.updated", refund, "status", old);
	mint_emit(c, "refund.failed", refund, NULL);
}

static bool
belongs(struct call *c, const struct value *refund)
{
	return mint_matches(c, refund, "charge") &&
	    mint_matches(c, refund, "payment_intent");
}

void
mint_refund_list(struct call *c)
{
	mint_list(c, belongs);
}
