#include "terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	COUNT_SLOTS = 8192, /* of one document's terms: a power of two */
	TF_UNIT = 10, /* weights below are tenths */
	TAG_KIND = 0x7a67, /* sets a tag apart from a word */
	PHRASE_WORDS = 3,
	PHRASE_PAIRS = 5,
};

static const uint32_t field_weight[FIELD_COUNT] = {
	[FIELD_TITLE] = 30,
	[FIELD_HEADING] = 20,
	[FIELD_SUBHEADING] = 20,
	[FIELD_TEXT] = 10,
	[FIELD_CODE] = 3,
	[FIELD_TAG] = 30,
};
enum { PHRASE_WEIGHT = 10 };

/* A term of the document being read. */
struct counted {
	uint64_t hash; /* 0: free slot */
	uint32_t tf; /* tenths */
	bool is_public, is_named, is_pair, is_tag, is_whole;
	struct str text;
};

struct known {
	uint64_t hash;
	struct str text;
	uint32_t documents;
	bool is_pair, is_tag, is_whole;
};

struct document_terms {
	struct kept_term *at;
	size_t count;
};

struct terms {
	struct arena arena, reading;
	const struct stop *stop;
	bool is_public; /* the text that is read now */
	bool open; /* a document was begun */
	struct word phrase[PHRASE_PAIRS]; /* the words before, nearest first */
	size_t phrase_count;
	struct counted *counts;
	size_t count;
	uint16_t *count_slots; /* number in `counts` + 1 */
	struct {
		struct known *at;
		size_t count, room;
	} vocabulary;
	uint32_t *slots; /* of the vocabulary: id + 1 */
	size_t slot_count;
	struct {
		struct document_terms *at;
		size_t count, room;
	} documents;
};

struct terms *
terms_new(void)
{
	struct arena arena;
	struct terms *t;

	arena_init(&arena);
	t = ARENA_NEW(&arena, struct terms);
	t->arena = arena;
	arena_init(&t->reading);
	t->stop = stop_new(&t->arena);
	t->counts = ARENA_ARRAY(&t->reading, TERMS_READ + 1, struct counted);
	t->count_slots = ARENA_ARRAY(&t->reading, COUNT_SLOTS, uint16_t);
	t->slot_count = 1 << 12;
	t->slots = calloc(t->slot_count, sizeof *t->slots);
	if (!t->slots)
		abort();
	return t;
}

void
terms_free(struct terms *t)
{
	struct arena arena = t->arena;

	arena_clear(&t->reading);
	free(t->slots);
	arena_clear(&arena);
}

/* What stands in code only explains nothing to a reader. */
static bool
is_public(const struct terms *t, enum field field)
{
	return field != FIELD_CODE &&
	    (t->is_public ||
		(field != FIELD_TEXT && field != FIELD_SUBHEADING));
}

static bool
is_name(enum field field)
{
	return field != FIELD_CODE && field != FIELD_TEXT;
}

static size_t
first_slot(uint64_t hash)
{
	return (size_t)(hash >> 13) % COUNT_SLOTS;
}

static struct counted *
count(struct terms *t, const struct word *w, uint64_t hash, uint32_t weight)
{
	size_t i = first_slot(hash);
	struct counted *c;

	while (
	    t->count_slots[i] && t->counts[t->count_slots[i] - 1].hash != hash)
		i = (i + 1) % COUNT_SLOTS;
	if (!t->count_slots[i]) {
		c = &t->counts[t->count];
		*c = (struct counted){ .hash = hash, .is_pair = w->pair };
		/* beyond the last one is a place for what is ignored */
		if (t->count == TERMS_READ)
			return c;
		t->count_slots[i] = (uint16_t)++t->count;
	}
	c = &t->counts[t->count_slots[i] - 1];
	c->tf += weight;
	if (is_public(t, w->field)) {
		if (!c->is_public)
			c->text = w->text;
		c->is_public = true;
		c->is_named = c->is_named || is_name(w->field);
	}
	return c;
}

/* Two and three words beside each other are terms as well. */
static void
take_phrase(struct terms *t, const struct word *w)
{
	uint64_t hash = w->hash;

	if (!w->joined || w->pair != t->phrase[0].pair)
		t->phrase_count = 0;
	for (size_t i = 0; i < t->phrase_count; i++) {
		const char *from = t->phrase[i].text.ptr;
		struct word whole = *w;
		struct counted *c;

		hash = (hash ^ t->phrase[i].hash) * 0x9e3779b97f4a7c15u | 1;
		whole.text =
		    str_of(from, (size_t)(w->text.ptr + w->text.len - from));
		c = count(t, &whole, hash, PHRASE_WEIGHT);
		c->is_whole = c->is_whole || (w->last && !t->phrase[i].joined);
	}
	if (t->phrase_count < (w->pair ? PHRASE_PAIRS : PHRASE_WORDS) - 1)
		t->phrase_count++;
	memmove(&t->phrase[1], &t->phrase[0],
	    (PHRASE_PAIRS - 1) * sizeof *t->phrase);
	t->phrase[0] = *w;
}

static void
take(void *context, const struct word *w)
{
	struct terms *t = context;
	struct counted *c = count(t, w, w->hash, field_weight[w->field]);

	if (is_name(w->field)) {
		c->is_whole = c->is_whole || (w->last && !w->joined);
		take_phrase(t, w);
	} else {
		t->phrase_count = 0;
	}
	if (w->field == FIELD_TAG)
		count(t, w, (w->hash ^ TAG_KIND) * 0x9e3779b97f4a7c15u | 1,
		    field_weight[w->field])
		    ->is_tag = true;
}

void
terms_add_body(struct terms *t, struct str body, bool free_to_read)
{
	const struct word_sink sink = { take, t, t->stop };

	t->is_public = free_to_read;
	words_of_body(body, &sink);
}

void
terms_add_line(struct terms *t, struct str line, enum field field)
{
	const struct word_sink sink = { take, t, t->stop };

	t->is_public = true;
	words_of_line(line, field, &sink);
}

static size_t
vocabulary_slot(const struct terms *t, uint64_t hash)
{
	size_t i = (size_t)hash & (t->slot_count - 1);

	while (t->slots[i] && t->vocabulary.at[t->slots[i] - 1].hash != hash)
		i = (i + 1) & (t->slot_count - 1);
	return i;
}

static void
widen_vocabulary(struct terms *t)
{
	free(t->slots);
	t->slot_count *= 2;
	t->slots = calloc(t->slot_count, sizeof *t->slots);
	if (!t->slots)
		abort();
	for (size_t i = 0; i < t->vocabulary.count; i++)
		t->slots[vocabulary_slot(t, t->vocabulary.at[i].hash)] =
		    (uint32_t)i + 1;
}

static uint32_t
vocabulary_id(struct terms *t, const struct counted *c)
{
	size_t i = vocabulary_slot(t, c->hash);
	struct known *k;

	if (!t->slots[i]) {
		const struct known fresh = { .hash = c->hash,
			.is_pair = c->is_pair,
			.is_tag = c->is_tag };

		ARENA_PUSH(&t->arena, t->vocabulary, fresh);
		t->slots[i] = (uint32_t)t->vocabulary.count;
		if (t->vocabulary.count * 2 > t->slot_count) {
			widen_vocabulary(t);
			i = vocabulary_slot(t, c->hash);
		}
	}
	k = &t->vocabulary.at[t->slots[i] - 1];
	k->documents++;
	if (c->is_public && !k->text.len)
		k->text = c->text;
	k->is_whole = k->is_whole || c->is_whole;
	return t->slots[i] - 1;
}

/* The document read up to now goes to the list. */
static void
end_document(struct terms *t)
{
	struct document_terms *d;

	if (!t->open)
		return;
	d = &t->documents.at[t->documents.count - 1];
	d->count = t->count;
	d->at = ARENA_ARRAY(&t->reading, d->count, struct kept_term);
	for (size_t i = 0; i < t->count; i++) {
		const struct counted *c = &t->counts[i];

		d->at[i] = (struct kept_term){ vocabulary_id(t, c), c->tf };
		if (c->is_public)
			d->at[i].id |= TERM_PUBLIC;
		if (c->is_named)
			d->at[i].id |= TERM_NAMED;
	}
	memset(t->count_slots, 0, COUNT_SLOTS * sizeof *t->count_slots);
	t->count = 0;
	t->open = false;
}

void
terms_begin(struct terms *t)
{
	const struct document_terms fresh = { 0 };

	end_document(t);
	ARENA_PUSH(&t->arena, t->documents, fresh);
	t->open = true;
}

/* ln(documents / with), in eighths rounded. */
static float
idf_of(size_t documents, uint32_t with)
{
	double idf = log((double)documents / with);

	return (float)(floor(idf * 8 + 0.5) / 8);
}

struct heavy {
	float weight;
	uint32_t index;
};

static bool
is_heavier(struct heavy a, struct heavy b)
{
	return a.weight > b.weight ||
	    (a.weight == b.weight && a.index < b.index);
}

/* Puts the heaviest `most` of `list` first, in no order (Hoare's selection). */
static void
select_heaviest(struct heavy *list, size_t count, size_t most)
{
	size_t from = 0, to = count;

	while (to - from > 1) {
		struct heavy pivot = list[from + (to - from) / 2], moved;
		size_t i = from, k = to - 1;

		for (;;) {
			while (is_heavier(list[i], pivot))
				i++;
			while (is_heavier(pivot, list[k]))
				k--;
			if (i >= k)
				break;
			moved = list[i];
			list[i++] = list[k];
			list[k--] = moved;
		}
		if (most <= i)
			to = i;
		else
			from = i;
	}
}

/* The terms of a document that others have as well, weighed; returns how many.
 */
static size_t
weigh(const struct terms *t, const struct document_terms *d, const float *idf,
    struct heavy *heavy)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++) {
		uint32_t id = TERM_ID(d->at[i]);
		float w = sqrtf((float)d->at[i].weight / TF_UNIT) * idf[id];

		if (w > 0 && t->vocabulary.at[id].documents > 1)
			heavy[n++] = (struct heavy){ w, (uint32_t)i };
	}
	return n;
}

/* Makes a vector of a document's counts: the heaviest, of length TERM_UNIT. No
 * weight is 0, so that a sum of products says whether there were any. */
static void
close_document(struct terms *t, struct document_terms *d, const float *idf,
    struct heavy *heavy)
{
	size_t n = weigh(t, d, idf, heavy);
	struct kept_term *kept;
	double square = 0, unit;

	if (n > TERMS_KEPT) {
		select_heaviest(heavy, n, TERMS_KEPT);
		n = TERMS_KEPT;
	}
	for (size_t i = 0; i < n; i++)
		square += (double)heavy[i].weight * (double)heavy[i].weight;
	unit = n ? TERM_UNIT / sqrt(square) : 0;
	kept = ARENA_ARRAY(&t->arena, n, struct kept_term);
	for (size_t i = 0; i < n; i++) {
		kept[i].id = d->at[heavy[i].index].id;
		kept[i].weight = (uint32_t)((double)heavy[i].weight * unit) + 1;
	}
	d->at = kept;
	d->count = n;
}

void
terms_close(struct terms *t)
{
	struct heavy *heavy;
	float *idf;

	end_document(t);
	heavy = ARENA_ARRAY(&t->reading, TERMS_READ, struct heavy);
	idf = ARENA_ARRAY(&t->reading, t->vocabulary.count, float);
	for (size_t i = 0; i < t->vocabulary.count; i++)
		idf[i] =
		    idf_of(t->documents.count, t->vocabulary.at[i].documents);
	for (size_t i = 0; i < t->documents.count; i++)
		close_document(t, &t->documents.at[i], idf, heavy);
	t->counts = NULL;
	t->count_slots = NULL;
	arena_clear(&t->reading);
}

size_t
terms_count(const struct terms *t)
{
	return t->documents.count;
}

struct kept_terms
terms_of(const struct terms *t, size_t document)
{
	const struct document_terms *d = &t->documents.at[document];

	return (struct kept_terms){ d->at, d->count };
}

static const struct known *
known_of(const struct terms *t, uint32_t id)
{
	return &t->vocabulary.at[id & ~(TERM_PUBLIC | TERM_NAMED)];
}

struct str
term_text(const struct terms *t, uint32_t id)
{
	return known_of(t, id)->text;
}

size_t
terms_vocabulary(const struct terms *t)
{
	return t->vocabulary.count;
}

bool
term_is_pair(const struct terms *t, uint32_t id)
{
	return known_of(t, id)->is_pair;
}

size_t
term_documents(const struct terms *t, uint32_t id)
{
	return known_of(t, id)->documents;
}

bool
term_is_whole(const struct terms *t, uint32_t id)
{
	return known_of(t, id)->is_whole;
}

bool
term_is_tag(const struct terms *t, uint32_t id)
{
	return known_of(t, id)->is_tag;
}
