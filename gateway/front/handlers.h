/*
 * handlers.h - what the rows of the route table do. Each is called by the
 * dispatcher once the row's right is there, and by nobody else.
 */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "visit.h"

void member_page(struct visit *v); /* v->entry is the page */
void public_file(struct visit *v);
void checkout_begin(struct visit *v);
void checkout_return(struct visit *v);
void webhook_take(struct visit *v);
void account_page(struct visit *v);
void account_sign_out(struct visit *v);
void keys_page(struct visit *v);
void health_page(struct visit *v);

#endif
