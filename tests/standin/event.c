#include "event.h"

#include "list.h"
#include "webhook.h"

static const char shape[] =
    "{'id':'','object':'event','api_version':'" MINT_API_VERSION "',"
    "'created':0,'data':{'object':null},'livemode':false,"
    "'pending_webhooks':0,'request':{'id':null,'idempotency_key':null},"
    "'type':''}";

/* "checkout.session.*" and "*" are patterns too. */
static bool
type_is(struct str type, struct str pattern)
{
	if (!str_ends(pattern, STR("*")))
		return str_eq(type, pattern);
	return str_starts(type, str_sub(pattern, 0, pattern.len - 1));
}

static bool
type_in(struct str type, const struct value *patterns)
{
	for (size_t i = 0; i < value_count(patterns); i++) {
		const struct value *p = value_at(patterns, i);

		if (p->kind == VALUE_STR && type_is(type, p->u.str))
			return true;
	}
	return false;
}

static struct value *
endpoints_for(struct call *c, struct str type)
{
	struct value *ids = value_list(c->arena);

	for (size_t i = 0; i < mint_store_count(c->mint->store); i++) {
		const struct mint_object *o = mint_store_at(c->mint->store, i);
		const struct value *endpoint;

		if (!o || o->kind != MINT_WEBHOOK_ENDPOINT)
			continue;
		endpoint = mint_store_tree(o, c->arena);
		if (str_eq(mint_str(endpoint, "status"), STR("enabled")) &&
		    type_in(type, mint_look(endpoint, "enabled_events")))
			value_push(c->arena, ids,
			    value_strcpy(c->arena, str_from(o->id)));
	}
	return ids;
}

void
mint_emit(struct call *c, const char *type, const struct value *object,
    const struct value *previous)
{
	struct arena *a = c->arena;
	struct value *event = mint_create(c, MINT_EVENT, shape);
	struct value *waiting = endpoints_for(c, str_from(type));
	struct str id = mint_str(event, "id");

	mint_put_str(a, event, "type", str_from(type));
	mint_put(a, event, "data.object", mint_public(a, object));
	if (previous)
		mint_put(a, event, "data.previous_attributes",
		    mint_public(a, previous));
	mint_put_text(a, event, "request.id", c->request_id);
	mint_put_text(a, event, "request.idempotency_key", c->idempotency_key);
	mint_put_int(
	    a, event, "pending_webhooks", (int64_t)value_count(waiting));
	mint_put(a, event, "_waiting", waiting);
	mint_save(c, MINT_EVENT, event);
	for (size_t i = 0; i < value_count(waiting); i++)
		mint_courier_take(
		    c->mint, id, value_at(waiting, i)->u.str, true);
}

void
mint_emit_change(struct call *c, const char *type, const struct value *object,
    const char *name, struct value *old)
{
	struct value *previous = value_object(c->arena);

	mint_put(c->arena, previous, name, old);
	mint_emit(c, type, object, previous);
}

void
mint_event_delivered(struct mint *m, struct str event, struct str endpoint)
{
	struct arena a;
	struct value *v, *waiting, *left;

	arena_init(&a);
	v = mint_store_get(m->store, &a, event, NULL);
	waiting = mint_at(v, "_waiting");
	left = value_list(&a);
	for (size_t i = 0; i < value_count(waiting); i++) {
		if (!str_eq(waiting->u.list.at[i]->u.str, endpoint))
			value_push(&a, left, waiting->u.list.at[i]);
	}
	if (v) {
		mint_put(&a, v, "_waiting", left);
		mint_put_int(
		    &a, v, "pending_webhooks", (int64_t)value_count(left));
		mint_store_put(m->store, MINT_EVENT, v);
		m->changed = true;
	}
	arena_clear(&a);
}

bool
mint_event_again(struct mint *m, struct str event)
{
	enum mint_kind kind;
	struct arena a;
	struct value *v;

	arena_init(&a);
	v = mint_store_get(m->store, &a, event, &kind);
	if (v && kind == MINT_EVENT) {
		struct call c = { .mint = m, .arena = &a };
		struct value *all = endpoints_for(&c, mint_str(v, "type"));

		for (size_t i = 0; i < value_count(all); i++)
			mint_courier_take(
			    m, event, value_at(all, i)->u.str, false);
	}
	arena_clear(&a);
	return v && kind == MINT_EVENT;
}

void
mint_event_resume(struct mint *m)
{
	for (size_t i = 0; i < mint_store_count(m->store); i++) {
		const struct mint_object *o = mint_store_at(m->store, i);
		const struct value *waiting;
		struct arena a;

		if (!o || o->kind != MINT_EVENT)
			continue;
		arena_init(&a);
		waiting = mint_look(mint_store_tree(o, &a), "_waiting");
		for (size_t k = 0; k < value_count(waiting); k++)
			mint_courier_take(m, str_from(o->id),
			    value_at(waiting, k)->u.str, false);
		arena_clear(&a);
	}
}

static bool
belongs(struct call *c, const struct value *event)
{
	struct str type = mint_str(event, "type");
	const struct value *one = mint_look(c->params, "type");
	const struct value *types = mint_look(c->params, "types");
	const struct value *success = mint_look(c->params, "delivery_success");

	if (one && !type_is(type, one->u.str))
		return false;
	if (types && !type_in(type, types))
		return false;
	return !success ||
	    (success->kind == VALUE_TRUE) ==
	    (mint_int(event, "pending_webhooks", 0) == 0);
}

void
mint_event_list(struct call *c)
{
	if (mint_has(c->params, "type") && mint_has(c->params, "types"))
		mint_refuse_param(c, NULL, "type",
		    "You may only specify one of these parameters: type, "
		    "types.");
	else
		mint_list(c, belongs);
}
