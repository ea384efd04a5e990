#include "request.h"

#include "client.h"
#include "guard.h"
#include "query.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct request r;

static void
targets(void **state)
{
	static const struct {
		int line;
		const char *target, *base, *path, *query;
		unsigned refusal;
	} rows[] = {
		{ __LINE__, "/", "", "/", "", 0 },
		{ __LINE__, "/a/b/?c=d?e", "", "/a/b/", "c=d?e", 0 },
		{ __LINE__, "/%61%20b", "", "/a b", "", 0 },
		{ __LINE__, "/%252e%252e/", "", "/%2e%2e/", "", 0 },
		{ __LINE__, "/a%2Fb", "", "/a/b", "", 0 },
		{ __LINE__, "/%e4%b8%ad/", "", "/\xe4\xb8\xad/", "", 0 },
		{ __LINE__, "http://x/a", "", "/a", "", 0 },
		{ __LINE__, "HTTPS://x", "", "/", "", 0 },
		{ __LINE__, "/repo/a", "/repo", "/a", "", 0 },
		{ __LINE__, "/repo", "/repo", "/", "", 0 },
		{ __LINE__, "/repo?x", "/repo", "/", "x", 0 },
		{ __LINE__, "/repository", "/repo", NULL, "", 404 },
		{ __LINE__, "/a", "/repo", NULL, "", 404 },
		{ __LINE__, "", "", NULL, "", 400 },
		{ __LINE__, "*", "", NULL, "", 400 },
		{ __LINE__, "a", "", NULL, "", 400 },
		{ __LINE__, "//", "", NULL, "", 400 },
		{ __LINE__, "//a", "", NULL, "", 400 },
		{ __LINE__, "/a//b", "", NULL, "", 400 },
		{ __LINE__, "/a//", "", NULL, "", 400 },
		{ __LINE__, "/..", "", NULL, "", 400 },
		{ __LINE__, "/a/../b", "", NULL, "", 400 },
		{ __LINE__, "/a/%2e%2E/b", "", NULL, "", 400 },
		{ __LINE__, "/a/..%2fb", "", NULL, "", 400 },
		{ __LINE__, "/%5c", "", NULL, "", 400 },
		{ __LINE__, "/\\", "", NULL, "", 400 },
		{ __LINE__, "/%00", "", NULL, "", 400 },
		{ __LINE__, "/%", "", NULL, "", 400 },
		{ __LINE__, "/%g0", "", NULL, "", 400 },
		{ __LINE__, "/%c0%ae", "", NULL, "", 400 },
		{ __LINE__, "/\xc3\xa9", "", NULL, "", 400 },
		{ __LINE__, "/a b", "", NULL, "", 400 },
		{ __LINE__, "/#", "", NULL, "", 400 },
		{ __LINE__, "/%0d%0a", "", NULL, "", 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		request_begin(&r);
		request_target(
		    &r, str_from(rows[i].target), str_from(rows[i].base));
		if (r.refusal != rows[i].refusal ||
		    (rows[i].path &&
			(!str_eq_z(r.path, rows[i].path) ||
			    !str_eq_z(r.query, rows[i].query))))
			fail_msg("line %d: %s: %u '%.*s' '%.*s'", rows[i].line,
			    rows[i].target, r.refusal, STR_ARG(r.path),
			    STR_ARG(r.query));
	}
}

static void
longest_target_fits_exactly(void **state)
{
	static char text[LIMIT_REQUEST_TARGET + 2];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	for (size_t i = 200; i < sizeof(text); i += 200)
		text[i] = '/';
	request_begin(&r);
	request_target(&r, str_of(text, LIMIT_REQUEST_TARGET), STR_NONE);
	assert_int_equal(r.refusal, 0);
	assert_int_equal(r.path.len, LIMIT_REQUEST_TARGET);
	request_begin(&r);
	request_target(&r, str_of(text, LIMIT_REQUEST_TARGET + 1), STR_NONE);
	assert_int_equal(r.refusal, 414);
}

/* "Name: value|Name: value" */
static void
headers(const char *lines, bool http10)
{
	struct str rest = str_from(lines), line;

	request_begin(&r);
	while (str_split(&rest, '|', &line)) {
		size_t colon = str_find(line, ':');

		if (line.len)
			request_header(&r, str_sub(line, 0, colon),
			    str_from_at(line, colon + 1));
	}
	request_headers_end(&r, http10);
}

#define HOST "Host: h|"

static void
header_fields(void **state)
{
	static const struct {
		int line;
		const char *lines;
		unsigned refusal;
	} rows[] = {
		{ __LINE__, HOST, 0 },
		{ __LINE__, "", 400 },
		{ __LINE__, "Host: a|Host: a", 400 },
		{ __LINE__, "Host: a|hOST: b", 400 },
		{ __LINE__, "Host:", 400 },
		{ __LINE__, "Host: a b", 400 },
		{ __LINE__, "Host: a@b", 400 },
		{ __LINE__, "Host: [::1]:80", 0 },
		{ __LINE__, HOST "Content-Length: 0", 0 },
		{ __LINE__, HOST "Content-Length: -1", 400 },
		{ __LINE__, HOST "Content-Length: 1 2", 400 },
		{ __LINE__, HOST "Content-Length: 0x1", 400 },
		{ __LINE__, HOST "Content-Length: 99999999999999999999", 400 },
		{ __LINE__, HOST "Content-Length: 1|Content-Length: 1", 400 },
		{ __LINE__, HOST "Transfer-Encoding: chunked", 0 },
		{ __LINE__, HOST "Transfer-Encoding: Chunked", 0 },
		{ __LINE__, HOST "Transfer-Encoding: gzip, chunked", 400 },
		{ __LINE__, HOST "Transfer-Encoding: chunked|Content-Length: 1",
		    400 },
		{ __LINE__, HOST "Transfer-Encoding : chunked", 400 },
		{ __LINE__, HOST "X y: z", 400 },
		{ __LINE__, HOST ": z", 400 },
		{ __LINE__, HOST "X: a\x01", 400 },
		{ __LINE__, HOST "X: a\x7f", 400 },
		{ __LINE__, HOST "X: \xc3\xa9", 0 },
		{ __LINE__, HOST "Range: a|Range: b", 400 },
		{ __LINE__, HOST "X: a|X: b", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		headers(rows[i].lines, false);
		if (r.refusal != rows[i].refusal)
			fail_msg("line %d: %u", rows[i].line, r.refusal);
	}
	headers("", true);
	assert_int_equal(r.refusal, 0);
	headers("Transfer-Encoding: chunked", true);
	assert_int_equal(r.refusal, 400);
}

#define READER_43 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

static void
cookies(void **state)
{
	static const struct {
		int line;
		const char *lines, *token, *reader;
	} rows[] = {
		{ __LINE__, "Cookie: __Host-pennypress=a.b.c", "a.b.c", "" },
		{ __LINE__, "Cookie: x=y;  __Host-pennypress=t ; z", "t", "" },
		{ __LINE__, "Cookie: x=y|Cookie: __Host-pennypress=t", "t",
		    "" },
		{ __LINE__,
		    "Cookie: __Host-pennypress=t|Cookie: __Host-pennypress=u",
		    "t", "" },
		{ __LINE__, "Cookie: __host-pennypress=t", "", "" },
		{ __LINE__, "Cookie: a__Host-pennypress=t", "", "" },
		{ __LINE__, "Cookie: __Host-pennypress-reader=" READER_43, "",
		    READER_43 },
		{ __LINE__, "Cookie: __Host-pennypress-reader=short", "", "" },
		{ __LINE__, "Cookie: __Host-pennypress-reader=" READER_43 "x",
		    "", "" },
		{ __LINE__, "Cookie: ;;; =;", "", "" },
	};
	static char text[LIMIT_COOKIES + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		headers(rows[i].lines, true);
		if (r.refusal || !str_eq_z(r.token, rows[i].token) ||
		    !str_eq_z(r.reader, rows[i].reader))
			fail_msg("line %d: '%.*s' '%.*s'", rows[i].line,
			    STR_ARG(r.token), STR_ARG(r.reader));
	}
	memset(text, 'x', sizeof(text));
	request_begin(&r);
	request_header(&r, STR("Cookie"), str_of(text, LIMIT_COOKIES));
	assert_int_equal(r.refusal, 0);
	request_header(&r, STR("Cookie"), STR("a"));
	assert_int_equal(r.refusal, 431);
}

#define HASH_1 "0123456789abcdef0123456789abcdef"
#define HASH_2 "ffffffffffffffffffffffffffffffff"
#define CHECKOUT "Cookie: __Host-pennypress-checkout="

static void
checkouts_and_choices(void **state)
{
	static const struct {
		int line;
		const char *lines, *checkouts;
		enum reading reading;
		bool unfollowed;
	} rows[] = {
		{ __LINE__, CHECKOUT HASH_1, HASH_1, READING_UNSAID, false },
		{ __LINE__, CHECKOUT HASH_1 "." HASH_2, HASH_1 "." HASH_2,
		    READING_UNSAID, false },
		{ __LINE__,
		    CHECKOUT HASH_1 "." HASH_1 "." HASH_1 "." HASH_1 "." HASH_2,
		    "", READING_UNSAID, false },
		{ __LINE__, CHECKOUT HASH_1 ".", "", READING_UNSAID, false },
		{ __LINE__, CHECKOUT "." HASH_1, "", READING_UNSAID, false },
		{ __LINE__, CHECKOUT HASH_1 "a", "", READING_UNSAID, false },
		{ __LINE__, CHECKOUT HASH_1 "," HASH_2, "", READING_UNSAID,
		    false },
		{ __LINE__, CHECKOUT "0123456789ABCDEF0123456789abcdef", "",
		    READING_UNSAID, false },
		{ __LINE__, CHECKOUT, "", READING_UNSAID, false },
		{ __LINE__,
		    "Cookie: a=b; __Host-pennypress-reading=yes; "
		    "__Host-pennypress-reading=no",
		    "", READING_YES, false },
		{ __LINE__, "Cookie: __Host-pennypress-reading=no", "",
		    READING_NO, false },
		{ __LINE__, "Cookie: __Host-pennypress-reading=1", "",
		    READING_UNSAID, false },
		{ __LINE__, "Cookie: __Host-pennypress-readings=no", "",
		    READING_UNSAID, false },
		{ __LINE__, "DNT: 1", "", READING_UNSAID, true },
		{ __LINE__, "DNT: 1|DNT: 0", "", READING_UNSAID, true },
		{ __LINE__, "DNT: 0", "", READING_UNSAID, false },
		{ __LINE__, "Sec-GPC: 1", "", READING_UNSAID, true },
		{ __LINE__, "Sec-GPC: ?1", "", READING_UNSAID, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		headers(rows[i].lines, true);
		if (r.refusal || !str_eq_z(r.checkouts, rows[i].checkouts) ||
		    r.reading != rows[i].reading ||
		    r.unfollowed != rows[i].unfollowed)
			fail_msg("line %d: '%.*s' %d %d", rows[i].line,
			    STR_ARG(r.checkouts), (int)r.reading,
			    (int)r.unfollowed);
	}
	headers(CHECKOUT HASH_1 "." HASH_2, true);
	assert_true(request_began(&r, STR(HASH_1)));
	assert_true(request_began(&r, STR(HASH_2)));
	assert_false(request_began(&r, STR("0123456789abcdef")));
	assert_false(request_began(&r, STR_NONE));
	headers("", true);
	assert_false(request_began(&r, STR_NONE));
}

static void
where_forms_come_from(void **state)
{
	static const struct str own[] = { { "https://a.example", 17 },
		{ "https://b.example", 17 } };
	static const struct {
		int line;
		const char *lines;
		bool ours;
	} rows[] = {
		{ __LINE__, HOST, true },
		{ __LINE__, HOST "Origin: https://a.example", true },
		{ __LINE__, HOST "Origin: https://b.example", true },
		{ __LINE__, HOST "Origin: https://c.example", false },
		{ __LINE__, HOST "Origin: https://a.example.evil", false },
		{ __LINE__, HOST "Origin: http://a.example", false },
		{ __LINE__, HOST "Origin: null", false },
		{ __LINE__, HOST "Sec-Fetch-Site: same-origin", true },
		{ __LINE__, HOST "Sec-Fetch-Site: none", true },
		{ __LINE__, HOST "Sec-Fetch-Site: same-site", false },
		{ __LINE__, HOST "Sec-Fetch-Site: cross-site", false },
		{ __LINE__,
		    HOST "Origin: https://c.example|Sec-Fetch-Site: none",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		headers(rows[i].lines, false);
		if (request_is_from(&r, own, 2) != rows[i].ours)
			fail_msg("line %d", rows[i].line);
	}
}

/* As the library leaves a read buffer: line ends and separators are NUL. */
static unsigned
guarded(const char *bytes, size_t len, size_t name, size_t value)
{
	struct guard g;

	request_begin(&r);
	guard_begin(&g, &r, str_of(bytes, len), bytes + 4, 1, bytes + 6);
	guard_field(&g, str_from(bytes + name), str_from(bytes + value));
	guard_end(&g);
	return r.refusal;
}

static void
fields_must_stand_in_the_bytes(void **state)
{
	static const char good[] = "GET\0/\0HTTP/1.1\0\0Host\0 h\0\0\0";
	static const char nul[] = "GET\0/\0HTTP/1.1\0\0Host\0 h\0x\0\0\0";
	static const char cr[] = "GET\0/\0HTTP/1.1\0Host\0 h\0\0\0\0";
	static const char two[] = "GET\0 /\0HTTP/1.1\0\0Host\0 h\0\0\0";
	static const char elsewhere[] = "Host\0h";
	struct guard g;

	(void)state;
	assert_int_equal(guarded(good, sizeof(good), 16, 22), 0);
	assert_int_equal(guarded(nul, sizeof(nul), 16, 22), 400);
	assert_int_equal(guarded(cr, sizeof(cr), 15, 21), 400);
	request_begin(&r);
	guard_begin(&g, &r, str_of(two, sizeof(two)), two + 5, 1, two + 7);
	assert_int_equal(r.refusal, 400);
	request_begin(&r);
	guard_begin(&g, &r, str_of(good, sizeof(good)), good + 4, 1, good + 6);
	assert_false(
	    guard_field(&g, str_from(elsewhere), str_from(elsewhere + 5)));
	assert_int_equal(r.refusal, 400);
}

static void
queries(void **state)
{
	static const struct {
		int line;
		const char *text, *a; /* NULL: refused */
	} rows[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "a=1", "1" },
		{ __LINE__, "b=2&a=1+2%2b", "1 2+" },
		{ __LINE__, "a", "" },
		{ __LINE__, "&&a=x&", "x" },
		{ __LINE__, "a=b=c", "b=c" },
		{ __LINE__, "%61=x", "x" },
		{ __LINE__, "a=1&a=1", NULL },
		{ __LINE__, "a=1&%61=1", NULL },
		{ __LINE__, "a=%", NULL },
		{ __LINE__, "a=%00", NULL },
		{ __LINE__, "a=%0a", NULL },
		{ __LINE__, "a=%ff", NULL },
		{ __LINE__,
		    "1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17&18&19&20&21&22&"
		    "23&24&25&26&27&28&29&30&31&32&33",
		    NULL },
	};
	struct arena arena;
	struct query q;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool ok = query_read(&arena, str_from(rows[i].text), &q);

		if (ok != (rows[i].a != NULL) ||
		    (ok && !str_eq_z(query_get(&q, "a"), rows[i].a)))
			fail_msg("line %d", rows[i].line);
	}
	assert_true(query_is_type(
	    STR("Application/x-www-form-urlencoded; charset=utf-8")));
	assert_false(query_is_type(STR("multipart/form-data")));
	assert_false(query_is_type(STR_NONE));
	arena_clear(&arena);
}

static void
who_is_asking(void **state)
{
	static struct str listed[] = { { "192.0.2.1", 9 }, { "10.0.0.0/8", 10 },
		{ "2001:db8::/32", 13 } };
	static const struct strs proxies = { listed, 3, 3 }, none = { 0 };
	static const struct {
		int line;
		const char *address, *forwarded, *from;
	} rows[] = {
		{ __LINE__, "198.51.100.1", "1.2.3.4", "198.51.100.1" },
		{ __LINE__, "192.0.2.1", "1.2.3.4", "1.2.3.4" },
		{ __LINE__, "192.0.2.1", "9.9.9.9, 1.2.3.4", "1.2.3.4" },
		{ __LINE__, "192.0.2.1", "9.9.9.9, 1.2.3.4, 10.1.2.3",
		    "1.2.3.4" },
		{ __LINE__, "192.0.2.1", "1.2.3.4, rubbish", "192.0.2.1" },
		{ __LINE__, "192.0.2.1", "", "192.0.2.1" },
		{ __LINE__, "2001:db8::7", "2001:db9::1", "2001:db9::1" },
		{ __LINE__, "127.0.0.1", "1.2.3.4", "1.2.3.4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str s = client_origin(str_from(rows[i].address),
		    str_from(rows[i].forwarded), &proxies);

		if (!str_eq_z(s, rows[i].from))
			fail_msg("line %d: %.*s", rows[i].line, STR_ARG(s));
	}
	/* Nobody is trusted unless somebody is named. */
	assert_true(
	    str_eq_z(client_origin(STR("127.0.0.1"), STR("1.2.3.4"), &none),
		"127.0.0.1"));
	assert_true(client_is_trusted(STR("127.9.9.9"), &none));
	assert_true(client_is_trusted(STR("::1"), &none));
	assert_false(client_is_trusted(STR("11.0.0.1"), &proxies));
	assert_false(client_is_trusted(STR("2001:db9::"), &proxies));
}

static void
addresses_are_counted(void **state)
{
	static struct client_counts counts;
	struct sockaddr_in a = { .sin_family = AF_INET }, b = a;
	struct sockaddr_in6 c = { .sin6_family = AF_INET6 }, d = c;
	char text[CLIENT_TEXT];

	(void)state;
	client_counts_init(&counts);
	inet_pton(AF_INET, "192.0.2.1", &a.sin_addr);
	inet_pton(AF_INET, "192.0.2.2", &b.sin_addr);
	inet_pton(AF_INET6, "2001:db8::1", &c.sin6_addr);
	inet_pton(AF_INET6, "2001:db8::2", &d.sin6_addr);
	atomic_fetch_add(client_count(&counts, (struct sockaddr *)&a), 1);
	b.sin_port = htons(5);
	/* Another port is the same client; the keyed hash may, rarely, put two
	 * addresses together, so only the same one is compared. */
	a.sin_port = htons(7);
	assert_int_equal(
	    atomic_load(client_count(&counts, (struct sockaddr *)&a)), 1);
	assert_ptr_equal(client_count(&counts, (struct sockaddr *)&c),
	    client_count(&counts, (struct sockaddr *)&d));
	client_text((struct sockaddr *)&b, text);
	assert_string_equal(text, "192.0.2.2");
	inet_pton(AF_INET6, "::ffff:192.0.2.9", &c.sin6_addr);
	client_text((struct sockaddr *)&c, text);
	assert_string_equal(text, "192.0.2.9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets),
		cmocka_unit_test(longest_target_fits_exactly),
		cmocka_unit_test(header_fields),
		cmocka_unit_test(cookies),
		cmocka_unit_test(checkouts_and_choices),
		cmocka_unit_test(where_forms_come_from),
		cmocka_unit_test(fields_must_stand_in_the_bytes),
		cmocka_unit_test(queries),
		cmocka_unit_test(who_is_asking),
		cmocka_unit_test(addresses_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
