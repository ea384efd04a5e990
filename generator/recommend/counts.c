#include "counts.h"

#include <string.h>

enum {
	SLOTS = 16384, /* a power of two */
	TAG_KIND = 0x7a67, /* sets a tag apart from a word */
	SAID_KIND = 0x5a1d, /* a phrase or run that is no term */
	PHRASE_WORDS = 3,
	PHRASE_PAIRS = 5,
	BEFORE = 8, /* words remembered: a power of two */
	WORDS_WEIGHT = 10, /* of a phrase in a name */
	PAIRS_WEIGHT = 15,
	REPEATED_WEIGHT = 5, /* of one in running text, each time */
	SHORTEST_WORD = 3, /* bytes, to be a topic */
	RUN_LEAST = 2, /* characters */
	RUN_MOST = 8, /* in running text */
	OFTEN =
	    3, /* times in running text make a word a topic; a phrase, less */
};

static const uint32_t field_weight[FIELD_COUNT] = {
	[FIELD_TITLE] = 50,
	[FIELD_HEADING] = 40,
	[FIELD_SUBHEADING] = 15,
	[FIELD_TEXT] = 10,
	[FIELD_CODE] = 2,
	[FIELD_TAG] = 50,
};

static const uint8_t field_strength[FIELD_COUNT] = {
	[FIELD_TITLE] = TOPIC_TITLE,
	[FIELD_HEADING] = TOPIC_HEADING,
	[FIELD_SUBHEADING] = TOPIC_FREQUENT,
	[FIELD_TAG] = TOPIC_TITLE,
};

struct counted {
	uint64_t hash;
	struct str text; /* once it was met in public */
	uint32_t tf; /* tenths; 0: no term */
	uint16_t seen; /* in public */
	uint8_t strength;
	uint8_t flags; /* enum topic_flags */
	bool named;
	bool silent; /* no topic: plain, a pair, a tag's own kind */
};

struct counts {
	const struct stop *stop;
	bool is_public; /* the text that is read now */
	struct before {
		uint64_t hash;
		const char *from;
		enum field field;
		bool pair, plain, inside;
	} before[BEFORE]; /* a ring: the words before this one */
	size_t last; /* the nearest of them */
	size_t phrase_count; /* how many of them may join it */
	const char *segment; /* where one of a run of characters began */
	size_t characters; /* of it up to now */
	bool pointing; /* the character before was "this", "that", "how" */
	struct counted *at;
	size_t count;
	uint16_t *slots; /* number in `at` + 1 */
};

struct counts *
counts_new(struct arena *a, const struct stop *stop)
{
	struct counts *c = ARENA_NEW(a, struct counts);

	c->stop = stop;
	c->at = ARENA_ARRAY(a, COUNTS_MOST + 1, struct counted);
	c->slots = ARENA_ARRAY(a, SLOTS, uint16_t);
	return c;
}

void
counts_begin(struct counts *c)
{
	for (size_t i = 0; i < c->count; i++) {
		size_t slot = (size_t)(c->at[i].hash >> 13) % SLOTS;

		while (c->slots[slot]) {
			c->slots[slot] = 0;
			slot = (slot + 1) % SLOTS;
		}
	}
	c->count = 0;
	c->phrase_count = 0;
}

/* What stands in code only explains nothing to a reader. */
static bool
is_public(const struct counts *c, enum field field)
{
	return field != FIELD_CODE &&
	    (c->is_public ||
		(field != FIELD_TEXT && field != FIELD_SUBHEADING));
}

static bool
is_name(enum field field)
{
	return field != FIELD_CODE && field != FIELD_TEXT;
}

/* The place of a term; a new one where it is met first. */
static struct counted *
place_of(struct counts *c, uint64_t hash)
{
	size_t i = (size_t)(hash >> 13) % SLOTS;
	struct counted *x;

	while (c->slots[i] && c->at[c->slots[i] - 1].hash != hash)
		i = (i + 1) % SLOTS;
	if (c->slots[i])
		return &c->at[c->slots[i] - 1];
	x = &c->at[c->count];
	*x = (struct counted){ .hash = hash };
	/* beyond the last one is a place for what is ignored */
	if (c->count < COUNTS_MOST)
		c->slots[i] = (uint16_t)++c->count;
	return x;
}

/* Notes that anyone may read it here. A text from inside a sentence is written
 * as the word is; a heading may begin every word with a capital. */
static void
say(struct counted *x, struct str text, uint8_t strength, bool cased)
{
	if (!x->seen || (cased && !(x->flags & TOPIC_CASED)))
		x->text = text;
	if (cased)
		x->flags |= TOPIC_CASED;
	if (x->seen < UINT16_MAX)
		x->seen++;
	if (x->strength < strength)
		x->strength = strength;
}

static struct counted *
count(struct counts *c, const struct word *w, uint64_t hash, uint32_t weight)
{
	struct counted *x = place_of(c, hash);

	x->tf += weight;
	x->named = x->named || is_name(w->field);
	return x;
}

static uint64_t
joined_hash(uint64_t a, uint64_t b)
{
	return (a ^ b) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

/* "Installing Binaries" is about binaries. */
static bool
is_verb_of_heading(const struct word *w)
{
	return w->first && w->text.len > 5 && str_ends(w->text, STR("ing"));
}

/* The nearest word before is 0. */
static const struct before *
word_before(const struct counts *c, size_t i)
{
	return &c->before[(c->last - i) % BEFORE];
}

/* Two and three words beside each other in a name are terms as well. */
static void
count_phrases(struct counts *c, const struct word *w, bool plain)
{
	uint64_t hash = w->hash;

	for (size_t i = 0; i < c->phrase_count; i++) {
		const struct before *before = word_before(c, i);
		const char *from = before->from;
		size_t len = (size_t)(w->text.ptr + w->text.len - from);
		struct counted *x;

		hash = joined_hash(hash, before->hash);
		x = count(c, w, hash, w->pair ? PAIRS_WEIGHT : WORDS_WEIGHT);
		x->silent = w->pair;
		plain = plain && before->plain;
		if (w->pair || plain || !is_public(c, w->field) ||
		    len > TOPIC_BYTES)
			continue;
		x->flags |= TOPIC_PHRASE;
		say(x, str_of(from, len), field_strength[w->field], false);
	}
}

/* Two words of running text: a term and a topic when it comes again. */
static void
note_phrase(struct counts *c, const struct word *w, bool plain)
{
	const struct before *before = word_before(c, 0);
	const char *from = before->from;
	size_t len = (size_t)(w->text.ptr + w->text.len - from);
	struct counted *x;

	if (!c->phrase_count || len > TOPIC_BYTES || plain || before->plain)
		return;
	x = place_of(c, joined_hash(w->hash, before->hash));
	x->tf += REPEATED_WEIGHT;
	x->flags |= TOPIC_PHRASE;
	say(x, str_of(from, len), 0, before->inside);
}

static void
take_phrase(struct counts *c, const struct word *w, bool plain)
{
	size_t most = w->pair ? PHRASE_PAIRS : PHRASE_WORDS;
	const struct before *before = word_before(c, 0);

	if (!w->joined || w->pair != before->pair || w->field != before->field)
		c->phrase_count = 0;
	if (is_name(w->field))
		count_phrases(c, w, plain);
	else if (!w->pair && is_public(c, w->field))
		note_phrase(c, w, plain);
	if (c->phrase_count < most - 1)
		c->phrase_count++;
	c->last = (c->last + 1) % BEFORE;
	c->before[c->last] = (struct before){ w->hash, w->text.ptr, w->field,
		w->pair, plain, w->inside };
}

/* Characters that bind words and are seldom part of one; and Hiragana. */
static bool
is_binding(uint32_t scalar)
{
	if (scalar >= 0x3041 && scalar <= 0x3096)
		return true;
	/* bits of the lowest six bits of those below */
	if (!(UINT64_C(0x22029d8d82c2d558) >> scalar % 64 & 1))
		return false;
	switch (scalar) {
	case 0x4e0e:
	case 0x4e2a:
	case 0x4e5f:
	case 0x4e86:
	case 0x4ed6:
	case 0x4eec:
	case 0x4f60:
	case 0x53ca:
	case 0x5417:
	case 0x5427:
	case 0x5462:
	case 0x548c:
	case 0x5728:
	case 0x5979:
	case 0x5b83:
	case 0x5c31:
	case 0x5f88:
	case 0x600e:
	case 0x6211:
	case 0x6216:
	case 0x628a:
	case 0x662f:
	case 0x6bcf:
	case 0x7684:
	case 0x88ab:
	case 0x8fd9:
	case 0x90a3:
	case 0x90fd:
		return true;
	default:
		return false;
	}
}

enum { HAN = 3 }; /* bytes of a character in UTF-8 */

static bool
is_one_of(const char *p, const char *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!memcmp(p, &list[i * HAN], HAN))
			return true;
	}
	return false;
}

/* Words of one character begin or end a run more often than they belong. */
static struct str
without_edges(struct str run, size_t *characters)
{
	static const char before[] = "用将让给由", after[] = "为以时后中";

	if (*characters > 3 && run.len >= HAN &&
	    is_one_of(run.ptr, before, (sizeof before - 1) / HAN)) {
		run = str_from_at(run, HAN);
		--*characters;
	}
	if (*characters > 2 && run.len >= HAN &&
	    is_one_of(
		&run.ptr[run.len - HAN], after, (sizeof after - 1) / HAN)) {
		run.len -= HAN;
		--*characters;
	}
	return run;
}

static uint64_t
run_hash(uint64_t topic)
{
	return (topic ^ SAID_KIND) | 1;
}

uint64_t
counts_run_hash(struct str run)
{
	return run_hash(topic_hash(run, true));
}

/* The segment up to `end`. */
static void
note_segment(struct counts *c, const struct word *w, const char *end)
{
	size_t characters = c->characters;
	struct str text = str_of(c->segment, (size_t)(end - c->segment));
	struct counted *x;
	uint64_t hash;

	c->characters = 0;
	if (characters < RUN_LEAST ||
	    (w->field == FIELD_TEXT && characters > RUN_MOST))
		return;
	text = without_edges(text, &characters);
	if (text.len > TOPIC_BYTES)
		return;
	hash = topic_hash(text, true);
	x = place_of(c, run_hash(hash));
	if (!(x->flags & TOPIC_RUN))
		x->silent = stop_is_plain(c->stop, hash);
	x->flags |= TOPIC_RUN;
	x->named = x->named || is_name(w->field);
	say(x, text, field_strength[w->field], false);
}

/* Each, how, that, this. */
static bool
is_pointing(uint32_t scalar)
{
	return scalar == 0x6bcf || scalar == 0x600e || scalar == 0x90a3 ||
	    scalar == 0x8fd9;
}

/* What makes a word of one of those: kinds, times, places, "so". */
static bool
is_pointed_at(uint32_t scalar)
{
	return scalar == 0x4e48 || scalar == 0x4e9b || scalar == 0x4f4d ||
	    scalar == 0x6837 || scalar == 0x6b21 || scalar == 0x79cd ||
	    scalar == 0x91cc;
}

/* A binding character divides a run. */
static void
note_character(struct counts *c, const struct word *w, uint32_t scalar,
    const char *from, const char *to)
{
	if (!is_binding(scalar) && !(c->pointing && is_pointed_at(scalar))) {
		c->pointing = false;
		c->characters++;
		return;
	}
	c->pointing = is_pointing(scalar);
	note_segment(c, w, from);
	c->segment = to;
}

static void
note_run(struct counts *c, const struct word *w)
{
	const char *second = w->text.ptr, *end = w->text.ptr + w->text.len;

	do
		second++;
	while (second < end && (unsigned char)*second >> 6 == 2);
	if (!w->joined) {
		c->segment = w->text.ptr;
		c->characters = 0;
		c->pointing = false;
		note_character(c, w, w->scalars[0], w->text.ptr, second);
	}
	if (w->scalars[1])
		note_character(c, w, w->scalars[1], second, end);
	if (w->last)
		note_segment(c, w, end);
}

static void
take_pair(struct counts *c, const struct word *w)
{
	count(c, w, w->hash, field_weight[w->field])->silent = true;
	if (is_public(c, w->field))
		note_run(c, w);
}

/* Says whether it is plain. */
static bool
take_word(struct counts *c, const struct word *w)
{
	struct counted *x = place_of(c, w->hash);
	bool weak = is_name(w->field) && is_verb_of_heading(w);

	if (!x->tf && stop_is_plain(c->stop, w->hash))
		x->silent = true;
	x->tf += field_weight[w->field];
	x->named = x->named || is_name(w->field);
	if (is_public(c, w->field) && !x->silent)
		say(x, w->text, weak ? 0 : field_strength[w->field],
		    w->field == FIELD_TEXT && w->inside);
	return x->silent;
}

static void
take(void *context, const struct word *w)
{
	struct counts *c = context;

	bool plain = false;

	if (w->pair)
		take_pair(c, w);
	else
		plain = take_word(c, w);
	if (w->field == FIELD_CODE)
		c->phrase_count = 0;
	else if (is_name(w->field) || !w->pair)
		take_phrase(c, w, plain);
	if (w->field == FIELD_TAG)
		count(c, w, joined_hash(w->hash, TAG_KIND),
		    field_weight[FIELD_TAG])
		    ->silent = true;
}

void
counts_add_body(struct counts *c, struct str body, bool free_to_read)
{
	const struct word_sink sink = { take, c, c->stop };

	c->is_public = free_to_read;
	c->phrase_count = 0;
	words_of_body(body, &sink);
}

void
counts_add_line(struct counts *c, struct str line, enum field field)
{
	const struct word_sink sink = { take, c, c->stop };

	c->is_public = true;
	c->phrase_count = 0;
	words_of_line(line, field, &sink);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (unsigned char)c >= 0x80;
}

/* False when it says too little to be shown. */
static bool
make_topic(const struct counted *x, struct topic *out)
{
	unsigned often =
	    x->flags & (TOPIC_PHRASE | TOPIC_RUN) ? OFTEN - 1 : OFTEN;
	uint8_t strength = x->strength;

	if (!strength && x->seen >= often)
		strength =
		    x->seen >= 2 * often ? TOPIC_FREQUENT : TOPIC_REPEATED;
	if (!strength || x->silent || x->text.len < SHORTEST_WORD ||
	    x->text.len > TOPIC_BYTES || !is_letter(*x->text.ptr))
		return false;
	*out =
	    (struct topic){ .hash = topic_hash(x->text, x->flags & TOPIC_RUN),
		    .text = x->text,
		    .strength = strength,
		    .flags = x->flags };
	return true;
}

static bool
is_term(const struct counted *x)
{
	if (x->flags & TOPIC_RUN)
		return x->named;
	return x->named || !(x->flags & TOPIC_PHRASE) || x->seen > 1;
}

size_t
counts_end(struct counts *c, struct counted_term *terms, struct buf *topics)
{
	struct topic list[COUNTS_MOST];
	size_t term_count = 0, n = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct counted *x = &c->at[i];

		if (is_term(x))
			terms[term_count++] =
			    (struct counted_term){ x->hash, x->tf, x->named };
		n += make_topic(x, &list[n]);
	}
	topics_pack(list, n, topics);
	return term_count;
}
