#include "ask.h"

#include "log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 250, READ_ROOM = 64 << 10 };

enum question_state { QUESTION_FREE, QUESTION_QUEUED, QUESTION_SENT };

struct question {
	enum question_state state;
	enum message_type type;
	uint64_t id;
	uint64_t order; /* of asking */
	int64_t deadline,
	    waits_until; /* ms; the latter while there is no till */
	bool again; /* asked a second time */
	struct buf frame;
	ask_done *done; /* NULL: an announcement */
	void *ctx;
};

struct ask {
	pthread_t thread;
	pthread_mutex_t lock; /* over all but the thread's own, below */
	int wake; /* eventfd */
	int fresh; /* a socket to change to, or -1 */
	bool closing, stopping, away;
	uint64_t last_id, last_order;
	size_t pending, bytes;
	struct question at[ASK_PENDING];
	/* the thread's own */
	int socket;
	ask_hello *hello;
	void *hello_ctx;
	struct buf in, out;
	size_t out_done;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
wake(struct ask *a)
{
	uint64_t one = 1;

	while (write(a->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* Asking it twice has the same effect as asking it once. */
static bool
is_repeatable(enum message_type type)
{
	return type == MESSAGE_RENEW || type == MESSAGE_RETURN ||
	    type == MESSAGE_WEBHOOK || type == MESSAGE_SIGN_OUT;
}

/* Frees the place, then calls back without the lock. */
static void
answer(struct ask *a, struct question *q, const struct message *m)
{
	ask_done *done = q->done;
	void *ctx = q->ctx;

	q->state = QUESTION_FREE;
	a->pending--;
	a->bytes -= q->frame.len;
	buf_clear(&q->frame);
	if (!done)
		return;
	pthread_mutex_unlock(&a->lock);
	done(ctx, m);
	pthread_mutex_lock(&a->lock);
}

static struct question *
place(struct ask *a)
{
	for (size_t i = 0; i < ASK_PENDING; i++) {
		if (a->at[i].state == QUESTION_FREE)
			return &a->at[i];
	}
	return NULL;
}

/* With the lock held. */
static bool
queue(struct ask *a, const struct message *m, int deadline_ms, ask_done *done,
    void *ctx)
{
	struct question *q = place(a);

	if (!q)
		return false;
	buf_init(&q->frame, LIMIT_MESSAGE);
	if (!message_encode(&q->frame, m)) {
		buf_clear(&q->frame);
		return false;
	}
	q->state = QUESTION_QUEUED;
	q->type = m->type;
	q->id = m->id;
	q->order = ++a->last_order;
	q->deadline = now_ms() + deadline_ms;
	q->waits_until = now_ms() + ASK_AWAY_MS;
	q->again = false;
	q->done = done;
	q->ctx = ctx;
	a->pending++;
	a->bytes += q->frame.len;
	return true;
}

bool
ask_send(struct ask *a, const struct message *question, int deadline_ms,
    ask_done *done, void *ctx)
{
	struct message m = *question;
	bool ok;

	pthread_mutex_lock(&a->lock);
	m.id = ++a->last_id;
	ok = !a->closing && a->bytes < ASK_BYTES &&
	    queue(a, &m, deadline_ms, done, ctx);
	pthread_mutex_unlock(&a->lock);
	if (ok)
		wake(a);
	return ok;
}

/* Readers' questions come first: what is told has a quarter of the room. */
bool
ask_tell(struct ask *a, const struct message *announcement)
{
	struct message m = *announcement;
	bool ok;

	m.id = 0;
	pthread_mutex_lock(&a->lock);
	ok = !a->away && !a->closing && a->pending < ASK_PENDING / 4 &&
	    a->bytes < ASK_BYTES / 4 && queue(a, &m, ASK_TELL_MS, NULL, NULL);
	pthread_mutex_unlock(&a->lock);
	if (ok)
		wake(a);
	return ok;
}

bool
ask_is_ready(struct ask *a)
{
	bool ready;

	pthread_mutex_lock(&a->lock);
	ready = !a->away && !a->closing && a->pending < ASK_PENDING / 4;
	pthread_mutex_unlock(&a->lock);
	return ready;
}

void
ask_attach(struct ask *a, int socket)
{
	pthread_mutex_lock(&a->lock);
	if (a->fresh >= 0)
		close(a->fresh);
	a->fresh = socket;
	pthread_mutex_unlock(&a->lock);
	wake(a);
}

/* The till is gone. What may be asked twice waits for the next one; a checkout
 * that was sent may have begun, so the reader is told and tries again. */
static void
lose(struct ask *a)
{
	if (a->socket < 0)
		return;
	close(a->socket);
	a->socket = -1;
	a->away = true;
	buf_clear(&a->in);
	buf_clear(&a->out);
	a->out_done = 0;
	for (size_t i = 0; i < ASK_PENDING; i++) {
		struct question *q = &a->at[i];

		if (q->state != QUESTION_SENT)
			continue;
		if (!is_repeatable(q->type) || q->again) {
			answer(a, q, NULL);
			continue;
		}
		q->state = QUESTION_QUEUED;
		q->again = true;
		q->waits_until = now_ms() + ASK_AWAY_MS;
	}
}

static void
change(struct ask *a)
{
	if (a->fresh < 0)
		return;
	lose(a);
	a->socket = a->fresh;
	a->fresh = -1;
	a->away = false;
}

static void
expire(struct ask *a)
{
	int64_t now = now_ms();

	for (size_t i = 0; i < ASK_PENDING; i++) {
		struct question *q = &a->at[i];

		if (q->state != QUESTION_FREE &&
		    (a->closing || now >= q->deadline ||
			(a->socket < 0 && now >= q->waits_until)))
			answer(a, q, NULL);
	}
}

/* Puts what is queued, in its order, behind what is being written. */
static void
enqueue(struct ask *a)
{
	while (a->socket >= 0 && a->out.len - a->out_done < LIMIT_MESSAGE) {
		struct question *first = NULL;

		for (size_t i = 0; i < ASK_PENDING; i++) {
			struct question *q = &a->at[i];

			if (q->state == QUESTION_QUEUED &&
			    (!first || q->order < first->order))
				first = q;
		}
		if (!first)
			return;
		buf_add(&a->out, buf_str(&first->frame));
		if (!buf_ok(&a->out)) {
			lose(a);
			return;
		}
		if (first->done)
			first->state = QUESTION_SENT;
		else
			answer(a, first, NULL); /* that is all */
	}
}

/* Drops what is done with, so that a buffer does not grow with time. */
static void
keep_rest(struct buf *b, size_t *done)
{
	if (!*done)
		return;
	memmove(b->ptr, b->ptr + *done, b->len - *done);
	b->len -= *done;
	*done = 0;
}

static void
write_out(struct ask *a)
{
	while (a->socket >= 0 && a->out_done < a->out.len) {
		ssize_t n = send(a->socket, a->out.ptr + a->out_done,
		    a->out.len - a->out_done, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			keep_rest(&a->out, &a->out_done);
			return;
		}
		if (n < 0) {
			lose(a);
			return;
		}
		a->out_done += (size_t)n;
	}
	buf_reset(&a->out);
	a->out_done = 0;
}

static void
dispatch(struct ask *a, const struct message *m)
{
	if (m->type == MESSAGE_HELLO) {
		pthread_mutex_unlock(&a->lock);
		a->hello(a->hello_ctx, &m->u.hello);
		pthread_mutex_lock(&a->lock);
		return;
	}
	for (size_t i = 0; i < ASK_PENDING; i++) {
		struct question *q = &a->at[i];

		/* Each answer's number follows its question's. */
		if (q->state == QUESTION_SENT && q->id == m->id &&
		    (unsigned)m->type == (unsigned)q->type + 1) {
			answer(a, q, m);
			return;
		}
	}
}

static void
read_frames(struct ask *a)
{
	enum message_progress progress = MESSAGE_READY;
	struct arena arena;
	size_t done = 0, used;
	struct message m;

	while (progress == MESSAGE_READY) {
		arena_init(&arena);
		progress = message_decode(
		    &arena, str_from_at(buf_str(&a->in), done), &m, &used);
		done += used;
		if (progress == MESSAGE_READY)
			dispatch(a, &m);
		arena_clear(&arena);
	}
	if (progress == MESSAGE_BROKEN) {
		log_error("till: a message that cannot be read; closing");
		lose(a);
		return;
	}
	keep_rest(&a->in, &done);
}

static void
read_in(struct ask *a)
{
	char *room = buf_reserve(&a->in, READ_ROOM);
	ssize_t n;

	if (!room) {
		lose(a);
		return;
	}
	n = recv(a->socket, room, READ_ROOM, MSG_DONTWAIT);
	if (n < 0 &&
	    (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	if (n <= 0) {
		lose(a);
		return;
	}
	buf_commit(&a->in, (size_t)n);
	read_frames(a);
}

static void
wait_for_something(struct ask *a)
{
	struct pollfd fds[2] = { { .fd = a->wake, .events = POLLIN },
		{ .fd = a->socket, .events = POLLIN } };
	uint64_t count;
	int timeout;

	if (a->out_done < a->out.len)
		fds[1].events |= POLLOUT;
	timeout = a->pending ? TICK_MS : -1;
	pthread_mutex_unlock(&a->lock);
	poll(fds, 2, timeout);
	if (fds[0].revents && read(a->wake, &count, sizeof(count)) < 0)
		log_error("till: %s", strerror(errno));
	pthread_mutex_lock(&a->lock);
	if (a->socket >= 0 && fds[1].revents & (POLLIN | POLLHUP | POLLERR))
		read_in(a);
}

static void *
run(void *arg)
{
	struct ask *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stopping || a->pending) {
		wait_for_something(a);
		change(a);
		expire(a);
		enqueue(a);
		write_out(a);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct ask *
ask_new(int socket, ask_hello *hello, void *ctx)
{
	struct ask *a = calloc(1, sizeof(*a));
	int rc;

	if (!a)
		return NULL;
	a->socket = socket;
	a->away = socket < 0;
	a->fresh = -1;
	a->hello = hello;
	a->hello_ctx = ctx;
	/* Room for a whole message and what comes with it. */
	buf_init(&a->in, LIMIT_MESSAGE + 2 * READ_ROOM);
	buf_init(&a->out, 2 * (size_t)LIMIT_MESSAGE + READ_ROOM);
	pthread_mutex_init(&a->lock, NULL);
	a->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = a->wake < 0 ? errno : pthread_create(&a->thread, NULL, run, a);
	if (!rc)
		return a;
	if (a->wake >= 0)
		close(a->wake);
	pthread_mutex_destroy(&a->lock);
	free(a);
	errno = rc;
	return NULL;
}

/* With the lock held: what was told is written before the end, if it can be. */
static void
enqueue_told(struct ask *a)
{
	for (size_t i = 0; i < ASK_PENDING; i++) {
		struct question *q = &a->at[i];

		if (q->state == QUESTION_QUEUED && !q->done &&
		    a->out.len - a->out_done < LIMIT_MESSAGE) {
			buf_add(&a->out, buf_str(&q->frame));
			answer(a, q, NULL);
		}
	}
}

void
ask_close(struct ask *a)
{
	pthread_mutex_lock(&a->lock);
	enqueue_told(a);
	a->closing = true;
	pthread_mutex_unlock(&a->lock);
	wake(a);
}

void
ask_free(struct ask *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->closing = a->stopping = true;
	pthread_mutex_unlock(&a->lock);
	wake(a);
	pthread_join(a->thread, NULL);
	if (a->socket >= 0)
		close(a->socket);
	if (a->fresh >= 0)
		close(a->fresh);
	close(a->wake);
	buf_clear(&a->in);
	buf_clear(&a->out);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
