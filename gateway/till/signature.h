/*
 * signature.h - was this webhook sent by the payment provider, now?
 *
 * The Stripe-Signature header: t=<Unix seconds>,v1=<hex>[,v1=<hex>]... where v1
 * is HMAC-SHA-256, keyed with the endpoint's secret, of t, '.', and the raw
 * body. Any v1 under any configured secret passes. Strict: lower-case
 * hexadecimal, no spaces, one t; other schemes (v0) count for nothing. Compared
 * in constant time.
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include "str.h"

enum {
	SIGNATURE_TOLERANCE = 300, /* seconds, old or ahead */
	SIGNATURE_HEADER = 2048, /* longest header that is read */
	SIGNATURE_TRIES = 16, /* v1 values that are looked at */
};

bool signature_good(struct str header, struct str body,
    const struct str *secrets, size_t count, int64_t now)
    __attribute__((warn_unused_result));

#endif
