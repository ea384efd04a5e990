#include "recommend.h"
#include "parallel.h"
#include "path.h"
#include "variety.h"

enum {
	CONTENT_ROW = 30, /* nearest texts kept of each item */
	POOL = 24, /* entries that variety chooses from */
	LEAST_CONTENT = SCORE_ONE / 40, /* nearness of what is named */
	LEAST_SHARE = 3, /* and of that of the best one, the part */
};

const struct recommend_options recommend_options_default = {
	.fit = true,
	.worth = { .kind = { [EVENT_PURCHASE] = 1,
		       [EVENT_COMPLETE] = 1,
		       [EVENT_VISIT] = 0.25F,
		       [EVENT_CLICK] = 0.25F },
	    .half_life = 2 * 365 * 86400.0,
	    .until = INT64_MAX },
	.tuning = { .alpha = 3,
	    .beta = 0,
	    .k = 20,
	    .reader_lambda = 50,
	    .block_lambda = 2000,
	    .shrink = 40,
	    .threshold = 5,
	    .most = 50 },
};

const char *const recommend_kind_names[RECOMMEND_KINDS] = {
	[RECOMMEND_RELATED] = "related",
	[RECOMMEND_NEXT] = "next",
	[RECOMMEND_ALSO] = "also",
	[RECOMMEND_POPULAR] = "popular",
};

struct recommend {
	struct arena *arena;
	struct catalog catalog;
	struct blend blend;
	struct blend_tuning tuning;
	struct recommend_options options;
	struct base *base; /* NULL: not gone on from one */
};

/* The site's numbers for the events' items. */
static uint32_t *
map_items(struct recommend *r, const struct events *e, struct diag *d)
{
	size_t count = e->items.list.count, gone = 0;
	uint32_t *item_of = ARENA_ARRAY(r->arena, count, uint32_t);

	for (size_t i = 0; i < count; i++) {
		item_of[i] = catalog_find(&r->catalog, e->items.list.at[i]);
		gone += item_of[i] == CATALOG_NONE;
	}
	if (gone)
		diag_add(d, DIAG_WARNING, (struct where){ 0 }, NULL,
		    "%zu of %zu items in the events are not on the site", gone,
		    count);
	return item_of;
}

static bool
is_other(const void *context, size_t from, size_t to)
{
	const struct catalog *c = context;

	/* a course and its own lessons say the same */
	return (c->group[from] ^ c->group[to]) != 1;
}

/* The rows of a base in today's numbers; those that name what is gone are
 * left out. NULL when the base ends before. */
static struct rows *
former_rows(struct recommend *r)
{
	const struct catalog *c = &r->catalog;
	const uint32_t *counts = BASE_TAKE(r->base, c->old_count, uint32_t);
	struct scored *all =
	    BASE_TAKE(r->base, c->old_count * CONTENT_ROW, struct scored);
	struct rows *rows = rows_new(r->arena, c->count);
	uint32_t *now = ARENA_ARRAY(r->arena, c->old_count + 1, uint32_t);

	if (!counts || !all || !base_at_end(r->base))
		return NULL;
	for (size_t i = 0; i < c->old_count; i++)
		now[i] = CATALOG_NONE;
	for (size_t i = 0; i < c->count; i++) {
		if (c->old[i] != CATALOG_NONE)
			now[c->old[i]] = (uint32_t)i;
	}
	for (size_t i = 0; i < c->count; i++) {
		struct scored *row = &all[(size_t)c->old[i] * CONTENT_ROW];
		size_t n = 0;

		if (c->old[i] == CATALOG_NONE ||
		    counts[c->old[i]] > CONTENT_ROW)
			continue;
		while (n < counts[c->old[i]] && row[n].item < c->old_count &&
		    now[row[n].item] != CATALOG_NONE) {
			row[n].item = now[row[n].item];
			n++;
		}
		if (n == counts[c->old[i]])
			rows->at[i] = (struct row){ row, n };
	}
	return rows;
}

/* NULL when there is no base, or the site differs too much from it. */
static struct rows *
go_on(struct recommend *r, const struct site *site,
    const struct similarity *wish, struct diag *d)
{
	struct rows *before;

	if (!r->options.base)
		return NULL;
	r->base = base_open(r->options.base, r->options.program);
	if (!r->base)
		return NULL;
	if (catalog_restore(&r->catalog, r->arena, site, r->base, d)) {
		before = former_rows(r);
		if (before)
			return terms_rows_again(
			    r->catalog.terms, r->arena, wish, before);
		catalog_clear(&r->catalog);
	}
	base_close(r->base);
	r->base = NULL;
	return NULL;
}

void
recommend_save(const struct recommend *r)
{
	static const struct scored none[CONTENT_ROW];
	const struct rows *rows = r->blend.contents;
	struct base_writer *w;

	if (!r->options.base || r->base || !r->catalog.keys)
		return;
	w = base_begin(r->options.base, r->options.program);
	if (!w)
		return;
	catalog_save(&r->catalog, w);
	for (size_t i = 0; i < rows->count; i++) {
		uint32_t count = (uint32_t)rows->at[i].count;

		base_add(w, &count, sizeof count);
	}
	base_pad(w);
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->at[i];

		base_add(w, row->at, row->count * sizeof *row->at);
		base_add(w, none, (CONTENT_ROW - row->count) * sizeof *none);
	}
	(void)!base_end(w);
}

struct recommend *
recommend_new(struct arena *a, const struct site *site,
    const struct events *events, const struct recommend_options *options,
    struct diag *d)
{
	const struct recommend_options *o =
	    options ? options : &recommend_options_default;
	struct recommend *r = ARENA_NEW(a, struct recommend);
	struct similarity wish = { .most = CONTENT_ROW,
		.threads = o->threads ? o->threads : parallel_threads(),
		.allowed = is_other,
		.context = &r->catalog };
	struct matrix *m = NULL;
	struct rows *contents;

	r->arena = a;
	r->tuning = o->tuning;
	r->options = *o;
	contents = go_on(r, site, &wish, d);
	if (!contents) {
		catalog_init(&r->catalog, a, site, d);
		contents = terms_rows(r->catalog.terms, a, &wish);
	}
	if (events) {
		uint32_t *item_of = map_items(r, events, d);

		if (o->fit)
			blend_fit(
			    &r->tuning, contents, events, &o->worth, item_of);
		m = matrix_new(a, events, &o->worth, item_of, r->catalog.count);
	}
	blend_rows(&r->blend, a, contents, m, &r->tuning);
	return r;
}

void
recommend_free(struct recommend *r)
{
	catalog_clear(&r->catalog);
	base_close(r->base);
}

const struct blend_tuning *
recommend_tuning(const struct recommend *r)
{
	return &r->tuning;
}

const struct blend *
recommend_blend(const struct recommend *r)
{
	return &r->blend;
}

const struct catalog *
recommend_catalog(const struct recommend *r)
{
	return &r->catalog;
}

static size_t
place_of(const struct page_list *list, const struct page *p)
{
	size_t i = 0;

	while (i < list->count && list->at[i] != p)
		i++;
	return i;
}

/* Has a reader of `p` surely seen `other`, or will at once? */
static bool
is_seen(
    const struct recommend *r, const struct page *p, const struct page *other)
{
	if (other == p || other == p->previous || other == p->next)
		return true;
	if (!p->course || p->course != other->course)
		return false;
	if (p->kind != other->kind)
		return true;
	return !r->catalog.site->foreign &&
	    place_of(&p->course->lessons, other) <
	    place_of(&p->course->lessons, p);
}

/* 0 is best: another language is worse than the same module. */
static int
rank_of(const struct page *p, const struct page *other)
{
	bool same_module = p->course && p->course == other->course &&
	    p->module && p->module == other->module;

	return (str_eq(p->lang, other->lang) ? 0 : 2) + same_module;
}

static void
name_terms(const struct recommend *r, struct arena *a, const struct page *from,
    struct recommended *e)
{
	e->term_count =
	    reason_terms(r->catalog.terms, a, r->catalog.item_of[from->index],
		r->catalog.item_of[e->page->index], e->terms);
	if (e->why == WHY_NOTHING && e->term_count)
		e->why = WHY_TERMS;
}

static size_t
fill_entries(const struct recommend *r, const struct scored *list, size_t count,
    enum recommend_why why, struct recommended *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (struct recommended){
			.page = r->catalog.at[list[i].item],
			.score = list[i].score,
			.why = why,
		};
	return count;
}

static int32_t
content_score(const struct recommend *r, uint32_t a, uint32_t b)
{
	int32_t x = rows_score(r->blend.contents, a, b);
	int32_t y = rows_score(r->blend.contents, b, a);

	return x > y ? x : y;
}

/* How near a text must be to be named: two good entries are better than those
 * and three that have nothing to do with the page. */
static int32_t
least_content(const struct recommend *r, const struct page *p, uint32_t item)
{
	struct row row = r->blend.contents->at[item];

	for (size_t i = 0; i < row.count; i++) {
		if (!is_seen(r, p, r->catalog.at[row.at[i].item]) &&
		    row.at[i].score / LEAST_SHARE > LEAST_CONTENT)
			return row.at[i].score / LEAST_SHARE;
	}
	return LEAST_CONTENT;
}

/* Entries of a row a reader of `p` has not seen, of one rank. Those that no
 * readers bring must have a content score of `least`. */
static size_t
of_rank(const struct recommend *r, const struct page *p, struct row row,
    int rank, int32_t least, struct scored *pool)
{
	uint32_t item = r->catalog.item_of[p->index];
	size_t n = 0;

	for (size_t i = 0; i < row.count && n < POOL; i++) {
		uint32_t to = row.at[i].item;
		const struct page *other = r->catalog.at[to];

		if (rank_of(p, other) != rank || is_seen(r, p, other))
			continue;
		if (content_score(r, item, to) >= least ||
		    rows_score(r->blend.together, item, to) > 0)
			pool[n++] = row.at[i];
	}
	return n;
}

/* Of what has nothing to show for itself more is asked, and twice as much when
 * it is of another course. */
static bool
is_worth_it(const struct recommend *r, const struct page *p,
    const struct recommended *e)
{
	int32_t least = e->page->course == p->course ? 2 * LEAST_CONTENT
						     : 4 * LEAST_CONTENT;

	return e->why != WHY_NOTHING ||
	    content_score(r, r->catalog.item_of[p->index],
		r->catalog.item_of[e->page->index]) >= least;
}

/* Gives entries their reasons; leaves out those that need one. Returns how many
 * are left. */
static size_t
name_all(const struct recommend *r, struct arena *a, const struct page *p,
    struct recommended *list, size_t count)
{
	uint32_t item = r->catalog.item_of[p->index];
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t other = r->catalog.item_of[list[i].page->index];

		name_terms(r, a, p, &list[i]);
		if (list[i].why == WHY_NOTHING &&
		    rows_score(r->blend.together, item, other) > 0)
			list[i].why = WHY_READERS;
		if (is_worth_it(r, p, &list[i]))
			list[kept++] = list[i];
	}
	return kept;
}

static size_t
related(const struct recommend *r, struct arena *a, const struct page *p,
    uint32_t item, size_t most, struct recommended *out)
{
	int32_t least = least_content(r, p, item);
	struct scored pool[POOL];
	size_t n = 0;

	for (int rank = 0; rank < 4 && n < most; rank++) {
		size_t found =
		    of_rank(r, p, r->blend.block->at[item], rank, least, pool);

		found =
		    variety_choose(pool, found, most - n, r->blend.contents);
		fill_entries(r, pool, found, WHY_NOTHING, &out[n]);
		n += name_all(r, a, p, &out[n], found);
	}
	return n;
}

static size_t
also(const struct recommend *r, const struct page *p, uint32_t item,
    size_t most, struct recommended *out)
{
	struct scored pool[POOL];
	size_t n = 0;

	for (int rank = 0; rank < 4 && n < most; rank++) {
		size_t found =
		    of_rank(r, p, r->blend.together->at[item], rank, 0, pool);

		found = found < most - n ? found : most - n;
		n += fill_entries(r, pool, found, WHY_READERS, &out[n]);
	}
	return n;
}

/* Courses after that of `p`, nearest first among those of one step. */
static size_t
next(const struct recommend *r, struct arena *a, const struct page *p,
    size_t most, struct recommended *out)
{
	const struct site *site = r->catalog.site;
	struct arena work;
	struct scored *pool;
	size_t n = 0;

	if (!p->course || !p->course->page || !site->courses.count)
		return 0;
	arena_init(&work);
	pool = ARENA_ARRAY(&work, site->courses.count, struct scored);
	for (int step = PATH_BUILDS_ON; step > PATH_NOT_AFTER; step--) {
		uint32_t from = r->catalog.item_of[p->course->page->index];
		size_t found = 0;

		for (size_t i = 0; i < site->courses.count; i++) {
			const struct course *c = site->courses.at[i];
			uint32_t to = r->catalog.item_of[c->page->index];
			int32_t score = rows_score(r->blend.block, from, to);

			if ((int)path_step(p->course, c) == step &&
			    str_eq(c->page->lang, p->lang) &&
			    (step == PATH_BUILDS_ON || score > 0))
				pool[found++] = (struct scored){ to, score };
		}
		found = scored_best(pool, found, most - n);
		fill_entries(r, pool, found,
		    step == PATH_BUILDS_ON ? WHY_BUILDS_ON : WHY_HARDER,
		    &out[n]);
		for (size_t i = n; i < n + found; i++)
			name_terms(r, a, p->course->page, &out[i]);
		n += found;
	}
	arena_clear(&work);
	return n;
}

static size_t
popular(const struct recommend *r, const struct page *p, size_t most,
    struct recommended *out)
{
	struct arena work;
	struct scored *pool;
	size_t n = 0;

	arena_init(&work);
	pool = ARENA_ARRAY(&work, r->catalog.count, struct scored);
	for (size_t i = 0; i < r->catalog.count; i++) {
		int32_t score = score_round(r->blend.popularity[i]);

		if (score > 0 && str_eq(r->catalog.at[i]->lang, p->lang) &&
		    r->catalog.at[i] != p)
			pool[n++] = (struct scored){ (uint32_t)i, score };
	}
	n = scored_best(pool, n, most);
	fill_entries(r, pool, n, WHY_POPULAR, out);
	arena_clear(&work);
	return n;
}

size_t
recommend_block(const struct recommend *r, struct arena *a,
    const struct page *p, enum recommend_kind kind, size_t most,
    struct recommended *out)
{
	uint32_t item = r->catalog.item_of[p->index];

	if (!most)
		return 0;
	if (kind == RECOMMEND_POPULAR)
		return popular(r, p, most, out);
	if (kind == RECOMMEND_NEXT)
		return next(r, a, p, most, out);
	if (item == CATALOG_NONE)
		return 0;
	return kind == RECOMMEND_RELATED ? related(r, a, p, item, most, out)
					 : also(r, p, item, most, out);
}

void
recommend_explain(const struct recommend *r, struct arena *a,
    const struct page *from, const struct page *to, struct recommended *out)
{
	uint32_t x = r->catalog.item_of[from->index];
	uint32_t y = r->catalog.item_of[to->index];

	*out = (struct recommended){ .page = to };
	if (x == CATALOG_NONE || y == CATALOG_NONE)
		return;
	out->score = rows_score(r->blend.block, x, y);
	name_terms(r, a, from, out);
	if (!out->term_count && rows_score(r->blend.together, x, y) > 0)
		out->why = WHY_READERS;
}

size_t
recommend_row(const struct recommend *r, const struct course *course,
    size_t most, struct recommend_row_entry *out)
{
	uint32_t item = r->catalog.item_of[course->page->index];
	struct row row = r->blend.reader->at[item];
	size_t n = 0;

	for (size_t i = 0; i < row.count && n < most; i++) {
		const struct page *p = r->catalog.at[row.at[i].item];

		if (p->kind == PAGE_COURSE && p->course)
			out[n++] = (struct recommend_row_entry){ p->course,
				row.at[i].score };
	}
	return n;
}
