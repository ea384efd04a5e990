/*
 * source.h - the files of one commit, or of one folder, as untrusted names and
 * bytes.
 *
 * Promises: every listed path passed path_refusal, is a regular file, and no
 * two paths are equal after case folding; listing is ordered by path in byte
 * order; size and count are within limits.h. What is refused is a diagnostic.
 * Of a git repository the commit's tree is read from the object database; no
 * checkout, no index, no work tree is touched. Submodules and symlinks are left
 * out with a warning.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "buf.h"
#include "diag.h"
#include "memo.h"

struct source;

struct source_file {
	struct str path; /* "courses/loops/01-for.md" */
	uint64_t size; /* bytes */
	size_t index;
};

/* When and by whom a file was first and last changed, from the history. */
struct source_history {
	int64_t created, changed; /* Unix seconds; 0: not known */
	struct str author; /* of the first commit of the file; may be empty */
};

/*
 * `location` is a bare or normal repository, or a plain folder; `revision` is
 * NULL for HEAD (a normal repository's HEAD commit, not its work tree), else a
 * branch, tag or id. With `as_folder` a work tree is read as a plain folder,
 * for previews. Inside a git hook the environment is heeded as git does it:
 * GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES (the quarantine of
 * a push) are read as well, and "." means GIT_DIR. NULL after an error, which
 * is in `d` with what to do about it.
 */
struct source *source_open(const char *location, const char *revision,
    bool as_folder, struct diag *d) __attribute__((warn_unused_result));
void source_free(struct source *s);

size_t source_count(const struct source *s);
const struct source_file *source_at(const struct source *s, size_t i);
/* NULL when the tree has no such file. */
const struct source_file *source_find(const struct source *s, struct str path);
/* Hex id and RFC 3339 time (UTC) of the commit; "" for a plain folder. */
struct str source_commit(const struct source *s);
struct str source_time(const struct source *s);
/* The folder's or repository's own name: "book" of "/srv/book.git". */
struct str source_name(const struct source *s);
bool source_is_git(const struct source *s);
/* What names the bytes of a file: equal ids, equal bytes. "" for a plain
 * folder. */
struct str source_id(const struct source *s, const struct source_file *f);

/* What earlier runs found out about files with an id; it outlives the source.
 * NULL until it is set, and always for a plain folder. */
void source_set_memo(struct source *s, struct memo *m);
struct memo *source_memo(const struct source *s);

/* The bytes, into `out` (a buffer with a cap). False with a diagnostic. */
bool source_read(struct source *s, const struct source_file *f, struct diag *d,
    struct buf *out) __attribute__((warn_unused_result));
/* One walk over the history for all files; cheap when called again. False when
 * there is none (a plain folder, a shallow clone's edge). */
bool source_history(
    struct source *s, const struct source_file *f, struct source_history *out);

#endif
