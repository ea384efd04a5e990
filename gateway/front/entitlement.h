/*
 * entitlement.h - may the bearer of this token read this page?
 *
 * Verifying a signature takes longer than serving the page, so each thread
 * remembers tokens it has verified: bounded in number and bytes, keyed by the
 * whole token, forgotten when keys or revocations change or the token expires.
 * Forged ones are never remembered, so they push nothing out.
 */
#ifndef ENTITLEMENT_H
#define ENTITLEMENT_H

#include "view.h"

enum {
	ENTITLEMENT_SLOTS = 4096, /* tokens a thread remembers at most */
	ENTITLEMENT_BYTES = 8 << 20,
};

struct entitlements;

struct entitlements *entitlements_new(void); /* one a thread */
void entitlements_free(struct entitlements *e);
/*
 * The claims of a token that is genuine, ours, neither expired nor revoked;
 * else NULL, without a reason. Valid until the next call with the same `e`.
 */
const struct token_claims *entitlement_of(struct entitlements *e,
    const struct view *v, struct str token, int64_t now);
/* `claims` may be NULL. A page for those signed in is open to any claims. */
bool entitlement_opens(const struct token_claims *claims,
    const struct manifest_member *member, int64_t now);
/* Past half of its life: time for a new one. */
bool entitlement_is_old(const struct token_claims *claims, int64_t now);

#endif
