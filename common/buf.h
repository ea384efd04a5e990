/*
 * buf.h - a growing byte buffer with a cap and a sticky failure.
 *
 * Append freely and ask buf_ok() once before use: after the first append that
 * would pass the cap (or that finds no memory) the buffer stays failed and
 * unchanged. The bytes are always followed by a NUL that is not counted.
 */
#ifndef BUF_H
#define BUF_H

#include "str.h"

#include <string.h>

struct buf {
	char *ptr;
	size_t len;
	size_t room;
	size_t cap; /* most bytes it may hold */
	bool failed;
};

void buf_init(struct buf *b, size_t cap);
void buf_clear(struct buf *b); /* frees; usable again with the same cap */
void buf_reset(struct buf *b); /* empties, keeps the memory, forgets failure */
bool buf_ok(const struct buf *b) __attribute__((warn_unused_result));
struct str buf_str(const struct buf *b); /* until the next append */

static inline void buf_add(struct buf *b, struct str s);
static inline void buf_add_z(struct buf *b, const char *z);
static inline void buf_add_c(struct buf *b, char c);
static inline void buf_add_bytes(struct buf *b, const void *ptr, size_t len);
void buf_add_i64(struct buf *b, int64_t n);
void buf_add_utf8(struct buf *b, uint32_t scalar);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes to be written by the caller, or NULL (failed);
 * followed by buf_commit of what was really written. */
char *buf_reserve(struct buf *b, size_t len);
void buf_commit(struct buf *b, size_t len);

/* The rest is for the inline functions: room for `len` more bytes and the NUL,
 * made by growing; false is failure. */
bool buf_widen(struct buf *b, size_t len);

static inline void
buf_add_bytes(struct buf *b, const void *ptr, size_t len)
{
	if (!len || b->failed)
		return;
	if (len >= b->room - b->len && !buf_widen(b, len))
		return;
	memcpy(b->ptr + b->len, ptr, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

static inline void
buf_add(struct buf *b, struct str s)
{
	buf_add_bytes(b, s.ptr, s.len);
}

static inline void
buf_add_z(struct buf *b, const char *z)
{
	if (z)
		buf_add_bytes(b, z, strlen(z));
}

static inline void
buf_add_c(struct buf *b, char c)
{
	buf_add_bytes(b, &c, 1);
}

#endif
