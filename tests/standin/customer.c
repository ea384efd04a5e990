#include "customer.h"

#include "crypto.h"
#include "event.h"
#include "list.h"

static const char shape[] =
    "{'id':'','object':'customer','address':null,'balance':0,'created':0,"
    "'currency':null,'customer_account':null,'default_source':null,"
    "'delinquent':false,'description':null,'discount':null,'email':null,"
    "'invoice_prefix':null,'invoice_settings':{'custom_fields':null,"
    "'default_payment_method':null,'footer':null,"
    "'rendering_options':null},'livemode':false,'metadata':{},'name':null,"
    "'next_invoice_sequence':1,'phone':null,'preferred_locales':[],"
    "'shipping':null,'tax_exempt':'none','test_clock':null}";

static void
take_params(struct call *c, struct value *customer)
{
	static const char *const names[] = { "email", "name", "description",
		"phone", "address", "preferred_locales", "tax_exempt" };
	const struct value *metadata = mint_look(c->params, "metadata");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		mint_take(c->arena, customer, names[i], c->params, names[i]);
	if (!metadata)
		return;
	if (metadata->kind != VALUE_OBJECT) {
		mint_put(
		    c->arena, customer, "metadata", value_object(c->arena));
		return;
	}
	for (size_t i = 0; i < value_count(metadata); i++) {
		const struct value_member *m = &metadata->u.object.at[i];

		if (m->value->u.str.len)
			value_set(c->arena, mint_at(customer, "metadata"),
			    m->key, mint_copy(c->arena, m->value));
		else
			mint_remove(mint_at(customer, "metadata"), m->key);
	}
}

static struct value *
make(struct call *c)
{
	struct value *customer = mint_create(c, MINT_CUSTOMER, shape);

	mint_put_str(c->arena, customer, "invoice_prefix",
	    mint_random_id(c->arena, "", 8));
	return customer;
}

void
mint_customer_create(struct call *c)
{
	struct value *customer = make(c);

	take_params(c, customer);
	mint_save(c, MINT_CUSTOMER, customer);
	mint_emit(c, "customer.created", customer, NULL);
	mint_answer(c, customer);
}

void
mint_customer_for(struct call *c, struct mint_buyer *buyer)
{
	struct value *customer;

	if (buyer->customer.len)
		return;
	customer = make(c);
	mint_put_text(c->arena, customer, "email", buyer->email);
	mint_put_text(c->arena, customer, "name", buyer->name);
	mint_save(c, MINT_CUSTOMER, customer);
	mint_emit(c, "customer.created", customer, NULL);
	buyer->customer = mint_str(customer, "id");
}

void
mint_customer_update(struct call *c)
{
	struct value *customer = mint_need(c, MINT_CUSTOMER, c->id, NULL);

	if (!customer)
		return;
	if (mint_bool(customer, "deleted")) {
		mint_refuse_missing(c, MINT_CUSTOMER, c->id, NULL);
		return;
	}
	take_params(c, customer);
	mint_save(c, MINT_CUSTOMER, customer);
	mint_emit(c, "customer.updated", customer, NULL);
	mint_answer(c, customer);
}

static struct value *
deleted(struct call *c, struct str id)
{
	struct value *v = mint_shape(
	    c->arena, "{'id':'','object':'customer','deleted':true}");

	mint_put_str(c->arena, v, "id", id);
	return v;
}

void
mint_customer_delete(struct call *c)
{
	struct value *customer = mint_need(c, MINT_CUSTOMER, c->id, NULL);

	if (!customer)
		return;
	if (!mint_bool(customer, "deleted"))
		mint_emit(c, "customer.deleted", customer, NULL);
	mint_save(c, MINT_CUSTOMER, deleted(c, c->id));
	mint_answer(c, deleted(c, c->id));
}

static bool
belongs(struct call *c, const struct value *customer)
{
	return !mint_bool(customer, "deleted") &&
	    mint_matches(c, customer, "email");
}

void
mint_customer_list(struct call *c)
{
	mint_list(c, belongs);
}
