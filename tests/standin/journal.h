/*
 * journal.h - the last requests that came in and the last webhooks that went
 * out, for whoever wants to know afterwards. Keys and secrets are not in it.
 * Not thread-safe: the mint's lock guards it.
 */
#ifndef MINT_JOURNAL_H
#define MINT_JOURNAL_H

#include "buf.h"
#include "value.h"

enum { MINT_JOURNAL_ENTRIES = 5000 };

struct mint_journal;

struct mint_journal *mint_journal_new(void);
void mint_journal_free(struct mint_journal *j);
void mint_journal_add(struct mint_journal *j, const struct value *entry);
void mint_journal_clear(struct mint_journal *j);
/* A list of entries, oldest first. */
struct value *mint_journal_show(const struct mint_journal *j, struct arena *a);

#endif
