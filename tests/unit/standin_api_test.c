/* The API without HTTP: requests in, replies out. */
#include "../standin/api.h"

#include "row.h"

#include "../standin/admin.h"
#include "../standin/crypto.h"
#include "../standin/tree.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

static const struct mint_settings settings = {
	.secret_key = "sk_test_unit",
	.webhook_secret = "whsec_unit",
	.attempts = 1,
	.quiet = true,
};

#define COURSE                                                                 \
	"mode=payment&success_url=https://shop.example/"                       \
	"%7BCHECKOUT_SESSION_ID%7D&line_items[0][quantity]=2&"                 \
	"line_items[0][price_data][currency]=EUR&"                             \
	"line_items[0][price_data][unit_amount]=333&"                          \
	"line_items[0][price_data][product_data][name]=Loops&"                 \
	"line_items[1][quantity]=1&line_items[1][price_data][currency]=eur&"   \
	"line_items[1][price_data][unit_amount]=1&"                            \
	"line_items[1][price_data][product_data][name]=Tip"

struct fixture {
	struct mint mint;
	struct arena arena;
	struct mint_reply reply;
	const struct value *body;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (!f || !mint_crypto_start() || !mint_open(&f->mint, &settings))
		return -1;
	arena_init(&f->arena);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	mint_close(&f->mint);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static const struct value *
take(struct fixture *f)
{
	struct json_error e;

	f->body = json_read(&f->arena, f->reply.body, &e);
	if (!f->body)
		fail_msg("no JSON: %.*s", STR_ARG(f->reply.body));
	return f->body;
}

static const struct value *
ask_as(struct fixture *f, struct mint_request r, const char *method,
    const char *path, const char *form)
{
	struct str target = str_from(path);
	size_t mark = str_find(target, '?');

	r.method = str_from(method);
	r.path = str_sub(target, 0, mark);
	r.query = str_from_at(target, mark + 1);
	r.body = str_from(form);
	memset(&f->reply, 0, sizeof f->reply);
	if (str_starts(r.path, STR("/_mint/")))
		mint_admin(&f->mint, &f->arena, &r, &f->reply);
	else
		mint_api(&f->mint, &f->arena, &r, &f->reply);
	return take(f);
}

static const struct value *
ask(struct fixture *f, const char *method, const char *path, const char *form)
{
	struct mint_request r = { .authorization = STR("Bearer sk_test_unit"),
		.loopback = true };

	return ask_as(f, r, method, path, form);
}

static const struct value *
ask_at(struct fixture *f, const char *method, const char *before, struct str id,
    const char *after, const char *form)
{
	return ask(f, method,
	    arena_printf(&f->arena, "%s%.*s%s", before, STR_ARG(id), after).ptr,
	    form);
}

static struct str
header(const struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->reply.count; i++) {
		if (strcmp(f->reply.headers[i].name, name) == 0)
			return f->reply.headers[i].value;
	}
	return STR_NONE;
}

static void
faults_are_named(void **state)
{
	static const struct {
		int line;
		const char *method, *path, *form;
		unsigned status;
		const char *code, *param;
	} rows[] = {
		{ __LINE__, "GET", "/v1/nothing", "", 404, "", "" },
		{ __LINE__, "GET", "/v1/refunds/", "", 404, "", "" },
		{ __LINE__, "PUT", "/v1/refunds", "", 404, "", "" },
		{ __LINE__, "GET", "/v1/refunds/re_1", "", 404,
		    "resource_missing", "id" },
		{ __LINE__, "GET", "/v1/customers/pi_1", "", 404,
		    "resource_missing", "id" },
		{ __LINE__, "GET", "/v1/events?types[0]=a&type=b", "", 400, "",
		    "type" },
		{ __LINE__, "GET", "/v1/events?created[since]=1", "", 400,
		    "parameter_unknown", "created" },
		{ __LINE__, "GET", "/v1/events?created[gte]=x", "", 400,
		    "parameter_invalid_integer", "created" },
		{ __LINE__, "GET", "/v1/events?limit=0", "", 400,
		    "parameter_invalid_integer", "limit" },
		{ __LINE__, "GET",
		    "/v1/events?starting_after=a&ending_before=b", "", 400, "",
		    "starting_after" },
		{ __LINE__, "GET", "/v1/events?a[b", "", 400, "", "" },
		{ __LINE__, "POST", "/v1/customers", "a.b=1", 400,
		    "parameter_unknown", "a.b" },
		{ __LINE__, "POST", "/v1/customers", "address.city=1", 400,
		    "parameter_unknown", "address.city" },
		{ __LINE__, "POST", "/v1/customers", "address=1", 400, "",
		    "address" },
		{ __LINE__, "POST", "/v1/customers", "metadata[a][b]=1", 400,
		    "", "metadata" },
		{ __LINE__, "POST", "/v1/checkout/sessions",
		    COURSE "&line_items[x][quantity]=1", 400, "",
		    "line_items" },
		{ __LINE__, "POST", "/v1/checkout/sessions",
		    COURSE "&line_items[0][quantity]=0", 400,
		    "parameter_invalid_integer", "line_items[0][quantity]" },
		{ __LINE__, "POST", "/v1/checkout/sessions",
		    COURSE "&line_items[0][price_data][currency]=usd", 400, "",
		    "line_items[1][price]" },
		{ __LINE__, "POST", "/v1/checkout/sessions",
		    COURSE "&line_items[0][price_data][unit_amount]=99999999",
		    400, "amount_too_large", "line_items" },
		{ __LINE__, "POST", "/v1/refunds", "charge=ch_1", 400,
		    "resource_missing", "charge" },
		{ __LINE__, "POST", "/v1/refunds", "charge=ch_1&amount=-1", 400,
		    "parameter_invalid_integer", "amount" },
		{ __LINE__, "POST", "/_mint/misbehave", "x=1", 400,
		    "parameter_unknown", "" },
		{ __LINE__, "POST", "/_mint/sessions/cs_1/pay", "", 404,
		    "resource_missing", "id" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		ask(f, rows[i].method, rows[i].path, rows[i].form);
		if (f->reply.status != rows[i].status)
			fail_msg("row at line %d: %u %.*s", rows[i].line,
			    f->reply.status, STR_ARG(f->reply.body));
		row_str(rows[i].line, mint_str(f->body, "error.type"),
		    "invalid_request_error");
		row_str(rows[i].line, mint_str(f->body, "error.code"),
		    rows[i].code);
		row_str(rows[i].line, mint_str(f->body, "error.param"),
		    rows[i].param);
	}
}

static void
only_the_key_opens(void **state)
{
	static const struct {
		int line;
		const char *authorization;
		unsigned status;
	} rows[] = {
		{ __LINE__, "Bearer sk_test_unit", 200 },
		{ __LINE__, "Basic c2tfdGVzdF91bml0Og==", 200 },
		{ __LINE__, "Basic c2tfdGVzdF91bml0OnB3", 200 },
		{ __LINE__, "", 401 },
		{ __LINE__, "sk_test_unit", 401 },
		{ __LINE__, "Bearer ", 401 },
		{ __LINE__, "Bearer sk_test_unit2", 401 },
		{ __LINE__, "Bearer SK_TEST_UNIT", 401 },
		{ __LINE__, "Basic !!!", 401 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint_request r = { .authorization =
					      str_from(rows[i].authorization) };

		ask_as(f, r, "GET", "/v1/balance", "");
		ROW_TRUE(rows[i].line, f->reply.status == rows[i].status);
		ROW_TRUE(rows[i].line,
		    str_starts(header(f, "Request-Id"), STR("req_")));
	}
}

static void
discounts_add_up(void **state)
{
	struct fixture *f = *state;
	const struct value *s = ask(f, "POST", "/v1/checkout/sessions",
	    COURSE "&allow_promotion_codes=true&expand[]=line_items");
	struct str id = mint_str(s, "id");
	int64_t first, second;

	assert_int_equal(f->reply.status, 200);
	assert_int_equal(mint_int(s, "amount_subtotal", 0), 667);
	assert_int_equal(
	    mint_int(s, "line_items.data.0.amount_subtotal", 0), 666);
	assert_true(str_eq(mint_str(s, "currency"), STR("eur")));

	ask_at(f, "POST", "/_mint/sessions/", id, "/code", "code=half");
	s = ask_at(
	    f, "GET", "/v1/checkout/sessions/", id, "?expand[]=line_items", "");
	assert_int_equal(mint_int(s, "amount_total", 0), 333);
	assert_int_equal(mint_int(s, "total_details.amount_discount", 0), 334);
	first = mint_int(s, "line_items.data.0.amount_total", 0);
	second = mint_int(s, "line_items.data.1.amount_total", -1);
	assert_int_equal(first + second, 333);
	assert_true(second >= 0);
	ask_at(f, "POST", "/_mint/sessions/", id, "/code", "code=nope");
	assert_int_equal(f->reply.status, 400);
}

static void
events_are_snapshots(void **state)
{
	struct fixture *f = *state;
	const struct value *customer =
	    ask(f, "POST", "/v1/customers", "name=Ada");
	struct str id = mint_str(customer, "id");
	const struct value *list;

	ask_at(f, "POST", "/v1/customers/", id, "", "name=Eve");
	list = ask(f, "GET", "/v1/events?type=customer.*", "");
	assert_int_equal(value_count(mint_look(list, "data")), 2);
	row_str(__LINE__, mint_str(list, "data.0.data.object.name"), "Eve");
	row_str(__LINE__, mint_str(list, "data.1.data.object.name"), "Ada");
	row_str(__LINE__, mint_str(list, "data.1.type"), "customer.created");
	assert_int_equal(mint_int(list, "data.1.pending_webhooks", -1), 0);
	assert_false(mint_look(list, "data.1._waiting"));
	list = ask(f, "GET", "/v1/events?delivery_success=false", "");
	assert_int_equal(value_count(mint_look(list, "data")), 0);
}

static void
keys_last_a_day_of_the_mints_clock(void **state)
{
	struct fixture *f = *state;
	struct mint_request r = { .authorization = STR("Bearer sk_test_unit"),
		.idempotency_key = STR("k"),
		.loopback = true };
	struct str first, again, later;

	first = mint_str(ask_as(f, r, "POST", "/v1/customers", ""), "id");
	again = mint_str(ask_as(f, r, "POST", "/v1/customers", ""), "id");
	assert_true(str_eq(first, again));
	row_str(__LINE__, header(f, "Idempotent-Replayed"), "true");
	ask(f, "POST", "/_mint/clock", "advance=86400");
	later = mint_str(ask_as(f, r, "POST", "/v1/customers", ""), "id");
	assert_false(str_eq(first, later));
}

static void
a_declined_result_is_kept(void **state)
{
	struct fixture *f = *state;
	struct mint_request r = { .authorization = STR("Bearer sk_test_unit"),
		.idempotency_key = STR("refund"),
		.loopback = true };
	const struct value *s = ask(f, "POST", "/v1/checkout/sessions", COURSE);
	struct str id = mint_str(s, "id"), intent;
	const char *form;

	s = ask_at(f, "POST", "/_mint/sessions/", id, "/pay", "");
	row_str(__LINE__, mint_str(s, "payment_status"), "paid");
	intent = mint_str(s, "payment_intent");
	form = arena_printf(
	    &f->arena, "payment_intent=%.*s&amount=668", STR_ARG(intent))
		   .ptr;
	ask_as(f, r, "POST", "/v1/refunds", form);
	assert_int_equal(f->reply.status, 400);
	row_str(__LINE__, mint_str(f->body, "error.code"), "amount_too_large");
	ask_as(f, r, "POST", "/v1/refunds", form);
	row_str(__LINE__, header(f, "Idempotent-Replayed"), "true");
	ask_as(f, r, "POST", "/v1/refunds", "charge=ch_1");
	row_str(__LINE__, mint_str(f->body, "error.type"), "idempotency_error");
}

static void
strangers_get_nothing_from_the_admin(void **state)
{
	static const struct {
		int line;
		bool loopback;
		const char *site;
		unsigned status;
	} rows[] = {
		{ __LINE__, true, "", 200 },
		{ __LINE__, true, "same-origin", 200 },
		{ __LINE__, true, "none", 200 },
		{ __LINE__, true, "cross-site", 403 },
		{ __LINE__, true, "same-site", 403 },
		{ __LINE__, false, "", 403 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint_request r = { .loopback = rows[i].loopback,
			.fetch_site = str_from(rows[i].site) };

		ask_as(f, r, "GET", "/_mint/state", "");
		ROW_TRUE(rows[i].line, f->reply.status == rows[i].status);
	}
}

static void
months_end_where_they_end(void **state)
{
	struct fixture *f = *state;
	const struct value *s;
	struct str id;
	/* 2027-01-31 12:00:00 UTC, and the ends of two months after it. */
	int64_t start = 1801396800, february = 1803816000, march = 1806235200;

	f->mint.ahead = start - (mint_now(&f->mint) - f->mint.ahead);
	s = ask(f, "POST", "/v1/checkout/sessions",
	    "mode=subscription&success_url=https://a.b/&"
	    "line_items[0][quantity]=1&"
	    "line_items[0][price_data][currency]=jpy&"
	    "line_items[0][price_data][unit_amount]=500&"
	    "line_items[0][price_data][product_data][name]=M&"
	    "line_items[0][price_data][recurring][interval]=month");
	assert_int_equal(f->reply.status, 200);
	s = ask_at(
	    f, "POST", "/_mint/sessions/", mint_str(s, "id"), "/pay", "");
	id = mint_str(s, "subscription");
	s = ask_at(f, "GET", "/v1/subscriptions/", id, "", "");
	assert_in_range(mint_int(s, "items.data.0.current_period_end", 0),
	    february, february + 60);
	assert_int_equal(mint_int(s, "current_period_end", 0),
	    mint_int(s, "items.data.0.current_period_end", 1));
	s = ask_at(f, "POST", "/_mint/subscriptions/", id, "/renew", "");
	assert_in_range(
	    mint_int(s, "current_period_end", 0), march, march + 60);
	row_str(__LINE__, mint_str(s, "status"), "active");
}

int
main(void)
{
#define API_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		API_TEST(faults_are_named),
		API_TEST(only_the_key_opens),
		API_TEST(discounts_add_up),
		API_TEST(events_are_snapshots),
		API_TEST(keys_last_a_day_of_the_mints_clock),
		API_TEST(a_declined_result_is_kept),
		API_TEST(strangers_get_nothing_from_the_admin),
		API_TEST(months_end_where_they_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
