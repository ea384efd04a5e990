/*
 * offers.c - what is for sale: `price` of courses, `offers` of site.yaml.
 */
#include "content_private.h"

#include <stdlib.h>

static struct course *
course_of(const struct reading *r, struct str id)
{
	for (size_t i = 0; i < r->site->courses.count; i++) {
		if (str_eq(r->site->courses.at[i]->id, id))
			return r->site->courses.at[i];
	}
	return NULL;
}

static const char *
suggest_course(struct reading *r, struct str id)
{
	size_t count = r->site->courses.count;
	struct str *names = ARENA_ARRAY(r->a, count + 1, struct str);

	for (size_t i = 0; i < count; i++)
		names[i] = r->site->courses.at[i]->id;
	return suggest(r->a, id, names, count);
}

static bool
is_draft_course(const struct reading *r, struct str id)
{
	for (size_t i = 0; i < r->site->draft_files.count; i++) {
		struct str path = r->site->draft_files.at[i];
		struct str name = path_name(path_folder(path));

		if (str_starts(path, STR("courses/")) &&
		    str_eq_nocase(path_stem(path), STR("index")) &&
		    str_eq(slug_of(r->a, name_without_number(name)), id))
			return true;
	}
	return false;
}

/* A course by its slug; reports when there is none. */
static struct course *
course_named(struct reading *r, struct str id, struct where at)
{
	struct course *c = course_of(r, id);

	if (!c && is_draft_course(r, id))
		diag_add(r->d, DIAG_ERROR, at, NULL, "course '%.*s' is a draft",
		    STR_ARG(id));
	else if (!c)
		diag_add(r->d, DIAG_ERROR, at, suggest_course(r, id),
		    "no such course: %.*s", STR_ARG(id));
	return c;
}

static bool
read_price(struct reading *r, const struct yaml *y, struct offer *offer)
{
	struct str text;

	if (!yaml_str(r->d, y, &text) ||
	    !money_read(r->d, y->at, text, r->currency, &offer->currency,
		&offer->amount))
		return false;
	if (offer->amount > 0)
		return true;
	diag_add(r->d, DIAG_ERROR, y->at, "access: free",
	    "a price must be more than zero");
	return false;
}

static void
push_offer(struct reading *r, struct offer *offer, struct where at)
{
	for (size_t i = 0; i < r->site->offers.count; i++) {
		if (str_eq(r->site->offers.at[i]->id, offer->id)) {
			diag_add(r->d, DIAG_ERROR, at,
			    "give it another 'id'; a course's price has the "
			    "course's own",
			    "offer '%.*s' stands twice", STR_ARG(offer->id));
			return;
		}
	}
	ARENA_PUSH(r->a, r->site->offers, offer);
	for (size_t i = 0; i < offer->courses.count; i++)
		ARENA_PUSH(r->a, offer->courses.at[i]->offers, offer);
}

static void
read_course_price(struct reading *r, struct course *c)
{
	const struct document *doc = (const void *)c->page;
	const struct yaml *y =
	    doc->front.yaml ? yaml_get(doc->front.yaml, STR("price")) : NULL;
	struct offer *offer;

	if (!y)
		return;
	if (doc->front.access == ACCESS_FREE ||
	    doc->front.access == ACCESS_SIGNED_IN) {
		diag_add(r->d, DIAG_ERROR, y->at,
		    "take the price out, or write access: paid",
		    "a course with a price cannot be %s",
		    doc->front.access == ACCESS_FREE ? "free" : "signed-in");
		return;
	}
	offer = ARENA_NEW(r->a, struct offer);
	offer->id = c->id;
	offer->title = c->page->title;
	offer->lang = c->page->lang;
	offer->kind = OFFER_ONE_OFF;
	ARENA_PUSH(r->a, offer->courses, c);
	/* A price that is wrong was reported; the course is paid all the same.
	 */
	if (!read_price(r, y, offer))
		offer->currency = currency_find(STR("EUR"));
	push_offer(r, offer, y->at);
}

static void
read_products(struct reading *r, const struct yaml *y, struct offer *offer)
{
	struct str *ids;
	size_t count;

	if (!yaml_strs(r->a, r->d, y, &ids, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		struct where at =
		    y->kind == YAML_LIST ? y->items.at[i].value->at : y->at;
		struct course *c = course_named(r, ids[i], at);
		bool twice = false;

		for (size_t k = 0; c && k < offer->courses.count; k++)
			twice = twice || offer->courses.at[k] == c;
		if (twice)
			diag_add(r->d, DIAG_ERROR, at, NULL,
			    "product '%.*s' stands twice", STR_ARG(ids[i]));
		else if (c)
			ARENA_PUSH(r->a, offer->courses, c);
	}
	if (!count)
		diag_add(r->d, DIAG_ERROR, y->at, "products: [a-course]",
		    "an offer needs at least one product");
}

static const char *const kinds[] = { [OFFER_ONE_OFF] = "one-off",
	[OFFER_BUNDLE] = "bundle",
	[OFFER_MEMBERSHIP] = "membership" };

static void
read_kind(struct reading *r, const struct yaml *map, struct offer *offer)
{
	const struct yaml *kind = yaml_get(map, STR("kind"));
	const struct yaml *interval = yaml_get(map, STR("interval"));
	static const char *const intervals[] = { "month", "year" };
	size_t word;

	offer->kind = offer->courses.count > 1 ? OFFER_BUNDLE : OFFER_ONE_OFF;
	if (kind && yaml_word(r->d, kind, kinds, 3, &word))
		offer->kind = (enum offer_kind)word;
	if (kind && offer->kind == OFFER_ONE_OFF && offer->courses.count > 1)
		diag_add(r->d, DIAG_ERROR, kind->at, "kind: bundle",
		    "a one-off offer has one product");
	if (interval && offer->kind != OFFER_MEMBERSHIP)
		diag_add(r->d, DIAG_ERROR, interval->at, "kind: membership",
		    "only a membership has an 'interval'");
	else if (!interval && offer->kind == OFFER_MEMBERSHIP)
		diag_add(r->d, DIAG_ERROR, map->at, "interval: month",
		    "a membership needs an 'interval'");
	else if (interval && yaml_word(r->d, interval, intervals, 2, &word))
		offer->interval = str_from(intervals[word]);
}

static bool
read_id(struct reading *r, const struct yaml *map, struct offer *offer)
{
	struct str slug;

	if (!map_text(r, map, STR("id"), &offer->id))
		return false;
	slug = slug_of(r->a, offer->id);
	if (str_eq(slug, offer->id))
		return true;
	diag_add(r->d, DIAG_ERROR, yaml_get(map, STR("id"))->at,
	    arena_printf(r->a, "write %.*s", STR_ARG(slug)).ptr,
	    "'%.*s' is no id (lower case, letters, digits, single '-')",
	    STR_ARG(offer->id));
	return false;
}

static void
read_title_and_lang(
    struct reading *r, const struct yaml *map, struct offer *offer)
{
	const struct yaml *lang = yaml_get(map, STR("lang"));
	const struct strs *languages = &r->site->languages;
	struct str text;

	offer->lang = languages->at[0];
	if (offer->courses.count == 1)
		offer->lang = offer->courses.at[0]->page->lang;
	if (!yaml_get(map, STR("title")) && offer->courses.count == 1)
		offer->title = offer->courses.at[0]->page->title;
	else
		(void)!map_text(r, map, STR("title"), &offer->title);
	if (!lang || !yaml_str(r->d, lang, &text))
		return;
	for (size_t i = 0; i < languages->count; i++) {
		if (str_eq_nocase(languages->at[i], text)) {
			offer->lang = languages->at[i];
			offer->has_lang = true;
			return;
		}
	}
	diag_add(r->d, DIAG_ERROR, lang->at,
	    "add it to 'languages' in site.yaml",
	    "language '%.*s' is none of the site's", STR_ARG(text));
}

static void
read_offer(struct reading *r, const struct yaml *map)
{
	static const char *const known[] = { "id", "title", "kind", "products",
		"price", "interval", "lang" };
	const struct yaml *products, *price;
	struct offer *offer;

	if (map->kind != YAML_MAP) {
		diag_add(r->d, DIAG_ERROR, map->at, NULL,
		    "expected an offer with 'id', 'products' and 'price'");
		return;
	}
	(void)!yaml_known_keys(r->d, DIAG_ERROR, map, known, 7);
	products = yaml_get(map, STR("products"));
	price = yaml_get(map, STR("price"));
	offer = ARENA_NEW(r->a, struct offer);
	if (!products || !price)
		diag_add(r->d, DIAG_ERROR, map->at, NULL, "an offer needs '%s'",
		    products ? "price" : "products");
	if (products)
		read_products(r, products, offer);
	read_kind(r, map, offer);
	read_title_and_lang(r, map, offer);
	if (!price || !read_price(r, price, offer))
		offer->currency = currency_find(STR("EUR"));
	if (read_id(r, map, offer))
		push_offer(r, offer, yaml_get(map, STR("id"))->at);
}

/* Its own price, then other one-offs of it alone, then what holds more. */
static int
nearness(const struct course *c, const struct offer *o)
{
	if (o->kind != OFFER_ONE_OFF || o->courses.count > 1)
		return 2;
	return !str_eq(o->id, c->id);
}

/* What an order of a course's offers needs to know. */
struct order {
	const struct course *course;
	const struct currency *currency; /* the site's, or NULL */
};

/* Amounts say something within one currency only; the site's comes first. */
static int
compare_offers(const void *x, const void *y, void *context)
{
	const struct offer *a = *(const struct offer *const *)x;
	const struct offer *b = *(const struct offer *const *)y;
	const struct order *order = context;
	int m = nearness(order->course, a), n = nearness(order->course, b);

	if (m != n)
		return m - n;
	if (a->currency != b->currency) {
		if (a->currency == order->currency)
			return -1;
		if (b->currency == order->currency)
			return 1;
		return strcmp(a->currency->code, b->currency->code);
	}
	if (a->amount != b->amount)
		return a->amount < b->amount ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return str_cmp(a->id, b->id);
}

static bool
speaks(const struct course *c, const struct offer *o)
{
	return !o->has_lang || str_eq(o->lang, c->page->lang);
}

/* Leaves out those meant for readers of another language, unless there are no
 * others. */
static void
keep_spoken(struct course *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->offers.count; i++)
		kept += speaks(c, c->offers.at[i]);
	if (!kept)
		return;
	kept = 0;
	for (size_t i = 0; i < c->offers.count; i++) {
		if (speaks(c, c->offers.at[i]))
			c->offers.at[kept++] = c->offers.at[i];
	}
	c->offers.count = kept;
}

void
offers_read(struct reading *r)
{
	const struct yaml *list = yaml_get(r->settings, STR("offers"));

	for (size_t i = 0; i < r->site->courses.count; i++)
		read_course_price(r, r->site->courses.at[i]);
	if (list && list->kind != YAML_LIST)
		diag_add(r->d, DIAG_ERROR, list->at, "- id: everything",
		    "'offers' must be a list");
	for (size_t i = 0;
	     list && list->kind == YAML_LIST && i < list->items.count; i++)
		read_offer(r, list->items.at[i].value);
	for (size_t i = 0; i < r->site->courses.count; i++) {
		struct course *c = r->site->courses.at[i];
		struct order order = { c, r->currency };

		keep_spoken(c);
		if (c->offers.count)
			qsort_r(c->offers.at, c->offers.count, sizeof(void *),
			    compare_offers, &order);
	}
}

/* A path through `requires` that comes back: reported at its first course. */
static bool
leads_back(const struct course *from, const struct course *to, size_t *steps)
{
	if (!(*steps)--)
		return false;
	for (size_t i = 0; i < from->requires.count; i++) {
		const struct course *c = from->requires.at[i];

		if (c == to || leads_back(c, to, steps))
			return true;
	}
	return false;
}

void
requires_resolve(struct reading *r)
{
	for (size_t i = 0; i < r->site->courses.count; i++) {
		struct course *c = r->site->courses.at[i];
		const struct document *doc = (const void *)c->page;
		struct where at = front_where(doc, STR("requires"));

		for (size_t k = 0; k < doc->front.requires.count; k++) {
			struct course *other =
			    course_named(r, doc->front.requires.at[k], at);

			if (other)
				ARENA_PUSH(r->a, c->requires, other);
		}
	}
	for (size_t i = 0; i < r->site->courses.count; i++) {
		struct course *c = r->site->courses.at[i];
		size_t steps = 100000;

		if (leads_back(c, c, &steps))
			diag_add(r->d, DIAG_ERROR,
			    front_where((const void *)c->page, STR("requires")),
			    NULL, "course '%.*s' requires itself in the end",
			    STR_ARG(c->id));
	}
}
