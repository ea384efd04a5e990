#include "topic.h"
#include "unicode.h"
#include "words.h"

enum { HEAD = 3 }; /* strength, flags, length */

/* "learning rates" as "learning rate", but "class" as it is. */
static size_t
without_plural(const char *folded, size_t len)
{
	if (len < 4 || folded[len - 1] != 's' || folded[len - 2] == 's' ||
	    folded[len - 2] == 'u' || folded[len - 2] == 'i')
		return len;
	return len - 1;
}

uint64_t
topic_hash(struct str text, bool is_run)
{
	char folded[UNICODE_FOLDED];
	bool ascii = true;
	size_t n = 0;

	if (is_run)
		return word_hash(text);

	if (text.len > TOPIC_BYTES)
		text.len = TOPIC_BYTES;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		ascii = ascii && (unsigned char)c < 0x80;
		folded[n++] = c == '-'     ? ' '
		    : c >= 'A' && c <= 'Z' ? (char)(c | 0x20)
					   : c;
	}
	if (!ascii) {
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
		t->hash = topic_hash(t->text, t->flags & TOPIC_RUN);
		packed = str_from_at(packed, HEAD + len);
		n++;
	}
	return n;
}
