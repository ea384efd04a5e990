/*
 * page.h - theme templates filled: every page of the release, public and
 * members' version, gate shells, feeds, sitemap, assets.
 *
 * The only stage that knows what a theme's templates are given; the variables
 * are documented in pennypress-theme(5). Escaping is the default everywhere.
 * What pages share (header, side navigation, cards) is made once and kept in
 * the theme, so a theme belongs to one thread at a time.
 */
#ifndef PAGE_H
#define PAGE_H

#include "markdown.h"
#include "recommend.h"
#include "template.h"

struct theme;

/*
 * The theme of `site`: files of themes/<name>/ in the repository over those of
 * the installed theme of that name (or of "default"). `datadir` is the folder
 * that has themes/. `r` is what pages lead to; NULL: no blocks are shown. NULL
 * after an error, which is in `d`.
 */
struct theme *theme_open(struct arena *a, const struct site *site,
    const struct recommend *r, const char *datadir, struct diag *d)
    __attribute__((warn_unused_result));
void theme_free(struct theme *t);
/* A string of the theme for a language, falling back to its base language and
 * then English. Fits struct markdown_strings. */
struct str theme_string(const void *theme, struct str lang, struct str key);

/*
 * Takes the files of a release: path inside it, and bytes. `key` is the hash of
 * all the bytes were made from, or NULL. `keep` puts files of an earlier run
 * there, all of them by their keys, or does nothing and is false.
 */
enum { PAGE_VERSIONS = 2 };
struct page_sink {
	bool (*add)(void *context, struct str path, struct str data,
	    const struct memo_key *key);
	bool (*keep)(void *context, const struct memo_key keys[PAGE_VERSIONS],
	    size_t count); /* NULL: never */
	void *context;
};

/* One page of the site; writes its public and members' versions. `scratch` may
 * be reset by the caller afterwards. False when the sink fails. */
bool page_write(struct theme *t, struct links *l, const struct site *site,
    const struct page *p, const struct rendered *r, struct arena *scratch,
    struct page_sink *sink, struct diag *d) __attribute__((warn_unused_result));
/* The same for a page that was recalled: true when both versions are as in an
 * earlier run and were kept. Else page_write must follow. */
bool page_keep(struct theme *t, struct links *l, const struct page *p,
    const struct rendered *r, struct arena *scratch, struct page_sink *sink,
    struct diag *d) __attribute__((warn_unused_result));
/* Where an address stands in the release: "/courses/x/" is the file
 * "public/courses/x/index.html", "/m/courses/x/" is in "members/". The empty
 * view for an address that is no path. */
struct str page_release_path(struct arena *a, struct str url);
/* What is not one page: assets, gate shells, 404, feeds, sitemap, robots. */
bool page_write_common(struct theme *t, struct links *l,
    const struct site *site, struct arena *scratch, struct page_sink *sink,
    struct diag *d) __attribute__((warn_unused_result));

#endif
