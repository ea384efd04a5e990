/*
 * site_fixture.h - a small release on disk, for tests of what reads one.
 */
#ifndef SITE_FIXTURE_H
#define SITE_FIXTURE_H

#include "file.h"
#include "manifest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct site_file {
	const char *path, *type, *text;
};

#define SITE_HTML "text/html; charset=utf-8"
#define SITE_PAID "PAID TEXT OF LOOPS"
#define SITE_LIST                                                              \
	"<%# has_list %> LIST<%# list %> (<% title %>|<% url %>|<% because %>" \
	"|<% other_lang %>)<%/ list %><%/ has_list %>"
#define SITE_END_BEFORE "THE END OF LOOPS\n"
#define SITE_END_AFTER "\nFOOTER\n"
#define SITE_END                                                               \
	SITE_END_BEFORE MANIFEST_LIST_BEGIN                                    \
	    "\nfor everybody\n" MANIFEST_LIST_END SITE_END_AFTER

static const struct site_file site_files[] = {
	{ "gate/en/account.html", SITE_HTML,
	    "ACCOUNT<%# reader %> IN<%/ reader %><%# products %> [<% title %>"
	    "|<% url %>|<% until %>]<%/ products %>" SITE_LIST
	    "<%# reading %> READING<%# reading_on %> ON<%/ reading_on %>"
	    "<%# reading_off %> OFF<%/ reading_off %>"
	    "<%# reading_browser %> BROWSER<%/ reading_browser %>"
	    " <% reading_action %> <% rotate_days %> <% keep_days %>"
	    "<%/ reading %>" },
	{ "gate/en/checkout.html", SITE_HTML,
	    "CHECKOUT<%# refused %> REFUSED<%/ refused %>"
	    "<%# unavailable %> UNAVAILABLE<%/ unavailable %> <% retry %>" },
	{ "gate/en/error.html", SITE_HTML, "ERROR <% status %>" },
	{ "gate/en/list.html", SITE_HTML, SITE_LIST },
	{ "gate/en/paywall.html", SITE_HTML,
	    "PAYWALL <% page_title %><%# offers %> <% id %>=<% price %>"
	    "<%/ offers %><%# reader %> KNOWN<%/ reader %>" },
	{ "gate/en/return.html", SITE_HTML,
	    "RETURN<%# paid %> PAID <% start %> <% amount %><%/ paid %>"
	    "<%# confirm %> CONFIRM <% confirm_action %> <% session_id %>"
	    "<%/ confirm %>"
	    "<%# arriving %> ARRIVING <% refresh %><%/ arriving %>"
	    "<%# failed %> FAILED <% retry %><%/ failed %>"
	    "<%# expired %> EXPIRED<%/ expired %>"
	    "<%# unknown %> UNKNOWN<%/ unknown %>" },
	{ "gate/zh/paywall.html", SITE_HTML, "ZH <% page_title %>" },
	{ "members/a/end/index.html", SITE_HTML, SITE_END },
	{ "members/a/end/index.html.gz", SITE_HTML, "the end, gzipped" },
	{ "members/a/free/index.html", SITE_HTML, "for readers" },
	{ "members/a/one/index.html", SITE_HTML, SITE_PAID },
	{ "members/a/one/index.html.gz", SITE_HTML, "gzipped" },
	{ "public/404.html", SITE_HTML, "the site's 404" },
	{ "public/a/index.html", SITE_HTML, "course a" },
	{ "public/assets/x.0123abcd.css", "text/css; charset=utf-8", "a{}" },
	{ "public/caf\xc3\xa9 1.txt", "text/plain; charset=utf-8", "coffee" },
	{ "public/index.html", SITE_HTML, "home" },
};

static inline char *
site_path(const char *top, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static inline bool
site_write(const char *top, const char *path, struct str text)
{
	char *name = site_path(top, path), *slash = strrchr(name, '/');
	bool ok;

	*slash = '\0';
	ok = file_mkdirs(AT_FDCWD, name);
	*slash = '/';
	return ok && file_replace(AT_FDCWD, name, text, 0644);
}

static inline void
site_member(struct arena *a, struct manifest *m, const char *url,
    const char *file, enum access access, const char *teaser)
{
	struct manifest_member member = { .url = str_from(url),
		.file = str_from(file),
		.title = STR("Loops"),
		.lang = STR("en"),
		.teaser = str_from(teaser),
		.access = access };

	ARENA_PUSH(a, member.products, STR("a"));
	ARENA_PUSH(a, m->members, member);
}

/* Course a leads to e (Chinese), b and c alike, and d; b to c and a. */
static inline void
site_courses(struct arena *a, struct manifest *m)
{
	static const struct {
		const char *id, *lang;
		struct manifest_score row[5];
	} courses[] = {
		{ "a", "en",
		    { { 4, 900 }, { 1, 500 }, { 2, 500 }, { 3, 100 } } },
		{ "b", "en", { { 2, 300 }, { 0, 200 } } },
		{ "c", "en", { { 1, 10 } } },
		{ "d", "en", { { 0, 0 } } },
		{ "e", "zh", { { 0, 0 } } },
	};

	for (size_t i = 0; i < sizeof(courses) / sizeof(*courses); i++) {
		struct manifest_course c = { .id = str_from(courses[i].id),
			.lang = str_from(courses[i].lang) };

		c.title = arena_printf(a, "Title %s", courses[i].id);
		c.url = arena_printf(a, "/%s/", courses[i].id);
		for (size_t k = 0; courses[i].row[k].score; k++)
			ARENA_PUSH(a, c.row, courses[i].row[k]);
		ARENA_PUSH(a, m->courses, c);
	}
}

/* The manifest of site_files; what a test changes, it changes afterwards. */
static inline void
site_manifest(struct arena *a, struct manifest *m)
{
	struct manifest_product product = { STR("a"), STR("Course A"),
		STR("en"), STR("/a/"), STR("/m/a/one/") };
	struct manifest_offer offer = { .id = STR("a"),
		.title = STR("Course A"),
		.lang = STR("en"),
		.amount = 3900,
		.currency = STR("EUR") };
	struct manifest_alias aliases[] = {
		{ STR("/old/"), STR("/a/") },
		{ STR("/m/a/moved/"), STR("/m/a/one/") },
	};

	memset(m, 0, sizeof(*m));
	m->generator = STR("fixture");
	m->title = STR("Site");
	m->url = m->gateway = STR("http://127.0.0.1:8080");
	ARENA_PUSH(a, m->languages, STR("en"));
	ARENA_PUSH(a, m->languages, STR("zh"));
	ARENA_PUSH(a, offer.products, STR("a"));
	ARENA_PUSH(a, m->products, product);
	ARENA_PUSH(a, m->offers, offer);
	site_member(a, m, "/m/a/free/", "members/a/free/index.html",
	    ACCESS_SIGNED_IN, "");
	site_member(
	    a, m, "/m/a/one/", "members/a/one/index.html", ACCESS_PAID, "/a/");
	site_member(
	    a, m, "/m/a/end/", "members/a/end/index.html", ACCESS_PAID, "/a/");
	m->members.at[2].finishes = STR("a");
	site_courses(a, m);
	ARENA_PUSH(a, m->aliases, aliases[0]);
	ARENA_PUSH(a, m->aliases, aliases[1]);
	for (size_t i = 0; i < sizeof(site_files) / sizeof(*site_files); i++) {
		struct str text = str_from(site_files[i].text);
		struct manifest_file f = { .path = str_from(site_files[i].path),
			.bytes = text.len,
			.type = str_from(site_files[i].type) };

		hash_of(text, &f.hash);
		ARENA_PUSH(a, m->files, f);
	}
}

/* Writes files and manifest below top/releases/<name> and points `current` at
 * it by one rename. */
static inline bool
site_publish(const char *top, const char *name, struct manifest *m)
{
	char folder[256], link[256];
	struct buf json;
	bool ok = true;

	snprintf(folder, sizeof(folder), "%s/releases/%s", top, name);
	snprintf(link, sizeof(link), "releases/%s", name);
	for (size_t i = 0; i < sizeof(site_files) / sizeof(*site_files); i++)
		ok = ok &&
		    site_write(folder, site_files[i].path,
			str_from(site_files[i].text));
	buf_init(&json, 1 << 20);
	manifest_write(&json, m);
	ok = ok && site_write(folder, "release.json", buf_str(&json));
	buf_clear(&json);
	unlink(site_path(top, "next"));
	ok = ok && symlink(link, site_path(top, "next")) == 0;
	snprintf(folder, sizeof(folder), "%s/next", top);
	return ok && rename(folder, site_path(top, "current")) == 0;
}

/* A folder of its own for a test. */
static inline bool
site_folder(char top[64])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(top, 64, "%.40s/site.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(top) != NULL;
}

#endif
