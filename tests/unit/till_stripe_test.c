#include "row.h"

#include "json.h"
#include "stripe.h"

#include <stdlib.h>
#include <string.h>

enum { NOW = 1800000000 };

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

/* JSON with ' for ". */
static const struct value *
json(const char *text)
{
	struct json_error e;
	char *copy = arena_z(&arena, str_from(text));
	const struct value *v;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	v = json_read(&arena, str_from(copy), &e);
	if (!v)
		fail_msg("%s: %s", e.message, copy);
	return v;
}

#define SESSION_HEAD                                                           \
	"{'id':'cs_1','object':'checkout.session','livemode':false,"           \
	"'mode':'payment','client_reference_id':'o_1','currency':'eur',"       \
	"'amount_subtotal':3900,'amount_total':3900,'created':5,"              \
	"'payment_intent':'pi_1','subscription':null,'url':null,"              \
	"'metadata':{'pennypress_order':'o_1','pennypress_offer':'loops',"     \
	"'pennypress_site':'https://x'},"

static void
a_session_is_read(void **state)
{
	struct stripe_session s;

	(void)state;
	assert_true(stripe_session_read(
	    json(SESSION_HEAD "'status':'complete','payment_status':'paid'}"),
	    NOW, &s));
	row_str(__LINE__, s.fact.id, "cs_1");
	row_str(__LINE__, s.fact.status, "complete/paid");
	row_str(__LINE__, s.fact.currency, "EUR");
	row_str(__LINE__, s.payment, "pi_1");
	row_str(__LINE__, s.subscription, "");
	row_str(__LINE__, s.order, "o_1");
	row_str(__LINE__, s.site, "https://x");
	assert_int_equal(s.fact.amount, 3900);
	assert_int_equal(s.fact.updated, NOW);
}

static void
what_is_no_session_is_refused(void **state)
{
	static const struct {
		int line;
		const char *text;
		const char *want; /* the status, or NULL: refused */
	} rows[] = {
		{ __LINE__, SESSION_HEAD "'status':'open'}", "open" },
		{ __LINE__, SESSION_HEAD "'status':'expired'}", "expired" },
		{ __LINE__,
		    SESSION_HEAD
		    "'status':'complete','payment_status':'unpaid'}",
		    "complete/unpaid" },
		{ __LINE__,
		    SESSION_HEAD "'status':'complete','payment_status':"
				 "'no_payment_required'}",
		    "complete/no_payment_required" },
		{ __LINE__,
		    SESSION_HEAD "'status':'complete','payment_status':'new'}",
		    "complete/?" },
		{ __LINE__, SESSION_HEAD "'status':'complete'}", "complete/?" },
		{ __LINE__, SESSION_HEAD "'status':null}", NULL },
		{ __LINE__, SESSION_HEAD "'status':1}", NULL },
		{ __LINE__, "{'id':'cs_1','object':'charge','status':'open'}",
		    NULL },
		{ __LINE__,
		    "{'id':'../1','object':'checkout.session',"
		    "'status':'open'}",
		    NULL },
		{ __LINE__, "{'object':'checkout.session','status':'open'}",
		    NULL },
		{ __LINE__, "[]", NULL },
		{ __LINE__, "null", NULL },
	};
	struct stripe_session s;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool good = stripe_session_read(json(rows[i].text), NOW, &s);

		ROW_TRUE(rows[i].line, good == (rows[i].want != NULL));
		if (good)
			row_str(rows[i].line, s.fact.status, rows[i].want);
	}
}

static void
both_shapes_of_a_subscription_are_read(void **state)
{
	static const struct {
		int line;
		const char *text;
		int64_t want;
	} rows[] = {
		{ __LINE__,
		    "'status':'active','current_period_start':100,"
		    "'current_period_end':200",
		    200 + SUBSCRIPTION_GRACE },
		{ __LINE__,
		    "'status':'active','items':{'data':[{"
		    "'current_period_start':100,'current_period_end':200}]}",
		    200 + SUBSCRIPTION_GRACE },
		{ __LINE__,
		    "'status':'active','items':{'data':["
		    "{'current_period_end':200},{'current_period_end':300}]}",
		    300 + SUBSCRIPTION_GRACE },
		{ __LINE__,
		    "'status':'active','current_period_end':200,"
		    "'cancel_at_period_end':true",
		    200 },
		{ __LINE__,
		    "'status':'active','current_period_end':200,"
		    "'cancel_at':150",
		    150 },
		{ __LINE__, "'status':'trialing','current_period_end':200",
		    200 + SUBSCRIPTION_GRACE },
		{ __LINE__,
		    "'status':'past_due','current_period_start':100,"
		    "'current_period_end':200",
		    100 + SUBSCRIPTION_DUNNING },
		{ __LINE__, "'status':'a new word','current_period_start':100",
		    100 + SUBSCRIPTION_DUNNING },
		{ __LINE__,
		    "'status':'unpaid','current_period_start':100,"
		    "'current_period_end':200",
		    100 },
		{ __LINE__, "'status':'paused','current_period_start':100",
		    100 },
		{ __LINE__,
		    "'status':'canceled','ended_at':120,"
		    "'current_period_end':200",
		    120 },
		{ __LINE__, "'status':'canceled','current_period_end':200", 1 },
		{ __LINE__, "'status':'incomplete_expired'", 1 },
	};
	struct str order;
	struct fact f;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str text = arena_printf(&arena,
		    "{'id':'sub_1','object':'subscription','metadata':"
		    "{'pennypress_order':'o_1'},%s}",
		    rows[i].text);

		ROW_TRUE(rows[i].line,
		    stripe_subscription_read(json(text.ptr), NOW, &f, &order));
		ROW_TRUE(rows[i].line, f.until == rows[i].want);
		row_str(rows[i].line, order, "o_1");
	}
}

static void
both_shapes_of_an_invoice_are_read(void **state)
{
	static const struct {
		int line;
		const char *text, *subscription, *payment;
		int64_t amount;
	} rows[] = {
		{ __LINE__,
		    "'subscription':'sub_1','payment_intent':'pi_1',"
		    "'billing_reason':'subscription_cycle'",
		    "sub_1", "pi_1", 900 },
		{ __LINE__,
		    "'subscription':{'id':'sub_1'},"
		    "'payment_intent':{'id':'pi_1'},"
		    "'billing_reason':'subscription_create'",
		    "sub_1", "pi_1", 0 },
		{ __LINE__,
		    "'parent':{'subscription_details':{'subscription':"
		    "'sub_2'}},'payments':{'data':[{'payment':{"
		    "'payment_intent':'pi_2'}}]}",
		    "sub_2", "pi_2", 900 },
		{ __LINE__, "'subscription':null", "", "", 900 },
	};
	struct str subscription;
	struct fact f;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str text = arena_printf(&arena,
		    "{'id':'in_1','object':'invoice','status':'paid',"
		    "'amount_paid':900,'currency':'eur',%s}",
		    rows[i].text);

		ROW_TRUE(rows[i].line,
		    stripe_invoice_read(
			json(text.ptr), NOW, &f, &subscription));
		row_str(rows[i].line, subscription, rows[i].subscription);
		row_str(rows[i].line, f.parent, rows[i].payment);
		ROW_TRUE(rows[i].line, f.amount == rows[i].amount);
	}
}

static void
events_say_what_to_read(void **state)
{
	static const struct {
		int line;
		const char *type;
		enum stripe_object want;
	} rows[] = {
		{ __LINE__, "checkout.session.completed", STRIPE_SESSION },
		{ __LINE__, "checkout.session.of_tomorrow", STRIPE_SESSION },
		{ __LINE__, "refund.created", STRIPE_REFUND },
		{ __LINE__, "refund.failed", STRIPE_REFUND },
		{ __LINE__, "charge.refund.updated", STRIPE_REFUND },
		{ __LINE__, "charge.refunded", STRIPE_CHARGE },
		{ __LINE__, "charge.refunded.not", STRIPE_NOTHING },
		{ __LINE__, "charge.dispute.closed", STRIPE_DISPUTE },
		{ __LINE__, "charge.dispute.funds_withdrawn", STRIPE_DISPUTE },
		{ __LINE__, "customer.subscription.deleted",
		    STRIPE_SUBSCRIPTION },
		{ __LINE__, "invoice.paid", STRIPE_INVOICE },
		{ __LINE__, "invoice.upcoming", STRIPE_NOTHING },
		{ __LINE__, "charge.succeeded", STRIPE_NOTHING },
		{ __LINE__, "", STRIPE_NOTHING },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		ROW_TRUE(rows[i].line,
		    stripe_object_of(str_from(rows[i].type)) == rows[i].want);
}

static void
events_are_read_strictly(void **state)
{
	static const struct {
		int line;
		const char *text;
		bool good, thin;
		const char *object;
	} rows[] = {
		{ __LINE__,
		    "{'id':'evt_1','object':'event','type':'refund.created',"
		    "'data':{'object':{'id':'re_1'}}}",
		    true, false, "re_1" },
		{ __LINE__,
		    "{'id':'evt_1','object':'event','type':'balance.available',"
		    "'data':{'object':{'object':'balance'}}}",
		    true, false, "" },
		{ __LINE__,
		    "{'id':'evt_1','object':'v2.core.event','type':'v2.x',"
		    "'related_object':{'id':'re_1'}}",
		    true, true, "" },
		{ __LINE__,
		    "{'id':'evt_1','object':'event','type':'refund.created',"
		    "'data':{'object':{'id':'re/1'}}}",
		    true, false, "" },
		{ __LINE__,
		    "{'object':'event','type':'a','data':{'object':{}}}", false,
		    false, "" },
		{ __LINE__,
		    "{'id':'evt_1','object':'event','data':{'object':{}}}",
		    false, false, "" },
		{ __LINE__, "{'id':'evt_1','object':'event','type':'a'}", false,
		    false, "" },
		{ __LINE__,
		    "{'id':'evt_1','object':'event','type':'a',"
		    "'data':{'object':'re_1'}}",
		    false, false, "" },
		{ __LINE__,
		    "{'id':'evt_1','object':'charge','type':'a',"
		    "'data':{'object':{}}}",
		    false, false, "" },
		{ __LINE__, "'evt_1'", false, false, "" },
	};
	struct stripe_event e;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool good = stripe_event_read(json(rows[i].text), &e);

		ROW_TRUE(rows[i].line, good == rows[i].good);
		if (!good)
			continue;
		ROW_TRUE(rows[i].line, e.thin == rows[i].thin);
		row_str(rows[i].line, e.object, rows[i].object);
		ROW_TRUE(rows[i].line, e.object.len || !e.kind);
	}
}

static struct order
order_of(void)
{
	return (struct order){ .id = STR("o_1"),
		.offer = STR("loops"),
		.title = STR("Schleifen & Zeiger"),
		.kind = STR("one-off"),
		.interval = STR(""),
		.lang = STR("de"),
		.currency = STR("EUR"),
		.amount = 3900,
		.expires = 123,
		.session = STR("cs_1") };
}

static void
a_session_must_be_what_was_ordered(void **state)
{
	struct order o = order_of();
	struct stripe_session s, t;

	(void)state;
	assert_true(stripe_session_read(
	    json(SESSION_HEAD "'status':'complete','payment_status':'paid'}"),
	    NOW, &s));
	assert_string_equal(stripe_mismatch(&s, &o), "");
#define WRONG(change)                                                          \
	do {                                                                   \
		t = s;                                                         \
		change;                                                        \
		if (!*stripe_mismatch(&t, &o))                                 \
			fail_msg("line %d: taken: %s", __LINE__, #change);     \
	} while (0)
	WRONG(t.order = STR("o_2"));
	WRONG(t.reference = STR(""));
	WRONG(t.offer = STR("pointers"));
	WRONG(t.fact.id = STR("cs_2"));
	WRONG(t.livemode = true);
	WRONG(t.mode = STR("subscription"));
	WRONG(t.fact.currency = STR("USD"));
	WRONG(t.fact.currency = STR(""));
	WRONG(t.subtotal = 3901);
	WRONG(t.fact.amount = 3899);
	t = s;
	o.promotion_codes = true;
	t.fact.amount = 0;
	assert_string_equal(stripe_mismatch(&t, &o), "");
	t.fact.amount = 3901;
	assert_true(*stripe_mismatch(&t, &o));
	t.fact.amount = -1;
	assert_true(*stripe_mismatch(&t, &o));
	o.promotion_codes = false;
	o.session = STR("");
	assert_string_equal(stripe_mismatch(&s, &o), "");
}

static void
the_form_says_what_is_ordered(void **state)
{
	struct order o = order_of();
	struct stripe_checkout c = { .order = &o,
		.gateway = STR("https://learn.example.org"),
		.cancel = STR("https://example.org/courses/loops/") };
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	stripe_checkout_form(&b, &c);
	assert_string_equal(b.ptr,
	    "mode=payment&line_items[0][price_data][currency]=eur"
	    "&line_items[0][price_data][unit_amount]=3900"
	    "&line_items[0][price_data][product_data][name]="
	    "Schleifen%20%26%20Zeiger&line_items[0][quantity]=1"
	    "&client_reference_id=o_1&metadata[pennypress_order]=o_1"
	    "&metadata[pennypress_offer]=loops"
	    "&metadata[pennypress_site]=https%3A%2F%2Flearn.example.org"
	    "&payment_intent_data[metadata][pennypress_order]=o_1"
	    "&customer_creation=always"
	    "&success_url=https%3A%2F%2Flearn.example.org%2Fcheckout%2Freturn"
	    "%3Fsession_id%3D{CHECKOUT_SESSION_ID}"
	    "&cancel_url=https%3A%2F%2Fexample.org%2Fcourses%2Floops%2F"
	    "&locale=de&expires_at=123");
	buf_reset(&b);
	o.kind = STR("membership");
	o.interval = STR("month");
	c.automatic_tax = o.promotion_codes = true;
	stripe_checkout_form(&b, &c);
	assert_non_null(strstr(b.ptr, "mode=subscription&"));
	assert_non_null(strstr(b.ptr, "[recurring][interval]=month&"));
	assert_non_null(strstr(b.ptr, "[tax_behavior]=inclusive&"));
	assert_non_null(
	    strstr(b.ptr, "subscription_data[metadata][pennypress_order]="));
	assert_non_null(strstr(b.ptr, "&allow_promotion_codes=true"));
	assert_non_null(strstr(b.ptr, "&automatic_tax[enabled]=true"));
	assert_null(strstr(b.ptr, "customer_creation"));
	assert_null(strstr(b.ptr, "payment_intent_data"));
	buf_clear(&b);
}

static void
languages_are_the_hosted_pages(void **state)
{
	static const struct {
		int line;
		const char *lang, *want;
	} rows[] = {
		{ __LINE__, "en", "en" },
		{ __LINE__, "en-US", "en" },
		{ __LINE__, "en-gb", "en-GB" },
		{ __LINE__, "zh", "zh" },
		{ __LINE__, "zh-CN", "zh" },
		{ __LINE__, "zh-Hans", "zh" },
		{ __LINE__, "zh-Hant", "zh-TW" },
		{ __LINE__, "zh-TW", "zh-TW" },
		{ __LINE__, "eo", "auto" },
		{ __LINE__, "", "auto" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		row_str(rows[i].line, stripe_locale(str_from(rows[i].lang)),
		    rows[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_read),
		cmocka_unit_test(what_is_no_session_is_refused),
		cmocka_unit_test(both_shapes_of_a_subscription_are_read),
		cmocka_unit_test(both_shapes_of_an_invoice_are_read),
		cmocka_unit_test(events_say_what_to_read),
		cmocka_unit_test(events_are_read_strictly),
		cmocka_unit_test(a_session_must_be_what_was_ordered),
		cmocka_unit_test(the_form_says_what_is_ordered),
		cmocka_unit_test(languages_are_the_hosted_pages),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
