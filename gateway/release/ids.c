#include "ids.h"

#include <string.h>

size_t
ids_hash(struct str s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static struct str
id_of(const struct ids *ids, size_t i)
{
	struct str id;

	memcpy(&id, ids->items + i * ids->size, sizeof(id));
	return id;
}

/* The slot of an id, or the free one where it would be. */
static size_t
slot_of(const struct ids *ids, struct str id)
{
	size_t i = ids_hash(id) & ids->mask;

	while (ids->slots[i] && !str_eq(id_of(ids, ids->slots[i] - 1), id))
		i = (i + 1) & ids->mask;
	return i;
}

void
ids_fill(struct ids *ids, struct arena *a, const void *items, size_t count,
    size_t size)
{
	size_t slots = 16;

	while (slots < 2 * count)
		slots *= 2;
	ids->items = items;
	ids->size = size;
	ids->mask = slots - 1;
	ids->slots = ARENA_ARRAY(a, slots, uint32_t);
	for (size_t i = 0; i < count; i++) {
		size_t slot = slot_of(ids, id_of(ids, i));

		if (!ids->slots[slot])
			ids->slots[slot] = (uint32_t)i + 1;
	}
}

const void *
ids_find(const struct ids *ids, struct str id)
{
	uint32_t item = ids->slots[slot_of(ids, id)];

	return item ? ids->items + (item - 1) * ids->size : NULL;
}
