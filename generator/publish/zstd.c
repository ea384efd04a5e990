#include "compress.h"

#include <stdlib.h>
#include <zstd.h>

enum { LEVEL = 9 };

struct zstd {
	ZSTD_CCtx *context;
};

struct zstd *
zstd_new(void)
{
	struct zstd *z = malloc(sizeof *z);

	if (!z)
		return NULL;
	z->context = ZSTD_createCCtx();
	if (!z->context) {
		free(z);
		return NULL;
	}
	return z;
}

void
zstd_free(struct zstd *z)
{
	if (!z)
		return;
	ZSTD_freeCCtx(z->context);
	free(z);
}

bool
zstd_compress(struct zstd *z, struct str in, struct buf *out)
{
	size_t most = ZSTD_compressBound(in.len), len;
	char *room = buf_reserve(out, most);

	if (!room)
		return false;
	len = ZSTD_compressCCtx(z->context, room, most, in.ptr, in.len, LEVEL);
	if (ZSTD_isError(len))
		return false;
	buf_commit(out, len);
	return true;
}
