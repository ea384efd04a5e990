#include "handlers.h"

#include "consent.h"
#include "html.h"
#include "negotiate.h"
#include "shells.h"

#include <stdio.h>

/* /assets/<name>.<8 hex digits>.<ext>: its content never changes. */
static bool
is_fingerprinted(struct str path)
{
	size_t last = str_rfind(path, '.');
	struct str digits;

	if (!str_starts(path, STR("/assets/")) || last == path.len || last < 9)
		return false;
	digits = str_sub(path, last - 8, 8);
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return path.ptr[last - 9] == '.';
}

static void
choose_encoding(struct visit *v, const struct release_entry *e)
{
	unsigned available = 0;

	for (unsigned i = 1; i < ENCODINGS; i++)
		available |= e->as[i] ? 1u << i : 0;
	v->answer->varies = available != 0;
	v->answer->encoding =
	    negotiate_encoding(v->request->accept_encoding, available);
	v->answer->file = e->as[v->answer->encoding];
}

/* Conditions and ranges (RFC 9110, 13.2.2); the right was checked before. */
static void
send_file(
    struct visit *v, const struct release_entry *e, enum answer_cache cache)
{
	const struct request *r = v->request;
	struct answer *a = v->answer;
	char etag[ANSWER_ETAG];

	choose_encoding(v, e);
	answer_etag(a->file, etag);
	a->status = 200;
	a->body = BODY_FILE;
	a->cache = cache;
	a->type = e->as[ENCODING_NONE]->about->type;
	a->whole = true;
	if (r->if_none_match.len &&
	    negotiate_has(r->if_none_match, str_from(etag))) {
		a->status = 304; /* no body, but the length of it */
		return;
	}
	if (!r->range.len || !negotiate_same(r->if_range, str_from(etag)))
		return;
	switch (negotiate_range(
	    r->range, a->file->about->bytes, &a->from, &a->length)) {
	case PART_ALL:
		break;
	case PART_SOME:
		a->status = 206;
		a->whole = false;
		break;
	case PART_NONE:
		a->status = 416;
		a->body = BODY_NONE;
		break;
	}
}

enum { LIST_TEXT = 64 << 10 };

/* What stands before and after the place of the reader's list. */
static bool
find_place(struct str page, struct str *before, struct str *after)
{
	const struct str begin = STR(MANIFEST_LIST_BEGIN);
	const struct str end = STR(MANIFEST_LIST_END);
	size_t at = str_search(page, begin);
	struct str rest = str_from_at(page, at + begin.len);
	size_t to = str_search(rest, end);

	*before = str_sub(page, 0, at);
	*after = str_from_at(rest, to + end.len);
	return at < page.len && to < rest.len;
}

/* The same page with the same list has the same tag. */
static void
own_etag(struct visit *v, const struct release_file *f, struct str list)
{
	struct hash hash;

	hash_of(arena_printf(
		    v->arena, "%s%.*s", f->about->hash.text, STR_ARG(list)),
	    &hash);
	snprintf(
	    v->answer->etag, sizeof(v->answer->etag), "\"%.32s\"", hash.text);
}

static bool
put_list(struct visit *v, struct str page, struct str list)
{
	struct answer *a = v->answer;
	struct str before, after;

	if (!find_place(page, &before, &after))
		return false;
	buf_reset(&a->text);
	(void)buf_reserve(&a->text, before.len + list.len + after.len);
	buf_add(&a->text, before);
	buf_add(&a->text, list);
	buf_add(&a->text, after);
	return buf_ok(&a->text);
}

/* The last page of a course, with the reader's own list where the file has one
 * for everybody. A range of it is answered with all of it, as one may. */
static bool
send_with_list(struct visit *v)
{
	const struct release_entry *e = v->entry;
	const struct release_file *f = e->as[ENCODING_NONE];
	struct answer *a = v->answer;
	struct str page;
	struct buf list;
	bool ok;

	if (!release_entry_is_page(e))
		return false;
	page = release_bytes(v->view->release, f);
	buf_init(&list, LIST_TEXT);
	ok = page.len &&
	    shell_list(v, visit_claims(v), e->member->finishes, &list) &&
	    put_list(v, page, buf_str(&list));
	if (ok)
		own_etag(v, f, buf_str(&list));
	buf_clear(&list);
	if (!ok)
		return false;
	a->status = negotiate_has(v->request->if_none_match, str_from(a->etag))
	    ? 304
	    : 200;
	a->body = BODY_TEXT;
	a->cache = CACHE_MEMBER;
	a->type = f->about->type;
	for (unsigned i = 1; i < ENCODINGS; i++)
		a->varies |= e->as[i] != NULL;
	return true;
}

void
handle_member(struct visit *v)
{
	if (!v->entry->member->finishes.len || !send_with_list(v))
		send_file(v, v->entry, CACHE_MEMBER);
	consent_note_visit(v);
}

/* The page for what is not there: the site's own, or the gateway's. */
static void
missing(struct visit *v)
{
	const struct release_entry *e =
	    release_find(v->view->release, STR("/404.html"));

	if (!e || !e->as[ENCODING_NONE] || e->member) {
		shell_error(v, 404);
		return;
	}
	choose_encoding(v, e);
	v->answer->status = 404;
	v->answer->body = BODY_FILE;
	v->answer->cache = CACHE_NEVER;
	v->answer->type = e->as[ENCODING_NONE]->about->type;
	v->answer->whole = true;
}

/* A path as it may stand in a header, one component at a time. */
static struct str
encode_path(struct visit *v, struct str path)
{
	struct str part, encoded;
	struct buf b;

	buf_init(&b, 4 * (size_t)LIMIT_REQUEST_TARGET);
	path = str_from_at(path, 1);
	while (str_split(&path, '/', &part)) {
		buf_add_c(&b, '/');
		url_component(&b, part);
	}
	if (!b.len)
		buf_add_c(&b, '/');
	encoded = arena_str(v->arena, buf_str(&b));
	buf_clear(&b);
	return encoded;
}

/* "/courses/a" and "/courses/a/index.html" lead to "/courses/a/". */
static bool
leads_to_folder(struct visit *v, struct str path)
{
	const struct str index = STR("/index.html");
	struct str folder;

	if (str_ends(path, index))
		folder = str_sub(path, 0, path.len - index.len + 1);
	else
		folder = arena_printf(v->arena, "%.*s/", STR_ARG(path));
	if (str_ends(path, STR("/")) || !release_find(v->view->release, folder))
		return false;
	answer_redirect(v->answer, 301,
	    arena_printf(v->arena, "%.*s%.*s", STR_ARG(v->view->base),
		STR_ARG(encode_path(v, folder))));
	v->answer->cache = CACHE_CHECK;
	return true;
}

/* An address that moved, or lacks its slash. */
static bool
leads_elsewhere(struct visit *v, const struct release_entry *e)
{
	if (!e || !e->to.len)
		return !e && leads_to_folder(v, v->request->path);
	answer_redirect(v->answer, 301, visit_link(v, e->to));
	v->answer->cache = CACHE_CHECK;
	return true;
}

/* Not ours to serve: the static host has it. */
static void
elsewhere(struct visit *v)
{
	if (str_eq_z(v->request->path, "/") &&
	    !str_eq(v->view->site, v->view->base))
		answer_redirect(v->answer, 302, visit_link(v, STR("/")));
	else
		shell_error(v, 404);
}

void
handle_public(struct visit *v)
{
	struct str path = v->request->path;
	const struct release_entry *e = release_find(v->view->release, path);
	bool served = v->front->config->serve_public;

	if (!served && !str_starts(path, STR("/m/")))
		elsewhere(v);
	else if (leads_elsewhere(v, e))
		return;
	else if (!served)
		shell_error(v, 404);
	else if (e && !e->member)
		send_file(
		    v, e, is_fingerprinted(path) ? CACHE_FOREVER : CACHE_CHECK);
	else
		missing(v);
}
