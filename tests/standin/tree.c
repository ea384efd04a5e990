#include "tree.h"

#include "json.h"

#include <assert.h>
#include <string.h>

static bool
is_note(struct str key)
{
	return key.len && key.ptr[0] == '_';
}

static struct value *copy(struct arena *a, const struct value *v, bool notes);

static struct value *
copy_object(struct arena *a, const struct value *v, bool notes)
{
	struct value *out = value_object(a);

	for (size_t i = 0; i < v->u.object.count; i++) {
		const struct value_member *m = &v->u.object.at[i];

		if (notes || !is_note(m->key)) {
			struct value_member member = { arena_str(a, m->key),
				copy(a, m->value, notes) };

			ARENA_PUSH(a, out->u.object, member);
		}
	}
	return out;
}

static struct value *
copy(struct arena *a, const struct value *v, bool notes)
{
	struct value *out;

	if (!v)
		return value_null(a);
	switch (v->kind) {
	case VALUE_OBJECT:
		return copy_object(a, v, notes);
	case VALUE_LIST:
		out = value_list(a);
		for (size_t i = 0; i < v->u.list.count; i++)
			value_push(a, out, copy(a, v->u.list.at[i], notes));
		return out;
	case VALUE_STR:
	case VALUE_HTML:
		return value_strcpy(a, v->u.str);
	default:
		out = ARENA_NEW(a, struct value);
		*out = *v;
		return out;
	}
}

struct value *
mint_copy(struct arena *a, const struct value *v)
{
	return copy(a, v, true);
}

struct value *
mint_public(struct arena *a, const struct value *v)
{
	return copy(a, v, false);
}

struct value *
mint_shape(struct arena *a, const char *json)
{
	char *text = arena_z(a, str_from(json));
	struct json_error e;
	const struct value *v;

	for (char *p = text; *p; p++) {
		if (*p == '\'')
			*p = '"';
	}
	v = json_read(a, str_from(text), &e);
	assert(v);
	return mint_copy(a, v);
}

static struct value *
child(struct value *v, struct str name)
{
	int64_t index;

	if (!v)
		return NULL;
	if (v->kind == VALUE_LIST) {
		if (!str_to_i64(name, &index) || index < 0 ||
		    (size_t)index >= v->u.list.count)
			return NULL;
		return v->u.list.at[index];
	}
	if (v->kind != VALUE_OBJECT)
		return NULL;
	for (size_t i = 0; i < v->u.object.count; i++) {
		if (str_eq(v->u.object.at[i].key, name))
			return v->u.object.at[i].value;
	}
	return NULL;
}

struct value *
mint_at(struct value *v, const char *path)
{
	struct str rest = str_from(path), name;

	while (v && str_split(&rest, '.', &name))
		v = child(v, name);
	return v;
}

static const struct value *
look_child(const struct value *v, struct str name)
{
	int64_t index;

	if (v && v->kind == VALUE_LIST)
		return str_to_i64(name, &index) && index >= 0
		    ? value_at(v, (size_t)index)
		    : NULL;
	return value_get(v, name);
}

const struct value *
mint_look(const struct value *v, const char *path)
{
	struct str rest = str_from(path), name;

	while (v && str_split(&rest, '.', &name))
		v = look_child(v, name);
	return v;
}

struct str
mint_str(const struct value *v, const char *path)
{
	const struct value *at = mint_look(v, path);

	return at && at->kind == VALUE_STR ? at->u.str : STR_NONE;
}

int64_t
mint_int(const struct value *v, const char *path, int64_t otherwise)
{
	const struct value *at = mint_look(v, path);

	return at && at->kind == VALUE_INT ? at->u.integer : otherwise;
}

bool
mint_bool(const struct value *v, const char *path)
{
	const struct value *at = mint_look(v, path);

	return at && at->kind == VALUE_TRUE;
}

bool
mint_has(const struct value *v, const char *path)
{
	const struct value *at = mint_look(v, path);

	return at && at->kind != VALUE_NULL;
}

void
mint_put(struct arena *a, struct value *v, const char *path, struct value *item)
{
	struct str rest = str_from(path);
	size_t dot = str_rfind(rest, '.');

	if (dot < rest.len) {
		struct str name, parents = str_sub(rest, 0, dot);

		while (v && str_split(&parents, '.', &name))
			v = child(v, name);
		rest = str_from_at(rest, dot + 1);
	}
	assert(v && v->kind == VALUE_OBJECT);
	value_set(a, v, rest, item);
}

void
mint_put_str(struct arena *a, struct value *v, const char *path, struct str s)
{
	mint_put(a, v, path, value_str(a, s));
}

void
mint_put_text(struct arena *a, struct value *v, const char *path, struct str s)
{
	mint_put(a, v, path, s.len ? value_str(a, s) : value_null(a));
}

void
mint_put_int(struct arena *a, struct value *v, const char *path, int64_t n)
{
	mint_put(a, v, path, value_int(a, n));
}

void
mint_put_bool(struct arena *a, struct value *v, const char *path, bool b)
{
	mint_put(a, v, path, value_bool(a, b));
}

void
mint_put_null(struct arena *a, struct value *v, const char *path)
{
	mint_put(a, v, path, value_null(a));
}

void
mint_take(struct arena *a, struct value *v, const char *path,
    const struct value *from, const char *name)
{
	const struct value *item = mint_look(from, name);

	if (item)
		mint_put(a, v, path, mint_copy(a, item));
}

void
mint_remove(struct value *object, struct str key)
{
	struct value_member *at = object->u.object.at;
	size_t count = object->u.object.count;

	for (size_t i = 0; i < count; i++) {
		if (str_eq(at[i].key, key)) {
			memmove(
			    at + i, at + i + 1, (count - i - 1) * sizeof *at);
			object->u.object.count--;
			return;
		}
	}
}
