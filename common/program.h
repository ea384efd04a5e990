/*
 * program.h - which program this is, to the byte.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "arena.h"

/* Name, size and times of the executable and of every library it has loaded:
 * another build or an upgraded library is another program. Empty when the
 * system does not say (/proc is not there). */
struct str program_identity(struct arena *a);

#endif
