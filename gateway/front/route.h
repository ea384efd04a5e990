/*
 * route.h - which handler a request goes to, and by what right.
 *
 * Rights are decided here, before a handler runs, and the default is no: a page
 * for members that the token does not open is the paywall, an address that is
 * not there is 404 before that. Nothing of a page is looked at, and no
 * condition or range of the request answered, before its right is there.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include "visit.h"

/* Completes v->answer, or asks the till (v->then is set; call it then, which
 * completes the answer). */
void route_run(struct visit *v);
/* The most bytes a body may have for this request; 0: none is wanted. */
size_t route_body_max(const struct request *r);

#endif
