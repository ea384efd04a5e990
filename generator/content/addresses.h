/*
 * addresses.h - which page or file has an address: a hash table by text.
 */
#ifndef ADDRESSES_H
#define ADDRESSES_H

#include "arena.h"

struct addresses;

struct addresses *addresses_new(struct arena *a);
/* What the address was given to, or NULL. */
void *addresses_get(const struct addresses *t, struct str address);
/* Gives it, unless it is given already: then returns who has it, else NULL. The
 * text is borrowed. */
void *addresses_add(struct addresses *t, struct str address, void *owner);

#endif
