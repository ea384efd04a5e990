#include "webhook.h"

#include "crypto.h"
#include "list.h"

static const char shape[] =
    "{'id':'','object':'webhook_endpoint','api_version':null,"
    "'application':null,'created':0,'description':null,"
    "'enabled_events':['*'],'livemode':false,'metadata':{},"
    "'status':'enabled','url':''}";

void
mint_endpoint_create(struct call *c)
{
	struct arena *a = c->arena;
	struct value *endpoint = mint_create(c, MINT_WEBHOOK_ENDPOINT, shape),
		     *shown;
	struct str secret = mint_random_id(a, "whsec_", 32);

	mint_take(a, endpoint, "url", c->params, "url");
	mint_take(a, endpoint, "enabled_events", c->params, "enabled_events");
	mint_take(a, endpoint, "description", c->params, "description");
	if (mint_has(c->params, "metadata"))
		mint_take(a, endpoint, "metadata", c->params, "metadata");
	mint_put_str(a, endpoint, "_secret", secret);
	mint_save(c, MINT_WEBHOOK_ENDPOINT, endpoint);
	shown = mint_copy(a, endpoint);
	mint_put_str(a, shown, "secret", secret); /* this once */
	mint_answer(c, shown);
}

void
mint_endpoint_list(struct call *c)
{
	mint_list(c, NULL);
}

void
mint_endpoint_delete(struct call *c)
{
	struct value *v = mint_need(c, MINT_WEBHOOK_ENDPOINT, c->id, NULL);
	struct value *gone;

	if (!v)
		return;
	mint_store_remove(c->mint->store, c->id);
	c->mint->changed = true;
	gone = mint_shape(
	    c->arena, "{'id':'','object':'webhook_endpoint','deleted':true}");
	mint_put_str(c->arena, gone, "id", c->id);
	mint_answer(c, gone);
}

/* The endpoint with that address, or the empty view. */
static struct str
find_url(struct call *c, struct str url)
{
	for (size_t i = 0; i < mint_store_count(c->mint->store); i++) {
		const struct mint_object *o = mint_store_at(c->mint->store, i);
		const struct value *v;

		if (!o || o->kind != MINT_WEBHOOK_ENDPOINT)
			continue;
		v = mint_store_tree(o, c->arena);
		if (str_eq(mint_str(v, "url"), url))
			return mint_str(v, "id");
	}
	return STR_NONE;
}

void
mint_endpoint_open(struct mint *m)
{
	struct arena a;
	struct call c = { .mint = m, .arena = &a, .now = mint_now(m) };

	arena_init(&a);
	for (size_t i = 0; i < m->settings->webhooks; i++) {
		struct str url = str_from(m->settings->webhook[i]);
		struct value *v =
		    mint_find(&c, MINT_WEBHOOK_ENDPOINT, find_url(&c, url));

		if (!v)
			v = mint_create(&c, MINT_WEBHOOK_ENDPOINT, shape);
		mint_put_str(&a, v, "url", url);
		mint_put_str(
		    &a, v, "_secret", str_from(m->settings->webhook_secret));
		mint_save(&c, MINT_WEBHOOK_ENDPOINT, v);
	}
	arena_clear(&a);
}
