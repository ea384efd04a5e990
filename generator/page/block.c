#include "block.h"

enum {
	BLOCKS = 2, /* of a page, at most */
	NAMED = BLOCKS * BLOCK_MOST,
	ASKED = NAMED + BLOCK_MOST, /* some may be named already */
};

static const struct block_kind {
	const char *title, *id;
	bool says_why; /* the title does not say it yet */
} kinds[RECOMMEND_KINDS] = {
	[RECOMMEND_RELATED] = { "block_related", "P-related", true },
	[RECOMMEND_NEXT] = { "block_next", "P-next", true },
	[RECOMMEND_ALSO] = { "block_also", "P-also", false },
	[RECOMMEND_POPULAR] = { "block_popular", "P-popular", false },
};

struct blocks {
	struct sheet *s;
	struct value *list;
	const struct page *named[NAMED];
	size_t count;
};

static bool
is_named(const struct blocks *b, const struct page *p)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->named[i] == p)
			return true;
	return false;
}

/* A first page shows all its courses; only of many is a choice of use. */
static bool
is_shown(const struct sheet *s, const struct page *p)
{
	return s->page->kind == PAGE_HOME && p->kind == PAGE_COURSE &&
	    chrome_pages(s->theme, s->page->lang)->courses.count <= BLOCK_MOST;
}

static struct str
terms_listed(const struct sheet *s, const struct recommended *r)
{
	struct str list = STR_NONE;
	struct str separator = phrase_get(s->lang, "list_separator");
	for (size_t i = 0; i < r->term_count; i++)
		list = i ? ARENA_JOIN(s->arena, list, separator, r->terms[i])
			 : r->terms[i];
	return list;
}

static struct str
why_of(const struct sheet *s, const struct recommended *r)
{
	static const struct {
		const char *plain, *with_terms;
	} keys[] = {
		[WHY_NOTHING] = { NULL, NULL },
		[WHY_TERMS] = { NULL, "why_terms" },
		[WHY_READERS] = { "why_readers", NULL },
		[WHY_BUILDS_ON] = { "why_builds_on", NULL },
		[WHY_HARDER] = { "why_harder", "why_harder_terms" },
		[WHY_POPULAR] = { "why_popular", NULL },
	};
	const char *key = keys[r->why].plain;
	if (r->term_count && keys[r->why].with_terms)
		key = keys[r->why].with_terms;
	if (!key)
		return STR_NONE;
	const struct phrase_arg args[] = { { "terms", terms_listed(s, r) },
		{ 0 } };
	return phrase_fill(s->arena, s->lang, key, args);
}

/* Whoever reads a members page owns the course it is in, and for all we know
 * no other: those begin at their public pages. */
static bool
is_owned(const struct sheet *s, const struct page *to)
{
	return s->audience == AUDIENCE_MEMBERS && to->course &&
	    to->course == s->page->course;
}

static struct str
length_of(const struct sheet *s, const struct page *p)
{
	if (p->kind == PAGE_COURSE)
		return phrase_count(
		    s->arena, s->lang, "lessons", p->course->lessons.count);
	if (!p->minutes)
		return STR_NONE;
	return phrase_count(s->arena, s->lang, "minutes", p->minutes);
}

static struct str
what_is(const struct sheet *s, const struct page *p)
{
	if (p->kind == PAGE_LESSON)
		return STR_NONE;
	return phrase_get(
	    s->lang, p->kind == PAGE_COURSE ? "course" : "article");
}

/* Where a lesson stands, when it is not beside the page. */
static struct str
place_of(const struct sheet *s, const struct page *p)
{
	if (p->kind != PAGE_LESSON)
		return STR_NONE;
	if (p->course != s->page->course)
		return p->course->page->title;
	if (!p->module || p->module == s->page->module ||
	    str_eq(p->module->title, p->title))
		return STR_NONE;
	return p->module->title;
}

static struct value *
entry_of(const struct sheet *s, const struct recommended *r, bool says_why)
{
	struct arena *a = s->arena;
	const struct page *p = r->page;
	struct value *v = value_object(a);
	bool owned = is_owned(s, p);
	bool foreign = !str_eq(p->lang, s->page->lang);
	value_put(a, v, STR("url"),
	    owned ? link_page(s->links, p, s->audience)
		  : link_path(s->links, p->url, s->audience));
	value_put(a, v, STR("title"), p->title);
	value_put(a, v, STR("why"), says_why ? why_of(s, r) : STR_NONE);
	value_put(a, v, STR("place"), place_of(s, p));
	value_put(a, v, STR("what"), what_is(s, p));
	value_append(a, v, STR("locked"),
	    value_bool(
		a, p->kind == PAGE_LESSON && p->member_url.len && !owned));
	value_put(a, v, STR("minutes"), length_of(s, p));
	value_put(a, v, STR("lang"), foreign ? p->lang : STR_NONE);
	return v;
}

/* False when there is nothing to name. */
static bool
add(struct blocks *b, enum recommend_kind kind)
{
	struct sheet *s = b->s;
	struct arena *a = s->arena;
	const struct block_kind *k = &kinds[kind];
	struct recommended found[ASKED];
	struct value *entries = value_list(a);
	/* those that is_named leaves out, and on a first page is_shown */
	size_t want =
	    s->page->kind == PAGE_HOME ? ASKED : BLOCK_MOST + b->count;
	size_t count = recommend_first(
	    s->theme->recommend, a, s->page, kind, ASKED, want, found);
	for (size_t i = 0; i < count && value_count(entries) < BLOCK_MOST;
	     i++) {
		if (is_named(b, found[i].page) || is_shown(s, found[i].page))
			continue;
		value_push(a, entries, entry_of(s, &found[i], k->says_why));
		b->named[b->count++] = found[i].page;
	}
	if (!value_count(entries))
		return false;
	struct value *v = value_object(a);
	value_put(a, v, STR("kind"), str_from(recommend_kind_names[kind]));
	value_put(a, v, STR("title"), phrase_get(s->lang, k->title));
	value_put(a, v, STR("id"), str_from(k->id));
	value_append(a, v, STR("entries"), entries);
	value_push(a, b->list, v);
	return true;
}

static bool
is_last_lesson(const struct page *p)
{
	return p->kind == PAGE_LESSON && p->course && !p->next;
}

/* What follows a course, where a members page ends it. */
static struct value *
list_of(struct sheet *s, struct value *blocks)
{
	struct arena *a = s->arena;
	struct value *v = value_object(a);
	value_put_html(a, v, STR("begin"), STR(MANIFEST_LIST_BEGIN));
	value_put_html(a, v, STR("end"), STR(MANIFEST_LIST_END));
	value_append(a, v, STR("blocks"), blocks);
	return v;
}

static void
add_all(struct blocks *b)
{
	switch (b->s->page->kind) {
	case PAGE_HOME:
		(void)add(b, RECOMMEND_POPULAR);
		break;
	case PAGE_COURSE:
		if (b->s->theme->site->foreign) {
			(void)add(b, RECOMMEND_POPULAR);
			break;
		}
		(void)add(b, RECOMMEND_NEXT);
		if (!add(b, RECOMMEND_ALSO))
			(void)add(b, RECOMMEND_RELATED);
		break;
	case PAGE_LESSON:
	case PAGE_ARTICLE:
		(void)add(b, RECOMMEND_RELATED);
		break;
	default:
		break;
	}
}

void
block_put(struct sheet *s)
{
	struct arena *a = s->arena;
	struct blocks b = { .s = s, .list = value_list(a) };
	struct value *list = value_bool(a, false);
	bool last = is_last_lesson(s->page);
	if (last && s->theme->recommend)
		(void)add(&b, RECOMMEND_NEXT);
	if (last && s->audience == AUDIENCE_MEMBERS) {
		list = list_of(s, b.list);
		b.list = value_list(a);
	}
	if (s->theme->recommend)
		add_all(&b);
	value_append(a, s->v, STR("list"), list);
	value_append(a, s->v, STR("blocks"), b.list);
}
