#include "path_set.h"

enum { ROOM_FIRST = 256 };

static size_t
hash_path(struct str s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return (size_t)(h ^ (h >> 32));
}

/* Where the path is, or would be; there is room. */
static struct str *
slot_of(const struct path_set *set, struct str path)
{
	size_t i = hash_path(path) & (set->room - 1);

	while (set->at[i].ptr && !str_eq(set->at[i], path))
		i = (i + 1) & (set->room - 1);
	return &set->at[i];
}

static void
widen(struct arena *a, struct path_set *set)
{
	struct path_set old = *set;

	set->room = old.room ? old.room * 2 : ROOM_FIRST;
	set->at = ARENA_ARRAY(a, set->room, struct str);
	for (size_t i = 0; i < old.room; i++) {
		if (old.at[i].ptr)
			*slot_of(set, old.at[i]) = old.at[i];
	}
}

bool
path_set_has(const struct path_set *set, struct str path)
{
	return set->room && slot_of(set, path)->ptr;
}

bool
path_set_add(struct arena *a, struct path_set *set, struct str path)
{
	struct str *slot;

	if (set->count * 2 >= set->room)
		widen(a, set);
	slot = slot_of(set, path);
	if (slot->ptr)
		return false;
	*slot = path;
	set->count++;
	return true;
}
