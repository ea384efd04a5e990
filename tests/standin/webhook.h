/*
 * webhook.h - the courier: signed events on their way to the endpoints.
 *
 * A thread of its own delivers, up to eight at a time, over HTTP by libcurl.
 * Only an answer of 2xx within 20 seconds counts; redirects are not followed.
 * What fails is tried again after retry_ms, twice that, four times that, ...,
 * up to an hour, and given up after the set number of attempts; it then stays
 * among the events with delivery_success=false.
 */
#ifndef MINT_WEBHOOK_H
#define MINT_WEBHOOK_H

#include "call.h"

bool mint_courier_start(struct mint *m) __attribute__((warn_unused_result));
/* Waits for the thread; nothing may be held. What is under way is dropped. */
void mint_courier_stop(struct mint *m);
/* Queues one delivery; the lock is held. The switches (drop, delay, duplicate,
 * reorder) apply when it is the event's first time. */
void mint_courier_take(
    struct mint *m, struct str event, struct str endpoint, bool first_time);

/* The endpoints of --webhook, unless the state has them already. */
void mint_endpoint_open(struct mint *m);
void mint_endpoint_create(struct call *c);
void mint_endpoint_list(struct call *c);
void mint_endpoint_delete(struct call *c);

#endif
