#include "sheet.h"

#include "block.h"
#include "structured.h"

enum { HOME_ARTICLES = 5 };

static void
put_data(struct sheet *s, struct str json)
{
	value_put_html(s->arena, s->v, STR("data"), json);
}

static void
put_kind(struct sheet *s, const char *kind)
{
	value_put(s->arena, s->v, STR("kind"), str_from(kind));
}

static struct value *
entry_value(struct sheet *s, const struct page *p)
{
	struct arena *a = s->arena;
	struct value *v = value_object(a);
	value_put(a, v, STR("url"), link_page(s->links, p, s->audience));
	value_put(a, v, STR("title"), p->title);
	value_put(a, v, STR("description"), p->description);
	bool foreign = !str_eq(p->lang, s->page->lang);
	value_put(a, v, STR("foreign"), foreign ? p->lang : STR_NONE);
	value_put(a, v, STR("date"), p->date);
	value_put(a, v, STR("date_shown"), phrase_date(a, s->lang, p->date));
	value_put(a, v, STR("by"), phrase_by(a, s->lang, p));
	return v;
}

static void
put_articles(struct sheet *s, const struct page_list *articles, size_t most)
{
	struct value *list = value_list(s->arena);
	for (size_t i = 0; i < articles->count && i < most; i++)
		value_push(s->arena, list, entry_value(s, articles->at[i]));
	value_put_list(
	    s->arena, s->v, STR("articles"), STR("has_articles"), list);
}

static void
put_plan(struct sheet *s, const struct course *c)
{
	struct value *plan = value_list(s->arena);
	if (c)
		plan = course_view_plan(s->theme, s->links, c, s->arena);
	value_put_list(s->arena, s->v, STR("plan"), STR("plan_shown"), plan);
}

static const char *
fill_home(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct site *site = s->theme->site;
	const struct language_pages *pages =
	    chrome_pages(s->theme, s->page->lang);
	bool foreign = site->foreign && site->courses.count;
	struct value *cards = value_list(a);
	for (size_t i = 0; !foreign && i < pages->courses.count; i++)
		value_push(a, cards,
		    course_view_of(s->theme, s->links, pages->courses.at[i])
			->card);
	struct str first = STR_NONE;
	if (foreign && site->courses.at[0]->lessons.count)
		first = link_page(
		    s->links, site->courses.at[0]->lessons.at[0], s->audience);
	put_kind(s, "home");
	value_put(a, s->v, STR("first"), first);
	value_put(a, s->v, STR("lead"), sheet_lead(s));
	put_plan(s, foreign ? site->courses.at[0] : NULL);
	value_put_list(a, s->v, STR("courses"), STR("has_courses"), cards);
	put_articles(s, &pages->articles, HOME_ARTICLES);
	struct str all = STR_NONE;
	if (pages->articles_page)
		all = link_page(s->links, pages->articles_page, s->audience);
	value_put(a, s->v, STR("articles_url"), all);
	if (!s->page->member_url.len)
		put_data(
		    s, structured_home(s->theme, a, s->page, s->description));
	return "home";
}

static void
put_people(struct sheet *s)
{
	struct arena *a = s->arena;
	struct value *people = course_view_people(s->links, s->page, a);
	value_put_list(a, s->v, STR("authors"), STR("has_authors"), people);
	value_put(a, s->v, STR("authors_title"),
	    phrase_count(a, s->lang, "authors", value_count(people)));
}

static void
put_questions(struct sheet *s, const struct course *c)
{
	struct arena *a = s->arena;
	struct value *list = value_list(a);
	for (size_t i = 0; i < c->faq.count; i++) {
		struct value *v = value_object(a);
		value_put(a, v, STR("question"), c->faq.at[i].question);
		value_put(a, v, STR("answer"), c->faq.at[i].answer);
		value_push(a, list, v);
	}
	value_put_list(a, s->v, STR("questions"), STR("has_questions"), list);
}

static void
put_outcomes(struct sheet *s, const struct course *c)
{
	struct arena *a = s->arena;
	struct value *list = value_list(a);
	for (size_t i = 0; i < c->outcomes.count; i++)
		value_push(a, list, value_str(a, c->outcomes.at[i]));
	value_put_list(a, s->v, STR("outcomes"), STR("has_outcomes"), list);
}

static void
put_requires(struct sheet *s, const struct course *c)
{
	struct arena *a = s->arena;
	struct value *list = value_list(a);
	for (size_t i = 0; i < c->requires.count; i++) {
		const struct page *p = c->requires.at[i]->page;
		struct value *v = value_object(a);
		value_put(
		    a, v, STR("url"), link_page(s->links, p, s->audience));
		value_put(a, v, STR("title"), p->title);
		value_push(a, list, v);
	}
	value_put_list(a, s->v, STR("requires"), STR("has_requires"), list);
}

/* The offers, and where the form goes; nothing to buy on a members' page. */
static void
put_buy(struct sheet *s, const struct course_view *view, struct str page)
{
	struct arena *a = s->arena;
	bool shown = s->audience == AUDIENCE_PUBLIC;
	value_append(
	    a, s->v, STR("buy"), shown ? view->buy : value_bool(a, false));
	value_put(a, s->v, STR("action"),
	    theme_gateway(s->theme, a, STR("/checkout")));
	value_put(a, s->v, STR("buy_page"), page);
}

static void
copy_values(struct sheet *s, const struct value *from, const char *const *names,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct value *v = value_get(from, str_from(names[i]));
		struct value *copy = value_null(s->arena);
		if (v)
			*copy = *v;
		value_append(s->arena, s->v, str_from(names[i]), copy);
	}
}

static const char *
fill_course(struct sheet *s)
{
	static const char *const from_card[] = { "hue", "level", "image",
		"image_alt", "lesson_count", "free_count", "duration", "by" };
	struct arena *a = s->arena;
	const struct course *c = s->page->course;
	if (s->theme->site->foreign)
		return fill_home(s);
	const struct course_view *view = course_view_of(s->theme, s->links, c);
	put_kind(s, "course");
	copy_values(
	    s, view->card, from_card, sizeof from_card / sizeof *from_card);
	value_put(a, s->v, STR("lead"), s->page->description);
	struct str first = STR_NONE, open = STR_NONE;
	if (view->first_free)
		first = link_page(s->links, view->first_free, s->audience);
	if (view->first_locked)
		open =
		    theme_gateway(s->theme, a, view->first_locked->member_url);
	value_put(a, s->v, STR("first_free"), first);
	value_put(a, s->v, STR("open_url"), open);
	value_append(a, s->v, STR("paid"), value_bool(a, c->offers.count > 0));
	put_buy(s, view, STR_NONE);
	put_outcomes(s, c);
	put_plan(s, c);
	put_requires(s, c);
	put_people(s);
	put_questions(s, c);
	put_data(s,
	    structured_course(s->theme, a, s->page, s->description, s->image));
	return "course";
}

static void
push_crumb(struct sheet *s, struct value *crumbs, struct str title,
    const struct page *p)
{
	struct value *v = value_object(s->arena);
	struct str url = STR_NONE;
	if (p)
		url = link_page(s->links, p, s->audience);
	value_put(s->arena, v, STR("title"), title);
	value_put(s->arena, v, STR("url"), url);
	value_push(s->arena, crumbs, v);
}

static void
put_turn(struct sheet *s, const char *name, const struct page *to)
{
	struct arena *a = s->arena;
	struct value *v = value_bool(a, false);
	if (to) {
		v = value_object(a);
		value_put(
		    a, v, STR("url"), link_page(s->links, to, s->audience));
		value_put(a, v, STR("title"), to->title);
	}
	value_append(a, s->v, str_from(name), v);
}

/* "2 more sections, 6 more minutes" */
static struct str
what_is_left(const struct sheet *s)
{
	struct arena *a = s->arena;
	const struct rendered *r = s->rendered;
	struct str minutes = STR_NONE;
	if (r->rest_minutes)
		minutes =
		    phrase_count(a, s->lang, "minutes_left", r->rest_minutes);
	if (r->sections <= r->teaser_sections)
		return minutes;
	struct str sections = phrase_count(
	    a, s->lang, "sections_left", r->sections - r->teaser_sections);
	if (!minutes.len)
		return sections;
	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(sections),
	    STR_ARG(phrase_get(s->lang, "list_separator")), STR_ARG(minutes));
}

static bool
same_authors(const struct page *p, const struct page *q)
{
	if (p->authors.count != q->authors.count)
		return false;
	for (size_t i = 0; i < p->authors.count; i++)
		if (p->authors.at[i] != q->authors.at[i])
			return false;
	return true;
}

static struct str
position_of(struct sheet *s)
{
	const struct course *c = s->page->course;
	struct arena *a = s->arena;
	const struct phrase_arg args[] = {
		{ "n", phrase_number(a, contents_position(s->theme, s->page)) },
		{ "total", phrase_number(a, c->lessons.count) }, { 0 }
	};
	return phrase_fill(a, s->lang, "lesson_position", args);
}

static void
put_teaser(struct sheet *s, const struct course_view *view)
{
	struct arena *a = s->arena;
	const struct phrase_arg args[] = {
		{ "course", s->page->course->page->title }, { 0 }
	};
	value_put(a, s->v, STR("left"), what_is_left(s));
	value_put(a, s->v, STR("teaser_course"),
	    phrase_fill(a, s->lang, "teaser_course", args));
	value_put(a, s->v, STR("open_url"),
	    theme_gateway(s->theme, a, s->page->member_url));
	put_buy(s, view, s->page->member_url);
}

static const char *
fill_lesson(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct page *p = s->page;
	const struct course *c = p->course;
	const struct course_view *view = course_view_of(s->theme, s->links, c);
	struct str contents;
	if (!contents_of(
		s->theme, s->links, p, s->audience, a, s->d, &contents))
		return NULL;
	put_kind(s, "lesson");
	value_append(a, s->v, STR("course"), view->card);
	value_put(a, s->v, STR("position"), position_of(s));
	value_put_html(a, s->v, STR("contents"), contents);
	struct value *crumbs = value_list(a);
	push_crumb(s, crumbs, c->page->title, c->page);
	if (p->module)
		push_crumb(s, crumbs, p->module->title, NULL);
	value_append(a, s->v, STR("crumbs"), crumbs);
	value_put(a, s->v, STR("by"),
	    same_authors(p, c->page) ? STR_NONE : phrase_by(a, s->lang, p));
	put_turn(s, "previous", p->previous);
	put_turn(s, "next", p->next);
	value_append(
	    a, s->v, STR("has_turn"), value_bool(a, p->previous || p->next));
	if (s->audience == AUDIENCE_PUBLIC)
		put_data(s,
		    structured_lesson(
			s->theme, a, p, s->description, s->teaser));
	if (!s->teaser)
		return "lesson";
	put_teaser(s, view);
	return "teaser";
}

static const char *
fill_articles(struct sheet *s)
{
	const struct language_pages *pages =
	    chrome_pages(s->theme, s->page->lang);
	put_kind(s, "articles");
	value_put(s->arena, s->v, STR("lead"), s->page->description);
	put_articles(s, &pages->articles, pages->articles.count);
	return "articles";
}

static const char *
fill_article(struct sheet *s)
{
	const struct language_pages *pages =
	    chrome_pages(s->theme, s->page->lang);
	struct value *crumbs = value_list(s->arena);
	if (pages->home)
		push_crumb(s, crumbs, phrase_get(s->lang, "home"), pages->home);
	if (pages->articles_page)
		push_crumb(s, crumbs,
		    phrase_title(s->lang, pages->articles_page),
		    pages->articles_page);
	put_kind(s, "article");
	value_append(s->arena, s->v, STR("crumbs"), crumbs);
	value_put(
	    s->arena, s->v, STR("by"), phrase_by(s->arena, s->lang, s->page));
	put_people(s);
	put_data(s,
	    structured_article(
		s->theme, s->arena, s->page, s->description, s->image));
	return "article";
}

static const struct author *
author_of(const struct sheet *s)
{
	const struct site *site = s->theme->site;
	for (size_t i = 0; i < site->authors.count; i++)
		if (site->authors.at[i]->page == s->page)
			return site->authors.at[i];
	return NULL;
}

static bool
is_by(const struct page *p, const struct author *author)
{
	for (size_t i = 0; i < p->authors.count; i++)
		if (p->authors.at[i] == author)
			return true;
	return false;
}

static void
put_works(struct sheet *s, const struct author *author)
{
	struct arena *a = s->arena;
	const struct site *site = s->theme->site;
	const struct site_index *index = chrome_index(s->theme);
	struct value *cards = value_list(a);
	for (size_t i = 0; i < site->courses.count; i++) {
		const struct course *c = site->courses.at[i];
		if (is_by(c->page, author))
			value_push(a, cards,
			    course_view_of(s->theme, s->links, c)->card);
	}
	value_put_list(a, s->v, STR("courses"), STR("has_courses"), cards);
	struct page_list own = { 0 };
	for (size_t i = 0; i < index->count; i++)
		for (size_t j = 0; j < index->at[i].articles.count; j++)
			if (is_by(index->at[i].articles.at[j], author))
				ARENA_PUSH(a, own, index->at[i].articles.at[j]);
	put_articles(s, &own, own.count);
}

static const char *
fill_author(struct sheet *s)
{
	struct arena *a = s->arena;
	const struct author *author = author_of(s);
	put_kind(s, "author");
	if (!author)
		return "page";
	struct str image = STR_NONE;
	if (author->image.len)
		image = link_file(s->links, s->page, s->audience, author->image,
		    page_where(s->page, 0, 0));
	value_put(a, s->v, STR("image"), image);
	value_put(a, s->v, STR("image_alt"), author->image_alt);
	value_put(a, s->v, STR("role"), author->title);
	struct value *list = value_list(a);
	for (size_t i = 0; i < author->links.count; i++) {
		struct value *v = value_object(a);
		value_put(a, v, STR("title"), author->links.at[i].title);
		value_put(a, v, STR("url"), author->links.at[i].url);
		value_push(a, list, v);
	}
	value_put_list(a, s->v, STR("links"), STR("has_links"), list);
	put_works(s, author);
	put_data(s, structured_author(s->theme, a, s->page, author));
	return "author";
}

static const char *
fill_plain(struct sheet *s)
{
	put_kind(s, "page");
	return "page";
}

const char *
sheet_fill_kind(struct sheet *s)
{
	static const char *(*const fill[])(struct sheet *) = {
		[PAGE_HOME] = fill_home,
		[PAGE_COURSE] = fill_course,
		[PAGE_LESSON] = fill_lesson,
		[PAGE_ARTICLES] = fill_articles,
		[PAGE_ARTICLE] = fill_article,
		[PAGE_PLAIN] = fill_plain,
		[PAGE_AUTHOR] = fill_author,
	};
	block_put(s);
	return fill[s->page->kind](s);
}
