/*
 * store.h - every object of the mint by its id, in order of creation.
 *
 * Objects are kept as JSON text: what is read is a copy, so nothing that was
 * handed out (an event's snapshot, an answer) changes afterwards. Not
 * thread-safe: the mint's lock guards it.
 */
#ifndef MINT_STORE_H
#define MINT_STORE_H

#include "buf.h"
#include "value.h"

enum mint_kind {
	MINT_SESSION,
	MINT_PAYMENT_INTENT,
	MINT_CHARGE,
	MINT_REFUND,
	MINT_DISPUTE,
	MINT_CUSTOMER,
	MINT_SUBSCRIPTION,
	MINT_INVOICE,
	MINT_PRODUCT,
	MINT_PRICE,
	MINT_COUPON,
	MINT_PROMOTION_CODE,
	MINT_BALANCE_TRANSACTION,
	MINT_WEBHOOK_ENDPOINT,
	MINT_PORTAL_SESSION,
	MINT_FRAUD_WARNING,
	MINT_EVENT,
	MINT_KINDS
};

/* How a kind is called: in ids, in `object`, in errors, in a list's url. */
struct mint_kind_names {
	const char *prefix, *object, *url;
	size_t digits;
};
const struct mint_kind_names *mint_kind_names(enum mint_kind kind);

struct mint_object {
	char *id;
	enum mint_kind kind;
	int64_t created;
	int64_t due; /* its note "_due": seconds, 0 for nothing to do */
	char *json;
	size_t json_len;
	size_t next; /* in its hash chain, index + 1 */
};

struct mint_store;

struct mint_store *mint_store_new(void);
void mint_store_free(struct mint_store *s);
/* Inserts, or replaces the object with the same "id". */
void mint_store_put(
    struct mint_store *s, enum mint_kind kind, const struct value *object);
bool mint_store_remove(struct mint_store *s, struct str id);
/* A fresh tree in `a`, or NULL; `kind` may be NULL. */
struct value *mint_store_get(
    struct mint_store *s, struct arena *a, struct str id, enum mint_kind *kind);
/* Places 0..count-1 in order of creation; NULL where an object was removed. */
size_t mint_store_count(const struct mint_store *s);
const struct mint_object *mint_store_at(const struct mint_store *s, size_t i);
struct value *mint_store_tree(const struct mint_object *o, struct arena *a);
/* The place of an id, or the count. */
size_t mint_store_place(const struct mint_store *s, struct str id);

/* The state as JSON members: `"objects":[...]`. And back: false when the list
 * holds anything that is not an object of a known kind. */
void mint_store_write(const struct mint_store *s, struct buf *out);
bool mint_store_read(struct mint_store *s, const struct value *objects)
    __attribute__((warn_unused_result));

#endif
