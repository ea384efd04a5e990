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

void pack_u64(struct buf *out, uint64_t n);
void pack_str(struct buf *out, struct str s);

struct unpack {
	struct str in; /* what is left */
	bool bad;
};

uint64_t unpack_u64(struct unpack *u);
/* Points into what is read. */
struct str unpack_str(struct unpack *u);
struct str unpack_bytes(struct unpack *u, size_t len);
/* All was read, and it was good. */
bool unpack_done(const struct unpack *u);

#endif
