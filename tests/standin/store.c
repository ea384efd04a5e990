#include "store.h"

#include "json.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, MOST_JSON = 4 << 20 };

struct mint_store {
	struct mint_object *at;
	size_t count, room;
	size_t bucket[BUCKETS]; /* index + 1 of a chain's first object */
};

static const struct mint_kind_names kinds[MINT_KINDS] = {
	[MINT_SESSION] = { "cs_test_", "checkout.session",
	    "/v1/checkout/sessions", 58 },
	[MINT_PAYMENT_INTENT] = { "pi_", "payment_intent",
	    "/v1/payment_intents", 24 },
	[MINT_CHARGE] = { "ch_", "charge", "/v1/charges", 24 },
	[MINT_REFUND] = { "re_", "refund", "/v1/refunds", 24 },
	[MINT_DISPUTE] = { "du_", "dispute", "/v1/disputes", 24 },
	[MINT_CUSTOMER] = { "cus_", "customer", "/v1/customers", 14 },
	[MINT_SUBSCRIPTION] = { "sub_", "subscription", "/v1/subscriptions",
	    24 },
	[MINT_INVOICE] = { "in_", "invoice", "/v1/invoices", 24 },
	[MINT_PRODUCT] = { "prod_", "product", "/v1/products", 14 },
	[MINT_PRICE] = { "price_", "price", "/v1/prices", 24 },
	[MINT_COUPON] = { "", "coupon", "/v1/coupons", 8 },
	[MINT_PROMOTION_CODE] = { "promo_", "promotion_code",
	    "/v1/promotion_codes", 24 },
	[MINT_BALANCE_TRANSACTION] = { "txn_", "balance_transaction",
	    "/v1/balance_transactions", 24 },
	[MINT_WEBHOOK_ENDPOINT] = { "we_", "webhook_endpoint",
	    "/v1/webhook_endpoints", 24 },
	[MINT_PORTAL_SESSION] = { "bps_", "billing_portal.session",
	    "/v1/billing_portal/sessions", 24 },
	[MINT_FRAUD_WARNING] = { "issfr_", "radar.early_fraud_warning",
	    "/v1/radar/early_fraud_warnings", 24 },
	[MINT_EVENT] = { "evt_", "event", "/v1/events", 24 },
};

const struct mint_kind_names *
mint_kind_names(enum mint_kind kind)
{
	return &kinds[kind];
}

static void *
need(void *p)
{
	if (!p) {
		fputs("pennymint: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

struct mint_store *
mint_store_new(void)
{
	return need(calloc(1, sizeof(struct mint_store)));
}

static void
forget(struct mint_object *o)
{
	free(o->id);
	free(o->json);
	o->id = o->json = NULL;
	o->due = 0;
}

void
mint_store_free(struct mint_store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		forget(&s->at[i]);
	free(s->at);
	free(s);
}

/* FNV-1a. */
static size_t
bucket_of(struct str id)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < id.len; i++)
		h = (h ^ (unsigned char)id.ptr[i]) * 16777619u;
	return h % BUCKETS;
}

size_t
mint_store_place(const struct mint_store *s, struct str id)
{
	size_t i = s->bucket[bucket_of(id)];

	while (i) {
		const struct mint_object *o = &s->at[i - 1];

		if (o->id && str_eq_z(id, o->id))
			return i - 1;
		i = o->next;
	}
	return s->count;
}

static struct mint_object *
append(struct mint_store *s, struct str id)
{
	size_t *first = &s->bucket[bucket_of(id)];
	struct mint_object *o;

	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		s->at = need(realloc(s->at, s->room * sizeof *s->at));
	}
	o = &s->at[s->count++];
	*o = (struct mint_object){ .next = *first };
	o->id = need(strndup(id.ptr, id.len));
	*first = s->count;
	return o;
}

void
mint_store_put(
    struct mint_store *s, enum mint_kind kind, const struct value *object)
{
	struct str id = mint_str(object, "id");
	size_t place = mint_store_place(s, id);
	struct mint_object *o =
	    place < s->count ? &s->at[place] : append(s, id);
	struct buf json;

	buf_init(&json, MOST_JSON);
	json_write(&json, object, false);
	if (!buf_ok(&json))
		need(NULL);
	free(o->json);
	o->json_len = json.len;
	o->json = json.ptr; /* malloc'd by the buffer; ours from here on */
	o->kind = kind;
	o->created = mint_int(object, "created", 0);
	o->due = mint_int(object, "_due", 0);
}

bool
mint_store_remove(struct mint_store *s, struct str id)
{
	size_t place = mint_store_place(s, id);

	if (place == s->count)
		return false;
	forget(&s->at[place]);
	return true;
}

struct value *
mint_store_tree(const struct mint_object *o, struct arena *a)
{
	struct json_error e;

	return mint_copy(a, json_read(a, str_of(o->json, o->json_len), &e));
}

struct value *
mint_store_get(
    struct mint_store *s, struct arena *a, struct str id, enum mint_kind *kind)
{
	size_t place = mint_store_place(s, id);

	if (place == s->count)
		return NULL;
	if (kind)
		*kind = s->at[place].kind;
	return mint_store_tree(&s->at[place], a);
}

size_t
mint_store_count(const struct mint_store *s)
{
	return s->count;
}

const struct mint_object *
mint_store_at(const struct mint_store *s, size_t i)
{
	return i < s->count && s->at[i].id ? &s->at[i] : NULL;
}

void
mint_store_write(const struct mint_store *s, struct buf *out)
{
	const char *comma = "\n";

	buf_add_z(out, "\"objects\":[");
	for (size_t i = 0; i < s->count; i++) {
		if (!s->at[i].id)
			continue;
		buf_add_z(out, comma);
		buf_add_bytes(out, s->at[i].json, s->at[i].json_len);
		comma = ",\n";
	}
	buf_add_z(out, "]");
}

static bool
kind_of(const struct value *object, enum mint_kind *kind)
{
	struct str name = mint_str(object, "object");

	for (size_t k = 0; k < MINT_KINDS; k++) {
		if (str_eq_z(name, kinds[k].object)) {
			*kind = (enum mint_kind)k;
			return true;
		}
	}
	return false;
}

bool
mint_store_read(struct mint_store *s, const struct value *objects)
{
	for (size_t i = 0; i < value_count(objects); i++) {
		const struct value *object = value_at(objects, i);
		enum mint_kind kind;

		if (!kind_of(object, &kind) || !mint_str(object, "id").len)
			return false;
		mint_store_put(s, kind, object);
	}
	return objects && objects->kind == VALUE_LIST;
}
