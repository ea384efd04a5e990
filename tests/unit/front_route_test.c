/*
 * Requests through the route table, the till played by the test: rights,
 * questions asked, answers made of the till's replies. No socket, no thread.
 */
#include "route.h"
#include "row.h"

#include "log.h"
#include "site_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { NOW = 1800000000, HOUR = 3600 };
#define URL STR("http://127.0.0.1:8080")
#define READER "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

static char top[64];
static struct arena arena;
static struct config config;
static struct front front;
static struct views *views;
static struct view *view;
static struct token_signer signer;
static struct entitlements *entitlements;
static struct notebook *notebook;
static struct notes *notes;
static char noted[1024]; /* "reader kind item\n" of each */

static struct request request;
static struct answer answer;
static struct visit visit;

static struct str
mint(const char *product, int64_t issued, int64_t life)
{
	struct token_claims c = {
		.issued = issued, .expires = issued + life, .count = 1
	};
	struct str token;
	struct buf b;

	token_random_id(c.sub);
	token_random_id(c.jti);
	snprintf(c.products[0].id, sizeof(c.products[0].id), "%s", product);
	buf_init(&b, LIMIT_TOKEN);
	assert_true(token_mint(&signer, URL, URL, &c, &b));
	token = arena_str(&arena, buf_str(&b));
	buf_clear(&b);
	return token;
}

static int64_t not_before;

static void
say_hello(struct str *revoked, size_t count)
{
	struct message_hello hello = {
		.issuer = URL, .audience = URL, .not_before = not_before
	};

	hello.keys.count = 1;
	hello.keys.at[0] = signer.public_key;
	hello.revoked.at = revoked;
	hello.revoked.count = count;
	views_hello(views, &hello);
	view_unref(view);
	view = views_get(views);
}

static bool
take_notes(void *ctx, const struct message *m)
{
	const struct message_events *e = &m->u.events;

	(void)ctx;
	noted[0] = '\0';
	for (size_t i = 0; i < e->count; i++) {
		size_t len = strlen(noted);

		snprintf(noted + len, sizeof(noted) - len, "%.*s %.*s %.*s\n",
		    STR_ARG(e->at[i].reader), STR_ARG(e->at[i].kind),
		    STR_ARG(e->at[i].item));
	}
	return true;
}

/* What was noted since the last time; a day's id as "~". */
static const char *
all_noted(void)
{
	char *at = noted;

	noted[0] = '\0';
	notebook_flush(notebook, NOW);
	while ((at = strchr(at, '~'))) {
		at++;
		assert_int_equal(strspn(at, "0123456789abcdef"), 16);
		memmove(at, at + 16, strlen(at + 16) + 1);
	}
	return noted;
}

static int
setup(void **state)
{
	static struct str checkout[] = { { "https://pay.example", 19 } };
	static const unsigned char seed[TOKEN_SEED_BYTES] = { 7 };
	char link[RELEASE_LINK], error[RELEASE_ERROR];
	struct manifest m;
	struct release *r;
	int site;

	(void)state;
	log_open("pennygate[test]");
	arena_init(&arena);
	config.url = config.origin = URL;
	config.serve_public = true;
	config.token_seconds = 12 * HOUR;
	config.events_rotate_days = 90;
	config.events_keep_days = 400;
	config.checkout_origins = (struct strs){ checkout, 1, 1 };
	front.config = &config;
	token_signer_from_seed(&signer, seed);
	site_manifest(&arena, &m);
	if (!site_folder(top) || !site_publish(top, "0000000000000001", &m))
		return -1;
	site = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = release_link(site, link) ? release_open(site, link, error) : NULL;
	close(site);
	views = views_new(&config);
	entitlements = entitlements_new();
	notebook = notebook_new(take_notes, NULL);
	notes = notebook ? notes_new(notebook) : NULL;
	if (!notes)
		return -1;
	if (!r || !views || !entitlements || views_get(views))
		return -1;
	views_release(views, r);
	say_hello(NULL, 0);
	return view ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	answer_clear(&answer);
	entitlements_free(entitlements);
	notebook_free(notebook);
	view_unref(view);
	views_free(views);
	arena_clear(&arena);
	return file_remove_tree(AT_FDCWD, top) ? 0 : -1;
}

struct ask_for {
	const char *method, *target;
	struct str token, reader, body;
	const char *headers; /* "Name: value|..." */
};

static void
run(struct ask_for in)
{
	struct str rest = str_from(in.headers), line;

	request_begin(&request);
	request_target(&request, str_from(in.target), STR_NONE);
	request_method(&request, str_from(in.method ? in.method : "GET"));
	request_header(&request, STR("Host"), STR("h"));
	while (rest.len && str_split(&rest, '|', &line)) {
		size_t colon = str_find(line, ':');

		request_header(&request, str_sub(line, 0, colon),
		    str_from_at(line, colon + 1));
	}
	request_headers_end(&request, false);
	if (in.token.len)
		request.token = in.token;
	if (in.reader.len)
		request.reader = in.reader;
	request.body = in.body;
	answer_clear(&answer);
	answer_init(&answer);
	visit = (struct visit){ .front = &front,
		.view = view,
		.request = &request,
		.answer = &answer,
		.arena = &arena,
		.entitlements = entitlements,
		.notes = notes,
		.address = STR("192.0.2.1"),
		.now = NOW };
	route_run(&visit);
}

#define RUN(...) run((struct ask_for){ __VA_ARGS__ })

/* The till answers, or (NULL) is away. */
static void
reply(const struct message *m)
{
	visit_then *then = visit.then;

	assert_non_null(then);
	visit.then = NULL;
	then(&visit, m);
	assert_null(visit.then);
}

static bool
body_has(const char *text)
{
	struct str body = buf_str(&answer.text);

	return answer.body == BODY_TEXT &&
	    str_search(body, str_from(text)) < body.len;
}

static bool
serves(const char *path)
{
	return answer.body == BODY_FILE &&
	    str_eq_z(answer.file->about->path, path);
}

static struct str
header(const char *name, size_t nth)
{
	for (size_t i = 0; i < answer.count; i++) {
		if (!strcmp(answer.headers[i].name, name) && !nth--)
			return answer.headers[i].value;
	}
	return STR_NONE;
}

static void
rights_come_before_everything(void **state)
{
	struct str mine = mint("a", NOW - 60, 12 * HOUR);
	struct str other = mint("b", NOW - 10, 12 * HOUR);
	struct str old = mint("a", NOW - 13 * HOUR, 12 * HOUR);

	(void)state;
	RUN(.target = "/m/a/one/", .token = mine);
	assert_int_equal(answer.status, 200);
	assert_true(serves("members/a/one/index.html"));
	assert_int_equal(answer.cache, CACHE_MEMBER);
	RUN(.target = "/m/a/one/", .token = other);
	assert_int_equal(answer.status, 402);
	assert_true(body_has("PAYWALL Loops a=\xe2\x82\xac"
			     "39.00 KNOWN"));
	RUN(.target = "/m/a/one/", .token = old, .headers = "Range: bytes=0-1");
	assert_int_equal(answer.status, 402);
	assert_null(answer.file);
	RUN(.target = "/m/a/one/", .headers = "If-None-Match: *");
	assert_int_equal(answer.status, 402);
	assert_false(body_has("KNOWN"));
	RUN(.target = "/m/a/free/", .token = other);
	assert_true(serves("members/a/free/index.html"));
	RUN(.target = "/m/a/none/", .token = mine);
	assert_int_equal(answer.status, 404);
	RUN(.target = "/m/a/moved/");
	assert_int_equal(answer.status, 301);
	assert_true(str_eq_z(header("Location", 0), "/m/a/one/"));
}

static void
tokens_of_before_are_none(void **state)
{
	struct str token = mint("a", NOW - 60, 12 * HOUR);

	(void)state;
	RUN(.target = "/m/a/one/", .token = token);
	assert_int_equal(answer.status, 200);
	not_before = NOW - 59;
	say_hello(NULL, 0);
	RUN(.target = "/m/a/one/", .token = token);
	assert_int_equal(answer.status, 402);
	assert_false(body_has("KNOWN"));
	RUN(.target = "/m/a/one/", .token = token, .reader = STR(READER));
	assert_int_equal(visit.question.type, MESSAGE_RENEW);
	RUN(.target = "/m/a/one/", .token = mint("a", NOW - 59, HOUR));
	assert_int_equal(answer.status, 200);
	not_before = 0;
	say_hello(NULL, 0);
}

static void
revoked_tokens_are_none(void **state)
{
	struct str token = mint("a", NOW - 60, 12 * HOUR);
	const struct token_claims *claims;
	struct str jti;

	(void)state;
	claims = entitlement_of(entitlements, view, token, NOW);
	assert_non_null(claims);
	assert_ptr_equal(
	    claims, entitlement_of(entitlements, view, token, NOW));
	jti = arena_str(&arena, str_from(claims->jti));
	say_hello(&jti, 1);
	assert_null(entitlement_of(entitlements, view, token, NOW));
	RUN(.target = "/m/a/one/", .token = token);
	assert_int_equal(answer.status, 402);
	say_hello(NULL, 0);
	assert_non_null(entitlement_of(entitlements, view, token, NOW));
	/* A remembered token still expires. */
	assert_null(entitlement_of(entitlements, view, token, NOW + 12 * HOUR));
}

static void
many_tokens_are_remembered_within_bounds(void **state)
{
	struct str first = mint("a", NOW - 60, 12 * HOUR);

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct str t = mint("a", NOW - 60, 12 * HOUR);

		assert_non_null(entitlement_of(entitlements, view, t, NOW));
		assert_non_null(entitlement_of(entitlements, view, t, NOW));
	}
	assert_non_null(entitlement_of(entitlements, view, first, NOW));
	assert_null(entitlement_of(
	    entitlements, view, str_sub(first, 0, first.len - 1), NOW));
}

static void
no_token_but_a_reader_asks_the_till(void **state)
{
	struct message m = { .type = MESSAGE_RENEW_DONE };

	(void)state;
	RUN(.target = "/m/a/one/", .reader = STR(READER));
	assert_int_equal(visit.question.type, MESSAGE_RENEW);
	assert_true(str_eq_z(visit.question.u.renew.reader, READER));
	m.u.renew_done.token = mint("a", NOW, 12 * HOUR);
	reply(&m);
	assert_int_equal(answer.status, 200);
	assert_true(serves("members/a/one/index.html"));
	assert_true(
	    str_starts(header("Set-Cookie", 0), STR("__Host-pennypress=ey")));
	assert_true(str_ends(header("Set-Cookie", 0),
	    STR("; Max-Age=43200; Path=/; Secure; HttpOnly; SameSite=Lax")));

	RUN(.target = "/m/a/one/", .reader = STR(READER));
	m.u.renew_done.token = STR_NONE;
	reply(&m);
	assert_int_equal(answer.status, 402);
	assert_int_equal(answer.count, 0);

	/* We do not know, so we do not say that nothing was bought. */
	RUN(.target = "/m/a/one/", .reader = STR(READER));
	reply(NULL);
	assert_int_equal(answer.status, 503);
	assert_true(header("Retry-After", 0).len > 0);

	RUN(.target = "/m/a/one/", .reader = STR(READER));
	m.u.renew_done.token = STR("forged");
	reply(&m);
	assert_int_equal(answer.status, 402);
	assert_int_equal(header("Set-Cookie", 0).len, 0);
}

static void
a_token_past_half_its_life_is_renewed(void **state)
{
	struct str old = mint("a", NOW - 7 * HOUR, 12 * HOUR);
	struct message m = { .type = MESSAGE_RENEW_DONE };

	(void)state;
	RUN(.target = "/m/a/one/", .token = old);
	assert_null(visit.then); /* without the reader cookie: as it is */
	assert_int_equal(answer.status, 200);
	RUN(.target = "/m/a/one/", .token = old, .reader = STR(READER));
	assert_int_equal(visit.deadline_ms, VISIT_COURTESY);
	m.u.renew_done.token = mint("a", NOW, 12 * HOUR);
	reply(&m);
	assert_int_equal(answer.status, 200);
	assert_true(header("Set-Cookie", 0).len > 0);
	/* The page does not depend on it. */
	RUN(.target = "/m/a/one/", .token = old, .reader = STR(READER));
	reply(NULL);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.count, 0);
}

static void
a_token_without_the_product_asks_once_in_a_while(void **state)
{
	struct message m = { .type = MESSAGE_RENEW_DONE };

	(void)state;
	RUN(.target = "/m/a/one/", .token = mint("b", NOW - HOUR, 12 * HOUR),
	    .reader = STR(READER));
	assert_non_null(visit.then);
	m.u.renew_done.token = mint("b", NOW, 12 * HOUR);
	reply(&m);
	assert_int_equal(answer.status, 402);
	assert_true(body_has("KNOWN"));
	RUN(.target = "/m/a/one/", .token = mint("b", NOW - 5, 12 * HOUR),
	    .reader = STR(READER));
	assert_null(visit.then);
	assert_int_equal(answer.status, 402);
}

#define FORM "Content-Type: application/x-www-form-urlencoded"

static void
checkout_replies(void **state)
{
	static const struct {
		int line;
		enum checkout_result result;
		const char *url;
		unsigned status;
		const char *text;
	} rows[] = {
		{ __LINE__, CHECKOUT_REDIRECT, "https://pay.example/c/1", 303,
		    NULL },
		{ __LINE__, CHECKOUT_OWNED, "/m/a/one/", 303, NULL },
		{ __LINE__, CHECKOUT_REDIRECT, "//evil.example", 502,
		    "REFUSED" },
		{ __LINE__, CHECKOUT_REDIRECT, "javascript:x", 502, "REFUSED" },
		{ __LINE__, CHECKOUT_UNKNOWN_OFFER, "", 404, "ERROR 404" },
		{ __LINE__, CHECKOUT_TOO_MANY, "", 429, "ERROR 429" },
		{ __LINE__, CHECKOUT_REFUSED, "", 502, "REFUSED /m/a/one/" },
		{ __LINE__, CHECKOUT_UNAVAILABLE, "", 503,
		    "UNAVAILABLE /m/a/one/" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct message m = { .type = MESSAGE_CHECKOUT_DONE };

		RUN(.method = "POST", .target = "/checkout", .headers = FORM,
		    .body = STR("offer=a&page=%2Fm%2Fa%2Fone%2F&lang=zh-CN"));
		assert_int_equal(visit.question.type, MESSAGE_CHECKOUT);
		assert_true(str_eq_z(visit.question.u.checkout.offer, "a"));
		assert_true(
		    str_eq_z(visit.question.u.checkout.page, "/m/a/one/"));
		assert_true(str_eq_z(visit.question.u.checkout.lang, "zh"));
		assert_true(
		    str_eq_z(visit.question.u.checkout.address, "192.0.2.1"));
		m.u.checkout_done.result = rows[i].result;
		m.u.checkout_done.url = str_from(rows[i].url);
		reply(&m);
		if (answer.status != rows[i].status ||
		    (rows[i].text
			    ? !body_has(rows[i].text)
			    : !str_eq_z(header("Location", 0), rows[i].url)))
			fail_msg("line %d: %u %.*s", rows[i].line,
			    answer.status, STR_ARG(buf_str(&answer.text)));
	}
	RUN(.method = "POST", .target = "/checkout", .headers = FORM,
	    .body = STR("offer=a"));
	reply(NULL);
	assert_int_equal(answer.status, 503);
	assert_true(body_has("UNAVAILABLE /a/"));
}

static void
strange_pages_of_forms_are_dropped(void **state)
{
	static const char *const pages[] = { "https://evil.example/",
		"//evil.example", "/m/../x", "/m/a/none/", "/a/", "/m/%00" };

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		struct str body =
		    arena_printf(&arena, "offer=a&page=%s", pages[i]);

		RUN(.method = "POST", .target = "/checkout", .headers = FORM,
		    .body = body);
		if (visit.then)
			assert_int_equal(visit.question.u.checkout.page.len, 0);
		else
			assert_int_equal(answer.status, 400);
	}
}

static void
return_replies(void **state)
{
	static const struct {
		int line;
		enum return_result result;
		unsigned status;
		const char *text;
		bool cookies;
	} rows[] = {
		{ __LINE__, RETURN_PAID, 200, "PAID /m/a/one/ \xe2\x82\xac",
		    true },
		{ __LINE__, RETURN_ARRIVING, 200, "ARRIVING", false },
		{ __LINE__, RETURN_FAILED, 200, "FAILED /a/", false },
		{ __LINE__, RETURN_EXPIRED, 200, "EXPIRED", false },
		{ __LINE__, RETURN_UNKNOWN, 404, "UNKNOWN", false },
		{ __LINE__, RETURN_UNAVAILABLE, 503, "ARRIVING", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct message m = { .type = MESSAGE_RETURN_DONE };
		bool open = rows[i].result == RETURN_ARRIVING ||
		    rows[i].result == RETURN_UNAVAILABLE;

		RUN(.target = "/checkout/return?session_id=cs_1&again=1");
		assert_int_equal(visit.question.type, MESSAGE_RETURN);
		assert_true(str_eq_z(visit.question.u.back.session, "cs_1"));
		m.u.back_done = (struct message_return_done){
			.result = rows[i].result,
			.token = STR("a.b.c"),
			.reader = STR(READER),
			.order = STR("o1"),
			.offer = STR("a"),
			.lang = STR("en"),
			.amount = 3900,
			.currency = STR("EUR"),
			.page = STR("/m/a/one/"),
		};
		reply(&m);
		if (answer.status != rows[i].status ||
		    !body_has(rows[i].text) || answer.cache != CACHE_NEVER ||
		    (header("Set-Cookie", 1).len > 0) != rows[i].cookies)
			fail_msg("line %d: %u %.*s", rows[i].line,
			    answer.status, STR_ARG(buf_str(&answer.text)));
		row_str(rows[i].line, header("Refresh", 0),
		    open ? "6; url=/checkout/return?session_id=cs_1&again=2"
			 : "");
	}
	RUN(.target = "/checkout/return?session_id=cs_1");
	reply(NULL);
	assert_int_equal(answer.status, 503);
	RUN(.target = "/checkout/return?session_id=a/b");
	assert_null(visit.then);
	assert_int_equal(answer.status, 400);
}

#define SESSION "cs_test_a1B2"
/* First digits of the BLAKE2b hash of SESSION, as b2sum has them. */
#define SESSION_HASH "365f6d535ff36dc74bd7240add544bf9"
#define OTHER_HASH "0123456789abcdef0123456789abcdef"
#define CHECKOUT_COOKIE "Cookie: __Host-pennypress-checkout="

static void
a_checkout_is_remembered(void **state)
{
	static const struct {
		int line;
		const char *headers, *value;
	} rows[] = {
		{ __LINE__, FORM, SESSION_HASH },
		{ __LINE__, FORM "|" CHECKOUT_COOKIE OTHER_HASH,
		    SESSION_HASH "." OTHER_HASH },
		{ __LINE__,
		    FORM "|" CHECKOUT_COOKIE OTHER_HASH "." SESSION_HASH
			 "." OTHER_HASH "." OTHER_HASH,
		    SESSION_HASH "." OTHER_HASH "." OTHER_HASH "." OTHER_HASH },
		{ __LINE__,
		    FORM "|" CHECKOUT_COOKIE OTHER_HASH "." OTHER_HASH
			 "." OTHER_HASH "." OTHER_HASH,
		    SESSION_HASH "." OTHER_HASH "." OTHER_HASH "." OTHER_HASH },
		{ __LINE__, FORM "|" CHECKOUT_COOKIE "x;y", SESSION_HASH },
	};
	struct message m = { .type = MESSAGE_CHECKOUT_DONE };

	(void)state;
	m.u.checkout_done.url = STR("https://pay.example/c/1");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str want = arena_printf(&arena,
		    "__Host-pennypress-checkout=%s; Max-Age=86400; Path=/; "
		    "Secure; HttpOnly; SameSite=Lax",
		    rows[i].value);

		RUN(.method = "POST", .target = "/checkout",
		    .headers = rows[i].headers, .body = STR("offer=a"));
		m.u.checkout_done.session = STR(SESSION);
		reply(&m);
		row_str(rows[i].line, header("Set-Cookie", 0), want.ptr);
	}
	RUN(.method = "POST", .target = "/checkout", .headers = FORM,
	    .body = STR("offer=a"));
	m.u.checkout_done.session = STR("a b");
	reply(&m);
	assert_int_equal(answer.status, 303);
	assert_int_equal(header("Set-Cookie", 0).len, 0);
}

/* Signing somebody in by a link would be signing in whoever is sent it. */
static void
only_who_ordered_or_confirms_is_signed_in(void **state)
{
	static const struct {
		int line;
		const char *method, *headers;
		int64_t claim;
		unsigned status; /* 0: the till is asked */
	} rows[] = {
		{ __LINE__, "GET", "", 0, 0 },
		{ __LINE__, "GET", CHECKOUT_COOKIE SESSION_HASH, 1, 0 },
		{ __LINE__, "GET", CHECKOUT_COOKIE OTHER_HASH "." SESSION_HASH,
		    1, 0 },
		{ __LINE__, "GET", CHECKOUT_COOKIE OTHER_HASH, 0, 0 },
		{ __LINE__, "GET", CHECKOUT_COOKIE SESSION_HASH ".", 0, 0 },
		{ __LINE__, "GET", CHECKOUT_COOKIE "." SESSION_HASH, 0, 0 },
		{ __LINE__, "POST", FORM, 1, 0 },
		{ __LINE__, "POST", FORM "|Origin: http://127.0.0.1:8080", 1,
		    0 },
		{ __LINE__, "POST", FORM "|Origin: https://evil.example", 0,
		    403 },
		{ __LINE__, "POST", FORM "|Sec-Fetch-Site: cross-site", 0,
		    403 },
		{ __LINE__, "POST", "", 0, 415 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool post = !strcmp(rows[i].method, "POST");

		RUN(.method = rows[i].method,
		    .target = post ? "/checkout/return"
				   : "/checkout/return?session_id=" SESSION,
		    .headers = rows[i].headers,
		    .body = post ? STR("session_id=" SESSION) : STR_NONE);
		if (rows[i].status) {
			ROW_TRUE(rows[i].line, !visit.then);
			ROW_TRUE(rows[i].line, answer.status == rows[i].status);
			continue;
		}
		ROW_TRUE(rows[i].line, visit.then != NULL);
		row_str(rows[i].line, visit.question.u.back.session, SESSION);
		ROW_TRUE(
		    rows[i].line, visit.question.u.back.claim == rows[i].claim);
	}
	RUN(.method = "POST", .target = "/checkout/return", .headers = FORM,
	    .body = STR("session_id=a%2Fb"));
	assert_int_equal(answer.status, 400);
	RUN(.method = "PUT", .target = "/checkout/return");
	assert_true(str_eq_z(header("Allow", 0), "GET, HEAD, POST"));
}

static void
who_did_not_order_is_asked(void **state)
{
	struct message m = { .type = MESSAGE_RETURN_DONE };

	(void)state;
	m.u.back_done.result = RETURN_PAID;
	m.u.back_done.offer = STR("a");
	RUN(.target = "/checkout/return?session_id=" SESSION);
	reply(&m);
	assert_int_equal(answer.status, 200);
	assert_true(body_has("CONFIRM /checkout/return " SESSION));
	assert_false(body_has("PAID"));
	/* It may have been bought by who is signed in: the till says so. */
	RUN(.target = "/checkout/return?session_id=" SESSION);
	m.u.back_done.token = STR("a.b.c");
	reply(&m);
	assert_true(body_has("PAID"));
	/* Too late for a token, but it is theirs. */
	RUN(.target = "/checkout/return?session_id=" SESSION,
	    .headers = CHECKOUT_COOKIE SESSION_HASH);
	m.u.back_done.token = STR_NONE;
	reply(&m);
	assert_true(body_has("PAID"));
	/* Confirmed before the payment arrived: that is remembered. */
	RUN(.method = "POST", .target = "/checkout/return", .headers = FORM,
	    .body = STR("session_id=" SESSION));
	m.u.back_done.result = RETURN_ARRIVING;
	reply(&m);
	assert_true(body_has("ARRIVING"));
	assert_true(str_starts(header("Set-Cookie", 0),
	    STR("__Host-pennypress-checkout=" SESSION_HASH ";")));
	row_str(__LINE__, header("Refresh", 0),
	    "3; url=/checkout/return?session_id=" SESSION "&again=1");
}

static void
webhook_replies(void **state)
{
	static const struct {
		enum webhook_result result;
		unsigned status;
	} rows[] = { { WEBHOOK_STORED, 200 }, { WEBHOOK_FORGED, 400 },
		{ WEBHOOK_MALFORMED, 400 }, { WEBHOOK_UNAVAILABLE, 503 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct message m = { .type = MESSAGE_WEBHOOK_DONE };

		RUN(.method = "POST", .target = "/webhooks/stripe",
		    .headers = "Stripe-Signature: t=1,v1=ab",
		    .body = STR("{\"id\":\"\\u0000\"}"));
		assert_true(str_eq_z(
		    visit.question.u.webhook.body, "{\"id\":\"\\u0000\"}"));
		assert_true(
		    str_eq_z(visit.question.u.webhook.signature, "t=1,v1=ab"));
		m.u.webhook_done.result = rows[i].result;
		reply(&m);
		assert_int_equal(answer.status, rows[i].status);
	}
	RUN(.method = "POST", .target = "/webhooks/stripe", .body = STR("{}"));
	assert_null(visit.then);
	assert_int_equal(answer.status, 400);
	RUN(.method = "POST", .target = "/webhooks/stripe",
	    .headers = "Stripe-Signature: t=1");
	reply(NULL);
	assert_int_equal(answer.status, 503);
}

static void
accounts(void **state)
{
	struct message m = { .type = MESSAGE_RENEW_DONE };

	(void)state;
	RUN(.target = "/account", .token = mint("a", NOW - 60, HOUR));
	assert_true(body_has("ACCOUNT IN [Course A|/a/|]"));
	RUN(.target = "/account");
	assert_true(body_has("ACCOUNT"));
	assert_false(body_has("IN"));
	RUN(.target = "/account", .reader = STR(READER));
	m.u.renew_done.token = mint("a", NOW, HOUR);
	reply(&m);
	assert_true(body_has("[Course A"));
	assert_true(header("Set-Cookie", 0).len > 0);
	RUN(.method = "POST", .target = "/account/sign-out",
	    .reader = STR(READER));
	assert_int_equal(visit.question.type, MESSAGE_SIGN_OUT);
	reply(NULL);
	assert_int_equal(answer.status, 303);
	assert_true(str_starts(header("Set-Cookie", 1),
	    STR("__Host-pennypress-reader=; Max-Age=0")));
	RUN(.method = "POST", .target = "/account/sign-out",
	    .headers = "Origin: https://evil.example", .reader = STR(READER));
	assert_null(visit.then);
	assert_int_equal(answer.status, 403);
}

#define LIST_OF_A                                                              \
	" LIST (Title b|/b/|Title a|) (Title c|/c/|Title a|)"                  \
	" (Title d|/d/|Title a|) (Title e|/e/|Title a|zh)"

static void
a_course_ends_with_the_readers_list(void **state)
{
	struct str mine = mint("a", NOW - 60, 12 * HOUR);
	struct str other = mint("b", NOW - 60, 12 * HOUR), headers;
	char etag[ANSWER_ETAG];

	(void)state;
	RUN(.target = "/m/a/end/", .token = mine,
	    .headers = "Accept-Encoding: gzip|Range: bytes=0-3");
	assert_int_equal(answer.status, 200);
	assert_true(str_eq_z(
	    buf_str(&answer.text), SITE_END_BEFORE LIST_OF_A SITE_END_AFTER));
	assert_int_equal(answer.body, BODY_TEXT);
	assert_int_equal(answer.cache, CACHE_MEMBER);
	assert_true(str_eq_z(answer.type, SITE_HTML));
	assert_true(answer.varies);
	assert_null(answer.file);
	memcpy(etag, answer.etag, sizeof(etag));
	headers = arena_printf(&arena, "If-None-Match: \"x\", W/%s", etag);
	RUN(.target = "/m/a/end/", .token = mine, .headers = headers.ptr);
	assert_int_equal(answer.status, 304);
	assert_string_equal(answer.etag, etag);
	RUN(.method = "HEAD", .target = "/m/a/end/", .token = mine);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.etag, etag);
	/* The right comes first, here as everywhere. */
	RUN(.target = "/m/a/end/", .token = other, .headers = headers.ptr);
	assert_int_equal(answer.status, 402);
	assert_false(body_has("Title"));
	assert_int_equal(answer.etag[0], '\0');
}

/* With nothing to show, the file as it is. */
static void
without_a_list_the_file_is_served(void **state)
{
	struct message m = { .type = MESSAGE_RENEW_DONE };
	struct token_claims c = {
		.issued = NOW - 60, .expires = NOW + HOUR, .count = 5
	};
	struct buf token;

	(void)state;
	token_random_id(c.sub);
	token_random_id(c.jti);
	for (size_t i = 0; i < c.count; i++)
		snprintf(c.products[i].id, 2, "%c", (char)('a' + (int)i));
	buf_init(&token, LIMIT_TOKEN);
	assert_true(token_mint(&signer, URL, URL, &c, &token));
	RUN(.target = "/m/a/end/", .token = buf_str(&token),
	    .headers = "Accept-Encoding: gzip");
	assert_true(serves("members/a/end/index.html.gz"));
	RUN(.target = "/account", .token = buf_str(&token));
	assert_false(body_has("LIST"));
	buf_clear(&token);
	/* The list of a token that has just come. */
	RUN(.target = "/m/a/end/", .reader = STR(READER));
	m.u.renew_done.token = mint("a", NOW, 12 * HOUR);
	reply(&m);
	assert_true(body_has(LIST_OF_A));
	assert_true(header("Set-Cookie", 0).len > 0);
}

static void
the_account_has_the_list_and_the_choice(void **state)
{
	static const struct {
		int line;
		enum events_readers setting;
		bool signed_in;
		const char *headers, *text, *not ;
	} rows[] = {
		{ __LINE__, EVENTS_READERS_NO, true, "", LIST_OF_A, "READING" },
		{ __LINE__, EVENTS_READERS_ASK, true, "",
		    " READING OFF /account/reading 90 400", " ON" },
		{ __LINE__, EVENTS_READERS_YES, true, "", " READING ON",
		    " OFF" },
		{ __LINE__, EVENTS_READERS_ASK, true,
		    "Cookie: __Host-pennypress-reading=yes", "READING ON",
		    " OFF" },
		{ __LINE__, EVENTS_READERS_YES, true,
		    "Cookie: __Host-pennypress-reading=no", "READING OFF",
		    " ON" },
		{ __LINE__, EVENTS_READERS_YES, true,
		    "Cookie: __Host-pennypress-reading=maybe", "READING ON",
		    " OFF" },
		{ __LINE__, EVENTS_READERS_YES, true, "DNT: 1",
		    "READING OFF BROWSER", " ON" },
		{ __LINE__, EVENTS_READERS_YES, true, "Sec-GPC: 1",
		    "READING OFF BROWSER", " ON" },
		{ __LINE__, EVENTS_READERS_YES, true, "DNT: 0", "READING ON",
		    "BROWSER" },
		{ __LINE__, EVENTS_READERS_YES, false, "", "ACCOUNT",
		    "READING" },
		{ __LINE__, EVENTS_READERS_YES, false,
		    "Cookie: __Host-pennypress-reading=no", "READING OFF",
		    "LIST" },
	};
	struct str token = mint("a", NOW - 60, HOUR);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		config.events_readers = rows[i].setting;
		RUN(.target = "/account",
		    .token = rows[i].signed_in ? token : STR_NONE,
		    .headers = rows[i].headers);
		ROW_TRUE(rows[i].line, body_has(rows[i].text));
		ROW_TRUE(rows[i].line, !body_has(rows[i].not ));
	}
	config.events_readers = EVENTS_READERS_NO;
}

static void
the_choice_is_a_cookie(void **state)
{
	static const struct {
		int line;
		enum events_readers setting;
		const char *headers, *body;
		unsigned status;
		const char *cookie;
	} rows[] = {
		{ __LINE__, EVENTS_READERS_ASK, FORM, "reading=yes", 303,
		    "yes" },
		{ __LINE__, EVENTS_READERS_YES, FORM, "reading=no", 303, "no" },
		{ __LINE__, EVENTS_READERS_NO, FORM, "reading=no", 404, NULL },
		{ __LINE__, EVENTS_READERS_ASK, FORM, "reading=maybe", 400,
		    NULL },
		{ __LINE__, EVENTS_READERS_ASK, FORM, "", 400, NULL },
		{ __LINE__, EVENTS_READERS_ASK, "", "reading=yes", 415, NULL },
		{ __LINE__, EVENTS_READERS_ASK,
		    FORM "|Origin: https://evil.example", "reading=yes", 403,
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str want = rows[i].cookie
		    ? arena_printf(&arena,
			  "__Host-pennypress-reading=%s; Max-Age=34560000; "
			  "Path=/; Secure; HttpOnly; SameSite=Lax",
			  rows[i].cookie)
		    : STR("");

		config.events_readers = rows[i].setting;
		RUN(.method = "POST", .target = "/account/reading",
		    .headers = rows[i].headers, .body = str_from(rows[i].body));
		ROW_TRUE(rows[i].line, answer.status == rows[i].status);
		row_str(rows[i].line, header("Set-Cookie", 0), want.ptr);
		if (rows[i].cookie)
			row_str(
			    rows[i].line, header("Location", 0), "/account");
	}
	config.events_readers = EVENTS_READERS_NO;
}

static void
pages_of_readers_are_noted_with_consent(void **state)
{
	static const struct {
		int line;
		enum events_readers setting;
		const char *method, *target, *headers;
		const char *want; /* after the reader's name; NULL: nothing */
	} rows[] = {
		{ __LINE__, EVENTS_READERS_NO, "GET", "/m/a/one/", "", NULL },
		{ __LINE__, EVENTS_READERS_NO, "GET", "/m/a/one/",
		    "Cookie: __Host-pennypress-reading=yes", NULL },
		{ __LINE__, EVENTS_READERS_ASK, "GET", "/m/a/one/", "", NULL },
		{ __LINE__, EVENTS_READERS_ASK, "GET", "/m/a/one/",
		    "Cookie: __Host-pennypress-reading=yes",
		    " visit /a/one/\n" },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/", "",
		    " visit /a/one/\n" },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/end/", "",
		    " visit /a/end/\n" },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/",
		    "If-None-Match: *", " visit /a/one/\n" },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/",
		    "Cookie: __Host-pennypress-reading=no", NULL },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/", "DNT: 1",
		    NULL },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/",
		    "Sec-GPC: 1", NULL },
		{ __LINE__, EVENTS_READERS_YES, "HEAD", "/m/a/one/", "", NULL },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/",
		    "Sec-Purpose: prefetch;prerender", NULL },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/m/a/one/",
		    "Range: bytes=0-1", NULL },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/a/", "", NULL },
		{ __LINE__, EVENTS_READERS_YES, "GET", "/account", "", NULL },
	};
	struct str token = mint("a", NOW - 60, HOUR);
	const struct token_claims *claims =
	    entitlement_of(entitlements, view, token, NOW);
	struct str sub = arena_str(&arena, str_from(claims->sub));

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str want = rows[i].want
		    ? arena_printf(&arena, "%s%s", sub.ptr, rows[i].want)
		    : STR("");

		config.events_readers = rows[i].setting;
		RUN(.method = rows[i].method, .target = rows[i].target,
		    .headers = rows[i].headers, .token = token);
		row_str(rows[i].line, str_from(all_noted()), want.ptr);
	}
	/* No right, no visit. */
	RUN(.target = "/m/a/one/", .token = mint("b", NOW - 5, HOUR));
	assert_int_equal(answer.status, 402);
	row_str(__LINE__, str_from(all_noted()), "");
	config.events_readers = EVENTS_READERS_NO;
}

#define PLAIN "Content-Type: text/plain;charset=UTF-8"
#define OURS PLAIN "|Origin: http://127.0.0.1:8080"
#define SIXTEEN                                                                \
	"visit\t/a/\nvisit\t/a/\nvisit\t/a/\nvisit\t/a/\nvisit\t/a/\n"         \
	"visit\t/a/\nvisit\t/a/\nvisit\t/a/\nvisit\t/a/\nvisit\t/a/\n"         \
	"visit\t/a/\nvisit\t/a/\nvisit\t/a/\nvisit\t/a/\nvisit\t/a/\n"         \
	"visit\t/none/\n"

static void
reports(void **state)
{
	static const struct {
		int line;
		const char *headers, *body;
		unsigned status;
		const char *want;
	} rows[] = {
		{ __LINE__, OURS, "visit\t/a/\n", 204, "~ visit /a/\n" },
		{ __LINE__, OURS, "visit\t/a/", 204, "~ visit /a/\n" },
		{ __LINE__, OURS,
		    "visit\t/\nshown:related\t/m/a/one/\n"
		    "click:also\t/a/\ncomplete\t/m/a/end/\n",
		    204,
		    "~ visit /\n~ shown:related /a/one/\n"
		    "~ click:also /a/\n~ complete /a/end/\n" },
		/* The gateway notes visits of these by itself. */
		{ __LINE__, OURS, "visit\t/m/a/one/\n", 204, "" },
		/* No pages of the release. */
		{ __LINE__, OURS,
		    "visit\t/none/\nvisit\t/old/\nclick:next\t/a\n"
		    "visit\t/caf%C3%A9%201.txt\nvisit\t/release.json\n",
		    204, "" },
		{ __LINE__, OURS, "", 204, "" },
		{ __LINE__, OURS, SIXTEEN "visit\t/a/\n", 400, "" },
		{ __LINE__, OURS, "visit /a/\n", 400, "" },
		{ __LINE__, OURS, "visit\ta/\n", 400, "" },
		{ __LINE__, OURS, "visit\t/%zz/\n", 400, "" },
		{ __LINE__, OURS, "visit\t/%00/\n", 400, "" },
		{ __LINE__, OURS, "visit\t/%ff/\n", 400, "" },
		{ __LINE__, OURS, "purchase\t/a/\n", 400, "" },
		{ __LINE__, OURS, "shown:menu\t/a/\n", 400, "" },
		{ __LINE__, OURS, "visit\t/a/\n\nvisit\t/a/\n", 400, "" },
		{ __LINE__, OURS "|DNT: 1", "visit\t/a/\n", 204, "" },
		{ __LINE__, OURS "|Sec-GPC: 1", "visit\t/a/\n", 204, "" },
		{ __LINE__, OURS "|Cookie: __Host-pennypress-reading=no",
		    "visit\t/a/\n", 204, "" },
		/* Signed in, somewhere: not without consent, and not under
		 * another name. */
		{ __LINE__, OURS "|Cookie: __Host-pennypress=x", "visit\t/a/\n",
		    204, "" },
		{ __LINE__, OURS "|Cookie: __Host-pennypress-reader=" READER,
		    "visit\t/a/\n", 204, "" },
		{ __LINE__, PLAIN, "visit\t/a/\n", 403, "" },
		{ __LINE__, PLAIN "|Origin: https://evil.example",
		    "visit\t/a/\n", 403, "" },
		{ __LINE__, PLAIN "|Origin: null", "visit\t/a/\n", 403, "" },
		{ __LINE__,
		    "Origin: http://127.0.0.1:8080|Content-Type: "
		    "application/json",
		    "visit\t/a/\n", 400, "" },
	};

	(void)state;
	RUN(.method = "POST", .target = "/event", .headers = OURS,
	    .body = STR("visit\t/a/\n"));
	assert_int_equal(answer.status, 404);
	config.events_beacon = true;
	for (size_t i = 0; i < ROWS(rows); i++) {
		RUN(.method = "POST", .target = "/event",
		    .headers = rows[i].headers, .body = str_from(rows[i].body));
		ROW_TRUE(rows[i].line, answer.status == rows[i].status);
		ROW_TRUE(rows[i].line, answer.cache == CACHE_NEVER);
		ROW_TRUE(rows[i].line, header("Set-Cookie", 0).len == 0);
		row_str(rows[i].line, str_from(all_noted()), rows[i].want);
	}
	RUN(.method = "POST", .target = "/event", .headers = OURS,
	    .body = STR(SIXTEEN));
	assert_int_equal(answer.status, 204);
	assert_int_equal(strlen(all_noted()), 15 * strlen("~ visit /a/\n"));
	RUN(.method = "OPTIONS", .target = "/event");
	assert_int_equal(answer.status, 405);
	assert_int_equal(route_body_max(&request), 0);
	config.events_beacon = false;
}

static void
reports_of_readers_are_under_their_name(void **state)
{
	struct str token = mint("a", NOW - 60, HOUR), want;
	const struct token_claims *claims =
	    entitlement_of(entitlements, view, token, NOW);

	(void)state;
	want = arena_printf(&arena, "%s complete /a/one/\n", claims->sub);
	config.events_beacon = true;
	for (int yes = 0; yes <= 1; yes++) {
		config.events_readers =
		    yes ? EVENTS_READERS_YES : EVENTS_READERS_ASK;
		RUN(.method = "POST", .target = "/event", .headers = OURS,
		    .token = token, .body = STR("complete\t/m/a/one/\n"));
		assert_int_equal(answer.status, 204);
		row_str(__LINE__, str_from(all_noted()), yes ? want.ptr : "");
	}
	config.events_readers = EVENTS_READERS_NO;
	config.events_beacon = false;
}

static char all_headers[4096];

static void
collect(void *ctx, const char *name, const char *value)
{
	size_t len = strlen(all_headers);

	(void)ctx;
	snprintf(all_headers + len, sizeof(all_headers) - len, "%s: %s\n", name,
	    value);
}

static const char *
headers_of(bool https)
{
	all_headers[0] = '\0';
	answer_headers(&answer, view, https, collect, NULL);
	return all_headers;
}

static void
headers_follow_from_the_answer(void **state)
{
	struct str token = mint("a", NOW - 60, HOUR);

	(void)state;
	RUN(.target = "/m/a/one/", .token = token,
	    .headers = "Accept-Encoding: gzip");
	assert_non_null(strstr(headers_of(true), "Content-Encoding: gzip\n"));
	assert_non_null(strstr(all_headers, "Vary: Accept-Encoding\n"));
	assert_non_null(
	    strstr(all_headers, "Strict-Transport-Security: max-age="));
	assert_null(strstr(headers_of(false), "Strict-Transport"));
	RUN(.target = "/m/a/one/", .token = token,
	    .headers = "Range: bytes=2-4");
	assert_int_equal(answer.status, 206);
	assert_non_null(
	    strstr(headers_of(false), "Content-Range: bytes 2-4/18\n"));
	RUN(.target = "/assets/x.0123abcd.css");
	assert_non_null(strstr(headers_of(false), "immutable"));
	RUN(.target = "/assets/x.0123abcg.css");
	assert_int_equal(answer.status, 404);
	RUN(.target = "/caf%C3%A9%201.txt");
	assert_non_null(strstr(headers_of(false), "Cache-Control: no-cache\n"));
	/* A value that could break out of its line is left out. */
	answer_add(&answer, "X-Bad", STR("a\r\nSet-Cookie: x"));
	assert_null(strstr(headers_of(false), "X-Bad"));
}

static void
pages_may_load_from_the_site(void **state)
{
	(void)state;
	RUN(.target = "/");
	assert_non_null(strstr(
	    headers_of(false), "form-action 'self' https://pay.example; "));
	assert_non_null(strstr(all_headers, "style-src 'self'; "));
	assert_non_null(strstr(all_headers, "connect-src 'self'; "));
	assert_non_null(
	    strstr(all_headers, "Cross-Origin-Resource-Policy: same-origin\n"));
}

/* A static host's pages report to us; we may serve its pages too. */
static void
pages_may_report_to_the_gateway(void **state)
{
	(void)state;
	config.origin = config.url = STR("https://learn.example");
	for (int on = 0; on <= 1; on++) {
		config.events_beacon = on;
		say_hello(NULL, 0);
		RUN(.target = "/");
		assert_non_null(strstr(headers_of(true),
		    on ? "connect-src 'self' http://127.0.0.1:8080 "
			 "https://learn.example; "
		       : "connect-src 'self' http://127.0.0.1:8080; "));
	}
	/* Its script may see that it was heard. */
	RUN(.method = "POST", .target = "/event", .headers = OURS,
	    .body = STR("visit\t/a/\n"));
	assert_int_equal(answer.status, 204);
	assert_non_null(strstr(
	    headers_of(true), "Cross-Origin-Resource-Policy: cross-origin\n"));
	row_str(__LINE__, str_from(all_noted()), "~ visit /a/\n");
	config.events_beacon = false;
	config.origin = config.url = URL;
	say_hello(NULL, 0);
}

static void
what_is_not_served_here(void **state)
{
	(void)state;
	config.serve_public = false;
	RUN(.target = "/a/");
	assert_int_equal(answer.status, 404);
	RUN(.target = "/m/a/one");
	assert_int_equal(answer.status, 301);
	RUN(.target = "/m/a/one/", .token = mint("a", NOW - 60, HOUR));
	assert_int_equal(answer.status, 200);
	config.serve_public = true;
	RUN(.method = "POST", .target = "/a/");
	assert_int_equal(answer.status, 405);
	assert_true(str_eq_z(header("Allow", 0), "GET, HEAD"));
	RUN(.method = "PROPFIND", .target = "/a/");
	assert_int_equal(answer.status, 501);
	RUN(.target = "/../a/");
	assert_int_equal(answer.status, 400);
	assert_true(answer.close);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_come_before_everything),
		cmocka_unit_test(revoked_tokens_are_none),
		cmocka_unit_test(tokens_of_before_are_none),
		cmocka_unit_test(many_tokens_are_remembered_within_bounds),
		cmocka_unit_test(no_token_but_a_reader_asks_the_till),
		cmocka_unit_test(a_token_past_half_its_life_is_renewed),
		cmocka_unit_test(
		    a_token_without_the_product_asks_once_in_a_while),
		cmocka_unit_test(checkout_replies),
		cmocka_unit_test(strange_pages_of_forms_are_dropped),
		cmocka_unit_test(return_replies),
		cmocka_unit_test(a_checkout_is_remembered),
		cmocka_unit_test(only_who_ordered_or_confirms_is_signed_in),
		cmocka_unit_test(who_did_not_order_is_asked),
		cmocka_unit_test(webhook_replies),
		cmocka_unit_test(accounts),
		cmocka_unit_test(a_course_ends_with_the_readers_list),
		cmocka_unit_test(without_a_list_the_file_is_served),
		cmocka_unit_test(the_account_has_the_list_and_the_choice),
		cmocka_unit_test(the_choice_is_a_cookie),
		cmocka_unit_test(pages_of_readers_are_noted_with_consent),
		cmocka_unit_test(reports),
		cmocka_unit_test(reports_of_readers_are_under_their_name),
		cmocka_unit_test(headers_follow_from_the_answer),
		cmocka_unit_test(pages_may_load_from_the_site),
		cmocka_unit_test(pages_may_report_to_the_gateway),
		cmocka_unit_test(what_is_not_served_here),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
