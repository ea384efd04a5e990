#include "catalog.h"

#include "pack.h"

#include <stdlib.h>

enum {
	CHANGED_FEW = 50, /* items that may differ from a base, in any case */
	CHANGED_SHARE = 50, /* of all items, the part that may */
};

static bool
is_item(const struct page *p)
{
	return p->kind == PAGE_COURSE || p->kind == PAGE_LESSON ||
	    p->kind == PAGE_ARTICLE;
}

static int
by_address(const void *a, const void *b)
{
	const struct page *const *x = a, *const *y = b;

	return str_cmp((*x)->url, (*y)->url);
}

static void
add_course(struct terms *t, const struct course *course)
{
	for (size_t i = 0; i < course->outcomes.count; i++)
		terms_add_line(t, course->outcomes.at[i], FIELD_TEXT);
	for (size_t i = 0; i < course->module_count; i++)
		terms_add_line(t, course->modules[i]->title, FIELD_HEADING);
	for (size_t i = 0; i < course->lessons.count; i++)
		terms_add_line(t, course->lessons.at[i]->title, FIELD_HEADING);
}

/* The words of a paid page that its teaser shows: those before the mark, when
 * that is surely one. Where a share decides, none are taken. */
static struct str
teaser_of(struct str body)
{
	struct str line, rest = body;
	bool blank = true;

	while (rest.len) {
		size_t at = body.len - rest.len;

		line = str_sub(rest, 0, str_find(rest, '\n'));
		rest = str_from_at(rest, line.len + 1);
		if (blank && str_eq(str_trim(line), STR("<!--more-->")) &&
		    *line.ptr == '<')
			return str_sub(body, 0, at);
		/* inside of a fence or of HTML the mark is none */
		if (str_search(line, STR("```")) < line.len ||
		    str_search(line, STR("~~~")) < line.len ||
		    str_starts(str_trim(line), STR("<")))
			return STR_NONE;
		blank = !str_trim(line).len;
	}
	return STR_NONE;
}

static void
add_body(struct terms *t, const struct page *p)
{
	struct str body = str_from_at(p->text, p->body), teaser;

	if (p->access == ACCESS_FREE) {
		terms_add_body(t, body, true);
		return;
	}
	teaser = teaser_of(body);
	terms_add_body(t, teaser, true);
	terms_add_body(t, str_from_at(body, teaser.len), false);
}

static void
add_page(struct terms *t, const struct page *p)
{
	terms_begin(t);
	terms_add_line(t, p->title, FIELD_TITLE);
	terms_add_line(t, p->description, FIELD_SUBHEADING);
	for (size_t i = 0; i < p->tags.count; i++)
		terms_add_line(t, p->tags.at[i], FIELD_TAG);
	add_body(t, p);
	if (p->kind == PAGE_COURSE && p->course)
		add_course(t, p->course);
}

/* Neighbours in the order of addresses are mostly of one course. */
static void
number_groups(struct catalog *c, struct arena *a)
{
	const struct site *site = c->site;

	c->group = ARENA_ARRAY(a, c->count, uint32_t);
	for (size_t i = 0; i < c->count; i++) {
		const struct course *course = c->at[i]->course;
		uint32_t number = 1;

		if (!course)
			continue;
		if (i && c->at[i - 1]->course == course)
			number = c->group[i - 1] / 2;
		else
			while (number <= site->courses.count &&
			    site->courses.at[number - 1] != course)
				number++;
		c->group[i] = 2 * number + (c->at[i]->kind == PAGE_COURSE);
	}
}

static void
find_items(struct catalog *c, struct arena *a, const struct site *site)
{
	*c = (struct catalog){ .site = site };
	c->at = ARENA_ARRAY(a, site->pages.count, const struct page *);
	c->item_of = ARENA_ARRAY(a, site->pages.count, uint32_t);
	for (size_t i = 0; i < site->pages.count; i++) {
		c->item_of[i] = CATALOG_NONE;
		if (is_item(site->pages.at[i]))
			c->at[c->count++] = site->pages.at[i];
	}
	if (c->count)
		qsort(c->at, c->count, sizeof(const struct page *), by_address);
	for (size_t i = 0; i < c->count; i++)
		c->item_of[c->at[i]->index] = (uint32_t)i;
	directory_init(&c->directory, a, site);
}

static void
pack_texts(struct buf *b, const struct strs *texts)
{
	pack_u64(b, texts->count);
	for (size_t i = 0; i < texts->count; i++)
		pack_str(b, texts->at[i]);
}

static void
pack_course(struct buf *b, const struct course *course)
{
	pack_texts(b, &course->outcomes);
	pack_u64(b, course->module_count);
	for (size_t i = 0; i < course->module_count; i++)
		pack_str(b, course->modules[i]->title);
	pack_u64(b, course->lessons.count);
	for (size_t i = 0; i < course->lessons.count; i++)
		pack_str(b, course->lessons.at[i]->title);
}

/* All that add_page and allowed pairs depend on, and the place in the order. */
static void
key_of(const struct site *site, const struct page *p, struct buf *b,
    struct memo_key *key)
{
	buf_reset(b);
	pack_str(b, STR("item"));
	pack_str(b, p->url);
	pack_u64(b, p->kind);
	pack_u64(b, p->access);
	pack_str(b, p->file ? source_id(site->source, p->file) : STR_NONE);
	pack_u64(b, p->body);
	pack_str(b, p->title);
	pack_str(b, p->description);
	pack_texts(b, &p->tags);
	pack_str(b, p->course ? p->course->id : STR_NONE);
	if (p->kind == PAGE_COURSE && p->course)
		pack_course(b, p->course);
	memo_key_of(key, buf_str(b));
}

static bool
find_keys(struct catalog *c, struct arena *a)
{
	struct buf b;

	if (!source_memo(c->site->source))
		return false;
	buf_init(&b, 64 << 20);
	c->keys = ARENA_ARRAY(a, c->count + 1, struct memo_key);
	for (size_t i = 0; i < c->count; i++)
		key_of(c->site, c->at[i], &b, &c->keys[i]);
	buf_clear(&b);
	return true;
}

static void
load_page(struct catalog *c, size_t item, struct diag *d)
{
	if (content_load(c->site, c->at[item], d))
		add_page(c->terms, c->at[item]);
	else
		terms_begin(c->terms);
}

void
catalog_init(
    struct catalog *c, struct arena *a, const struct site *site, struct diag *d)
{
	find_items(c, a, site);
	(void)find_keys(c, a);
	c->terms = terms_new();
	for (size_t i = 0; i < c->count; i++)
		load_page(c, i, d);
	terms_close(c->terms);
	number_groups(c, a);
}

/* Numbers by key: open addressing. */
struct key_table {
	const struct memo_key *keys;
	uint32_t *slots; /* number + 1 */
	size_t mask;
};

static uint32_t *
slot_of(const struct key_table *t, const struct memo_key *key)
{
	size_t i;

	memcpy(&i, key, sizeof i);
	i &= t->mask;
	while (t->slots[i] &&
	    memcmp(&t->keys[t->slots[i] - 1], key, sizeof *key) != 0)
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

/* Finds each item in the base; how many items and old ones are without the
 * other. */
static size_t
match(struct catalog *c, struct arena *a, const struct memo_key *old)
{
	struct key_table table = { .keys = old, .mask = 1023 };
	size_t unmatched = c->old_count;

	while (table.mask < 2 * c->old_count)
		table.mask = 2 * table.mask + 1;
	table.slots = ARENA_ARRAY(a, table.mask + 1, uint32_t);
	for (size_t i = 0; i < c->old_count; i++)
		*slot_of(&table, &old[i]) = (uint32_t)i + 1;
	c->old = ARENA_ARRAY(a, c->count + 1, uint32_t);
	for (size_t i = 0; i < c->count; i++) {
		uint32_t slot = *slot_of(&table, &c->keys[i]);

		c->old[i] = slot ? slot - 1 : CATALOG_NONE;
		if (slot)
			unmatched--;
		else
			unmatched++;
	}
	return unmatched;
}

static void
restore_terms(struct catalog *c, struct diag *d)
{
	size_t next = 0; /* old one: both are in the order of addresses */

	for (size_t i = 0; i < c->count; i++) {
		if (c->old[i] == CATALOG_NONE) {
			load_page(c, i, d);
			continue;
		}
		while (next < c->old[i])
			terms_drop(c->terms, next++);
		terms_keep(c->terms, next++);
	}
	while (next < c->old_count)
		terms_drop(c->terms, next++);
	terms_close(c->terms);
}

bool
catalog_restore(struct catalog *c, struct arena *a, const struct site *site,
    struct base *base, struct diag *d)
{
	const uint64_t *count = BASE_TAKE(base, 1, uint64_t);
	const struct memo_key *old =
	    count ? BASE_TAKE(base, *count, struct memo_key) : NULL;
	size_t most, unmatched, terms;

	if (!old)
		return false;
	find_items(c, a, site);
	if (!find_keys(c, a))
		return false;
	c->old_count = *count;
	most = c->count / CHANGED_SHARE;
	unmatched = match(c, a, old);
	if (unmatched > (most > CHANGED_FEW ? most : CHANGED_FEW))
		return false;
	c->terms = terms_restore(base, &terms);
	if (!c->terms || terms != c->old_count)
		return false;
	restore_terms(c, d);
	number_groups(c, a);
	return true;
}

void
catalog_save(const struct catalog *c, struct base_writer *w)
{
	uint64_t count = c->count;

	base_add(w, &count, sizeof count);
	base_add(w, c->keys, c->count * sizeof *c->keys);
	terms_save(c->terms, w);
}

void
catalog_clear(struct catalog *c)
{
	terms_free(c->terms);
}

const struct page *
catalog_page(const struct catalog *c, struct str name)
{
	if (str_starts(name, STR("/m/")))
		name = str_from_at(name, 2);
	if (str_starts(name, STR("/")))
		return directory_find(&c->directory, name);
	for (size_t i = 0; i < c->site->courses.count; i++) {
		const struct course *course = c->site->courses.at[i];

		if (str_eq(course->id, name))
			return course->page;
	}
	return NULL;
}

uint32_t
catalog_find(const struct catalog *c, struct str name)
{
	const struct page *p = catalog_page(c, name);

	return p ? c->item_of[p->index] : CATALOG_NONE;
}
