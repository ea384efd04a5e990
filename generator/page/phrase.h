/*
 * phrase.h - a theme's strings in a language: lookup, numbers, dates.
 *
 * "zh-Hant-TW" falls back to "zh-Hant", "zh", then English. Keys that end in
 * _one and _other are chosen by the CLDR rule of languages that have those two
 * forms, or only the latter.
 */
#ifndef PHRASE_H
#define PHRASE_H

#include "theme.h"

/* Reads strings/<tag>.yaml over what an earlier layer had for that language. */
bool phrase_read(struct theme *t, struct str tag, struct str path,
    struct str text, struct diag *d) __attribute__((warn_unused_result));
/* Never NULL; the empty tag is the site's default language. */
struct language *phrase_language(struct theme *t, struct str tag);
/* The empty view when the theme has no such string. */
struct str phrase_get(const struct language *l, const char *key);

/* Values for the {names} of a string; ends with a NULL name. */
struct phrase_arg {
	const char *name;
	struct str text;
};
struct str phrase_fill(struct arena *a, const struct language *l,
    const char *key, const struct phrase_arg *args);
struct str phrase_number(struct arena *a, uint64_t n); /* "8" */
/* "8 lessons": `key`_one or `key`_other with {n}. */
struct str phrase_count(
    struct arena *a, const struct language *l, const char *key, uint64_t n);
/* "2026-03-01" as "1 March 2026"; what is no such date comes back as it is. */
struct str phrase_date(
    struct arena *a, const struct language *l, struct str date);
/* "45 min", "1 h 20 min"; empty for none. */
struct str phrase_duration(
    struct arena *a, const struct language *l, uint64_t minutes);
/* "by Ada, Grace"; empty for none. */
struct str phrase_by(
    struct arena *a, const struct language *l, const struct page *p);
/* A page's title; the interface's word for the list of articles, which nobody
 * writes. */
struct str phrase_title(const struct language *l, const struct page *p);
/* The name a language has for itself; its tag when the theme has no strings in
 * it. */
struct str phrase_language_name(const struct language *l);

#endif
