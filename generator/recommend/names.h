/*
 * names.h - a number for each name, in the order they are first met.
 */
#ifndef NAMES_H
#define NAMES_H

#include "arena.h"

struct names {
	struct {
		struct str *at;
		size_t count, room;
	} list;
	uint32_t *slots; /* number + 1, in the arena */
	size_t slot_count;
};

#define NAMES_NONE UINT32_MAX

/* The name's number; a new one is copied into the arena. */
uint32_t names_add(struct names *n, struct arena *a, struct str name);
/* NAMES_NONE when it is not known. */
uint32_t names_find(const struct names *n, struct str name);

#endif
