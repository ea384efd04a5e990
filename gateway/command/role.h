/*
 * role.h - starting the two processes: fork, and exec of this very program, so
 * that neither begins with anything in its memory.
 *
 * Each finds its descriptors under fixed numbers; all others are closed.
 */
#ifndef ROLE_H
#define ROLE_H

#include <sys/types.h>

enum role_fd {
	ROLE_CONTROL = 3, /* to the supervisor; its end means: finish */
	ROLE_SOCKET = 4, /* to the other of the two */
	ROLE_LISTENER = 5, /* the front's only */
	ROLE_FDS,
};

/*
 * Starts `program role NAME -c PATH` with these descriptors, which stay the
 * caller's; `listener` is -1 for the till. The process's id, or -1 and errno.
 */
pid_t role_start(const char *program, const char *name, const char *path,
    int control, int socket, int listener);

#endif
