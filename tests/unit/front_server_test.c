/*
 * The server on a loopback socket, with deadlines short enough to wait for, and
 * a till played by the test.
 */
#include "server.h"

#include "log.h"
#include "site_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

#define URL STR("http://127.0.0.1:8080")

static char top[64];
static struct arena arena;
static struct config config;
static struct front front = { .config = &config };
static struct views *views;
static struct ask *ask;
static struct server *server;
static int listener = -1, till = -1;
static struct sockaddr_in where;

static void
hello(void *ctx, const struct message_hello *h)
{
	(void)ctx;
	(void)h;
}

static struct server_options
options(void)
{
	return (struct server_options){ .socket = listener,
		.threads = 2,
		.connections = 50,
		.per_address = 3,
		.header_ms = 700,
		.idle_ms = 900,
		.body_ms = 700,
		.send_ms = 700,
		.send_rate = 1 << 20 };
}

static int
listen_here(void)
{
	socklen_t len = sizeof(where);

	where = (struct sockaddr_in){ .sin_family = AF_INET };
	where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return listener >= 0 &&
		bind(listener, (struct sockaddr *)&where, len) == 0 &&
		listen(listener, 64) == 0 &&
		getsockname(listener, (struct sockaddr *)&where, &len) == 0
	    ? 0
	    : -1;
}

static int
setup(void **state)
{
	struct message_hello first = { .issuer = URL, .audience = URL };
	char link[RELEASE_LINK], error[RELEASE_ERROR];
	struct server_options o;
	struct manifest m;
	int site, fds[2];

	(void)state;
	log_open("pennygate[test]");
	arena_init(&arena);
	config.url = config.origin = URL;
	config.serve_public = true;
	config.token_seconds = 3600;
	site_manifest(&arena, &m);
	if (!site_folder(top) || !site_publish(top, "0000000000000001", &m) ||
	    listen_here() < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	site = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	views = views_new(&config);
	if (!release_link(site, link))
		return -1;
	views_release(views, release_open(site, link, error));
	close(site);
	views_hello(views, &first);
	till = fds[1];
	ask = ask_new(fds[0], hello, NULL);
	o = options();
	server = ask ? server_new(&front, views, ask, &o) : NULL;
	return server ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	ask_close(ask);
	server_free(server);
	ask_free(ask);
	views_free(views);
	close(listener);
	close(till);
	arena_clear(&arena);
	return file_remove_tree(AT_FDCWD, top) ? 0 : -1;
}

static int
connect_here(void)
{
	struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&where, sizeof(where)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static void
say(int fd, const char *text)
{
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* All until the other side closes; its status, 0 for none. */
static int
hear(int fd, char *out, size_t room)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, out + len, room - 1 - len, 0)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(fd);
	return len > 12 ? (int)strtol(out + 9, NULL, 10) : 0;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Drips one byte at a time until cut off; how long it took. */
static int64_t
drip(const char *head, char with)
{
	int fd = connect_here();
	int64_t began = now_ms();
	struct pollfd p = { .fd = fd, .events = POLLIN };

	say(fd, head);
	while (now_ms() - began < 8000) {
		if (poll(&p, 1, 50) > 0 || send(fd, &with, 1, MSG_NOSIGNAL) < 0)
			break;
	}
	close(fd);
	return now_ms() - began;
}

static void
drips_are_cut_off(void **state)
{
	static const struct {
		int line;
		const char *head;
		char with;
	} rows[] = {
		{ __LINE__, "GET / HTTP/1.1\r\nHost: h\r\nX: ", 'a' },
		{ __LINE__, "G", 'E' },
		{ __LINE__,
		    "POST /checkout HTTP/1.1\r\nHost: h\r\n"
		    "Content-Type: application/x-www-form-urlencoded\r\n"
		    "Content-Length: 9999\r\n\r\n",
		    'x' },
		{ __LINE__,
		    "POST /checkout HTTP/1.1\r\nHost: h\r\n"
		    "Content-Type: application/x-www-form-urlencoded\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n1000\r\n",
		    'x' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t ms = drip(rows[i].head, rows[i].with);

		if (ms < 400 || ms > 4000)
			fail_msg(
			    "line %d: %lld ms", rows[i].line, (long long)ms);
	}
}

static void
idle_connections_are_closed(void **state)
{
	char text[4096];
	int64_t began = now_ms();
	int fd = connect_here();

	(void)state;
	say(fd, "GET /a/ HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(hear(fd, text, sizeof(text)), 200);
	assert_non_null(strstr(text, "course a"));
	assert_in_range(now_ms() - began, 500, 5000);
}

static void *
play_till(void *arg)
{
	struct arena a;
	struct message m, reply = { .type = MESSAGE_RENEW_DONE };
	struct buf in, out;
	size_t used;

	arena_init(&a);
	buf_init(&in, LIMIT_MESSAGE);
	buf_init(&out, LIMIT_MESSAGE);
	while (message_decode(&a, buf_str(&in), &m, &used) != MESSAGE_READY) {
		char *room = buf_reserve(&in, 4096);
		ssize_t n = room ? read(till, room, 4096) : 0;

		if (n <= 0)
			break;
		buf_commit(&in, (size_t)n);
	}
	reply.id = m.id;
	*(bool *)arg = m.type == MESSAGE_RENEW &&
	    message_encode(&out, &reply) &&
	    write(till, out.ptr, out.len) == (ssize_t)out.len;
	buf_clear(&in);
	buf_clear(&out);
	arena_clear(&a);
	return NULL;
}

#define READER "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

static void
a_request_waits_for_the_till(void **state)
{
	char text[8192];
	pthread_t thread;
	bool answered = false;
	int fd = connect_here();

	(void)state;
	assert_int_equal(
	    pthread_create(&thread, NULL, play_till, &answered), 0);
	say(fd,
	    "GET /m/a/one/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
	    "Cookie: __Host-pennypress-reader=" READER "\r\n\r\n");
	assert_int_equal(hear(fd, text, sizeof(text)), 402);
	pthread_join(thread, NULL);
	assert_true(answered);
	assert_null(strstr(text, SITE_PAID));
}

static void
a_client_that_leaves_while_waiting(void **state)
{
	char text[8192];
	pthread_t thread;
	bool answered = false;
	int fd = connect_here();

	(void)state;
	say(fd,
	    "GET /m/a/one/ HTTP/1.1\r\nHost: h\r\n"
	    "Cookie: __Host-pennypress-reader=" READER "\r\n\r\n");
	poll(NULL, 0, 100);
	close(fd);
	assert_int_equal(
	    pthread_create(&thread, NULL, play_till, &answered), 0);
	pthread_join(thread, NULL);
	assert_true(answered);
	fd = connect_here();
	say(fd, "GET /healthz HTTP/1.0\r\n\r\n");
	assert_int_equal(hear(fd, text, sizeof(text)), 200);
}

static void
a_new_view_is_seen_by_every_thread(void **state)
{
	struct message_hello fresh = { .issuer = URL, .audience = URL };
	char text[8192];

	(void)state;
	for (int i = 0; i < 20; i++) {
		int fd = connect_here();

		if (i == 10)
			views_hello(views, &fresh);
		say(fd,
		    "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
		    "GET /a/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
		assert_int_equal(hear(fd, text, sizeof(text)), 200);
		assert_non_null(strstr(text, "home"));
		assert_non_null(strstr(text, "course a"));
	}
}

/* Last: nothing is served after it. */
static void
draining(void **state)
{
	char text[8192];
	int idle = connect_here(), busy = connect_here();

	(void)state;
	say(busy, "GET / HTTP/1.1\r\nHost: h\r\n");
	poll(NULL, 0, 100);
	server_drain(server, 300);
	say(busy, "\r\n");
	assert_int_equal(hear(busy, text, sizeof(text)), 200);
	assert_non_null(strstr(text, "Connection: close"));
	assert_int_equal(hear(idle, text, sizeof(text)), 0);
	for (int i = 0; i < 200 && !server_is_empty(server); i++)
		poll(NULL, 0, 10);
	assert_int_equal(server_connections(server), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_waits_for_the_till),
		cmocka_unit_test(a_client_that_leaves_while_waiting),
		cmocka_unit_test(a_new_view_is_seen_by_every_thread),
		cmocka_unit_test(idle_connections_are_closed),
		cmocka_unit_test(drips_are_cut_off),
		cmocka_unit_test(draining),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
