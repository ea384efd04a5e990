/*
 * configured.h - what every command does first: find and read gate.yaml, and
 * show what is wrong with it on standard error.
 */
#ifndef CONFIGURED_H
#define CONFIGURED_H

#include "config.h"

#define CONFIGURED_DEFAULT "gate.yaml" /* without -c */

/* NULL after every fault was shown. */
const struct config *configured(struct arena *a, const char *path);
/* Shows what is in `d` and clears it; true when there was no error. */
bool configured_show(struct diag *d);

#endif
