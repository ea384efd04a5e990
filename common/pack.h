/*
 * pack.h - numbers and texts one after the other in bytes, for a file that only
 * this machine reads again: host byte order, a text as its length and its
 * bytes.
 *
 * Reading trusts nothing: past the end, or after a length that does not fit,
 * the reader is bad and gives zeros and empty views.
 */
#ifndef PACK_H
#define PACK_H

#include "buf.h"

static inline void pack_u64(struct buf *out, uint64_t n);
static inline void pack_str(struct buf *out, struct str s);

struct unpack {
	struct str in; /* what is left */
	bool bad;
};

static inline uint64_t unpack_u64(struct unpack *u);
/* Points into what is read. */
static inline struct str unpack_str(struct unpack *u);
static inline struct str unpack_bytes(struct unpack *u, size_t len);
/* All was read, and it was good. */
static inline bool unpack_done(const struct unpack *u);

static inline void
pack_u64(struct buf *out, uint64_t n)
{
	buf_add_bytes(out, &n, sizeof n);
}

static inline void
pack_str(struct buf *out, struct str s)
{
	pack_u64(out, s.len);
	buf_add(out, s);
}

static inline struct str
unpack_bytes(struct unpack *u, size_t len)
{
	struct str s = STR_NONE;

	if (u->bad || len > u->in.len) {
		u->bad = true;
		return s;
	}
	s = str_sub(u->in, 0, len);
	u->in = str_from_at(u->in, len);
	return s;
}

static inline uint64_t
unpack_u64(struct unpack *u)
{
	struct str s = unpack_bytes(u, sizeof(uint64_t));
	uint64_t n = 0;

	if (s.len)
		memcpy(&n, s.ptr, sizeof n);
	return n;
}

static inline struct str
unpack_str(struct unpack *u)
{
	return unpack_bytes(u, unpack_u64(u));
}

static inline bool
unpack_done(const struct unpack *u)
{
	return !u->bad && !u->in.len;
}

#endif
