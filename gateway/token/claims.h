/*
 * claims.h - the claims of a token as JSON text, one strict form.
 *
 * One object with exactly the members iss, aud, sub, jti, iat, exp, products,
 * in any order, each once, no white space, no escapes, no control characters;
 * integers plain and not negative; sub and jti 128 bits in canonical base64url;
 * product ids unique and at most LIMIT_SLUG bytes of UTF-8. Anything else is no
 * claims at all. Private to the token folder.
 */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "token.h"

/* True when `text` is in the form and names this issuer and audience. */
bool claims_read(struct str text, struct str issuer, struct str audience,
    struct token_claims *claims) __attribute__((warn_unused_result));
/* Appends; false when something cannot be said in the form. */
bool claims_write(struct buf *out, struct str issuer, struct str audience,
    const struct token_claims *claims) __attribute__((warn_unused_result));

#endif
