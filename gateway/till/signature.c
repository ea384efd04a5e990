#include "signature.h"

#include "crypto.h"

enum { HEX = 2 * CRYPTO_DIGEST };

struct header {
	struct str stamp;
	int64_t time;
	struct str v1[SIGNATURE_TRIES];
	size_t count;
};

static bool
is_hex(struct str s)
{
	if (s.len != HEX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

static bool
header_item(struct header *h, struct str item)
{
	size_t equals = str_find(item, '=');
	struct str name = str_sub(item, 0, equals);
	struct str value = str_from_at(item, equals + 1);

	if (str_eq_z(name, "t")) {
		if (h->stamp.len || !str_to_i64(value, &h->time))
			return false;
		h->stamp = value;
	} else if (str_eq_z(name, "v1") && is_hex(value)) {
		if (h->count == SIGNATURE_TRIES)
			return false;
		h->v1[h->count++] = value;
	}
	return true;
}

static bool
header_read(struct str text, struct header *h)
{
	struct str item;

	if (text.len > SIGNATURE_HEADER)
		return false;
	while (str_split(&text, ',', &item)) {
		if (!header_item(h, item))
			return false;
	}
	return h->stamp.len && h->count && h->time > 0;
}

static bool
is_fresh(int64_t time, int64_t now)
{
	return time <= INT64_MAX - SIGNATURE_TOLERANCE &&
	    now - SIGNATURE_TOLERANCE <= time &&
	    time <= now + SIGNATURE_TOLERANCE;
}

static void
hex_print(char out[HEX], const unsigned char digest[CRYPTO_DIGEST])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < CRYPTO_DIGEST; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
}

/* Looks at every value, whichever matched. */
static bool
matches_any(const struct header *h, const char want[HEX])
{
	bool match = false;

	for (size_t i = 0; i < h->count; i++)
		match |= crypto_equal(h->v1[i].ptr, want, HEX);
	return match;
}

bool
signature_good(struct str header, struct str body, const struct str *secrets,
    size_t count, int64_t now)
{
	struct header h = { .count = 0 };
	bool match = false;

	if (!header_read(header, &h) || !is_fresh(h.time, now))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct str parts[] = { h.stamp, STR("."), body };
		unsigned char digest[CRYPTO_DIGEST];
		char want[HEX];

		if (!secrets[i].len)
			continue;
		crypto_hmac_sha256(secrets[i], parts, 3, digest);
		hex_print(want, digest);
		match |= matches_any(&h, want);
	}
	return match;
}
