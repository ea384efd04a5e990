/*
 * secret_file.h - reading a file that nobody but its owner may read.
 *
 * Promises: a regular file with no right for group and others, at most
 * SECRET_FILE_MAX bytes. Does not promise what is in it. A refusal is a phrase
 * for a message, "is readable by others (chmod 600 ...)" without the path.
 */
#ifndef SECRET_FILE_H
#define SECRET_FILE_H

#include "str.h"

enum { SECRET_FILE_MAX = 4096 };

/* NULL when the file is as promised, else the refusal (static text). */
const char *secret_file_refusal(const char *path);
/* Reads into out[0..room); NULL when whole, else the refusal. Wipe `out`. */
const char *secret_file_read(
    const char *path, char *out, size_t room, size_t *len);

#endif
