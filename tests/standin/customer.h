/*
 * customer.h - customers, made by the API or by a checkout.
 */
#ifndef MINT_CUSTOMER_H
#define MINT_CUSTOMER_H

#include "payment.h"

void mint_customer_create(struct call *c);
void mint_customer_update(struct call *c);
/* What is left, also for later retrievals, is {id, object, deleted}. */
void mint_customer_delete(struct call *c);
void mint_customer_list(struct call *c);
/* A customer for a buyer who has none; the id is put into `buyer`. */
void mint_customer_for(struct call *c, struct mint_buyer *buyer);

#endif
