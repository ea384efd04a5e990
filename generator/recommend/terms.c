#include "terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TF_UNIT = 10, /* what is counted are tenths */
	ROOT_UNIT = 16,
	IDF_UNIT = 8,
	STEPS = 8, /* of numbers of documents, in a unit of the logarithm */
	MOST_STEPS = 256,
	CLASSES = 128, /* of weights */
	HEAVY_PERCENT = 99,
	TOPIC_BUFFER = TOPICS_MOST * (TOPIC_BYTES + 8),
};

#define TF_POWER 0.42
#define IDF_POWER 1.3

struct known {
	uint64_t hash;
	uint32_t documents, names;
};

struct document {
	uint32_t *all; /* of its terms */
	size_t count;
	struct document_terms terms; /* the heavy ones */
	struct str topics;
	bool moved; /* its weights are not those of the base */
};

/* A document in a base file; its terms and topics follow those before it. */
struct record {
	uint32_t count, heavy, topics, zero;
	uint64_t square;
};

/* The numbers of a base file's parts. */
struct parts {
	uint64_t documents, vocabulary, slots, terms, topics;
};

/* A term as it was in the base. */
struct former {
	uint32_t id, documents;
};

struct terms {
	struct arena arena, reading;
	const struct stop *stop;
	bool open; /* a document was begun */
	struct counts *counts;
	struct counted_term *counted;
	struct buf topics;
	struct {
		struct known *at;
		size_t count, room;
	} vocabulary;
	uint32_t *slots; /* of the vocabulary: id + 1 */
	size_t slot_count;
	bool slots_mapped; /* they are the base's */
	struct {
		struct document *at;
		size_t count, room;
	} documents;
	uint16_t *idf;
	uint16_t roots[TERM_CODES];
	uint16_t rarity[MOST_STEPS]; /* the idf of so many steps */
	/* of a restored one: */
	struct document *old;
	size_t old_count, old_vocabulary;
	struct {
		struct former *at;
		size_t count, room;
	} formers; /* terms whose numbers changed, as they were */
	uint64_t *touched; /* a bit for each term */
};

/* Codes below 128 are the tenths themselves; above, eight to each power of
 * two. */
static uint32_t
code_of(uint32_t tf)
{
	unsigned power = 7;

	if (tf < 128)
		return tf;
	while (power < 22 && tf >> (power + 1))
		power++;
	return 128 + (power - 7) * 8 + ((tf >> (power - 3)) & 7);
}

static uint32_t
tf_of_code(uint32_t code)
{
	unsigned power = (code - 128) / 8 + 7;

	return code < 128 ? code : (8 + code % 8) << (power - 3);
}

static uint32_t *
slots_new(size_t count)
{
	uint32_t *slots = calloc(count, sizeof *slots);

	if (!slots)
		abort();
	return slots;
}

static struct terms *
terms_empty(void)
{
	struct arena arena;
	struct terms *t;

	arena_init(&arena);
	t = ARENA_NEW(&arena, struct terms);
	t->arena = arena;
	arena_init(&t->reading);
	t->stop = stop_new(&t->arena);
	t->counts = counts_new(&t->reading, t->stop);
	t->counted = ARENA_ARRAY(&t->reading, COUNTS_MOST, struct counted_term);
	buf_init(&t->topics, TOPIC_BUFFER);
	for (uint32_t i = 0; i < 128 + 16 * 8; i++)
		t->roots[i] =
		    (uint16_t)(pow((double)tf_of_code(i) / TF_UNIT, TF_POWER) *
			    ROOT_UNIT +
			0.5);
	for (unsigned i = 0; i < MOST_STEPS; i++)
		t->rarity[i] =
		    (uint16_t)(pow((double)i / STEPS, IDF_POWER) * IDF_UNIT +
			0.5);
	return t;
}

struct terms *
terms_new(void)
{
	struct terms *t = terms_empty();

	t->slot_count = 1 << 12;
	t->slots = slots_new(t->slot_count);
	return t;
}

void
terms_free(struct terms *t)
{
	struct arena arena = t->arena;

	arena_clear(&t->reading);
	buf_clear(&t->topics);
	if (!t->slots_mapped)
		free(t->slots);
	arena_clear(&arena);
}

static size_t
slot_of(const struct terms *t, uint64_t hash)
{
	size_t i = (size_t)hash & (t->slot_count - 1);

	while (t->slots[i] && t->vocabulary.at[t->slots[i] - 1].hash != hash)
		i = (i + 1) & (t->slot_count - 1);
	return i;
}

static void
widen_vocabulary(struct terms *t)
{
	if (!t->slots_mapped)
		free(t->slots);
	t->slots_mapped = false;
	t->slot_count *= 4;
	t->slots = slots_new(t->slot_count);
	for (size_t i = 0; i < t->vocabulary.count; i++)
		t->slots[slot_of(t, t->vocabulary.at[i].hash)] =
		    (uint32_t)i + 1;
}

/* TERM_NONE when there are too many. */
static uint32_t
id_of(struct terms *t, uint64_t hash)
{
	const struct known fresh = { .hash = hash };
	size_t i = slot_of(t, hash);

	if (t->slots[i])
		return t->slots[i] - 1;
	if (t->vocabulary.count + 1 >= TERM_NONE)
		return TERM_NONE;
	ARENA_PUSH(&t->arena, t->vocabulary, fresh);
	t->slots[i] = (uint32_t)t->vocabulary.count;
	if (t->vocabulary.count * 2 > t->slot_count)
		widen_vocabulary(t);
	return (uint32_t)t->vocabulary.count - 1;
}

/* One document more, or less, has the term. */
static void
count_document(struct terms *t, uint32_t id, bool named, int by)
{
	struct known *k = &t->vocabulary.at[id];
	const struct former was = { id, k->documents };

	if (t->old && id < t->old_vocabulary)
		ARENA_PUSH(&t->arena, t->formers, was);
	k->documents += (uint32_t)by;
	k->names += named ? (uint32_t)by : 0;
}

/* The document read up to now goes to the list. */
static void
end_document(struct terms *t)
{
	struct document *d;
	uint32_t *at;
	size_t n, kept = 0;

	if (!t->open)
		return;
	t->open = false;
	buf_reset(&t->topics);
	n = counts_end(t->counts, t->counted, &t->topics);
	at = arena_alloc_array(&t->arena, n, sizeof *at);
	for (size_t i = 0; i < n; i++) {
		const struct counted_term *c = &t->counted[i];
		uint32_t id = id_of(t, c->hash);

		if (id == TERM_NONE)
			continue;
		count_document(t, id, c->named, 1);
		at[kept++] =
		    id << 9 | code_of(c->tf) | (c->named ? TERM_NAMED : 0);
	}
	d = &t->documents.at[t->documents.count - 1];
	d->all = at;
	d->count = kept;
	d->moved = true;
	d->topics = arena_str(&t->arena, buf_str(&t->topics));
}

void
terms_begin(struct terms *t)
{
	const struct document fresh = { .topics = STR_NONE };

	end_document(t);
	ARENA_PUSH(&t->arena, t->documents, fresh);
	counts_begin(t->counts);
	t->open = true;
}

void
terms_add_body(struct terms *t, struct str body, bool is_public)
{
	counts_add_body(t->counts, body, is_public);
}

void
terms_add_line(struct terms *t, struct str line, enum field field)
{
	counts_add_line(t->counts, line, field);
}

unsigned
term_step(size_t documents)
{
	return documents ? (unsigned)(log((double)documents) * STEPS + 0.5) : 0;
}

static uint16_t
idf_of(const struct terms *t, size_t all_documents, size_t documents)
{
	unsigned all = term_step(all_documents);
	unsigned step = term_step(documents);

	return documents < 2 || step > all ? 0 : t->rarity[all - step];
}

static uint64_t
weight_of(const struct terms *t, uint32_t term)
{
	return (uint64_t)t->roots[TERM_CODE(term)] * t->idf[TERM_ID(term)];
}

/* Four to each power of two. */
static unsigned
class_of(uint64_t weight)
{
	unsigned power;

	if (weight < 4)
		return 0;
	power = 63 - (unsigned)__builtin_clzll(weight);
	return power * 4 + (unsigned)((weight >> (power - 2)) & 3);
}

/* The heaviest classes of terms that make up HEAVY_PERCENT of the square of the
 * document's length: the least of those classes. */
static unsigned
least_class(const uint64_t squares[CLASSES])
{
	uint64_t sum = 0, heavy = 0;
	unsigned class = CLASSES;

	for (unsigned i = 0; i < CLASSES; i++)
		sum += squares[i];
	while (class > 0 && heavy * 100 < sum * HEAVY_PERCENT)
		heavy += squares[--class];
	return class;
}

/* Puts the heavy terms first and counts only them. */
static void
weigh(const struct terms *t, struct document *d)
{
	uint64_t squares[CLASSES] = { 0 }, square = 0;
	uint32_t *at = d->all;
	unsigned least;
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++) {
		uint64_t weight = weight_of(t, at[i]);

		squares[class_of(weight)] += weight * weight;
	}
	least = least_class(squares);
	for (size_t i = 0; i < d->count; i++) {
		uint32_t term = at[i];
		uint64_t weight = weight_of(t, term);

		if (!weight || class_of(weight) < least)
			continue;
		square += weight * weight;
		at[i] = at[n];
		at[n++] = term;
	}
	d->terms = (struct document_terms){ at, n, square };
}

static void
set_bit(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= UINT64_C(1) << i % 64;
}

static bool
has_bit(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static void
touch_heavy(struct terms *t, const struct document *d)
{
	for (size_t i = 0; t->touched && i < d->terms.count; i++)
		set_bit(t->touched, TERM_ID(d->terms.at[i]));
}

static void
weigh_again(struct terms *t, struct document *d)
{
	touch_heavy(t, d);
	d->moved = true;
	weigh(t, d);
	touch_heavy(t, d);
}

/* Does its number of documents count as another one now? */
static bool
is_stepped(const struct terms *t, const struct former *was)
{
	size_t now = t->vocabulary.at[was->id].documents;

	return term_step(was->documents) != term_step(now) ||
	    (was->documents < 2) != (now < 2);
}

/* The terms whose weights changed, as bits; how many. */
static size_t
find_stepped(struct terms *t, uint64_t *stepped)
{
	uint64_t *seen =
	    ARENA_ARRAY(&t->reading, t->old_vocabulary / 64 + 1, uint64_t);
	size_t count = 0;

	for (size_t i = 0; i < t->formers.count; i++) {
		const struct former *was = &t->formers.at[i];

		/* the first one is what the base had */
		if (has_bit(seen, was->id))
			continue;
		set_bit(seen, was->id);
		if (is_stepped(t, was)) {
			set_bit(stepped, was->id);
			count++;
		}
	}
	return count;
}

static bool
has_any(const struct document *d, const uint64_t *bits)
{
	for (size_t i = 0; i < d->count; i++) {
		if (has_bit(bits, TERM_ID(d->all[i])))
			return true;
	}
	return false;
}

static void
weigh_moved(struct terms *t, const uint64_t *stepped, size_t stepped_count)
{
	for (size_t i = 0; i < t->documents.count; i++) {
		struct document *d = &t->documents.at[i];

		if (d->moved || (stepped_count && has_any(d, stepped)))
			weigh_again(t, d);
	}
}

static void
close_restored(struct terms *t)
{
	size_t count = t->documents.count, words = t->vocabulary.count / 64 + 1;
	uint64_t *stepped = ARENA_ARRAY(&t->reading, words, uint64_t);

	if (term_step(count) != term_step(t->old_count)) {
		for (size_t i = 0; i < count; i++)
			t->documents.at[i].moved = true;
		weigh_moved(t, stepped, 0);
		return;
	}
	weigh_moved(t, stepped, find_stepped(t, stepped));
}

void
terms_close(struct terms *t)
{
	size_t count;

	end_document(t);
	count = t->documents.count;
	t->idf = ARENA_ARRAY(&t->arena, t->vocabulary.count, uint16_t);
	for (size_t i = 0; i < t->vocabulary.count; i++)
		t->idf[i] = idf_of(t, count, t->vocabulary.at[i].documents);
	if (t->old)
		close_restored(t);
	for (size_t i = 0; i < count && !t->old; i++)
		weigh(t, &t->documents.at[i]);
	t->counts = NULL;
	t->counted = NULL;
	arena_clear(&t->reading);
}

void
terms_save(const struct terms *t, struct base_writer *w)
{
	struct parts p = { .documents = t->documents.count,
		.vocabulary = t->vocabulary.count,
		.slots = t->slot_count };

	for (size_t i = 0; i < t->documents.count; i++) {
		p.terms += t->documents.at[i].count;
		p.topics += t->documents.at[i].topics.len;
	}
	base_add(w, &p, sizeof p);
	base_add(w, t->vocabulary.at, p.vocabulary * sizeof *t->vocabulary.at);
	base_add(w, t->slots, p.slots * sizeof *t->slots);
	base_pad(w);
	for (size_t i = 0; i < t->documents.count; i++) {
		const struct document *d = &t->documents.at[i];
		const struct record r = { .count = (uint32_t)d->count,
			.heavy = (uint32_t)d->terms.count,
			.topics = (uint32_t)d->topics.len,
			.square = d->terms.square };

		base_add(w, &r, sizeof r);
	}
	for (size_t i = 0; i < t->documents.count; i++)
		base_add(w, t->documents.at[i].all,
		    t->documents.at[i].count * sizeof(uint32_t));
	base_pad(w);
	for (size_t i = 0; i < t->documents.count; i++)
		base_add(w, t->documents.at[i].topics.ptr,
		    t->documents.at[i].topics.len);
	base_pad(w);
}

/* Where each document's terms and topics are. False when they do not add up. */
static bool
restore_documents(struct terms *t, const struct parts *p,
    const struct record *records, uint32_t *terms, const char *topics)
{
	size_t term = 0, topic = 0;

	t->old = ARENA_ARRAY(&t->arena, p->documents + 1, struct document);
	t->old_count = p->documents;
	for (size_t i = 0; i < p->documents; i++) {
		const struct record *r = &records[i];

		if (r->count > p->terms - term || r->heavy > r->count ||
		    r->topics > p->topics - topic)
			return false;
		t->old[i] = (struct document){ .all = terms + term,
			.count = r->count,
			.terms = { terms + term, r->heavy, r->square },
			.topics = str_of(topics + topic, r->topics) };
		term += r->count;
		topic += r->topics;
	}
	return true;
}

struct terms *
terms_restore(struct base *b, size_t *old)
{
	const struct parts *p = BASE_TAKE(b, 1, struct parts);
	struct terms *t = p ? terms_empty() : NULL;
	const struct record *records;
	uint32_t *terms;
	const char *topics;

	if (!t)
		return NULL;
	t->vocabulary.at = BASE_TAKE(b, p->vocabulary, struct known);
	t->vocabulary.count = t->vocabulary.room = p->vocabulary;
	t->slots = BASE_TAKE(b, p->slots, uint32_t);
	t->slot_count = p->slots;
	t->slots_mapped = true;
	records = BASE_TAKE(b, p->documents, struct record);
	terms = BASE_TAKE(b, p->terms, uint32_t);
	topics = BASE_TAKE(b, p->topics, char);
	if (!t->vocabulary.at || !t->slots || !records || !terms || !topics ||
	    !restore_documents(t, p, records, terms, topics)) {
		terms_free(t);
		return NULL;
	}
	t->old_vocabulary = p->vocabulary;
	/* terms may still be added, a few to each new document */
	t->touched = ARENA_ARRAY(&t->arena, TERM_IDS / 64, uint64_t);
	*old = t->old_count;
	return t;
}

void
terms_keep(struct terms *t, size_t old)
{
	end_document(t);
	ARENA_PUSH(&t->arena, t->documents, t->old[old]);
}

void
terms_drop(struct terms *t, size_t old)
{
	const struct document *d = &t->old[old];

	for (size_t i = 0; i < d->count; i++)
		count_document(
		    t, TERM_ID(d->all[i]), d->all[i] & TERM_NAMED, -1);
	touch_heavy(t, d);
}

bool
terms_moved(const struct terms *t, size_t document)
{
	return !t->old || t->documents.at[document].moved;
}

const uint64_t *
terms_touched(const struct terms *t)
{
	return t->touched;
}

const struct stop *
terms_stop(const struct terms *t)
{
	return t->stop;
}

size_t
terms_count(const struct terms *t)
{
	return t->documents.count;
}

size_t
terms_vocabulary(const struct terms *t)
{
	return t->vocabulary.count;
}

struct document_terms
terms_of(const struct terms *t, size_t document)
{
	return t->documents.at[document].terms;
}

struct str
terms_topics(const struct terms *t, size_t document)
{
	return t->documents.at[document].topics;
}

uint32_t
terms_find(const struct terms *t, uint64_t hash)
{
	uint32_t slot = t->slots[slot_of(t, hash)];

	return slot ? slot - 1 : TERM_NONE;
}

uint64_t
term_hash(const struct terms *t, uint32_t id)
{
	return t->vocabulary.at[id].hash;
}

size_t
term_documents(const struct terms *t, uint32_t id)
{
	return t->vocabulary.at[id].documents;
}

size_t
term_names(const struct terms *t, uint32_t id)
{
	return t->vocabulary.at[id].names;
}

const uint16_t *
terms_idf(const struct terms *t)
{
	return t->idf;
}

const uint16_t *
term_roots(const struct terms *t)
{
	return t->roots;
}
