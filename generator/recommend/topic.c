#include "topic.h"
#include "unicode.h"
#include "words.h"

#include <string.h>

enum { HEAD = 3 + sizeof(uint64_t) }; /* strength, flags, length, hash */

/* The same byte eight times. */
#define EIGHT(byte) ((byte)*UINT64_C(0x0101010101010101))

/* "learning rates" as "learning rate", but "class" as it is. */
static size_t
without_plural(const char *folded, size_t len)
{
	if (len < 4 || folded[len - 1] != 's' || folded[len - 2] == 's' ||
	    folded[len - 2] == 'u' || folded[len - 2] == 'i')
		return len;
	return len - 1;
}

/* Eight characters of ASCII at once: capitals small, hyphens blank. */
static uint64_t
fold_eight(uint64_t x)
{
	uint64_t from_a = x + EIGHT(0x80 - 'A');
	uint64_t behind_z = x + EIGHT(0x7f - 'Z');
	uint64_t others = (x ^ EIGHT('-')) + EIGHT(0x7f);

	x |= (from_a & ~behind_z & EIGHT(0x80)) >> 2;
	return x ^ ((~others & EIGHT(0x80)) >> 7) * ('-' ^ ' ');
}

/* False when it is not all ASCII. */
static bool
fold_ascii(struct str text, char folded[TOPIC_BYTES + 8])
{
	uint64_t seen = 0;

	for (size_t i = 0; i < text.len; i += 8) {
		uint64_t x = 0;

		if (text.len - i >= 8)
			memcpy(&x, &text.ptr[i], 8);
		else
			memcpy(&x, &text.ptr[i], text.len - i);
		seen |= x;
		x = fold_eight(x);
		memcpy(&folded[i], &x, 8);
	}
	return !(seen & EIGHT(0x80));
}

uint64_t
topic_hash(struct str text, bool is_run)
{
	char folded[UNICODE_FOLDED];
	size_t n;

	if (is_run)
		return word_hash(text);

	if (text.len > TOPIC_BYTES)
		text.len = TOPIC_BYTES;
	n = text.len;
	if (!fold_ascii(text, folded)) {
		n = unicode_fold(text, folded);
		if (!n)
			return word_hash(text);
	}
	return word_hash(str_of(folded, without_plural(folded, n)));
}

static void
pack(const struct topic *t, struct buf *out)
{
	buf_add_c(out, (char)t->strength);
	buf_add_c(out, (char)t->flags);
	buf_add_c(out, (char)t->text.len);
	buf_add_bytes(out, &t->hash, sizeof t->hash);
	buf_add(out, t->text);
}

void
topics_pack(const struct topic *list, size_t count, struct buf *out)
{
	size_t packed = 0;

	for (unsigned s = TOPIC_TITLE; s >= TOPIC_REPEATED; s--) {
		for (size_t i = 0; i < count && packed < TOPICS_MOST; i++) {
			if (list[i].strength != s)
				continue;
			pack(&list[i], out);
			packed++;
		}
	}
}

size_t
topics_unpack(struct str packed, struct topic list[TOPICS_MOST])
{
	size_t n = 0;

	while (packed.len >= HEAD && n < TOPICS_MOST) {
		size_t len = (unsigned char)packed.ptr[2];
		struct topic *t = &list[n];

		if (len > packed.len - HEAD || len > TOPIC_BYTES)
			break;
		t->strength = (uint8_t)packed.ptr[0];
		t->flags = (uint8_t)packed.ptr[1];
		t->text = str_sub(packed, HEAD, len);
		memcpy(&t->hash, packed.ptr + 3, sizeof t->hash);
		packed = str_from_at(packed, HEAD + len);
		n++;
	}
	return n;
}
