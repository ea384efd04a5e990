#include "row.h"

#include "crypto.h"
#include "signature.h"

#include <stdlib.h>
#include <string.h>

enum { NOW = 1800000000 };

#define BODY STR("{\"id\":\"evt_1\"}")

/* The v1 of BODY at `time` under `secret`. */
static const char *
sign(const char *secret, int64_t time)
{
	static char hex[4][2 * CRYPTO_DIGEST + 1];
	static unsigned turn;
	unsigned char digest[CRYPTO_DIGEST];
	char stamp[32], *out = hex[turn++ % 4];
	struct str parts[3] = { STR_NONE, STR("."), BODY };

	snprintf(stamp, sizeof stamp, "%lld", (long long)time);
	parts[0] = str_from(stamp);
	crypto_hmac_sha256(str_from(secret), parts, 3, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
	return out;
}

static bool
good(const char *header, struct str body)
{
	static const struct str secrets[] = { { "whsec_old", 9 }, { "", 0 },
		{ "whsec_new", 9 } };

	return signature_good(str_from(header), body, secrets, 3, NOW);
}

/* RFC 4231, test case 2. */
static void
the_digest_is_that_of_the_rfc(void **state)
{
	const struct str part = STR("what do ya want for nothing?");
	unsigned char digest[CRYPTO_DIGEST];

	(void)state;
	crypto_hmac_sha256(STR("Jefe"), &part, 1, digest);
	assert_int_equal(digest[0], 0x5b);
	assert_int_equal(digest[1], 0xdc);
	assert_int_equal(digest[31], 0x43);
}

/* %s is the right v1, %S that of another secret. */
static const struct {
	int line;
	const char *before, *after;
	int64_t time;
	bool want;
} rows[] = {
	{ __LINE__, "t=T,v1=", "", NOW, true },
	{ __LINE__, "t=T,v1=", "", NOW - 300, true },
	{ __LINE__, "t=T,v1=", "", NOW - 301, false },
	{ __LINE__, "t=T,v1=", "", NOW + 300, true },
	{ __LINE__, "t=T,v1=", "", NOW + 301, false },
	{ __LINE__, "t=T,v0=", "", NOW, false },
	{ __LINE__, "t=T, v1=", "", NOW, false },
	{ __LINE__, "v1=", "", NOW, false },
	{ __LINE__, "t=T,t=T,v1=", "", NOW, false },
	{ __LINE__, "t=T,v0=beef,v1=", "", NOW, true },
	{ __LINE__, "t=T,v1=beef,v1=", "", NOW, true },
	{ __LINE__, "t=T,v1=", ",v1=beef", NOW, true },
	{ __LINE__, "t=T,v1=", "0", NOW, false },
	{ __LINE__, "t=T,v1=", " ", NOW, false },
	{ __LINE__, "t=T,V1=", "", NOW, false },
	{ __LINE__, "t=0T,v1=", "", NOW, false },
	{ __LINE__, "t=+T,v1=", "", NOW, false },
	{ __LINE__, "", "", NOW, false },
};

static void
only_a_fresh_right_signature_passes(void **state)
{
	char header[1000], *t;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *before = rows[i].before;
		size_t used = 0;

		/* T becomes the time. */
		for (const char *p = before; *p; p++) {
			if (*p == 'T')
				used += (size_t)snprintf(header + used,
				    sizeof header - used, "%lld",
				    (long long)rows[i].time);
			else
				header[used++] = *p;
		}
		snprintf(header + used, sizeof header - used, "%s%s",
		    sign("whsec_new", rows[i].time), rows[i].after);
		ROW_TRUE(rows[i].line, good(header, BODY) == rows[i].want);
		if (!rows[i].want)
			continue;
		ROW_TRUE(rows[i].line, !good(header, STR("{}")));
		t = strstr(header, "v1=");
		t[3 + 10] = t[3 + 10] == 'a' ? 'b' : 'a';
		ROW_TRUE(rows[i].line,
		    !good(header, BODY) || strstr(header, "beef"));
	}
}

static void
any_secret_and_only_lower_case_counts(void **state)
{
	char header[1000];

	(void)state;
	snprintf(
	    header, sizeof header, "t=%d,v1=%s", NOW, sign("whsec_old", NOW));
	assert_true(good(header, BODY));
	for (char *c = header + 10; *c; c++)
		if (*c >= 'a' && *c <= 'f')
			*c = (char)(*c - 32);
	assert_false(good(header, BODY));
	snprintf(header, sizeof header, "t=%d,v1=%s", NOW, sign("", NOW));
	assert_false(good(header, BODY));
	snprintf(
	    header, sizeof header, "t=%d,v1=%s", NOW, sign("whsec_other", NOW));
	assert_false(good(header, BODY));
	assert_false(signature_good(str_from(header), BODY, NULL, 0, NOW));
}

static void
the_header_is_bounded(void **state)
{
	char header[4000];
	size_t used;

	(void)state;
	used = (size_t)snprintf(header, sizeof header, "t=%d", NOW);
	for (int i = 0; i < SIGNATURE_TRIES; i++)
		used += (size_t)snprintf(header + used, sizeof header - used,
		    ",v1=%s", sign("whsec_other", NOW));
	snprintf(header + used, sizeof header - used, ",v1=%s",
	    sign("whsec_new", NOW));
	assert_false(good(header, BODY));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_is_that_of_the_rfc),
		cmocka_unit_test(only_a_fresh_right_signature_passes),
		cmocka_unit_test(any_secret_and_only_lower_case_counts),
		cmocka_unit_test(the_header_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
