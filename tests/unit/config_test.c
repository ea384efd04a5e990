#include "scratch.h"

#include "address.h"
#include "config.h"
#include "pace.h"

#include <sys/stat.h>

static struct scratch scratch;
static struct arena arena;
static struct diag diag;
static char path[300];

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	diag_init(&diag);
	if (scratch_make(&scratch))
		return -1;
	snprintf(path, sizeof path, "%s/gate.yaml", scratch.path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	diag_clear(&diag);
	arena_clear(&arena);
	scratch_remove(&scratch);
	return 0;
}

static const struct config *
read_text(const char *text)
{
	scratch_write(&scratch, "gate.yaml", str_from(text));
	return config_read(&arena, path, &diag);
}

#define LEAST                                                                  \
	"url: https://learn.example.org\n"                                     \
	"site: site\n"                                                         \
	"data: data\n"                                                         \
	"keys: keys\n"                                                         \
	"payment:\n"                                                           \
	"  secret_key_file: stripe.key\n"                                      \
	"  webhook_secret_file: /a/hook\n"

static void
defaults_fill_what_is_left_out(void **state)
{
	const struct config *c = read_text(LEAST);
	char want[400];

	(void)state;
	assert_non_null(c);
	row_str(__LINE__, c->url, "https://learn.example.org");
	row_str(__LINE__, c->origin, "https://learn.example.org");
	snprintf(want, sizeof want, "%s/site", scratch.path);
	row_str(__LINE__, c->site, want);
	snprintf(want, sizeof want, "%s/stripe.key", scratch.path);
	row_str(__LINE__, c->secret_key_file, want);
	row_str(__LINE__, c->webhook_secret_file, "/a/hook");
	row_str(__LINE__, c->listen_host, "127.0.0.1");
	assert_int_equal(c->listen_port, 8080);
	assert_false(c->serve_public);
	assert_int_equal(c->token_seconds, 12 * 3600);
	row_str(__LINE__, c->payment_base, "https://api.stripe.com");
	row_str(__LINE__, c->api_version, CONFIG_API_VERSION);
	assert_int_equal(c->checkout_origins.count, 1);
	row_str(
	    __LINE__, c->checkout_origins.at[0], "https://checkout.stripe.com");
	assert_int_equal(c->reconcile_seconds, 900);
	assert_true(c->sandbox_required);
	assert_false(c->loopback);
	assert_int_equal(c->user.len, 0);
	assert_int_equal(c->connections, 10000);
	assert_int_equal(c->events_readers, EVENTS_READERS_NO);
	assert_false(c->events_beacon);
	assert_int_equal(c->events_rotate_days, 90);
	assert_int_equal(c->events_keep_days, 400);
	assert_int_equal(diag.warnings, 0);
}

static void
every_key_is_read(void **state)
{
	const struct config *c = read_text(
	    "url: http://127.0.0.1:8080/repo/\nsite: /srv/site/\n"
	    "listen: '[::1]:81'\nserve_public: yes\ndata: ../data\n"
	    "keys: keys\ntoken_hours: 2\n"
	    "trusted_proxies: [127.0.0.1, '::1']\n"
	    "payment:\n  base: http://localhost:9090/\n"
	    "  secret_key_file: a\n  webhook_secret_file: b\n"
	    "  api_version: 2023-08-16\n  automatic_tax: yes\n"
	    "  promotion_codes: yes\n"
	    "reconcile_minutes: 3\nuser: penny\nsandbox: best-effort\n"
	    "events:\n  readers: ask\n  beacon: yes\n"
	    "  rotate_days: 1\n  keep_days: 1100\n"
	    "threads: 3\nconnections: 77\n");

	(void)state;
	assert_non_null(c);
	row_str(__LINE__, c->url, "http://127.0.0.1:8080/repo");
	row_str(__LINE__, c->origin, "http://127.0.0.1:8080");
	assert_true(c->loopback);
	row_str(__LINE__, c->site, "/srv/site");
	row_str(__LINE__, c->listen_host, "::1");
	assert_int_equal(c->listen_port, 81);
	assert_true(c->serve_public);
	assert_int_equal(c->token_seconds, 7200);
	assert_int_equal(c->trusted_proxies.count, 2);
	row_str(__LINE__, c->payment_base, "http://localhost:9090");
	row_str(__LINE__, c->checkout_origins.at[0], "http://localhost:9090");
	row_str(__LINE__, c->api_version, "2023-08-16");
	assert_true(c->automatic_tax && c->promotion_codes);
	assert_int_equal(c->reconcile_seconds, 180);
	row_str(__LINE__, c->user, "penny");
	assert_false(c->sandbox_required);
	assert_int_equal(c->threads, 3);
	assert_int_equal(c->connections, 77);
	assert_int_equal(c->events_readers, EVENTS_READERS_ASK);
	assert_true(c->events_beacon);
	assert_int_equal(c->events_rotate_days, 1);
	assert_int_equal(c->events_keep_days, 1100);
}

static void
what_is_recorded_is_said_in_words_that_are_known(void **state)
{
	static const struct {
		int line;
		const char *text, *want; /* of the fault; NULL: none */
	} rows[] = {
		{ __LINE__, "events:\n  readers: yes\n", NULL },
		{ __LINE__, "events:\n  readers: no\n", NULL },
		{ __LINE__, "events:\n  beacon: no\n", NULL },
		{ __LINE__, "events:\n  rotate_days: 400\n", NULL },
		{ __LINE__, "events: yes\n", "'events' has keys below it" },
		{ __LINE__, "events:\n  readers: asks\n", "did you mean" },
		{ __LINE__, "events:\n  readers: true\n", "no, ask or yes" },
		{ __LINE__, "events:\n  beacon: ask\n", "beacon" },
		{ __LINE__, "events:\n  rotate_days: 0\n", "from 1 to 400" },
		{ __LINE__, "events:\n  rotate_days: 401\n", "from 1 to 400" },
		{ __LINE__, "events:\n  keep_days: 0\n", "from 1 to 1100" },
		{ __LINE__, "events:\n  keep_days: 1101\n", "from 1 to 1100" },
		{ __LINE__, "events:\n  reader: ask\n", "'reader'" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str text =
		    arena_printf(&arena, LEAST "%s", rows[i].text);
		const struct config *c = read_text(text.ptr);

		ROW_TRUE(rows[i].line, (c != NULL) == !rows[i].want);
		if (rows[i].want)
			row_fault(rows[i].line, &diag, rows[i].want);
		diag_clear(&diag);
	}
}

static void
listening_has_three_forms(void **state)
{
	static const struct {
		int line;
		const char *text, *host;
		int port; /* -1: refused */
	} rows[] = {
		{ __LINE__, "127.0.0.1:80", "127.0.0.1", 80 },
		{ __LINE__, "localhost:80", "127.0.0.1", 80 },
		{ __LINE__, "'*:0'", "", 0 },
		{ __LINE__, "'[::]:443'", "::", 443 },
		{ __LINE__, "8080", NULL, -1 },
		{ __LINE__, "':8080'", NULL, -1 },
		{ __LINE__, "127.0.0.1", NULL, -1 },
		{ __LINE__, "127.0.0.1:65536", NULL, -1 },
		{ __LINE__, "127.0.0.1:-1", NULL, -1 },
		{ __LINE__, "127.0.0.1:08", NULL, -1 },
		{ __LINE__, "'::1:80'", NULL, -1 },
		{ __LINE__, "example.org:80", NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str text =
		    arena_printf(&arena, LEAST "listen: %s\n", rows[i].text);
		const struct config *c = read_text(text.ptr);

		ROW_TRUE(rows[i].line, (c != NULL) == (rows[i].port >= 0));
		if (!c)
			continue;
		row_str(rows[i].line, c->listen_host, rows[i].host);
		ROW_TRUE(rows[i].line, c->listen_port == rows[i].port);
	}
}

static void
every_fault_is_told_at_once_with_its_line(void **state)
{
	static const char *const want[] = {
		"gate.yaml:1:",
		"user name",
		"gate.yaml:2:",
		"'lisen'",
		"listen?",
		"gate.yaml:3:",
		"serve_public",
		"gate.yaml:4:",
		"token_hours",
		"gate.yaml:5:",
		"'proxy' is not an IP address",
		"gate.yaml:6:",
		"sandbox",
		"gate.yaml:8:",
		"only a loopback host",
		"gate.yaml:9:",
		"'soon' is no version",
		"gate.yaml:10:",
		"has a path",
		"gate.yaml:11:",
		"'secret'",
		"'secret_key_file' is missing",
		"'webhook_secret_file' is missing",
		"'site' is missing",
		"'data' is missing",
		"'keys' is missing",
	};

	(void)state;
	assert_null(read_text("url: https://a@b\n"
			      "lisen: 127.0.0.1:80\n"
			      "serve_public: maybe\n"
			      "token_hours: 0\n"
			      "trusted_proxies: [proxy]\n"
			      "sandbox: none\n"
			      "payment:\n"
			      "  base: http://api.example.org\n"
			      "  api_version: soon\n"
			      "  checkout_origins: [https://a.example/b]\n"
			      "  secret: sk_live_1\n"));
	for (size_t i = 0; i < ROWS(want); i++)
		row_fault(__LINE__, &diag, want[i]);
}

static void
what_is_no_file_of_settings_is_a_fault(void **state)
{
	static const char *const texts[] = { "", "just text\n", "- a\n- b\n",
		"url: [\n", LEAST "payment: no\n",
		LEAST "url: https://twice.example\n" };

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		assert_null(read_text(texts[i]));
		assert_true(diag.errors > 0);
		diag_clear(&diag);
	}
	assert_null(config_read(&arena, "/nonexistent/gate.yaml", &diag));
	row_fault(__LINE__, &diag, "cannot read the configuration");
}

static void
what_it_names_is_looked_at(void **state)
{
	static const char *const want[] = { "gate.yaml:2:", "no such folder",
		"gate.yaml:3:", "gate.yaml:4:", "cannot read folder",
		"gate.yaml:6:", "stripe.key does not exist",
		"gate.yaml:7:", "/a/hook does not exist",
		"gate.yaml:8:", "no such user: nobody-of-that-name" };
	const struct config *c = read_text(LEAST "user: nobody-of-that-name\n");
	char file[400];

	(void)state;
	assert_non_null(c);
	assert_false(config_check(c, &diag));
	for (size_t i = 0; i < ROWS(want); i++)
		row_fault(__LINE__, &diag, want[i]);
	scratch_write(&scratch, "stripe.key", STR(CONFIG_EXAMPLE_KEY "\n"));
	scratch_write(&scratch, "keys/a.key", STR("x"));
	diag_clear(&diag);
	assert_false(config_check(c, &diag));
	row_fault(__LINE__, &diag, "stripe.key is open to group or others");
	row_fault(__LINE__, &diag, "a.key is open to group or others");
	row_fault(__LINE__, &diag, "no such folder");
	snprintf(file, sizeof file, "%s/stripe.key", scratch.path);
	assert_int_equal(chmod(file, 0600), 0);
	diag_clear(&diag);
	assert_false(config_check(c, &diag));
	row_fault(__LINE__, &diag, "still holds the example");
}

static void
addresses_are_judged(void **state)
{
	static const struct {
		int line;
		const char *text;
		const char *origin; /* NULL: refused */
		const char *path;
	} rows[] = {
		{ __LINE__, "https://a.example", "https://a.example", "" },
		{ __LINE__, "https://a.example/", "https://a.example", "" },
		{ __LINE__, "https://a.example:444/b/c//",
		    "https://a.example:444", "/b/c" },
		{ __LINE__, "http://localhost:1", "http://localhost:1", "" },
		{ __LINE__, "http://127.9.9.9", "http://127.9.9.9", "" },
		{ __LINE__, "http://[::1]:8", "http://[::1]:8", "" },
		{ __LINE__, "https://[2001:db8::1]", "https://[2001:db8::1]",
		    "" },
		{ __LINE__, "http://a.example", NULL, NULL },
		{ __LINE__, "http://127.0.0.1.example", NULL, NULL },
		{ __LINE__, "http://[::2]", NULL, NULL },
		{ __LINE__, "https://a.example?x", NULL, NULL },
		{ __LINE__, "https://a.example#x", NULL, NULL },
		{ __LINE__, "https://u@a.example", NULL, NULL },
		{ __LINE__, "https://a.example:0", NULL, NULL },
		{ __LINE__, "https://a.example:x", NULL, NULL },
		{ __LINE__, "https://a.example:", NULL, NULL },
		{ __LINE__, "https://", NULL, NULL },
		{ __LINE__, "https:///x", NULL, NULL },
		{ __LINE__, "https://a..b", NULL, NULL },
		{ __LINE__, "https://[::1", NULL, NULL },
		{ __LINE__, "https://[]", NULL, NULL },
		{ __LINE__, "https://a.example/../b", NULL, NULL },
		{ __LINE__, "https://a.example/a//b", NULL, NULL },
		{ __LINE__, "https://a.example/a b", NULL, NULL },
		{ __LINE__, "https://a.example\r\nX: y", NULL, NULL },
		{ __LINE__, "https://a.example\\b", NULL, NULL },
		{ __LINE__, "ftp://a.example", NULL, NULL },
		{ __LINE__, "//a.example", NULL, NULL },
		{ __LINE__, "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct address a;
		const char *refusal = address_read(str_from(rows[i].text), &a);

		ROW_TRUE(rows[i].line, (refusal != NULL) == !rows[i].origin);
		if (refusal)
			continue;
		row_str(rows[i].line, a.origin, rows[i].origin);
		row_str(rows[i].line, a.path, rows[i].path);
	}
}

static void
a_pace_lets_bursts_through_and_fills_again(void **state)
{
	static struct pace p = { .burst = 3, .each_ms = 100 };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(pace_take(&p, STR("a"), 1000));
	assert_false(pace_take(&p, STR("a"), 1000));
	assert_true(pace_take(&p, STR("b"), 1000));
	assert_false(pace_take(&p, STR("a"), 1099));
	assert_true(pace_take(&p, STR("a"), 1100));
	assert_false(pace_take(&p, STR("a"), 1100));
	for (int i = 0; i < 3; i++)
		assert_true(pace_take(&p, STR("a"), 9000));
	assert_false(pace_take(&p, STR("a"), 9000));
	/* More keys than entries: the longest idle one is forgotten. */
	for (int i = 0; i < PACE_ENTRIES + 10; i++) {
		char key[32];

		snprintf(key, sizeof key, "key %d", i);
		assert_true(pace_take(&p, str_from(key), 9001 + i));
	}
	assert_true(pace_take(&p, STR("a"), 99000));
}

static void
an_address_counts_with_its_network(void **state)
{
	(void)state;
	row_str(__LINE__, pace_network(STR("192.0.2.1")), "192.0.2.1");
	row_str(__LINE__, pace_network(STR("2001:db8:1:2:3:4:5:6")),
	    "2001:db8:1:2");
	row_str(__LINE__, pace_network(STR("2001:db8::5")), "2001:db8::");
	row_str(__LINE__, pace_network(STR("")), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(defaults_fill_what_is_left_out),
		TEST(every_key_is_read),
		TEST(what_is_recorded_is_said_in_words_that_are_known),
		TEST(listening_has_three_forms),
		TEST(every_fault_is_told_at_once_with_its_line),
		TEST(what_is_no_file_of_settings_is_a_fault),
		TEST(what_it_names_is_looked_at),
		TEST(addresses_are_judged),
		cmocka_unit_test(a_pace_lets_bursts_through_and_fills_again),
		cmocka_unit_test(an_address_counts_with_its_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
