/*
 * file.h - reading and replacing files, and which paths are allowed.
 *
 * Files are replaced, never rewritten: temporary in the same folder, fsync,
 * rename. A reader sees the old file or the new one.
 */
#ifndef FILE_H
#define FILE_H

#include "buf.h"

/* True when read whole; else errno says why (EFBIG: over the buffer's cap).
 * `dir` is a folder's descriptor or AT_FDCWD. */
bool file_read(int dir, const char *path, struct buf *out)
    __attribute__((warn_unused_result));
/* The same of a file that is open already. */
bool file_read_open(int fd, struct buf *out)
    __attribute__((warn_unused_result));
/* Only regular files below `root`, no symlink on the way (openat2 with
 * RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). A descriptor, or -1 and errno. */
int file_open_below(int root, const char *path);
bool file_replace(int dir, const char *path, struct str data, unsigned mode)
    __attribute__((warn_unused_result));
/* O_EXCL: fails with EEXIST rather than overwrite; fsync'd. */
bool file_create(int dir, const char *path, struct str data, unsigned mode)
    __attribute__((warn_unused_result));
/* The folder and its parents, mode 0777 & ~umask; true if it is there. */
bool file_mkdirs(int dir, const char *path) __attribute__((warn_unused_result));
/* Removes a folder and all below, following no symlink. */
bool file_remove_tree(int dir, const char *path)
    __attribute__((warn_unused_result));

/*
 * May this path from a git tree or a request be used? Relative, '/'-separated,
 * no empty, '.' or '..' component, no NUL, control character or backslash, no
 * ".git" (any case, nor "git~1"), UTF-8, depth and lengths within limits.h.
 * NULL when it may, else the reason, as a phrase for a diagnostic.
 */
const char *path_refusal(struct str path);
/* "image/png" by the extension; "application/octet-stream" when unknown. Text
 * types carry "; charset=utf-8". */
const char *media_type(struct str path);
/* Is it worth compressing: text, markup, script, SVG, JSON, XML? */
bool media_type_is_text(const char *type);

#endif
