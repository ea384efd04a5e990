#include "books_private.h"

#include "log.h"

#include <stdio.h>
#include <stdlib.h>

/* Numbered: user_version is how many have been applied. Never edit one that was
 * released; add the next. */
static const char *const migrations[] = {
	/* 1 */
	"CREATE TABLE settings(name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE readers(id TEXT PRIMARY KEY, created INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE reader_secrets(hash TEXT PRIMARY KEY,"
	" reader TEXT NOT NULL REFERENCES readers, created INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE orders(id TEXT PRIMARY KEY,"
	" reader TEXT NOT NULL REFERENCES readers, offer TEXT NOT NULL,"
	" title TEXT NOT NULL, kind TEXT NOT NULL, interval TEXT NOT NULL,"
	" page TEXT NOT NULL, lang TEXT NOT NULL, currency TEXT NOT NULL,"
	" amount INTEGER NOT NULL, livemode INTEGER NOT NULL,"
	" created INTEGER NOT NULL, expires INTEGER NOT NULL,"
	" idempotency_key TEXT NOT NULL UNIQUE, request TEXT NOT NULL,"
	" session TEXT NOT NULL, session_url TEXT NOT NULL,"
	" payment TEXT NOT NULL, subscription TEXT NOT NULL,"
	" state TEXT NOT NULL, paid INTEGER NOT NULL,"
	" paid_at INTEGER NOT NULL, checked INTEGER NOT NULL,"
	" quarantine TEXT NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX orders_session ON orders(session)"
	" WHERE session <> '';"
	"CREATE INDEX orders_payment ON orders(payment) WHERE payment <> '';"
	"CREATE INDEX orders_subscription ON orders(subscription)"
	" WHERE subscription <> '';"
	"CREATE INDEX orders_open ON orders(checked)"
	" WHERE state IN ('pending', 'awaiting_payment');"
	"CREATE INDEX orders_created ON orders(created);"
	"CREATE TABLE order_lines(order_id TEXT NOT NULL REFERENCES orders,"
	" line INTEGER NOT NULL, product TEXT NOT NULL,"
	" amount INTEGER NOT NULL, PRIMARY KEY(order_id, line))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE facts(id TEXT PRIMARY KEY,"
	" order_id TEXT NOT NULL REFERENCES orders, kind TEXT NOT NULL,"
	" status TEXT NOT NULL, rank INTEGER NOT NULL,"
	" amount INTEGER NOT NULL, currency TEXT NOT NULL,"
	" until INTEGER NOT NULL, lines TEXT NOT NULL, parent TEXT NOT NULL,"
	" created INTEGER NOT NULL, updated INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX facts_order ON facts(order_id);"
	"CREATE INDEX facts_parent ON facts(parent) WHERE parent <> '';"
	"CREATE TABLE events(seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	" id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, object TEXT NOT NULL,"
	" order_id TEXT NOT NULL, raw BLOB NOT NULL,"
	" received INTEGER NOT NULL, state TEXT NOT NULL,"
	" tries INTEGER NOT NULL, next INTEGER NOT NULL, note TEXT NOT NULL)"
	" STRICT;"
	"CREATE INDEX events_due ON events(next)"
	" WHERE state IN ('stored', 'parked');"
	"CREATE INDEX events_object ON events(object)"
	" WHERE state IN ('stored', 'parked');"
	"CREATE INDEX events_order ON events(order_id) WHERE order_id <> '';"
	"CREATE TABLE grants(order_id TEXT NOT NULL REFERENCES orders,"
	" line INTEGER NOT NULL, reader TEXT NOT NULL REFERENCES readers,"
	" product TEXT NOT NULL, granted INTEGER NOT NULL,"
	" until INTEGER NOT NULL, revoked INTEGER NOT NULL,"
	" PRIMARY KEY(order_id, line, reader)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX grants_reader ON grants(reader);"
	"CREATE TABLE tokens(jti TEXT PRIMARY KEY,"
	" reader TEXT NOT NULL REFERENCES readers, issued INTEGER NOT NULL,"
	" expires INTEGER NOT NULL, revoked INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX tokens_reader ON tokens(reader);"
	"CREATE INDEX tokens_expires ON tokens(expires);"
	"CREATE TABLE ledger(id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" source TEXT NOT NULL, kind TEXT NOT NULL, order_id TEXT NOT NULL"
	" REFERENCES orders, account TEXT NOT NULL, currency TEXT NOT NULL,"
	" amount INTEGER NOT NULL, at INTEGER NOT NULL,"
	" UNIQUE(source, kind, account)) STRICT;"
	"CREATE INDEX ledger_order ON ledger(order_id);"
	"CREATE TRIGGER ledger_kept BEFORE UPDATE ON ledger"
	" BEGIN SELECT raise(ABORT, 'the ledger is only added to'); END;"
	"CREATE TRIGGER ledger_whole BEFORE DELETE ON ledger"
	" BEGIN SELECT raise(ABORT, 'the ledger is only added to'); END;",
	/* 2 */
	"ALTER TABLE orders ADD COLUMN promotion_codes INTEGER NOT NULL"
	" DEFAULT 0;"
	"UPDATE orders SET promotion_codes = 1"
	" WHERE instr(request, '&allow_promotion_codes=true') > 0;"
	"CREATE TABLE activity_keys(begins INTEGER PRIMARY KEY,"
	" ends INTEGER NOT NULL, key BLOB NOT NULL) STRICT;"
	"CREATE TABLE activity(anonymous INTEGER NOT NULL,"
	" hour INTEGER NOT NULL, reader TEXT NOT NULL, item TEXT NOT NULL,"
	" kind TEXT NOT NULL, PRIMARY KEY(anonymous, hour, reader, item, kind))"
	" STRICT, WITHOUT ROWID;",
	/* 3 */
	"ALTER TABLE readers ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;",
};

enum { VERSION = sizeof(migrations) / sizeof(migrations[0]) };

#define ORDER_COLUMNS                                                          \
	"id, reader, offer, title, kind, interval, page, lang, currency,"      \
	" amount, livemode, created, expires, idempotency_key, request,"       \
	" session, session_url, payment, subscription, state, paid, paid_at,"  \
	" checked, quarantine, promotion_codes"
#define FACT_COLUMNS                                                           \
	"id, kind, status, amount, currency, until, lines, parent, created,"   \
	" updated"
#define EVENT_COLUMNS                                                          \
	"seq, id, type, object, order_id, state, received, tries, next, note"
#define ACTIVITY_WHERE                                                         \
	"SELECT hour, reader, item, kind FROM activity WHERE anonymous = "
#define ACTIVITY_ORDER " ORDER BY hour, reader, item, kind"
#define GRANT_COLUMNS "order_id, line, reader, product, granted, until, revoked"

static const char *const statements[SQL_COUNT] = {
	[SQL_ORDER_ADD] = "INSERT INTO orders(" ORDER_COLUMNS ") VALUES"
			  "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[SQL_LINE_ADD] = "INSERT INTO order_lines(order_id, line, product,"
			 " amount) VALUES(?, ?, ?, ?)",
	[SQL_ORDER_UPDATE] =
	    "UPDATE orders SET session = ?2,"
	    " session_url = ?3, payment = ?4, subscription = ?5, state = ?6,"
	    " paid = ?7, paid_at = ?8, checked = ?9, quarantine = ?10"
	    " WHERE id = ?1",
	[SQL_ORDER] = "SELECT " ORDER_COLUMNS " FROM orders WHERE id = ?",
	[SQL_ORDER_BY_SESSION] =
	    "SELECT " ORDER_COLUMNS
	    " FROM orders WHERE session = ? AND session <> ''",
	[SQL_ORDER_BY_PAYMENT] =
	    "SELECT " ORDER_COLUMNS " FROM orders"
	    " WHERE payment = ?1 AND payment <> '' UNION ALL"
	    " SELECT " ORDER_COLUMNS " FROM orders WHERE id = (SELECT order_id"
	    " FROM facts WHERE parent = ?1 AND parent <> ''"
	    " AND kind = 'invoice') LIMIT 1",
	[SQL_ORDER_BY_SUBSCRIPTION] =
	    "SELECT " ORDER_COLUMNS
	    " FROM orders WHERE subscription = ? AND subscription <> ''",
	[SQL_ORDERS] = "SELECT " ORDER_COLUMNS
		       " FROM orders ORDER BY created DESC, rowid DESC LIMIT ?",
	[SQL_ORDERS_OPEN] =
	    "SELECT " ORDER_COLUMNS
	    " FROM orders WHERE state IN ('pending', 'awaiting_payment')"
	    " AND session <> '' AND checked < ? ORDER BY checked LIMIT ?",
	[SQL_ORDERS_UNSENT] =
	    "SELECT " ORDER_COLUMNS
	    " FROM orders WHERE state IN ('pending', 'awaiting_payment')"
	    " AND session = '' ORDER BY checked LIMIT 500",
	[SQL_LINES] = "SELECT line, product, amount FROM order_lines"
		      " WHERE order_id = ? ORDER BY line",
	[SQL_FACT_PUT] =
	    "INSERT INTO facts(id, order_id, kind, status, rank,"
	    " amount, currency, until, lines, parent, created, updated)"
	    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET"
	    " status = excluded.status, rank = excluded.rank,"
	    " amount = excluded.amount, currency = excluded.currency,"
	    " until = excluded.until, lines = excluded.lines,"
	    " parent = excluded.parent, updated = excluded.updated"
	    " WHERE excluded.order_id = order_id AND (excluded.rank > rank"
	    /* A slow answer to an older question; a clock set back is none. */
	    " OR (excluded.rank = rank AND updated NOT BETWEEN"
	    " excluded.updated + 1 AND excluded.updated + 3600))",
	[SQL_FACTS] = "SELECT " FACT_COLUMNS
		      " FROM facts WHERE order_id = ? ORDER BY created, id",
	[SQL_FACT] = "SELECT " FACT_COLUMNS " FROM facts WHERE id = ?",
	[SQL_EVENT_ADD] = "INSERT INTO events(id, type, object, order_id, raw,"
			  " received, state, tries, next, note)"
			  " VALUES(?, ?, ?, '', ?, ?, ?, 0, ?, ?)",
	[SQL_EVENTS_DUE] =
	    "SELECT " EVENT_COLUMNS
	    " FROM events WHERE state IN ('stored', 'parked') AND next <= ?"
	    " ORDER BY next, seq LIMIT ?",
	[SQL_EVENT_NEXT_DUE] =
	    "SELECT min(next) FROM events"
	    " WHERE state IN ('stored', 'parked') AND next > ?",
	[SQL_EVENTS_WAITING] = "SELECT count(*) FROM events"
			       " WHERE state IN ('stored', 'parked')",
	[SQL_EVENT_LAST] = "SELECT max(seq) FROM events",
	[SQL_EVENTS_SETTLE] = "UPDATE events SET state = ?3, order_id = ?4,"
			      " note = ?5 WHERE object = ?1 AND seq <= ?2"
			      " AND state IN ('stored', 'parked')",
	[SQL_EVENTS_PARK] =
	    "UPDATE events SET state = 'parked', next = ?3,"
	    " note = ?4, tries = tries + 1 WHERE object = ?1 AND seq <= ?2"
	    " AND state IN ('stored', 'parked')",
	[SQL_EVENTS_OF] = "SELECT " EVENT_COLUMNS
			  " FROM events WHERE order_id = ? AND order_id <> ''"
			  " ORDER BY seq LIMIT 1000",
	[SQL_EVENTS_STRAY] =
	    "SELECT " EVENT_COLUMNS
	    " FROM events WHERE state IN ('parked', 'quarantined')"
	    " AND order_id = '' ORDER BY seq DESC LIMIT 100",
	[SQL_READER_ADD] = "INSERT INTO readers(id, created) VALUES(?, ?)",
	[SQL_READER_KNOWN] = "SELECT 1 FROM readers WHERE id = ?",
	[SQL_READER_FORGET] = "UPDATE readers SET forgotten = ?2"
			      " WHERE id = ?1 AND forgotten = 0",
	[SQL_READER_FORGOTTEN] =
	    "SELECT 1 FROM readers WHERE id = ? AND forgotten <> 0",
	[SQL_READER_PAYMENTS] = "SELECT DISTINCT paid_at FROM orders"
				" WHERE reader = ? AND paid_at > 0",
	[SQL_SECRET_ADD] = "INSERT INTO reader_secrets(hash, reader, created)"
			   " VALUES(?, ?, ?)",
	[SQL_SECRET_FIND] = "SELECT reader FROM reader_secrets WHERE hash = ?",
	[SQL_SECRET_REMOVE] = "DELETE FROM reader_secrets WHERE hash = ?",
	[SQL_SECRETS_PURGE] = "DELETE FROM reader_secrets WHERE created < ?",
	[SQL_GRANT_PUT] = "INSERT INTO grants(" GRANT_COLUMNS ")"
			  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			  " ON CONFLICT(order_id, line, reader) DO UPDATE SET"
			  " until = ?6, revoked = ?7 WHERE until <> ?6"
			  " OR (revoked = 0) <> (?7 = 0)",
	[SQL_GRANTS_OF_ORDER] =
	    "SELECT " GRANT_COLUMNS
	    " FROM grants WHERE order_id = ? ORDER BY granted, line, reader",
	[SQL_GRANTS_OF_READER] =
	    "SELECT " GRANT_COLUMNS
	    " FROM grants WHERE reader = ?1 AND revoked = 0"
	    " AND (until = 0 OR until > ?2) ORDER BY granted DESC, line",
	[SQL_TOKEN_ADD] = "INSERT INTO tokens(jti, reader, issued, expires,"
			  " revoked) VALUES(?, ?, ?, ?, 0)",
	[SQL_TOKEN_REVOKE] = "UPDATE tokens SET revoked = ?2 WHERE jti = ?1"
			     " AND revoked = 0 AND expires > ?2",
	[SQL_TOKENS_REVOKE] =
	    "UPDATE tokens SET revoked = ?2"
	    " WHERE reader = ?1 AND revoked = 0 AND expires > ?2",
	[SQL_TOKEN_REVOKED] = "SELECT 1 FROM tokens WHERE jti = ?"
			      " AND revoked <> 0",
	[SQL_REVOCATIONS] = "SELECT jti, issued FROM tokens WHERE revoked <> 0"
			    " AND expires > ? ORDER BY issued DESC LIMIT ?",
	[SQL_TOKENS_PURGE] = "DELETE FROM tokens WHERE expires < ?",
	[SQL_BOOK] =
	    "INSERT INTO ledger(source, kind, order_id, account,"
	    " currency, amount, at) VALUES(?1, ?2, ?3, ?4, ?6, -?7, ?8),"
	    " (?1, ?2, ?3, ?5, ?6, ?7, ?8)",
	[SQL_BOOKED] = "SELECT 1 FROM ledger WHERE source = ? AND kind = ?"
		       " LIMIT 1",
	[SQL_LEDGER_OF] = "SELECT source, kind, account, currency, amount, at"
			  " FROM ledger WHERE order_id = ? ORDER BY id",
	[SQL_ACTIVITY_KEY_PUT] =
	    "INSERT INTO activity_keys(begins, ends, key) VALUES(?, ?, ?)",
	[SQL_ACTIVITY_KEYS] = "SELECT begins, ends, key FROM activity_keys"
			      " ORDER BY begins",
	[SQL_ACTIVITY_KEY_END] =
	    "UPDATE activity_keys SET ends = ?2 WHERE begins = ?1",
	[SQL_ACTIVITY_KEYS_WIPE] = "UPDATE activity_keys SET key = zeroblob(32)"
				   " WHERE begins >= 0 AND ends <= ?",
	[SQL_ACTIVITY_KEYS_DROP] =
	    "DELETE FROM activity_keys WHERE begins >= 0 AND ends <= ?",
	[SQL_ACTIVITY_ADD] =
	    "INSERT INTO activity(anonymous, hour, reader, item, kind)"
	    " VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
	[SQL_ACTIVITY_COUNT] =
	    "SELECT count(*) FROM activity WHERE anonymous = ?",
	[SQL_ACTIVITY_DROP] =
	    "DELETE FROM activity WHERE (anonymous, hour, reader, item, kind)"
	    " IN (SELECT anonymous, hour, reader, item, kind FROM activity"
	    " WHERE anonymous = ?1 AND hour < ?2"
	    " ORDER BY hour, reader, item, kind LIMIT ?3)",
	[SQL_ACTIVITY_FORGET] =
	    "DELETE FROM activity WHERE anonymous = 0 AND hour >= ?2"
	    " AND hour < ?3 AND reader = ?1",
	[SQL_ACTIVITY_OF_READERS] = ACTIVITY_WHERE "0" ACTIVITY_ORDER,
	[SQL_ACTIVITY_OF_OTHERS] = ACTIVITY_WHERE "1" ACTIVITY_ORDER,
	/* What a rehearsal sold is no sale beside real ones. */
	[SQL_PURCHASES] =
	    "SELECT o.paid_at, o.reader, g.product FROM orders o JOIN grants g"
	    " ON g.order_id = o.id AND g.reader = o.reader"
	    " JOIN readers r ON r.id = o.reader AND r.forgotten = 0"
	    " WHERE o.state IN ('paid', 'partially_refunded')"
	    " AND o.paid_at > 0 AND g.revoked = 0"
	    " AND o.livemode = (SELECT max(livemode) FROM orders)"
	    " ORDER BY o.paid_at",
	[SQL_SETTING] = "SELECT value FROM settings WHERE name = ?",
	[SQL_SETTING_PUT] =
	    "INSERT INTO settings(name, value) VALUES(?, ?)"
	    " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
};

enum books_result
books_result_of(enum db_result result)
{
	switch (result) {
	case DB_ROW:
		return BOOKS_OK;
	case DB_NONE:
		return BOOKS_NONE;
	case DB_TAKEN:
		return BOOKS_TAKEN;
	case DB_FAILED:
		break;
	}
	return BOOKS_FAILED;
}

static bool
migrate(struct books *s)
{
	int64_t version = db_version(s->db);
	char done[64];

	if (version < 0 || version > VERSION) {
		log_error("store: orders.db has version %lld; this program"
			  " knows up to %d",
		    (long long)version, VERSION);
		return false;
	}
	for (; version < VERSION; version++) {
		snprintf(done, sizeof(done), "PRAGMA user_version = %lld",
		    (long long)version + 1);
		if (!books_begin(s))
			return false;
		if (!db_exec(s->db, migrations[version]) ||
		    !db_exec(s->db, done) || !books_commit(s)) {
			books_rollback(s);
			return false;
		}
	}
	return true;
}

static struct books *
open_in(const char *folder, enum db_mode mode)
{
	struct books *s = calloc(1, sizeof(*s));
	char path[LIMIT_PATH];
	int n = snprintf(path, sizeof(path), "%s/orders.db", folder);

	if (!s || n < 0 || (size_t)n >= sizeof(path))
		goto fail;
	s->db = db_open(path, mode);
	if (!s->db)
		goto fail;
	if (mode == DB_WRITE && !migrate(s))
		goto fail;
	if (db_version(s->db) != VERSION) {
		log_error("store: %s is of another version", path);
		goto fail;
	}
	if (!db_prepare(s->db, statements, SQL_COUNT))
		goto fail;
	if (mode == DB_WRITE && !books_activity_prepare(s))
		goto fail;
	return s;
fail:
	books_close(s);
	return NULL;
}

struct books *
books_open(const char *folder)
{
	return open_in(folder, DB_WRITE);
}

struct books *
books_open_change(const char *folder)
{
	return open_in(folder, DB_CHANGE);
}

struct books *
books_open_read(const char *folder)
{
	return open_in(folder, DB_READ);
}

void
books_close(struct books *s)
{
	if (!s)
		return;
	db_close(s->db);
	free(s);
}

/* Between transactions only. What stays light is made full by books_begin. */
static bool
set_light(struct books *s, bool light)
{
	if (s->light == light)
		return true;
	if (!db_exec(s->db,
		light ? "PRAGMA synchronous = NORMAL"
		      : "PRAGMA synchronous = FULL"))
		return false;
	s->light = light;
	return true;
}

bool
books_begin(struct books *s)
{
	s->open = set_light(s, false) && db_exec(s->db, "BEGIN IMMEDIATE");
	return s->open;
}

bool
books_begin_light(struct books *s)
{
	s->open = set_light(s, true) && db_exec(s->db, "BEGIN IMMEDIATE");
	return s->open;
}

bool
books_begin_reading(struct books *s)
{
	s->open = db_exec(s->db, "BEGIN");
	return s->open;
}

bool
books_commit(struct books *s)
{
	if (!db_exec(s->db, "COMMIT"))
		return false;
	s->open = false;
	return true;
}

void
books_rollback(struct books *s)
{
	if (s->open && !db_exec(s->db, "ROLLBACK"))
		log_error("store: nothing to roll back");
	s->open = false;
}

int64_t
books_setting(struct books *s, struct str name)
{
	int64_t value = -1;

	if (db_one(s->db, SQL_SETTING, "s", name) == DB_ROW)
		value = db_int(s->db, SQL_SETTING, 0);
	db_end(s->db, SQL_SETTING);
	return value;
}

enum books_result
books_setting_put(struct books *s, struct str name, int64_t value)
{
	return BOOKS_RUN(s, SQL_SETTING_PUT, "si", name, value);
}

enum books_result
books_book(struct books *s, const struct booking *b)
{
	if (b->amount <= 0 || str_eq(b->from, b->to))
		return BOOKS_FAILED;
	return BOOKS_RUN(s, SQL_BOOK, "ssssssii", b->source, b->kind, b->order,
	    b->from, b->to, b->currency, b->amount, b->at);
}

enum books_result
books_booked(struct books *s, struct str source, struct str kind)
{
	enum db_result result = db_one(s->db, SQL_BOOKED, "ss", source, kind);

	db_end(s->db, SQL_BOOKED);
	return books_result_of(result);
}

enum books_result
books_ledger_of(
    struct books *s, struct arena *a, struct str order, struct ledger_list *out)
{
	const size_t n = SQL_LEDGER_OF;
	enum db_result result = db_one(s->db, n, "s", order);

	for (; result == DB_ROW; result = db_next(s->db, n)) {
		struct ledger_entry e = { .source = db_text(s->db, n, 0, a),
			.kind = db_text(s->db, n, 1, a),
			.account = db_text(s->db, n, 2, a),
			.currency = db_text(s->db, n, 3, a),
			.amount = db_int(s->db, n, 4),
			.at = db_int(s->db, n, 5) };

		ARENA_PUSH(a, *out, e);
	}
	db_end(s->db, n);
	return result == DB_NONE ? BOOKS_OK : books_result_of(result);
}
