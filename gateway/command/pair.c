#include "pair.h"

#include "control.h"
#include "log.h"
#include "role.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STEADY_MS = 10000, /* who lived that long did not fail at starting */
	AGAIN_MS = 100, /* doubled with every failure in a row */
	AGAIN_MOST_MS = 10000,
};

int64_t
pair_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A till, and our end of its control; `socket` stays the caller's. */
static bool
start_till(struct pair *p, const struct pair_program *how, int socket)
{
	int control[2];

	p->till_again = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
		return false;
	p->till = role_start(
	    how->program, "till", how->config, control[1], socket, -1);
	close(control[1]);
	if (p->till < 0) {
		p->till = 0;
		close(control[0]);
		return false;
	}
	p->till_control = control[0];
	p->till_since = pair_now();
	return true;
}

static bool
start_front(struct pair *p, const struct pair_program *how, int socket)
{
	int control[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
		return false;
	p->front = role_start(how->program, "front", how->config, control[1],
	    socket, how->listener);
	close(control[1]);
	if (p->front < 0) {
		p->front = 0;
		close(control[0]);
		return false;
	}
	p->front_control = control[0];
	return true;
}

bool
pair_start(struct pair *p, const struct pair_program *how)
{
	int between[2];
	bool ok;

	*p = (struct pair){ .state = PAIR_STARTING,
		.front_control = -1,
		.till_control = -1,
		.since = pair_now() };
	ok = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, between) == 0;
	if (ok) {
		ok = start_till(p, how, between[1]) &&
		    start_front(p, how, between[0]);
		close(between[0]);
		close(between[1]);
	}
	if (!ok) {
		log_error("starting front and till: %s", strerror(errno));
		drop(&p->till_control);
		p->state = p->till ? PAIR_LEAVING : PAIR_NONE;
	}
	return ok;
}

/* A new till for a front that goes on. */
static void
replace_till(struct pair *p, const struct pair_program *how)
{
	int between[2];
	bool ok;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, between) < 0) {
		p->till_again = pair_now() + AGAIN_MOST_MS;
		return;
	}
	ok = start_till(p, how, between[1]) &&
	    control_send(p->front_control, CONTROL_TILL, between[0]);
	close(between[0]);
	close(between[1]);
	if (!ok)
		log_error("starting another till: %s", strerror(errno));
	if (!p->till)
		p->till_again = pair_now() + AGAIN_MOST_MS;
}

void
pair_leave(struct pair *p)
{
	if (p->state == PAIR_NONE || p->state == PAIR_LEAVING)
		return;
	p->state = PAIR_LEAVING;
	p->since = pair_now();
	if (!control_send(p->front_control, CONTROL_DRAIN, -1))
		drop(&p->front_control);
}

void
pair_kill(struct pair *p)
{
	if (p->front)
		kill(p->front, SIGKILL);
	if (p->till)
		kill(p->till, SIGKILL);
}

static void
say_how(const char *who, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_error("%s (%ld) was ended by signal %d", who, (long)pid,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status))
		log_error("%s (%ld) ended with status %d", who, (long)pid,
		    WEXITSTATUS(status));
	else
		log_info("%s (%ld) has ended", who, (long)pid);
}

static int64_t
pause_after(unsigned failures)
{
	int64_t ms = AGAIN_MS;

	if (!failures)
		return 0;
	while (--failures && ms < AGAIN_MOST_MS)
		ms *= 2;
	return ms < AGAIN_MOST_MS ? ms : AGAIN_MOST_MS;
}

static void
till_ended(struct pair *p)
{
	p->till = 0;
	drop(&p->till_control);
	if (p->state == PAIR_LEAVING)
		return;
	if (pair_now() - p->till_since > STEADY_MS)
		p->till_failures = 0;
	p->till_again = pair_now() + pause_after(p->till_failures++);
}

bool
pair_ended(struct pair *p, pid_t pid, int status)
{
	if (p->state == PAIR_NONE || (pid != p->front && pid != p->till))
		return false;
	if (p->state != PAIR_LEAVING || !WIFEXITED(status) ||
	    WEXITSTATUS(status))
		say_how(pid == p->front ? "front" : "till", pid, status);
	if (pid == p->till) {
		till_ended(p);
	} else {
		p->front = 0;
		drop(&p->front_control);
		drop(&p->till_control);
		p->state = PAIR_LEAVING;
		p->since = pair_now();
	}
	if (!p->front && !p->till)
		p->state = PAIR_NONE;
	return true;
}

int
pair_work(struct pair *p, const struct pair_program *how)
{
	int64_t left;

	if (p->state == PAIR_NONE || p->state == PAIR_LEAVING || !p->till_again)
		return -1;
	left = p->till_again - pair_now();
	if (left > 0)
		return (int)left;
	replace_till(p, how);
	return p->till_again ? AGAIN_MOST_MS : -1;
}

bool
pair_hear(struct pair *p)
{
	enum control said;
	bool ready = false;
	int fd;

	while (
	    (said = control_receive(p->front_control, &fd)) != CONTROL_NONE) {
		if (fd >= 0)
			close(fd);
		if (said == CONTROL_GONE) { /* the child's end is reaped soon */
			drop(&p->front_control);
			break;
		}
		if (said == CONTROL_READY && p->state == PAIR_STARTING) {
			p->state = PAIR_SERVING;
			ready = true;
		}
	}
	return ready;
}
