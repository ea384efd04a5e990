#include "list.h"

enum { LIMIT_DEFAULT = 10 };

struct page {
	struct value *data;
	size_t limit;
	bool more;
};

static bool
in_range(const struct value *range, int64_t created)
{
	if (!range || range->kind == VALUE_NULL)
		return true;
	if (range->kind == VALUE_INT)
		return created == range->u.integer;
	return created > mint_int(range, "gt", INT64_MIN) &&
	    created >= mint_int(range, "gte", INT64_MIN) &&
	    created < mint_int(range, "lt", INT64_MAX) &&
	    created <= mint_int(range, "lte", INT64_MAX);
}

bool
mint_matches(struct call *c, const struct value *object, const char *name)
{
	struct str want = mint_str(c->params, name);

	return !want.len || str_eq(want, mint_str(object, name));
}

/* Takes the object in place `i` if it belongs; false when the page is full. */
static bool
take(struct call *c, mint_filter *filter, struct page *p, size_t i)
{
	const struct mint_object *o = mint_store_at(c->mint->store, i);
	const struct value *range = mint_look(c->params, "created");
	struct value *v;

	if (!o || o->kind != c->kind || !in_range(range, o->created))
		return true;
	v = mint_store_tree(o, c->arena);
	if (filter && !filter(c, v))
		return true;
	if (value_count(p->data) == p->limit) {
		p->more = true;
		return false;
	}
	value_push(c->arena, p->data, v);
	return true;
}

static void
reverse(struct value *list)
{
	size_t n = value_count(list);

	for (size_t i = 0; i < n / 2; i++) {
		struct value *v = list->u.list.at[i];

		list->u.list.at[i] = list->u.list.at[n - 1 - i];
		list->u.list.at[n - 1 - i] = v;
	}
}

static bool
cursor(struct call *c, const char *param, size_t *place)
{
	struct str id = mint_str(c->params, param);

	if (!id.len || !mint_need(c, c->kind, id, param))
		return false;
	*place = mint_store_place(c->mint->store, id);
	return true;
}

static void
answer_page(struct call *c, struct page *p, struct str url)
{
	struct value *list = value_object(c->arena);

	value_set_str(c->arena, list, STR("object"), STR("list"));
	value_set_str(c->arena, list, STR("url"), url);
	value_set_bool(c->arena, list, STR("has_more"), p->more);
	value_set(c->arena, list, STR("data"), p->data);
	mint_answer(c, list);
}

static bool
both_ends(struct call *c)
{
	if (!mint_has(c->params, "starting_after") ||
	    !mint_has(c->params, "ending_before"))
		return false;
	mint_refuse_param(c, NULL, "starting_after",
	    "You may only specify one of these parameters: starting_after, "
	    "ending_before.");
	return true;
}

void
mint_list(struct call *c, mint_filter *filter)
{
	size_t count = mint_store_count(c->mint->store), at = count;
	struct page p = { .data = value_list(c->arena),
		.limit = (size_t)mint_int(c->params, "limit", LIMIT_DEFAULT) };

	if (both_ends(c))
		return;
	if (cursor(c, "ending_before", &at)) {
		for (at++; at < count && take(c, filter, &p, at); at++)
			continue;
		reverse(p.data);
	} else {
		if (c->status)
			return;
		if (!cursor(c, "starting_after", &at) && c->status)
			return;
		while (at-- > 0 && take(c, filter, &p, at))
			continue;
	}
	answer_page(c, &p, str_from(mint_kind_names(c->kind)->url));
}

static size_t
item_place(const struct value *items, struct str id)
{
	size_t i = 0;

	while (i < value_count(items) &&
	    !str_eq(mint_str(value_at(items, i), "id"), id))
		i++;
	return i;
}

void
mint_list_items(struct call *c, const struct value *items, struct str url)
{
	struct str after = mint_str(c->params, "starting_after");
	struct str before = mint_str(c->params, "ending_before");
	size_t count = value_count(items), from = 0, to = count;
	struct page p = { .data = value_list(c->arena),
		.limit = (size_t)mint_int(c->params, "limit", LIMIT_DEFAULT) };

	if (both_ends(c))
		return;
	if (after.len)
		from = item_place(items, after) + 1;
	if (before.len) {
		to = item_place(items, before);
		if (to > p.limit)
			from = to - p.limit;
		p.more = from > 0;
	} else {
		p.more = from < count && count - from > p.limit;
	}
	for (size_t i = from; i < to && i - from < p.limit; i++)
		value_push(
		    c->arena, p.data, mint_copy(c->arena, value_at(items, i)));
	answer_page(c, &p, url);
}
