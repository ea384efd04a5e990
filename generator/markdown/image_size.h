/*
 * image_size.h - width and height of an image from its first bytes: PNG, JPEG,
 * GIF, WebP (lossy, lossless, extended), SVG (width and height, or viewBox).
 * Private to this folder.
 */
#ifndef IMAGE_SIZE_H
#define IMAGE_SIZE_H

#include "str.h"

struct image_size {
	unsigned width, height; /* CSS pixels */
};

/* False when the format is unknown, cut off, or says nothing sensible. */
bool image_size(struct str data, struct image_size *out)
    __attribute__((warn_unused_result));

#endif
