#include "books_private.h"

enum books_result
books_order_add(struct books *s, const struct order *o,
    const struct order_line *lines, size_t count)
{
	enum books_result result = BOOKS_RUN(s, SQL_ORDER_ADD,
	    "sssssssssiiiisssssssiiisi", o->id, o->reader, o->offer, o->title,
	    o->kind, o->interval, o->page, o->lang, o->currency, o->amount,
	    (int64_t)o->livemode, o->created, o->expires, o->idempotency_key,
	    o->request, o->session, o->session_url, o->payment, o->subscription,
	    str_from(order_state_name(o->state)), o->paid, o->paid_at,
	    o->checked, o->quarantine, (int64_t)o->promotion_codes);

	for (size_t i = 0; i < count && result == BOOKS_OK; i++)
		result = BOOKS_RUN(s, SQL_LINE_ADD, "sisi", o->id,
		    lines[i].line, lines[i].product, lines[i].amount);
	return result;
}

enum books_result
books_order_update(struct books *s, const struct order *o)
{
	return BOOKS_RUN(s, SQL_ORDER_UPDATE, "ssssssiiis", o->id, o->session,
	    o->session_url, o->payment, o->subscription,
	    str_from(order_state_name(o->state)), o->paid, o->paid_at,
	    o->checked, o->quarantine);
}

/* In the order of ORDER_COLUMNS. */
static struct order
order_row(struct books *s, size_t n, struct arena *a)
{
	struct db *db = s->db;
	struct order o = { .id = db_text(db, n, 0, a),
		.reader = db_text(db, n, 1, a),
		.offer = db_text(db, n, 2, a),
		.title = db_text(db, n, 3, a),
		.kind = db_text(db, n, 4, a),
		.interval = db_text(db, n, 5, a),
		.page = db_text(db, n, 6, a),
		.lang = db_text(db, n, 7, a),
		.currency = db_text(db, n, 8, a),
		.amount = db_int(db, n, 9),
		.livemode = db_int(db, n, 10) != 0,
		.created = db_int(db, n, 11),
		.expires = db_int(db, n, 12),
		.idempotency_key = db_text(db, n, 13, a),
		.request = db_text(db, n, 14, a),
		.session = db_text(db, n, 15, a),
		.session_url = db_text(db, n, 16, a),
		.payment = db_text(db, n, 17, a),
		.subscription = db_text(db, n, 18, a),
		.paid = db_int(db, n, 20),
		.paid_at = db_int(db, n, 21),
		.checked = db_int(db, n, 22),
		.quarantine = db_text(db, n, 23, a),
		.promotion_codes = db_int(db, n, 24) != 0 };

	if (!order_state_find(db_text(db, n, 19, a), &o.state))
		o.state = ORDER_QUARANTINED; /* a newer program's state */
	return o;
}

static enum books_result
order_by(struct books *s, struct arena *a, size_t n, struct str key,
    struct order *out)
{
	enum db_result result = db_one(s->db, n, "s", key);

	if (result == DB_ROW)
		*out = order_row(s, n, a);
	db_end(s->db, n);
	return books_result_of(result);
}

enum books_result
books_order(struct books *s, struct arena *a, struct str id, struct order *out)
{
	return order_by(s, a, SQL_ORDER, id, out);
}

enum books_result
books_order_by_session(
    struct books *s, struct arena *a, struct str session, struct order *out)
{
	return order_by(s, a, SQL_ORDER_BY_SESSION, session, out);
}

enum books_result
books_order_by_payment(
    struct books *s, struct arena *a, struct str payment, struct order *out)
{
	return order_by(s, a, SQL_ORDER_BY_PAYMENT, payment, out);
}

enum books_result
books_order_by_subscription(struct books *s, struct arena *a,
    struct str subscription, struct order *out)
{
	return order_by(s, a, SQL_ORDER_BY_SUBSCRIPTION, subscription, out);
}

enum books_result
books_order_lines(
    struct books *s, struct arena *a, struct str id, struct order_lines *out)
{
	const size_t n = SQL_LINES;
	enum db_result result = db_one(s->db, n, "s", id);

	for (; result == DB_ROW; result = db_next(s->db, n)) {
		struct order_line line = { .line = db_int(s->db, n, 0),
			.product = db_text(s->db, n, 1, a),
			.amount = db_int(s->db, n, 2) };

		ARENA_PUSH(a, *out, line);
	}
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

static enum books_result
orders_rest(struct books *s, struct arena *a, size_t n, enum db_result result,
    struct order_list *out)
{
	for (; result == DB_ROW; result = db_next(s->db, n))
		ARENA_PUSH(a, *out, order_row(s, n, a));
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_orders(
    struct books *s, struct arena *a, size_t limit, struct order_list *out)
{
	return orders_rest(s, a, SQL_ORDERS,
	    db_one(s->db, SQL_ORDERS, "i", (int64_t)limit), out);
}

enum books_result
books_orders_open(struct books *s, struct arena *a, int64_t before,
    size_t limit, struct order_list *out)
{
	return orders_rest(s, a, SQL_ORDERS_OPEN,
	    db_one(s->db, SQL_ORDERS_OPEN, "ii", before, (int64_t)limit), out);
}

enum books_result
books_orders_unsent(struct books *s, struct arena *a, struct order_list *out)
{
	return orders_rest(
	    s, a, SQL_ORDERS_UNSENT, db_one(s->db, SQL_ORDERS_UNSENT, ""), out);
}

enum books_result
books_fact_put(struct books *s, struct str order, const struct fact *f)
{
	return BOOKS_RUN(s, SQL_FACT_PUT, "ssssiisissii", f->id, order,
	    str_from(fact_kind_name(f->kind)), f->status,
	    (int64_t)fact_rank(f->kind, f->status), f->amount, f->currency,
	    f->until, f->lines, f->parent, f->created, f->updated);
}

static struct fact
fact_row(struct books *s, size_t n, struct arena *a)
{
	struct db *db = s->db;
	struct fact f = { .id = db_text(db, n, 0, a),
		.status = db_text(db, n, 2, a),
		.amount = db_int(db, n, 3),
		.currency = db_text(db, n, 4, a),
		.until = db_int(db, n, 5),
		.lines = db_text(db, n, 6, a),
		.parent = db_text(db, n, 7, a),
		.created = db_int(db, n, 8),
		.updated = db_int(db, n, 9) };

	if (!fact_kind_find(db_text(db, n, 1, a), &f.kind))
		f.kind = FACT_PAYMENT; /* a newer program's: says nothing */
	return f;
}

enum books_result
books_facts(
    struct books *s, struct arena *a, struct str order, struct fact_list *out)
{
	const size_t n = SQL_FACTS;
	enum db_result result = db_one(s->db, n, "s", order);

	for (; result == DB_ROW; result = db_next(s->db, n))
		ARENA_PUSH(a, *out, fact_row(s, n, a));
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_fact(struct books *s, struct arena *a, struct str id, struct fact *out)
{
	enum db_result result = db_one(s->db, SQL_FACT, "s", id);

	if (result == DB_ROW)
		*out = fact_row(s, SQL_FACT, a);
	db_end(s->db, SQL_FACT);
	return books_result_of(result);
}
