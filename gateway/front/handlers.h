/*
 * handlers.h - what the rows of the route table do. Each is called by the
 * dispatcher once the row's right is there, and by nobody else.
 */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "visit.h"

void handle_member(struct visit *v); /* v->entry is the page */
void handle_public(struct visit *v);
void handle_checkout(struct visit *v);
void handle_return(struct visit *v);
void handle_webhook(struct visit *v);
void handle_account(struct visit *v);
void handle_sign_out(struct visit *v);
void handle_keys(struct visit *v);
void handle_health(struct visit *v);

#endif
