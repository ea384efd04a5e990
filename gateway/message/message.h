/*
 * message.h - typed messages between front and till over a socket pair.
 *
 * A frame is a 16-byte header (u32 length of the body, u16 type, u16 zero, u64
 * request id, host byte order: one machine) and the body: the fields of the
 * type in the order of the table below, integers as i64, texts as u32 length
 * and bytes, lists as u32 count and items. The till answers a request with its
 * id; a request id of 0 is an announcement and has no answer. Either side
 * closes on a frame it cannot decode: the other process is broken or hostile.
 *
 * Everything in a message from the front is outside text: the till validates it
 * again. Whatever the till sends to the front may be shown to readers.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "arena.h"
#include "token.h"

enum message_type {
	/* till to front, announcements */
	MESSAGE_HELLO = 1, /* keys and revocations; first, and after changes */
	/* front to till, and the answers */
	MESSAGE_CHECKOUT = 16,
	MESSAGE_CHECKOUT_DONE,
	MESSAGE_RETURN,
	MESSAGE_RETURN_DONE,
	MESSAGE_WEBHOOK,
	MESSAGE_WEBHOOK_DONE,
	MESSAGE_RENEW,
	MESSAGE_RENEW_DONE,
	MESSAGE_SIGN_OUT,
	MESSAGE_SIGN_OUT_DONE,
	/* front to till, announcement */
	MESSAGE_EVENTS = 48,
};

enum { MESSAGE_REVOKED_MAX = 10000, MESSAGE_EVENTS_MAX = 512 };

struct message_hello {
	struct token_keys keys;
	struct str issuer, audience;
	struct {
		struct str *at; /* jti of revoked tokens, not yet expired */
		size_t count, room;
	} revoked;
	int64_t generation; /* grows with every change of the rest */
	/* Tokens issued before it are refused, and renewed if a right stands:
	 * more are revoked than `revoked` can name. 0: none are. */
	int64_t not_before;
};

struct message_checkout {
	struct str offer; /* id */
	struct str page; /* "/m/..." where the reader came from, or "" */
	struct str lang;
	struct str token; /* the reader's token cookie, or "" */
	struct str reader; /* the reader cookie, or "" */
	struct str address; /* of the client, for limits; not stored */
};
enum checkout_result {
	CHECKOUT_REDIRECT, /* 303 to `url` */
	CHECKOUT_OWNED, /* 303 to `url`: the reader has it already */
	CHECKOUT_UNKNOWN_OFFER, /* 404 */
	CHECKOUT_TOO_MANY, /* 429 */
	CHECKOUT_REFUSED, /* 502: the provider refuses our request */
	CHECKOUT_UNAVAILABLE, /* 503: provider or storage out of reach */
};
struct message_checkout_done {
	enum checkout_result result;
	struct str url;
	struct str order;
	struct str session; /* the provider's id of it, for the return page */
};

struct message_return {
	struct str session; /* session_id of the query */
	int64_t
	    claim; /* 1: by the browser that ordered, or by a press of the
		    * button: sign it in. 0: say only how the order stands */
	struct str token, reader; /* cookies, or "" */
};
enum return_result {
	RETURN_PAID, /* set the cookies, show, lead on to `start` */
	RETURN_ARRIVING,
	RETURN_FAILED,
	RETURN_EXPIRED, /* abandoned or timed out */
	RETURN_UNKNOWN, /* no such order here: 404 */
	RETURN_UNAVAILABLE, /* 503 */
};
struct message_return_done {
	enum return_result result;
	struct str token, reader; /* new cookie values, or "" to leave them */
	struct str order, offer; /* ids */
	struct str lang;
	int64_t amount;
	struct str currency;
	struct str page; /* where the reader came from, or "" */
};

struct message_webhook {
	struct str signature; /* the Stripe-Signature header */
	struct str body; /* raw */
};
enum webhook_result {
	WEBHOOK_STORED, /* 200: committed */
	WEBHOOK_FORGED, /* 400 */
	WEBHOOK_MALFORMED, /* 400: signed, yet no event */
	WEBHOOK_UNAVAILABLE, /* 503: not committed */
};
struct message_webhook_done {
	enum webhook_result result;
};

struct message_renew {
	struct str token, reader;
};
struct message_renew_done {
	struct str token; /* a new one, or "": no right stands */
};

struct message_sign_out {
	struct str token, reader;
};
struct message_sign_out_done {
	int64_t done;
};

/* What a reader did, for recommendations; consent was given and looked at. */
struct message_event {
	int64_t time; /* Unix seconds */
	struct str
	    reader; /* a token's sub; or '~' and an id that lasts a day */
	struct str
	    kind; /* "visit", "complete", "shown:related", "click:also" */
	struct str item; /* an address of the release, decoded, without /m */
};
struct message_events {
	struct message_event *at;
	size_t count, room;
};

struct message {
	enum message_type type;
	uint64_t id;
	union {
		struct message_hello hello;
		struct message_checkout checkout;
		struct message_checkout_done checkout_done;
		struct message_return back;
		struct message_return_done back_done;
		struct message_webhook webhook;
		struct message_webhook_done webhook_done;
		struct message_renew renew;
		struct message_renew_done renew_done;
		struct message_sign_out sign_out;
		struct message_sign_out_done sign_out_done;
		struct message_events events;
	} u;
};

/* Appends one frame. False when it is over LIMIT_MESSAGE. */
bool message_encode(struct buf *out, const struct message *m)
    __attribute__((warn_unused_result));

enum message_progress { MESSAGE_READY, MESSAGE_MORE, MESSAGE_BROKEN };
/*
 * Decodes the first frame of in[0..); `used` is what it took. Texts point into
 * `in`; lists are in the arena. MESSAGE_MORE: the frame is not whole yet.
 */
enum message_progress message_decode(struct arena *a, struct str in,
    struct message *m, size_t *used) __attribute__((warn_unused_result));

#endif
