/*
 * The door: how much memory a first head asks for, who is let in with how much,
 * and who is sent away without having been let in.
 */
#include "door.h"
#include "row.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "GET / HTTP/1.1\r\nHost: h\r\n"
#define END "\r\n"

/* "*300x" in a row stands for 300 times "x". */
static struct str
unfold(const char *text)
{
	static char out[2 * DOOR_LARGE];
	size_t len = 0;

	for (; *text; text++) {
		int times = 1;

		if (*text == '*') {
			for (times = 0; text[1] >= '0' && text[1] <= '9';)
				times = 10 * times + *++text - '0';
			text++;
		}
		memset(out + len, *text, (size_t)times);
		len += (size_t)times;
	}
	return str_of(out, len);
}

static void
heads_are_weighed(void **state)
{
	static const struct {
		int line;
		const char *head;
		bool proxy, known;
		size_t memory;
	} rows[] = {
		{ __LINE__, HEAD END, false, true, DOOR_SMALL },
		{ __LINE__, HEAD, false, false, DOOR_SMALL },
		{ __LINE__, "G", false, false, DOOR_SMALL },
		{ __LINE__, HEAD "Cookie: a=*600x" END END, false, true,
		    DOOR_SMALL },
		/* Its bytes count twice: the library copies it. */
		{ __LINE__, HEAD "Cookie: a=*1900x" END END, false, true,
		    DOOR_LARGE },
		{ __LINE__, HEAD "X: *1900x" END END, false, true, DOOR_SMALL },
		{ __LINE__, HEAD "X: *3600x" END END, false, true, DOOR_LARGE },
		{ __LINE__, HEAD "Cookie: *60;" END END, false, true,
		    DOOR_LARGE },
		/* Long enough already: the end need not be seen. */
		{ __LINE__, HEAD "X: *4000x", false, true, DOOR_LARGE },
		{ __LINE__, HEAD "X-Forwarded-For: 192.0.2.1" END END, false,
		    true, DOOR_SMALL },
		{ __LINE__, HEAD "x-forwarded-for: 192.0.2.1" END END, true,
		    true, DOOR_LARGE },
		{ __LINE__, HEAD END, true, true, DOOR_SMALL },
	};
	size_t memory;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool known =
		    door_weigh(unfold(rows[i].head), rows[i].proxy, &memory);

		ROW_TRUE(rows[i].line, known == rows[i].known);
		ROW_TRUE(rows[i].line, memory == rows[i].memory);
	}
	assert_true(
	    door_need(500, 10, 0, 0, true) > door_need(500, 10, 0, 0, false));
	assert_true(door_need(500, 10, 2, 100, false) ==
	    door_need(500, 10, 0, 0, false) + 2 * 64 + 100);
}

static struct {
	struct connections all;
	struct client_counts counts;
	struct door *door;
	int listener;
	struct sockaddr_in where;
	atomic_int small, large;
	atomic_uint inside;
	struct door_options options;
} t;

static void
let_in(void *ctx, int socket, const struct sockaddr *sa, socklen_t len,
    size_t memory)
{
	char head[64];

	assert_ptr_equal(ctx, &t);
	assert_int_equal(sa->sa_family, AF_INET);
	assert_int_equal(len, sizeof(struct sockaddr_in));
	/* It was looked at, not taken. */
	assert_true(recv(socket, head, sizeof(head), MSG_DONTWAIT) > 3 &&
	    !memcmp(head, "GET", 3));
	atomic_fetch_add(memory == DOOR_LARGE ? &t.large : &t.small, 1);
	close(socket);
	atomic_fetch_sub(&t.inside, 1);
}

static int
open_door(void **state)
{
	static const struct strs none;
	struct door_options o = { .connections = 4,
		.inside = &t.inside,
		.per_address = 2,
		.header_ms = 700,
		.trusted_proxies = &none };
	socklen_t len = sizeof(t.where);

	(void)state;
	t.where = (struct sockaddr_in){ .sin_family = AF_INET };
	t.where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	o.socket = t.listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bind(t.listener, (struct sockaddr *)&t.where, len) < 0 ||
	    listen(t.listener, 16) < 0 ||
	    getsockname(t.listener, (struct sockaddr *)&t.where, &len) < 0 ||
	    !connections_init(&t.all))
		return -1;
	client_counts_init(&t.counts);
	t.options = o;
	t.door = door_new(&o, &t.all, &t.counts, let_in, &t);
	return t.door ? 0 : -1;
}

static int
close_door(void **state)
{
	(void)state;
	door_free(t.door);
	connections_clear(&t.all);
	close(t.listener);
	return 0;
}

static int
visit(const char *text)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = { .tv_sec = 5 };

	assert_int_equal(
	    connect(fd, (struct sockaddr *)&t.where, sizeof(t.where)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	return fd;
}

/* Closed by the other side, with nothing said? */
static bool
is_closed(int fd)
{
	char byte;
	bool closed = recv(fd, &byte, 1, 0) <= 0;

	close(fd);
	return closed;
}

static bool
comes(atomic_int *what, int count)
{
	for (int i = 0; i < 1000 && atomic_load(what) < count; i++)
		poll(NULL, 0, 5);
	return atomic_load(what) == count;
}

static bool
is_empty(void)
{
	for (int i = 0; i < 1000 && atomic_load(&t.inside); i++)
		poll(NULL, 0, 5);
	return !atomic_load(&t.inside);
}

static void
who_has_spoken_is_let_in(void **state)
{
	int first = visit(HEAD), second;

	(void)state;
	second = visit(HEAD END);
	assert_true(comes(&t.small, 1));
	assert_true(is_closed(second));
	assert_int_equal(send(first, END, 2, MSG_NOSIGNAL), 2);
	assert_true(comes(&t.small, 2));
	assert_true(is_closed(first));
	assert_int_equal(atomic_load(&t.large), 0);
	assert_true(is_empty());
}

static void
who_never_does_is_not(void **state)
{
	int silent = visit(""), half = visit(HEAD), gone = visit("GE");
	int before = atomic_load(&t.small);

	(void)state;
	close(gone); /* with a byte that nobody has read */
	assert_true(is_closed(silent));
	assert_true(is_closed(half));
	assert_true(is_empty());
	assert_int_equal(atomic_load(&t.small), before);
}

/* Beyond the limit they wait for others to go. */
static void
only_so_many_wait(void **state)
{
	int before = atomic_load(&t.small), fds[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		fds[i] = visit("G");
	poll(NULL, 0, 100);
	assert_in_range(atomic_load(&t.inside), 1, 4);
	for (int i = 0; i < 6; i++)
		send(fds[i], "ET / HTTP/1.1\r\nHost: h\r\n\r\n", 27,
		    MSG_NOSIGNAL);
	assert_true(comes(&t.small, before + 6));
	for (int i = 0; i < 6; i++)
		close(fds[i]);
	assert_true(is_empty());
}

/* Without a descriptor left it waits, and does not turn in circles. */
static void
no_descriptor_is_left(void **state)
{
	int before = atomic_load(&t.small), fd = visit(HEAD END), last;
	struct rlimit old, none;
	struct timespec from, to;

	(void)state;
	assert_true(comes(&t.small, before + 1));
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	last = dup(fd);
	close(last);
	getrlimit(RLIMIT_NOFILE, &old);
	none = old;
	none.rlim_cur = (rlim_t)last;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	connect(fd, (struct sockaddr *)&t.where, sizeof(t.where));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	poll(NULL, 0, 500);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_true((to.tv_sec - from.tv_sec) * 1000 +
		(to.tv_nsec - from.tv_nsec) / 1000000 <
	    200);
	send(fd, HEAD END, sizeof(HEAD END) - 1, MSG_NOSIGNAL);
	assert_true(comes(&t.small, before + 2));
	close(fd);
	assert_true(is_empty());
}

/* Last: the door stays shut. */
static void
a_shut_door(void **state)
{
	int before = atomic_load(&t.small), there = visit("G"), late;

	(void)state;
	poll(NULL, 0, 50);
	door_shut(t.door);
	poll(NULL, 0, 50);
	late = visit(HEAD END);
	send(there, "ET / HTTP/1.1\r\nHost: h\r\n\r\n", 27, MSG_NOSIGNAL);
	assert_true(comes(&t.small, before + 1));
	poll(NULL, 0, 50);
	assert_int_equal(atomic_load(&t.small), before + 1);
	close(there);
	close(late);
}

enum { CALLERS = 12, ROUNDS = 60 };

static void *
call_often(void *sockets)
{
	int *fd = sockets;

	for (size_t i = 0; i < CALLERS; i++)
		fd[i] = visit(HEAD END);
	return NULL;
}

/* Takes those nobody accepted; returns how many. */
static int
take_the_rest(void)
{
	int fd, count = 0;

	while ((fd = accept4(t.listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		close(fd);
		count++;
	}
	return count;
}

/* Who was accepted while it shut comes in, the others stay to be accepted by
 * somebody else. */
static void
nobody_is_lost_when_it_shuts(void **state)
{
	(void)state;
	t.options.connections = t.options.per_address = 2 * CALLERS;
	take_the_rest();
	for (int round = 0; round < ROUNDS; round++) {
		int fd[CALLERS], before = atomic_load(&t.small);
		pthread_t caller;

		door_free(t.door);
		t.door = door_new(&t.options, &t.all, &t.counts, let_in, &t);
		assert_non_null(t.door);
		assert_int_equal(
		    pthread_create(&caller, NULL, call_often, fd), 0);
		while (round % 3 && atomic_load(&t.small) < before + round % 5)
			;
		door_shut(t.door);
		while (!door_is_shut(t.door) || atomic_load(&t.inside))
			;
		door_free(t.door);
		t.door = NULL;
		pthread_join(caller, NULL);
		assert_int_equal(
		    atomic_load(&t.small) - before + take_the_rest(), CALLERS);
		for (size_t i = 0; i < CALLERS; i++)
			close(fd[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_weighed),
		cmocka_unit_test(who_has_spoken_is_let_in),
		cmocka_unit_test(who_never_does_is_not),
		cmocka_unit_test(only_so_many_wait),
		cmocka_unit_test(no_descriptor_is_left),
		cmocka_unit_test(a_shut_door),
		cmocka_unit_test(nobody_is_lost_when_it_shuts),
	};

	return cmocka_run_group_tests(tests, open_door, close_door);
}
