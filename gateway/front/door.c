#include "door.h"

#include "log.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	FIELD_MEMORY = 64, /* the library's note of a field or cookie */
	ANSWER_MEMORY = 1200, /* the headers of most answers */
	COOKIES_MEMORY = 1100, /* of one that may set cookies, more */
	SPARE = 256, /* for what later requests have besides */
	PAUSE_MS = 100, /* when no more can be accepted */
	EVENTS = 64,
};

struct waiter {
	struct waiter *next, **link;
	struct connection *connection;
	struct sockaddr_storage from;
	socklen_t from_len;
	bool proxy;
};

struct door {
	struct door_options options;
	struct connections *all;
	struct client_counts *counts;
	door_let_in *let_in;
	void *ctx;
	pthread_t thread;
	int epoll, wake;
	atomic_bool shut, is_shut, stopping;
	/* the thread's own */
	struct waiter *first;
	bool listens;
	int64_t paused; /* ms, until when */
	char head[DOOR_SMALL];
};

size_t
door_need(size_t head_bytes, size_t fields, size_t cookies, size_t cookie_bytes,
    bool sets_cookies)
{
	return head_bytes + cookie_bytes + FIELD_MEMORY * (fields + cookies) +
	    ANSWER_MEMORY + (sets_cookies ? COOKIES_MEMORY : 0);
}

static size_t
count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == c;
	return n;
}

bool
door_weigh(struct str head, bool proxy, size_t *memory)
{
	size_t end = str_search(head, STR("\r\n\r\n"));
	size_t fields = 0, cookies = 0, bytes = 0;
	struct str rest = str_sub(head, 0, end), line;
	bool forwarded = false;

	while (str_split(&rest, '\n', &line)) {
		struct str name = str_sub(line, 0, str_find(line, ':'));

		fields++;
		if (str_eq_nocase(name, STR("cookie"))) {
			cookies += 1 + count(line, ';');
			bytes += line.len;
		}
		forwarded |= str_eq_nocase(name, STR("x-forwarded-for"));
	}
	/* A proxy's next request is another reader's. */
	*memory = (proxy && forwarded) ||
		door_need(head.len, fields, cookies, bytes, true) + SPARE >
		    DOOR_SMALL
	    ? DOOR_LARGE
	    : DOOR_SMALL;
	return end < head.len || *memory == DOOR_LARGE;
}

static void
forget(struct door *d, struct waiter *w)
{
	*w->link = w->next;
	if (w->next)
		w->next->link = w->link;
	epoll_ctl(d->epoll, EPOLL_CTL_DEL, w->connection->socket, NULL);
	connection_close(d->all, w->connection);
	free(w);
}

static void
send_away(struct door *d, struct waiter *w)
{
	int socket = w->connection->socket;

	forget(d, w);
	close(socket);
	atomic_fetch_sub(d->options.inside, 1);
}

/* Something came, or it was cut off. */
static void
look_at(struct door *d, struct waiter *w, bool ended)
{
	int socket = w->connection->socket;
	ssize_t n =
	    recv(socket, d->head, sizeof(d->head), MSG_PEEK | MSG_DONTWAIT);
	struct sockaddr_storage from = w->from;
	socklen_t len = w->from_len;
	size_t memory;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		send_away(d, w);
		return;
	}
	if (!door_weigh(str_of(d->head, (size_t)n), w->proxy, &memory)) {
		if (ended) /* there will be no more of it */
			send_away(d, w);
		return;
	}
	forget(d, w);
	d->let_in(d->ctx, socket, (struct sockaddr *)&from, len, memory);
}

static bool
keep(struct door *d, int socket, const struct sockaddr_storage *from,
    socklen_t len)
{
	const struct sockaddr *sa = (const struct sockaddr *)from;
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	struct waiter *w = calloc(1, sizeof(*w));

	if (!w)
		return false;
	w->connection = connection_open(
	    d->all, socket, sa, connection_now() + d->options.header_ms);
	if (!w->connection) {
		free(w);
		return false;
	}
	if (!client_is_free(sa, d->options.trusted_proxies)) {
		w->connection->count = client_count(d->counts, sa);
		atomic_fetch_add(w->connection->count, 1);
	}
	w->from = *from;
	w->from_len = len;
	w->proxy = client_is_proxy(sa, d->options.trusted_proxies);
	w->next = d->first;
	w->link = &d->first;
	if (w->next)
		w->next->link = &w->next;
	d->first = w;
	e.data.ptr = w;
	if (epoll_ctl(d->epoll, EPOLL_CTL_ADD, socket, &e) == 0)
		return true;
	forget(d, w);
	return false;
}

static bool
is_crowded(struct door *d, const struct sockaddr *sa)
{
	return !client_is_free(sa, d->options.trusted_proxies) &&
	    atomic_load(client_count(d->counts, sa)) >= d->options.per_address;
}

static void
listen_or_not(struct door *d, bool yes)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = d };

	if (d->listens == yes)
		return;
	epoll_ctl(d->epoll, yes ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
	    d->options.socket, &e);
	d->listens = yes;
}

/* False when there is none, or no room for it. */
static bool
accept_one(struct door *d)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int socket;

	socket = accept4(d->options.socket, (struct sockaddr *)&from, &len,
	    SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (socket < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS)
			d->paused = connection_now() + PAUSE_MS;
		atomic_fetch_sub(d->options.inside, 1);
		return false;
	}
	if (is_crowded(d, (struct sockaddr *)&from) ||
	    !keep(d, socket, &from, len)) {
		close(socket);
		atomic_fetch_sub(d->options.inside, 1);
	}
	return true;
}

static void
accept_some(struct door *d)
{
	for (int i = 0; i < EVENTS; i++) {
		if (atomic_fetch_add(d->options.inside, 1) >=
		    d->options.connections) {
			atomic_fetch_sub(d->options.inside, 1);
			d->paused = connection_now() + PAUSE_MS;
			return;
		}
		if (!accept_one(d))
			return;
	}
}

static void
take(struct door *d, const struct epoll_event *e)
{
	void *who = e->data.ptr;
	uint64_t times;

	if (who == d)
		accept_some(d);
	else if (who)
		look_at(d, who, e->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
	else if (read(d->wake, &times, sizeof(times)) < 0)
		log_warning("the door: %s", strerror(errno));
}

static void *
run(void *arg)
{
	struct door *d = arg;
	struct epoll_event events[EVENTS];

	while (!atomic_load(&d->stopping)) {
		bool shut = atomic_load(&d->shut);
		int n;

		listen_or_not(d, !shut && connection_now() >= d->paused);
		if (shut)
			atomic_store(&d->is_shut, true);
		n = epoll_wait(d->epoll, events, EVENTS,
		    d->listens || shut ? -1 : PAUSE_MS);
		for (int i = 0; i < n; i++)
			take(d, &events[i]);
	}
	return NULL;
}

static bool
start(struct door *d)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };
	int rc;

	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->epoll < 0 || d->wake < 0 ||
	    epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->wake, &e) < 0)
		return false;
	rc = pthread_create(&d->thread, NULL, run, d);
	errno = rc;
	return rc == 0;
}

static void
discard(struct door *d)
{
	if (d->epoll >= 0)
		close(d->epoll);
	if (d->wake >= 0)
		close(d->wake);
	free(d);
}

struct door *
door_new(const struct door_options *options, struct connections *all,
    struct client_counts *counts, door_let_in *let_in, void *ctx)
{
	struct door *d = calloc(1, sizeof(*d));
	int why;

	if (!d)
		return NULL;
	d->options = *options;
	d->all = all;
	d->counts = counts;
	d->let_in = let_in;
	d->ctx = ctx;
	d->epoll = d->wake = -1;
	atomic_init(&d->shut, false);
	atomic_init(&d->is_shut, false);
	atomic_init(&d->stopping, false);
	if (start(d))
		return d;
	why = errno;
	discard(d);
	errno = why;
	return NULL;
}

static void
wake(struct door *d)
{
	uint64_t one = 1;

	while (write(d->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

void
door_shut(struct door *d)
{
	atomic_store(&d->shut, true);
	wake(d);
}

bool
door_is_shut(struct door *d)
{
	return atomic_load(&d->is_shut);
}

void
door_free(struct door *d)
{
	if (!d)
		return;
	atomic_store(&d->stopping, true);
	wake(d);
	pthread_join(d->thread, NULL);
	for (struct waiter *w = d->first, *next; w; w = next) {
		next = w->next;
		send_away(d, w);
	}
	discard(d);
}
