/*
 * sheet_key.h - the hash of everything one version of a page is filled from.
 *
 * Made of the values the template gets, so nothing a page shows can be left
 * out: the theme's files, the markup's name (markdown.h), and all values; those
 * that many pages share are hashed once.
 */
#ifndef SHEET_KEY_H
#define SHEET_KEY_H

#include "sheet.h"

/* Of a sheet that is filled, for `path` in the release. False when nothing is
 * remembered of this page. */
bool sheet_key(const struct sheet *s, const char *template, struct str path,
    struct memo_key *key) __attribute__((warn_unused_result));

#endif
