/*
 * money.h - amounts as integers of a currency's minor unit (ISO 4217), with the
 * exponents the payment provider uses.
 */
#ifndef MONEY_H
#define MONEY_H

#include "buf.h"
#include "diag.h"

struct currency {
	char code[4]; /* "EUR" */
	unsigned char exponent; /* 0, 2 or 3 */
	unsigned char step; /* an amount is a multiple of it: 1, 10 or 100 */
	const char *symbol; /* UTF-8, or NULL: the code stands for it */
};

/* Any case; NULL when unknown. Static storage. */
const struct currency *currency_find(struct str code);
/* The code that was likely meant, or the empty view. */
struct str currency_nearest(struct str code);
/*
 * "39.00 EUR", "39 EUR", "1200 JPY", or without a code when `fallback` is not
 * NULL. Reports "price '19,00' is not an amount in USD (write 19.00)" and the
 * like; negative amounts, too many decimals, overflow and more than
 * 99,999,999 minor units are errors. Three-decimal currencies must end in 0,
 * ISK and UGX in 00.
 */
bool money_read(struct diag *d, struct where at, struct str text,
    const struct currency *fallback, const struct currency **currency,
    int64_t *minor) __attribute__((warn_unused_result));
/* For people: "39.00 EUR" as "€39.00", "￥1,200" by `lang` ("en", "zh", ...).
 */
void money_show(struct buf *out, int64_t minor, const struct currency *currency,
    struct str lang);
/* Plain: "39.00". */
void money_plain(
    struct buf *out, int64_t minor, const struct currency *currency);

#endif
