/*
 * books_private.h - between the files of the books: its statements by name.
 */
#ifndef BOOKS_PRIVATE_H
#define BOOKS_PRIVATE_H

#include "books.h"
#include "db.h"

enum sql {
	SQL_ORDER_ADD,
	SQL_LINE_ADD,
	SQL_ORDER_UPDATE,
	SQL_ORDER,
	SQL_ORDER_BY_SESSION,
	SQL_ORDER_BY_PAYMENT,
	SQL_ORDER_BY_SUBSCRIPTION,
	SQL_ORDERS,
	SQL_ORDERS_OPEN,
	SQL_ORDERS_UNSENT,
	SQL_LINES,
	SQL_FACT_PUT,
	SQL_FACTS,
	SQL_FACT,
	SQL_EVENT_ADD,
	SQL_EVENTS_DUE,
	SQL_EVENT_NEXT_DUE,
	SQL_EVENTS_WAITING,
	SQL_EVENT_LAST,
	SQL_EVENTS_SETTLE,
	SQL_EVENTS_PARK,
	SQL_EVENTS_OF,
	SQL_EVENTS_STRAY,
	SQL_READER_ADD,
	SQL_READER_KNOWN,
	SQL_READER_FORGET,
	SQL_READER_FORGOTTEN,
	SQL_READER_PAYMENTS,
	SQL_SECRET_ADD,
	SQL_SECRET_FIND,
	SQL_SECRET_REMOVE,
	SQL_SECRETS_PURGE,
	SQL_GRANT_PUT,
	SQL_GRANTS_OF_ORDER,
	SQL_GRANTS_OF_READER,
	SQL_TOKEN_ADD,
	SQL_TOKEN_REVOKE,
	SQL_TOKENS_REVOKE,
	SQL_TOKEN_REVOKED,
	SQL_REVOCATIONS,
	SQL_TOKENS_PURGE,
	SQL_BOOK,
	SQL_BOOKED,
	SQL_LEDGER_OF,
	SQL_ACTIVITY_KEY_PUT,
	SQL_ACTIVITY_KEYS,
	SQL_ACTIVITY_KEY_END,
	SQL_ACTIVITY_KEYS_WIPE,
	SQL_ACTIVITY_KEYS_DROP,
	SQL_ACTIVITY_ADD,
	SQL_ACTIVITY_COUNT,
	SQL_ACTIVITY_DROP,
	SQL_ACTIVITY_FORGET,
	SQL_ACTIVITY_OF_READERS,
	SQL_ACTIVITY_OF_OTHERS,
	SQL_PURCHASES,
	SQL_SETTING,
	SQL_SETTING_PUT,
	SQL_COUNT
};

struct books {
	struct db *db;
	bool open; /* a transaction is */
	bool light; /* synchronous=NORMAL */
};

/* The lasting key is there, from the first start on. */
bool books_activity_prepare(struct books *s)
    __attribute__((warn_unused_result));

/* DB_ROW and DB_NONE by what was asked for. */
enum books_result books_result_of(enum db_result result);
/* One statement without rows. */
#define BOOKS_RUN(s, ...) books_result_of(db_run((s)->db, __VA_ARGS__))

#endif
