#include "front.h"

#include "confine.h"
#include "control.h"
#include "log.h"
#include "server.h"
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	LOOK_MS = 20, /* for a change, while starting and ending */
	GRACE_MS = 1500, /* an idle connection's, when ending */
	DRAIN_MS = 20000, /* for answers under way, when ending */
	FLUSH_MS = 5000, /* readers' events wait so long at most */
};

struct process {
	struct front front;
	struct views *views;
	struct ask *ask;
	struct watch *watch;
	struct server *server;
	int site, listener, control;
};

static void
fresh_release(void *ctx, struct release *r)
{
	struct process *p = ctx;

	views_release(p->views, r);
}

static void
fresh_hello(void *ctx, const struct message_hello *hello)
{
	struct process *p = ctx;

	views_hello(p->views, hello);
}

static bool
tell_till(void *ctx, const struct message *m)
{
	return ask_tell(ctx, m);
}

/* Takes what the supervisor says; false when it is time to end. */
static bool
obey(struct process *p, int wait_ms)
{
	struct pollfd fd = { .fd = p->control, .events = POLLIN };
	int passed;

	if (poll(&fd, 1, wait_ms) <= 0)
		return true;
	for (;;) {
		switch (control_receive(p->control, &passed)) {
		case CONTROL_NONE:
			return true;
		case CONTROL_TILL:
			if (passed >= 0)
				ask_attach(p->ask, passed);
			break;
		case CONTROL_DRAIN:
		case CONTROL_GONE:
			return false;
		case CONTROL_READY:
			break;
		}
	}
}

static bool
open_all(struct process *p, const struct config *c, int till)
{
	p->site = open(c->site.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->site < 0) {
		log_error("site: %s: %s", c->site.ptr, strerror(errno));
		close(till);
		return false;
	}
	if (!confine(CONFINE_FRONT, c)) {
		close(till);
		return false;
	}
	p->views = views_new(c);
	p->ask = p->views ? ask_new(till, fresh_hello, p) : NULL;
	if (!p->ask) {
		log_error("starting: %s", strerror(errno));
		close(till);
		return false;
	}
	if (c->events_beacon || c->events_readers != EVENTS_READERS_NO) {
		p->front.notebook = notebook_new(tell_till, p->ask);
		if (!p->front.notebook) {
			log_error("starting: %s", strerror(errno));
			return false;
		}
	}
	p->watch = watch_new(p->site, c->site.ptr, fresh_release, p);
	if (!p->watch)
		log_error("starting: %s", strerror(errno));
	return p->watch != NULL;
}

/* False when it should end before it began. */
static bool
wait_for_views(struct process *p)
{
	while (!views_number(p->views)) {
		if (!obey(p, LOOK_MS))
			return false;
	}
	return true;
}

static unsigned
processors(void)
{
	cpu_set_t set;
	int n =
	    sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n > 0 ? (unsigned)n : 1;
}

static struct server_options
options_of(const struct config *c, int socket)
{
	return (struct server_options){
		.socket = socket,
		.threads = c->threads ? c->threads : processors(),
		.connections = c->connections,
		.per_address = 256,
		.header_ms = 15000,
		.idle_ms = 60000,
		.body_ms = 30000,
		.send_ms = 30000,
		.send_rate = 16 << 10,
	};
}

static void
flush(struct process *p)
{
	if (p->front.notebook)
		notebook_flush(p->front.notebook, (int64_t)time(NULL));
}

static bool
serve(struct process *p, const struct config *c)
{
	struct server_options options = options_of(c, p->listener);

	p->server = server_new(&p->front, p->views, p->ask, &options);
	if (!p->server)
		return false;
	if (!control_send(p->control, CONTROL_READY, -1))
		log_warning("the supervisor does not hear us");
	while (obey(p, p->front.notebook ? FLUSH_MS : -1))
		flush(p);
	return true;
}

/* New connections go to whoever else holds the listening socket. */
static void
drain(struct process *p)
{
	int left = DRAIN_MS / LOOK_MS;

	server_drain(p->server, GRACE_MS);
	while (!server_is_empty(p->server) && left--)
		poll(NULL, 0, LOOK_MS);
	if (!server_is_empty(p->server))
		log_warning("ending with %u connections open",
		    server_connections(p->server));
}

static void
close_all(struct process *p)
{
	if (p->server)
		drain(p);
	flush(p);
	if (p->ask)
		ask_close(p->ask);
	if (p->server)
		server_free(p->server);
	watch_free(p->watch);
	ask_free(p->ask);
	notebook_free(p->front.notebook);
	views_free(p->views);
	if (p->site >= 0)
		close(p->site);
	close(p->listener);
	close(p->control);
}

int
front_run(const struct config *c, int listener, int control, int till)
{
	struct process p = { .front = { c, str_starts(c->url, STR("https:")),
				 NULL },
		.site = -1,
		.listener = listener,
		.control = control };
	bool ok;

	ok = open_all(&p, c, till) && (!wait_for_views(&p) || serve(&p, c));
	close_all(&p);
	return ok ? 0 : 1;
}
