/*
 * exports.h - the folder events/ of the site, where pennypress looks for what
 * readers did: one file an export, under the time it was made.
 *
 * Whoever has it open is alone with it: an export of before somebody was
 * forgotten is not written after it.
 */
#ifndef EXPORTS_H
#define EXPORTS_H

#include "config.h"
#include "forget.h"

struct exports {
	struct str path;
	int folder; /* -1: there is none */
};

struct exports_done {
	size_t files, changed;
};

/* Waits for another command to be done with it. `make`: it is made when there
 * is none. False after a message. */
bool exports_open(struct exports *e, struct arena *a, const struct config *c,
    bool make) __attribute__((warn_unused_result));
void exports_close(struct exports *e);
/* Adds a file of now; its path in `shown`. Of those with such names the newest
 * five are kept. False after a message. */
bool exports_add(struct exports *e, struct arena *a, struct str text,
    struct str *shown) __attribute__((warn_unused_result));
/* May files be replaced? False after a message. */
bool exports_can_change(const struct exports *e)
    __attribute__((warn_unused_result));
/* Takes the lines of a forgotten reader out of every file that pennypress would
 * read; each is replaced as a whole, and only if it has such lines. False after
 * a message for each that could not be; the others are done. */
bool exports_forget(struct exports *e, struct arena *a,
    const struct forgotten *f, struct exports_done *done)
    __attribute__((warn_unused_result));
/* The same of one file's text, in place; how many lines it was. */
size_t exports_without(struct buf *text, const struct forgotten *f);

#endif
