#include "portal.h"

#include "crypto.h"

void
mint_portal_create(struct call *c)
{
	struct arena *a = c->arena;
	struct str customer = mint_str(c->params, "customer");
	struct value *v;

	if (!mint_need(c, MINT_CUSTOMER, customer, "customer"))
		return;
	v = mint_create(c, MINT_PORTAL_SESSION,
	    "{'id':'','object':'billing_portal.session',"
	    "'configuration':'bpc_pennymint','created':0,'customer':'',"
	    "'customer_account':null,'flow':null,'livemode':false,"
	    "'locale':null,'on_behalf_of':null,'return_url':null,'url':''}");
	mint_put_str(a, v, "customer", customer);
	mint_take(a, v, "return_url", c->params, "return_url");
	mint_take(a, v, "locale", c->params, "locale");
	mint_put_str(a, v, "url",
	    arena_printf(a, "%s/p/session/%.*s", c->mint->url,
		STR_ARG(mint_str(v, "id"))));
	mint_save(c, MINT_PORTAL_SESSION, v);
	mint_answer(c, v);
}
