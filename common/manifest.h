/*
 * manifest.h - release.json: what the generator promises the gateway.
 *
 * Format 1, one JSON object, members in this order (pennypress-release(5)):
 *
 *	format    1
 *	generator "pennypress 0.1.0"
 *	source    {commit, time, events}: hex id and RFC 3339 time of
 *	          the commit, both "" for a plain folder; the hash of
 *	          the events file it was built with, or ""
 *	site      {title, url, gateway, languages[]}: addresses are
 *	          absolute, without a final slash; the first
 *	          language is the default
 *	products  [{id, title, lang, url, start}]: what can be owned.
 *	          url is the public page, start where a buyer begins
 *	          (an address below /m/ or a public one)
 *	offers    [{id, title, lang, kind, amount, currency,
 *	          interval, products[]}]: kind one-off, bundle or
 *	          membership; amount in minor units; interval month
 *	          or year, "" when not a membership; lang of the
 *	          readers it is for, "" for all
 *	courses   [{id, title, description, lang, url, row[]}]: every
 *	          course, for sale or free, and what owning it says for
 *	          the others: row is pairs, flat, of a course's place
 *	          in this list (from 0) and a score in millionths, the
 *	          highest first, at most MANIFEST_ROW pairs
 *	members   [{url, file, access, title, lang, teaser, finishes,
 *	          products[]}]: every page and file below members/.
 *	          url begins "/m/", file "members/"; access
 *	          signed-in or paid; any one of the products opens
 *	          it; teaser is the public page about it, or "";
 *	          finishes is the course whose last lesson it is, or
 *	          "": the gateway puts the reader's own list into it,
 *	          between MANIFEST_LIST_BEGIN and MANIFEST_LIST_END
 *	aliases   [{from, to}]: addresses that moved, answered 301
 *	files     [{path, bytes, hash, type}]: every file of the
 *	          release but release.json, ordered by path; hash as
 *	          hash.h; type is the media type (a ".gz", ".br" or
 *	          ".zst" sibling has its own entry with the type of
 *	          what is inside)
 *
 * The release's id is the first 16 digits of the hash of these bytes: the same
 * content has the same id. Readers ignore unknown members of the object and
 * refuse an unknown format; `courses`, `finishes` and `events` may be missing.
 * Addresses are paths from the site's root, already percent-encoded, below any
 * base path of site.url, which they do not include.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include "arena.h"
#include "buf.h"
#include "hash.h"

enum { MANIFEST_FORMAT = 1, RELEASE_ID = 16, MANIFEST_ROW = 30 };

/* Each on a line of its own in the file, at most once. What stands between is
 * for readers about whom nothing is known. */
#define MANIFEST_LIST_BEGIN "<!--reader's list-->"
#define MANIFEST_LIST_END "<!--/reader's list-->"

enum access { ACCESS_FREE, ACCESS_SIGNED_IN, ACCESS_PAID };
enum offer_kind { OFFER_ONE_OFF, OFFER_BUNDLE, OFFER_MEMBERSHIP };

struct strs {
	struct str *at;
	size_t count, room;
};

struct manifest_product {
	struct str id, title, lang, url, start;
};

struct manifest_offer {
	struct str id, title, lang;
	enum offer_kind kind;
	int64_t amount; /* minor units */
	struct str currency; /* "EUR" */
	struct str interval; /* "month", "year" or "" */
	struct strs products;
};

struct manifest_score {
	uint32_t course; /* in manifest.courses */
	int32_t score; /* millionths, 1 or more */
};

struct manifest_course {
	struct str id, title, description, lang, url;
	struct {
		struct manifest_score *at;
		size_t count, room;
	} row;
};

struct manifest_member {
	struct str url, file, title, lang, teaser, finishes;
	enum access access;
	struct strs products;
};

struct manifest_alias {
	struct str from, to;
};

struct manifest_file {
	struct str path;
	uint64_t bytes;
	struct hash hash;
	struct str type;
};

#define MANIFEST_LIST(type)                                                    \
	struct {                                                               \
		type *at;                                                      \
		size_t count, room;                                            \
	}

struct manifest {
	struct str generator;
	struct str commit, time, events;
	struct str title, url, gateway;
	struct strs languages;
	MANIFEST_LIST(struct manifest_product) products;
	MANIFEST_LIST(struct manifest_offer) offers;
	MANIFEST_LIST(struct manifest_course) courses;
	MANIFEST_LIST(struct manifest_member) members;
	MANIFEST_LIST(struct manifest_alias) aliases;
	MANIFEST_LIST(struct manifest_file) files;
};

/* Sorts files and members by path and url, then writes. */
void manifest_write(struct buf *out, struct manifest *m);
void manifest_id(struct str json, char id[RELEASE_ID + 1]);
/*
 * Reads and validates: known format, paths allowed by path_refusal, members'
 * files listed, access and kinds known, offers' products known, rows within the
 * list of courses and in order. False, with a
 * message in `error`, when anything is off. Views point into the arena.
 */
bool manifest_read(struct arena *a, struct str json, struct manifest *m,
    char error[256]) __attribute__((warn_unused_result));
/* The entry of a file, or NULL; the list must be in order, as manifest_write
 * and manifest_read leave it. */
const struct manifest_file *manifest_find_file(
    const struct manifest *m, struct str path);

#endif
