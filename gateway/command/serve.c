#include "command.h"
#include "configured.h"
#include "confine.h"
#include "listener.h"
#include "log.h"
#include "pair.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAIRS = 8, /* one serving, the others on their way out */
	START_MS = 60000, /* for a front to become ready */
	LEAVE_MS = 40000, /* for a pair to finish */
	PATH_ROOM = 4096,
	AGAIN_MOST_MS = 10000,
	HURRY_MS = 1000, /* a second request to stop within it is the same */
};

static const char usage[] = "usage: pennygate serve [-c FILE]\n";

struct supervisor {
	char program[PATH_ROOM], path[PATH_ROOM];
	struct arena arena; /* of `config` */
	const struct config *config;
	struct pair_program how;
	int signals;
	struct pair pairs[PAIRS];
	bool announced, stopping, failed;
	int64_t again; /* ms: when to start another pair, or 0 */
	unsigned failures;
	int64_t started, asked; /* asked: to stop */
};

/* ---- telling ---- */

/* sd_notify(3), as the service manager's protocol has it. */
static void
notify_manager(const char *what)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(sa.sun_path))
		return;
	memcpy(sa.sun_path, path, len);
	if (path[0] == '@')
		sa.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, what, strlen(what), MSG_NOSIGNAL, (struct sockaddr *)&sa,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
		log_warning("service manager: %s", strerror(errno));
	close(fd);
}

static void
announce(struct supervisor *s)
{
	char where[LISTENER_TEXT];

	if (s->announced)
		return;
	s->announced = true;
	listener_text(s->how.listener, where);
	printf("pennygate: listening on %s\n", where);
	fflush(stdout);
	notify_manager("READY=1");
}

/* ---- pairs ---- */

static struct pair *
free_pair(struct supervisor *s)
{
	for (size_t i = 0; i < PAIRS; i++) {
		if (s->pairs[i].state == PAIR_NONE)
			return &s->pairs[i];
	}
	return NULL;
}

static bool
has(const struct supervisor *s, enum pair_state state)
{
	for (size_t i = 0; i < PAIRS; i++) {
		if (s->pairs[i].state == state)
			return true;
	}
	return false;
}

static bool
start(struct supervisor *s)
{
	struct pair *p = free_pair(s);

	s->again = 0;
	s->started = pair_now();
	return p && pair_start(p, &s->how);
}

static void
stop(struct supervisor *s)
{
	/* Whoever asks again after a while wants it at once; the same signal to
	 * the process and to its group is one request. */
	if (s->stopping && pair_now() - s->asked > HURRY_MS)
		for (size_t i = 0; i < PAIRS; i++)
			pair_kill(&s->pairs[i]);
	if (!s->stopping)
		s->asked = pair_now();
	s->stopping = true;
	s->again = 0;
	for (size_t i = 0; i < PAIRS; i++)
		pair_leave(&s->pairs[i]);
}

/* The one that became ready takes over from those before it. */
static void
take_over(struct supervisor *s, const struct pair *fresh)
{
	s->failures = 0;
	announce(s);
	for (size_t i = 0; i < PAIRS; i++) {
		if (&s->pairs[i] != fresh && s->pairs[i].state == PAIR_SERVING)
			pair_leave(&s->pairs[i]);
	}
}

/* Whoever does not come up at all is a mistake of the operator's. */
static void
look_after(struct supervisor *s)
{
	int64_t pause = 100;

	if (s->stopping || s->again || has(s, PAIR_STARTING) ||
	    has(s, PAIR_SERVING))
		return;
	if (!s->announced) {
		s->failed = s->stopping = true;
		return;
	}
	if (pair_now() - s->started > AGAIN_MOST_MS)
		s->failures = 0;
	for (unsigned i = 0; i < s->failures && pause < AGAIN_MOST_MS; i++)
		pause *= 2;
	s->again = pair_now() + (s->failures++ ? pause : 0);
}

static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < PAIRS; i++) {
			struct pair *p = &s->pairs[i];
			bool starting = p->state == PAIR_STARTING;

			if (!pair_ended(p, pid, status))
				continue;
			/* A till that cannot start takes its front with it. */
			if (starting && !s->announced) {
				s->failed = true;
				pair_kill(p);
			} else if (starting && has(s, PAIR_SERVING)) {
				log_error("the new one does not start; "
					  "the old one goes on");
				pair_leave(p);
			}
			break;
		}
	}
}

/* ---- another configuration ---- */

static void
reload(struct supervisor *s)
{
	const struct config *c;
	struct arena a;
	struct diag d;
	int listener = s->how.listener;

	arena_init(&a);
	diag_init(&d);
	c = config_read(&a, s->path, &d);
	if (c && config_check(c, &d) &&
	    (!str_eq(c->listen_host, s->config->listen_host) ||
		c->listen_port != s->config->listen_port)) {
		listener = listener_open(c);
		if (listener < 0)
			c = NULL;
	}
	if (!configured_show(&d) || !c) {
		log_error("%s: the configuration before it stays", s->path);
		arena_clear(&a);
		return;
	}
	if (listener != s->how.listener)
		close(s->how.listener);
	s->how.listener = listener;
	arena_clear(&s->arena);
	s->arena = a;
	s->config = c;
	log_info("%s: read again", s->path);
	if (!start(s))
		log_error("the old one goes on");
}

/* ---- the loop ---- */

static void
take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(s);
		else if (info.ssi_signo == SIGHUP && !s->stopping)
			reload(s);
		else if (info.ssi_signo != SIGHUP)
			stop(s);
	}
}

/* Kills what takes too long, starts what is due; how long to wait for more. */
static int
work(struct supervisor *s)
{
	int64_t now = pair_now();
	int wait = -1;

	look_after(s);
	if (s->again && now >= s->again)
		(void)start(s);
	else if (s->again)
		wait = (int)(s->again - now);
	for (size_t i = 0; i < PAIRS; i++) {
		struct pair *p = &s->pairs[i];
		int due = pair_work(p, &s->how);

		if ((p->state == PAIR_LEAVING && now - p->since > LEAVE_MS) ||
		    (p->state == PAIR_STARTING && now - p->since > START_MS))
			pair_kill(p);
		if (p->state == PAIR_LEAVING || p->state == PAIR_STARTING)
			due = due < 0 || due > 1000 ? 1000 : due;
		if (due >= 0 && (wait < 0 || due < wait))
			wait = due;
	}
	return wait;
}

static bool
over(const struct supervisor *s)
{
	if (!s->stopping)
		return false;
	for (size_t i = 0; i < PAIRS; i++) {
		if (s->pairs[i].state != PAIR_NONE)
			return false;
	}
	return true;
}

static void
supervise(struct supervisor *s)
{
	struct pollfd fds[PAIRS + 1];

	while (!over(s)) {
		int wait = work(s);

		fds[PAIRS] = (struct pollfd){ s->signals, POLLIN, 0 };
		for (size_t i = 0; i < PAIRS; i++)
			fds[i] = (struct pollfd){ s->pairs[i].state == PAIR_NONE
				    ? -1
				    : s->pairs[i].front_control,
				POLLIN, 0 };
		if (poll(fds, PAIRS + 1, wait) < 0 && errno != EINTR)
			break;
		for (size_t i = 0; i < PAIRS; i++) {
			if (fds[i].revents && pair_hear(&s->pairs[i]))
				take_over(s, &s->pairs[i]);
		}
		take_signals(s);
		if (s->failed && !s->stopping)
			stop(s);
	}
}

/* ---- beginning ---- */

static bool
block_signals(struct supervisor *s)
{
	static const int which[] = { SIGCHLD, SIGHUP, SIGINT, SIGTERM };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(which) / sizeof(*which); i++)
		sigaddset(&set, which[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return false;
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals >= 0;
}

static bool
read_config(struct supervisor *s)
{
	struct diag d;
	bool good;

	diag_init(&d);
	s->config = config_read(&s->arena, s->path, &d);
	good = s->config && config_check(s->config, &d);
	return configured_show(&d) && good;
}

/* Absolute, so that a later exec finds the same, or what replaced it. */
static bool
find_paths(struct supervisor *s, const char *config)
{
	ssize_t n =
	    readlink("/proc/self/exe", s->program, sizeof(s->program) - 1);
	char *full = realpath(config, NULL);
	bool ok = n > 0 && full && strlen(full) < sizeof(s->path);

	if (ok)
		memcpy(s->path, full, strlen(full) + 1);
	else
		fprintf(stderr, "pennygate: %s: %s\n", config, strerror(errno));
	free(full);
	s->how.program = s->program;
	s->how.config = s->path;
	return ok;
}

static int
serve(struct supervisor *s)
{
	if (!read_config(s))
		return 1;
	s->how.listener = listener_open(s->config);
	if (s->how.listener < 0)
		return 1;
	if (!block_signals(s) || !confine(CONFINE_SUPERVISOR, s->config)) {
		log_error("starting: %s", strerror(errno));
		return 1;
	}
	if (!start(s))
		return 1;
	supervise(s);
	log_info("stopped");
	return s->failed ? 1 : 0;
}

int
command_serve(int argc, char **argv)
{
	const char *path = CONFIGURED_DEFAULT;
	struct supervisor *s;
	int option, status = 1;

	while ((option = getopt(argc, argv, "+c:")) != -1) {
		if (option != 'c') {
			fputs(usage, stderr);
			return 2;
		}
		path = optarg;
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return 1;
	log_open("pennygate");
	arena_init(&s->arena);
	if (find_paths(s, path))
		status = serve(s);
	arena_clear(&s->arena);
	free(s);
	return status;
}
