#include "counts.h"

#include <string.h>

enum {
	SLOTS = 16384, /* a power of two */
	TAG_KIND = 0x7a67, /* sets a tag apart from a word */
	SAID_KIND = 0x5a1d, /* a phrase or run that is no term */
	PHRASE_WORDS = 3,
	PHRASE_PAIRS = 5,
	WORDS_WEIGHT = 10, /* of a phrase in a name */
	PAIRS_WEIGHT = 15,
	REPEATED_WEIGHT = 5, /* of one in running text, each time */
	SHORTEST_WORD = 3, /* bytes, to be a topic */
	RUN_LEAST = 2, /* characters */
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
	struct word phrase[PHRASE_PAIRS]; /* the words before, nearest first */
	size_t phrase_count;
	const char *run; /* where the run of characters began */
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
say(struct counted *x, const struct word *w, struct str text, uint8_t strength)
{
	bool cased = w->field == FIELD_TEXT && w->inside;

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

/* Two and three words beside each other in a name are terms as well. */
static void
count_phrases(struct counts *c, const struct word *w)
{
	uint64_t hash = w->hash;
	bool plain = stop_is_plain(c->stop, w->hash);

	for (size_t i = 0; i < c->phrase_count; i++) {
		const char *from = c->phrase[i].text.ptr;
		size_t len = (size_t)(w->text.ptr + w->text.len - from);
		struct counted *x;

		hash = joined_hash(hash, c->phrase[i].hash);
		x = count(c, w, hash, w->pair ? PAIRS_WEIGHT : WORDS_WEIGHT);
		x->silent = w->pair;
		plain = plain && stop_is_plain(c->stop, c->phrase[i].hash);
		if (w->pair || plain || !is_public(c, w->field) ||
		    len > TOPIC_BYTES)
			continue;
		x->flags |= TOPIC_PHRASE;
		say(x, &c->phrase[i], str_of(from, len),
		    field_strength[w->field]);
	}
}

/* Two words of running text: a term and a topic when it comes again. */
static void
note_phrase(struct counts *c, const struct word *w)
{
	const struct word *before = &c->phrase[0];
	const char *from = before->text.ptr;
	size_t len = (size_t)(w->text.ptr + w->text.len - from);
	struct counted *x;

	if (!c->phrase_count || len > TOPIC_BYTES ||
	    stop_is_plain(c->stop, w->hash) ||
	    stop_is_plain(c->stop, before->hash))
		return;
	x = place_of(c, joined_hash(w->hash, before->hash));
	x->tf += REPEATED_WEIGHT;
	x->flags |= TOPIC_PHRASE;
	say(x, before, str_of(from, len), 0);
}

static void
take_phrase(struct counts *c, const struct word *w)
{
	size_t most = w->pair ? PHRASE_PAIRS : PHRASE_WORDS;

	if (!w->joined || w->pair != c->phrase[0].pair ||
	    w->field != c->phrase[0].field)
		c->phrase_count = 0;
	if (is_name(w->field))
		count_phrases(c, w);
	else if (!w->pair && is_public(c, w->field))
		note_phrase(c, w);
	if (c->phrase_count < most - 1)
		c->phrase_count++;
	memmove(&c->phrase[1], &c->phrase[0],
	    (PHRASE_PAIRS - 1) * sizeof *c->phrase);
	c->phrase[0] = *w;
}

/* Characters that bind words and are seldom part of one; and Hiragana. */
static bool
is_binding(uint32_t scalar)
{
	static const uint16_t binding[] = {
		0x4e0e,
		0x4e2a,
		0x4e5f,
		0x4e86,
		0x4ed6,
		0x4eec,
		0x4f60,
		0x53ca,
		0x5417,
		0x5427,
		0x5462,
		0x548c,
		0x5728,
		0x5979,
		0x5b83,
		0x5c31,
		0x5f88,
		0x600e,
		0x6211,
		0x6216,
		0x628a,
		0x662f,
		0x6bcf,
		0x7684,
		0x88ab,
		0x8fd9,
		0x90a3,
		0x90fd,
	}; /* 与个也了他们你及吗吧呢和在她它就很怎我或把是每的被这那都 */
	size_t i = 0;

	if (scalar < 0x3041 || scalar > 0x9fff)
		return false;
	if (scalar <= 0x3096)
		return true;
	while (i < sizeof binding / sizeof *binding && binding[i] < scalar)
		i++;
	return i < sizeof binding / sizeof *binding && binding[i] == scalar;
}

uint64_t
counts_run_hash(struct str run)
{
	return (topic_hash(run, true) ^ SAID_KIND) | 1;
}

/* Words of one character that begin or end more often than they belong. */
static struct str
without_edges(struct str run, size_t *characters)
{
	static const char *const before[] = { "用", "将", "让", "给", "由" };
	static const char *const after[] = { "为", "以", "时", "后", "中" };

	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		struct str edge = str_from(before[i]);

		if (*characters > 3 && str_starts(run, edge)) {
			run = str_from_at(run, edge.len);
			--*characters;
			break;
		}
	}
	for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
		struct str edge = str_from(after[i]);

		if (*characters > 2 && str_ends(run, edge)) {
			run.len -= edge.len;
			--*characters;
			break;
		}
	}
	return run;
}

static void
note_segment(
    struct counts *c, const struct word *w, struct str text, size_t characters)
{
	struct counted *x;

	text = without_edges(text, &characters);
	if (characters < RUN_LEAST || text.len > TOPIC_BYTES ||
	    stop_is_plain(c->stop, topic_hash(text, true)))
		return;
	x = place_of(c, counts_run_hash(text));
	x->flags |= TOPIC_RUN;
	x->named = x->named || is_name(w->field);
	say(x, w, text, field_strength[w->field]);
}

/* A run of characters, divided where a binding one stands. */
static void
note_run(struct counts *c, const struct word *w, struct str run)
{
	size_t at = 0, from = 0, characters = 0;

	while (at < run.len) {
		size_t here = at;

		if (!is_binding(str_utf8_next(run, &at))) {
			characters++;
			continue;
		}
		note_segment(c, w, str_sub(run, from, here - from), characters);
		from = at;
		characters = 0;
	}
	note_segment(c, w, str_from_at(run, from), characters);
}

static void
take_pair(struct counts *c, const struct word *w)
{
	count(c, w, w->hash, field_weight[w->field])->silent = true;
	if (!w->joined)
		c->run = w->text.ptr;
	if (w->last && is_public(c, w->field))
		note_run(c, w,
		    str_of(
			c->run, (size_t)(w->text.ptr + w->text.len - c->run)));
}

static void
take_word(struct counts *c, const struct word *w)
{
	struct counted *x = count(c, w, w->hash, field_weight[w->field]);
	bool weak = is_name(w->field) && is_verb_of_heading(w);

	if (stop_is_plain(c->stop, w->hash))
		x->silent = true;
	if (is_public(c, w->field) && !x->silent)
		say(x, w, w->text, weak ? 0 : field_strength[w->field]);
}

static void
take(void *context, const struct word *w)
{
	struct counts *c = context;

	if (w->pair)
		take_pair(c, w);
	else
		take_word(c, w);
	if (w->field == FIELD_CODE)
		c->phrase_count = 0;
	else if (is_name(w->field) || !w->pair)
		take_phrase(c, w);
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
