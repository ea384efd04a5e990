/*
 * admin.h - the rehearsal's own addresses, below /_mint/: they do to a checkout
 * what a buyer or a bank would do, and say what has happened.
 *
 * For callers on this machine only, and not for pages of other sites that a
 * browser shows. pennymint(1) lists them.
 */
#ifndef MINT_ADMIN_H
#define MINT_ADMIN_H

#include "reply.h"

/* Takes the mint's lock. */
void mint_admin(struct mint *m, struct arena *a, const struct mint_request *r,
    struct mint_reply *out);

#endif
