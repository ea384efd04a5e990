/*
 * ask.h - questions to the till, and what happens when it is away.
 *
 * One thread owns the socket. A question is copied, sent in its turn, and
 * answered exactly once through its callback: with the till's message, or with
 * NULL when the till is away too long, died while a payment was being begun, or
 * the deadline passed. Questions that may be asked twice (renew, return,
 * webhook, sign-out) are asked again of the till's successor, once. The number
 * of questions under way is bounded, so a stalled till cannot use up memory.
 */
#ifndef ASK_H
#define ASK_H

#include "message.h"

enum {
	ASK_PENDING = 512, /* questions under way */
	ASK_BYTES = 16 << 20, /* all of them together */
	ASK_AWAY_MS = 5000, /* how long one waits for a new till */
	ASK_TELL_MS = 30000, /* an announcement, for the till to take it */
};

struct ask;

/* Called on the asking thread; `m` and its texts live until it returns. */
typedef void ask_done(void *ctx, const struct message *m);
typedef void ask_hello(void *ctx, const struct message_hello *hello);

/* `socket` may be -1: the till is away. Owns it. NULL and errno on failure. */
struct ask *ask_new(int socket, ask_hello *hello, void *ctx)
    __attribute__((warn_unused_result));
/* Every question still under way is answered NULL first. */
void ask_free(struct ask *a);
/* The socket of a new till, from now on. */
void ask_attach(struct ask *a, int socket);
/* Answers all under way with NULL, and every later one at once. */
void ask_close(struct ask *a);

/*
 * Takes a question (its id is set here). False when there are too many or it is
 * too long: then `done` is not called. `done` may be called before it returns.
 */
bool ask_send(struct ask *a, const struct message *question, int deadline_ms,
    ask_done *done, void *ctx) __attribute__((warn_unused_result));
/* An announcement, without an answer. False when the till is away or behind, or
 * it is too long; what was taken may still be lost with the till. */
bool ask_tell(struct ask *a, const struct message *announcement)
    __attribute__((warn_unused_result));
/* Is there a till to ask, and no queue before it? */
bool ask_is_ready(struct ask *a);

#endif
