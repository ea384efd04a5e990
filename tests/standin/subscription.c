#include "subscription.h"

#include "crypto.h"
#include "event.h"
#include "list.h"

#include <time.h>

static const char shape[] =
    "{'id':'','object':'subscription','application':null,"
    "'application_fee_percent':null,'automatic_tax':{'enabled':false},"
    "'billing_cycle_anchor':0,'billing_mode':{'type':'classic'},"
    "'billing_thresholds':null,'cancel_at':null,"
    "'cancel_at_period_end':false,'canceled_at':null,"
    "'cancellation_details':{'comment':null,'feedback':null,"
    "'reason':null},'collection_method':'charge_automatically',"
    "'created':0,'currency':'','current_period_end':0,"
    "'current_period_start':0,'customer':'','days_until_due':null,"
    "'default_payment_method':null,'default_source':null,"
    "'default_tax_rates':[],'description':null,'discount':null,"
    "'discounts':[],'ended_at':null,'items':{'object':'list','data':[],"
    "'has_more':false,'total_count':0,'url':''},'latest_invoice':null,"
    "'livemode':false,'metadata':{},"
    "'next_pending_invoice_item_invoice':null,'on_behalf_of':null,"
    "'pause_collection':null,'payment_settings':"
    "{'payment_method_options':null,'payment_method_types':null,"
    "'save_default_payment_method':'off'},"
    "'pending_invoice_item_interval':null,'pending_setup_intent':null,"
    "'pending_update':null,'schedule':null,'start_date':0,"
    "'status':'active','test_clock':null,'transfer_data':null,"
    "'trial_end':null,'trial_settings':{'end_behavior':"
    "{'missing_payment_method':'create_invoice'}},'trial_start':null}";

static const char item_shape[] =
    "{'id':'','object':'subscription_item','billing_thresholds':null,"
    "'created':0,'current_period_end':0,'current_period_start':0,"
    "'discounts':[],'metadata':{},'price':null,'quantity':1,"
    "'subscription':'','tax_rates':[]}";

static const char invoice_shape[] =
    "{'id':'','object':'invoice','account_country':'DE',"
    "'account_name':'Rehearsal','account_tax_ids':null,'amount_due':0,"
    "'amount_overpaid':0,'amount_paid':0,'amount_remaining':0,"
    "'amount_shipping':0,'application':null,"
    "'application_fee_amount':null,'attempt_count':1,'attempted':true,"
    "'auto_advance':false,'automatic_tax':{'enabled':false,"
    "'status':null},'billing_reason':'subscription_create','charge':null,"
    "'collection_method':'charge_automatically','created':0,"
    "'currency':'','custom_fields':null,'customer':null,"
    "'customer_address':null,'customer_email':null,'customer_name':null,"
    "'customer_phone':null,'customer_shipping':null,"
    "'customer_tax_exempt':'none','customer_tax_ids':[],"
    "'default_payment_method':null,'default_source':null,"
    "'default_tax_rates':[],'description':null,'discount':null,"
    "'discounts':[],'due_date':null,'effective_at':0,"
    "'ending_balance':0,'footer':null,'from_invoice':null,"
    "'hosted_invoice_url':null,'invoice_pdf':null,"
    "'last_finalization_error':null,'latest_revision':null,"
    "'lines':{'object':'list','data':[],'has_more':false,"
    "'total_count':0,'url':''},'livemode':false,'metadata':{},"
    "'next_payment_attempt':null,'number':null,'on_behalf_of':null,"
    "'paid':false,'paid_out_of_band':false,'parent':{"
    "'quote_details':null,'subscription_details':{'metadata':{},"
    "'subscription':''},'type':'subscription_details'},"
    "'payment_intent':null,'payment_settings':{'default_mandate':null,"
    "'payment_method_options':null,'payment_method_types':null},"
    "'period_end':0,'period_start':0,"
    "'post_payment_credit_notes_amount':0,"
    "'pre_payment_credit_notes_amount':0,'quote':null,"
    "'receipt_number':null,'rendering_options':null,"
    "'shipping_cost':null,'shipping_details':null,"
    "'starting_balance':0,'statement_descriptor':null,'status':'open',"
    "'status_transitions':{'finalized_at':0,"
    "'marked_uncollectible_at':null,'paid_at':null,'voided_at':null},"
    "'subscription':'','subscription_details':{'metadata':{}},"
    "'subtotal':0,'subtotal_excluding_tax':0,'tax':null,"
    "'test_clock':null,'total':0,'total_discount_amounts':[],"
    "'total_excluding_tax':0,'total_tax_amounts':[],"
    "'total_taxes':[],'transfer_data':null,"
    "'webhooks_delivered_at':null}";

static const char line_shape[] =
    "{'id':'','object':'line_item','amount':0,"
    "'amount_excluding_tax':0,'currency':'','description':null,"
    "'discount_amounts':[],'discountable':true,'discounts':[],"
    "'livemode':false,'metadata':{},'period':{'end':0,'start':0},"
    "'price':null,'proration':false,'proration_details':"
    "{'credited_items':null},'quantity':1,'subscription':null,"
    "'tax_amounts':[],'tax_rates':[],'type':'subscription',"
    "'unit_amount_excluding_tax':null}";

/* One interval later by the calendar (UTC); the 31st becomes the month's last
 * day. */
static int64_t
one_later(int64_t from, struct str interval, int count)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	time_t at = (time_t)from;
	struct tm tm;
	int last, year;

	if (str_eq(interval, STR("day")))
		return from + (int64_t)count * 86400;
	if (str_eq(interval, STR("week")))
		return from + (int64_t)count * 7 * 86400;
	gmtime_r(&at, &tm);
	tm.tm_mon += str_eq(interval, STR("year")) ? 12 * count : count;
	tm.tm_year += tm.tm_mon / 12;
	tm.tm_mon %= 12;
	year = tm.tm_year + 1900;
	last = days[tm.tm_mon];
	if (tm.tm_mon == 1 &&
	    (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
		last = 29;
	if (tm.tm_mday > last)
		tm.tm_mday = last;
	return timegm(&tm);
}

static void
set_period(struct call *c, struct value *s, int64_t start, int64_t end)
{
	struct value *items = mint_at(s, "items.data");

	mint_put_int(c->arena, s, "current_period_start", start);
	mint_put_int(c->arena, s, "current_period_end", end);
	for (size_t i = 0; i < value_count(items); i++) {
		struct value *item = items->u.list.at[i];

		mint_put_int(c->arena, item, "current_period_start", start);
		mint_put_int(c->arena, item, "current_period_end", end);
	}
}

static int64_t
period_end(const struct value *s, int64_t start)
{
	const struct value *recurring =
	    mint_look(s, "items.data.0.price.recurring");

	return one_later(start, mint_str(recurring, "interval"),
	    (int)mint_int(recurring, "interval_count", 1));
}

static void
add_items(struct call *c, struct value *s, const struct value *session)
{
	struct arena *a = c->arena;
	const struct value *bought = mint_look(session, "_line_items");
	struct value *data = mint_at(s, "items.data");

	for (size_t i = 0; i < value_count(bought); i++) {
		const struct value *line = value_at(bought, i);
		struct value *item;

		if (!mint_has(line, "price.recurring"))
			continue;
		item = mint_shape(a, item_shape);
		mint_put_str(a, item, "id", mint_random_id(a, "si_", 14));
		mint_put_int(a, item, "created", c->now);
		mint_take(a, item, "price", line, "price");
		mint_take(a, item, "quantity", line, "quantity");
		mint_take(a, item, "subscription", s, "id");
		value_push(a, data, item);
	}
	mint_put_int(a, s, "items.total_count", (int64_t)value_count(data));
	mint_put_str(a, s, "items.url",
	    arena_printf(a, "/v1/subscription_items?subscription=%.*s",
		STR_ARG(mint_str(s, "id"))));
}

static void
add_lines(struct call *c, struct value *invoice, const struct value *lines)
{
	struct arena *a = c->arena;
	struct value *data = mint_at(invoice, "lines.data");

	for (size_t i = 0; i < value_count(lines); i++) {
		const struct value *from = value_at(lines, i);
		struct value *line = mint_shape(a, line_shape);

		mint_put_str(a, line, "id", mint_random_id(a, "il_", 24));
		mint_put_bool(a, line, "livemode", c->mint->livemode);
		mint_take(a, line, "amount", from, "amount_subtotal");
		mint_take(
		    a, line, "amount_excluding_tax", from, "amount_subtotal");
		mint_take(a, line, "currency", from, "currency");
		mint_take(a, line, "description", from, "description");
		mint_take(a, line, "price", from, "price");
		mint_take(a, line, "quantity", from, "quantity");
		mint_take(a, line, "subscription", invoice, "subscription");
		mint_take(a, line, "period.start", invoice, "period_start");
		mint_take(a, line, "period.end", invoice, "period_end");
		value_push(a, data, line);
	}
	mint_put_int(
	    a, invoice, "lines.total_count", (int64_t)value_count(data));
	mint_put_str(a, invoice, "lines.url",
	    arena_printf(a, "/v1/invoices/%.*s/lines",
		STR_ARG(mint_str(invoice, "id"))));
}

static struct value *
new_invoice(struct call *c, const struct value *s, int64_t subtotal,
    int64_t total, const struct mint_buyer *buyer)
{
	static const char *const totals[] = { "amount_due", "amount_remaining",
		"total", "total_excluding_tax" };
	struct arena *a = c->arena;
	struct value *invoice = mint_create(c, MINT_INVOICE, invoice_shape);

	for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
		mint_put_int(a, invoice, totals[i], total);
	mint_put_int(a, invoice, "subtotal", subtotal);
	mint_put_int(a, invoice, "subtotal_excluding_tax", subtotal);
	mint_take(a, invoice, "currency", s, "currency");
	mint_take(a, invoice, "customer", s, "customer");
	mint_take(a, invoice, "subscription", s, "id");
	mint_take(
	    a, invoice, "parent.subscription_details.subscription", s, "id");
	mint_take(
	    a, invoice, "parent.subscription_details.metadata", s, "metadata");
	mint_take(a, invoice, "subscription_details.metadata", s, "metadata");
	mint_take(a, invoice, "period_start", s, "current_period_start");
	mint_take(a, invoice, "period_end", s, "current_period_end");
	mint_put_text(a, invoice, "customer_email", buyer->email);
	mint_put_text(a, invoice, "customer_name", buyer->name);
	mint_put_int(a, invoice, "effective_at", c->now);
	mint_put_int(a, invoice, "status_transitions.finalized_at", c->now);
	mint_put_str(a, invoice, "number",
	    arena_printf(a, "%.*s-0001", STR_ARG(mint_random_id(a, "", 8))));
	return invoice;
}

/* Charges the invoice; one of nothing is paid by itself. */
static void
pay_invoice(struct call *c, struct value *invoice,
    const struct mint_buyer *buyer, bool works)
{
	struct arena *a = c->arena;
	int64_t due = mint_int(invoice, "amount_due", 0);
	struct value *intent, *charge;

	if (due > 0) {
		intent = mint_intent_create(
		    c, due, mint_str(invoice, "currency"), buyer, NULL);
		mint_take(a, intent, "invoice", invoice, "id");
		mint_put_str(
		    a, intent, "description", STR("Subscription payment"));
		charge = mint_intent_charge(
		    c, intent, works ? MINT_SUCCEEDED : MINT_DECLINED, buyer);
		mint_take(a, invoice, "payment_intent", intent, "id");
		mint_take(a, invoice, "charge", charge, "id");
	}
	if (works) {
		mint_put_bool(a, invoice, "paid", true);
		mint_put_str(a, invoice, "status", STR("paid"));
		mint_put_int(a, invoice, "amount_paid", due);
		mint_put_int(a, invoice, "amount_remaining", 0);
		mint_put_int(a, invoice, "status_transitions.paid_at", c->now);
	}
	mint_save(c, MINT_INVOICE, invoice);
}

static void
announce_invoice(struct call *c, const struct value *invoice)
{
	if (mint_bool(invoice, "paid")) {
		mint_emit(c, "invoice.paid", invoice, NULL);
		mint_emit(c, "invoice.payment_succeeded", invoice, NULL);
	} else {
		mint_emit(c, "invoice.payment_failed", invoice, NULL);
	}
}

static struct value *
new_subscription(
    struct call *c, const struct value *session, const struct mint_buyer *buyer)
{
	struct arena *a = c->arena;
	struct value *s = mint_create(c, MINT_SUBSCRIPTION, shape);
	int64_t trial = mint_int(session, "_subscription.trial_period_days", 0);

	mint_put_int(a, s, "billing_cycle_anchor", c->now);
	mint_put_int(a, s, "start_date", c->now);
	mint_take(a, s, "currency", session, "currency");
	mint_put_str(a, s, "customer", buyer->customer);
	mint_take(a, s, "description", session, "_subscription.description");
	if (mint_has(session, "_subscription.metadata"))
		mint_take(a, s, "metadata", session, "_subscription.metadata");
	add_items(c, s, session);
	set_period(c, s, c->now, period_end(s, c->now));
	if (trial > 0) {
		int64_t end = c->now + trial * 86400;

		mint_put_str(a, s, "status", STR("trialing"));
		mint_put_int(a, s, "trial_start", c->now);
		mint_put_int(a, s, "trial_end", end);
		set_period(c, s, c->now, end);
	}
	return s;
}

void
mint_subscription_start(
    struct call *c, struct value *session, const struct mint_buyer *buyer)
{
	struct arena *a = c->arena;
	struct value *s = new_subscription(c, session, buyer);
	bool trial = mint_has(s, "trial_end");
	struct value *invoice = new_invoice(c, s,
	    trial ? 0 : mint_int(session, "amount_subtotal", 0),
	    trial ? 0 : mint_int(session, "amount_total", 0), buyer);

	add_lines(c, invoice, mint_look(session, "_line_items"));
	pay_invoice(c, invoice, buyer, true);
	mint_take(a, s, "latest_invoice", invoice, "id");
	mint_save(c, MINT_SUBSCRIPTION, s);
	mint_emit(c, "customer.subscription.created", s, NULL);
	announce_invoice(c, invoice);
	mint_take(a, session, "subscription", s, "id");
	mint_take(a, session, "invoice", invoice, "id");
}

/* What one period costs. */
static int64_t
price_of(const struct value *s)
{
	const struct value *items = mint_look(s, "items.data");
	int64_t sum = 0;

	for (size_t i = 0; i < value_count(items); i++)
		sum += mint_int(value_at(items, i), "price.unit_amount", 0) *
		    mint_int(value_at(items, i), "quantity", 1);
	return sum;
}

void
mint_subscription_end(struct call *c, struct value *s)
{
	mint_put_str(c->arena, s, "status", STR("canceled"));
	mint_put_int(c->arena, s, "ended_at", c->now);
	if (!mint_has(s, "canceled_at"))
		mint_put_int(c->arena, s, "canceled_at", c->now);
	mint_save(c, MINT_SUBSCRIPTION, s);
	mint_emit(c, "customer.subscription.deleted", s, NULL);
}

static bool
is_over(struct call *c, const struct value *s)
{
	if (!str_eq(mint_str(s, "status"), STR("canceled")))
		return false;
	mint_refuse(c, 404, "invalid_request_error", "resource_missing", "id",
	    "No such subscription: '%.*s'", STR_ARG(mint_str(s, "id")));
	return true;
}

void
mint_subscription_renew(struct call *c, struct value *s, bool paid)
{
	struct arena *a = c->arena;
	struct mint_buyer buyer = { .customer = mint_str(s, "customer") };
	struct value *customer = mint_find(c, MINT_CUSTOMER, buyer.customer);
	struct value *old = value_object(a), *invoice;
	int64_t start = mint_int(s, "current_period_end", c->now);
	int64_t price = price_of(s);

	if (is_over(c, s))
		return;
	if (mint_bool(s, "cancel_at_period_end")) {
		mint_subscription_end(c, s);
		return;
	}
	buyer.email = mint_str(customer, "email");
	buyer.name = mint_str(customer, "name");
	mint_take(a, old, "status", s, "status");
	mint_take(a, old, "current_period_end", s, "current_period_end");
	mint_take(a, old, "latest_invoice", s, "latest_invoice");
	set_period(c, s, start, period_end(s, start));
	mint_put_str(a, s, "status", paid ? STR("active") : STR("past_due"));
	invoice = new_invoice(c, s, price, price, &buyer);
	mint_put_str(a, invoice, "billing_reason", STR("subscription_cycle"));
	pay_invoice(c, invoice, &buyer, paid);
	mint_take(a, s, "latest_invoice", invoice, "id");
	mint_save(c, MINT_SUBSCRIPTION, s);
	mint_emit(c, "customer.subscription.updated", s, old);
	announce_invoice(c, invoice);
}

void
mint_subscription_cancel(struct call *c)
{
	struct value *s = mint_need(c, MINT_SUBSCRIPTION, c->id, NULL);

	if (!s || is_over(c, s))
		return;
	mint_put_str(c->arena, s, "cancellation_details.reason",
	    STR("cancellation_requested"));
	mint_subscription_end(c, s);
	mint_answer(c, s);
}

void
mint_subscription_update(struct call *c)
{
	struct arena *a = c->arena;
	struct value *s = mint_need(c, MINT_SUBSCRIPTION, c->id, NULL);
	const struct value *metadata = mint_look(c->params, "metadata");
	struct value *old = value_object(a);

	if (!s || is_over(c, s))
		return;
	if (mint_has(c->params, "cancel_at_period_end")) {
		bool ends = mint_bool(c->params, "cancel_at_period_end");

		mint_take(
		    a, old, "cancel_at_period_end", s, "cancel_at_period_end");
		mint_put_bool(a, s, "cancel_at_period_end", ends);
		mint_put(a, s, "cancel_at",
		    ends ? value_int(a, mint_int(s, "current_period_end", 0))
			 : value_null(a));
		mint_put(a, s, "canceled_at",
		    ends ? value_int(a, c->now) : value_null(a));
	}
	if (metadata && metadata->kind == VALUE_OBJECT) {
		mint_take(a, old, "metadata", s, "metadata");
		for (size_t i = 0; i < value_count(metadata); i++)
			value_set(a, mint_at(s, "metadata"),
			    metadata->u.object.at[i].key,
			    mint_copy(a, metadata->u.object.at[i].value));
	}
	mint_save(c, MINT_SUBSCRIPTION, s);
	mint_emit(c, "customer.subscription.updated", s, old);
	mint_answer(c, s);
}

static bool
belongs(struct call *c, const struct value *s)
{
	struct str want = mint_str(c->params, "status");
	struct str status = mint_str(s, "status");
	bool ended = str_eq(status, STR("canceled"));

	if (!mint_matches(c, s, "customer"))
		return false;
	if (!want.len)
		return !ended;
	return str_eq(want, STR("all")) || str_eq(want, status) ||
	    (str_eq(want, STR("ended")) && ended);
}

void
mint_subscription_list(struct call *c)
{
	mint_list(c, belongs);
}

static bool
invoice_belongs(struct call *c, const struct value *invoice)
{
	return mint_matches(c, invoice, "customer") &&
	    mint_matches(c, invoice, "subscription") &&
	    mint_matches(c, invoice, "status");
}

void
mint_invoice_list(struct call *c)
{
	mint_list(c, invoice_belongs);
}
