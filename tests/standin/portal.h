/*
 * portal.h - the billing portal, where a buyer ends a subscription.
 */
#ifndef MINT_PORTAL_H
#define MINT_PORTAL_H

#include "call.h"

void mint_portal_create(struct call *c);

#endif
