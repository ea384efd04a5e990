#include "compress.h"

#include <brotli/encode.h>

enum { QUALITY = 5 }; /* beyond it time grows faster than what is saved */

bool
brotli_compress(struct str in, struct buf *out)
{
	size_t len = BrotliEncoderMaxCompressedSize(in.len);
	char *room = len ? buf_reserve(out, len) : NULL;

	if (!room)
		return false;
	if (!BrotliEncoderCompress(QUALITY, BROTLI_DEFAULT_WINDOW,
		BROTLI_MODE_TEXT, in.len, (const uint8_t *)in.ptr, &len,
		(uint8_t *)room))
		return false;
	buf_commit(out, len);
	return true;
}
