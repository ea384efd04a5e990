/*
 * feed.h - Atom feeds (RFC 4287), one per language: its dated articles and
 * courses, the newest first, with their descriptions and never their text.
 */
#ifndef FEED_H
#define FEED_H

#include "chrome.h"

enum { FEED_ENTRIES = 30 };

/* "/feed.xml" or "/zh/feed.xml", below the base path. */
struct str feed_path(const struct site *site, struct arena *a, struct str lang);
/* Nothing dated, no feed. */
bool feed_has(const struct language_pages *pages);
void feed_write(struct theme *t, struct arena *a,
    const struct language_pages *pages, struct buf *out);

#endif
