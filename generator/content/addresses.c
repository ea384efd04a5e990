#include "addresses.h"

struct slot {
	struct str address;
	void *owner;
};

struct addresses {
	struct arena *arena;
	struct slot *slots; /* open addressing; at most half full */
	size_t room, count;
};

static struct slot *
slot_of(const struct addresses *t, struct str address)
{
	uint64_t h = 14695981039346656037u;
	size_t at;

	for (size_t i = 0; i < address.len; i++)
		h = (h ^ (unsigned char)address.ptr[i]) * 1099511628211u;
	h ^= h >> 32;
	for (at = (size_t)h & (t->room - 1); t->slots[at].owner;
	     at = (at + 1) & (t->room - 1)) {
		if (str_eq(t->slots[at].address, address))
			break;
	}
	return &t->slots[at];
}

static void
widen(struct addresses *t)
{
	struct slot *old = t->slots;
	size_t room = t->room;

	t->room = room ? 2 * room : 256;
	t->slots = ARENA_ARRAY(t->arena, t->room, struct slot);
	for (size_t i = 0; i < room; i++) {
		if (old[i].owner)
			*slot_of(t, old[i].address) = old[i];
	}
}

struct addresses *
addresses_new(struct arena *a)
{
	struct addresses *t = ARENA_NEW(a, struct addresses);

	t->arena = a;
	widen(t);
	return t;
}

void *
addresses_get(const struct addresses *t, struct str address)
{
	return slot_of(t, address)->owner;
}

void *
addresses_add(struct addresses *t, struct str address, void *owner)
{
	struct slot *slot = slot_of(t, address);

	if (slot->owner)
		return slot->owner;
	*slot = (struct slot){ address, owner };
	if (2 * ++t->count > t->room)
		widen(t);
	return NULL;
}
