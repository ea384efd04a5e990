/*
 * digest.c - what is needed of a text before it is rendered, remembered under
 * the id of its bytes: its beginning, its length in words, its first heading.
 */
#include "content_private.h"

#include "pack.h"

enum { HEAD_MOST = 16 << 10 }; /* a title below that is not remembered */

static void
key_of(struct str id, struct memo_key *key)
{
	struct buf b;

	buf_init(&b, 256);
	buf_add_z(&b, "document");
	buf_add(&b, id);
	memo_key_of(key, buf_str(&b));
	buf_clear(&b);
}

/* Up to the end of the line of the title: what diagnostics may show. */
static struct str
head_of(struct str text, size_t body, const struct heading *h)
{
	size_t at = body + h->at;

	if (at > text.len)
		at = text.len;
	at += str_find(str_from_at(text, at), '\n');
	return str_sub(text, 0, at + 1);
}

bool
digest_recall(
    const struct reading *r, const struct source_file *f, struct digest *out)
{
	struct memo *memo = source_memo(r->source);
	struct memo_key key;
	struct unpack u = { .bad = false };

	if (!memo)
		return false;
	key_of(source_id(r->source, f), &key);
	if (!memo_get(memo, &key, &u.in))
		return false;
	out->head = unpack_str(&u);
	out->measure.words = unpack_u64(&u);
	out->measure.code_words = unpack_u64(&u);
	out->measure.cjk = unpack_u64(&u);
	out->measure.kana = unpack_u64(&u);
	out->measure.hangul = unpack_u64(&u);
	out->measure.bad = SIZE_MAX;
	out->found = unpack_u64(&u);
	out->heading.level = (int)unpack_u64(&u);
	out->heading.at = unpack_u64(&u);
	out->heading.html = unpack_u64(&u);
	out->heading.leads = unpack_u64(&u);
	out->title = unpack_str(&u);
	return unpack_done(&u);
}

void
digest_remember(
    const struct reading *r, const struct document *doc, const struct digest *g)
{
	struct memo *memo = source_memo(r->source);
	struct memo_key key;
	struct buf b;

	if (!memo || g->measure.bad != SIZE_MAX || g->head.len > HEAD_MOST)
		return;
	key_of(source_id(r->source, doc->page.file), &key);
	buf_init(&b, 4 * (size_t)HEAD_MOST);
	pack_str(&b, g->head);
	pack_u64(&b, g->measure.words);
	pack_u64(&b, g->measure.code_words);
	pack_u64(&b, g->measure.cjk);
	pack_u64(&b, g->measure.kana);
	pack_u64(&b, g->measure.hangul);
	pack_u64(&b, g->found);
	pack_u64(&b, (uint64_t)g->heading.level);
	pack_u64(&b, g->heading.at);
	pack_u64(&b, g->heading.html);
	pack_u64(&b, g->heading.leads);
	pack_str(&b, g->title);
	if (buf_ok(&b))
		memo_put(memo, &key, buf_str(&b));
	buf_clear(&b);
}

void
digest_make(struct arena *a, const struct document *doc, struct digest *out)
{
	struct str text = doc->page.text;
	size_t body = doc->page.body;

	measure_text(text, body, &out->measure);
	out->found = heading_first(str_from_at(text, body), &out->heading);
	out->title = out->found ? plain_inline(a, out->heading.text) : STR_NONE;
	out->head = head_of(text, body, &out->heading);
}
