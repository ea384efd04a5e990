#include "value.h"

static struct value *
new_value(struct arena *a, enum value_kind kind)
{
	struct value *v = ARENA_NEW(a, struct value);

	v->kind = kind;
	return v;
}

struct value *
value_null(struct arena *a)
{
	return new_value(a, VALUE_NULL);
}

struct value *
value_bool(struct arena *a, bool b)
{
	return new_value(a, b ? VALUE_TRUE : VALUE_FALSE);
}

struct value *
value_int(struct arena *a, int64_t n)
{
	struct value *v = new_value(a, VALUE_INT);

	v->u.integer = n;
	return v;
}

struct value *
value_real(struct arena *a, double n)
{
	struct value *v = new_value(a, VALUE_REAL);

	v->u.real = n;
	return v;
}

struct value *
value_str(struct arena *a, struct str s)
{
	struct value *v = new_value(a, VALUE_STR);

	v->u.str = s;
	return v;
}

struct value *
value_strcpy(struct arena *a, struct str s)
{
	return value_str(a, arena_str(a, s));
}

struct value *
value_html(struct arena *a, struct str s)
{
	struct value *v = new_value(a, VALUE_HTML);

	v->u.str = s;
	return v;
}

struct value *
value_list(struct arena *a)
{
	return new_value(a, VALUE_LIST);
}

struct value *
value_object(struct arena *a)
{
	return new_value(a, VALUE_OBJECT);
}

void
value_push(struct arena *a, struct value *list, struct value *item)
{
	ARENA_PUSH(a, list->u.list, item);
}

void
value_append(
    struct arena *a, struct value *object, struct str key, struct value *item)
{
	struct value_member member = { key, item };

	ARENA_PUSH(a, object->u.object, member);
}

void
value_set(
    struct arena *a, struct value *object, struct str key, struct value *item)
{
	for (size_t i = 0; i < object->u.object.count; i++) {
		if (str_eq(object->u.object.at[i].key, key)) {
			object->u.object.at[i].value = item;
			return;
		}
	}
	value_append(a, object, key, item);
}

void
value_set_str(
    struct arena *a, struct value *object, struct str key, struct str s)
{
	value_set(a, object, key, value_str(a, s));
}

void
value_set_html(
    struct arena *a, struct value *object, struct str key, struct str s)
{
	value_set(a, object, key, value_html(a, s));
}

void
value_set_int(struct arena *a, struct value *object, struct str key, int64_t n)
{
	value_set(a, object, key, value_int(a, n));
}

void
value_set_bool(struct arena *a, struct value *object, struct str key, bool b)
{
	value_set(a, object, key, value_bool(a, b));
}

const struct value *
value_get(const struct value *v, struct str key)
{
	if (!v || v->kind != VALUE_OBJECT)
		return NULL;
	for (size_t i = 0; i < v->u.object.count; i++) {
		if (str_eq(v->u.object.at[i].key, key))
			return v->u.object.at[i].value;
	}
	return NULL;
}

struct str
value_get_str(const struct value *v, struct str key)
{
	const struct value *item = value_get(v, key);

	if (!item || (item->kind != VALUE_STR && item->kind != VALUE_HTML))
		return STR_NONE;
	return item->u.str;
}

int64_t
value_get_int(const struct value *v, struct str key, int64_t otherwise)
{
	const struct value *item = value_get(v, key);

	return item && item->kind == VALUE_INT ? item->u.integer : otherwise;
}

bool
value_get_bool(const struct value *v, struct str key)
{
	const struct value *item = value_get(v, key);

	return item && item->kind == VALUE_TRUE;
}

size_t
value_count(const struct value *v)
{
	if (v && v->kind == VALUE_LIST)
		return v->u.list.count;
	if (v && v->kind == VALUE_OBJECT)
		return v->u.object.count;
	return 0;
}

const struct value *
value_at(const struct value *list, size_t i)
{
	if (!list || list->kind != VALUE_LIST || i >= list->u.list.count)
		return NULL;
	return list->u.list.at[i];
}
