/*
 * visit.h - one request on its way to its answer.
 *
 * Handlers read the request and the view and fill the answer. One that needs
 * the till fills `question` with visit_ask and returns; `then` is called, later
 * and perhaps on another thread, with the till's message or NULL. Handlers know
 * neither sockets nor threads, so a test can play both ends.
 */
#ifndef VISIT_H
#define VISIT_H

#include "answer.h"
#include "entitlement.h"
#include "notes.h"
#include "request.h"

struct front { /* the same for all requests */
	const struct config *config;
	bool https; /* readers reach us by https */
	struct notebook *notebook; /* NULL: nothing is noted */
};

enum {
	VISIT_PATIENCE = 10000, /* ms, a reader waits for a renewed token */
	VISIT_PROVIDER = 40000, /* for what asks the payment provider */
	VISIT_COURTESY = 2000, /* for what could also wait */
	VISIT_READER_DAYS = 400, /* life of the reader cookie */
	VISIT_CHECKOUT_DAYS = 1, /* of what a browser ordered */
};

struct visit;
typedef void visit_then(struct visit *v, const struct message *reply);

struct visit {
	const struct front *front;
	const struct view *view;
	struct request *request;
	struct answer *answer;
	struct arena *arena;
	struct entitlements *entitlements; /* of the calling thread */
	struct notes *notes; /* of the calling thread; NULL: none are taken */
	struct str address; /* of the client */
	int64_t now; /* Unix seconds */
	const struct release_entry *entry; /* of a page for members */
	struct str language; /* a form's or a reply's; else empty */
	struct str form_offer, form_page; /* of a checkout, checked */
	struct str session; /* of a return from a checkout, checked */
	bool claims; /* it was begun, or confirmed, in this browser */
	struct str renewed; /* a token of the till's instead of the request's */
	/* a question to the till: */
	visit_then *then; /* NULL: the answer is complete */
	struct message question;
	int deadline_ms; /* VISIT_COURTESY: not asked while the till is away */
};

void visit_ask(struct visit *v, const struct message *question, int deadline_ms,
    visit_then *then);
/* What language to speak: the page's, the form's, or the reader's wish. */
struct str visit_language(const struct visit *v);
/* The claims of the request's token, or of `renewed`; or NULL. */
const struct token_claims *visit_claims(struct visit *v);
/* Set-Cookie, or its removal when `value` is empty. */
void visit_set_token(struct visit *v, struct str value);
void visit_set_reader(struct visit *v, struct str value);
void visit_set_reading(struct visit *v, struct str value);
/* Notes that this session was begun here, or confirmed. */
void visit_set_checkout(struct visit *v, struct str session);
/* The session's hash as the cookie has it. */
struct str visit_checkout(struct visit *v, struct str session);
/* An address of the release as a link: below our base when it is for members,
 * below the site's address when it is public. */
struct str visit_link(const struct visit *v, struct str path);
/* The entry for an encoded address as a form or a reply gives it, when it is a
 * page for members; else NULL. */
const struct release_entry *visit_member(const struct visit *v, struct str url);

#endif
