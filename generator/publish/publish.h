/*
 * publish.h - the release, written so that a reader never sees half of it.
 *
 * Files go to <out>/releases/.new-<random>/ and, when all is there and checked,
 * that folder is renamed to releases/<id> and <out>/current is switched by one
 * rename. Two publishers at once: the second waits for a lock on <out>. A
 * publisher that dies leaves at most a .new- folder, which the next removes.
 * The newest LIMIT_RELEASES releases are kept, and the current one always.
 */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "content.h"
#include "limits.h"

struct publish;

/* NULL with a diagnostic (out is not a folder we may write to). `memo` is what
 * earlier runs wrote, or NULL. */
struct publish *publish_begin(const char *out, unsigned compress,
    struct memo *memo, struct diag *d) __attribute__((warn_unused_result));
/*
 * Adds one file; `path` is inside the release ("public/index.html"). Text types
 * over 1 KiB in public/ and members/ get the compressed siblings asked for,
 * when they save at least a tenth. False (with a diagnostic) on any write error
 * or when the path is there already.
 */
bool publish_add(struct publish *p, struct str path, struct str data)
    __attribute__((warn_unused_result));
/* The same, and remembers the file and its siblings under `key`, unless that is
 * NULL: the hash of all the data were made from. */
bool publish_add_known(struct publish *p, struct str path, struct str data,
    const struct memo_key *key) __attribute__((warn_unused_result));
/*
 * Adds what was remembered under each of `keys`, as hard links to the files of
 * the release the memo is about. All or nothing: false, without a diagnostic,
 * when a key is unknown, a file there is not as it was written, or the file
 * system has no such links.
 */
bool publish_keep(struct publish *p, const struct memo_key *keys, size_t count)
    __attribute__((warn_unused_result));
/*
 * No paid text in public/: `rest` is the plain text a teaser of `page` leaves
 * out. publish_check then reads every text file of public/ back from the disk
 * and reports each place where a run of it stands (shingles of words; of
 * characters in scripts without spaces) that no free text contains.
 */
void publish_secret(
    struct publish *p, const struct page *page, struct str rest);
/* Free text of `page`, or of the site (NULL), which may also stand in a paid
 * lesson: publish_check warns of what is as long as a sentence or two. */
void publish_free_text(
    struct publish *p, const struct page *page, struct str text);
bool publish_check(struct publish *p, struct diag *d)
    __attribute__((warn_unused_result));
/* Completes the manifest with the files' hashes, writes release.json, switches.
 * `id` gets the release's id. */
bool publish_commit(struct publish *p, struct manifest *m, struct diag *d,
    char id[RELEASE_ID + 1]) __attribute__((warn_unused_result));
/*
 * As publish_commit, but does not switch: the release is complete and waits for
 * publish_switch. A release that waits is the first to be pruned.
 */
bool publish_prepare(struct publish *p, struct manifest *m, struct diag *d,
    char id[RELEASE_ID + 1]) __attribute__((warn_unused_result));
/* Removes what was written, if not committed; frees. */
void publish_end(struct publish *p);

/* Makes a complete release of <out> the current one; false when it is not
 * there (no diagnostic then) or cannot be made so. */
bool publish_switch(const char *out, const char *id, struct diag *d)
    __attribute__((warn_unused_result));
/* Back to the release that was current before this one; `id` gets it. What was
 * left is not gone back to, unless it is published again. */
bool publish_rollback(const char *out, struct diag *d, char id[RELEASE_ID + 1])
    __attribute__((warn_unused_result));
/* The current release's id, "" when there is none. */
void publish_current(const char *out, char id[RELEASE_ID + 1]);

struct publish_totals {
	size_t files, pages; /* pages: .html in public/ and members/ */
	uint64_t bytes;
};
void publish_totals(const struct publish *p, struct publish_totals *out);

#endif
