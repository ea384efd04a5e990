#include "account.h"

void
mint_account_show(struct call *c)
{
	mint_answer(c,
	    mint_shape(c->arena,
		"{'id':'acct_1RehearsalPennym','object':'account',"
		"'business_profile':{'mcc':null,'name':'Rehearsal',"
		"'support_email':null,'url':null},'business_type':null,"
		"'capabilities':{'card_payments':'active',"
		"'transfers':'active'},'charges_enabled':true,"
		"'country':'DE','created':1700000000,"
		"'default_currency':'eur','details_submitted':true,"
		"'email':'owner@example.com','metadata':{},"
		"'payouts_enabled':true,'settings':{'dashboard':"
		"{'display_name':'Rehearsal','timezone':'Etc/UTC'}},"
		"'type':'standard'}"));
}
