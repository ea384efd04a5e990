/*
 * view.h - what the front knows at one moment: the release, the verification
 * keys, the revoked tokens, and the policy headers that follow from them.
 *
 * A view is immutable and counted. A new release or a new HELLO of the till
 * makes a new view; requests under way finish with the one they began with.
 */
#ifndef VIEW_H
#define VIEW_H

#include "config.h"
#include "message.h"
#include "release.h"

struct view {
	uint64_t number; /* grows */
	struct release *release;
	struct token_keys keys;
	int64_t not_before; /* tokens issued earlier are none */
	struct str issuer, audience;
	struct str base; /* the path of the gateway's address, "" or "/base" */
	struct str site; /* before a public address: base, or another origin */
	struct str site_origin; /* scheme://host[:port] of the site */
	struct str csp, csp_drawing; /* for pages; for SVG as a document */
	/* the rest is view.c's */
	struct view_private *private;
};

struct views;

/* `c` must outlive it. */
struct views *views_new(const struct config *c);
void views_free(struct views *v);
/* Takes over the reference. */
void views_release(struct views *v, struct release *r);
void views_hello(struct views *v, const struct message_hello *hello);
/* A new reference to the newest; NULL until there were a release and a HELLO.
 */
struct view *views_get(struct views *v);
/* The number of the newest, 0 while there is none: cheap, for every request. */
uint64_t views_number(struct views *v);

struct view *view_ref(struct view *v);
void view_unref(struct view *v);
bool view_is_revoked(const struct view *v, const char jti[TOKEN_ID + 1]);

#endif
