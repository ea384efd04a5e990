#include "consent.h"

bool
consent_given(const struct visit *v)
{
	const struct request *r = v->request;

	if (r->unfollowed)
		return false;
	switch (v->front->config->events_readers) {
	case EVENTS_READERS_NO:
		break;
	case EVENTS_READERS_ASK:
		return r->reading == READING_YES;
	case EVENTS_READERS_YES:
		return r->reading != READING_NO;
	}
	return false;
}

struct str
consent_name(struct visit *v, char id[TOKEN_ID + 1])
{
	const struct request *r = v->request;
	const struct token_claims *claims;

	_Static_assert((int)NOTES_DAY_ID <= (int)TOKEN_ID, "room for either");
	if (!v->notes || r->unfollowed || r->reading == READING_NO)
		return STR_NONE;
	if (!r->token.len && !r->reader.len) {
		notes_day_id(v->notes, v->address, r->user_agent, v->now, id);
		return str_from(id);
	}
	claims = consent_given(v) ? visit_claims(v) : NULL;
	if (!claims)
		return STR_NONE;
	memcpy(id, claims->sub, sizeof(claims->sub));
	return str_from(id);
}

void
consent_note_visit(struct visit *v)
{
	const struct answer *a = v->answer;
	const struct token_claims *claims;

	/* A browser that fetches ahead may never show it. */
	if (!v->notes || v->request->method != METHOD_GET ||
	    str_starts(v->request->purpose, STR("prefetch")) ||
	    (a->status != 200 && a->status != 304) || !consent_given(v) ||
	    !release_entry_is_page(v->entry))
		return;
	claims = visit_claims(v);
	if (claims)
		notes_add(v->notes, v->now, str_from(claims->sub), "visit",
		    release_entry_item(v->entry));
}
