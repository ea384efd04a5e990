#include "books_private.h"

enum { SECRET_DAYS = 400 }; /* as long as a browser keeps a cookie */

enum books_result
books_reader_add(struct books *s, struct str reader, int64_t now)
{
	return BOOKS_RUN(s, SQL_READER_ADD, "si", reader, now);
}

static enum books_result
exists(struct books *s, size_t n, struct str key)
{
	enum db_result result = db_one(s->db, n, "s", key);

	db_end(s->db, n);
	return books_result_of(result);
}

enum books_result
books_reader_known(struct books *s, struct str reader)
{
	return exists(s, SQL_READER_KNOWN, reader);
}

enum books_result
books_reader_forget(struct books *s, struct str reader, int64_t now)
{
	return BOOKS_RUN(s, SQL_READER_FORGET, "si", reader, now);
}

enum books_result
books_reader_forgotten(struct books *s, struct str reader)
{
	return exists(s, SQL_READER_FORGOTTEN, reader);
}

enum books_result
books_reader_payments(
    struct books *s, struct arena *a, struct str reader, struct time_list *out)
{
	const size_t n = SQL_READER_PAYMENTS;
	enum db_result result = db_one(s->db, n, "s", reader);

	for (; result == DB_ROW; result = db_next(s->db, n))
		ARENA_PUSH(a, *out, db_int(s->db, n, 0));
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_secret_add(
    struct books *s, struct str hash, struct str reader, int64_t now)
{
	return BOOKS_RUN(s, SQL_SECRET_ADD, "ssi", hash, reader, now);
}

enum books_result
books_secret_find(
    struct books *s, struct arena *a, struct str hash, struct str *reader)
{
	enum db_result result = db_one(s->db, SQL_SECRET_FIND, "s", hash);

	if (result == DB_ROW)
		*reader = db_text(s->db, SQL_SECRET_FIND, 0, a);
	db_end(s->db, SQL_SECRET_FIND);
	return books_result_of(result);
}

enum books_result
books_secret_remove(struct books *s, struct str hash)
{
	return BOOKS_RUN(s, SQL_SECRET_REMOVE, "s", hash);
}

enum books_result
books_grant_put(struct books *s, const struct grant *g)
{
	return BOOKS_RUN(s, SQL_GRANT_PUT, "sissiii", g->order, g->line,
	    g->reader, g->product, g->granted, g->until, g->revoked);
}

static enum books_result
grants_rest(struct books *s, struct arena *a, size_t n, enum db_result result,
    struct grant_list *out)
{
	struct db *db = s->db;

	for (; result == DB_ROW; result = db_next(db, n)) {
		struct grant g = { .order = db_text(db, n, 0, a),
			.line = db_int(db, n, 1),
			.reader = db_text(db, n, 2, a),
			.product = db_text(db, n, 3, a),
			.granted = db_int(db, n, 4),
			.until = db_int(db, n, 5),
			.revoked = db_int(db, n, 6) };

		ARENA_PUSH(a, *out, g);
	}
	db_end(db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_grants_of_order(
    struct books *s, struct arena *a, struct str order, struct grant_list *out)
{
	return grants_rest(s, a, SQL_GRANTS_OF_ORDER,
	    db_one(s->db, SQL_GRANTS_OF_ORDER, "s", order), out);
}

enum books_result
books_grants_of_reader(struct books *s, struct arena *a, struct str reader,
    int64_t now, struct grant_list *out)
{
	return grants_rest(s, a, SQL_GRANTS_OF_READER,
	    db_one(s->db, SQL_GRANTS_OF_READER, "si", reader, now), out);
}

enum books_result
books_token_add(struct books *s, struct str jti, struct str reader,
    int64_t issued, int64_t expires)
{
	return BOOKS_RUN(
	    s, SQL_TOKEN_ADD, "ssii", jti, reader, issued, expires);
}

enum books_result
books_token_revoke(struct books *s, struct str jti, int64_t now)
{
	return BOOKS_RUN(s, SQL_TOKEN_REVOKE, "si", jti, now);
}

enum books_result
books_tokens_revoke(struct books *s, struct str reader, int64_t now)
{
	return BOOKS_RUN(s, SQL_TOKENS_REVOKE, "si", reader, now);
}

enum books_result
books_token_revoked(struct books *s, struct str jti)
{
	return exists(s, SQL_TOKEN_REVOKED, jti);
}

enum books_result
books_revocations(struct books *s, struct arena *a, int64_t now, size_t limit,
    struct id_list *out, int64_t *before)
{
	const size_t n = SQL_REVOCATIONS;
	enum db_result result = db_one(s->db, n, "ii", now, (int64_t)limit + 1);

	*before = 0;
	for (; result == DB_ROW; result = db_next(s->db, n)) {
		if (out->count == limit)
			*before = db_int(s->db, n, 1) + 1;
		else
			ARENA_PUSH(a, *out, db_text(s->db, n, 0, a));
	}
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}

enum books_result
books_tokens_purge(struct books *s, int64_t now)
{
	enum books_result result = BOOKS_RUN(s, SQL_TOKENS_PURGE, "i", now);

	if (result == BOOKS_FAILED)
		return result;
	result = BOOKS_RUN(
	    s, SQL_SECRETS_PURGE, "i", now - (int64_t)SECRET_DAYS * 24 * 3600);
	return result == BOOKS_NONE ? BOOKS_OK : result;
}
