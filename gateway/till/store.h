/*
 * store.h - orders.db: everything the till must not forget.
 *
 * Promises: what is committed survives kill -9 and power loss; the ledger is
 * only ever added to, and every booking is balanced; an event, an order's key
 * and a grant exist once. All SQL is literal text in store*.c, prepared at
 * start. Reads copy into the caller's arena. Writes belong between store_begin
 * and store_commit; after a failure, store_rollback, and nothing of it stands.
 */
#ifndef STORE_H
#define STORE_H

#include "arena.h"
#include "fact.h"
#include "limits.h"

struct store;

enum store_result {
	STORE_OK,
	STORE_NONE, /* no such row */
	STORE_TAKEN, /* is there already */
	STORE_FAILED, /* storage; was logged */
};

/* Makes and migrates orders.db in `folder`. NULL after a log line. */
struct store *store_open(const char *folder);
/* For looking: changes nothing, refuses another version's file. */
struct store *store_open_read(const char *folder);
void store_close(struct store *s);
bool store_begin(struct store *s) __attribute__((warn_unused_result));
bool store_commit(struct store *s) __attribute__((warn_unused_result));
void store_rollback(struct store *s);

/* Orders */

struct order {
	struct str id, reader;
	struct str offer, title, kind, interval; /* as it was when ordered */
	struct str page, lang, currency; /* "EUR" */
	int64_t amount;
	bool livemode;
	int64_t created, expires; /* of the session */
	struct str idempotency_key, request; /* the form, byte for byte */
	struct str session, session_url; /* "" until the provider answered */
	struct str payment, subscription; /* the provider's ids, or "" */
	enum order_state state;
	int64_t paid, paid_at, checked; /* checked: last read at the provider */
	struct str quarantine; /* why, or "" */
};

struct order_line {
	int64_t line; /* from 1 */
	struct str product;
	int64_t amount; /* its share */
};

struct order_list {
	struct order *at;
	size_t count, room;
};

struct order_lines {
	struct order_line *at;
	size_t count, room;
};

enum store_result store_order_add(struct store *s, const struct order *o,
    const struct order_line *lines, size_t count);
/* Session, payment, subscription, state, paid, paid_at, checked, quarantine. */
enum store_result store_order_update(struct store *s, const struct order *o);
enum store_result store_order(
    struct store *s, struct arena *a, struct str id, struct order *out);
enum store_result store_order_by_session(
    struct store *s, struct arena *a, struct str session, struct order *out);
/* By its own payment or by that of an invoice. */
enum store_result store_order_by_payment(
    struct store *s, struct arena *a, struct str payment, struct order *out);
enum store_result store_order_by_subscription(struct store *s, struct arena *a,
    struct str subscription, struct order *out);
enum store_result store_order_lines(
    struct store *s, struct arena *a, struct str id, struct order_lines *out);
/* Newest first. */
enum store_result store_orders(
    struct store *s, struct arena *a, size_t limit, struct order_list *out);
/* Pending and awaiting ones last checked before `before`, oldest first. */
enum store_result store_orders_open(struct store *s, struct arena *a,
    int64_t before, size_t limit, struct order_list *out);
/* Those whose session the provider has not confirmed to us. */
enum store_result store_orders_unsent(
    struct store *s, struct arena *a, struct order_list *out);

/* Facts */

/* Kept unless a further one is there. The text of `f` is copied. */
enum store_result store_fact_put(
    struct store *s, struct str order, const struct fact *f);
enum store_result store_facts(
    struct store *s, struct arena *a, struct str order, struct fact_list *out);
enum store_result store_fact(
    struct store *s, struct arena *a, struct str id, struct fact *out);

/* Events */

enum event_state {
	EVENT_STORED, /* to be processed */
	EVENT_PARKED, /* again at `next` */
	EVENT_DONE,
	EVENT_IGNORED, /* not ours, or of no meaning here */
	EVENT_QUARANTINED,
	EVENT_STATES
};

struct event {
	int64_t seq;
	struct str id, type, object, order;
	enum event_state state;
	int64_t received, tries, next;
	struct str note;
};

struct event_list {
	struct event *at;
	size_t count, room;
};

const char *event_state_name(enum event_state state);
/* STORE_TAKEN: a duplicate, which changes nothing. */
enum store_result store_event_add(
    struct store *s, const struct event *e, struct str raw);
/* The oldest that are due. */
enum store_result store_events_due(struct store *s, struct arena *a,
    int64_t now, size_t limit, struct event_list *out);
/* When the next one after `now` is due, or -1. */
int64_t store_event_next_due(struct store *s, int64_t now);
int64_t store_event_last(struct store *s); /* the latest seq, or -1 */
int64_t store_events_waiting(struct store *s); /* how many, or -1 */
/* Every waiting event about `object` up to `seq`. */
enum store_result store_events_settle(struct store *s, struct str object,
    int64_t seq, enum event_state state, struct str order, struct str note);
/* The same, tried once more and parked until `next`. */
enum store_result store_events_park(struct store *s, struct str object,
    int64_t seq, int64_t next, struct str note);
enum store_result store_events_of(
    struct store *s, struct arena *a, struct str order, struct event_list *out);
/* Quarantined and parked ones without an order, newest first. */
enum store_result store_events_stray(
    struct store *s, struct arena *a, struct event_list *out);

/* Readers, their rights and their tokens */

struct grant {
	struct str order, reader, product;
	int64_t line, granted, until,
	    revoked; /* until 0: lasting; revoked 0: no */
};

struct grant_list {
	struct grant *at;
	size_t count, room;
};

enum { STORE_HASH = 64 }; /* hexadecimal SHA-256 */

enum store_result store_reader_add(
    struct store *s, struct str reader, int64_t now);
enum store_result store_reader_known(struct store *s, struct str reader);
/* A renewal secret, hashed. */
enum store_result store_secret_add(
    struct store *s, struct str hash, struct str reader, int64_t now);
enum store_result store_secret_find(
    struct store *s, struct arena *a, struct str hash, struct str *reader);
enum store_result store_secret_remove(struct store *s, struct str hash);

/* Made, or brought up to `g`; STORE_NONE when it was so already. */
enum store_result store_grant_put(struct store *s, const struct grant *g);
enum store_result store_grants_of_order(
    struct store *s, struct arena *a, struct str order, struct grant_list *out);
/* Those that stand at `now`, newest first. */
enum store_result store_grants_of_reader(struct store *s, struct arena *a,
    struct str reader, int64_t now, struct grant_list *out);

enum store_result store_token_add(struct store *s, struct str jti,
    struct str reader, int64_t issued, int64_t expires);
/* STORE_NONE when there was none to revoke. */
enum store_result store_token_revoke(
    struct store *s, struct str jti, int64_t now);
enum store_result store_tokens_revoke(
    struct store *s, struct str reader, int64_t now);
enum store_result store_token_revoked(struct store *s, struct str jti);

struct id_list {
	struct str *at;
	size_t count, room;
};
enum store_result store_revocations(struct store *s, struct arena *a,
    int64_t now, size_t limit, struct id_list *out);
/* Forgets tokens and secrets that are over. */
enum store_result store_tokens_purge(struct store *s, int64_t now);

/* Money */

struct booking {
	struct str source, kind; /* the fact's id, and what happened */
	struct str order;
	struct str from, to; /* accounts */
	struct str currency;
	int64_t amount, at; /* minor units, > 0 */
};
/* Both sides at once. STORE_TAKEN: booked already, nothing changes. */
enum store_result store_book(struct store *s, const struct booking *b);
/* STORE_OK when source and kind were booked. */
enum store_result store_booked(
    struct store *s, struct str source, struct str kind);

struct ledger_entry {
	struct str source, kind, account, currency;
	int64_t amount, at;
};
struct ledger_list {
	struct ledger_entry *at;
	size_t count, room;
};
enum store_result store_ledger_of(struct store *s, struct arena *a,
    struct str order, struct ledger_list *out);

/* Settings */

/* -1 when it was never set or cannot be read. */
int64_t store_setting(struct store *s, struct str name);
enum store_result store_setting_put(
    struct store *s, struct str name, int64_t value);

#endif
