/*
 * crypto.h - random identifiers and the webhook signature (libsodium).
 *
 * mint_crypto_start comes first, once; after it everything is thread-safe.
 */
#ifndef MINT_CRYPTO_H
#define MINT_CRYPTO_H

#include "arena.h"

bool mint_crypto_start(void) __attribute__((warn_unused_result));
/* `prefix` and `length` random characters of [0-9A-Za-z]. */
struct str mint_random_id(struct arena *a, const char *prefix, size_t length);
enum { MINT_HMAC_TEXT = 64 };
/* HMAC-SHA256 (RFC 2104) of "<time>.<body>" in lower-case hexadecimal: the v1
 * scheme of a Stripe-Signature header. */
void mint_sign(struct str secret, int64_t time, struct str body,
    char out[MINT_HMAC_TEXT + 1]);
/* Equal, in time that depends on the lengths only. */
bool mint_same_secret(struct str a, struct str b);
/* 64 hexadecimal digits that stand for the text (SHA-256). */
void mint_digest(struct str text, char out[MINT_HMAC_TEXT + 1]);

#endif
