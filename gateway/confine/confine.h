/*
 * confine.h - what a process may still do after it has opened what it needs.
 *
 * Call after opening and before the first thread. Each role: no_new_privs, not
 * dumpable, resource limits, Landlock for the file system, a seccomp filter,
 * and the drop to an unprivileged user when started as root. What the kernel
 * lacks is logged; with `required` it is an error instead.
 *
 * front: files below `site` may be read; nothing else may be opened. No socket
 * may be created, connected or bound; no process traced, no program run.
 *
 * till: `data` may be read and written, `keys` and `site` read; the payment key
 * is read before. Certificates and the resolver's files may be read. It may
 * connect, not listen; no program run.
 *
 * supervisor: may start the two, signal them and wait.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include "config.h"

enum confine_role { CONFINE_SUPERVISOR, CONFINE_FRONT, CONFINE_TILL };

/* False, with a log line, when something required could not be had. */
bool confine(enum confine_role role, const struct config *c)
    __attribute__((warn_unused_result));

#endif
