#include "memo.h"

#include "base.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 8, WORD = 8 };

/* Of a table in open addressing; no length: free. A value is followed by a NUL
 * and by zeros up to a whole word. */
struct slot {
	struct memo_key key;
	uint32_t at; /* word of the values */
	uint32_t len; /* of the value, and one */
};

struct entry {
	struct memo_key key;
	struct str value; /* no pointer: free */
};

struct memo {
	struct arena arena;
	struct str salt;
	struct base *base; /* NULL: there was none */
	const struct slot *old;
	size_t old_room;
	const char *values;
	size_t value_bytes;
	uint64_t *live; /* bits: asked for in this run */
	struct entry *at; /* put in this run: open addressing */
	size_t count, room;
};

void
memo_key_of(struct memo_key *key, struct str bytes)
{
	static const unsigned char fixed[crypto_shorthash_siphashx24_KEYBYTES] =
	    "pennypress memo";

	crypto_shorthash_siphashx24(
	    key->at, (const unsigned char *)bytes.ptr, bytes.len, fixed);
}

struct str
memo_key_str(const struct memo_key *key)
{
	return str_of((const char *)key->at, MEMO_KEY);
}

/* Keys are hashes: any part of one will do. */
static size_t
place_of(const struct memo_key *key, size_t room)
{
	size_t i;

	memcpy(&i, key->at, sizeof i);
	return i & (room - 1);
}

static bool
same(const struct memo_key *a, const struct memo_key *b)
{
	return !memcmp(a, b, sizeof *a);
}

static struct entry *
entry_of(const struct memo *m, const struct memo_key *key)
{
	size_t i = place_of(key, m->room);

	while (m->at[i].value.ptr && !same(&m->at[i].key, key))
		i = (i + 1) & (m->room - 1);
	return &m->at[i];
}

/* NULL when the file has no such value. */
static const struct slot *
old_slot(const struct memo *m, const struct memo_key *key)
{
	size_t i;

	if (!m->old_room)
		return NULL;
	i = place_of(key, m->old_room);
	for (size_t n = 0; n < m->old_room && m->old[i].len; n++) {
		if (same(&m->old[i].key, key))
			return &m->old[i];
		i = (i + 1) & (m->old_room - 1);
	}
	return NULL;
}

static struct str
old_value(const struct memo *m, const struct slot *slot)
{
	size_t from = (size_t)slot->at * WORD;

	if (from > m->value_bytes || slot->len > m->value_bytes - from)
		return STR_NONE;
	return str_of(m->values + from, slot->len - 1);
}

static _Noreturn void
out_of_memory(void)
{
	fputs("error: out of memory\n", stderr);
	exit(1);
}

static struct entry *
entries_new(size_t room)
{
	struct entry *at = calloc(room, sizeof *at);

	if (!at)
		out_of_memory();
	return at;
}

static void
grow(struct memo *m)
{
	struct memo old = *m;

	m->room = 2 * old.room;
	m->at = entries_new(m->room);
	for (size_t i = 0; i < old.room; i++) {
		if (old.at[i].value.ptr)
			*entry_of(m, &old.at[i].key) = old.at[i];
	}
	free(old.at);
}

/* The table of a whole and unharmed file; else none. */
static void
open_base(struct memo *m, const char *path)
{
	const uint64_t *sizes;

	m->base = base_open(path, m->salt);
	sizes = m->base ? BASE_TAKE(m->base, 2, uint64_t) : NULL;
	if (!sizes || !sizes[0] || sizes[0] & (sizes[0] - 1))
		return;
	m->old = BASE_TAKE(m->base, sizes[0], struct slot);
	m->value_bytes = sizes[1];
	m->values = BASE_TAKE(m->base, m->value_bytes, char);
	if (m->old && m->values)
		m->old_room = sizes[0];
}

struct memo *
memo_open(const char *path, struct str salt)
{
	struct memo *m = calloc(1, sizeof *m);

	if (!m || sodium_init() < 0)
		out_of_memory();
	m->room = FIRST_SLOTS;
	m->at = entries_new(m->room);
	arena_init(&m->arena);
	m->salt = arena_str(&m->arena, salt);
	open_base(m, path);
	m->live = ARENA_ARRAY(&m->arena, m->old_room / 64 + 1, uint64_t);
	return m;
}

void
memo_free(struct memo *m)
{
	if (!m)
		return;
	base_close(m->base);
	arena_clear(&m->arena);
	free(m->at);
	free(m);
}

bool
memo_get(struct memo *m, const struct memo_key *key, struct str *value)
{
	const struct entry *e = entry_of(m, key);
	const struct slot *slot;
	size_t i;

	*value = e->value;
	if (value->ptr)
		return true;
	slot = old_slot(m, key);
	if (!slot)
		return false;
	i = (size_t)(slot - m->old);
	m->live[i / 64] |= UINT64_C(1) << i % 64;
	*value = old_value(m, slot);
	return value->ptr;
}

void
memo_put(struct memo *m, const struct memo_key *key, struct str value)
{
	struct entry *e;

	if (2 * (m->count + 1) > m->room)
		grow(m);
	e = entry_of(m, key);
	m->count += !e->value.ptr;
	*e = (struct entry){ *key, arena_str(&m->arena, value) };
}

/* What is to be kept, those of the file first, in its order. */
struct kept {
	struct entry *at;
	size_t count;
	size_t old; /* those of the file */
};

static struct kept
gather(struct memo *m)
{
	struct kept k = { 0 };

	k.at = ARENA_ARRAY(&m->arena, m->old_room + m->count + 1, struct entry);
	for (size_t i = 0; i < m->old_room; i++) {
		const struct slot *s = &m->old[i];

		if (m->live[i / 64] >> i % 64 & 1 &&
		    !entry_of(m, &s->key)->value.ptr)
			k.at[k.count++] =
			    (struct entry){ s->key, old_value(m, s) };
	}
	k.old = k.count;
	for (size_t i = 0; i < m->room; i++) {
		if (m->at[i].value.ptr)
			k.at[k.count++] = m->at[i];
	}
	return k;
}

/* With its NUL and zeros. */
static size_t
padded(size_t len)
{
	return (len + WORD) / WORD * WORD;
}

/* Where each value will be; how many bytes they are. */
static size_t
make_slots(const struct kept *k, struct slot *slots, size_t room)
{
	size_t at = 0;

	for (size_t n = 0; n < k->count; n++) {
		const struct entry *e = &k->at[n];
		size_t i = place_of(&e->key, room);

		while (slots[i].len)
			i = (i + 1) & (room - 1);
		slots[i] = (struct slot){ e->key, (uint32_t)(at / WORD),
			(uint32_t)e->value.len + 1 };
		at += padded(e->value.len);
	}
	return at;
}

/* Values that follow each other in the file are written in one go. */
static void
write_values(struct base_writer *w, const struct kept *k)
{
	size_t i = 0;

	while (i < k->old) {
		const char *from = k->at[i].value.ptr, *to = from;

		while (i < k->old && k->at[i].value.ptr == to)
			to += padded(k->at[i++].value.len);
		base_add(w, from, (size_t)(to - from));
	}
	for (; i < k->count; i++) {
		base_add(w, k->at[i].value.ptr, k->at[i].value.len + 1);
		base_pad(w);
	}
}

bool
memo_save(struct memo *m, const char *path)
{
	struct kept k = gather(m);
	size_t room = FIRST_SLOTS;
	struct slot *slots;
	struct base_writer *w;
	uint64_t sizes[2];

	while (room < 2 * k.count)
		room *= 2;
	slots = ARENA_ARRAY(&m->arena, room, struct slot);
	sizes[0] = room;
	sizes[1] = make_slots(&k, slots, room);
	if (sizes[1] > MEMO_FILE) {
		errno = EFBIG;
		return false;
	}
	w = base_begin(path, m->salt);
	if (!w)
		return false;
	base_add(w, sizes, sizeof sizes);
	base_add(w, slots, room * sizeof *slots);
	write_values(w, &k);
	return base_end(w);
}
