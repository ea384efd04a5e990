#include "call.h"

#include "crypto.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 1000, EXPAND_DEPTH = 4 };

/* https://docs.stripe.com/error-codes, by the code. */
static struct str
doc_url(struct arena *a, const char *code)
{
	char *url = arena_z(
	    a, arena_printf(a, "https://docs.stripe.com/error-codes/%s", code));

	for (char *p = url + 8; *p; p++) {
		if (*p == '_')
			*p = '-';
	}
	return str_from(url);
}

static void __attribute__((format(printf, 6, 0)))
refuse(struct call *c, unsigned status, const char *type, const char *code,
    const char *param, const char *format, va_list args)
{
	struct arena *a = c->arena;
	struct value *error = value_object(a), *body = value_object(a);
	char message[MESSAGE];

	if (c->status)
		return;
	vsnprintf(message, sizeof message, format, args);
	if (code) {
		value_set_str(
		    a, error, STR("code"), arena_str(a, str_from(code)));
		value_set_str(a, error, STR("doc_url"), doc_url(a, code));
	}
	value_set_str(
	    a, error, STR("message"), arena_str(a, str_from(message)));
	if (param)
		value_set_str(
		    a, error, STR("param"), arena_str(a, str_from(param)));
	value_set_str(a, error, STR("request_log_url"),
	    arena_printf(a, "%s/_mint/log?request=%.*s", c->mint->url,
		STR_ARG(c->request_id)));
	value_set_str(a, error, STR("type"), str_from(type));
	value_set(a, body, STR("error"), error);
	c->status = status;
	c->body = body;
}

void
mint_refuse_param(struct call *c, const char *code, const char *param,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	refuse(c, 400, "invalid_request_error", code, param, format, args);
	va_end(args);
}

void
mint_refuse(struct call *c, unsigned status, const char *type, const char *code,
    const char *param, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!c->status)
		c->kept = true;
	refuse(c, status, type, code, param, format, args);
	va_end(args);
}

void
mint_refuse_missing(
    struct call *c, enum mint_kind kind, struct str id, const char *param)
{
	mint_refuse_param(c, "resource_missing", param ? param : "id",
	    "No such %s: '%.*s'", mint_kind_names(kind)->object,
	    STR_ARG(str_sub(id, 0, 100)));
	if (!param && c->status == 400)
		c->status = 404;
}

struct value *
mint_find(struct call *c, enum mint_kind kind, struct str id)
{
	enum mint_kind found;
	struct value *v = id.len
	    ? mint_store_get(c->mint->store, c->arena, id, &found)
	    : NULL;

	return v && found == kind ? v : NULL;
}

struct value *
mint_need(struct call *c, enum mint_kind kind, struct str id, const char *param)
{
	struct value *v = mint_find(c, kind, id);

	if (!v)
		mint_refuse_missing(c, kind, id, param);
	return v;
}

void
mint_save(struct call *c, enum mint_kind kind, const struct value *object)
{
	mint_store_put(c->mint->store, kind, object);
	c->mint->changed = true;
}

struct value *
mint_create(struct call *c, enum mint_kind kind, const char *shape)
{
	const struct mint_kind_names *names = mint_kind_names(kind);
	struct value *v = mint_shape(c->arena, shape);
	const char *prefix = names->prefix;

	if (kind == MINT_SESSION && c->mint->livemode)
		prefix = "cs_live_";
	mint_put_str(
	    c->arena, v, "id", mint_random_id(c->arena, prefix, names->digits));
	if (mint_look(v, "created"))
		mint_put_int(c->arena, v, "created", c->now);
	if (mint_look(v, "livemode"))
		mint_put_bool(c->arena, v, "livemode", c->mint->livemode);
	return v;
}

/* One step of an expand path; the rest of it follows below. */
static bool
expand_at(struct call *c, struct value *v, struct str path, unsigned depth)
{
	struct str name;

	if (!v || v->kind == VALUE_NULL || !str_split(&path, '.', &name))
		return true;
	if (v->kind == VALUE_LIST) {
		for (size_t i = 0; i < v->u.list.count; i++) {
			struct str again = path;

			again.ptr = name.ptr;
			again.len = name.len + (path.ptr ? path.len + 1 : 0);
			if (!expand_at(c, v->u.list.at[i], again, depth))
				return false;
		}
		return true;
	}
	if (v->kind != VALUE_OBJECT || depth > EXPAND_DEPTH)
		return false;
	for (size_t i = 0; i < v->u.object.count; i++) {
		struct value_member *m = &v->u.object.at[i];
		struct value *whole;

		if (!str_eq(m->key, name))
			continue;
		if (m->value->kind == VALUE_STR) {
			whole = mint_store_get(
			    c->mint->store, c->arena, m->value->u.str, NULL);
			if (!whole)
				return false;
			m->value = mint_public(c->arena, whole);
		} else if (m->value->kind != VALUE_NULL &&
		    m->value->kind != VALUE_OBJECT &&
		    m->value->kind != VALUE_LIST) {
			return false;
		}
		return expand_at(c, m->value, path, depth + 1);
	}
	return false;
}

/* A session's line items are there only when asked for. */
static void
show_line_items(struct call *c, struct value *session, const char *list)
{
	struct value *items = mint_shape(
	    c->arena, "{'object':'list','data':[],'has_more':false,'url':''}");

	mint_take(c->arena, items, "data", session, "_line_items");
	mint_put_str(c->arena, items, "url",
	    arena_printf(c->arena, "/v1/checkout/sessions/%.*s/line_items",
		STR_ARG(mint_str(session, "id"))));
	mint_put(c->arena, session, list, items);
}

static void
prepare_line_items(struct call *c, struct value *v, struct str path)
{
	struct value *data = mint_at(v, "data");

	if (str_starts(path, STR("line_items")) &&
	    mint_look(v, "_line_items")) {
		show_line_items(c, v, "line_items");
	} else if (str_starts(path, STR("data.line_items")) && data) {
		for (size_t i = 0; i < value_count(data); i++) {
			if (mint_look(data->u.list.at[i], "_line_items"))
				show_line_items(
				    c, data->u.list.at[i], "line_items");
		}
	}
}

bool
mint_expand(struct call *c, struct value *object)
{
	const struct value *list = mint_look(c->params, "expand");

	for (size_t i = 0; i < value_count(list); i++) {
		struct str path = value_at(list, i)->u.str;

		prepare_line_items(c, object, path);
		if (expand_at(c, object, path, 1) && path.len)
			continue;
		mint_refuse_param(c, NULL, "expand",
		    "This property cannot be expanded (%.*s).", STR_ARG(path));
		return false;
	}
	return true;
}

void
mint_answer(struct call *c, const struct value *object)
{
	struct value *shown = mint_copy(c->arena, object);

	if (c->status || !mint_expand(c, shown))
		return;
	c->status = 200;
	c->body = mint_public(c->arena, shown);
	c->kept = true;
}

void
mint_retrieve(struct call *c)
{
	const struct value *v = mint_need(c, c->kind, c->id, NULL);

	if (v)
		mint_answer(c, v);
}
