#include "sheet.h"

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

static bool
write_version(struct sheet *s, struct page_sink *sink)
{
	bool members = s->audience == AUDIENCE_MEMBERS;
	struct str url = members ? s->page->member_url : s->page->url;
	struct str path = page_release_path(s->arena, url);
	if (!path.len) {
		diag_add(s->d, DIAG_ERROR, page_where(s->page, 0, 0), NULL,
		    "the address '%.*s' is not one a file can have",
		    STR_ARG(url));
		return true;
	}
	if (!sheet_begin(s))
		return false;
	const char *template = sheet_fill_kind(s);
	struct str html;
	return template && theme_fill(s->theme, template, s->v, s->d, &html) &&
	    sink->add(sink->context, path, html);
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
