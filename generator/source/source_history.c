/*
 * source_history.c - what reading a history needs that is not git's own: which
 * commits were visited, and what is noted of a file.
 */
#include "source_private.h"

#include <string.h>

void
id_queue_init(struct id_queue *q)
{
	*q = (struct id_queue){ .head = 0 };
	arena_init(&q->arena);
}

void
id_queue_clear(struct id_queue *q)
{
	arena_clear(&q->arena);
}

/* The slot where the id is, or the free one where it goes. */
static size_t *
slot_of(const struct id_queue *q, const unsigned char id[20])
{
	size_t at;

	memcpy(&at, id, sizeof at); /* ids are hashes already */
	for (at &= q->slot_count - 1; q->slots[at];
	     at = (at + 1) & (q->slot_count - 1)) {
		if (!memcmp(q->at[q->slots[at] - 1], id, 20))
			break;
	}
	return &q->slots[at];
}

static void
widen(struct id_queue *q)
{
	q->slot_count = q->slot_count ? 2 * q->slot_count : 4096;
	q->slots = ARENA_ARRAY(&q->arena, q->slot_count, size_t);
	for (size_t i = 0; i < q->count; i++)
		*slot_of(q, q->at[i]) = i + 1;
}

void
id_queue_push(struct id_queue *q, const unsigned char id[20])
{
	size_t *slot;

	if (2 * (q->count + 1) > q->slot_count)
		widen(q);
	slot = slot_of(q, id);
	if (*slot)
		return;
	if (q->count == q->room)
		q->at = arena_grow(
		    &q->arena, q->at, &q->room, q->count, sizeof *q->at);
	memcpy(q->at[q->count++], id, 20);
	*slot = q->count;
}

bool
id_queue_pop(struct id_queue *q, unsigned char id[20])
{
	if (q->head == q->count)
		return false;
	memcpy(id, q->at[q->head++], 20);
	return true;
}

bool
source_has_folder(const struct source *s, struct str folder)
{
	size_t from = 0, to = s->entries.count;

	/* The first path that is not less than "folder/". */
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		struct str path = s->entries.at[middle]->file.path;
		int order = str_cmp(str_sub(path, 0, folder.len), folder);

		if (order < 0 ||
		    (!order &&
			(path.len == folder.len || path.ptr[folder.len] < '/')))
			from = middle + 1;
		else
			to = middle;
	}
	if (from == s->entries.count)
		return false;
	return str_starts(s->entries.at[from]->file.path, folder) &&
	    s->entries.at[from]->file.path.ptr[folder.len] == '/';
}

void
source_note_change(struct source *s, struct source_history *h, int64_t when,
    const char *author)
{
	if (when <= 0)
		return;
	if (!h->created || when < h->created) {
		struct str name = str_from(author);

		h->created = when;
		h->author =
		    str_is_utf8(name) ? arena_str(&s->arena, name) : STR_NONE;
	}
	if (when > h->changed)
		h->changed = when;
}
