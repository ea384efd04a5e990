#include "pseudonym.h"

enum { READER_MOST = 64 };

int64_t
pseudonym_day(int64_t time)
{
	return time / PSEUDONYM_DAY;
}

void
pseudonym_period(int64_t day, int64_t rotate_days,
    const struct pseudonym_key *keys, size_t count, int64_t *begins,
    int64_t *ends)
{
	*begins = day - day % rotate_days;
	*ends = *begins + rotate_days;
	for (size_t i = 0; i < count; i++) {
		if (keys[i].ends <= day && keys[i].ends > *begins)
			*begins = keys[i].ends;
		if (keys[i].begins > day && keys[i].begins < *ends)
			*ends = keys[i].begins;
	}
}

const struct pseudonym_key *
pseudonym_find(const struct pseudonym_key *keys, size_t count, int64_t day)
{
	for (size_t i = 0; i < count; i++) {
		if (keys[i].begins <= day && day < keys[i].ends)
			return &keys[i];
	}
	return NULL;
}

static void
print(const unsigned char hash[CRYPTO_KEYED], char out[PSEUDONYM + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < PSEUDONYM / 2; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[PSEUDONYM] = '\0';
}

void
pseudonym_of(
    const struct pseudonym_key *key, struct str reader, char out[PSEUDONYM + 1])
{
	unsigned char hash[CRYPTO_KEYED];

	crypto_keyed_hash(key->key, reader, hash);
	print(hash, out);
}

void
pseudonym_without_key(const struct pseudonym_key *lasting, int64_t day,
    int64_t rotate_days, struct str reader, char out[PSEUDONYM + 1])
{
	struct buf text;

	buf_init(&text, READER_MOST + 32);
	buf_add_i64(&text, day - day % rotate_days);
	buf_add_c(&text, ' ');
	buf_add(&text, str_sub(reader, 0, READER_MOST));
	pseudonym_of(lasting, buf_str(&text), out);
	buf_clear(&text);
}
