#include "stripe.h"

bool
stripe_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return id.len && id.len <= STRIPE_ID;
}

bool
stripe_id_of(struct str id, struct str prefix)
{
	return id.len > prefix.len && str_starts(id, prefix) && stripe_id(id);
}

/* An id, or the object with it where it was expanded; "" for null. */
static struct str
reference(const struct value *v, struct str key)
{
	const struct value *field = value_get(v, key);
	struct str id = value_get_str(v, key);

	if (!id.len)
		id = value_get_str(field, STR("id"));
	return stripe_id(id) ? id : STR("");
}

/* "EUR" for "eur"; codes are static text, so that no arena is needed. */
static struct str
currency_of(const struct value *v)
{
	const struct currency *c =
	    currency_find(value_get_str(v, STR("currency")));

	return c ? str_from(c->code) : STR("");
}

static struct str
our_word(const struct value *v, struct str key)
{
	return value_get_str(value_get(v, STR("metadata")), key);
}

/* What every object has. */
static bool
read_base(const struct value *v, struct str object, enum fact_kind kind,
    int64_t now, struct fact *out)
{
	struct str status = value_get_str(v, STR("status"));

	*out = (struct fact){ .kind = kind,
		.id = reference(v, STR("id")),
		.status = status,
		.amount = value_get_int(v, STR("amount"), 0),
		.currency = currency_of(v),
		.lines = STR(""),
		.parent = reference(v, STR("payment_intent")),
		.created = value_get_int(v, STR("created"), 0),
		.updated = now };
	return str_eq(value_get_str(v, STR("object")), object) && out->id.len &&
	    status.len && status.len <= 64;
}

/* Both words of a session as one. */
static struct str
session_status(struct str status, struct str payment)
{
	static const struct str complete[] = {
		{ "complete/unpaid", 15 },
		{ "complete/paid", 13 },
		{ "complete/no_payment_required", 28 },
	};

	if (!str_eq_z(status, "complete"))
		return status;
	for (size_t i = 0; i < 3; i++) {
		if (str_eq(payment, str_from_at(complete[i], 9)))
			return complete[i];
	}
	return STR("complete/?");
}

bool
stripe_session_read(
    const struct value *v, int64_t now, struct stripe_session *out)
{
	*out = (struct stripe_session){ .order = our_word(
					    v, STR("pennypress_order")),
		.offer = our_word(v, STR("pennypress_offer")),
		.site = our_word(v, STR("pennypress_site")),
		.reference = value_get_str(v, STR("client_reference_id")),
		.mode = value_get_str(v, STR("mode")),
		.url = value_get_str(v, STR("url")),
		.payment = reference(v, STR("payment_intent")),
		.subscription = reference(v, STR("subscription")),
		.subtotal = value_get_int(v, STR("amount_subtotal"), -1),
		.livemode = value_get_bool(v, STR("livemode")) };
	if (!read_base(
		v, STR("checkout.session"), FACT_SESSION, now, &out->fact))
		return false;
	out->fact.status = session_status(
	    out->fact.status, value_get_str(v, STR("payment_status")));
	out->fact.amount = value_get_int(v, STR("amount_total"), -1);
	return true;
}

bool
stripe_payment_read(const struct value *v, int64_t now, struct fact *out)
{
	return read_base(v, STR("payment_intent"), FACT_PAYMENT, now, out);
}

bool
stripe_refund_read(const struct value *v, int64_t now, struct fact *out)
{
	if (!read_base(v, STR("refund"), FACT_REFUND, now, out))
		return false;
	out->lines = our_word(v, STR("pennypress_line"));
	return out->amount >= 0;
}

bool
stripe_dispute_read(const struct value *v, int64_t now, struct fact *out)
{
	return read_base(v, STR("dispute"), FACT_DISPUTE, now, out) &&
	    out->amount >= 0;
}

/* A moment of the subscription; since 2025-03-31 it is on its items. */
static int64_t
period(const struct value *v, struct str key)
{
	const struct value *items =
	    value_get(value_get(v, STR("items")), STR("data"));
	int64_t latest = value_get_int(v, key, 0);

	for (size_t i = 0; i < value_count(items); i++) {
		int64_t t = value_get_int(value_at(items, i), key, 0);

		if (t > latest)
			latest = t;
	}
	return latest;
}

/* Until when the reader may read, by the provider's word. Never 0, which is for
 * ever. */
static int64_t
subscription_until(const struct value *v, struct str status)
{
	int64_t start = period(v, STR("current_period_start"));
	int64_t end = period(v, STR("current_period_end"));
	int64_t cancel = value_get_int(v, STR("cancel_at"), 0);
	int64_t until;

	if (str_eq_z(status, "active") || str_eq_z(status, "trialing")) {
		until = value_get_bool(v, STR("cancel_at_period_end"))
		    ? end
		    : end + SUBSCRIPTION_GRACE;
		if (cancel > 0 && cancel < until)
			until = cancel;
	} else if (str_eq_z(status, "canceled")) {
		until = value_get_int(v, STR("ended_at"), 0);
	} else if (str_eq_z(status, "unpaid") || str_eq_z(status, "paused") ||
	    str_eq_z(status, "incomplete") ||
	    str_eq_z(status, "incomplete_expired")) {
		until = start;
	} else { /* past_due, and words of tomorrow */
		until = start + SUBSCRIPTION_DUNNING;
	}
	return until > 0 ? until : 1;
}

bool
stripe_subscription_read(
    const struct value *v, int64_t now, struct fact *out, struct str *order)
{
	if (!read_base(v, STR("subscription"), FACT_SUBSCRIPTION, now, out))
		return false;
	out->until = subscription_until(v, out->status);
	*order = our_word(v, STR("pennypress_order"));
	return true;
}

/* The payment of an invoice, where it is named. */
static struct str
invoice_payment(const struct value *v)
{
	const struct value *list =
	    value_get(value_get(v, STR("payments")), STR("data"));
	struct str id = reference(v, STR("payment_intent"));

	for (size_t i = 0; i < value_count(list) && !id.len; i++)
		id = reference(value_get(value_at(list, i), STR("payment")),
		    STR("payment_intent"));
	return id;
}

bool
stripe_invoice_read(const struct value *v, int64_t now, struct fact *out,
    struct str *subscription)
{
	const struct value *parent =
	    value_get(value_get(v, STR("parent")), STR("subscription_details"));

	if (!read_base(v, STR("invoice"), FACT_INVOICE, now, out))
		return false;
	*subscription = reference(v, STR("subscription"));
	if (!subscription->len)
		*subscription = reference(parent, STR("subscription"));
	out->parent = invoice_payment(v);
	/* The first one is the session's payment, counted there. */
	out->amount = str_eq_z(value_get_str(v, STR("billing_reason")),
			  "subscription_create")
	    ? 0
	    : value_get_int(v, STR("amount_paid"), 0);
	return out->amount >= 0;
}

enum stripe_object
stripe_object_of(struct str type)
{
	static const struct {
		struct str prefix; /* whole, or up to its final point */
		enum stripe_object object;
	} rows[] = {
		{ { "checkout.session.", 17 }, STRIPE_SESSION },
		{ { "refund.", 7 }, STRIPE_REFUND },
		{ { "charge.refund.", 14 }, STRIPE_REFUND },
		{ { "charge.refunded", 15 }, STRIPE_CHARGE },
		{ { "charge.dispute.", 15 }, STRIPE_DISPUTE },
		{ { "customer.subscription.", 22 }, STRIPE_SUBSCRIPTION },
		{ { "invoice.paid", 12 }, STRIPE_INVOICE },
		{ { "invoice.payment_failed", 22 }, STRIPE_INVOICE },
		{ { "invoice.payment_action_required", 31 }, STRIPE_INVOICE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool open = str_ends(rows[i].prefix, STR("."));

		if (open ? str_starts(type, rows[i].prefix)
			 : str_eq(type, rows[i].prefix))
			return rows[i].object;
	}
	return STRIPE_NOTHING;
}

bool
stripe_event_read(const struct value *v, struct stripe_event *out)
{
	struct str object = value_get_str(v, STR("object"));
	const struct value *about =
	    value_get(value_get(v, STR("data")), STR("object"));

	*out = (struct stripe_event){ .id = reference(v, STR("id")),
		.type = value_get_str(v, STR("type")),
		.object = STR(""),
		.livemode = value_get_bool(v, STR("livemode")),
		.thin = str_eq_z(object, "v2.core.event") };
	if (!out->id.len || !out->type.len || out->type.len > 128)
		return false;
	if (out->thin)
		return true;
	if (!str_eq_z(object, "event") || !about || about->kind != VALUE_OBJECT)
		return false;
	out->object = reference(about, STR("id"));
	if (out->object.len)
		out->kind = stripe_object_of(out->type);
	return true;
}

const char *
stripe_mismatch(const struct stripe_session *s, const struct order *o)
{
	bool membership = str_eq_z(o->kind, "membership");

	if (!str_eq(s->order, o->id) || !str_eq(s->reference, o->id))
		return "names another order";
	if (!str_eq(s->offer, o->offer))
		return "is for another offer";
	if (o->session.len && !str_eq(o->session, s->fact.id))
		return "is not the session of the order";
	if (s->livemode != o->livemode)
		return "has another livemode";
	if (!str_eq_z(s->mode, membership ? "subscription" : "payment"))
		return "has another mode";
	if (!str_eq(s->fact.currency, o->currency))
		return "has another currency";
	if (s->subtotal != o->amount)
		return "has another amount";
	if (s->fact.amount != o->amount &&
	    (!o->promotion_codes || s->fact.amount < 0 ||
		s->fact.amount > o->amount))
		return "has another total";
	return "";
}
