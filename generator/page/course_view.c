#include "course_view.h"

#include "limits.h"

enum { HUES = 6 };

struct str
page_image(struct links *l, const struct page *p)
{
	if (!p->image.len)
		return STR_NONE;
	return link_file(l, p, AUDIENCE_PUBLIC, p->image, page_where(p, 0, 0));
}

static int
hue_of(struct str id)
{
	unsigned sum = 0;
	for (size_t i = 0; i < id.len; i++)
		sum = sum * 31 + (unsigned char)id.ptr[i];
	return (int)(sum % HUES);
}

static struct str
price_of(struct arena *a, const struct offer *o, struct str lang)
{
	struct buf shown;
	buf_init(&shown, LIMIT_NAME);
	money_show(&shown, o->amount, o->currency, lang);
	struct str s = arena_str(a, buf_str(&shown));
	buf_clear(&shown);
	return s;
}

static struct str
interval_of(const struct offer *o, const struct language *lang)
{
	if (str_eq(o->interval, STR("month")))
		return phrase_get(lang, "per_month");
	if (str_eq(o->interval, STR("year")))
		return phrase_get(lang, "per_year");
	return STR_NONE;
}

static struct str
titles_of(struct arena *a, const struct offer *o, const struct language *lang)
{
	struct str titles = STR_NONE;
	struct str separator = phrase_get(lang, "list_separator");
	for (size_t i = 0; i < o->courses.count; i++)
		titles = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(titles),
		    STR_ARG(i ? separator : STR_NONE),
		    STR_ARG(o->courses.at[i]->page->title));
	return titles;
}

static struct value *
offer_value(struct arena *a, const struct offer *o, const struct language *lang,
    bool several)
{
	bool many = o->courses.count > 1;
	const char *label = "buy_course";
	struct str note = phrase_get(lang, "lasting");
	if (many) {
		const struct phrase_arg args[] = {
			{ "titles", titles_of(a, o, lang) }, { 0 }
		};
		label = "buy";
		note = phrase_fill(a, lang, "included", args);
	}
	if (o->kind == OFFER_MEMBERSHIP) {
		label = "subscribe";
		note = phrase_get(lang, "cancel_any_time");
	}
	struct value *v = value_object(a);
	value_put(a, v, STR("id"), o->id);
	value_put(a, v, STR("title"), o->title);
	value_put(a, v, STR("price"), price_of(a, o, lang->tag));
	value_put(a, v, STR("per"), interval_of(o, lang));
	value_put(a, v, STR("label"), phrase_get(lang, label));
	value_put(a, v, STR("note"), note);
	value_append(a, v, STR("named"), value_bool(a, several || many));
	return v;
}

static struct value *
buy_value(struct theme *t, const struct course *c, const struct language *lang)
{
	struct arena *a = t->arena;
	if (!c->offers.count)
		return value_bool(a, false);
	struct value *offers = value_list(a);
	for (size_t i = 0; i < c->offers.count; i++)
		value_push(a, offers,
		    offer_value(a, c->offers.at[i], lang, c->offers.count > 1));
	struct value *v = value_object(a);
	value_append(a, v, STR("offers"), offers);
	struct str refund = STR_NONE;
	if (t->site->refund_days)
		refund = phrase_count(a, lang, "refund", t->site->refund_days);
	value_put(a, v, STR("refund"), refund);
	return v;
}

struct totals {
	uint64_t minutes;
	size_t free;
};

static struct totals
count_lessons(struct theme *t, const struct course *c, struct course_view *view)
{
	struct totals sum = { 0 };
	for (size_t i = 0; i < c->lessons.count; i++) {
		struct page *lesson = c->lessons.at[i];
		t->states[lesson->index].position = i + 1;
		sum.minutes += lesson->minutes;
		bool locked = lesson->member_url.len > 0;
		sum.free += !locked;
		if (locked && !view->first_locked)
			view->first_locked = lesson;
		if (!locked && !view->first_free)
			view->first_free = lesson;
	}
	return sum;
}

static struct str
level_of(const struct course *c, const struct language *lang)
{
	if (!c->level.len)
		return STR_NONE;
	char key[64];
	snprintf(key, sizeof key, "level_%.*s", STR_ARG(c->level));
	return phrase_get(lang, key);
}

/* The course's own price; without one, the cheapest that includes it. */
static const struct offer *
main_offer(const struct course *c)
{
	for (size_t i = 0; i < c->offers.count; i++) {
		const struct offer *o = c->offers.at[i];
		if (o->kind == OFFER_ONE_OFF && o->courses.count == 1)
			return o;
	}
	return c->offers.count ? c->offers.at[0] : NULL;
}

static void
put_price(struct arena *a, struct value *v, const struct course *c,
    const struct language *lang)
{
	struct str price = STR_NONE, per = STR_NONE;
	const struct offer *o = main_offer(c);
	if (o) {
		price = price_of(a, o, lang->tag);
		per = interval_of(o, lang);
	}
	value_put(a, v, STR("price"), price);
	value_put(a, v, STR("per"), per);
}

static struct value *
card_value(struct theme *t, struct links *l, const struct course_view *view,
    struct totals sum)
{
	struct arena *a = t->arena;
	const struct course *c = view->course;
	const struct language *lang = view->lang;
	struct value *v = value_object(a);
	value_append(a, v, STR("hue"), value_int(a, view->hue));
	value_put(a, v, STR("image"), page_image(l, c->page));
	value_put(a, v, STR("image_alt"), c->page->image_alt);
	value_put(a, v, STR("level"), level_of(c, lang));
	value_put(a, v, STR("url"), link_page(l, c->page, AUDIENCE_PUBLIC));
	value_put(a, v, STR("title"), c->page->title);
	value_put(a, v, STR("description"), c->page->description);
	value_put(a, v, STR("lang"), lang->tag);
	value_append(a, v, STR("s"), lang->s);
	value_put(a, v, STR("lesson_count"),
	    phrase_count(a, lang, "lessons", c->lessons.count));
	struct str free = STR_NONE;
	if (c->offers.count && sum.free)
		free = phrase_count(a, lang, "free_lessons", sum.free);
	value_put(a, v, STR("free_count"), free);
	value_put(a, v, STR("duration"), phrase_duration(a, lang, sum.minutes));
	value_put(a, v, STR("by"), phrase_by(a, lang, c->page));
	put_price(a, v, c, lang);
	return v;
}

const struct course_view *
course_view_of(struct theme *t, struct links *l, const struct course *c)
{
	struct page_state *state = &t->states[c->page->index];
	if (state->course)
		return state->course;
	struct course_view *view = ARENA_NEW(t->arena, struct course_view);
	view->course = c;
	view->lang = phrase_language(t, c->page->lang);
	view->hue = hue_of(c->id);
	struct totals sum = count_lessons(t, c, view);
	view->card = card_value(t, l, view, sum);
	view->buy = buy_value(t, c, view->lang);
	state->course = view;
	return view;
}

static struct value *
plan_lesson(struct links *l, const struct course *c, const struct page *lesson,
    const struct language *lang, struct arena *a)
{
	bool locked = lesson->member_url.len > 0;
	struct value *v = value_object(a);
	value_put(a, v, STR("url"), link_page(l, lesson, AUDIENCE_PUBLIC));
	value_put(a, v, STR("title"), lesson->title);
	value_append(a, v, STR("locked"), value_bool(a, locked));
	value_append(
	    a, v, STR("open"), value_bool(a, c->offers.count && !locked));
	value_put(a, v, STR("minutes"),
	    phrase_count(a, lang, "minutes", lesson->minutes));
	return v;
}

struct value *
course_view_plan(
    struct theme *t, struct links *l, const struct course *c, struct arena *a)
{
	const struct language *lang = phrase_language(t, c->page->lang);
	struct value *plan = value_list(a), *lessons = NULL;
	const struct module *module = NULL;
	for (size_t i = 0; i < c->lessons.count; i++) {
		const struct page *lesson = c->lessons.at[i];
		if (!lessons || lesson->module != module) {
			module = lesson->module;
			lessons = value_list(a);
			struct value *part = value_object(a);
			value_put(a, part, STR("heading"),
			    module ? module->title : STR_NONE);
			value_put(a, part, STR("note"),
			    module ? module->description : STR_NONE);
			value_append(a, part, STR("lessons"), lessons);
			value_push(a, plan, part);
		}
		value_push(a, lessons, plan_lesson(l, c, lesson, lang, a));
	}
	return plan;
}

struct value *
course_view_people(struct links *l, const struct page *p, struct arena *a)
{
	struct value *people = value_list(a);
	for (size_t i = 0; i < p->authors.count; i++) {
		const struct author *author = p->authors.at[i];
		struct value *v = value_object(a);
		struct str url = STR_NONE, image = STR_NONE;
		if (author->page)
			url = link_page(l, author->page, AUDIENCE_PUBLIC);
		if (author->page && author->image.len)
			image = link_file(l, author->page, AUDIENCE_PUBLIC,
			    author->image, page_where(author->page, 0, 0));
		value_put(a, v, STR("name"), author->name);
		value_put(a, v, STR("url"), url);
		value_put(a, v, STR("role"), author->title);
		value_put(a, v, STR("description"), author->description);
		value_put(a, v, STR("image"), image);
		value_put(a, v, STR("image_alt"), author->image_alt);
		value_push(a, people, v);
	}
	return people;
}
