#include "cjk.h"
#include "limits.h"
#include "render.h"

enum {
	WORDS_A_MINUTE = 220,
	CHARACTERS_A_MINUTE = 400,
	TEASER_MOST = 50, /* per cent, when one block is more than its share */
};

struct amount {
	size_t words, characters; /* those of CJK count one by one */
};

static void
measure(struct str s, struct amount *out)
{
	bool in_word = false;
	size_t at = 0;

	while (at < s.len) {
		unsigned char c = (unsigned char)s.ptr[at];
		uint32_t scalar;

		if (c < 0x80) {
			bool is_letter = c > ' ' && !is_punctuation(c);

			out->words += is_letter && !in_word;
			in_word = is_letter ||
			    (in_word && (c == '\'' || c == '-' || c == '_'));
			at++;
			continue;
		}
		scalar = str_utf8_next(s, &at);
		if (is_cjk(scalar)) {
			out->characters += !is_punctuation(scalar);
			in_word = false;
		} else {
			out->words += !in_word;
			in_word = true;
		}
	}
}

/* Reading time in a unit fine enough to add up. */
static size_t
cost(const struct amount *a)
{
	return a->words * CHARACTERS_A_MINUTE + a->characters * WORDS_A_MINUTE;
}

unsigned
reading_minutes(struct str text)
{
	const size_t minute = (size_t)WORDS_A_MINUTE * CHARACTERS_A_MINUTE;
	struct amount a = { 0 };

	measure(text, &a);
	return (unsigned)((cost(&a) + minute - 1) / minute);
}

static size_t
cost_of(struct buf *room, const cmark_node *block)
{
	struct amount a = { 0 };

	buf_reset(room);
	ast_text(block, room);
	measure(buf_str(room), &a);
	return cost(&a);
}

static cmark_node *
find_more_mark(const struct work *w)
{
	for (cmark_node *n = w->doc.root->first_child; n; n = n->next) {
		if (is_more_mark(n))
			return n;
	}
	return NULL;
}

static bool
is_text_block(const struct work *w, const cmark_node *n)
{
	return n != w->title && n->type != CMARK_NODE_FOOTNOTE_DEFINITION;
}

/* Of every block of the document; the title and footnotes cost nothing. */
struct costs {
	size_t *at;
	size_t count, room;
	size_t sum;
};

static void
measure_blocks(const struct work *w, struct buf *room, struct costs *costs)
{
	for (cmark_node *n = w->doc.root->first_child; n; n = n->next) {
		size_t cost = is_text_block(w, n) ? cost_of(room, n) : 0;

		ARENA_PUSH(w->arena, *costs, cost);
		costs->sum += cost;
	}
}

/* The first block that does not fit into `share` of all. */
static cmark_node *
find_share(const struct work *w, struct buf *room, unsigned percent)
{
	cmark_node *n = w->doc.root->first_child;
	struct costs costs = { 0 };
	size_t shown = 0;
	bool any = false;

	measure_blocks(w, room, &costs);
	for (size_t i = 0; n; n = n->next, i++) {
		size_t more = costs.at[i];
		size_t most = any ? percent : TEASER_MOST;

		if ((shown + more) * 100 > costs.sum * (percent ? most : 0) ||
		    n->type == CMARK_NODE_FOOTNOTE_DEFINITION)
			return n;
		shown += more;
		any = any || (more && n->type != CMARK_NODE_HEADING);
		if (any && shown * 100 >= costs.sum * percent)
			return n->next;
	}
	return NULL;
}

/* A heading at the end would announce what does not come. */
static cmark_node *
without_last_heading(const struct work *w, cmark_node *cut)
{
	cmark_node *n = cut ? cut->prev : w->doc.root->last_child;

	while (n && n != w->title &&
	    (n->type == CMARK_NODE_HEADING ||
		n->type == CMARK_NODE_THEMATIC_BREAK)) {
		cut = n;
		n = n->prev;
	}
	return cut;
}

cmark_node *
teaser_cut(const struct work *w, unsigned percent)
{
	cmark_node *cut = find_more_mark(w);
	struct buf room;

	if (cut)
		return cut;
	buf_init(&room, LIMIT_PAGE);
	cut = find_share(w, &room, percent);
	buf_clear(&room);
	return without_last_heading(w, cut);
}
