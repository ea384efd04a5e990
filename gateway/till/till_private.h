/*
 * till_private.h - between the files of the till: its state, and what each file
 * does with it. One thread; nothing here outlives till_run.
 */
#ifndef TILL_PRIVATE_H
#define TILL_PRIVATE_H

#include "books.h"
#include "catalogue.h"
#include "complaint.h"
#include "keyring.h"
#include "message.h"
#include "pace.h"
#include "provider.h"
#include "secret_file.h"
#include "stripe.h"
#include "till.h"

enum {
	TILL_WEBHOOK_SECRETS = 8,
	TILL_READS = 6, /* objects read at once because of events */
	TILL_BACKLOG = 20000, /* events waiting; more are answered 503 */
	TILL_CLAIM_SECONDS = 24 * 3600, /* a return address opens this long */
	TILL_CLAIMS = 5, /* readers one order may open for */
	TILL_SECRET_TEXT = 43, /* base64url of 256 bits */
};

struct till_secrets { /* in locked memory */
	struct keyring ring;
	char webhook_text[SECRET_FILE_MAX + 1];
	struct str webhook[TILL_WEBHOOK_SECRETS];
	size_t webhooks;
	char key_text[SECRET_FILE_MAX + 1];
	struct str key;
};

/* An object to be read at the provider, and who asked. */
struct wanted {
	enum stripe_object kind;
	struct str object;
};

struct till {
	const struct config *c;
	struct books *books;
	struct provider *provider;
	struct catalogue *catalogue;
	struct till_secrets *secrets;
	struct str issuer; /* our url */
	bool livemode; /* by the kind of the key */

	struct pace checkouts, renewals; /* by network, by reader */
	struct pace claims, strangers; /* by order; all together */
	struct complaint forged, malformed; /* webhooks */
	struct recorder *recorder;

	int socket;
	struct buf in, out; /* of the socket */

	bool changed; /* site or revocations: the front must hear of it */
	char told[LIMIT_PATH]; /* the site that it has heard of */
	bool look; /* events may be due */
	int64_t next_event; /* Unix seconds; 0: none is waiting */
	int64_t next_reconcile; /* ms */
	int64_t pause; /* ms: storage failed, no new reading before */
	bool reconciling;
	struct {
		struct wanted *at;
		size_t count, room;
	} wanted;
	struct arena wanted_arena;
	struct reading *readings; /* under way, see reading.h */
	size_t event_reads; /* of these, how many are nobody's request */
	size_t answers_due; /* requests of the front not yet answered */
	bool busy; /* this turn had requests that people wait for */
	bool resumed; /* what the last process left was taken up */
	bool stopping; /* no new work */
	bool closing; /* what is under way ends without an answer */
};

/* till.c */
void till_answer(struct till *t, const struct message *m);

/* secrets.c */
struct till_secrets *secrets_read(const struct config *c);
void secrets_free(struct till_secrets *s);

/* settle.c: brings an order, its grants and its bookings in line with its
 * facts. Within a transaction. The one place that grants. */
enum books_result settle_order(
    struct till *t, struct arena *a, struct order *o, int64_t now);

/* reading.c: reads an object at the provider with all that belongs to it, and
 * settles in one transaction with the events that asked for it. */
enum reading_result {
	READING_APPLIED,
	READING_NOT_OURS,
	READING_UNKNOWN, /* ours, yet no such order here */
	READING_UNREACHABLE,
	READING_FAILED, /* storage */
};
typedef void reading_done(void *arg, enum reading_result result);
struct reading_request {
	enum stripe_object kind;
	struct str object;
	const struct event *event; /* NULL: no event asked */
	int64_t budget_ms;
	reading_done *done; /* may be NULL */
	void *arg;
};
bool reading_start(struct till *t, const struct reading_request *request)
    __attribute__((warn_unused_result));
bool reading_is_under_way(const struct till *t, struct str object);

/* webhook.c */
struct webhook_batch {
	const struct message *at[64];
	size_t count;
};
void webhooks_take(struct till *t, const struct webhook_batch *batch);
/* Starts reading what events and the reconciler ask for. */
void webhooks_work(struct till *t);

/* checkout.c, claim.c, rights.c: requests of the front. */
void checkout_take(struct till *t, const struct message *m);
/* Sends the form of an order again whose answer we do not know. */
void checkout_resume(struct till *t, const struct order *o);
void claim_take(struct till *t, const struct message *m);
void rights_renew(struct till *t, const struct message *m);
void rights_sign_out(struct till *t, const struct message *m);

/* rights.c: who a browser is, and what it may read. */
/* The reader behind the cookies; "" when they name none. */
struct str reader_of(
    struct till *t, struct arena *a, struct str token, struct str secret);
/* By the renewal secret alone. */
struct str reader_by_secret(struct till *t, struct arena *a, struct str secret);
/* A token for all that stands, recorded, or "" when nothing does. Within a
 * transaction; false when storage fails. */
bool token_for(struct till *t, struct arena *a, struct str reader,
    struct str *token) __attribute__((warn_unused_result));
/* A new renewal secret. Within a transaction. */
bool secret_for(struct till *t, struct arena *a, struct str reader,
    struct str *secret) __attribute__((warn_unused_result));
/* Does the reader hold every product of `products`? */
bool reader_owns(struct till *t, struct arena *a, struct str reader,
    const struct strs *products);
/* Sees the newest release; true when there is one. */
bool rights_refresh(struct till *t);
/* Tells the front the keys, the site and what is revoked. */
bool rights_hello(struct till *t);

/* recorder.c: keeps what readers did, when nothing else is to be done. NULL:
 * storage failed. */
struct recorder *recorder_new(struct till *t);
void recorder_free(struct recorder *r);
/* Checks what the front announces, and lets it wait. */
void recorder_take(struct recorder *r, const struct message *m);
bool recorder_waits(const struct recorder *r);
/* Writes a batch or deletes what is too old, unless the till is busy. */
void recorder_work(struct recorder *r);
/* Writes all that waits: the till ends. */
void recorder_flush(struct recorder *r);

/* reconcile.c */
void reconcile_begin(struct till *t);
void reconcile_want(struct till *t, enum stripe_object kind, struct str object);
/* Takes one off; its text is good until the next call. False: none is left. */
bool reconcile_wanted(struct till *t, struct wanted *w);

#endif
