#include "content_private.h"

#include "limits.h"

static void
read_site(struct reading *r, const struct source_file *settings)
{
	r->severity = DIAG_ERROR;
	settings_read(r, settings);
	tree_read(r);
	offers_read(r);
	access_resolve(r);
	authors_resolve(r);
	requires_resolve(r);
	navigation_read(r);
	addresses_check(r);
}

static void
report_drafts(struct reading *r)
{
	size_t count = r->site->drafts;

	if (count)
		diag_add(r->d, DIAG_WARNING, (struct where){ 0 }, NULL,
		    count == 1 ? "%zu draft is not published"
			       : "%zu drafts are not published",
		    count);
}

struct site *
content_read(struct arena *a, struct source *s, struct diag *d)
{
	const struct source_file *settings = source_find(s, STR("site.yaml"));
	struct reading r = { .a = a, .source = s, .d = d };

	if (!source_count(s)) {
		diag_add(d, DIAG_ERROR, (struct where){ 0 },
		    "pennypress init DIR writes a site to begin with",
		    "there are no files");
		return NULL;
	}
	r.site = ARENA_NEW(a, struct site);
	r.site->source = s;
	r.site->arena = a;
	r.drafts = addresses_new(a);
	r.known_keys = addresses_new(a);
	buf_init(&r.buf, LIMIT_TEXT_FILE);
	if (settings)
		read_site(&r, settings);
	else
		foreign_read(&r);
	buf_clear(&r.buf);
	report_drafts(&r);
	for (size_t i = 0; i < r.site->pages.count; i++)
		r.site->sells |= r.site->pages.at[i]->member_url.len > 0;
	return r.site;
}

bool
content_load(const struct site *site, const struct page *p, struct diag *d)
{
	struct page *page;
	struct buf text;
	bool ok;

	if (!p->partial)
		return true;
	page = site->pages.at[p->index];
	buf_init(&text, LIMIT_TEXT_FILE);
	ok = source_read(site->source, p->file, d, &text);
	if (ok) {
		page->text = arena_str(site->arena, buf_str(&text));
		page->partial = false;
	}
	buf_clear(&text);
	return ok;
}

struct where
page_where(const struct page *p, size_t offset, size_t length)
{
	struct where none = { .path = p->file ? p->file->path : p->url };

	if (!p->file || offset > p->text.len)
		return none;
	return where_at(p->file->path, p->text, offset, length);
}
