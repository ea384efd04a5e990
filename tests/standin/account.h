/*
 * account.h - the account behind the key, for doctors.
 */
#ifndef MINT_ACCOUNT_H
#define MINT_ACCOUNT_H

#include "call.h"

void mint_account_show(struct call *c);

#endif
