#include "contents.h"

#include "course_view.h"
#include "html.h"
#include "limits.h"

/* Lessons [from, to) of a course, as one piece of markup. */
struct contents_part {
	struct str html;
	struct memo_key key;
};

/* A run of lessons of one module, or of none. */
struct run {
	const struct module *module;
	size_t from, to;
};

struct runs {
	struct run *at;
	size_t count, room;
};

struct window {
	struct runs runs;
	size_t current; /* run */
	size_t from, to; /* lessons shown of it */
	bool all;
};

static struct runs
runs_of(const struct course *c, struct arena *a)
{
	struct runs runs = { 0 };
	for (size_t i = 0; i < c->lessons.count; i++) {
		const struct module *m = c->lessons.at[i]->module;
		struct run *last = runs.count ? &runs.at[runs.count - 1] : NULL;
		if (last && last->module == m)
			last->to = i + 1;
		else
			ARENA_PUSH(a, runs, ((struct run){ m, i, i + 1 }));
	}
	return runs;
}

static struct window
window_at(const struct course *c, size_t position, struct arena *a)
{
	struct window w = { .runs = runs_of(c, a),
		.all = c->lessons.count <= CONTENTS_ALL };
	if (w.all) {
		w.to = c->lessons.count;
		return w;
	}
	while (w.runs.at[w.current].to <= position)
		w.current++;
	const struct run *run = &w.runs.at[w.current];
	w.from = position - (position - run->from) % CONTENTS_BLOCK;
	w.to = run->to - w.from > CONTENTS_BLOCK ? w.from + CONTENTS_BLOCK
						 : run->to;
	return w;
}

static void
push_heading(
    struct arena *a, struct value *entries, struct str title, struct str url)
{
	struct value *v = value_object(a);
	value_append(a, v, STR("heading"), value_bool(a, true));
	value_put(a, v, STR("title"), title);
	value_put(a, v, STR("url"), url);
	value_push(a, entries, v);
}

static void
push_lesson(struct arena *a, struct value *entries, struct links *l,
    const struct page *lesson, enum audience audience)
{
	struct value *v = value_object(a);
	value_append(a, v, STR("heading"), value_bool(a, false));
	value_put(a, v, STR("title"), lesson->title);
	value_put(a, v, STR("url"), link_page(l, lesson, audience));
	bool locked = audience == AUDIENCE_PUBLIC && lesson->member_url.len;
	value_append(a, v, STR("locked"), value_bool(a, locked));
	value_push(a, entries, v);
}

static void
push_run(struct arena *a, struct value *entries, struct links *l,
    const struct course *c, const struct window *w, size_t r,
    enum audience audience)
{
	const struct run *run = &w->runs.at[r];
	bool shown = w->all || r == w->current;
	size_t from = w->all ? run->from : w->from;
	size_t to = w->all ? run->to : w->to;
	if (run->module) {
		struct str url = STR_NONE;
		if (!shown)
			url = link_page(l, c->lessons.at[run->from], audience);
		push_heading(a, entries, run->module->title, url);
	}
	for (size_t i = from; shown && i < to; i++)
		push_lesson(a, entries, l, c->lessons.at[i], audience);
}

static struct value *
part_value(struct theme *t, struct links *l, const struct course *c,
    const struct window *w, enum audience audience, struct arena *a)
{
	const struct language *lang = phrase_language(t, c->page->lang);
	struct value *entries = value_list(a);
	size_t first = 0, last = w->runs.count;
	if (!w->all && w->current > CONTENTS_MODULES)
		first = w->current - CONTENTS_MODULES;
	if (!w->all && last - w->current > CONTENTS_MODULES + 1)
		last = w->current + CONTENTS_MODULES + 1;
	for (size_t r = first; r < last; r++)
		push_run(a, entries, l, c, w, r, audience);
	struct str earlier = STR_NONE, later = STR_NONE;
	if (w->from)
		earlier = link_page(l, c->lessons.at[w->from - 1], audience);
	if (w->to < c->lessons.count)
		later = link_page(l, c->lessons.at[w->to], audience);
	struct value *v = value_object(a);
	value_append(a, v, STR("s"), lang->s);
	value_put(a, v, STR("course_title"), c->page->title);
	value_put(a, v, STR("course_url"), link_page(l, c->page, audience));
	value_put(a, v, STR("earlier"), earlier);
	value_put(a, v, STR("later"), later);
	value_append(a, v, STR("windowed"), value_bool(a, !w->all));
	value_append(a, v, STR("entries"), entries);
	return v;
}

/* Where ` aria-current` goes for each lesson of the part: after its href. */
static void
find_marks(struct theme *t, struct links *l, const struct course *c,
    const struct window *w, enum audience audience, struct contents_part *part)
{
	struct buf needle;
	buf_init(&needle, (size_t)LIMIT_PATH * 6);
	size_t at = 0;
	for (size_t i = w->from; i < w->to; i++) {
		const struct page *lesson = c->lessons.at[i];
		struct page_state *state = &t->states[lesson->index];
		state->part[audience] = part;
		buf_reset(&needle);
		buf_add_z(&needle, " href=\"");
		html_attr(&needle, link_page(l, lesson, audience));
		buf_add_c(&needle, '"');
		size_t found =
		    str_search(str_from_at(part->html, at), buf_str(&needle));
		if (at + found >= part->html.len)
			continue;
		at += found + needle.len;
		state->mark[audience] = at;
	}
	buf_clear(&needle);
}

static bool
make_part(struct theme *t, struct links *l, const struct page *lesson,
    enum audience audience, struct arena *a, struct diag *d)
{
	const struct course *c = lesson->course;
	struct window w = window_at(c, contents_position(t, lesson) - 1, a);
	struct str html;
	if (!theme_fill(
		t, "contents", part_value(t, l, c, &w, audience, a), d, &html))
		return false;
	struct contents_part *part = ARENA_NEW(t->arena, struct contents_part);
	part->html = arena_str(t->arena, html);
	memo_key_of(&part->key, part->html);
	find_marks(t, l, c, &w, audience, part);
	return true;
}

const struct memo_key *
contents_key(const struct contents_part *part)
{
	return &part->key;
}

size_t
contents_position(struct theme *t, const struct page *lesson)
{
	size_t *position = &t->states[lesson->index].position;
	const struct course *c = lesson->course;
	for (size_t i = 0; !*position && i < c->lessons.count; i++)
		t->states[c->lessons.at[i]->index].position = i + 1;
	return *position;
}

bool
contents_of(struct theme *t, struct links *l, const struct page *lesson,
    enum audience audience, struct arena *a, struct diag *d, struct str *html)
{
	static const struct str mark = { " aria-current=\"page\"",
		sizeof " aria-current=\"page\"" - 1 };
	struct page_state *state = &t->states[lesson->index];
	if (!state->part[audience] && !make_part(t, l, lesson, audience, a, d))
		return false;
	struct str whole = state->part[audience]->html;
	size_t at = state->mark[audience];
	*html = whole;
	if (!at)
		return true;
	char *copy = arena_alloc(a, whole.len + mark.len);
	memcpy(copy, whole.ptr, at);
	memcpy(copy + at, mark.ptr, mark.len);
	memcpy(copy + at + mark.len, whole.ptr + at, whole.len - at);
	*html = str_of(copy, whole.len + mark.len);
	return true;
}
