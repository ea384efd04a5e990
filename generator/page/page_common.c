#include "asset.h"
#include "feed.h"
#include "html.h"
#include "limits.h"

enum { SITEMAP_ADDRESSES = 50000 }; /* sitemaps.org: most in one file */

struct common {
	struct theme *theme;
	struct links *links;
	struct arena *arena;
	struct page_sink *sink;
	struct diag *d;
};

static bool
add(const struct common *c, struct str path, struct str data)
{
	return c->sink->add(c->sink->context, path, data, NULL);
}

static bool
write_assets(const struct common *c)
{
	for (size_t i = 0; i < c->theme->assets.count; i++) {
		const struct asset *asset = &c->theme->assets.at[i];
		struct str path =
		    arena_printf(c->arena, "public%.*s", STR_ARG(asset->url));
		if (!add(c, path, asset->data))
			return false;
	}
	return true;
}

static bool
write_not_found(const struct common *c)
{
	struct arena *a = c->arena;
	struct theme *t = c->theme;
	struct language *lang = phrase_language(t, STR_NONE);
	struct str title = phrase_get(lang, "not_found"), html;
	struct value *v = value_object(a);
	value_put(a, v, STR("title"), title);
	value_put(a, v, STR("kind"), STR("not-found"));
	value_append(a, v, STR("noindex"), value_bool(a, true));
	return chrome_put(
		   t, c->links, lang, AUDIENCE_PUBLIC, title, a, v, c->d) &&
	    theme_fill(t, "not-found", v, c->d, &html) &&
	    add(c, STR("public/404.html"), html);
}

/* What stands before and after a word that the gateway puts in: both sides are
 * text like any other, so they are escaped. */
static void
put_around(struct arena *a, struct value *v, const struct language *lang,
    const char *key, struct str hole)
{
	struct str whole = phrase_get(lang, key);
	size_t at = str_search(whole, hole);
	value_append(a, v, arena_printf(a, "%s_before", key),
	    value_str(a, str_sub(whole, 0, at)));
	value_append(a, v, arena_printf(a, "%s_after", key),
	    value_str(a, str_from_at(whole, at + hole.len)));
}

static bool
write_shell(const struct common *c, struct language *lang, const char *name)
{
	struct arena *a = c->arena;
	struct theme *t = c->theme;
	char template[32];
	snprintf(template, sizeof template, "gate/%s", name);
	struct str title = phrase_get(lang, name), html, refund = STR_NONE;
	if (t->site->refund_days)
		refund = phrase_count(a, lang, "refund", t->site->refund_days);
	struct value *v = value_object(a);
	value_put(a, v, STR("title"), title);
	value_put(a, v, STR("kind"), STR("gate-page"));
	value_put(a, v, STR("refund"), refund);
	value_put(a, v, STR("action"), theme_gateway(t, a, STR("/checkout")));
	value_append(a, v, STR("counted"), value_bool(a, t->site->beacon));
	put_around(a, v, lang, "because", STR("{course}"));
	put_around(a, v, lang, "reading_number", STR("{n}"));
	put_around(a, v, lang, "reading_kept", STR("{n}"));
	struct str path =
	    arena_printf(a, "gate/%.*s/%s.html", STR_ARG(lang->tag), name);
	return chrome_put(
		   t, c->links, lang, AUDIENCE_MEMBERS, title, a, v, c->d) &&
	    theme_fill(t, template, v, c->d, &html) && add(c, path, html);
}

static bool
write_shells(const struct common *c)
{
	static const char *const names[] = { "paywall", "return", "account",
		"error", "checkout", "list" };
	const struct strs *languages = &c->theme->site->languages;
	for (size_t i = 0; i < languages->count; i++) {
		struct language *lang =
		    phrase_language(c->theme, languages->at[i]);
		for (size_t j = 0; j < sizeof names / sizeof *names; j++)
			if (!write_shell(c, lang, names[j]))
				return false;
	}
	return true;
}

static bool
write_feeds(const struct common *c)
{
	const struct site_index *index = chrome_index(c->theme);
	bool good = true;
	struct buf out;
	buf_init(&out, LIMIT_PAGE);
	for (size_t i = 0; good && i < index->count; i++) {
		if (!feed_has(&index->at[i]))
			continue;
		struct str path = arena_printf(c->arena, "public%.*s",
		    STR_ARG(feed_path(
			c->theme->site, c->arena, index->at[i].lang)));
		buf_reset(&out);
		feed_write(c->theme, c->arena, &index->at[i], &out);
		good = buf_ok(&out) && add(c, path, buf_str(&out));
	}
	buf_clear(&out);
	return good;
}

static const char sitemap_open[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";

static void
sitemap_entry(const struct site *site, const struct page *p, struct buf *out)
{
	struct str changed = p->updated.len ? p->updated : p->date;
	buf_add_z(out, "<url><loc>");
	html_text(out, site->url);
	html_text(out, p->url);
	buf_add_z(out, "</loc>");
	if (changed.len)
		buf_printf(out, "<lastmod>%.*s</lastmod>", STR_ARG(changed));
	buf_add_z(out, "</url>\n");
}

static bool
write_sitemap_part(const struct common *c, size_t part, struct buf *out)
{
	const struct site *site = c->theme->site;
	size_t from = part * SITEMAP_ADDRESSES;
	size_t to = site->pages.count - from > SITEMAP_ADDRESSES
	    ? from + SITEMAP_ADDRESSES
	    : site->pages.count;
	bool only = site->pages.count <= SITEMAP_ADDRESSES;
	buf_reset(out);
	buf_add_z(out, sitemap_open);
	for (size_t i = from; i < to; i++)
		sitemap_entry(site, site->pages.at[i], out);
	buf_add_z(out, "</urlset>\n");
	struct str path = STR("public/sitemap.xml");
	if (!only)
		path =
		    arena_printf(c->arena, "public/sitemap-%zu.xml", part + 1);
	return buf_ok(out) && add(c, path, buf_str(out));
}

static bool
write_sitemap_index(const struct common *c, size_t parts, struct buf *out)
{
	buf_reset(out);
	buf_add_z(out,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex "
	    "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
	for (size_t i = 0; i < parts; i++) {
		buf_add_z(out, "<sitemap><loc>");
		html_text(out, c->theme->site->url);
		buf_printf(out, "/sitemap-%zu.xml</loc></sitemap>\n", i + 1);
	}
	buf_add_z(out, "</sitemapindex>\n");
	return buf_ok(out) && add(c, STR("public/sitemap.xml"), buf_str(out));
}

static bool
write_sitemap(const struct common *c)
{
	size_t count = c->theme->site->pages.count;
	size_t parts = (count + SITEMAP_ADDRESSES - 1) / SITEMAP_ADDRESSES;
	struct buf out;
	buf_init(&out, 64 << 20);
	bool good = true;
	for (size_t i = 0; good && i < parts; i++)
		good = write_sitemap_part(c, i, &out);
	if (good && parts > 1)
		good = write_sitemap_index(c, parts, &out);
	buf_clear(&out);
	return good;
}

static bool
write_robots(const struct common *c)
{
	const struct site *site = c->theme->site;
	struct str base = site->base;
	struct str text = arena_printf(c->arena,
	    "User-agent: *\nDisallow: %.*s/m/\nDisallow: %.*s/checkout\n"
	    "Disallow: %.*s/account\nSitemap: %.*s/sitemap.xml\n",
	    STR_ARG(base), STR_ARG(base), STR_ARG(base), STR_ARG(site->url));
	return add(c, STR("public/robots.txt"), text);
}

bool
page_write_common(struct theme *t, struct links *l, const struct site *site,
    struct arena *scratch, struct page_sink *sink, struct diag *d)
{
	(void)site; /* the theme was opened for it */
	const struct common c = { t, l, scratch, sink, d };
	return write_assets(&c) && write_not_found(&c) && write_shells(&c) &&
	    write_feeds(&c) && write_sitemap(&c) && write_robots(&c);
}
