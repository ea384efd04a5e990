/*
 * pseudonym.h - the ids under which it is kept what readers did.
 *
 * A pseudonym is a keyed hash of a reader's id under the random key of a
 * period: the same within it, without any relation from one period to the next,
 * and nobody's at all once the key is deleted. Periods are counted in days
 * since 1970. Pure: no clock, no books.
 */
#ifndef PSEUDONYM_H
#define PSEUDONYM_H

#include "crypto.h"

enum {
	PSEUDONYM = 16, /* lower-case hexadecimal digits */
	PSEUDONYM_DAY = 24 * 3600,
	PSEUDONYM_LASTING = -1, /* `begins` of the key that is never deleted */
};

struct pseudonym_key {
	int64_t begins, ends; /* days: from, and before */
	unsigned char key[CRYPTO_KEY];
};

int64_t pseudonym_day(int64_t time);
/*
 * The period a day belongs to when ids change every `rotate_days`, cut short
 * where the periods of `keys`, in order and without `day`, are: a changed
 * setting does not lengthen a period that began before.
 */
void pseudonym_period(int64_t day, int64_t rotate_days,
    const struct pseudonym_key *keys, size_t count, int64_t *begins,
    int64_t *ends);
/* The key whose period has `day`, or NULL. */
const struct pseudonym_key *pseudonym_find(
    const struct pseudonym_key *keys, size_t count, int64_t day);
void pseudonym_of(const struct pseudonym_key *key, struct str reader,
    char out[PSEUDONYM + 1]);
/* For a day without a key: under the lasting one, and yet another in every
 * period of `rotate_days`. */
void pseudonym_without_key(const struct pseudonym_key *lasting, int64_t day,
    int64_t rotate_days, struct str reader, char out[PSEUDONYM + 1]);

#endif
