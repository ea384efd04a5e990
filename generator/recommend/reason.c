#include "reason.h"

#include <string.h>

enum {
	CANDIDATES = 12,
	COMMON_FEW = 8, /* documents below which all may have it */
	RUN_CHARACTERS = 24, /* of a run that is looked into */
	RUN_LEAST = 2,
	LEAST_STRENGTH = TOPIC_TITLE * TOPIC_REPEATED,
	STRONG = TOPIC_TITLE * TOPIC_FREQUENT,
	SHORT_RUN = 6, /* bytes: two characters of Han */
	LEAST_OF_BEST = 3, /* a third of the best one's score */
};

struct candidate {
	struct str text;
	uint32_t score;
};

struct choosing {
	const struct terms *t;
	struct candidate list[CANDIDATES];
	size_t count;
};

/* How rare the rarest word of a text is. */
struct rarity {
	const struct terms *t;
	unsigned idf;
	size_t documents, names;
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

/* What more than every fourth document has says little; what both are about,
 * and a phrase, may be in every second. */
static bool
is_common(const struct rarity *r, unsigned strength, bool phrase)
{
	size_t all = terms_count(r->t);
	size_t share = phrase || strength >= STRONG ? 2 : 4;

	return all > COMMON_FEW &&
	    (r->documents > all / share || r->names > all / (2 * share));
}

/* Heavier first; ties by the text. */
static void
insert(struct choosing *c, struct candidate x)
{
	size_t i = c->count;

	while (i > 0 &&
	    (c->list[i - 1].score < x.score ||
		(c->list[i - 1].score == x.score &&
		    str_cmp(x.text, c->list[i - 1].text) < 0))) {
		if (i < CANDIDATES)
			c->list[i] = c->list[i - 1];
		i--;
	}
	if (i < CANDIDATES)
		c->list[i] = x;
	if (c->count < CANDIDATES)
		c->count++;
}

static void
consider(struct choosing *c, struct str text, const struct topic *x,
    const struct topic *y)
{
	uint8_t flags = x->flags | y->flags;
	bool one_word = !(flags & (TOPIC_PHRASE | TOPIC_RUN)) ||
	    (flags & TOPIC_RUN && text.len <= SHORT_RUN);
	unsigned strength = (unsigned)x->strength * y->strength;
	struct rarity r;

	/* a word must name something in one of both, and not be a chance in
	 * the other */
	if ((one_word && strength < LEAST_STRENGTH) ||
	    (flags & TOPIC_RUN && strength < TOPIC_HEADING))
		return;
	r = rarity_of(c->t, text);
	if (is_common(&r, strength, !one_word))
		return;
	insert(c,
	    (struct candidate){
		.text = text,
		.score = (r.idf + (one_word ? 0 : 8)) * strength,
	    });
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

/* As inside a sentence, of one of them at least; "Learning Rate" from a
 * heading as "learning rate". */
static struct str
shown(struct arena *a, const struct topic *x, const struct topic *y)
{
	const struct topic *best = x->flags & TOPIC_CASED ? x
	    : y->flags & TOPIC_CASED                      ? y
							  : x;
	char *z = arena_z(a, best->text);
	bool at_start = true;

	for (size_t i = 0; i < best->text.len; i++) {
		bool capital = z[i] >= 'A' && z[i] <= 'Z';

		if (best->flags & TOPIC_CASED || has_capital_inside(best->text))
			break;
		if (at_start && capital && best->text.len > 1)
			z[i] = (char)(z[i] | 0x20);
		at_start = z[i] == ' ' || z[i] == '-';
	}
	return str_of(z, best->text.len);
}

static bool
contains(struct str whole, struct str part)
{
	for (size_t i = 0; i + part.len <= whole.len; i++) {
		if (str_eq_nocase(str_sub(whole, i, part.len), part))
			return true;
	}
	return false;
}

/* "gradient descent" and "gradient": the longer one says both. True when
 * `text` adds nothing; else what it says better is taken out. */
static bool
is_said(struct str *said, size_t *count, struct str text)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		if (contains(said[i], text))
			return true;
	}
	for (size_t i = 0; i < *count; i++) {
		if (!contains(text, said[i]))
			said[kept++] = said[i];
	}
	*count = kept;
	return false;
}

/* A run, character by character. */
struct run {
	struct str text;
	uint8_t from[RUN_CHARACTERS + 1]; /* where each begins; and the end */
	size_t count;
};

static void
run_of(struct run *r, struct str text)
{
	size_t at = 0;

	*r = (struct run){ .text = text };
	while (at < text.len && r->count < RUN_CHARACTERS) {
		r->from[r->count++] = (uint8_t)at;
		str_utf8_next(text, &at);
	}
	r->from[r->count] = (uint8_t)at;
}

static struct str
part_of(const struct run *r, size_t from, size_t count)
{
	return str_sub(r->text, r->from[from],
	    (size_t)(r->from[from + count] - r->from[from]));
}

/* The longest part both have: `*x`, `*y` where it begins. */
static size_t
longest_common(const struct run *a, const struct run *b, size_t *x, size_t *y)
{
	size_t longest = 0;

	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			size_t n = 0;

			while (i + n < a->count && k + n < b->count &&
			    str_eq(part_of(a, i + n, 1), part_of(b, k + n, 1)))
				n++;
			if (n > longest) {
				longest = n;
				*x = i;
				*y = k;
			}
		}
	}
	return longest;
}

/* The longest part of [from, from + count) that is a name by itself somewhere
 * on the site; the first of those equally long. */
static struct str
longest_name(
    const struct terms *t, const struct run *r, size_t from, size_t count)
{
	for (size_t n = count; n >= RUN_LEAST; n--) {
		for (size_t i = from; i + n <= from + count; i++) {
			struct str part = part_of(r, i, n);

			if (terms_find(t, counts_run_hash(part)) != TERM_NONE)
				return part;
		}
	}
	return STR_NONE;
}

static void
consider_runs(struct choosing *c, const struct topic *x, const struct topic *y)
{
	struct run a, b;
	size_t i = 0, k = 0, n;
	struct str name;

	if (x->strength < TOPIC_HEADING && y->strength < TOPIC_HEADING)
		return;
	run_of(&a, x->text);
	run_of(&b, y->text);
	n = longest_common(&a, &b, &i, &k);
	name = longest_name(c->t, &a, i, n);
	if (name.len &&
	    !stop_is_plain(terms_stop(c->t), topic_hash(name, true)))
		consider(c, name, x, y);
}

static void
compare_topics(struct choosing *c, struct arena *a, const struct topic *x,
    const struct topic *y)
{
	if (x->hash == y->hash)
		consider(c, shown(a, x, y), x, y);
	else if (x->flags & y->flags & TOPIC_RUN)
		consider_runs(c, x, y);
}

size_t
reason_terms(const struct terms *t, struct arena *a, size_t from, size_t to,
    struct str terms[REASON_TERMS_MOST])
{
	struct topic x[TOPICS_MOST], y[TOPICS_MOST];
	size_t x_count = topics_unpack(terms_topics(t, from), x);
	size_t y_count = topics_unpack(terms_topics(t, to), y);
	struct choosing c = { .t = t };
	struct str said[CANDIDATES];
	size_t n = 0;

	for (size_t i = 0; i < x_count; i++) {
		for (size_t k = 0; k < y_count; k++)
			compare_topics(&c, a, &x[i], &y[k]);
	}
	for (size_t i = 0; i < c.count; i++) {
		if (c.list[i].score * LEAST_OF_BEST >= c.list[0].score &&
		    !is_said(said, &n, c.list[i].text))
			said[n++] = c.list[i].text;
	}
	if (n > REASON_TERMS_MOST)
		n = REASON_TERMS_MOST;
	for (size_t i = 0; i < n; i++)
		terms[i] = arena_str(a, said[i]);
	return n;
}
