#include "compress.h"

#include <libdeflate.h>
#include <stdlib.h>

enum { LEVEL = 6 };

struct gzip {
	struct libdeflate_compressor *compressor;
};

struct gzip *
gzip_new(void)
{
	struct gzip *g = malloc(sizeof *g);

	if (!g)
		return NULL;
	g->compressor = libdeflate_alloc_compressor(LEVEL);
	if (!g->compressor) {
		free(g);
		return NULL;
	}
	return g;
}

void
gzip_free(struct gzip *g)
{
	if (!g)
		return;
	libdeflate_free_compressor(g->compressor);
	free(g);
}

bool
gzip_compress(struct gzip *g, struct str in, struct buf *out)
{
	size_t most = libdeflate_gzip_compress_bound(g->compressor, in.len);
	char *room = buf_reserve(out, most);
	size_t len;

	if (!room)
		return false;
	len =
	    libdeflate_gzip_compress(g->compressor, in.ptr, in.len, room, most);
	buf_commit(out, len);
	return len != 0;
}
