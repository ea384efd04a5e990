#include "dispute.h"

#include "event.h"
#include "list.h"
#include "payment.h"

enum { DISPUTE_FEE = 1500, EVIDENCE_SECONDS = 7 * 86400 };

static const char shape[] =
    "{'id':'','object':'dispute','amount':0,'balance_transaction':null,"
    "'balance_transactions':[],'charge':'','created':0,'currency':'',"
    "'enhanced_eligibility_types':[],'evidence':{'access_activity_log':null,"
    "'customer_email_address':null,'customer_name':null,"
    "'product_description':null,'uncategorized_text':null},"
    "'evidence_details':{'due_by':0,'has_evidence':false,"
    "'past_due':false,'submission_count':0},'is_charge_refundable':false,"
    "'livemode':false,'metadata':{},'payment_intent':null,"
    "'payment_method_details':{'card':{'brand':'visa','case_type':"
    "'chargeback','network_reason_code':'10.4'},'type':'card'},"
    "'reason':'fraudulent','status':'needs_response'}";

/* The charge of the parameter payment_intent or charge. */
static struct value *
charge_meant(struct call *c)
{
	struct str id = mint_str(c->params, "charge");
	struct value *intent;

	if (mint_has(c->params, "payment_intent")) {
		intent = mint_need(c, MINT_PAYMENT_INTENT,
		    mint_str(c->params, "payment_intent"), "payment_intent");
		if (!intent)
			return NULL;
		id = mint_str(intent, "latest_charge");
	}
	return mint_need(c, MINT_CHARGE, id, "charge");
}

/* A movement of the disputed money, added to the dispute. */
static void
move(struct call *c, struct value *dispute, int64_t amount, int64_t fee)
{
	struct str id = mint_balance_add(c, "adjustment",
	    amount < 0 ? "dispute" : "dispute_reversal", amount, fee,
	    mint_str(dispute, "currency"), mint_str(dispute, "id"));
	struct value *t = mint_find(c, MINT_BALANCE_TRANSACTION, id);

	value_push(c->arena, mint_at(dispute, "balance_transactions"), t);
	mint_put_str(c->arena, dispute, "balance_transaction", id);
}

void
mint_dispute_open(struct call *c)
{
	struct arena *a = c->arena;
	struct value *charge = charge_meant(c), *dispute;
	bool inquiry = mint_bool(c->params, "inquiry");
	int64_t amount;

	if (!charge)
		return;
	if (mint_bool(charge, "disputed") ||
	    !str_eq(mint_str(charge, "status"), STR("succeeded"))) {
		mint_refuse(c, 400, "invalid_request_error", NULL, "charge",
		    "The charge has not succeeded, or is disputed already.");
		return;
	}
	amount = mint_int(c->params, "amount", mint_int(charge, "amount", 0));
	dispute = mint_create(c, MINT_DISPUTE, shape);
	mint_put_int(a, dispute, "amount", amount);
	mint_take(a, dispute, "currency", charge, "currency");
	mint_take(a, dispute, "charge", charge, "id");
	mint_take(a, dispute, "payment_intent", charge, "payment_intent");
	mint_take(a, dispute, "reason", c->params, "reason");
	mint_put_int(
	    a, dispute, "evidence_details.due_by", c->now + EVIDENCE_SECONDS);
	mint_put_bool(a, dispute, "is_charge_refundable", inquiry);
	if (inquiry)
		mint_put_str(
		    a, dispute, "status", STR("warning_needs_response"));
	else
		move(c, dispute, -amount, DISPUTE_FEE);
	mint_put_bool(a, charge, "disputed", true);
	mint_put_bool(a, charge, "_disputed_away", !inquiry);
	mint_take(a, charge, "dispute", dispute, "id");
	mint_save(c, MINT_CHARGE, charge);
	mint_save(c, MINT_DISPUTE, dispute);
	mint_emit(c, "charge.dispute.created", dispute, NULL);
	if (!inquiry)
		mint_emit(c, "charge.dispute.funds_withdrawn", dispute, NULL);
	mint_answer(c, dispute);
}

static void
settle(struct call *c, struct value *dispute, bool won)
{
	struct value *charge =
	    mint_find(c, MINT_CHARGE, mint_str(dispute, "charge"));

	if (won)
		move(c, dispute, mint_int(dispute, "amount", 0), -DISPUTE_FEE);
	if (won && charge) {
		mint_put_bool(c->arena, charge, "_disputed_away", false);
		mint_save(c, MINT_CHARGE, charge);
	}
}

void
mint_dispute_decide(struct call *c, struct value *dispute, struct str status)
{
	struct arena *a = c->arena;
	struct str before = mint_str(dispute, "status");
	struct value *old = value_str(a, before);
	bool inquiry = str_starts(before, STR("warning_"));
	bool review = str_eq(status, STR("under_review"));
	bool won = str_eq(status, STR("won"));

	if (!str_ends(before, STR("needs_response")) &&
	    !str_ends(before, STR("under_review"))) {
		mint_refuse(c, 400, "invalid_request_error", NULL, NULL,
		    "The dispute is %.*s already.", STR_ARG(before));
		return;
	}
	if (inquiry)
		status = review ? STR("warning_under_review")
				: STR("warning_closed");
	else if (!review)
		settle(c, dispute, won);
	mint_put_str(a, dispute, "status", status);
	mint_save(c, MINT_DISPUTE, dispute);
	mint_emit_change(c,
	    review ? "charge.dispute.updated" : "charge.dispute.closed",
	    dispute, "status", old);
	if (!inquiry && won)
		mint_emit(c, "charge.dispute.funds_reinstated", dispute, NULL);
	mint_answer(c, dispute);
}

static bool
belongs(struct call *c, const struct value *dispute)
{
	return mint_matches(c, dispute, "charge") &&
	    mint_matches(c, dispute, "payment_intent");
}

void
mint_dispute_list(struct call *c)
{
	mint_list(c, belongs);
}

void
mint_fraud_warn(struct call *c)
{
	struct value *charge = charge_meant(c), *warning;

	if (!charge)
		return;
	warning = mint_create(c, MINT_FRAUD_WARNING,
	    "{'id':'','object':'radar.early_fraud_warning','actionable':true,"
	    "'charge':'','created':0,'fraud_type':'made_with_stolen_card',"
	    "'livemode':false,'payment_intent':null}");
	mint_take(c->arena, warning, "charge", charge, "id");
	mint_take(
	    c->arena, warning, "payment_intent", charge, "payment_intent");
	mint_save(c, MINT_FRAUD_WARNING, warning);
	mint_emit(c, "radar.early_fraud_warning.created", warning, NULL);
	mint_answer(c, warning);
}
