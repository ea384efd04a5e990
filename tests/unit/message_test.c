#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define KID "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
#define JTI "AAAAAAAAAAAAAAAAAAAAAA"

static struct message_event events[] = {
	{ 1800000000, { JTI, TOKEN_ID }, { "visit", 5 }, { "/a/", 3 } },
	{ INT64_MIN, { "~0123456789abcdef", 17 }, { "shown:next", 10 },
	    { "/", 1 } },
	{ 0, { NULL, 0 }, { NULL, 0 }, { "a\0b", 3 } },
};

static const struct message samples[] = {
	{ .type = MESSAGE_CHECKOUT,
	    .id = 1,
	    .u.checkout = { .offer = { "loops", 5 },
		.page = { "/m/a/", 5 },
		.lang = { "zh", 2 },
		.token = { "t", 1 },
		.reader = { "r", 1 },
		.address = { "::1", 3 } } },
	{ .type = MESSAGE_CHECKOUT_DONE,
	    .id = UINT64_MAX,
	    .u.checkout_done = { .result = CHECKOUT_UNAVAILABLE,
		.url = { "https://p", 9 },
		.order = { "o1", 2 },
		.session = { "cs_1", 4 } } },
	{ .type = MESSAGE_RETURN,
	    .id = 3,
	    .u.back = { .session = { "cs_1", 4 }, .claim = 1 } },
	{ .type = MESSAGE_RETURN_DONE,
	    .id = 4,
	    .u.back_done = { .result = RETURN_EXPIRED,
		.token = { "tok", 3 },
		.amount = INT64_MIN,
		.currency = { "EUR", 3 },
		.page = { "/m/", 3 } } },
	{ .type = MESSAGE_WEBHOOK,
	    .id = 5,
	    .u.webhook = { .signature = { "t=1", 3 },
		.body = { "a\0b\xff", 4 } } },
	{ .type = MESSAGE_WEBHOOK_DONE,
	    .id = 6,
	    .u.webhook_done = { .result = WEBHOOK_MALFORMED } },
	{ .type = MESSAGE_RENEW,
	    .id = 7,
	    .u.renew = { .token = { "x", 1 }, .reader = { "y", 1 } } },
	{ .type = MESSAGE_RENEW_DONE,
	    .id = 8,
	    .u.renew_done = { .token = { "new", 3 } } },
	{ .type = MESSAGE_SIGN_OUT,
	    .id = 9,
	    .u.sign_out = { .reader = { "y", 1 } } },
	{ .type = MESSAGE_SIGN_OUT_DONE,
	    .id = 10,
	    .u.sign_out_done = { .done = 1 } },
	{ .type = MESSAGE_EVENTS, .u.events = { events, 3, 3 } },
	{ .type = MESSAGE_EVENTS, .u.events = { NULL, 0, 0 } },
};

static void
encode(struct buf *b, const struct message *m)
{
	buf_init(b, 2 * (size_t)LIMIT_MESSAGE);
	assert_true(message_encode(b, m));
}

/* Equal when the second encoding is the first, byte for byte. */
static void
every_type_comes_back(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct message m;
		struct buf first, second;
		size_t used;

		encode(&first, &samples[i]);
		assert_int_equal(message_decode(&a, buf_str(&first), &m, &used),
		    MESSAGE_READY);
		assert_int_equal(used, first.len);
		assert_int_equal(m.type, samples[i].type);
		assert_true(m.id == samples[i].id);
		encode(&second, &m);
		assert_true(str_eq(buf_str(&first), buf_str(&second)));
		buf_clear(&first);
		buf_clear(&second);
	}
	arena_clear(&a);
}

static void
fields_arrive_as_sent(void **state)
{
	struct arena a;
	struct message m;
	struct buf b;
	size_t used;

	(void)state;
	arena_init(&a);
	encode(&b, &samples[3]);
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_READY);
	assert_int_equal(m.u.back_done.result, RETURN_EXPIRED);
	assert_true(m.u.back_done.amount == INT64_MIN);
	assert_true(str_eq_z(m.u.back_done.currency, "EUR"));
	assert_true(str_eq_z(m.u.back_done.page, "/m/"));
	assert_int_equal(m.u.back_done.reader.len, 0);
	buf_clear(&b);
	arena_clear(&a);
}

static struct message
hello(struct str *revoked, size_t count)
{
	struct message m = { .type = MESSAGE_HELLO };

	m.u.hello.keys.count = 2;
	memcpy(m.u.hello.keys.at[0].kid, KID, TOKEN_KID + 1);
	memcpy(m.u.hello.keys.at[1].kid, KID, TOKEN_KID + 1);
	m.u.hello.keys.at[1].key[31] = 7;
	m.u.hello.issuer = STR("https://l.example");
	m.u.hello.audience = STR("https://example");
	m.u.hello.revoked.at = revoked;
	m.u.hello.revoked.count = count;
	m.u.hello.generation = 42;
	m.u.hello.not_before = 1800000000;
	return m;
}

static void
hello_carries_keys_and_revocations(void **state)
{
	struct str revoked[3] = { STR(JTI), STR(JTI), STR(JTI) };
	struct message in = hello(revoked, 3), m;
	struct arena a;
	struct buf b;
	size_t used;

	(void)state;
	arena_init(&a);
	encode(&b, &in);
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_READY);
	assert_int_equal(m.u.hello.keys.count, 2);
	assert_string_equal(m.u.hello.keys.at[1].kid, KID);
	assert_int_equal(m.u.hello.keys.at[1].key[31], 7);
	assert_int_equal(m.u.hello.revoked.count, 3);
	assert_true(str_eq_z(m.u.hello.revoked.at[2], JTI));
	assert_true(m.u.hello.generation == 42);
	assert_true(m.u.hello.not_before == 1800000000);
	buf_clear(&b);
	arena_clear(&a);
}

static void
most_revocations_fit_one_frame(void **state)
{
	struct str *revoked = calloc(MESSAGE_REVOKED_MAX + 1, sizeof(*revoked));
	struct message in, m;
	struct arena a;
	struct buf b;
	size_t used;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i <= MESSAGE_REVOKED_MAX; i++)
		revoked[i] = STR(JTI);
	in = hello(revoked, MESSAGE_REVOKED_MAX);
	encode(&b, &in);
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_READY);
	assert_int_equal(m.u.hello.revoked.count, MESSAGE_REVOKED_MAX);
	buf_clear(&b);
	in = hello(revoked, MESSAGE_REVOKED_MAX + 1);
	encode(&b, &in);
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_BROKEN);
	buf_clear(&b);
	free(revoked);
	arena_clear(&a);
}

static void
events_arrive_as_sent(void **state)
{
	struct message in = { .type = MESSAGE_EVENTS }, m;
	struct message_event many[MESSAGE_EVENTS_MAX + 1];
	struct arena a;
	struct buf b;
	size_t used;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i <= MESSAGE_EVENTS_MAX; i++)
		many[i] = events[i % 3];
	in.u.events.at = many;
	in.u.events.count = MESSAGE_EVENTS_MAX;
	encode(&b, &in);
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_READY);
	assert_int_equal(m.u.events.count, MESSAGE_EVENTS_MAX);
	assert_true(m.u.events.at[1].time == INT64_MIN);
	assert_true(str_eq_z(m.u.events.at[1].kind, "shown:next"));
	assert_true(str_eq_z(m.u.events.at[3].reader, JTI));
	assert_int_equal(m.u.events.at[2].item.len, 3);
	buf_clear(&b);
	/* One more than there may be; and more than the frame has. */
	in.u.events.count++;
	encode(&b, &in);
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_BROKEN);
	buf_clear(&b);
	in.u.events.count = 1;
	encode(&b, &in);
	b.ptr[16] = 2;
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_BROKEN);
	buf_clear(&b);
	arena_clear(&a);
}

/* Every prefix wants more; one byte more or less in the length is broken. */
static void
frames_are_cut_exactly(void **state)
{
	struct message m;
	struct arena a;
	struct buf b;
	size_t used;

	(void)state;
	arena_init(&a);
	encode(&b, &samples[0]);
	for (size_t n = 0; n < b.len; n++)
		assert_int_equal(
		    message_decode(&a, str_of(b.ptr, n), &m, &used),
		    MESSAGE_MORE);
	b.ptr[0]--;
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_BROKEN);
	b.ptr[0] += 2;
	buf_add_c(&b, 'x');
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_BROKEN);
	buf_clear(&b);
	arena_clear(&a);
}

static void
two_frames_come_one_by_one(void **state)
{
	struct message m;
	struct arena a;
	struct buf b;
	size_t used;

	(void)state;
	arena_init(&a);
	encode(&b, &samples[0]);
	assert_true(message_encode(&b, &samples[7]));
	assert_int_equal(
	    message_decode(&a, buf_str(&b), &m, &used), MESSAGE_READY);
	assert_int_equal(m.type, MESSAGE_CHECKOUT);
	assert_int_equal(
	    message_decode(&a, str_from_at(buf_str(&b), used), &m, &used),
	    MESSAGE_READY);
	assert_true(str_eq_z(m.u.renew_done.token, "new"));
	buf_clear(&b);
	arena_clear(&a);
}

static void
hostile_frames_are_broken(void **state)
{
	static const struct {
		int line;
		size_t at;
		unsigned char byte;
	} rows[] = {
		{ __LINE__, 3, 0x7f }, /* a length over the limit */
		{ __LINE__, 4, 99 }, /* an unknown type */
		{ __LINE__, 6, 1 }, /* the zero is not zero */
		{ __LINE__, 16, 5 }, /* an enum out of range... */
		{ __LINE__, 23, 0x80 }, /* ...and negative */
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct message m;
		struct buf b;
		size_t used;

		encode(&b, &samples[5]);
		b.ptr[rows[i].at] = (char)rows[i].byte;
		if (message_decode(&a, buf_str(&b), &m, &used) !=
		    MESSAGE_BROKEN)
			fail_msg("line %d: taken", rows[i].line);
		buf_clear(&b);
	}
	arena_clear(&a);
}

static void
too_long_is_refused_whole(void **state)
{
	struct message m = { .type = MESSAGE_WEBHOOK, .id = 1 };
	struct buf b, body;

	(void)state;
	buf_init(&b, 4 * (size_t)LIMIT_MESSAGE);
	buf_init(&body, LIMIT_MESSAGE);
	for (size_t i = 0; i < LIMIT_MESSAGE; i++)
		buf_add_c(&body, 'x');
	assert_true(message_encode(&b, &samples[0]));
	m.u.webhook.body = buf_str(&body);
	{
		size_t before = b.len;

		assert_false(message_encode(&b, &m));
		assert_int_equal(b.len, before);
	}
	buf_clear(&b);
	buf_clear(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_comes_back),
		cmocka_unit_test(fields_arrive_as_sent),
		cmocka_unit_test(hello_carries_keys_and_revocations),
		cmocka_unit_test(most_revocations_fit_one_frame),
		cmocka_unit_test(events_arrive_as_sent),
		cmocka_unit_test(frames_are_cut_exactly),
		cmocka_unit_test(two_frames_come_one_by_one),
		cmocka_unit_test(hostile_frames_are_broken),
		cmocka_unit_test(too_long_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
