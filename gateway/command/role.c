#include "role.h"

#include "command.h"
#include "configured.h"
#include "front.h"
#include "log.h"
#include "till.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In the child. First out of the way, then to their places: the sources may be
 * the places of others. */
static bool
place_descriptors(const int from[ROLE_FDS])
{
	int aside[ROLE_FDS];

	for (int i = ROLE_CONTROL; i < ROLE_FDS; i++) {
		aside[i] = -1;
		if (from[i] >= 0) {
			aside[i] = fcntl(from[i], F_DUPFD, ROLE_FDS + 10);
			if (aside[i] < 0)
				return false;
		}
	}
	for (int i = ROLE_CONTROL; i < ROLE_FDS; i++) {
		close(i);
		if (aside[i] >= 0 && dup2(aside[i], i) < 0)
			return false;
	}
	return syscall(SYS_close_range, ROLE_FDS, ~0U, 0) == 0;
}

pid_t
role_start(const char *program, const char *name, const char *path, int control,
    int socket, int listener)
{
	const int from[ROLE_FDS] = { -1, -1, -1, control, socket, listener };
	pid_t pid = fork();
	sigset_t none;

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (place_descriptors(from))
		execl(program, "pennygate", "role", name, "-c", path,
		    (char *)NULL);
	log_error("starting %s: %s: %s", name, program, strerror(errno));
	_exit(127);
}

static void
leave_signals_to_the_supervisor(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGTERM, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
}

static bool
keep_to_ourselves(int first, int last)
{
	for (int fd = first; fd <= last; fd++) {
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
			return false;
	}
	return true;
}

int
command_role(int argc, char **argv)
{
	bool front = argc == 4 && !strcmp(argv[1], "front");
	const struct config *c;
	struct arena a;
	int status = 1;

	if (argc != 4 || (!front && strcmp(argv[1], "till") != 0) ||
	    strcmp(argv[2], "-c") != 0 ||
	    !keep_to_ourselves(
		ROLE_CONTROL, front ? ROLE_LISTENER : ROLE_SOCKET)) {
		fputs("pennygate: roles are started by 'pennygate serve'\n",
		    stderr);
		return 2;
	}
	log_open(front ? "pennygate[front]" : "pennygate[till]");
	leave_signals_to_the_supervisor();
	arena_init(&a);
	c = configured(&a, argv[3]);
	if (c && front)
		status = front_run(c, ROLE_LISTENER, ROLE_CONTROL, ROLE_SOCKET);
	else if (c)
		status = till_run(c, ROLE_SOCKET, ROLE_CONTROL);
	arena_clear(&a);
	return status;
}
