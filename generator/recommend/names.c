#include "names.h"

static uint64_t
hash_of_name(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
	return h ^ (h >> 29);
}

static size_t
slot_of(const struct names *n, struct str name)
{
	size_t i = (size_t)hash_of_name(name) & (n->slot_count - 1);

	while (n->slots[i] && !str_eq(n->list.at[n->slots[i] - 1], name))
		i = (i + 1) & (n->slot_count - 1);
	return i;
}

static void
widen(struct names *n, struct arena *a)
{
	n->slot_count = n->slot_count ? n->slot_count * 4 : 1024;
	n->slots = ARENA_ARRAY(a, n->slot_count, uint32_t);
	for (size_t i = 0; i < n->list.count; i++)
		n->slots[slot_of(n, n->list.at[i])] = (uint32_t)i + 1;
}

uint32_t
names_add(struct names *n, struct arena *a, struct str name)
{
	size_t i;

	if (n->list.count * 2 >= n->slot_count)
		widen(n, a);
	i = slot_of(n, name);
	if (!n->slots[i]) {
		ARENA_PUSH(a, n->list, arena_str(a, name));
		n->slots[i] = (uint32_t)n->list.count;
	}
	return n->slots[i] - 1;
}

uint32_t
names_find(const struct names *n, struct str name)
{
	return n->slot_count ? n->slots[slot_of(n, name)] - 1 : NAMES_NONE;
}
