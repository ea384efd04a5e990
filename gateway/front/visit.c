#include "visit.h"

#include "html.h"
#include "negotiate.h"

void
visit_ask(struct visit *v, const struct message *question, int deadline_ms,
    visit_then *then)
{
	v->question = *question;
	v->deadline_ms = deadline_ms;
	v->then = then;
}

struct str
visit_language(const struct visit *v)
{
	if (v->entry && v->entry->member)
		return v->entry->member->lang;
	if (v->language.len)
		return release_language(v->view->release, v->language);
	return negotiate_language(v->request->accept_language,
	    &release_manifest(v->view->release)->languages);
}

const struct token_claims *
visit_claims(struct visit *v)
{
	struct str token = v->renewed.len ? v->renewed : v->request->token;

	return entitlement_of(v->entitlements, v->view, token, v->now);
}

static bool
is_cookie_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

static void
set_cookie(struct visit *v, const char *name, struct str value, int64_t age)
{
	if (is_cookie_value(value))
		answer_add(v->answer, "Set-Cookie",
		    arena_printf(v->arena,
			"%s=%.*s; Max-Age=%lld; Path=/; Secure; HttpOnly; "
			"SameSite=Lax",
			name, STR_ARG(value),
			(long long)(value.len ? age : 0)));
}

void
visit_set_token(struct visit *v, struct str value)
{
	set_cookie(v, REQUEST_COOKIE, value, v->front->config->token_seconds);
}

void
visit_set_reader(struct visit *v, struct str value)
{
	set_cookie(v, REQUEST_READER_COOKIE, value,
	    (int64_t)VISIT_READER_DAYS * 24 * 3600);
}

void
visit_set_reading(struct visit *v, struct str value)
{
	set_cookie(v, REQUEST_READING_COOKIE, value,
	    (int64_t)VISIT_READER_DAYS * 24 * 3600);
}

struct str
visit_checkout(struct visit *v, struct str session)
{
	struct hash hash;

	hash_of(session, &hash);
	return arena_str(v->arena, str_of(hash.text, REQUEST_CHECKOUT));
}

void
visit_set_checkout(struct visit *v, struct str session)
{
	struct str fresh = visit_checkout(v, session), all = fresh;
	struct str rest = v->request->checkouts, one;
	size_t count = 1;

	while (count < REQUEST_CHECKOUTS && str_split(&rest, '.', &one)) {
		if (str_eq(one, fresh))
			continue;
		all = arena_printf(
		    v->arena, "%.*s.%.*s", STR_ARG(all), STR_ARG(one));
		count++;
	}
	set_cookie(v, REQUEST_CHECKOUT_COOKIE, all,
	    (int64_t)VISIT_CHECKOUT_DAYS * 24 * 3600);
}

struct str
visit_link(const struct visit *v, struct str path)
{
	struct str before =
	    str_starts(path, STR("/m/")) ? v->view->base : v->view->site;

	return arena_printf(
	    v->arena, "%.*s%.*s", STR_ARG(before), STR_ARG(path));
}

const struct release_entry *
visit_member(const struct visit *v, struct str url)
{
	const struct release_entry *e = NULL;
	struct buf path;

	if (!str_starts(url, STR("/m/")) || url.len > LIMIT_REQUEST_TARGET)
		return NULL;
	buf_init(&path, LIMIT_REQUEST_TARGET + 1);
	if (url_decode(&path, url, false) && buf_ok(&path))
		e = release_find(v->view->release, buf_str(&path));
	buf_clear(&path);
	return e && e->member ? e : NULL;
}
