#include "reason.h"
#include "run.h"

#include <string.h>

enum {
	CANDIDATES = 12,
	COMMON_FEW = 8, /* documents below which all may have it */
	FAINT_FEW = 3, /* documents more, as few sites are large */
	LEAST_STRENGTH = TOPIC_TITLE * TOPIC_REPEATED,
	FAINT_STRENGTH = TOPIC_FREQUENT * TOPIC_REPEATED,
	STRONG = TOPIC_TITLE * TOPIC_FREQUENT,
	SHORT_RUN = 6, /* bytes: two characters of Han */
	LEAST_OF_BEST = 3, /* a third of the best one's score */
	HEADS = 1024,
	SAYINGS = 256,
};

struct candidate {
	const struct saying *saying;
	uint32_t score;
};

struct choosing {
	size_t documents; /* in all */
	struct candidate list[CANDIDATES];
	size_t count;
	struct candidate faint; /* for when there is nothing else */
};

/* How rare the rarest word of a text is. */
struct rarity {
	const struct terms *t;
	unsigned idf;
	size_t documents, names;
};

/* A topic as a reader is shown it. */
struct saying {
	struct str topic; /* its text in the document */
	bool as_it_is;
	struct str text;
	uint64_t letters; /* a bit for each, whatever its case */
	struct rarity rarity;
};

struct reasons {
	const struct terms *terms;
	struct arena *arena;
	struct topic topics[TOPICS_MOST];
	uint8_t heads[HEADS]; /* by hash, the number + 1 of a topic */
	uint8_t next[TOPICS_MOST]; /* of that head */
	struct run *runs;
	uint8_t topic_of[RUNS_MOST]; /* by run */
	struct run_index *index; /* NULL: there are no runs */
	struct saying *sayings[SAYINGS]; /* by hash, the latest */
};

static void
look_up(void *context, const struct word *w)
{
	struct rarity *r = context;
	uint32_t id = terms_find(r->t, w->hash);

	if (id == TERM_NONE)
		return;
	if (term_documents(r->t, id) < r->documents)
		r->documents = term_documents(r->t, id);
	if (term_names(r->t, id) < r->names)
		r->names = term_names(r->t, id);
	if (terms_idf(r->t)[id] > r->idf)
		r->idf = terms_idf(r->t)[id];
}

static struct rarity
rarity_of(const struct terms *t, struct str text)
{
	struct rarity r = { .t = t, .documents = SIZE_MAX, .names = SIZE_MAX };
	const struct word_sink sink = { look_up, &r, terms_stop(t) };

	words_of_line(text, FIELD_TEXT, &sink);
	return r;
}

/* Heavier first; ties by the text. */
static bool
is_before(struct candidate x, struct candidate y)
{
	return x.score > y.score ||
	    (x.score == y.score && str_cmp(x.saying->text, y.saying->text) < 0);
}

static void
insert(struct choosing *c, struct candidate x)
{
	size_t i = c->count;

	while (i > 0 && is_before(x, c->list[i - 1])) {
		if (i < CANDIDATES)
			c->list[i] = c->list[i - 1];
		i--;
	}
	if (i < CANDIDATES)
		c->list[i] = x;
	if (c->count < CANDIDATES)
		c->count++;
}

/* What joins two documents, but for its rarity. */
struct join {
	unsigned strength;
	bool one_word;
	bool faint; /* both only repeat it */
};

/* A word must name something in one of both, and not be a chance in the other;
 * else it is faint at best. */
static bool
may_join(
    struct join *j, size_t len, const struct topic *x, const struct topic *y)
{
	uint8_t flags = x->flags | y->flags;

	j->one_word = !(flags & (TOPIC_PHRASE | TOPIC_RUN)) ||
	    (flags & TOPIC_RUN && len <= SHORT_RUN);
	j->strength = (unsigned)x->strength * y->strength;
	j->faint = j->one_word && j->strength < LEAST_STRENGTH;
	if (j->faint)
		return j->strength >= FAINT_STRENGTH;
	return !(flags & TOPIC_RUN) || j->strength >= TOPIC_HEADING;
}

/* What more than every fourth document has says little; what both are about,
 * and a phrase, may be in every second; what is faint in every eighth. */
static bool
is_common(const struct rarity *r, size_t all, const struct join *j)
{
	size_t share = j->one_word && j->strength < STRONG ? 4 : 2;

	if (all <= COMMON_FEW)
		return false;
	if (j->faint && r->documents > all / 8 + FAINT_FEW)
		return true;
	return r->documents > all / share || r->names > all / (2 * share);
}

static void
consider(struct choosing *c, const struct saying *s, const struct join *j)
{
	const struct rarity *r = &s->rarity;
	struct candidate x = {
		.saying = s,
		.score = (r->idf + (j->one_word ? 0 : 8)) * j->strength,
	};

	if (is_common(r, c->documents, j))
		return;
	if (!j->faint)
		insert(c, x);
	else if (!c->faint.saying || is_before(x, c->faint))
		c->faint = x;
}

static bool
has_capital_inside(struct str text)
{
	for (size_t i = 1; i < text.len; i++) {
		if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' &&
		    text.ptr[i - 1] != ' ' && text.ptr[i - 1] != '-')
			return true;
	}
	return false;
}

/* "Learning Rate" from a heading as "learning rate". */
static struct str
without_capitals(struct arena *a, struct str text)
{
	char *z = arena_z(a, text);
	bool at_start = true;

	for (size_t i = 0; i < text.len && text.len > 1; i++) {
		bool capital = z[i] >= 'A' && z[i] <= 'Z';

		if (at_start && capital)
			z[i] = (char)(z[i] | 0x20);
		at_start = z[i] == ' ' || z[i] == '-';
	}
	return str_of(z, text.len);
}

static uint64_t
letters_of(struct str text)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < text.len; i++)
		letters |= UINT64_C(1) << ((text.ptr[i] | 0x20) & 63);
	return letters;
}

/* What `topic`, whose hash is `hash`, is shown as: found once. */
static const struct saying *
saying_of(struct reasons *r, struct str topic, uint64_t hash, bool as_it_is)
{
	struct saying **slot = &r->sayings[(hash ^ as_it_is) % SAYINGS];
	struct saying *s = *slot;

	if (s && s->as_it_is == as_it_is && str_eq(s->topic, topic))
		return s;
	s = ARENA_NEW(r->arena, struct saying);
	s->topic = s->text = topic;
	s->as_it_is = as_it_is;
	if (!as_it_is && !has_capital_inside(topic))
		s->text = without_capitals(r->arena, topic);
	s->letters = letters_of(s->text);
	s->rarity = rarity_of(r->terms, s->text);
	*slot = s;
	return s;
}

/* Both have the topic: as it is inside a sentence, of one of them at least. */
static void
consider_same(struct reasons *r, struct choosing *c, const struct topic *x,
    const struct topic *y)
{
	bool cased = (x->flags | y->flags) & TOPIC_CASED;
	const struct topic *best = cased && !(x->flags & TOPIC_CASED) ? y : x;
	struct join j;

	if (may_join(&j, best->text.len, x, y))
		consider(c, saying_of(r, best->text, best->hash, cased), &j);
}

static bool
contains(const struct saying *whole, const struct saying *part)
{
	struct str w = whole->text, p = part->text;

	if (part->letters & ~whole->letters)
		return false;
	for (size_t i = 0; i + p.len <= w.len; i++) {
		if (str_eq_nocase(str_of(w.ptr + i, p.len), p))
			return true;
	}
	return false;
}

/* "gradient descent" and "gradient": the longer one says both. True when `s`
 * adds nothing; else what it says better is taken out. */
static bool
is_said(const struct saying **said, size_t *count, const struct saying *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		if (contains(said[i], s))
			return true;
	}
	for (size_t i = 0; i < *count; i++) {
		if (!contains(s, said[i]))
			said[kept++] = said[i];
	}
	*count = kept;
	return false;
}

/* The longest part of [from, from + count) that is a name by itself somewhere
 * on the site; the first of those equally long. */
static struct str
longest_name(
    const struct terms *t, const struct run *r, size_t from, size_t count)
{
	for (size_t n = count; n >= RUN_LEAST; n--) {
		for (size_t i = from; i + n <= from + count; i++) {
			struct str part = run_part(r, i, n);

			if (terms_find(t, counts_run_hash(part)) != TERM_NONE)
				return part;
		}
	}
	return STR_NONE;
}

static void
consider_part(struct reasons *r, struct choosing *c, const struct run *run,
    const struct run *other, const struct topic *x, const struct topic *y)
{
	size_t from = 0, n = run_common(run, other, &from);
	struct str name = longest_name(r->terms, run, from, n);
	struct join j;
	uint64_t hash;

	if (!name.len || !may_join(&j, name.len, x, y))
		return;
	hash = topic_hash(name, true);
	if (!stop_is_plain(terms_stop(r->terms), hash))
		consider(c, saying_of(r, name, hash, true), &j);
}

/* The runs that have a part of `y` in common with it. */
static void
consider_runs(struct reasons *r, struct choosing *c, const struct topic *y)
{
	struct run_set set;
	struct run other;

	run_init(&other, y->text);
	set = run_index_find(r->index, &other);
	for (size_t i = 0; i < RUNS_MOST / 64; i++) {
		for (uint64_t left = set.bits[i]; left; left &= left - 1) {
			size_t n = 64 * i + (size_t)__builtin_ctzll(left);
			const struct topic *x = &r->topics[r->topic_of[n]];

			if (x->hash != y->hash &&
			    (x->strength >= TOPIC_HEADING ||
				y->strength >= TOPIC_HEADING))
				consider_part(r, c, &r->runs[n], &other, x, y);
		}
	}
}

static uint8_t *
head_of(struct reasons *r, uint64_t hash)
{
	return &r->heads[(hash >> 32) % HEADS];
}

static void
compare_topic(struct reasons *r, struct choosing *c, const struct topic *y)
{
	uint8_t n = *head_of(r, y->hash);

	for (; n; n = r->next[n - 1]) {
		if (r->topics[n - 1].hash == y->hash)
			consider_same(r, c, &r->topics[n - 1], y);
	}
	if (r->index && y->flags & TOPIC_RUN)
		consider_runs(r, c, y);
}

static void
find_runs(struct reasons *r, size_t topics)
{
	size_t count = 0;

	for (size_t i = 0; i < topics; i++) {
		if (r->topics[i].flags & TOPIC_RUN)
			r->topic_of[count++] = (uint8_t)i;
	}
	if (!count)
		return;
	r->runs = ARENA_ARRAY(r->arena, count, struct run);
	for (size_t i = 0; i < count; i++)
		run_init(&r->runs[i], r->topics[r->topic_of[i]].text);
	r->index = run_index_new(r->arena, r->runs, count);
}

struct reasons *
reasons_new(const struct terms *t, struct arena *a, size_t from)
{
	struct reasons *r = ARENA_NEW(a, struct reasons);
	size_t count = topics_unpack(terms_topics(t, from), r->topics);

	r->terms = t;
	r->arena = a;
	for (size_t i = 0; i < count; i++) {
		uint8_t *head = head_of(r, r->topics[i].hash);

		r->next[i] = *head;
		*head = (uint8_t)(i + 1);
	}
	find_runs(r, count);
	return r;
}

size_t
reasons_for(struct reasons *r, size_t to, struct str terms[REASON_TERMS_MOST])
{
	struct topic list[TOPICS_MOST];
	size_t count = topics_unpack(terms_topics(r->terms, to), list), n = 0;
	struct choosing c = { .documents = terms_count(r->terms) };
	const struct saying *said[CANDIDATES];

	for (size_t i = 0; i < count; i++)
		compare_topic(r, &c, &list[i]);
	if (!c.count && c.faint.saying)
		insert(&c, c.faint);
	for (size_t i = 0; i < c.count; i++) {
		if (c.list[i].score * LEAST_OF_BEST >= c.list[0].score &&
		    !is_said(said, &n, c.list[i].saying))
			said[n++] = c.list[i].saying;
	}
	if (n > REASON_TERMS_MOST)
		n = REASON_TERMS_MOST;
	for (size_t i = 0; i < n; i++)
		terms[i] = arena_str(r->arena, said[i]->text);
	return n;
}
