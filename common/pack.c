#include "pack.h"

void
pack_u64(struct buf *out, uint64_t n)
{
	buf_add_bytes(out, &n, sizeof n);
}

void
pack_str(struct buf *out, struct str s)
{
	pack_u64(out, s.len);
	buf_add(out, s);
}

struct str
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

uint64_t
unpack_u64(struct unpack *u)
{
	struct str s = unpack_bytes(u, sizeof(uint64_t));
	uint64_t n = 0;

	if (s.len)
		memcpy(&n, s.ptr, sizeof n);
	return n;
}

struct str
unpack_str(struct unpack *u)
{
	return unpack_bytes(u, unpack_u64(u));
}

bool
unpack_done(const struct unpack *u)
{
	return !u->bad && !u->in.len;
}
