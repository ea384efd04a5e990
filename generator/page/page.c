#include "sheet_key.h"

#include "html.h"
#include "limits.h"

struct str
page_release_path(struct arena *a, struct str url)
{
	struct str folder = STR("public");
	if (str_starts(url, STR("/m/"))) {
		folder = STR("members");
		url = str_from_at(url, 2);
	}
	struct buf path;
	buf_init(&path, LIMIT_PATH);
	buf_add(&path, folder);
	bool good = url_decode(&path, url, false) && buf_ok(&path);
	if (str_ends(url, STR("/")))
		buf_add_z(&path, "index.html");
	struct str result = STR_NONE;
	if (good && buf_ok(&path))
		result = arena_str(a, buf_str(&path));
	buf_clear(&path);
	return result;
}

static struct str
path_of(const struct sheet *s)
{
	bool members = s->audience == AUDIENCE_MEMBERS;

	return page_release_path(
	    s->arena, members ? s->page->member_url : s->page->url);
}

static bool
write_version(struct sheet *s, struct page_sink *sink)
{
	struct str path = path_of(s);
	if (!path.len) {
		diag_add(s->d, DIAG_ERROR, page_where(s->page, 0, 0), NULL,
		    "the address of this page is not one a file can have");
		return true;
	}
	if (!sheet_begin(s))
		return false;
	const char *template = sheet_fill_kind(s);
	struct memo_key key;
	struct str html;
	if (!template)
		return false;
	bool known = sheet_key(s, template, path, &key);
	return theme_fill(s->theme, template, s->v, s->d, &html) &&
	    sink->add(sink->context, path, html, known ? &key : NULL);
}

static bool
key_version(struct sheet *s, struct memo_key *key)
{
	struct str path = path_of(s);
	if (!path.len || !sheet_begin(s))
		return false;
	const char *template = sheet_fill_kind(s);
	return template && sheet_key(s, template, path, key);
}

bool
page_keep(struct theme *t, struct links *l, const struct page *p,
    const struct rendered *r, struct arena *scratch, struct page_sink *sink,
    struct diag *d)
{
	struct sheet s = { .theme = t,
		.links = l,
		.page = p,
		.rendered = r,
		.audience = AUDIENCE_PUBLIC,
		.arena = scratch,
		.d = d };
	struct memo_key keys[PAGE_VERSIONS];
	size_t count = p->member_url.len ? PAGE_VERSIONS : 1;
	if (!sink->keep || !key_version(&s, &keys[0]))
		return false;
	s.audience = AUDIENCE_MEMBERS;
	if (count > 1 && !key_version(&s, &keys[1]))
		return false;
	return sink->keep(sink->context, keys, count);
}

bool
page_write(struct theme *t, struct links *l, const struct site *site,
    const struct page *p, const struct rendered *r, struct arena *scratch,
    struct page_sink *sink, struct diag *d)
{
	(void)site; /* the theme was opened for it */
	struct sheet s = { .theme = t,
		.links = l,
		.page = p,
		.rendered = r,
		.audience = AUDIENCE_PUBLIC,
		.arena = scratch,
		.d = d };
	if (!write_version(&s, sink))
		return false;
	s.audience = AUDIENCE_MEMBERS;
	return !p->member_url.len || write_version(&s, sink);
}
