/*
 * datadir.h - where the installed themes are.
 */
#ifndef DATADIR_H
#define DATADIR_H

#include "arena.h"

/*
 * The first of these that has themes/: `given` (then no other is asked),
 * $PENNYPRESS_DATADIR, the folder compiled in, ../share/pennypress beside the
 * program, and the source tree of a program in build/bin/. NULL when there is
 * none. The result lives in the arena.
 */
const char *datadir_find(struct arena *a, const char *given);

#endif
