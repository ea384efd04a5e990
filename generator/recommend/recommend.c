#include "recommend.h"
#include "parallel.h"
#include "path.h"
#include "related.h"

enum {
	CONTENT_ROW = 30, /* nearest texts kept of each item */
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
		gone += !catalog_page(&r->catalog, e->items.list.at[i]);
	}
	if (gone)
		diag_add(d, DIAG_WARNING, (struct where){ 0 }, NULL,
		    "%zu of the %zu pages and courses in the events are not "
		    "on the site",
		    gone, count);
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
			/* a page that is not written to stays the file's */
			if (row[n].item != now[row[n].item])
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

/* Courses after that of `p`, nearest first among those of one step. */
static size_t
next(const struct recommend *r, struct arena *a, const struct page *p,
    size_t most, struct recommended *out)
{
	const struct site *site = r->catalog.site;
	struct arena work;
	struct reasons *reasons;
	struct scored *pool;
	uint32_t from;
	size_t n = 0;

	if (!p->course || !p->course->page || !site->courses.count)
		return 0;
	arena_init(&work);
	pool = ARENA_ARRAY(&work, site->courses.count, struct scored);
	from = r->catalog.item_of[p->course->page->index];
	reasons = reasons_new(r->catalog.terms, a, from);
	for (int step = PATH_BUILDS_ON; step > PATH_NOT_AFTER; step--) {
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
		related_fill(&r->catalog, pool, found,
		    step == PATH_BUILDS_ON ? WHY_BUILDS_ON : WHY_HARDER,
		    &out[n]);
		for (size_t i = n; i < n + found; i++)
			related_name(&r->catalog, reasons, &out[i]);
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
	related_fill(&r->catalog, pool, n, WHY_POPULAR, out);
	arena_clear(&work);
	return n;
}

size_t
recommend_block(const struct recommend *r, struct arena *a,
    const struct page *p, enum recommend_kind kind, size_t most,
    struct recommended *out)
{
	return recommend_first(r, a, p, kind, most, most, out);
}

size_t
recommend_first(const struct recommend *r, struct arena *a,
    const struct page *p, enum recommend_kind kind, size_t most, size_t want,
    struct recommended *out)
{
	const struct related how = { &r->catalog, &r->blend };

	if (!most)
		return 0;
	if (kind == RECOMMEND_POPULAR)
		return popular(r, p, most, out);
	if (kind == RECOMMEND_NEXT)
		return next(r, a, p, most, out);
	return kind == RECOMMEND_RELATED
	    ? related_block(&how, a, p, most, want, out)
	    : related_also(&how, p, most, out);
}

enum recommend_verdict
recommend_explain(const struct recommend *r, struct arena *a,
    const struct page *from, const struct page *to, struct recommended *out)
{
	const struct related how = { &r->catalog, &r->blend };
	uint32_t x = r->catalog.item_of[from->index];
	uint32_t y = r->catalog.item_of[to->index];

	*out = (struct recommended){ .page = to };
	if (x == CATALOG_NONE || y == CATALOG_NONE)
		return RECOMMEND_NO_ITEM;
	out->score = rows_score(r->blend.block, x, y);
	related_name(&r->catalog, reasons_new(r->catalog.terms, a, x), out);
	if (!out->term_count && rows_score(r->blend.together, x, y) > 0)
		out->why = WHY_READERS;
	return related_verdict(&how, from, out);
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
