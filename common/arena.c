#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_FIRST = 64 << 10, BLOCK_LARGEST = 1 << 20 };

/* Blocks form a list, the one being filled first. */
struct arena_block {
	struct arena_block *next;
	size_t room;
	size_t used;
	alignas(max_align_t) char data[];
};

static _Noreturn void
out_of_memory(void)
{
	fputs("error: out of memory\n", stderr);
	exit(1);
}

void
arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

static void
free_blocks(struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
}

void
arena_clear(struct arena *a)
{
	free_blocks(a->head);
	a->head = NULL;
	a->used = 0;
}

void
arena_reset(struct arena *a)
{
	if (!a->head)
		return;
	free_blocks(a->head->next);
	a->head->next = NULL;
	a->head->used = 0;
	a->used = 0;
}

void
arena_limit(struct arena *a, size_t bytes)
{
	a->limit = bytes;
}

/* A new block with room for `size`; large items get a block of their own,
 * behind the head, so that the head's rest stays in use. Such a one is zeroed
 * on request, which costs nothing when the memory is fresh. */
static struct arena_block *
add_block(struct arena *a, size_t size, bool zeroed)
{
	size_t room = a->head ? a->head->room * 2 : BLOCK_FIRST;
	struct arena_block *b;

	if (room > BLOCK_LARGEST)
		room = BLOCK_LARGEST;
	if (room < BLOCK_FIRST)
		room = BLOCK_FIRST;
	if (size > room / 4)
		room = size;
	if (room > SIZE_MAX - sizeof *b)
		return NULL;
	b = zeroed && room == size ? calloc(1, sizeof *b + room)
				   : malloc(sizeof *b + room);
	if (!b)
		return NULL;
	*b = (struct arena_block){ .room = room };
	if (a->head && room == size) {
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

/* NULL when the limit or the memory is exhausted. */
static void *
take(struct arena *a, size_t size, bool zeroed)
{
	size_t align = alignof(max_align_t);
	struct arena_block *b = a->head;
	bool is_own = false;
	void *p;

	if (size > SIZE_MAX - align)
		return NULL;
	size = (size + (align - 1)) & ~(align - 1);
	if (a->limit &&
	    size > a->limit - (a->used < a->limit ? a->used : a->limit))
		return NULL;
	if (!b || size > b->room - b->used) {
		b = add_block(a, size, zeroed);
		if (!b)
			return NULL;
		is_own = b->room == size;
	}
	p = b->data + b->used;
	b->used += size;
	a->used += size;
	if (zeroed && !is_own)
		memset(p, 0, size);
	return p;
}

void *
arena_try(struct arena *a, size_t size)
{
	return take(a, size, true);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	void *p = arena_try(a, size);

	if (!p)
		out_of_memory();
	return p;
}

void *
arena_alloc_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory();
	return arena_alloc(a, bytes);
}

char *
arena_z(struct arena *a, struct str s)
{
	char *p = s.len < SIZE_MAX ? take(a, s.len + 1, false) : NULL;

	if (!p)
		out_of_memory();
	if (s.len)
		memcpy(p, s.ptr, s.len);
	p[s.len] = '\0';
	return p;
}

struct str
arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_z(a, s), s.len };
}

struct str
arena_join(struct arena *a, const struct str *texts, size_t count)
{
	size_t len = 0, at = 0;
	char *p;

	for (size_t i = 0; i < count; i++)
		len += texts[i].len;
	p = take(a, len + 1, false);
	if (!p)
		out_of_memory();
	for (size_t i = 0; i < count; i++) {
		if (texts[i].len)
			memcpy(p + at, texts[i].ptr, texts[i].len);
		at += texts[i].len;
	}
	p[len] = '\0';
	return (struct str){ p, len };
}

struct str
arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	char *p;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory();
	p = take(a, (size_t)len + 1, false);
	if (!p)
		out_of_memory();
	vsnprintf(p, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){ p, (size_t)len };
}

/* True when `old` was the last thing handed out of the head and now is `want`
 * bytes long in place. */
static bool
stretch(struct arena *a, const char *old, size_t have, size_t want)
{
	struct arena_block *b = a->head;
	size_t more = want - have;

	if (!b || !old || old + have != b->data + b->used ||
	    more > b->room - b->used || a->limit)
		return false;
	memset(b->data + b->used, 0, more);
	b->used += more;
	a->used += more;
	return true;
}

void *
arena_grow(struct arena *a, void *old, size_t *room, size_t count, size_t size)
{
	size_t align = alignof(max_align_t);
	size_t wider = *room ? *room : 4;
	size_t have = *room * size, want;
	void *p;

	if (__builtin_add_overflow(wider, *room, &wider) ||
	    __builtin_mul_overflow(wider, size, &want) || want > SIZE_MAX / 2)
		out_of_memory();
	have = (have + (align - 1)) & ~(align - 1);
	if (stretch(a, old, have, (want + (align - 1)) & ~(align - 1))) {
		*room = wider;
		return old;
	}
	p = arena_alloc(a, want);
	if (count)
		memcpy(p, old, count * size);
	*room = wider;
	return p;
}
