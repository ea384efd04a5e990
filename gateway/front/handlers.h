/*
 * handlers.h - what the rows of the route table do. Each is called by the
 * dispatcher once the row's right is there, and by nobody else.
 */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "visit.h"

enum { EVENT_BODY = 4 << 10 }; /* bytes of a report, at most */

void handle_member(struct visit *v); /* v->entry is the page */
void handle_public(struct visit *v);
void handle_checkout(struct visit *v);
void handle_return(struct visit *v);
void handle_confirm(struct visit *v); /* the button on the page of return */
void handle_webhook(struct visit *v);
void handle_account(struct visit *v);
void handle_sign_out(struct visit *v);
void handle_reading(struct visit *v); /* the choice on the account page */
void handle_event(struct visit *v); /* what the site's script reports */
void handle_keys(struct visit *v);
void handle_health(struct visit *v);

#endif
