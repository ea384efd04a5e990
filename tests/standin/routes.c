#include "routes.h"

#include "account.h"
#include "catalogue.h"
#include "customer.h"
#include "dispute.h"
#include "event.h"
#include "payment.h"
#include "portal.h"
#include "refund.h"
#include "session.h"
#include "subscription.h"
#include "webhook.h"

/* Short names for the columns. */
enum { R = MINT_REQUIRED, C = MINT_CLEARS };
#define TEXT(path)                                                             \
	{                                                                      \
		path, MINT_TEXT, C, NULL, 0, 0                                 \
	}
#define NEEDED(path)                                                           \
	{                                                                      \
		path, MINT_TEXT, R, NULL, 0, 0                                 \
	}
#define FLAG(path)                                                             \
	{                                                                      \
		path, MINT_BOOLEAN, 0, NULL, 0, 0                              \
	}
#define WORD(path, words)                                                      \
	{                                                                      \
		path, MINT_WORD, 0, words, 0, 0                                \
	}
#define COUNT(path, low, high)                                                 \
	{                                                                      \
		path, MINT_INTEGER, 0, NULL, low, high                         \
	}
#define METADATA(path)                                                         \
	{                                                                      \
		path, MINT_METADATA, C, NULL, 0, 0                             \
	}
#define IGNORED(path)                                                          \
	{                                                                      \
		path, MINT_IGNORED, 0, NULL, 0, 0                              \
	}
#define CREATED                                                                \
	{                                                                      \
		"created", MINT_RANGE, 0, NULL, 0, 0                           \
	}
#define CURRENCY(path, flags)                                                  \
	{                                                                      \
		path, MINT_CURRENCY, flags, NULL, 0, 0                         \
	}
#define AMOUNT_MOST 999999999999

#define LOCALES                                                                \
	"auto|bg|cs|da|de|el|en|en-GB|es|es-419|et|fi|fil|fr|fr-CA|hr|hu|id|"  \
	"it|"                                                                  \
	"ja|ko|lt|lv|ms|mt|nb|nl|pl|pt|pt-BR|ro|ru|sk|sl|sv|th|tr|vi|zh|zh-"   \
	"HK|"                                                                  \
	"zh-TW"
#define STATUSES                                                               \
	"active|all|canceled|ended|incomplete|incomplete_expired|past_due|"    \
	"paused|trialing|unpaid"

static const struct mint_param expand_only[] = { MINT_EXPAND, MINT_END };
static const struct mint_param paging_only[] = { MINT_PAGING, MINT_END };
static const struct mint_param nothing[] = { MINT_END };

static const struct mint_param session_create[] = {
	MINT_EXPAND,
	WORD("mode", "payment|subscription|setup"),
	{ "success_url", MINT_URL, 0, NULL, 0, 0 },
	{ "cancel_url", MINT_URL, 0, NULL, 0, 0 },
	{ "client_reference_id", MINT_TEXT, 0, NULL, 0, 200 },
	TEXT("customer"),
	{ "customer_email", MINT_EMAIL, C, NULL, 0, 0 },
	WORD("customer_creation", "always|if_required"),
	CURRENCY("currency", 0),
	{ "expires_at", MINT_TIME, 0, NULL, 0, 0 },
	WORD("locale", LOCALES),
	METADATA("metadata"),
	FLAG("allow_promotion_codes"),
	TEXT("discounts.#.coupon"),
	TEXT("discounts.#.promotion_code"),
	WORD("submit_type", "auto|book|donate|pay|subscribe"),
	WORD("billing_address_collection", "auto|required"),
	WORD("payment_method_collection", "always|if_required"),
	WORD("ui_mode", "hosted|hosted_page"),
	{ "payment_method_types", MINT_TEXTS, 0, NULL, 0, 20 },
	FLAG("automatic_tax.enabled"),
	IGNORED("automatic_tax.liability"),
	FLAG("invoice_creation.enabled"),
	IGNORED("invoice_creation.invoice_data"),
	METADATA("payment_intent_data.metadata"),
	TEXT("payment_intent_data.description"),
	TEXT("payment_intent_data.receipt_email"),
	TEXT("payment_intent_data.statement_descriptor"),
	TEXT("payment_intent_data.statement_descriptor_suffix"),
	WORD("payment_intent_data.capture_method", "automatic|automatic_async"),
	WORD(
	    "payment_intent_data.setup_future_usage", "off_session|on_session"),
	METADATA("subscription_data.metadata"),
	TEXT("subscription_data.description"),
	COUNT("subscription_data.trial_period_days", 1, 730),
	IGNORED("subscription_data.trial_settings"),
	IGNORED("subscription_data.billing_cycle_anchor"),
	IGNORED("subscription_data.billing_mode"),
	IGNORED("subscription_data.proration_behavior"),
	TEXT("line_items.#.price"),
	COUNT("line_items.#.quantity", 1, 999999),
	CURRENCY("line_items.#.price_data.currency", R),
	TEXT("line_items.#.price_data.product"),
	COUNT("line_items.#.price_data.unit_amount", 0, AMOUNT_MOST),
	TEXT("line_items.#.price_data.unit_amount_decimal"),
	WORD("line_items.#.price_data.tax_behavior",
	    "exclusive|inclusive|unspecified"),
	NEEDED("line_items.#.price_data.product_data.name"),
	TEXT("line_items.#.price_data.product_data.description"),
	{ "line_items.#.price_data.product_data.images", MINT_TEXTS, 0, NULL, 0,
	    8 },
	METADATA("line_items.#.price_data.product_data.metadata"),
	TEXT("line_items.#.price_data.product_data.tax_code"),
	{ "line_items.#.price_data.recurring.interval", MINT_WORD, R,
	    "day|week|month|year", 0, 0 },
	COUNT("line_items.#.price_data.recurring.interval_count", 1, 365),
	IGNORED("line_items.#.adjustable_quantity"),
	IGNORED("line_items.#.tax_rates"),
	IGNORED("line_items.#.dynamic_tax_rates"),
	IGNORED("adaptive_pricing"),
	IGNORED("after_expiration"),
	IGNORED("consent_collection"),
	IGNORED("custom_fields"),
	IGNORED("custom_text"),
	IGNORED("customer_update"),
	IGNORED("origin_context"),
	IGNORED("payment_method_configuration"),
	IGNORED("payment_method_options"),
	IGNORED("phone_number_collection"),
	IGNORED("saved_payment_method_options"),
	IGNORED("shipping_address_collection"),
	IGNORED("shipping_options"),
	IGNORED("tax_id_collection"),
	IGNORED("wallet_options"),
	MINT_END,
};

static const struct mint_param session_list[] = {
	MINT_PAGING,
	CREATED,
	TEXT("payment_intent"),
	TEXT("payment_link"),
	TEXT("subscription"),
	TEXT("customer"),
	{ "customer_details.email", MINT_TEXT, R, NULL, 0, 0 },
	WORD("status", "open|complete|expired"),
	MINT_END,
};

static const struct mint_param metadata_only[] = {
	MINT_EXPAND,
	METADATA("metadata"),
	MINT_END,
};

static const struct mint_param money_list[] = {
	MINT_PAGING,
	CREATED,
	TEXT("customer"),
	TEXT("payment_intent"),
	TEXT("charge"),
	IGNORED("transfer_group"),
	MINT_END,
};

static const struct mint_param intent_retrieve[] = {
	MINT_EXPAND,
	IGNORED("client_secret"),
	MINT_END,
};

static const struct mint_param refund_create[] = {
	MINT_EXPAND,
	TEXT("payment_intent"),
	TEXT("charge"),
	COUNT("amount", 1, AMOUNT_MOST),
	WORD("reason", "duplicate|fraudulent|requested_by_customer"),
	METADATA("metadata"),
	IGNORED("instructions_email"),
	IGNORED("refund_application_fee"),
	IGNORED("reverse_transfer"),
	MINT_END,
};

static const struct mint_param event_list[] = {
	MINT_PAGING,
	CREATED,
	{ "type", MINT_TEXT, 0, NULL, 0, 0 },
	{ "types", MINT_TEXTS, 0, NULL, 0, 20 },
	FLAG("delivery_success"),
	MINT_END,
};

static const struct mint_param customer_create[] = {
	MINT_EXPAND,
	{ "email", MINT_EMAIL, C, NULL, 0, 0 },
	{ "name", MINT_TEXT, C, NULL, 0, 256 },
	TEXT("description"),
	TEXT("phone"),
	METADATA("metadata"),
	{ "preferred_locales", MINT_TEXTS, 0, NULL, 0, 20 },
	WORD("tax_exempt", "exempt|none|reverse"),
	TEXT("address.city"),
	TEXT("address.country"),
	TEXT("address.line1"),
	TEXT("address.line2"),
	TEXT("address.postal_code"),
	TEXT("address.state"),
	IGNORED("invoice_settings"),
	IGNORED("payment_method"),
	IGNORED("shipping"),
	IGNORED("source"),
	IGNORED("tax"),
	IGNORED("tax_id_data"),
	MINT_END,
};

static const struct mint_param customer_list[] = {
	MINT_PAGING,
	CREATED,
	TEXT("email"),
	MINT_END,
};

static const struct mint_param subscription_list[] = {
	MINT_PAGING,
	CREATED,
	TEXT("customer"),
	WORD("status", STATUSES),
	IGNORED("collection_method"),
	MINT_END,
};

static const struct mint_param subscription_update[] = {
	MINT_EXPAND,
	FLAG("cancel_at_period_end"),
	METADATA("metadata"),
	IGNORED("cancellation_details"),
	IGNORED("description"),
	IGNORED("proration_behavior"),
	MINT_END,
};

static const struct mint_param subscription_cancel[] = {
	MINT_EXPAND,
	IGNORED("cancellation_details"),
	IGNORED("invoice_now"),
	IGNORED("prorate"),
	MINT_END,
};

static const struct mint_param invoice_list[] = {
	MINT_PAGING,
	CREATED,
	TEXT("customer"),
	TEXT("subscription"),
	WORD("status", "draft|open|paid|uncollectible|void"),
	MINT_END,
};

static const struct mint_param product_create[] = {
	MINT_EXPAND,
	NEEDED("name"),
	{ "id", MINT_TEXT, 0, NULL, 0, 100 },
	TEXT("description"),
	FLAG("active"),
	{ "images", MINT_TEXTS, 0, NULL, 0, 8 },
	METADATA("metadata"),
	{ "url", MINT_URL, 0, NULL, 0, 0 },
	TEXT("tax_code"),
	IGNORED("shippable"),
	IGNORED("statement_descriptor"),
	IGNORED("unit_label"),
	MINT_END,
};

static const struct mint_param product_list[] = {
	MINT_PAGING,
	CREATED,
	FLAG("active"),
	MINT_END,
};

static const struct mint_param price_create[] = {
	MINT_EXPAND,
	CURRENCY("currency", R),
	COUNT("unit_amount", 0, AMOUNT_MOST),
	TEXT("unit_amount_decimal"),
	TEXT("product"),
	NEEDED("product_data.name"),
	TEXT("product_data.description"),
	METADATA("product_data.metadata"),
	TEXT("nickname"),
	TEXT("lookup_key"),
	METADATA("metadata"),
	WORD("tax_behavior", "exclusive|inclusive|unspecified"),
	WORD("billing_scheme", "per_unit"),
	{ "recurring.interval", MINT_WORD, R, "day|week|month|year", 0, 0 },
	COUNT("recurring.interval_count", 1, 365),
	WORD("recurring.usage_type", "licensed"),
	MINT_END,
};

static const struct mint_param price_list[] = {
	MINT_PAGING,
	CREATED,
	FLAG("active"),
	TEXT("product"),
	CURRENCY("currency", 0),
	WORD("type", "one_time|recurring"),
	{ "lookup_keys", MINT_TEXTS, 0, NULL, 0, 10 },
	MINT_END,
};

static const struct mint_param coupon_create[] = {
	MINT_EXPAND,
	{ "id", MINT_TEXT, 0, NULL, 0, 100 },
	{ "name", MINT_TEXT, 0, NULL, 0, 40 },
	{ "percent_off", MINT_PERCENT, 0, NULL, 0, 0 },
	COUNT("amount_off", 1, AMOUNT_MOST),
	CURRENCY("currency", 0),
	WORD("duration", "forever|once|repeating"),
	COUNT("duration_in_months", 1, 120),
	COUNT("max_redemptions", 1, 1000000),
	{ "redeem_by", MINT_TIME, 0, NULL, 0, 0 },
	METADATA("metadata"),
	MINT_END,
};

static const struct mint_param promotion_create[] = {
	MINT_EXPAND,
	TEXT("coupon"),
	TEXT("promotion.coupon"),
	WORD("promotion.type", "coupon"),
	{ "code", MINT_TEXT, 0, NULL, 0, 100 },
	FLAG("active"),
	{ "expires_at", MINT_TIME, 0, NULL, 0, 0 },
	COUNT("max_redemptions", 1, 1000000),
	METADATA("metadata"),
	MINT_END,
};

static const struct mint_param promotion_list[] = {
	MINT_PAGING,
	CREATED,
	FLAG("active"),
	TEXT("code"),
	TEXT("coupon"),
	MINT_END,
};

static const struct mint_param balance_list[] = {
	MINT_PAGING,
	CREATED,
	TEXT("type"),
	TEXT("source"),
	CURRENCY("currency", 0),
	IGNORED("payout"),
	MINT_END,
};

static const struct mint_param endpoint_create[] = {
	MINT_EXPAND,
	{ "url", MINT_URL, R, NULL, 0, 0 },
	{ "enabled_events", MINT_TEXTS, R, NULL, 0, 200 },
	TEXT("description"),
	METADATA("metadata"),
	IGNORED("api_version"),
	MINT_END,
};

static const struct mint_param portal_create[] = {
	MINT_EXPAND,
	NEEDED("customer"),
	{ "return_url", MINT_URL, 0, NULL, 0, 0 },
	WORD("locale", LOCALES),
	IGNORED("configuration"),
	IGNORED("flow_data"),
	MINT_END,
};

const struct mint_route mint_api_routes[] = {
	{ "POST", "/v1/checkout/sessions", session_create, mint_session_create,
	    MINT_SESSION },
	{ "GET", "/v1/checkout/sessions", session_list, mint_session_list,
	    MINT_SESSION },
	{ "GET", "/v1/checkout/sessions/*", expand_only, mint_retrieve,
	    MINT_SESSION },
	{ "POST", "/v1/checkout/sessions/*", metadata_only, mint_session_update,
	    MINT_SESSION },
	{ "POST", "/v1/checkout/sessions/*/expire", expand_only,
	    mint_session_expire, MINT_SESSION },
	{ "GET", "/v1/checkout/sessions/*/line_items", paging_only,
	    mint_session_lines, MINT_SESSION },

	{ "GET", "/v1/payment_intents", money_list, mint_intent_list,
	    MINT_PAYMENT_INTENT },
	{ "GET", "/v1/payment_intents/*", intent_retrieve, mint_retrieve,
	    MINT_PAYMENT_INTENT },
	{ "GET", "/v1/charges", money_list, mint_charge_list, MINT_CHARGE },
	{ "GET", "/v1/charges/*", expand_only, mint_retrieve, MINT_CHARGE },
	{ "POST", "/v1/refunds", refund_create, mint_refund_create,
	    MINT_REFUND },
	{ "GET", "/v1/refunds", money_list, mint_refund_list, MINT_REFUND },
	{ "GET", "/v1/refunds/*", expand_only, mint_retrieve, MINT_REFUND },
	{ "GET", "/v1/disputes", money_list, mint_dispute_list, MINT_DISPUTE },
	{ "GET", "/v1/disputes/*", expand_only, mint_retrieve, MINT_DISPUTE },

	{ "POST", "/v1/customers", customer_create, mint_customer_create,
	    MINT_CUSTOMER },
	{ "GET", "/v1/customers", customer_list, mint_customer_list,
	    MINT_CUSTOMER },
	{ "GET", "/v1/customers/*", expand_only, mint_retrieve, MINT_CUSTOMER },
	{ "POST", "/v1/customers/*", customer_create, mint_customer_update,
	    MINT_CUSTOMER },
	{ "DELETE", "/v1/customers/*", nothing, mint_customer_delete,
	    MINT_CUSTOMER },

	{ "GET", "/v1/subscriptions", subscription_list, mint_subscription_list,
	    MINT_SUBSCRIPTION },
	{ "GET", "/v1/subscriptions/*", expand_only, mint_retrieve,
	    MINT_SUBSCRIPTION },
	{ "POST", "/v1/subscriptions/*", subscription_update,
	    mint_subscription_update, MINT_SUBSCRIPTION },
	{ "DELETE", "/v1/subscriptions/*", subscription_cancel,
	    mint_subscription_cancel, MINT_SUBSCRIPTION },
	{ "GET", "/v1/invoices", invoice_list, mint_invoice_list,
	    MINT_INVOICE },
	{ "GET", "/v1/invoices/*", expand_only, mint_retrieve, MINT_INVOICE },

	{ "POST", "/v1/products", product_create, mint_product_create,
	    MINT_PRODUCT },
	{ "GET", "/v1/products", product_list, mint_product_list,
	    MINT_PRODUCT },
	{ "GET", "/v1/products/*", expand_only, mint_retrieve, MINT_PRODUCT },
	{ "POST", "/v1/prices", price_create, mint_price_create, MINT_PRICE },
	{ "GET", "/v1/prices", price_list, mint_price_list, MINT_PRICE },
	{ "GET", "/v1/prices/*", expand_only, mint_retrieve, MINT_PRICE },
	{ "POST", "/v1/coupons", coupon_create, mint_coupon_create,
	    MINT_COUPON },
	{ "GET", "/v1/coupons", paging_only, mint_coupon_list, MINT_COUPON },
	{ "GET", "/v1/coupons/*", expand_only, mint_retrieve, MINT_COUPON },
	{ "POST", "/v1/promotion_codes", promotion_create,
	    mint_promotion_create, MINT_PROMOTION_CODE },
	{ "GET", "/v1/promotion_codes", promotion_list, mint_promotion_list,
	    MINT_PROMOTION_CODE },
	{ "GET", "/v1/promotion_codes/*", expand_only, mint_retrieve,
	    MINT_PROMOTION_CODE },

	{ "GET", "/v1/events", event_list, mint_event_list, MINT_EVENT },
	{ "GET", "/v1/events/*", expand_only, mint_retrieve, MINT_EVENT },
	{ "POST", "/v1/webhook_endpoints", endpoint_create,
	    mint_endpoint_create, MINT_WEBHOOK_ENDPOINT },
	{ "GET", "/v1/webhook_endpoints", paging_only, mint_endpoint_list,
	    MINT_WEBHOOK_ENDPOINT },
	{ "GET", "/v1/webhook_endpoints/*", expand_only, mint_retrieve,
	    MINT_WEBHOOK_ENDPOINT },
	{ "DELETE", "/v1/webhook_endpoints/*", nothing, mint_endpoint_delete,
	    MINT_WEBHOOK_ENDPOINT },

	{ "GET", "/v1/balance", expand_only, mint_balance_show,
	    MINT_BALANCE_TRANSACTION },
	{ "GET", "/v1/balance_transactions", balance_list, mint_balance_list,
	    MINT_BALANCE_TRANSACTION },
	{ "GET", "/v1/balance_transactions/*", expand_only, mint_retrieve,
	    MINT_BALANCE_TRANSACTION },
	{ "GET", "/v1/account", expand_only, mint_account_show, MINT_CUSTOMER },
	{ "POST", "/v1/billing_portal/sessions", portal_create,
	    mint_portal_create, MINT_PORTAL_SESSION },
	{ NULL, NULL, NULL, NULL, MINT_KINDS },
};

/* "/v1/refunds/re_1" against "/v1/refunds/" and '*'. */
static bool
path_is(struct str path, const char *pattern, struct str *id)
{
	struct str want = str_from(pattern), part, wanted;

	while (str_split(&want, '/', &wanted)) {
		if (!str_split(&path, '/', &part))
			return false;
		if (str_eq(wanted, STR("*")) && part.len)
			*id = part;
		else if (!str_eq(wanted, part))
			return false;
	}
	return !path.ptr;
}

void
mint_route(struct call *c, const struct mint_route *routes)
{
	for (; routes->method; routes++) {
		if (!str_eq_z(c->method, routes->method) ||
		    !path_is(c->path, routes->path, &c->id))
			continue;
		c->kind = routes->kind;
		if (mint_params_check(c, routes->params))
			routes->handle(c);
		return;
	}
	mint_refuse_param(c, NULL, NULL,
	    "Unrecognized request URL (%.*s: %.*s). If you are trying to list "
	    "objects, remove the trailing slash. If you are trying to retrieve "
	    "an object, make sure you passed a valid (non-empty) identifier in "
	    "your code.",
	    STR_ARG(c->method), STR_ARG(str_sub(c->path, 0, 200)));
	if (c->status == 400)
		c->status = 404;
}
