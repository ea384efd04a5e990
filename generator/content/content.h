/*
 * content.h - what the files of a repository mean: a site of courses, modules,
 * lessons, articles, plain pages, authors and offers.
 *
 * Promises: after content_read without errors every required value is there,
 * every address is unique, access is decided for every page (it fails closed:
 * paid inside a paid course unless it says otherwise), every paid page has a
 * product and that an offer. Drafts are left out. Order is final. All of it
 * lives in the arena. A repository without site.yaml is `foreign`: one course
 * at the root (PAGE_COURSE with the address "/" is its home; url is
 * "http://localhost"), free, where unknown keys are warnings.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include "manifest.h" /* enum access, enum offer_kind, struct strs */
#include "money.h"
#include "source.h"

enum page_kind {
	PAGE_HOME, /* one per language; `file` may be NULL; none where foreign
		    */
	PAGE_COURSE,
	PAGE_LESSON,
	PAGE_ARTICLES, /* list of articles, one per language that has any */
	PAGE_ARTICLE,
	PAGE_PLAIN,
	PAGE_AUTHOR,
};

struct page {
	enum page_kind kind;
	size_t index; /* in site.pages */
	const struct source_file *file; /* NULL when made by us */
	struct str text; /* the file; when `partial` only its beginning */
	bool partial; /* content_load reads the rest */
	size_t
	    body; /* offset of the Markdown in text, after the front matter */
	struct str
	    url; /* "/courses/loops/for/", encoded, without the base path */
	struct str
	    member_url; /* "/m/courses/loops/for/", or "" for a free page */
	struct str title, description, lang;
	bool title_in_body; /* the title is a heading of the body */
	size_t title_at; /* which one: its line's offset in text */
	enum access access;
	unsigned minutes; /* reading time, at least 1 for text */
	unsigned teaser_percent; /* share shown when there is no <!--more--> */
	struct str date, updated; /* "2026-03-01" or "" */
	struct str image, image_alt; /* image: path in the repository, or "" */
	struct strs tags;
	struct {
		struct author **at;
		size_t count, room;
	} authors;
	struct course *course; /* of a course page or lesson, else NULL */
	struct module *module; /* of a lesson inside one, else NULL */
	struct page *previous, *next; /* lessons in reading order */
	size_t place; /* of a lesson in that order */
};

struct page_list {
	struct page **at;
	size_t count, room;
};

struct module {
	struct str title, description, slug;
	struct page_list lessons;
};

struct course {
	struct str id; /* slug, and the product's id */
	struct page *page; /* the landing page */
	struct module **modules; /* in order; a lesson may be in none */
	size_t module_count;
	struct page_list lessons; /* all, in reading order */
	enum access access;
	struct str level; /* "beginner" ... or "" */
	struct strs outcomes;
	struct {
		struct faq {
			struct str question, answer;
		} * at;
		size_t count, room;
	} faq;
	struct {
		struct course **at;
		size_t count, room;
	} requires;
	struct {
		struct offer **at;
		size_t count, room;
	} offers; /* those that open it and are for readers of its language: its
		   * own price first, then by currency and amount */
	int64_t weight;
};

struct offer {
	struct str id, title, lang, interval;
	bool has_lang; /* the author said it; else it is for everyone */
	enum offer_kind kind;
	int64_t amount;
	const struct currency *currency;
	struct {
		struct course **at;
		size_t count, room;
	} courses;
};

struct author {
	struct str id, name, title, description, image, image_alt;
	struct page *page; /* NULL where foreign: known from the history only */
	struct {
		struct link_item {
			struct str title, url;
		} * at;
		size_t count, room;
	} links;
};

struct navigation_item {
	struct str title, lang; /* lang "" for all */
	struct page *page;
};

enum compression { COMPRESS_GZIP = 1, COMPRESS_BROTLI = 2, COMPRESS_ZSTD = 4 };

struct site {
	bool foreign;
	struct str root; /* foreign: the course's folder ("src"), or "" */
	struct str title, description;
	struct str url, gateway; /* absolute, no final slash */
	struct str base; /* path part of url, "" or "/repo" */
	bool one_host; /* gateway and url have the same origin */
	struct strs languages; /* the first is the default */
	struct str theme, copyright;
	unsigned refund_days;
	bool raw_html;
	bool beacon; /* public pages tell the gateway of visits */
	bool sells; /* some page is not for everybody */
	unsigned compress; /* enum compression bits */
	struct page_list pages; /* all, in a fixed order */
	struct {
		struct course **at;
		size_t count, room;
	} courses; /* catalogue order */
	struct {
		struct offer **at;
		size_t count, room;
	} offers;
	struct {
		struct author **at;
		size_t count, room;
	} authors;
	struct {
		struct navigation_item *at;
		size_t count, room;
	} navigation;
	struct {
		struct manifest_alias *at;
		size_t count, room;
	} aliases;
	struct source *source;
	struct arena *arena; /* of content_read */
	size_t drafts; /* pages left out as drafts */
	struct strs draft_files; /* their files */
};

/* NULL only when nothing can be read at all; faults are in `d`. */
struct site *content_read(struct arena *a, struct source *s, struct diag *d)
    __attribute__((warn_unused_result));
/*
 * Makes page.text the whole file. A text of which an earlier run knew the title
 * and length (source_memo) is not read before somebody needs it. False with a
 * diagnostic.
 */
bool content_load(const struct site *site, const struct page *p, struct diag *d)
    __attribute__((warn_unused_result));
/* The place of byte `offset` of the page's file, for a diagnostic. */
struct where page_where(const struct page *p, size_t offset, size_t length);
/* Lower case (ASCII), letters and digits of any script kept, all else to one
 * '-'; never empty ("page" then); at most LIMIT_SLUG bytes. */
struct str slug_of(struct arena *a, struct str text);
/* Resolves `target` as written in a file: "../a.png", "/a.png". False when it
 * leads out of the repository. */
bool path_resolve(
    struct arena *a, struct str file, struct str target, struct str *out);

#endif
