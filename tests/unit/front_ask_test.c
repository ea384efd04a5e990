/*
 * Questions to a till played over the socket pair: answers out of order, a till
 * that dies, stalls, or speaks nonsense.
 */
#include "ask.h"

#include "log.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct outcome {
	pthread_mutex_t lock;
	int count, unanswered;
	char text[64];
};

static struct outcome outcomes[ASK_PENDING + 8];
static struct outcome hellos;
static int till = -1; /* the till's end */
static struct buf in;

static void
done(void *ctx, const struct message *m)
{
	struct outcome *o = ctx;

	pthread_mutex_lock(&o->lock);
	o->count++;
	o->unanswered += m == NULL;
	o->text[0] = '\0';
	if (m && m->type == MESSAGE_RENEW_DONE)
		snprintf(o->text, sizeof(o->text), "%.*s",
		    STR_ARG(m->u.renew_done.token));
	pthread_mutex_unlock(&o->lock);
}

static void
hello(void *ctx, const struct message_hello *h)
{
	(void)ctx;
	pthread_mutex_lock(&hellos.lock);
	hellos.count++;
	snprintf(hellos.text, sizeof(hellos.text), "%.*s", STR_ARG(h->issuer));
	pthread_mutex_unlock(&hellos.lock);
}

static bool
wait_count(struct outcome *o, int count, int ms)
{
	bool there = false;

	for (int i = 0; i <= ms / 5 && !there; i++) {
		pthread_mutex_lock(&o->lock);
		there = o->count >= count;
		pthread_mutex_unlock(&o->lock);
		if (!there)
			poll(NULL, 0, 5);
	}
	return there;
}

static int
new_socket(void)
{
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	if (till >= 0)
		close(till);
	till = fds[1];
	buf_clear(&in);
	buf_init(&in, 8 * (size_t)LIMIT_MESSAGE);
	return fds[0];
}

static struct ask *
new_ask(void)
{
	struct ask *a = ask_new(new_socket(), hello, NULL);

	for (size_t i = 0; i < ASK_PENDING + 8; i++) {
		outcomes[i].count = outcomes[i].unanswered = 0;
		outcomes[i].text[0] = '\0';
	}
	assert_non_null(a);
	return a;
}

static bool
ask_renew(struct ask *a, const char *token, int ms, struct outcome *o)
{
	struct message m = { .type = MESSAGE_RENEW };

	m.u.renew.token = str_from(token);
	return ask_send(a, &m, ms, done, o);
}

static bool
ask_checkout(struct ask *a, struct outcome *o)
{
	struct message m = { .type = MESSAGE_CHECKOUT };

	return ask_send(a, &m, 60000, done, o);
}

/* The till reads one message; texts live until the next. */
static struct message
receive(void)
{
	static struct arena arena;
	struct message m;
	size_t used;
	char *room;

	arena_clear(&arena);
	for (;;) {
		enum message_progress p =
		    message_decode(&arena, buf_str(&in), &m, &used);
		ssize_t n;

		assert_int_not_equal(p, MESSAGE_BROKEN);
		if (p == MESSAGE_READY)
			break;
		room = buf_reserve(&in, 65536);
		assert_non_null(room);
		n = read(till, room, 65536);
		assert_true(n > 0);
		buf_commit(&in, (size_t)n);
	}
	/* Only types and ids are looked at by the tests that read several. */
	memmove(in.ptr, in.ptr + used, in.len - used);
	in.len -= used;
	return m;
}

static void
answer(uint64_t id, const char *token)
{
	struct message m = { .type = MESSAGE_RENEW_DONE, .id = id };
	struct buf b;

	m.u.renew_done.token = str_from(token);
	buf_init(&b, LIMIT_MESSAGE);
	assert_true(message_encode(&b, &m));
	assert_int_equal(write(till, b.ptr, b.len), (ssize_t)b.len);
	buf_clear(&b);
}

static void
answers_find_their_questions(void **state)
{
	struct ask *a = new_ask();
	uint64_t first, second;

	(void)state;
	assert_true(ask_renew(a, "1", 60000, &outcomes[0]));
	assert_true(ask_renew(a, "2", 60000, &outcomes[1]));
	first = receive().id;
	second = receive().id;
	assert_true(first && second && first != second);
	answer(999999, "nobody asked");
	answer(second, "two");
	answer(first, "one");
	answer(first, "again");
	assert_true(wait_count(&outcomes[0], 1, 5000));
	assert_true(wait_count(&outcomes[1], 1, 5000));
	assert_string_equal(outcomes[0].text, "one");
	assert_string_equal(outcomes[1].text, "two");
	poll(NULL, 0, 50);
	assert_int_equal(outcomes[0].count, 1);
	ask_free(a);
}

static void
announcements_are_passed_on(void **state)
{
	struct ask *a = new_ask();
	struct message m = { .type = MESSAGE_HELLO };
	struct buf b;

	(void)state;
	hellos.count = 0;
	m.u.hello.issuer = STR("https://l.example");
	buf_init(&b, LIMIT_MESSAGE);
	assert_true(message_encode(&b, &m));
	/* Byte by byte: frames are put together again. */
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(write(till, b.ptr + i, 1), 1);
	assert_true(wait_count(&hellos, 1, 5000));
	assert_string_equal(hellos.text, "https://l.example");
	buf_clear(&b);
	ask_free(a);
}

static bool
tell(struct ask *a, const char *item)
{
	struct message_event e = { .time = 1,
		.reader = STR("r"),
		.kind = STR("visit"),
		.item = str_from(item) };
	struct message m = { .type = MESSAGE_EVENTS, .id = 7 };

	m.u.events.at = &e;
	m.u.events.count = 1;
	return ask_tell(a, &m);
}

static void
what_is_told_has_no_answer(void **state)
{
	struct ask *a = new_ask();
	struct message m;

	(void)state;
	assert_true(tell(a, "/a/"));
	m = receive();
	assert_int_equal(m.type, MESSAGE_EVENTS);
	assert_int_equal(m.id, 0);
	assert_int_equal(m.u.events.count, 1);
	/* None of them stays behind. */
	for (int i = 0; i < 2 * ASK_PENDING; i++) {
		assert_true(tell(a, "/b/"));
		receive();
	}
	assert_true(ask_renew(a, "1", 60000, &outcomes[0]));
	m = receive();
	assert_int_equal(m.type, MESSAGE_RENEW);
	answer(m.id, "one");
	assert_true(wait_count(&outcomes[0], 1, 5000));
	close(till);
	till = -1;
	for (int i = 0; i < 1000 && ask_is_ready(a); i++)
		poll(NULL, 0, 5);
	assert_false(tell(a, "/c/"));
	ask_free(a);
}

static void
what_is_told_at_the_end_arrives(void **state)
{
	struct ask *a = new_ask();

	(void)state;
	assert_true(tell(a, "/last/"));
	ask_close(a);
	assert_false(tell(a, "/too-late/"));
	assert_true(str_eq_z(receive().u.events.at[0].kind, "visit"));
	ask_free(a);
}

/* A till that reads nothing keeps readers' questions waiting, not these. */
static void
a_stalled_till_is_told_little(void **state)
{
	struct ask *a = new_ask();
	int taken = 0;

	(void)state;
	for (int i = 0; i < ASK_PENDING; i++)
		assert_true(ask_renew(a, "1", 60000, &outcomes[i]));
	for (int i = 0; i < 100; i++)
		taken += tell(a, "/a/");
	assert_int_equal(taken, 0);
	ask_free(a);
}

static void
a_dead_till(void **state)
{
	struct ask *a = new_ask();
	struct message m;

	(void)state;
	assert_true(ask_renew(a, "1", 60000, &outcomes[0]));
	assert_true(ask_checkout(a, &outcomes[1]));
	receive();
	receive();
	ask_attach(a, new_socket()); /* the old end is closed */
	/* What may be asked twice is asked again, a checkout is not. */
	m = receive();
	assert_int_equal(m.type, MESSAGE_RENEW);
	assert_true(wait_count(&outcomes[1], 1, 5000));
	assert_int_equal(outcomes[1].unanswered, 1);
	answer(m.id, "late");
	assert_true(wait_count(&outcomes[0], 1, 5000));
	assert_string_equal(outcomes[0].text, "late");
	ask_free(a);
}

static void
a_second_death_is_the_last(void **state)
{
	struct ask *a = new_ask();

	(void)state;
	assert_true(ask_renew(a, "1", 60000, &outcomes[0]));
	receive();
	ask_attach(a, new_socket());
	receive();
	ask_attach(a, new_socket());
	assert_true(wait_count(&outcomes[0], 1, 5000));
	assert_int_equal(outcomes[0].unanswered, 1);
	ask_free(a);
}

static void
questions_wait_for_a_new_till(void **state)
{
	struct ask *a = new_ask();

	(void)state;
	close(till);
	till = -1;
	for (int i = 0; i < 1000 && ask_is_ready(a); i++)
		poll(NULL, 0, 5);
	assert_false(ask_is_ready(a));
	/* Nothing was sent, so even a checkout may wait. */
	assert_true(ask_checkout(a, &outcomes[0]));
	ask_attach(a, new_socket());
	assert_int_equal(receive().type, MESSAGE_CHECKOUT);
	assert_true(ask_is_ready(a));
	assert_int_equal(outcomes[0].count, 0);
	ask_free(a);
	assert_int_equal(outcomes[0].unanswered, 1);
}

static void
a_till_that_does_not_answer(void **state)
{
	struct ask *a = new_ask();

	(void)state;
	assert_true(ask_renew(a, "1", 100, &outcomes[0]));
	assert_true(wait_count(&outcomes[0], 1, 5000));
	assert_int_equal(outcomes[0].unanswered, 1);
	/* Its answer comes too late and is dropped. */
	answer(receive().id, "late");
	poll(NULL, 0, 50);
	assert_int_equal(outcomes[0].count, 1);
	assert_true(ask_is_ready(a));
	ask_free(a);
}

static void
the_queue_is_bounded(void **state)
{
	struct ask *a = new_ask();
	int taken = 0;

	(void)state;
	for (size_t i = 0; i < ASK_PENDING + 8; i++)
		taken += ask_renew(a, "1", 60000, &outcomes[i]);
	assert_int_equal(taken, ASK_PENDING);
	assert_false(ask_is_ready(a));
	for (int i = 0; i < ASK_PENDING; i++)
		answer(receive().id, "x");
	for (int i = 0; i < ASK_PENDING; i++)
		assert_true(wait_count(&outcomes[i], 1, 5000));
	assert_true(ask_renew(a, "1", 60000, &outcomes[ASK_PENDING]));
	ask_close(a);
	assert_true(wait_count(&outcomes[ASK_PENDING], 1, 5000));
	assert_false(ask_renew(a, "1", 60000, &outcomes[0]));
	ask_free(a);
}

static void
a_till_that_speaks_nonsense(void **state)
{
	struct ask *a = new_ask();
	char byte;

	(void)state;
	assert_true(ask_checkout(a, &outcomes[0]));
	receive();
	assert_int_equal(write(till, "rubbish rubbish rubbish", 23), 23);
	assert_true(wait_count(&outcomes[0], 1, 5000));
	assert_int_equal(outcomes[0].unanswered, 1);
	assert_int_equal(read(till, &byte, 1), 0); /* it hung up */
	ask_free(a);
}

static void
too_long_a_question_is_refused(void **state)
{
	struct ask *a = new_ask();
	struct message m = { .type = MESSAGE_WEBHOOK };
	char *body = calloc(1, LIMIT_MESSAGE);

	(void)state;
	m.u.webhook.body = str_of(body, LIMIT_MESSAGE);
	assert_false(ask_send(a, &m, 1000, done, &outcomes[0]));
	m.u.webhook.body.len = LIMIT_WEBHOOK_BODY;
	assert_true(ask_send(a, &m, 60000, done, &outcomes[0]));
	assert_int_equal(receive().u.webhook.body.len, LIMIT_WEBHOOK_BODY);
	ask_free(a);
	free(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_find_their_questions),
		cmocka_unit_test(announcements_are_passed_on),
		cmocka_unit_test(what_is_told_has_no_answer),
		cmocka_unit_test(what_is_told_at_the_end_arrives),
		cmocka_unit_test(a_stalled_till_is_told_little),
		cmocka_unit_test(a_dead_till),
		cmocka_unit_test(a_second_death_is_the_last),
		cmocka_unit_test(questions_wait_for_a_new_till),
		cmocka_unit_test(a_till_that_does_not_answer),
		cmocka_unit_test(the_queue_is_bounded),
		cmocka_unit_test(a_till_that_speaks_nonsense),
		cmocka_unit_test(too_long_a_question_is_refused),
	};
	int failed;

	log_open("pennygate[test]");
	for (size_t i = 0; i < ASK_PENDING + 8; i++)
		pthread_mutex_init(&outcomes[i].lock, NULL);
	pthread_mutex_init(&hellos.lock, NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (till >= 0)
		close(till);
	buf_clear(&in);
	return failed;
}
