/*
 * landlock.h - which files and ports this process may still reach, for good.
 *
 * Landlock by its system calls, landlock(7): the kernel's interface version is
 * asked and every right it knows is taken away, but for those given here. Works
 * without privileges once no_new_privs is set; inherited by threads made later.
 */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

enum landlock_right { LANDLOCK_READ = 1, LANDLOCK_WRITE = 2 };

/* A path that may be used, with all below it; skipped when it is not there. */
struct landlock_rule {
	const char *path;
	unsigned rights; /* of enum landlock_right */
};

enum landlock_net {
	LANDLOCK_NET_NONE, /* no TCP bind, no TCP connect */
	LANDLOCK_NET_CONNECT, /* no TCP bind */
};

/* The version of the kernel's interface; 0 when it has none. */
int landlock_version(void);
/* False and errno when the kernel refused. */
bool landlock_apply(const struct landlock_rule *rules, size_t count,
    enum landlock_net net) __attribute__((warn_unused_result));

#endif
