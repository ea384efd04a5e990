#include "changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 20, TITLE_WIDTH = 30 };

enum change_kind { CHANGE_NONE, CHANGE_EDIT, CHANGE_NEW, CHANGE_MOVE };

struct change {
	enum change_kind kind;
	const struct page *page, *was; /* `was` is NULL for a new one */
};

struct changes {
	const struct build *now;
	struct arena arena;
	struct source *source;
	struct site *old; /* NULL: there was none */
	struct {
		struct change *at;
		size_t count, room;
	} lessons; /* all of the site */
	struct page_list gone;
	struct course *only; /* the course all changes are in, or NULL */
	size_t changed;
};

/* Pages by their file's path, for one pass over each site. */
struct page_index {
	const struct page **at;
	size_t count;
};

static int
compare_files(const void *a, const void *b)
{
	const struct page *const *p = a, *const *q = b;

	return str_cmp((*p)->file->path, (*q)->file->path);
}

static struct page_index
index_pages(struct arena *a, const struct site *site)
{
	struct page_index index = {
		ARENA_ARRAY(a, site->pages.count + 1, const struct page *), 0
	};

	for (size_t i = 0; i < site->pages.count; i++) {
		if (site->pages.at[i]->file)
			index.at[index.count++] = site->pages.at[i];
	}
	qsort(index.at, index.count, sizeof(void *), compare_files);
	return index;
}

static const struct page *
find_file(const struct page_index *index, struct str path)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(index->at[middle]->file->path, path);

		if (!order)
			return index->at[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Of a push both sites are commits: equal ids are equal texts. */
static bool
same_text(const struct site *site, const struct page *p, const struct site *old,
    const struct page *q)
{
	return str_eq(
	    source_id(site->source, p->file), source_id(old->source, q->file));
}

/* The lesson of the old site whose file is gone and that this one continues:
 * the same text, or the same title in the same course. */
static const struct page *
find_moved(const struct site *site, const struct site *old,
    const struct page_index *now, const struct page *p)
{
	for (size_t i = 0; i < old->pages.count; i++) {
		const struct page *q = old->pages.at[i];
		bool same_course = p->course && q->course &&
		    str_eq(p->course->id, q->course->id);

		if (q->kind != PAGE_LESSON || !q->file ||
		    find_file(now, q->file->path))
			continue;
		if (same_text(site, p, old, q) ||
		    (same_course && str_eq(p->title, q->title)))
			return q;
	}
	return NULL;
}

static struct change
compare(const struct site *site, const struct site *old,
    const struct page_index *before, const struct page_index *now,
    const struct page *p)
{
	struct change c = { .page = p, .kind = CHANGE_NEW };

	if (!old)
		return c;
	c.was = find_file(before, p->file->path);
	if (!c.was)
		c.was = find_moved(site, old, now, p);
	if (!c.was)
		return c;
	if (!str_eq(p->url, c.was->url))
		c.kind = CHANGE_MOVE;
	else
		c.kind =
		    same_text(site, p, old, c.was) && p->access == c.was->access
		    ? CHANGE_NONE
		    : CHANGE_EDIT;
	return c;
}

static void
find_gone(struct changes *c)
{
	for (size_t i = 0; c->old && i < c->old->pages.count; i++) {
		struct page *q = c->old->pages.at[i];
		bool found = false;

		for (size_t k = 0; k < c->lessons.count && !found; k++)
			found = c->lessons.at[k].was == q;
		if (q->kind == PAGE_LESSON && !found)
			ARENA_PUSH(&c->arena, c->gone, q);
	}
}

static void
compare_sites(struct changes *c)
{
	const struct site *site = c->now->site;
	struct page_index now = index_pages(&c->arena, site);
	struct page_index before = { 0 };
	bool mixed = false;

	if (c->old)
		before = index_pages(&c->arena, c->old);
	for (size_t i = 0; i < site->pages.count; i++) {
		const struct page *p = site->pages.at[i];
		struct change change;

		if (p->kind != PAGE_LESSON || !p->file)
			continue;
		change = compare(c->now->site, c->old, &before, &now, p);
		ARENA_PUSH(&c->arena, c->lessons, change);
		if (change.kind == CHANGE_NONE)
			continue;
		c->changed++;
		mixed = mixed || (c->only && c->only != p->course);
		c->only = p->course;
	}
	find_gone(c);
	for (size_t i = 0; i < c->gone.count; i++) {
		const struct course *course = c->gone.at[i]->course;

		mixed = mixed || !c->only || !course ||
		    !str_eq(c->only->id, course->id);
	}
	if (mixed)
		c->only = NULL;
	else if (!c->only && site->courses.count == 1)
		c->only = site->courses.at[0];
}

struct changes *
changes_new(const struct build *now, const char *before)
{
	struct changes *c = calloc(1, sizeof *c);
	struct diag ignored;

	if (!c) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	c->now = now;
	arena_init(&c->arena);
	diag_init(&ignored);
	if (before && now->site)
		c->source =
		    source_open(now->options.location, before, false, &ignored);
	if (c->source)
		source_set_memo(c->source, now->memo);
	if (c->source)
		c->old = content_read(&c->arena, c->source, &ignored);
	diag_clear(&ignored);
	if (now->site)
		compare_sites(c);
	return c;
}

void
changes_free(struct changes *c)
{
	if (c->source)
		source_free(c->source);
	arena_clear(&c->arena);
	free(c);
}

static const struct offer *
find_offer(const struct site *site, struct str id)
{
	for (size_t i = 0; i < site->offers.count; i++) {
		if (str_eq(site->offers.at[i]->id, id))
			return site->offers.at[i];
	}
	return NULL;
}

/* Where the price of an offer is written: its course's front matter, or just
 * site.yaml. */
static struct where
price_place(const struct site *site, const struct offer *o)
{
	for (size_t i = 0; i < site->courses.count; i++) {
		const struct page *p = site->courses.at[i]->page;
		size_t at;

		if (!str_eq(site->courses.at[i]->id, o->id) || !p->file)
			continue;
		at = str_search(p->text, STR("\nprice:"));
		if (at < p->body)
			return page_where(p, at + 1, STR("price").len);
	}
	return (struct where){ .path = STR("site.yaml") };
}

static void
add_price(struct buf *out, const struct offer *o)
{
	money_plain(out, o->amount, o->currency);
	buf_add_c(out, ' ');
	buf_add_z(out, o->currency->code);
}

void
changes_report_prices(const struct changes *c, struct diag *d)
{
	for (size_t i = 0; c->old && i < c->now->site->offers.count; i++) {
		const struct offer *o = c->now->site->offers.at[i];
		const struct offer *was = find_offer(c->old, o->id);
		struct buf price, before;

		if (!was ||
		    (was->amount == o->amount && was->currency == o->currency))
			continue;
		buf_init(&price, 64);
		buf_init(&before, 64);
		add_price(&price, o);
		add_price(&before, was);
		diag_add(d, DIAG_WARNING, price_place(c->now->site, o), NULL,
		    "price of '%.*s' was %.*s, is now %.*s", STR_ARG(o->id),
		    STR_ARG(buf_str(&before)), STR_ARG(buf_str(&price)));
		buf_clear(&price);
		buf_clear(&before);
	}
}

/* Text of an author on a terminal: control characters are shown as '?'. */
static size_t
print_text(FILE *out, struct str s)
{
	size_t at = 0, width = 0;

	while (at < s.len && width < 2 * (size_t)TITLE_WIDTH) {
		size_t from = at;
		uint32_t c = str_utf8_next(s, &at);

		if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
			fputc('?', out);
			width++;
			continue;
		}
		fwrite(s.ptr + from, 1, at - from, out);
		width += c >= 0x1100 ? 2 : 1;
	}
	return width;
}

void
changes_print_title(const struct changes *c, FILE *out)
{
	const struct site *site = c->now->site;
	size_t all = c->only ? c->only->lessons.count : c->lessons.count;

	fputs("Checking \"", out);
	if (site)
		print_text(out, c->only ? c->only->page->title : site->title);
	if (!c->old)
		fprintf(out, "\": %zu lesson%s\n", all, all == 1 ? "" : "s");
	else
		fprintf(out, "\": %zu of %zu lesson%s changed\n", c->changed,
		    all, all == 1 ? "" : "s");
}

static bool
is_redirected(const struct site *site, struct str from)
{
	for (size_t i = 0; i < site->aliases.count; i++) {
		if (str_eq(site->aliases.at[i].from, from))
			return true;
	}
	return false;
}

/* Its place in the course, from 1. */
static size_t
number_of(const struct page *p)
{
	for (size_t i = 0; p->course && i < p->course->lessons.count; i++) {
		if (p->course->lessons.at[i] == p)
			return i + 1;
	}
	return 0;
}

static void
print_head(FILE *out, const char *word, const struct page *p)
{
	size_t width;

	fprintf(out, "  %-8s%3zu ", word, number_of(p));
	width = print_text(out, p->title);
	fprintf(out, "%*s",
	    width < TITLE_WIDTH ? (int)(TITLE_WIDTH - width) : 1, "");
}

static void
print_change(const struct changes *c, const struct change *change, FILE *out)
{
	static const char *const words[] = { [CHANGE_EDIT] = "changed",
		[CHANGE_NEW] = "new",
		[CHANGE_MOVE] = "moved" };
	const struct page *p = change->page;
	struct build_teaser teaser = c->now->teasers[p->index];

	print_head(out, words[change->kind], p);
	if (change->kind == CHANGE_MOVE)
		fprintf(out, "%.*s -> %.*s  %s\n", STR_ARG(change->was->url),
		    STR_ARG(p->url),
		    is_redirected(c->now->site, change->was->url)
			? "redirect added"
			: "no redirect: see aliases");
	else if (p->access == ACCESS_FREE)
		fprintf(out, "free    %u min\n", p->minutes);
	else if (teaser.sections)
		fprintf(out, "%s  teaser: %zu of %zu sections\n",
		    p->access == ACCESS_PAID ? "paid  " : "signed-in",
		    teaser.shown, teaser.sections);
	else
		fprintf(out, "%s  %u min\n",
		    p->access == ACCESS_PAID ? "paid  " : "signed-in",
		    p->minutes);
}

void
changes_print(const struct changes *c, FILE *out)
{
	size_t lines = 0, all = c->changed + c->gone.count;

	if (!c->old || !c->now->teasers)
		return;
	for (size_t i = 0; i < c->lessons.count && lines < LINES_MOST; i++) {
		if (c->lessons.at[i].kind == CHANGE_NONE)
			continue;
		print_change(c, &c->lessons.at[i], out);
		lines++;
	}
	for (size_t i = 0; i < c->gone.count && lines < LINES_MOST; i++) {
		const struct page *p = c->gone.at[i];

		print_head(out, "gone", p);
		fprintf(out, "%.*s\n", STR_ARG(p->url));
		lines++;
	}
	if (lines < all)
		fprintf(out, "  and %zu more\n", all - lines);
}

void
changes_url(const struct changes *c, struct buf *out)
{
	const struct site *site = c->now->site;

	buf_add(out, site->url);
	buf_add(out, c->only && c->old ? c->only->page->url : STR("/"));
}
