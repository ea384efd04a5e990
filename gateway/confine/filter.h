/*
 * filter.h - which system calls a process may still make, by seccomp(2).
 *
 * front: a list of what it needs; everything else fails with EPERM. till and
 * supervisor: everything but a list of what neither has any business with.
 * clone3 fails with ENOSYS, so that the C library uses clone, whose flags can
 * be looked at. Filters are inherited and add up.
 */
#ifndef FILTER_H
#define FILTER_H

#include "confine.h"

/* False and errno when the kernel refused. */
bool filter_apply(enum confine_role role) __attribute__((warn_unused_result));
/* A sanitizer's run time makes calls of its own: then no filter is applied. */
bool filter_is_left_out(void);

#endif
