/*
 * release.h - one published release, read whole and then only looked at.
 *
 * Promises: opened from <site>/current, the manifest validated, every file it
 * lists there with its size, every page shell compiled; afterwards immutable,
 * shared by any number of threads and alive until the last reference is given
 * back, whatever is published meanwhile. Paths of requests are looked up in a
 * table of what the manifest lists; no path of a request ever reaches the file
 * system. Does not promise that a file's bytes are those of the manifest until
 * they were read with release_bytes.
 */
#ifndef RELEASE_H
#define RELEASE_H

#include "manifest.h"
#include "value.h"

enum {
	RELEASE_ERROR = 512,
	RELEASE_LINK = 128, /* "releases/<id>" */
	RELEASE_BYTES_FILE = 256 << 10, /* the largest file kept in memory */
	RELEASE_BYTES_ALL = 64 << 20, /* all of them together */
};

/* In the order of preference of their content codings, least first. */
enum encoding {
	ENCODING_NONE,
	ENCODING_GZIP,
	ENCODING_BROTLI,
	ENCODING_ZSTD,
	ENCODINGS,
};
extern const char *const encoding_names[ENCODINGS]; /* NULL, "gzip", "br".. */

/* One file of the release. */
struct release_file {
	const struct manifest_file *about;
	size_t number; /* 0 to release_file_count - 1 */
};

/* What an address leads to. */
struct release_entry {
	struct str path; /* decoded, from the site's root */
	const struct manifest_member *member; /* NULL: public */
	struct str to; /* moved: the address, encoded; else empty */
	const struct release_file *as[ENCODINGS]; /* NULL: not there */
};

/* A page, not a picture or the like, and no address that moved. */
bool release_entry_is_page(const struct release_entry *e);
/* Its address without what says that it is for members: a page and its teaser
 * have the same. */
struct str release_entry_item(const struct release_entry *e);

struct release;

/* What `current` points to ("releases/<id>"); false and errno. */
bool release_link(int site, char link[RELEASE_LINK])
    __attribute__((warn_unused_result));
/* With one reference; NULL and a message in `error`. */
struct release *release_open(int site, const char *link,
    char error[RELEASE_ERROR]) __attribute__((warn_unused_result));
struct release *release_ref(struct release *r);
void release_unref(struct release *r);

const struct manifest *release_manifest(const struct release *r);
const char *release_id(const struct release *r);
size_t release_file_count(const struct release *r);

/* The entry of a decoded path, or NULL. */
const struct release_entry *release_find(
    const struct release *r, struct str path);
const struct manifest_product *release_product(
    const struct release *r, struct str id);
const struct manifest_offer *release_offer(
    const struct release *r, struct str id);
/* Its place in the manifest's list is what rows speak of. */
const struct manifest_course *release_course(
    const struct release *r, struct str id);
/* The language of the site nearest to `lang` ("zh-TW": "zh"), else the default
 * one. Static for the release's life. */
struct str release_language(const struct release *r, struct str lang);

/*
 * The bytes of a small file, from memory, checked against its hash. Empty with
 * a null pointer when it is too large, there is no room or it cannot be read:
 * use release_file_open then. Safe from any thread.
 */
struct str release_bytes(struct release *r, const struct release_file *f);
/* A descriptor of the caller's; -1 and errno when it cannot be read or has not
 * the size it should have. */
int release_file_open(const struct release *r, const struct release_file *f);

/* Fills gate/<lang>/<shell>.html; false when there is none or it fails. */
bool release_shell(const struct release *r, struct str lang, const char *shell,
    const struct value *data, struct buf *out)
    __attribute__((warn_unused_result));

#endif
