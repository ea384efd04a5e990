#include "clock.h"
#include "confine.h"
#include "log.h"
#include "till_private.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	OUT_MAX = 16 << 20, /* unread by the front: it is broken */
	READ_BYTES = 256 << 10,
	STOP_MS = 12000, /* for what is under way */
	WAIT_MS = 1000,
	BATCH = 64, /* messages taken in one turn */
	CHECKOUTS_BURST = 10,
	CHECKOUTS_EACH_MS = 6000,
	RENEWALS_BURST = 20,
	RENEWALS_EACH_MS = 600000, /* what is minted may have to be revoked */
	CLAIMS_EACH_MS = 6 * 3600 * 1000,
	STRANGERS_BURST = 10,
	STRANGERS_EACH_MS = 1000,
};

void
till_answer(struct till *t, const struct message *m)
{
	if (!message_encode(&t->out, m))
		log_error("an answer to the front is too long");
}

/* Both kinds of key say which world they are for. */
static bool
is_livemode(struct str key)
{
	return str_starts(key, STR("sk_live_")) ||
	    str_starts(key, STR("rk_live_"));
}

static bool
till_open(struct till *t, const struct config *c)
{
	t->c = c;
	t->issuer = c->url;
	t->checkouts.burst = CHECKOUTS_BURST;
	t->checkouts.each_ms = CHECKOUTS_EACH_MS;
	t->renewals.burst = RENEWALS_BURST;
	t->renewals.each_ms = RENEWALS_EACH_MS;
	t->claims.burst = TILL_CLAIMS;
	t->claims.each_ms = CLAIMS_EACH_MS;
	t->strangers.burst = STRANGERS_BURST;
	t->strangers.each_ms = STRANGERS_EACH_MS;
	t->forged.about = "no good signature";
	t->malformed.about = "signed, yet no event";
	buf_init(&t->in, (size_t)2 * LIMIT_MESSAGE);
	buf_init(&t->out, OUT_MAX);
	arena_init(&t->wanted_arena);
	t->secrets = secrets_read(c);
	if (!t->secrets)
		return false;
	t->livemode = is_livemode(t->secrets->key);
	t->books = books_open(c->data.ptr);
	if (!t->books)
		return false;
	t->recorder = recorder_new(t);
	t->provider = provider_new(c, t->secrets->key);
	t->catalogue = catalogue_new(c->site.ptr);
	return t->recorder && t->provider && t->catalogue &&
	    catalogue_refresh(t->catalogue);
}

static void
till_close(struct till *t)
{
	t->closing = true;
	provider_free(t->provider);
	catalogue_free(t->catalogue);
	secrets_free(t->secrets);
	recorder_free(t->recorder);
	books_close(t->books);
	arena_clear(&t->wanted_arena);
	buf_clear(&t->in);
	buf_clear(&t->out);
}

static bool
dispatch(struct till *t, const struct message *m)
{
	switch (m->type) {
	case MESSAGE_CHECKOUT:
		checkout_take(t, m);
		return true;
	case MESSAGE_RETURN:
		claim_take(t, m);
		return true;
	case MESSAGE_RENEW:
		rights_renew(t, m);
		return true;
	case MESSAGE_SIGN_OUT:
		rights_sign_out(t, m);
		return true;
	case MESSAGE_EVENTS:
		recorder_take(t->recorder, m);
		return true;
	case MESSAGE_WEBHOOK: /* in batches, see take_messages */
	case MESSAGE_HELLO:
	case MESSAGE_CHECKOUT_DONE:
	case MESSAGE_RETURN_DONE:
	case MESSAGE_WEBHOOK_DONE:
	case MESSAGE_RENEW_DONE:
	case MESSAGE_SIGN_OUT_DONE:
		break;
	}
	log_error("the front sent what only the till sends");
	return false;
}

/* Up to BATCH frames off the front of the input; webhooks go into the books in
 * one transaction. False when the front is broken. */
static bool
take_messages(struct till *t)
{
	struct message messages[BATCH];
	struct webhook_batch webhooks = { .count = 0 };
	size_t at = 0, used, count = 0;
	enum message_progress progress = MESSAGE_READY;
	struct arena a;
	bool good = true;

	arena_init(&a);
	while (count < BATCH) {
		progress = message_decode(&a, str_from_at(buf_str(&t->in), at),
		    &messages[count], &used);
		if (progress != MESSAGE_READY)
			break;
		at += used;
		if (messages[count].type != MESSAGE_EVENTS)
			t->busy = true;
		if (messages[count].type == MESSAGE_WEBHOOK)
			webhooks.at[webhooks.count++] = &messages[count];
		count++;
	}
	if (webhooks.count)
		webhooks_take(t, &webhooks);
	for (size_t i = 0; i < count && good; i++) {
		if (messages[i].type != MESSAGE_WEBHOOK)
			good = dispatch(t, &messages[i]);
	}
	arena_clear(&a);
	if (at)
		memmove(t->in.ptr, t->in.ptr + at, t->in.len - at);
	t->in.len -= at;
	if (progress == MESSAGE_BROKEN)
		log_error("the front sent a broken message");
	return good && progress != MESSAGE_BROKEN;
}

/* False when the front has gone. */
static bool
socket_read(struct till *t)
{
	char *to;
	ssize_t n;

	if (t->in.cap - t->in.len < READ_BYTES)
		return true; /* later: what is there has to be worked on */
	to = buf_reserve(&t->in, READ_BYTES);
	if (!to)
		return false;
	n = recv(t->socket, to, READ_BYTES, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	buf_commit(&t->in, (size_t)n);
	return n > 0;
}

static bool
socket_write(struct till *t)
{
	ssize_t n;

	if (!buf_ok(&t->out)) {
		log_error("the front does not read");
		return false;
	}
	if (!t->out.len)
		return true;
	n = send(
	    t->socket, t->out.ptr, t->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	memmove(t->out.ptr, t->out.ptr + n, t->out.len - (size_t)n);
	t->out.len -= (size_t)n;
	return true;
}

/* Until something is to be begun without anybody asking. */
static int64_t
work_ms(const struct till *t)
{
	int64_t now = clock_ms();
	int64_t wait = t->next_reconcile - now, due = INT64_MAX;

	if (t->event_reads >= TILL_READS)
		return wait; /* the end of one of them wakes us */
	if (t->look || t->wanted.count)
		due = 0;
	else if (t->next_event > 0)
		due = (t->next_event - clock_now()) * 1000;
	if (due < t->pause - now)
		due = t->pause - now;
	return due < wait ? due : wait;
}

static int
wait_ms(const struct till *t)
{
	int64_t wait = t->stopping ? WAIT_MS : work_ms(t);

	if (recorder_waits(t->recorder))
		return 0;
	if (wait > WAIT_MS)
		wait = WAIT_MS;
	return wait > 0 ? (int)wait : 0;
}

/* A whole frame may be waiting that no descriptor will tell of. */
static bool
till_turn(struct till *t, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = t->socket,
		    .events = (short)(POLLIN | (t->out.len ? POLLOUT : 0)) },
		{ .fd = stop_fd, .events = POLLIN },
	};
	struct pollfd stop = { .fd = stop_fd, .events = POLLIN };
	size_t before;

	t->busy = false;
	provider_wait(t->provider, fds, t->stopping ? 1 : 2, wait_ms(t));
	if (!t->stopping && poll(&stop, 1, 0) > 0)
		t->stopping = true;
	if (!socket_read(t))
		return false;
	do {
		before = t->in.len;
		if (!take_messages(t))
			return false;
	} while (t->in.len && t->in.len < before);
	provider_work(t->provider);
	if (!t->stopping) {
		webhooks_work(t);
		if (clock_ms() >= t->next_reconcile)
			reconcile_begin(t);
	}
	if (t->changed && !rights_hello(t))
		log_error("the front could not be told of changes");
	if (!socket_write(t))
		return false;
	recorder_work(t->recorder); /* last: the answers are out */
	return true;
}

static int
till_serve(struct till *t, int stop_fd)
{
	int64_t deadline = 0;

	if (!rights_hello(t))
		return 1;
	t->look = true;
	reconcile_begin(t);
	while (till_turn(t, stop_fd)) {
		if (!t->stopping)
			continue;
		if (!deadline)
			deadline = clock_ms() + STOP_MS;
		if ((!t->answers_due && !t->out.len) || clock_ms() >= deadline)
			break;
	}
	recorder_flush(t->recorder);
	return 0;
}

int
till_run(const struct config *c, int socket, int stop_fd)
{
	struct till *t = calloc(1, sizeof(*t));
	int status = 1;

	if (t) {
		t->socket = socket;
		if (till_open(t, c) && confine(CONFINE_TILL, c)) {
			log_info("ready");
			status = till_serve(t, stop_fd);
		}
		till_close(t);
	}
	free(t);
	close(socket);
	close(stop_fd);
	return status;
}
