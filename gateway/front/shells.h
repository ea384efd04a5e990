/*
 * shells.h - the gateway's own pages: the release's page shells, filled.
 *
 * Each completes the visit's answer: status, no-store, the page in the visit's
 * language, or a plain line of text when the release has no such shell.
 */
#ifndef SHELLS_H
#define SHELLS_H

#include "visit.h"

void shell_error(struct visit *v, unsigned status);
/* 402, for v->entry; `reader`: somebody who has a token. */
void shell_paywall(struct visit *v, bool reader);
/* The provider is out of reach (503), or refuses us (502). */
void shell_checkout(struct visit *v, unsigned status, struct str retry);
/* After the checkout of v->session. `again`: how often the page has refreshed
 * itself. */
void shell_return(
    struct visit *v, const struct message_return_done *done, unsigned again);
/* The reader's own list, for the page that ends the course `finished`: only the
 * block, into `out`. False when there is nothing to show. */
bool shell_list(struct visit *v, const struct token_claims *claims,
    struct str finished, struct buf *out) __attribute__((warn_unused_result));
/* `claims` may be NULL: nobody is signed in. */
void shell_account(struct visit *v, const struct token_claims *claims);

#endif
