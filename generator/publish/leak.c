#include "leak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORD = 2, /* weight of a word; a character of CJK has 1 */
	SHINGLE = 14, /* least weight of a shingle: 7 words */
	RUN = 16, /* shingles in a row are a leak from this on: 8 words */
	RING = 16, /* a power of two, at least SHINGLE tokens */
	ROOM_FIRST = 1 << 12,
};

/* A set of hashes, open addressing; 0 is no hash. */
struct hashes {
	uint64_t *at;
	uint32_t *owner; /* the first that had it */
	size_t count, room;
};

struct leaks {
	struct hashes secret, open;
};

static void *
allocate(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static size_t
slot_of(const struct hashes *h, uint64_t hash)
{
	size_t i = (size_t)hash & (h->room - 1);

	while (h->at[i] && h->at[i] != hash)
		i = (i + 1) & (h->room - 1);
	return i;
}

static bool
has(const struct hashes *h, uint64_t hash, uint32_t *owner)
{
	size_t i;

	if (!h->count)
		return false;
	i = slot_of(h, hash);
	if (!h->at[i])
		return false;
	if (owner)
		*owner = h->owner[i];
	return true;
}

static void
resize(struct hashes *h, size_t room)
{
	struct hashes old = *h;

	h->room = room;
	h->at = allocate(room, sizeof *h->at);
	h->owner = allocate(room, sizeof *h->owner);
	for (size_t i = 0; i < old.room; i++) {
		size_t slot;

		if (!old.at[i])
			continue;
		slot = slot_of(h, old.at[i]);
		h->at[slot] = old.at[i];
		h->owner[slot] = old.owner[i];
	}
	free(old.at);
	free(old.owner);
}

static void
insert(struct hashes *h, uint64_t hash, uint32_t owner)
{
	size_t i;

	if (h->count * 3 >= h->room * 2)
		resize(h, h->room ? h->room * 2 : ROOM_FIRST);
	i = slot_of(h, hash);
	if (h->at[i])
		return;
	h->at[i] = hash;
	h->owner[i] = owner;
	h->count++;
}

/* A scalar that stands for a word of its own. */
static bool
is_character(uint32_t c)
{
	return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3041 && c <= 0x3096) ||
	    (c >= 0x30a1 && c <= 0x30fa) || (c >= 0x3105 && c <= 0x318e) ||
	    (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0x0e00 && c <= 0x0eff) ||
	    (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) ||
	    (c >= 0x20000 && c <= 0x3ffff);
}

/* Part of a word in a script with spaces. */
static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z');
	return c >= 0xc0 && c != 0xd7 && c != 0xf7 &&
	    !(c >= 0x2000 && c <= 0x2bff) && !(c >= 0x3000 && c <= 0x303f) &&
	    !(c >= 0xfe00 && c <= 0xffef) && c < 0x1f000 && !is_character(c);
}

struct token {
	uint64_t hash;
	size_t from, to; /* bytes of the text */
	unsigned weight;
};

/* Finalizer of SplitMix64, so that every bit of a token counts. */
static uint64_t
mix(uint64_t h)
{
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

/* Length of "&quot;", "&#39;" or of an escape like "\\n" at s[at]: the way a
 * separator is written in markup and JSON; else 0. */
static size_t
escape_length(struct str s, size_t at)
{
	enum { LONGEST = 8 };
	size_t i = at + 1;

	if (s.ptr[at] == '\\')
		return i < s.len && (unsigned char)s.ptr[i] < 0x80 ? 2 : 1;
	while (i < s.len && i - at < LONGEST &&
	    (s.ptr[i] == '#' ||
		(is_letter((unsigned char)s.ptr[i]) &&
		    (unsigned char)s.ptr[i] < 0x80)))
		i++;
	return i > at + 1 && i < s.len && s.ptr[i] == ';' ? i + 1 - at : 0;
}

static inline bool
is_ascii_letter(unsigned char c)
{
	return (unsigned char)((c | 32) - 'a') < 26 ||
	    (unsigned char)(c - '0') < 10;
}

/* Past the rest of a word that is ASCII; its hash goes on in `h`. */
static size_t
hash_ascii(struct str s, size_t at, uint64_t *h)
{
	for (; at < s.len; at++) {
		unsigned char c = (unsigned char)s.ptr[at];

		if (!is_ascii_letter(c))
			break;
		if (c <= 'Z' && c >= 'A')
			c |= 32;
		*h = (*h ^ c) * 1099511628211u;
	}
	return at;
}

static bool
next_token(struct str s, size_t *at, struct token *out)
{
	uint64_t h = 14695981039346656037u;
	bool any = false;

	while (*at < s.len) {
		size_t from = *at;
		unsigned char byte = (unsigned char)s.ptr[from];
		uint32_t c = byte;

		if (is_ascii_letter(byte)) {
			*at = hash_ascii(s, from, &h);
			out->from = any ? out->from : from;
			any = true;
			continue;
		}
		if (byte < 0x80)
			++*at;
		else
			c = str_utf8_next(s, at);
		if (is_letter(c)) {
			out->from = any ? out->from : from;
			h = (h ^ c) * 1099511628211u;
			any = true;
			continue;
		}
		if (any) {
			*at = from;
			break;
		}
		if (is_character(c)) {
			*out = (struct token){ mix(h ^ c), from, *at, 1 };
			return true;
		}
		if (c == '&' || c == '\\') {
			size_t skip = escape_length(s, from);

			*at = from + (skip ? skip : 1);
		}
	}
	if (!any)
		return false;
	out->to = *at;
	out->hash = mix(h);
	out->weight = WORD;
	return true;
}

/* The tokens of the shingle that ends with the last one read. */
struct window {
	struct token at[RING];
	size_t first, count;
	unsigned weight;
	uint64_t
	    hash; /* rolls: the sum of each token times a power of FACTOR */
	uint64_t powers[RING];
};

#define FACTOR 0x9e3779b97f4a7c15u

static void
push(struct window *w, const struct token *t)
{
	while (w->count &&
	    w->weight - w->at[w->first].weight + t->weight >= SHINGLE) {
		w->weight -= w->at[w->first].weight;
		w->hash -= w->at[w->first].hash * w->powers[w->count];
		w->first = (w->first + 1) % RING;
		w->count--;
	}
	w->at[(w->first + w->count) % RING] = *t;
	w->count++;
	w->weight += t->weight;
	w->hash = (w->hash + t->hash) * FACTOR;
}

static uint64_t
hash_window(const struct window *w)
{
	uint64_t h = mix(w->hash);

	return h ? h : 1;
}

/* Calls `each` with every shingle until it says to stop. */
static inline void
for_each_shingle(struct str text,
    bool (*each)(void *context, uint64_t hash, const struct window *w),
    void *context)
{
	struct window w = { .powers = { 1 } };
	struct token t;
	size_t at = 0;

	for (size_t i = 1; i < RING; i++)
		w.powers[i] = w.powers[i - 1] * FACTOR;
	while (next_token(text, &at, &t)) {
		push(&w, &t);
		if (w.weight >= SHINGLE && !each(context, hash_window(&w), &w))
			return;
	}
}

struct leaks *
leaks_new(void)
{
	return allocate(1, sizeof(struct leaks));
}

static void
hashes_free(struct hashes *h)
{
	free(h->at);
	free(h->owner);
}

void
leaks_free(struct leaks *l)
{
	if (!l)
		return;
	hashes_free(&l->secret);
	hashes_free(&l->open);
	free(l);
}

struct adding {
	struct hashes *to;
	uint32_t owner;
};

static bool
add_shingle(void *context, uint64_t hash, const struct window *w)
{
	const struct adding *a = context;

	(void)w;
	insert(a->to, hash, a->owner);
	return true;
}

void
leaks_add_secret(struct leaks *l, struct str text, uint32_t owner)
{
	struct adding a = { &l->secret, owner };

	for_each_shingle(text, add_shingle, &a);
}

void
leaks_add_free(struct leaks *l, struct str text, uint32_t owner)
{
	struct adding a = { &l->open, owner };

	for_each_shingle(text, add_shingle, &a);
}

static int
by_value(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* One number for each shingle both have: its owners. */
static size_t
shared_pairs(const struct leaks *l, uint64_t *pairs)
{
	size_t count = 0;

	for (size_t i = 0; i < l->secret.room; i++) {
		uint32_t open;

		if (l->secret.at[i] && has(&l->open, l->secret.at[i], &open))
			pairs[count++] =
			    (uint64_t)l->secret.owner[i] << 32 | open;
	}
	return count;
}

void
leaks_shared(const struct leaks *l,
    void (*report)(void *context, uint32_t secret, uint32_t open),
    void *context)
{
	uint64_t *pairs = allocate(l->secret.count + 1, sizeof *pairs);
	size_t count = shared_pairs(l, pairs), to;

	qsort(pairs, count, sizeof *pairs, by_value);
	for (size_t from = 0; from < count; from = to) {
		for (to = from; to < count && pairs[to] == pairs[from];)
			to++;
		if (to - from >= LEAK_SHARED)
			report(context, (uint32_t)(pairs[from] >> 32),
			    (uint32_t)pairs[from]);
	}
	free(pairs);
}

bool
leaks_any(const struct leaks *l)
{
	return l->secret.count;
}

struct finding {
	const struct leaks *leaks;
	struct str text;
	struct leak *found;
	unsigned weight; /* of the shingles found in a row, 0: none */
	size_t from; /* where they begin */
	bool any;
};

/*
 * One shingle alone may span the end of a teaser and a word of the theme, and
 * stand in another lesson by chance; two that overlap are a run of the text.
 */
static bool
look_up(void *context, uint64_t hash, const struct window *w)
{
	struct finding *f = context;
	const struct token *last = &w->at[(w->first + w->count - 1) % RING];

	if (!has(&f->leaks->secret, hash, &f->found->owner) ||
	    has(&f->leaks->open, hash, NULL)) {
		f->weight = 0;
		return true;
	}
	if (!f->weight) {
		f->weight = w->weight;
		f->from = w->at[w->first].from;
	} else {
		f->weight += last->weight;
	}
	if (f->weight < RUN)
		return true;
	f->found->run = str_sub(f->text, f->from, last->to - f->from);
	f->any = true;
	return false;
}

bool
leaks_find(const struct leaks *l, struct str text, struct leak *found)
{
	struct finding f = { .leaks = l, .text = text, .found = found };

	if (leaks_any(l))
		for_each_shingle(text, look_up, &f);
	return f.any;
}
