/*
 * What readers did: kept within bounds, handed on, counted when lost; ids of a
 * day that nobody can make again.
 */
#include "notes.h"
#include "row.h"

#include "log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NOW = 1800000000, DAY = 24 * 3600, THREADS = 4, EACH = 5000 };

static struct {
	bool away;
	size_t messages, events;
	char first[64], last[64];
	int64_t time;
	pthread_mutex_t lock;
} till = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool
take(void *ctx, const struct message *m)
{
	const struct message_events *e = &m->u.events;
	bool ok;

	assert_ptr_equal(ctx, &till);
	assert_int_equal(m->type, MESSAGE_EVENTS);
	assert_true(e->count > 0 && e->count <= MESSAGE_EVENTS_MAX);
	pthread_mutex_lock(&till.lock);
	ok = !till.away;
	if (ok) {
		till.messages++;
		till.events += e->count;
		till.time = e->at[0].time;
		snprintf(till.first, sizeof(till.first), "%.*s %.*s %.*s",
		    STR_ARG(e->at[0].reader), STR_ARG(e->at[0].kind),
		    STR_ARG(e->at[0].item));
		snprintf(till.last, sizeof(till.last), "%.*s",
		    STR_ARG(e->at[e->count - 1].item));
	}
	pthread_mutex_unlock(&till.lock);
	return ok;
}

static struct notebook *
fresh(struct notes **n)
{
	struct notebook *b = notebook_new(take, &till);

	assert_non_null(b);
	till.away = false;
	till.messages = till.events = 0;
	*n = notes_new(b);
	assert_non_null(*n);
	return b;
}

static void
add(struct notes *n, size_t count)
{
	char item[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(item, sizeof(item), "/%zu/", i);
		notes_add(n, NOW + 1, STR("reader"), "visit", str_from(item));
	}
}

static void
all_is_handed_on_when_full_and_when_flushed(void **state)
{
	struct notes *n;
	struct notebook *b = fresh(&n);

	(void)state;
	notebook_flush(b, NOW);
	assert_int_equal(till.messages, 0);
	add(n, 3);
	assert_int_equal(till.messages, 0);
	notebook_flush(b, NOW);
	assert_int_equal(till.messages, 1);
	assert_string_equal(till.first, "reader visit /0/");
	assert_string_equal(till.last, "/2/");
	assert_true(till.time == NOW + 1);
	add(n, MESSAGE_EVENTS_MAX + 1);
	assert_int_equal(till.messages, 2);
	assert_int_equal(till.events, 3 + MESSAGE_EVENTS_MAX);
	notebook_flush(b, NOW);
	assert_int_equal(till.events, 3 + MESSAGE_EVENTS_MAX + 1);
	assert_int_equal(notebook_lost(b), 0);
	notebook_free(b);
}

static void
while_the_till_is_away_the_oldest_are_kept(void **state)
{
	struct notes *n;
	struct notebook *b = fresh(&n);

	(void)state;
	till.away = true;
	add(n, MESSAGE_EVENTS_MAX + 100);
	notebook_flush(b, NOW);
	assert_int_equal(notebook_lost(b), 100);
	till.away = false;
	notebook_flush(b, NOW);
	assert_int_equal(till.events, MESSAGE_EVENTS_MAX);
	assert_string_equal(till.first, "reader visit /0/");
	add(n, 1);
	assert_int_equal(notebook_lost(b), 100);
	notebook_free(b);
}

/* Long addresses fill the text before the list. */
static void
text_is_bounded_too(void **state)
{
	static char item[2000];
	struct notes *n;
	struct notebook *b = fresh(&n);

	(void)state;
	memset(item, 'x', sizeof(item) - 1);
	till.away = true;
	for (size_t i = 0; i < 100; i++)
		notes_add(n, NOW, STR("r"), "visit", str_from(item));
	assert_true(notebook_lost(b) >= 100 - NOTES_TEXT / 2000);
	till.away = false;
	notebook_flush(b, NOW);
	assert_int_equal(till.events + notebook_lost(b), 100);
	notebook_free(b);
}

struct writer {
	struct notebook *book;
	pthread_t thread;
};

static void *
write_many(void *arg)
{
	struct writer *w = arg;
	struct notes *n = notes_new(w->book);

	if (n)
		add(n, EACH);
	return NULL;
}

static void
threads_write_while_another_empties(void **state)
{
	struct writer writers[THREADS];
	struct notes *n;
	struct notebook *b = fresh(&n);

	(void)state;
	for (size_t i = 0; i < THREADS; i++) {
		writers[i].book = b;
		assert_int_equal(pthread_create(&writers[i].thread, NULL,
				     write_many, &writers[i]),
		    0);
	}
	for (int i = 0; i < 50; i++)
		notebook_flush(b, NOW);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(writers[i].thread, NULL);
	notebook_flush(b, NOW);
	assert_int_equal(till.events, (size_t)THREADS * EACH);
	assert_int_equal(notebook_lost(b), 0);
	notebook_free(b);
}

static void
an_id_lasts_a_day(void **state)
{
	static const struct {
		int line;
		const char *address, *agent;
		int64_t later;
		bool same;
	} rows[] = {
		{ __LINE__, "192.0.2.1", "Browser/1", 0, true },
		{ __LINE__, "192.0.2.1", "Browser/1", 3600, true },
		{ __LINE__, "192.0.2.2", "Browser/1", 0, false },
		{ __LINE__, "192.0.2.1", "Browser/2", 0, false },
		{ __LINE__, "192.0.2.1", "", 0, false },
		{ __LINE__, "192.0.2.1", "Browser/1", DAY, false },
		/* The first day's key is gone. */
		{ __LINE__, "192.0.2.1", "Browser/1", 0, false },
	};
	char first[NOTES_DAY_ID + 1], id[NOTES_DAY_ID + 1];
	struct notes *n;
	struct notebook *b = fresh(&n);

	(void)state;
	notes_day_id(n, STR("192.0.2.1"), STR("Browser/1"), NOW, first);
	assert_int_equal(strlen(first), NOTES_DAY_ID);
	assert_int_equal(first[0], '~');
	assert_int_equal(strspn(first + 1, "0123456789abcdef"), 16);
	for (size_t i = 0; i < ROWS(rows); i++) {
		notes_day_id(n, str_from(rows[i].address),
		    str_from(rows[i].agent), NOW + rows[i].later, id);
		ROW_TRUE(rows[i].line, !strcmp(id, first) == rows[i].same);
	}
	/* Nobody came on the next day: it is thrown away all the same. */
	notes_day_id(n, STR("192.0.2.1"), STR("Browser/1"), NOW, first);
	notebook_flush(b, NOW + DAY);
	notes_day_id(n, STR("192.0.2.1"), STR("Browser/1"), NOW, id);
	assert_string_not_equal(id, first);
	notebook_free(b);
}

static void
an_address_reports_so_often(void **state)
{
	struct notes *n;
	struct notebook *b = fresh(&n);
	int taken = 0;

	(void)state;
	for (int i = 0; i < 2 * NOTES_PACE; i++)
		taken += notes_may(n, STR("192.0.2.1"), NOW);
	assert_int_equal(taken, NOTES_PACE);
	assert_true(notes_may(n, STR("198.51.100.7"), NOW));
	assert_true(notes_may(n, STR("192.0.2.1"), NOW + 60));
	/* One network of IPv6, one pace. */
	taken = 0;
	for (int i = 0; i < 2 * NOTES_PACE; i++)
		taken += notes_may(
		    n, i % 2 ? STR("2001:db8::1") : STR("2001:db8::2"), NOW);
	assert_int_equal(taken, NOTES_PACE);
	notebook_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_handed_on_when_full_and_when_flushed),
		cmocka_unit_test(while_the_till_is_away_the_oldest_are_kept),
		cmocka_unit_test(text_is_bounded_too),
		cmocka_unit_test(threads_write_while_another_empties),
		cmocka_unit_test(an_id_lasts_a_day),
		cmocka_unit_test(an_address_reports_so_often),
	};

	log_open("pennygate[test]");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
