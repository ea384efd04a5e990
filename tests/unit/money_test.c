#include "money.h"

#include "row.h"

#include <stdlib.h>
#include <string.h>

static void
currencies_have_the_providers_exponents(void **state)
{
	static const struct {
		int line;
		unsigned exponent, step;
		const char *codes;
	} rows[] = {
		{ __LINE__, 0, 1,
		    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF "
		    "XPF" },
		{ __LINE__, 3, 10, "BHD JOD KWD OMR TND" },
		{ __LINE__, 2, 100, "ISK UGX" },
		{ __LINE__, 2, 1,
		    "AED AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS "
		    "INR MXN MYR NOK NZD PHP PLN RON SEK SGD THB TRY TWD USD "
		    "XCD ZAR ZMW" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct str rest = str_from(rows[i].codes), code;

		while (str_split(&rest, ' ', &code)) {
			const struct currency *c = currency_find(code);

			ROW_TRUE(rows[i].line, c && str_eq_z(code, c->code));
			ROW_TRUE(rows[i].line, c->exponent == rows[i].exponent);
			ROW_TRUE(rows[i].line, c->step == rows[i].step);
		}
	}
	assert_ptr_equal(currency_find(STR("eUr")), currency_find(STR("EUR")));
	assert_null(currency_find(STR("EURO")));
	assert_null(currency_find(STR("XAU")));
	assert_null(currency_find(STR_NONE));
}

/* The table is searched by halving, so every entry must be in order. */
static void
every_code_is_found(void **state)
{
	size_t count = 0;

	(void)state;
	for (int n = 0; n < 26 * 26 * 26; n++) {
		char code[4] = { (char)('A' + n / 676),
			(char)('A' + n / 26 % 26), (char)('A' + n % 26), 0 };
		const struct currency *c = currency_find(str_from(code));

		if (!c)
			continue;
		count++;
		assert_string_equal(c->code, code);
	}
	assert_in_range(count, 150, 180);
}

static void
good_prices_are_read(void **state)
{
	static const struct {
		int line;
		const char *in, *fallback, *code;
		int64_t minor;
	} rows[] = {
		{ __LINE__, "39.00 EUR", NULL, "EUR", 3900 },
		{ __LINE__, "39 EUR", NULL, "EUR", 3900 },
		{ __LINE__, "39.5 eur", "USD", "EUR", 3950 },
		{ __LINE__, "  0.99USD ", NULL, "USD", 99 },
		{ __LINE__, "1200 JPY", NULL, "JPY", 1200 },
		{ __LINE__, "19", "USD", "USD", 1900 },
		{ __LINE__, "0", "USD", "USD", 0 },
		{ __LINE__, "1.230 KWD", NULL, "KWD", 1230 },
		{ __LINE__, "1500 ISK", NULL, "ISK", 150000 },
		{ __LINE__, "999999.99 USD", NULL, "USD", 99999999 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct currency *c = NULL;
		struct diag d;
		int64_t minor = -1;

		diag_init(&d);
		ROW_TRUE(rows[i].line,
		    money_read(&d, (struct where){ 0 }, str_from(rows[i].in),
			currency_find(str_from(rows[i].fallback)), &c, &minor));
		row_str(rows[i].line, str_from(c->code), rows[i].code);
		ROW_TRUE(rows[i].line, minor == rows[i].minor);
		ROW_TRUE(rows[i].line, d.errors == 0);
		diag_clear(&d);
	}
}

static void
bad_prices_are_explained(void **state)
{
	static const struct {
		int line;
		const char *in, *fallback, *want;
	} rows[] = {
		{ __LINE__, "19,00", "USD",
		    "price '19,00' is not an amount in USD (write 19.00)" },
		{ __LINE__, "1,200", "JPY",
		    "price '1,200' is not an amount in JPY (write 1200)" },
		{ __LINE__, "1,200.50", "USD",
		    "price '1,200.50' is not an amount in USD "
		    "(write 1200.50)" },
		{ __LINE__, "$19", "USD",
		    "price '$19' is not an amount in USD (write 19.00)" },
		{ __LINE__, "-3", "USD",
		    "price '-3' is not an amount in USD (write 3.00)" },
		{ __LINE__, "007", "USD",
		    "price '007' is not an amount in USD (write 19.00)" },
		{ __LINE__, "free", "EUR",
		    "price 'free' is not an amount in EUR (write 19.00)" },
		{ __LINE__, "", "EUR",
		    "price '' is not an amount in EUR (write 19.00)" },
		{ __LINE__, "19.999", "USD",
		    "price '19.999' has more decimals than USD has "
		    "(write 19.99)" },
		{ __LINE__, "12.5", "JPY",
		    "price '12.5' has more decimals than JPY has (write 12)" },
		{ __LINE__, "39", NULL,
		    "price '39' is not an amount and a currency "
		    "(write 39.00 EUR)" },
		{ __LINE__, "USD 39", NULL,
		    "price 'USD 39' is not an amount and a currency "
		    "(write 39.00 USD)" },
		{ __LINE__, "39 EURO", NULL,
		    "price '39 EURO' has no known currency: 'EURO'\n"
		    "hint: did you mean EUR?" },
		{ __LINE__, "1.234 KWD", NULL,
		    "price '1.234 KWD' cannot be charged: in KWD the last "
		    "digit must be 0" },
		{ __LINE__, "10.01 ISK", NULL,
		    "price '10.01 ISK' cannot be charged: in ISK the last "
		    "digits must be 0" },
		{ __LINE__, "1000000 USD", NULL,
		    "price '1000000 USD' is more than can be charged at "
		    "once" },
		{ __LINE__, "99999999999999999999999999 USD", NULL,
		    "price '99999999999999999999999999 USD' is more than can "
		    "be charged at once" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct currency *c = NULL;
		char *text = NULL, want[200];
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);
		struct diag d;
		int64_t minor;

		assert_non_null(out);
		diag_init(&d);
		ROW_TRUE(rows[i].line,
		    !money_read(&d, (struct where){ 0 }, str_from(rows[i].in),
			currency_find(str_from(rows[i].fallback)), &c, &minor));
		diag_print(&d, out, NULL);
		fclose(out);
		snprintf(want, sizeof want, "error: %s\n", rows[i].want);
		row_str(rows[i].line, str_from(text), want);
		free(text);
		diag_clear(&d);
	}
}

static void
amounts_are_shown_by_language(void **state)
{
	static const struct {
		int line;
		int64_t minor;
		const char *code, *lang, *want, *plain;
	} rows[] = {
		{ __LINE__, 3900, "EUR", "en", "€39.00", "39.00" },
		{ __LINE__, 3900, "EUR", "zh-CN", "€39.00", "39.00" },
		{ __LINE__, 123456789, "USD", "en", "$1,234,567.89",
		    "1234567.89" },
		{ __LINE__, 5, "USD", "xx", "$0.05", "0.05" },
		{ __LINE__, -1950, "USD", "en", "-$19.50", "-19.50" },
		{ __LINE__, 1200, "JPY", "en", "¥1,200", "1200" },
		{ __LINE__, 1200, "JPY", "ja", "￥1,200", "1200" },
		{ __LINE__, 19900, "CNY", "zh", "¥199.00", "199.00" },
		{ __LINE__, 19900, "CNY", "en", "CN¥199.00", "199.00" },
		{ __LINE__, 123450, "EUR", "de", "1.234,50\xc2\xa0€",
		    "1234.50" },
		{ __LINE__, 123450, "EUR", "FR-ca",
		    "1\xe2\x80\xaf"
		    "234,50\xc2\xa0€",
		    "1234.50" },
		{ __LINE__, 100, "CHF", "en",
		    "CHF\xc2\xa0"
		    "1.00",
		    "1.00" },
		{ __LINE__, 1230, "KWD", "en",
		    "KWD\xc2\xa0"
		    "1.230",
		    "1.230" },
		{ __LINE__, 150000, "ISK", "en",
		    "ISK\xc2\xa0"
		    "1,500",
		    "1500.00" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct currency *c =
		    currency_find(str_from(rows[i].code));
		struct buf b;

		buf_init(&b, 100);
		money_show(&b, rows[i].minor, c, str_from(rows[i].lang));
		row_str(rows[i].line, buf_str(&b), rows[i].want);
		buf_reset(&b);
		money_plain(&b, rows[i].minor, c);
		row_str(rows[i].line, buf_str(&b), rows[i].plain);
		buf_clear(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(currencies_have_the_providers_exponents),
		cmocka_unit_test(every_code_is_found),
		cmocka_unit_test(good_prices_are_read),
		cmocka_unit_test(bad_prices_are_explained),
		cmocka_unit_test(amounts_are_shown_by_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
