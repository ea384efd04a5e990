/*
 * compress.h - what a browser can decode, private to this folder.
 *
 * One file for each library. A compressor is reused for all files of a release;
 * the same bytes in give the same bytes out. False when it cannot be done.
 */
#ifndef COMPRESS_H
#define COMPRESS_H

#include "buf.h"

struct gzip;
struct zstd;

struct gzip *gzip_new(void); /* NULL: no memory */
void gzip_free(struct gzip *g);
bool gzip_compress(struct gzip *g, struct str in, struct buf *out)
    __attribute__((warn_unused_result));
bool brotli_compress(struct str in, struct buf *out)
    __attribute__((warn_unused_result));
struct zstd *zstd_new(void);
void zstd_free(struct zstd *z);
bool zstd_compress(struct zstd *z, struct str in, struct buf *out)
    __attribute__((warn_unused_result));

#endif
