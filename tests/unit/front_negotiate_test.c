#include "negotiate.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
	GZ = 1u << ENCODING_GZIP,
	BR = 1u << ENCODING_BROTLI,
	ZS = 1u << ENCODING_ZSTD,
	ALL = GZ | BR | ZS,
};

static void
encodings(void **state)
{
	static const struct {
		int line;
		const char *accept;
		unsigned available;
		enum encoding want;
	} rows[] = {
		{ __LINE__, "", ALL, ENCODING_NONE },
		{ __LINE__, "gzip", ALL, ENCODING_GZIP },
		{ __LINE__, "gzip", BR, ENCODING_NONE },
		{ __LINE__, "gzip, deflate, br, zstd", ALL, ENCODING_ZSTD },
		{ __LINE__, "gzip, deflate, br", ALL, ENCODING_BROTLI },
		{ __LINE__, "br;q=0.5, gzip;q=0.8", ALL, ENCODING_GZIP },
		{ __LINE__, "br;q=0, gzip", ALL, ENCODING_GZIP },
		{ __LINE__, "*", GZ, ENCODING_GZIP },
		{ __LINE__, "*;q=0", ALL, ENCODING_NONE },
		{ __LINE__, "gzip;q=0, *", GZ, ENCODING_NONE },
		{ __LINE__, "identity, gzip;q=0.5", GZ, ENCODING_NONE },
		{ __LINE__, "identity;q=0.4, gzip;q=0.5", GZ, ENCODING_GZIP },
		{ __LINE__, "GZIP ; Q=1.000", GZ, ENCODING_GZIP },
		{ __LINE__, "gzip;q=1.001", GZ, ENCODING_NONE },
		{ __LINE__, "gzip;q=2", GZ, ENCODING_NONE },
		{ __LINE__, "gzip;q=", GZ, ENCODING_NONE },
		{ __LINE__, "gzip;q=0.000", GZ, ENCODING_NONE },
		{ __LINE__, "gzip;q=0.001", GZ, ENCODING_GZIP },
		{ __LINE__, ",,;,gzip,", GZ, ENCODING_GZIP },
		{ __LINE__, "x-gzip", GZ, ENCODING_GZIP },
		{ __LINE__, "gzipped", GZ, ENCODING_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (negotiate_encoding(str_from(rows[i].accept),
			rows[i].available) != rows[i].want)
			fail_msg("line %d: %s", rows[i].line, rows[i].accept);
	}
}

static void
languages(void **state)
{
	static struct str site[] = { { "en", 2 }, { "zh", 2 }, { "pt-BR", 5 } };
	static const struct strs all = { site, 3, 3 };
	static const struct {
		int line;
		const char *accept, *want;
	} rows[] = {
		{ __LINE__, "", "en" },
		{ __LINE__, "zh-CN,zh;q=0.9,en;q=0.8", "zh" },
		{ __LINE__, "en;q=0.8,zh;q=0.9", "zh" },
		{ __LINE__, "fr, de;q=0.5", "en" },
		{ __LINE__, "fr, pt", "pt-BR" },
		{ __LINE__, "PT-br", "pt-BR" },
		{ __LINE__, "zh;q=0", "en" },
		{ __LINE__, "*", "en" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!str_eq_z(
			negotiate_language(str_from(rows[i].accept), &all),
			rows[i].want))
			fail_msg("line %d", rows[i].line);
	}
}

static void
entity_tags(void **state)
{
	static const struct {
		int line;
		const char *list;
		bool has;
	} rows[] = {
		{ __LINE__, "\"a\"", true },
		{ __LINE__, "W/\"a\"", true },
		{ __LINE__, "*", true },
		{ __LINE__, " * ", true },
		{ __LINE__, "\"b\", \"a\"", true },
		{ __LINE__, "\"b\",,W/\"a\"", true },
		{ __LINE__, "\"b\"", false },
		{ __LINE__, "a", false },
		{ __LINE__, "\"a", false },
		{ __LINE__, "\"b, \"a\"", false },
		{ __LINE__, "w/\"a\"", false },
		{ __LINE__, "", false },
		{ __LINE__, "\"\"", false },
		{ __LINE__, "\"b*\", *", false },
	};
	const struct str a = STR("\"a\"");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (negotiate_has(str_from(rows[i].list), a) != rows[i].has)
			fail_msg("line %d: %s", rows[i].line, rows[i].list);
	}
	assert_true(negotiate_same(STR_NONE, a));
	assert_true(negotiate_same(a, a));
	assert_false(negotiate_same(STR("W/\"a\""), a));
	assert_false(negotiate_same(STR("Sat, 29 Oct 1994 19:43:31 GMT"), a));
}

static void
ranges(void **state)
{
	static const struct {
		int line;
		const char *range;
		uint64_t size;
		enum negotiated_part part;
		uint64_t from, length;
	} rows[] = {
		{ __LINE__, "bytes=0-0", 10, PART_SOME, 0, 1 },
		{ __LINE__, "bytes=0-", 10, PART_SOME, 0, 10 },
		{ __LINE__, "bytes=9-9", 10, PART_SOME, 9, 1 },
		{ __LINE__, "bytes=9-99", 10, PART_SOME, 9, 1 },
		{ __LINE__, "bytes=2-5", 10, PART_SOME, 2, 4 },
		{ __LINE__, "Bytes= 2 - 5 ", 10, PART_SOME, 2, 4 },
		{ __LINE__, "bytes=-3", 10, PART_SOME, 7, 3 },
		{ __LINE__, "bytes=-99", 10, PART_SOME, 0, 10 },
		{ __LINE__, "bytes=-0", 10, PART_NONE, 0, 0 },
		{ __LINE__, "bytes=10-", 10, PART_NONE, 0, 0 },
		{ __LINE__, "bytes=0-0", 0, PART_NONE, 0, 0 },
		{ __LINE__, "bytes=-1", 0, PART_NONE, 0, 0 },
		{ __LINE__, "bytes=5-2", 10, PART_ALL, 0, 0 },
		{ __LINE__, "bytes=0-1,2-3", 10, PART_ALL, 0, 0 },
		{ __LINE__, "bytes=-", 10, PART_ALL, 0, 0 },
		{ __LINE__, "bytes=a-b", 10, PART_ALL, 0, 0 },
		{ __LINE__, "bytes=1", 10, PART_ALL, 0, 0 },
		{ __LINE__, "bytes=--1", 10, PART_ALL, 0, 0 },
		{ __LINE__, "items=0-1", 10, PART_ALL, 0, 0 },
		{ __LINE__, "bytes=0-18446744073709551615", 10, PART_ALL, 0,
		    0 },
		{ __LINE__, "bytes=1-1844674407370955160", 10, PART_SOME, 1,
		    9 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t from = 0, length = 0;
		enum negotiated_part part = negotiate_range(
		    str_from(rows[i].range), rows[i].size, &from, &length);

		if (part != rows[i].part ||
		    (part == PART_SOME &&
			(from != rows[i].from || length != rows[i].length)))
			fail_msg("line %d: %s", rows[i].line, rows[i].range);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodings),
		cmocka_unit_test(languages),
		cmocka_unit_test(entity_tags),
		cmocka_unit_test(ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
