/*
 * theme.h - an open theme, as the files of this stage share it.
 *
 * Everything lives in the arena given to theme_open. What is the same on many
 * pages (a language's strings, header and footer, a course's card, contents and
 * prices) is made when it is first asked for and kept. One thread at a time.
 */
#ifndef THEME_H
#define THEME_H

#include "page.h"

enum { AUDIENCES = AUDIENCE_MEMBERS + 1 };

struct strings_entry {
	struct str key, text;
};

/* strings/<tag>.yaml, ordered by key. */
struct strings {
	struct str tag;
	struct strings_entry *at;
	size_t count, room;
};

/* Hashes of what many pages share, zero until they are asked for. */
struct shared_keys {
	struct memo_key words, assets, header, footer;
};

/* A language of some page: its strings with what they fall back to. */
struct language {
	struct str tag;
	const char *dir; /* "ltr" or "rtl" */
	struct strings merged;
	uint32_t *slots; /* of merged, by hash: number + 1 */
	size_t slot_count;
	struct value *s; /* the same, for templates */
	struct chrome *chrome[AUDIENCES];
	struct shared_keys keys[AUDIENCES];
};

struct asset {
	struct str name; /* "style.css", as templates call it */
	struct str url; /* "/assets/style.0123abcd.css" */
	struct str data;
};

/* What is remembered of one page, by page.index. */
struct page_state {
	struct course_view *course; /* of a course's landing page */
	struct contents_part *part[AUDIENCES]; /* of a lesson */
	size_t mark[AUDIENCES]; /* where aria-current goes in it; 0: nowhere */
	struct memo_key card; /* of a course, once asked for */
	size_t position; /* of a lesson, counted from 1 */
};

struct theme {
	struct arena *arena;
	const struct site *site;
	const struct recommend *recommend; /* NULL: no blocks */
	struct template_set *templates;
	struct memo_key key; /* of all its files */
	struct {
		struct strings **at;
		size_t count, room;
	} tables;
	struct {
		struct language **at;
		size_t count, room;
	} languages;
	struct {
		struct asset *at;
		size_t count, room;
	} assets;
	struct value *asset_urls[AUDIENCES];
	struct page_state *states;
	struct site_index *index;
	struct buf out; /* the page being filled */
};

/* `key` is set even when empty, and is false then: a section of an item must
 * not see the same name of what is around it. */
static inline void
value_put(struct arena *a, struct value *v, struct str key, struct str text)
{
	value_append(
	    a, v, key, text.len ? value_str(a, text) : value_bool(a, false));
}
static inline void
value_put_html(
    struct arena *a, struct value *v, struct str key, struct str html)
{
	value_append(
	    a, v, key, html.len ? value_html(a, html) : value_bool(a, false));
}
static inline void
value_put_list(struct arena *a, struct value *v, struct str key, struct str has,
    struct value *list)
{
	value_append(a, v, has, value_bool(a, value_count(list) > 0));
	value_append(a, v, key, list);
}

/* A path of the gateway ("/checkout") for a page of either audience. */
struct str theme_gateway(
    const struct theme *t, struct arena *a, struct str path);
/* The address with scheme and host, for what leaves the site. */
struct str theme_absolute(
    const struct theme *t, struct arena *a, struct str url);
/* Fills a template into the theme's buffer; the view lasts until the next. */
bool theme_fill(struct theme *t, const char *name, const struct value *data,
    struct diag *d, struct str *out) __attribute__((warn_unused_result));

#endif
