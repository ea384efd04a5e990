#include "money.h"

#include <stdio.h>

enum { MOST_MINOR = 99999999, SAMPLE_ROOM = 64 };

static int64_t
power_of_ten(unsigned exponent)
{
	int64_t n = 1;

	while (exponent--)
		n *= 10;
	return n;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum amount { AMOUNT_GOOD, AMOUNT_MALFORMED, AMOUNT_PRECISE, AMOUNT_LARGE };

/* Digits, and after a point at most `exponent` more. */
static enum amount
read_amount(struct str s, unsigned exponent, int64_t *minor)
{
	size_t point = str_find(s, '.');
	struct str whole = str_sub(s, 0, point);
	struct str rest = str_from_at(s, point + 1);
	int64_t n = 0;

	if (!whole.len || (point < s.len && !rest.len) ||
	    (whole.len > 1 && whole.ptr[0] == '0'))
		return AMOUNT_MALFORMED;
	for (size_t i = 0; i < s.len; i++) {
		if (i != point && !is_digit(s.ptr[i]))
			return AMOUNT_MALFORMED;
	}
	if (rest.len > exponent)
		return AMOUNT_PRECISE;
	for (size_t i = 0; i < whole.len + exponent; i++) {
		size_t after = i - whole.len;
		char c = '0';

		if (i < whole.len)
			c = whole.ptr[i];
		else if (after < rest.len)
			c = rest.ptr[after];

		n = n * 10 + (c - '0');
		if (n > MOST_MINOR)
			return AMOUNT_LARGE;
	}
	*minor = n;
	return AMOUNT_GOOD;
}

/*
 * What the author should have written: their digits with a point where theirs
 * looks like one, or "19.00" when nothing can be made of it.
 */
static void
suggest(struct str number, const struct currency *currency,
    char sample[SAMPLE_ROOM])
{
	struct buf out = {
		.ptr = sample, .room = SAMPLE_ROOM, .cap = SAMPLE_ROOM - 1
	};
	char digits[16];
	size_t len = 0, mark = SIZE_MAX;
	int64_t minor;

	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (is_digit(c) && len < sizeof digits - 2) {
			digits[len++] = c;
		} else if ((c == ',' || c == '.') && mark == SIZE_MAX &&
		    number.len - i - 1 != 3 && number.len - i - 1 &&
		    number.len - i - 1 <= currency->exponent && len) {
			mark = len;
			digits[len++] = '.';
		}
	}
	sample[0] = '\0';
	if (read_amount(str_of(digits, len), currency->exponent, &minor) !=
	    AMOUNT_GOOD)
		minor = 19 * power_of_ten(currency->exponent);
	money_plain(&out, minor - minor % currency->step, currency);
}

/* Takes "EUR" off the end of "39.00 EUR"; what is left is the number. */
static struct str
take_code(struct str *text)
{
	size_t at = text->len;
	struct str code;

	while (at && !is_digit(text->ptr[at - 1]) && text->ptr[at - 1] != ' ' &&
	    text->ptr[at - 1] != '.' && text->ptr[at - 1] != ',')
		at--;
	code = str_from_at(*text, at);
	*text = str_trim(str_sub(*text, 0, at));
	return code;
}

static bool
report_amount(struct diag *d, struct where at, struct str text,
    struct str number, const struct currency *c, enum amount fault)
{
	char sample[SAMPLE_ROOM];

	if (fault == AMOUNT_LARGE) {
		diag_add(d, DIAG_ERROR, at, NULL,
		    "price '%.*s' is more than can be charged at once",
		    STR_ARG(text));
		return false;
	}
	if (fault == AMOUNT_PRECISE)
		number = str_sub(number, 0,
		    str_find(number, '.') + c->exponent + !!c->exponent);
	suggest(number.len ? number : text, c, sample);
	if (fault == AMOUNT_PRECISE)
		diag_add(d, DIAG_ERROR, at, NULL,
		    "price '%.*s' has more decimals than %s has (write %s)",
		    STR_ARG(text), c->code, sample);
	else
		diag_add(d, DIAG_ERROR, at, NULL,
		    "price '%.*s' is not an amount in %s (write %s)",
		    STR_ARG(text), c->code, sample);
	return false;
}

/* No currency where one is needed: "39", "EUR 39", "39 EURO", "free". */
static bool
report_code(struct diag *d, struct where at, struct str text, struct str code)
{
	const struct currency *first =
	    currency_find(str_sub(str_trim(text), 0, 3));
	const struct currency *euro = currency_find(STR("EUR"));
	struct str near = currency_nearest(code);
	char hint[64], sample[SAMPLE_ROOM];

	snprintf(hint, sizeof hint, "did you mean %.*s?", STR_ARG(near));
	if (code.len && code.len < str_trim(text).len) {
		diag_add(d, DIAG_ERROR, at, near.len ? hint : NULL,
		    "price '%.*s' has no known currency: '%.*s'", STR_ARG(text),
		    STR_ARG(code));
		return false;
	}
	suggest(text, first ? first : euro, sample);
	diag_add(d, DIAG_ERROR, at, NULL,
	    "price '%.*s' is not an amount and a currency (write %s %s)",
	    STR_ARG(text), sample, first ? first->code : euro->code);
	return false;
}

bool
money_read(struct diag *d, struct where at, struct str text,
    const struct currency *fallback, const struct currency **currency,
    int64_t *minor)
{
	struct str number = str_trim(text);
	struct str code = take_code(&number);
	const struct currency *c = code.len ? currency_find(code) : fallback;
	enum amount fault;

	if (!number.len && !c)
		c = fallback;
	if (!c)
		return report_code(d, at, text, code);
	fault = read_amount(number, c->exponent, minor);
	if (fault != AMOUNT_GOOD)
		return report_amount(d, at, text, number, c, fault);
	if (*minor % c->step) {
		diag_add(d, DIAG_ERROR, at, NULL,
		    "price '%.*s' cannot be charged: in %s the last digit%s "
		    "must be 0",
		    STR_ARG(text), c->code, c->step == 100 ? "s" : "");
		return false;
	}
	*currency = c;
	return true;
}

/* How a language writes amounts (CLDR). */
struct style {
	const char *lang;
	const char *point;
	const char *group;
	bool symbol_after;
};

#define NBSP "\xc2\xa0"
#define NARROW_NBSP "\xe2\x80\xaf"

static const struct style styles[] = {
	{ "en", ".", ",", false }, /* the first: any other language, too */
	{ "cs", ",", NBSP, true },
	{ "da", ",", ".", true },
	{ "de", ",", ".", true },
	{ "es", ",", ".", true },
	{ "fi", ",", NBSP, true },
	{ "fr", ",", NARROW_NBSP, true },
	{ "hu", ",", NBSP, true },
	{ "it", ",", ".", true },
	{ "nb", ",", NBSP, true },
	{ "pl", ",", NBSP, true },
	{ "pt", ",", ".", true },
	{ "ru", ",", NBSP, true },
	{ "sv", ",", NBSP, true },
	{ "tr", ",", ".", false },
	{ "uk", ",", NBSP, true },
	{ "vi", ",", ".", true },
};

static const struct style *
style_of(struct str lang)
{
	struct str primary = str_sub(lang, 0, str_find(lang, '-'));

	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
		if (str_eq_nocase(primary, str_from(styles[i].lang)))
			return &styles[i];
	}
	return &styles[0];
}

/* Yen and yuan share a sign; at home it needs no explanation. */
static const char *
symbol_in(const struct currency *c, struct str lang)
{
	struct str primary = str_sub(lang, 0, str_find(lang, '-'));

	if (str_eq_nocase(primary, STR("zh")) && !strcmp(c->code, "CNY"))
		return "¥";
	if (str_eq_nocase(primary, STR("zh")) && !strcmp(c->code, "JPY"))
		return "JP¥";
	if (str_eq_nocase(primary, STR("ja")) && !strcmp(c->code, "JPY"))
		return "￥";
	return c->symbol;
}

static void
add_grouped(struct buf *out, int64_t whole, const char *group)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%lld", (long long)whole);

	for (int i = 0; i < len; i++) {
		buf_add_c(out, digits[i]);
		if ((len - i - 1) % 3 == 0 && i < len - 1)
			buf_add_z(out, group);
	}
}

static void
add_decimals(struct buf *out, int64_t part, unsigned exponent)
{
	char digits[8];

	snprintf(digits, sizeof digits, "%0*d", (int)exponent, (int)part);
	buf_add_z(out, digits);
}

void
money_show(struct buf *out, int64_t minor, const struct currency *currency,
    struct str lang)
{
	const struct style *style = style_of(lang);
	const char *symbol = symbol_in(currency, lang);
	int64_t unit = power_of_ten(currency->exponent);

	if (minor < 0) {
		buf_add_c(out, '-');
		minor = -minor;
	}
	if (!style->symbol_after) {
		buf_add_z(out, symbol ? symbol : currency->code);
		if (!symbol)
			buf_add_z(out, NBSP);
	}
	add_grouped(out, minor / unit, style->group);
	if (currency->exponent && currency->step != unit) {
		buf_add_z(out, style->point);
		add_decimals(out, minor % unit, currency->exponent);
	}
	if (style->symbol_after) {
		buf_add_z(out, NBSP);
		buf_add_z(out, symbol ? symbol : currency->code);
	}
}

void
money_plain(struct buf *out, int64_t minor, const struct currency *currency)
{
	int64_t unit = power_of_ten(currency->exponent);

	if (minor < 0) {
		buf_add_c(out, '-');
		minor = -minor;
	}
	buf_add_i64(out, minor / unit);
	if (currency->exponent) {
		buf_add_c(out, '.');
		add_decimals(out, minor % unit, currency->exponent);
	}
}
