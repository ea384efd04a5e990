/*
 * consent.h - who may be noted, and under what name.
 *
 * The settings `events` of gate.yaml say what is taken at all; a request with
 * `DNT: 1` or `Sec-GPC: 1` is never noted, whatever else it carries; a reader
 * who is signed in is noted only as the settings and the choice on the account
 * page allow, and is not noted under another name instead.
 */
#ifndef CONSENT_H
#define CONSENT_H

#include "notes.h"
#include "visit.h"

/* Are pages noted that this reader, signed in, opens? */
bool consent_given(const struct visit *v);
/* The name to note under, in `id`; the empty view: nothing may be noted. */
struct str consent_name(struct visit *v, char id[TOKEN_ID + 1]);
/* A page for members was opened by a reader who has the right. */
void consent_note_visit(struct visit *v);

#endif
