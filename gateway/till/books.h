/*
 * books.h - orders.db: everything the till must not forget.
 *
 * Promises: what is committed survives kill -9 and power loss; the ledger is
 * only ever added to, and every booking is balanced; an event, an order's key
 * and a grant exist once. All SQL is literal text in books*.c, prepared at
 * start. Reads copy into the caller's arena. Writes belong between books_begin
 * and books_commit; after a failure, books_rollback, and nothing of it stands.
 */
#ifndef BOOKS_H
#define BOOKS_H

#include "arena.h"
#include "fact.h"
#include "limits.h"
#include "pseudonym.h"

struct books;

enum books_result {
	BOOKS_OK,
	BOOKS_NONE, /* no such row */
	BOOKS_TAKEN, /* is there already */
	BOOKS_FAILED, /* storage; was logged */
};

/* Makes and migrates orders.db in `folder`. NULL after a log line. */
struct books *books_open(const char *folder);
/* For looking: changes nothing, refuses another version's file. */
struct books *books_open_read(const char *folder);
/* For a command beside the gateway that writes: makes and migrates nothing,
 * refuses another version's file. */
struct books *books_open_change(const char *folder);
void books_close(struct books *s);
bool books_begin(struct books *s) __attribute__((warn_unused_result));
/* For what may be lost in a power cut: commits without waiting for the disk. */
bool books_begin_light(struct books *s) __attribute__((warn_unused_result));
/* For several reads that are to see the same; ended by books_rollback. */
bool books_begin_reading(struct books *s) __attribute__((warn_unused_result));
bool books_commit(struct books *s) __attribute__((warn_unused_result));
void books_rollback(struct books *s);

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
	bool promotion_codes; /* the session was asked for with them */
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

enum books_result books_order_add(struct books *s, const struct order *o,
    const struct order_line *lines, size_t count);
/* Session, payment, subscription, state, paid, paid_at, checked, quarantine. */
enum books_result books_order_update(struct books *s, const struct order *o);
enum books_result books_order(
    struct books *s, struct arena *a, struct str id, struct order *out);
enum books_result books_order_by_session(
    struct books *s, struct arena *a, struct str session, struct order *out);
/* By its own payment or by that of an invoice. */
enum books_result books_order_by_payment(
    struct books *s, struct arena *a, struct str payment, struct order *out);
enum books_result books_order_by_subscription(struct books *s, struct arena *a,
    struct str subscription, struct order *out);
enum books_result books_order_lines(
    struct books *s, struct arena *a, struct str id, struct order_lines *out);
/* Newest first. */
enum books_result books_orders(
    struct books *s, struct arena *a, size_t limit, struct order_list *out);
/* Pending and awaiting ones last checked before `before`, oldest first. */
enum books_result books_orders_open(struct books *s, struct arena *a,
    int64_t before, size_t limit, struct order_list *out);
/* Those whose session the provider has not confirmed to us. */
enum books_result books_orders_unsent(
    struct books *s, struct arena *a, struct order_list *out);

/* Facts */

/* Kept unless a further one is there. The text of `f` is copied. */
enum books_result books_fact_put(
    struct books *s, struct str order, const struct fact *f);
enum books_result books_facts(
    struct books *s, struct arena *a, struct str order, struct fact_list *out);
enum books_result books_fact(
    struct books *s, struct arena *a, struct str id, struct fact *out);

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
/* BOOKS_TAKEN: a duplicate, which changes nothing. */
enum books_result books_event_add(
    struct books *s, const struct event *e, struct str raw);
/* The oldest that are due. */
enum books_result books_events_due(struct books *s, struct arena *a,
    int64_t now, size_t limit, struct event_list *out);
/* When the next one after `now` is due, or -1. */
int64_t books_event_next_due(struct books *s, int64_t now);
int64_t books_event_last(struct books *s); /* the latest seq, or -1 */
int64_t books_events_waiting(struct books *s); /* how many, or -1 */
/* Every waiting event about `object` up to `seq`. */
enum books_result books_events_settle(struct books *s, struct str object,
    int64_t seq, enum event_state state, struct str order, struct str note);
/* The same, tried once more and parked until `next`. */
enum books_result books_events_park(struct books *s, struct str object,
    int64_t seq, int64_t next, struct str note);
enum books_result books_events_of(
    struct books *s, struct arena *a, struct str order, struct event_list *out);
/* Quarantined and parked ones without an order, newest first. */
enum books_result books_events_stray(
    struct books *s, struct arena *a, struct event_list *out);

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

enum { BOOKS_HASH = 64 }; /* hexadecimal SHA-256 */

enum books_result books_reader_add(
    struct books *s, struct str reader, int64_t now);
enum books_result books_reader_known(struct books *s, struct str reader);
/* From now on nothing of the reader is recorded or exported. BOOKS_NONE: it was
 * so already. */
enum books_result books_reader_forget(
    struct books *s, struct str reader, int64_t now);
enum books_result books_reader_forgotten(struct books *s, struct str reader);

struct time_list {
	int64_t *at;
	size_t count, room;
};
/* When the reader's orders were paid. */
enum books_result books_reader_payments(
    struct books *s, struct arena *a, struct str reader, struct time_list *out);
/* A renewal secret, hashed. */
enum books_result books_secret_add(
    struct books *s, struct str hash, struct str reader, int64_t now);
enum books_result books_secret_find(
    struct books *s, struct arena *a, struct str hash, struct str *reader);
enum books_result books_secret_remove(struct books *s, struct str hash);

/* Made, or brought up to `g`; BOOKS_NONE when it was so already. */
enum books_result books_grant_put(struct books *s, const struct grant *g);
enum books_result books_grants_of_order(
    struct books *s, struct arena *a, struct str order, struct grant_list *out);
/* Those that stand at `now`, newest first. */
enum books_result books_grants_of_reader(struct books *s, struct arena *a,
    struct str reader, int64_t now, struct grant_list *out);

enum books_result books_token_add(struct books *s, struct str jti,
    struct str reader, int64_t issued, int64_t expires);
/* BOOKS_NONE when there was none to revoke. */
enum books_result books_token_revoke(
    struct books *s, struct str jti, int64_t now);
enum books_result books_tokens_revoke(
    struct books *s, struct str reader, int64_t now);
enum books_result books_token_revoked(struct books *s, struct str jti);

struct id_list {
	struct str *at;
	size_t count, room;
};
/* The `limit` that were issued last; `before`: every other revoked token was
 * issued before this moment, 0 when there is no other. */
enum books_result books_revocations(struct books *s, struct arena *a,
    int64_t now, size_t limit, struct id_list *out, int64_t *before);
/* Forgets tokens and secrets that are over. */
enum books_result books_tokens_purge(struct books *s, int64_t now);

/* Money */

struct booking {
	struct str source, kind; /* the fact's id, and what happened */
	struct str order;
	struct str from, to; /* accounts */
	struct str currency;
	int64_t amount, at; /* minor units, > 0 */
};
/* Both sides at once. BOOKS_TAKEN: booked already, nothing changes. */
enum books_result books_book(struct books *s, const struct booking *b);
/* BOOKS_OK when source and kind were booked. */
enum books_result books_booked(
    struct books *s, struct str source, struct str kind);

struct ledger_entry {
	struct str source, kind, account, currency;
	int64_t amount, at;
};
struct ledger_list {
	struct ledger_entry *at;
	size_t count, room;
};
enum books_result books_ledger_of(struct books *s, struct arena *a,
    struct str order, struct ledger_list *out);

/* What readers did, by pseudonym; pseudonym.h says how one is made */

struct activity {
	int64_t hour; /* Unix seconds, of its beginning */
	struct str reader; /* the pseudonym */
	struct str item, kind;
	bool anonymous; /* nobody signed in: an id of one day */
};

struct activity_keys {
	struct pseudonym_key *at; /* by time; the lasting one first */
	size_t count, room;
};

enum books_result books_activity_keys(
    struct books *s, struct arena *a, struct activity_keys *out);
enum books_result books_activity_key_put(
    struct books *s, const struct pseudonym_key *k);
/* Lets a key end at another day. */
enum books_result books_activity_key_end(
    struct books *s, int64_t begins, int64_t ends);
/* Forgets those that ended by `day`, so that nothing brings them back: their
 * bytes are overwritten. BOOKS_NONE: there were none. */
enum books_result books_activity_keys_drop(struct books *s, int64_t day);
/* BOOKS_NONE: this hour has it already. */
enum books_result books_activity_add(struct books *s, const struct activity *e);
int64_t books_activity_count(struct books *s, bool anonymous); /* or -1 */
/* Deletes the oldest from before `before`, `most` at most; how many, or -1. */
int64_t books_activity_drop(
    struct books *s, bool anonymous, int64_t before, size_t most);
/* Deletes what is of the pseudonym `reader` in the hours `from` to, without it,
 * `before`; how many, or -1. */
int64_t books_activity_forget(
    struct books *s, struct str reader, int64_t from, int64_t before);
/* One after the other, by hour, reader, item and kind. BOOKS_NONE: it was the
 * last. The first call with `first`; texts are in the arena. */
enum books_result books_activity_next(struct books *s, struct arena *a,
    bool anonymous, bool first, struct activity *out);
/* After a deletion: also nothing in the write-ahead log. */
void books_settle_log(struct books *s);

struct purchase {
	int64_t at;
	struct str reader, product;
};
struct purchase_list {
	struct purchase *at;
	size_t count, room;
};
/* What was paid and stands: refunded orders, and lines of an order that were
 * refunded, are not among them, nor is what forgotten readers bought. */
enum books_result books_purchases(
    struct books *s, struct arena *a, struct purchase_list *out);

/* Settings */

/* -1 when it was never set or cannot be read. */
int64_t books_setting(struct books *s, struct str name);
enum books_result books_setting_put(
    struct books *s, struct str name, int64_t value);

#endif
