#include "books_private.h"

#include <string.h>

static struct pseudonym_key
key_row(struct books *s, size_t n, struct arena *a)
{
	struct pseudonym_key k = { .begins = db_int(s->db, n, 0),
		.ends = db_int(s->db, n, 1) };
	struct str key = db_text(s->db, n, 2, a);

	if (key.len == sizeof(k.key))
		memcpy(k.key, key.ptr, key.len);
	return k;
}

enum books_result
books_activity_keys(struct books *s, struct arena *a, struct activity_keys *out)
{
	const size_t n = SQL_ACTIVITY_KEYS;
	enum db_result result = db_one(s->db, n, "");

	for (; result == DB_ROW; result = db_next(s->db, n))
		ARENA_PUSH(a, *out, key_row(s, n, a));
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_activity_key_put(struct books *s, const struct pseudonym_key *k)
{
	return BOOKS_RUN(s, SQL_ACTIVITY_KEY_PUT, "iib", k->begins, k->ends,
	    str_of((const char *)k->key, sizeof(k->key)));
}

enum books_result
books_activity_key_end(struct books *s, int64_t begins, int64_t ends)
{
	return BOOKS_RUN(s, SQL_ACTIVITY_KEY_END, "ii", begins, ends);
}

enum books_result
books_activity_keys_drop(struct books *s, int64_t day)
{
	enum books_result result =
	    BOOKS_RUN(s, SQL_ACTIVITY_KEYS_WIPE, "i", day);

	if (result != BOOKS_OK)
		return result;
	return BOOKS_RUN(s, SQL_ACTIVITY_KEYS_DROP, "i", day);
}

bool
books_activity_prepare(struct books *s)
{
	struct pseudonym_key lasting = { .begins = PSEUDONYM_LASTING,
		.ends = PSEUDONYM_LASTING };
	enum db_result known = db_one(s->db, SQL_ACTIVITY_KEYS, "");
	enum books_result result = BOOKS_OK;

	if (known == DB_ROW &&
	    db_int(s->db, SQL_ACTIVITY_KEYS, 0) != PSEUDONYM_LASTING)
		known = DB_NONE;
	db_end(s->db, SQL_ACTIVITY_KEYS);
	if (known == DB_NONE) {
		crypto_random(lasting.key, sizeof(lasting.key));
		result = books_activity_key_put(s, &lasting);
		crypto_wipe(lasting.key, sizeof(lasting.key));
	}
	return known != DB_FAILED && result == BOOKS_OK;
}

enum books_result
books_activity_add(struct books *s, const struct activity *e)
{
	return BOOKS_RUN(s, SQL_ACTIVITY_ADD, "iisss", (int64_t)e->anonymous,
	    e->hour, e->reader, e->item, e->kind);
}

int64_t
books_activity_count(struct books *s, bool anonymous)
{
	const size_t n = SQL_ACTIVITY_COUNT;
	int64_t count = -1;

	if (db_one(s->db, n, "i", (int64_t)anonymous) == DB_ROW)
		count = db_int(s->db, n, 0);
	db_end(s->db, n);
	return count;
}

/* How many rows a deletion took, or -1. */
static int64_t
deleted(struct books *s, enum db_result result)
{
	switch (result) {
	case DB_ROW:
		return db_changes(s->db);
	case DB_NONE:
		return 0;
	case DB_TAKEN:
	case DB_FAILED:
		break;
	}
	return -1;
}

int64_t
books_activity_drop(
    struct books *s, bool anonymous, int64_t before, size_t most)
{
	return deleted(s,
	    db_run(s->db, SQL_ACTIVITY_DROP, "iii", (int64_t)anonymous, before,
		(int64_t)most));
}

int64_t
books_activity_forget(
    struct books *s, struct str reader, int64_t from, int64_t before)
{
	return deleted(
	    s, db_run(s->db, SQL_ACTIVITY_FORGET, "sii", reader, from, before));
}

enum books_result
books_activity_next(struct books *s, struct arena *a, bool anonymous,
    bool first, struct activity *out)
{
	const size_t n =
	    anonymous ? SQL_ACTIVITY_OF_OTHERS : SQL_ACTIVITY_OF_READERS;
	enum db_result result =
	    first ? db_one(s->db, n, "") : db_next(s->db, n);

	if (result == DB_ROW)
		*out = (struct activity){ .hour = db_int(s->db, n, 0),
			.reader = db_text(s->db, n, 1, a),
			.item = db_text(s->db, n, 2, a),
			.kind = db_text(s->db, n, 3, a),
			.anonymous = anonymous };
	else
		db_end(s->db, n);
	return books_result_of(result);
}

void
books_settle_log(struct books *s)
{
	db_checkpoint(s->db);
}

enum books_result
books_purchases(struct books *s, struct arena *a, struct purchase_list *out)
{
	const size_t n = SQL_PURCHASES;
	enum db_result result = db_one(s->db, n, "");

	for (; result == DB_ROW; result = db_next(s->db, n)) {
		struct purchase p = { .at = db_int(s->db, n, 0),
			.reader = db_text(s->db, n, 1, a),
			.product = db_text(s->db, n, 2, a) };

		ARENA_PUSH(a, *out, p);
	}
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}
