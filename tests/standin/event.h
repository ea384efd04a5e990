/*
 * event.h - what happened, as a snapshot that never changes, and who is told.
 */
#ifndef MINT_EVENT_H
#define MINT_EVENT_H

#include "call.h"

/* The version of the API that events are written in, and answers to requests
 * that name none: the one of the official Node client 23. */
#define MINT_API_VERSION "2026-10-28.endive"

/* Records an event about `object` and hands it to every endpoint that wants its
 * type. `previous` (may be NULL) are the attributes that an update changed. */
void mint_emit(struct call *c, const char *type, const struct value *object,
    const struct value *previous);
/* An update of one attribute: previous_attributes holds its old value. */
void mint_emit_change(struct call *c, const char *type,
    const struct value *object, const char *name, struct value *old);
/* An endpoint has taken an event; its pending_webhooks goes down. */
void mint_event_delivered(
    struct mint *m, struct str event, struct str endpoint);
/* Queues an event once more for every endpoint; false: no such event. */
bool mint_event_again(struct mint *m, struct str event);
/* After a restart: queues what is still waiting. */
void mint_event_resume(struct mint *m);

void mint_event_list(struct call *c);

#endif
