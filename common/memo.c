#include "memo.h"

#include "file.h"
#include "pack.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECK = 32, FIRST_SLOTS = 1024 };

struct entry {
	struct memo_key key;
	struct str value;
	bool live; /* asked for or put in this run */
};

struct memo {
	struct arena arena;
	struct buf file; /* the values of an opened memo point into it */
	struct memo_key salt;
	struct entry *at; /* open addressing; no value: free */
	size_t count, room;
};

static const struct str mark = { "pennypress memo 1\n", 18 };

void
memo_key_of(struct memo_key *key, struct str bytes)
{
	crypto_generichash(key->at, MEMO_KEY, (const unsigned char *)bytes.ptr,
	    bytes.len, NULL, 0);
}

struct str
memo_key_str(const struct memo_key *key)
{
	return str_of((const char *)key->at, MEMO_KEY);
}

/* Keys are hashes: any part of one will do. */
static struct entry *
slot_of(const struct memo *m, const struct memo_key *key)
{
	size_t i;

	memcpy(&i, key->at, sizeof i);
	i &= m->room - 1;
	while (m->at[i].value.ptr && memcmp(&m->at[i].key, key, sizeof *key))
		i = (i + 1) & (m->room - 1);
	return &m->at[i];
}

static void
grow(struct memo *m)
{
	struct memo old = *m;

	m->room = 2 * old.room;
	m->at = calloc(m->room, sizeof *m->at);
	if (!m->at) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	for (size_t i = 0; i < old.room; i++) {
		if (old.at[i].value.ptr)
			*slot_of(m, &old.at[i].key) = old.at[i];
	}
	free(old.at);
}

static void
set(struct memo *m, const struct memo_key *key, struct str value, bool live)
{
	struct entry *e;

	if (2 * (m->count + 1) > m->room)
		grow(m);
	e = slot_of(m, key);
	m->count += !e->value.ptr;
	*e = (struct entry){ .key = *key, .value = value, .live = live };
}

static void
check_of(unsigned char check[CHECK], struct str bytes)
{
	crypto_generichash(
	    check, CHECK, (const unsigned char *)bytes.ptr, bytes.len, NULL, 0);
}

/* The entries of a whole and unharmed file; else none. */
static void
read_entries(struct memo *m)
{
	struct str all = buf_str(&m->file), body;
	struct unpack u = { .in = all };
	unsigned char check[CHECK];
	size_t count;

	if (all.len < CHECK || !str_starts(all, mark))
		return;
	body = str_sub(all, 0, all.len - CHECK);
	check_of(check, body);
	if (memcmp(check, body.ptr + body.len, CHECK) != 0)
		return;
	u.in = str_from_at(body, mark.len);
	if (!str_eq(unpack_bytes(&u, MEMO_KEY), memo_key_str(&m->salt)))
		return;
	count = unpack_u64(&u);
	for (size_t i = 0; i < count && !u.bad; i++) {
		struct str name = unpack_bytes(&u, MEMO_KEY);
		size_t from = unpack_u64(&u), len = unpack_u64(&u);
		struct memo_key key;

		if (u.bad || from > body.len || len > body.len - from)
			return;
		memcpy(key.at, name.ptr, MEMO_KEY);
		set(m, &key, str_sub(body, from, len), false);
	}
}

struct memo *
memo_open(int dir, const char *path, struct str salt)
{
	struct memo *m = calloc(1, sizeof *m);

	if (m)
		m->at = calloc(FIRST_SLOTS, sizeof *m->at);
	if (!m || !m->at || sodium_init() < 0) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	m->room = FIRST_SLOTS;
	arena_init(&m->arena);
	buf_init(&m->file, MEMO_FILE);
	memo_key_of(&m->salt, salt);
	if (file_read(dir, path, &m->file))
		read_entries(m);
	return m;
}

void
memo_free(struct memo *m)
{
	if (!m)
		return;
	buf_clear(&m->file);
	arena_clear(&m->arena);
	free(m->at);
	free(m);
}

bool
memo_get(struct memo *m, const struct memo_key *key, struct str *value)
{
	struct entry *e = slot_of(m, key);

	if (!e->value.ptr)
		return false;
	e->live = true;
	*value = e->value;
	return true;
}

void
memo_put(struct memo *m, const struct memo_key *key, struct str value)
{
	set(m, key, arena_str(&m->arena, value), true);
}

static int
by_key(const void *x, const void *y)
{
	const struct entry *const *a = x, *const *b = y;

	return memcmp(&(*a)->key, &(*b)->key, sizeof(struct memo_key));
}

static void
write_entries(struct buf *out, const struct entry **live, size_t count)
{
	size_t at = out->len + sizeof(uint64_t) +
	    count * (MEMO_KEY + 2 * sizeof(uint64_t));

	pack_u64(out, count);
	for (size_t i = 0; i < count; i++) {
		buf_add(out, memo_key_str(&live[i]->key));
		pack_u64(out, at);
		pack_u64(out, live[i]->value.len);
		at += live[i]->value.len;
	}
	for (size_t i = 0; i < count; i++)
		buf_add(out, live[i]->value);
}

bool
memo_save(struct memo *m, int dir, const char *path)
{
	const struct entry **live =
	    ARENA_ARRAY(&m->arena, m->count + 1, const struct entry *);
	unsigned char check[CHECK];
	size_t count = 0;
	struct buf out;
	bool ok;

	for (size_t i = 0; i < m->room; i++) {
		if (m->at[i].live)
			live[count++] = &m->at[i];
	}
	qsort(live, count, sizeof *live, by_key);
	buf_init(&out, MEMO_FILE);
	buf_add(&out, mark);
	buf_add(&out, memo_key_str(&m->salt));
	write_entries(&out, live, count);
	check_of(check, buf_str(&out));
	buf_add_bytes(&out, check, CHECK);
	ok = buf_ok(&out);
	if (!ok)
		errno = EFBIG;
	ok = ok && file_replace(dir, path, buf_str(&out), 0600);
	buf_clear(&out);
	return ok;
}
