/*
 * events_file.h - what readers did and bought, as pennypress reads it: lines of
 * time, reader, item, kind and weight, ordered, each once.
 *
 * Readers are pseudonyms and times whole hours, those of purchases too. The
 * same records give the same bytes.
 */
#ifndef EVENTS_FILE_H
#define EVENTS_FILE_H

#include "books.h"
#include "config.h"
#include "events_format.h"

struct events_file {
	size_t lines, purchases, readers, items;
};

/* Appends to `out`. False after a message: storage failed, or they are too
 * many. */
bool events_file_write(struct books *s, const struct config *c, struct buf *out,
    struct events_file *counts) __attribute__((warn_unused_result));

#endif
