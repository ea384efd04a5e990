/*
 * call.h - one request being answered: what was asked, and what is said.
 *
 * A call belongs to one thread, which holds the mint's lock while a handler
 * runs. Everything a call points to lives in its arena. The first answer wins:
 * a handler that has refused simply returns.
 */
#ifndef MINT_CALL_H
#define MINT_CALL_H

#include "mint.h"
#include "tree.h"

struct call {
	struct mint *mint;
	struct arena *arena;
	int64_t now; /* seconds, by the mint's clock */

	struct str method; /* "GET" */
	struct str path; /* without the query, not decoded */
	struct value *params;
	struct str id; /* what stands for '*' in the route */
	enum mint_kind kind; /* the route's */
	struct str request_id;
	struct str idempotency_key; /* empty: none */
	struct str api_version;

	unsigned status; /* 0: not answered yet */
	const struct value *body;
	bool kept; /* the answer belongs under the idempotency key */
};

/* 200 with an object; its notes are left out and `expand` is followed. */
void mint_answer(struct call *c, const struct value *object);

/*
 * Refusals. `code` and `param` may be NULL. mint_refuse_param is for what is
 * wrong with the request itself (400, not kept under an idempotency key),
 * mint_refuse for what is wrong with the state of things (kept).
 */
void mint_refuse_param(struct call *c, const char *code, const char *param,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void mint_refuse(struct call *c, unsigned status, const char *type,
    const char *code, const char *param, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* 404 when the id came in the path (`param` NULL), else 400. */
void mint_refuse_missing(
    struct call *c, enum mint_kind kind, struct str id, const char *param);

/* The object, as a copy to change and put back; NULL when there is no such
 * object of that kind, and then the call is refused. */
struct value *mint_need(struct call *c, enum mint_kind kind, struct str id,
    const char *param) __attribute__((warn_unused_result));
/* The same without the refusal. */
struct value *mint_find(struct call *c, enum mint_kind kind, struct str id);
void mint_save(struct call *c, enum mint_kind kind, const struct value *object);
/* A shape with id, created and livemode filled in; not yet saved. */
struct value *mint_create(
    struct call *c, enum mint_kind kind, const char *shape);

/* The handler for every plain retrieval. */
void mint_retrieve(struct call *c);

/* Replaces the ids that `expand` names by their objects. False: refused. */
bool mint_expand(struct call *c, struct value *object)
    __attribute__((warn_unused_result));

#endif
