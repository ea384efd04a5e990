#include "related.h"
#include "variety.h"

enum {
	POOL = 24, /* entries that variety chooses from */
	LEAST = SCORE_ONE / 40,
	LEAST_BARE = 2 * LEAST, /* when there are no words to say why */
	LEAST_ELSEWHERE = 3 * LEAST, /* in another course */
	LEAST_BARE_ELSEWHERE = 4 * LEAST,
	ENOUGH = 6 * LEAST, /* is near, however near others are */
};

/* Where an entry comes; best first. */
enum rank {
	RANK_NEAR,
	RANK_SAME_MODULE,
	RANK_LESS_NEAR,
	RANK_LANGUAGE,
	RANKS, /* nowhere */
};

struct ranked {
	struct scored entry;
	enum rank rank;
};

/* What is asked of the content scores of a page's entries. */
struct bar {
	int32_t near, less;
};

/* Has a reader of `p` surely seen `other`, or will at once? */
static bool
is_seen(const struct catalog *c, const struct page *p, const struct page *other)
{
	if (other == p || other == p->previous || other == p->next)
		return true;
	if (!p->course || p->course != other->course)
		return false;
	if (p->kind != other->kind)
		return true;
	return !c->site->foreign && other->place < p->place;
}

static int32_t
content_score(const struct blend *b, uint32_t x, uint32_t y)
{
	int32_t there = rows_score(b->contents, x, y);
	int32_t back = rows_score(b->contents, y, x);

	return there > back ? there : back;
}

/* Two good entries are better than those and three that have nothing to do with
 * the page. */
static struct bar
bar_of(const struct related *r, const struct page *p, uint32_t item)
{
	struct row row = r->blend->contents->at[item];
	struct bar bar = { ENOUGH, LEAST };
	size_t i = 0;

	if (row.count && row.at[0].score / 2 < bar.near)
		bar.near = row.at[0].score / 2;
	while (i < row.count &&
	    is_seen(r->catalog, p, r->catalog->at[row.at[i].item]))
		i++;
	if (i < row.count && row.at[i].score / 3 > bar.less)
		bar.less = row.at[i].score / 3;
	if (bar.near < bar.less)
		bar.near = bar.less;
	return bar;
}

static enum rank
rank_of(const struct related *r, const struct page *p, uint32_t item,
    uint32_t other, const struct bar *bar)
{
	const struct page *q = r->catalog->at[other];
	bool same_course = p->course && p->course == q->course;
	int32_t score = content_score(r->blend, item, other);

	if (rows_score(r->blend->together, item, other) > 0)
		score = SCORE_ONE;
	if (score < bar->less || (!same_course && score < LEAST_ELSEWHERE))
		return RANKS;
	if (!str_eq(p->lang, q->lang))
		return RANK_LANGUAGE;
	if (same_course && p->module && p->module == q->module)
		return RANK_SAME_MODULE;
	if (score >= bar->near)
		return RANK_NEAR;
	return same_course ? RANK_LESS_NEAR : RANKS;
}

/* The entries of the item's row a reader of `p` has not seen, with their ranks.
 * Returns how many. */
static size_t
rank_all(const struct related *r, const struct page *p, uint32_t item,
    struct ranked *out)
{
	struct row row = r->blend->block->at[item];
	struct bar bar = bar_of(r, p, item);
	size_t n = 0;

	for (size_t i = 0; i < row.count; i++) {
		uint32_t other = row.at[i].item;

		if (!is_seen(r->catalog, p, r->catalog->at[other]))
			out[n++] = (struct ranked){ row.at[i],
				rank_of(r, p, item, other, &bar) };
	}
	return n;
}

static size_t
of_rank(const struct ranked *list, size_t count, enum rank rank,
    struct scored pool[POOL])
{
	size_t n = 0;

	for (size_t i = 0; i < count && n < POOL; i++) {
		if (list[i].rank == rank)
			pool[n++] = list[i].entry;
	}
	return n;
}

void
related_fill(const struct catalog *c, const struct scored *list, size_t count,
    enum recommend_why why, struct recommended *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (struct recommended){
			.page = c->at[list[i].item],
			.score = list[i].score,
			.why = why,
		};
}

void
related_name(
    const struct catalog *c, struct reasons *from, struct recommended *e)
{
	e->term_count = reasons_for(from, c->item_of[e->page->index], e->terms);
	if (e->why == WHY_NOTHING && e->term_count)
		e->why = WHY_TERMS;
}

static bool
is_worth_it(const struct related *r, const struct page *p, uint32_t item,
    const struct recommended *e)
{
	int32_t least =
	    e->page->course == p->course ? LEAST_BARE : LEAST_BARE_ELSEWHERE;

	return e->why != WHY_NOTHING ||
	    content_score(
		r->blend, item, r->catalog->item_of[e->page->index]) >= least;
}

/* A list on its way to `want` entries. */
struct filling {
	const struct related *related;
	const struct page *page;
	struct reasons *reasons;
	struct recommended *out;
	size_t count, want;
};

/* Gives an entry its reason; leaves it out when it needs one. */
static void
add_entry(struct filling *f, struct scored entry)
{
	const struct related *r = f->related;
	uint32_t item = r->catalog->item_of[f->page->index];
	struct recommended *e = &f->out[f->count];

	related_fill(r->catalog, &entry, 1, WHY_NOTHING, e);
	related_name(r->catalog, f->reasons, e);
	if (e->why == WHY_NOTHING &&
	    rows_score(r->blend->together, item, entry.item) > 0)
		e->why = WHY_READERS;
	f->count += is_worth_it(r, f->page, item, e);
}

/* Looks at `most` of the pool. */
static void
add_pool(
    struct filling *f, const struct scored *pool, size_t count, size_t most)
{
	struct variety variety;
	struct scored entry;

	if (!count)
		return;
	variety_init(&variety, pool, count, f->related->blend->contents);
	for (size_t i = 0;
	     i < most && f->count < f->want && variety_next(&variety, &entry);
	     i++)
		add_entry(f, entry);
}

size_t
related_block(const struct related *r, struct arena *a, const struct page *p,
    size_t most, size_t want, struct recommended *out)
{
	uint32_t item = r->catalog->item_of[p->index];
	struct filling f = { r, p, NULL, out, 0, want < most ? want : most };
	struct scored pool[POOL];
	struct ranked *list;
	size_t count;

	if (item == CATALOG_NONE)
		return 0;
	list =
	    ARENA_ARRAY(a, r->blend->block->at[item].count + 1, struct ranked);
	count = rank_all(r, p, item, list);
	f.reasons = reasons_new(r->catalog->terms, a, item);
	for (enum rank rank = RANK_NEAR; rank < RANKS && f.count < f.want;
	     rank++)
		add_pool(
		    &f, pool, of_rank(list, count, rank, pool), most - f.count);
	return f.count;
}

enum recommend_verdict
related_verdict(
    const struct related *r, const struct page *p, const struct recommended *e)
{
	uint32_t item = r->catalog->item_of[p->index];
	uint32_t other = r->catalog->item_of[e->page->index];
	struct bar bar = bar_of(r, p, item);

	if (is_seen(r->catalog, p, e->page))
		return RECOMMEND_SEEN;
	if (rows_score(r->blend->block, item, other) == 0 ||
	    rank_of(r, p, item, other, &bar) == RANKS ||
	    !is_worth_it(r, p, item, e))
		return RECOMMEND_FAR;
	return RECOMMEND_FIT;
}

size_t
related_also(const struct related *r, const struct page *p, size_t most,
    struct recommended *out)
{
	uint32_t item = r->catalog->item_of[p->index];
	size_t n = 0;

	if (item == CATALOG_NONE)
		return 0;
	for (int other_language = 0; other_language < 2; other_language++) {
		struct row row = r->blend->together->at[item];

		for (size_t i = 0; i < row.count && n < most; i++) {
			const struct page *q = r->catalog->at[row.at[i].item];

			if (str_eq(p->lang, q->lang) != other_language &&
			    !is_seen(r->catalog, p, q))
				related_fill(r->catalog, &row.at[i], 1,
				    WHY_READERS, &out[n++]);
		}
	}
	return n;
}
