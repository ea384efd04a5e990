/*
 * api.h - the payment API: /v1/.
 *
 * In this order: the key (401), the version, 429, the idempotency key, other
 * faults, the route (404), the parameters (400), the handler.
 */
#ifndef MINT_API_H
#define MINT_API_H

#include "reply.h"

/* Takes the mint's lock. Everything in the reply lives in the arena. */
void mint_api(struct mint *m, struct arena *a, const struct mint_request *r,
    struct mint_reply *out);

#endif
