/*
 * base.h - a file of arrays that a later run maps and goes on from.
 *
 * Written whole beside the old one and renamed; a file that is absent, damaged
 * or another program's is none at all. Mapped privately: what is changed in
 * memory never reaches the file. Its parts are taken in the order they were
 * written, each at a multiple of eight bytes. Host byte order.
 *
 * The file: "pennypress base 2" and zeros up to 24 bytes; the number of its
 * bytes; a sum over all words after the head, which shows damage but no intent;
 * the hash of what the program says it is (memo.h).
 */
#ifndef BASE_H
#define BASE_H

#include "str.h"

struct base;

/* NULL when there is none to go on from. */
struct base *base_open(const char *path, struct str program);
void base_close(struct base *b);
/* The next part of `count` times `size` bytes; NULL past the end. */
void *base_take(struct base *b, size_t count, size_t size);
#define BASE_TAKE(b, count, type)                                              \
	((type *)base_take((b), (count), sizeof(type)))
bool base_at_end(const struct base *b);

struct base_writer;

/* NULL when the file cannot be made. */
struct base_writer *base_begin(const char *path, struct str program);
/* A part may be written in several pieces, then padded. */
void base_add(struct base_writer *w, const void *from, size_t bytes);
void base_pad(struct base_writer *w);
/* Puts it in place; frees. False and errno when anything failed: nothing is
 * left. */
bool base_end(struct base_writer *w) __attribute__((warn_unused_result));

#endif
