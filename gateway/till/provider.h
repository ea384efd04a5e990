/*
 * provider.h - requests to the payment provider's REST interface, and the
 * till's waiting: one multi handle that also watches the till's own
 * descriptors.
 *
 * Promises: TLS with the certificate and its name checked; no redirect
 * followed; an answer of at most LIMIT_PROVIDER_BODY; JSON or it is no answer.
 * Retries as the official clients do: connection errors, no JSON, 409, 429 and
 * 5xx unless Stripe-Should-Retry decides, 0.5 s doubled each time with jitter,
 * the same Idempotency-Key. The key never leaves this module. Does not know
 * what is asked.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "arena.h"
#include "config.h"
#include "value.h"

#include <poll.h>

struct provider;

enum provider_result {
	PROVIDER_OK, /* 2xx and a JSON object */
	PROVIDER_REFUSED, /* any other answer that will not change */
	PROVIDER_ABSENT, /* 404: there is no such object */
	PROVIDER_UNREACHABLE, /* tries or time ran out */
};

struct provider_answer {
	enum provider_result result;
	int status; /* of the last answer, or 0 */
	const struct value *json; /* PROVIDER_OK; in the request's arena */
	struct str code; /* error.code or error.type, or "" */
};

/* Called once, from provider_work. May make new requests. */
typedef void provider_done(void *arg, const struct provider_answer *answer);

struct provider_request {
	struct arena *arena; /* lives until `done` */
	struct str path; /* "/v1/checkout/sessions", with its query */
	struct str form; /* of a POST; a GET when its pointer is NULL */
	struct str idempotency_key;
	int64_t budget_ms; /* for all tries together */
	provider_done *done;
	void *arg;
};

/* `key` is read now and wiped by the caller. NULL after a log line. */
struct provider *provider_new(const struct config *c, struct str key);
/* Ends what is under way as PROVIDER_UNREACHABLE; takes no new requests then.
 */
void provider_free(struct provider *p);
/* False, with no call of `done`, when too much is under way. */
bool provider_send(struct provider *p, const struct provider_request *request)
    __attribute__((warn_unused_result));
size_t provider_busy(const struct provider *p);
/* Waits for answers, for `fds`, or `timeout_ms`, whichever is first. */
void provider_wait(
    struct provider *p, struct pollfd *fds, unsigned count, int timeout_ms);
/* Takes what has arrived and calls `done`. */
void provider_work(struct provider *p);

#endif
