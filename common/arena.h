/*
 * arena.h - memory that is given back all at once: one per build or request.
 *
 * Allocation failure ends the process with one line on standard error: a build
 * that is out of memory has nothing better to do. What must survive a lack of
 * memory (a request in the gateway) sets a cap with arena_limit and asks
 * arena_try. Not thread-safe: one arena, one thread.
 */
#ifndef ARENA_H
#define ARENA_H

#include "str.h"

struct arena {
	struct arena_block *head;
	size_t used; /* bytes handed out, with padding */
	size_t limit; /* 0: none */
};

void arena_init(struct arena *a);
void arena_clear(struct arena *a); /* frees everything; usable again */
/* Like clear, but keeps one block for the next round. */
void arena_reset(struct arena *a);
void arena_limit(struct arena *a, size_t bytes);

/* Zeroed, aligned for any type. Never NULL (ends the process). */
void *arena_alloc(struct arena *a, size_t size)
    __attribute__((returns_nonnull));
void *arena_alloc_array(struct arena *a, size_t count, size_t size)
    __attribute__((returns_nonnull));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type)                                            \
	((type *)arena_alloc_array((a), (count), sizeof(type)))
/* NULL when the limit or the memory is exhausted. */
void *arena_try(struct arena *a, size_t size)
    __attribute__((warn_unused_result));

/* Copies; the result ends in a NUL that is not counted. */
struct str arena_str(struct arena *a, struct str s);
char *arena_z(struct arena *a, struct str s);
/* `count` texts, one after the other. */
struct str arena_join(struct arena *a, const struct str *texts, size_t count);
#define ARENA_JOIN(a, ...)                                                     \
	arena_join((a), (const struct str[]){ __VA_ARGS__ },                   \
	    sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
struct str arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A growing array of any type, kept in an arena:
 *	struct { struct page **at; size_t count, room; } pages;
 *	ARENA_PUSH(a, pages, page);
 */
void *arena_grow(struct arena *a, void *old, size_t *room, size_t count,
    size_t size) __attribute__((returns_nonnull));
#define ARENA_PUSH(a, list, value)                                             \
	do {                                                                   \
		if (!(list).at || (list).count == (list).room)                 \
			(list).at = arena_grow((a), (list).at, &(list).room,   \
			    (list).count, sizeof(__typeof__(*(list).at)));     \
		(list).at[(list).count++] = (value);                           \
	} while (0)

#endif
