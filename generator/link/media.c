/*
 * media.c - files that are no pages: their addresses, and who may read them.
 */
#include "link_private.h"

#include "html.h"
#include "limits.h"

static bool
is_protected(const struct course *c)
{
	if (c->access != ACCESS_FREE)
		return true;
	for (size_t i = 0; i < c->lessons.count; i++) {
		if (c->lessons.at[i]->access != ACCESS_FREE)
			return true;
	}
	return false;
}

/* "courses/loops" of a path below it. */
static struct str
course_folder_of(struct str path)
{
	struct str rest = str_from_at(path, 8);
	size_t slash = str_find(rest, '/');

	if (!str_starts(path, STR("courses/")) || slash == rest.len)
		return STR_NONE;
	return str_sub(path, 0, 8 + slash);
}

static struct course *
course_at(const struct links *l, struct str path)
{
	struct str folder = course_folder_of(path);

	return folder.len ? addresses_get(l->courses, folder) : NULL;
}

struct course *
media_course(const struct links *l, struct str path)
{
	struct course *c = course_at(l, path);

	return c && is_protected(c) ? c : NULL;
}

/* "a.json" of "a.json.gz": a server may send the latter in its place. */
static struct str
without_packing(struct str path)
{
	static const struct str endings[] = { { ".gz", 3 }, { ".br", 3 },
		{ ".zst", 4 } };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct str end = str_from_at(path, path.len - endings[i].len);

		if (path.len > endings[i].len && str_eq_nocase(end, endings[i]))
			return str_sub(path, 0, path.len - endings[i].len);
	}
	return path;
}

/* Names at the root that the site makes itself, or that the gateway answers. */
static bool
is_taken(struct str path)
{
	static const char *const names[] = { "index.html", "404.html",
		"robots.txt", "sitemap.xml", "feed.xml", "release.json", "m",
		"account", "checkout", "webhooks", "healthz", "-" };
	struct str first =
	    without_packing(str_sub(path, 0, str_find(path, '/')));

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq_nocase(first, str_from(names[i])))
			return true;
	}
	return false;
}

static struct str
encode(struct arena *a, struct str path)
{
	struct buf out;
	struct str part, url;

	buf_init(&out, 4 * (size_t)LIMIT_PATH);
	while (str_split(&path, '/', &part)) {
		buf_add_c(&out, '/');
		url_component(&out, part);
	}
	url = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return url;
}

static bool
is_in_root(const struct links *l, struct str path)
{
	struct str root = l->site->root;

	return !root.len ||
	    (str_starts(path, root) && path.len > root.len &&
		path.ptr[root.len] == '/');
}

/* Where the file would be, were nothing else there. */
static struct str
wanted_path(const struct links *l, struct str path)
{
	const struct course *c = course_at(l, path);

	if (c)
		return arena_printf(l->a, "courses/%.*s%.*s", STR_ARG(c->id),
		    STR_ARG(str_from_at(path, course_folder_of(path).len)));
	if (l->site->root.len && is_in_root(l, path))
		return str_from_at(path, l->site->root.len + 1);
	return path;
}

static struct str
lower(struct arena *a, struct str s)
{
	char *copy = arena_z(a, s);

	for (size_t i = 0; i < s.len; i++) {
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] + ('a' - 'A'));
	}
	return str_of(copy, s.len);
}

/* Addresses given so far, in lower case. */
struct claims {
	struct addresses *all;
	struct addresses *packed; /* what those ending in .gz and so on pack */
};

/* Free, also where case does not count, no page's index.html, and neither the
 * packed form of another file nor a file that has one. */
static bool
claim(struct links *l, struct claims *claims, struct str url, void *owner)
{
	struct str low = lower(l->a, url), base = without_packing(low);
	struct str folder = without_packing(url);

	folder = str_sub(folder, 0, str_rfind(folder, '/') + 1);
	if (str_ends(base, STR("/index.html")) &&
	    addresses_get(l->by_url, folder))
		return false;
	if (addresses_get(claims->packed, low) ||
	    (base.len < low.len && addresses_get(claims->all, base)) ||
	    addresses_add(claims->all, low, owner))
		return false;
	if (base.len < low.len)
		addresses_add(claims->packed, base, owner);
	return true;
}

static struct str
give_address(
    struct links *l, struct claims *claims, struct str path, void *owner)
{
	struct str wanted = wanted_path(l, path);
	struct str url = encode(l->a, wanted), plain = encode(l->a, path);

	if (!is_taken(wanted) && claim(l, claims, url, owner))
		return url;
	url = arena_printf(l->a, "/-%.*s", STR_ARG(plain));
	for (unsigned n = 2; !claim(l, claims, url, owner); n++)
		url = arena_printf(l->a, "/-/%u%.*s", n, STR_ARG(plain));
	return url;
}

static void
give_addresses(struct links *l, struct claims *claims, bool in_root)
{
	const struct source *s = l->site->source;

	for (size_t i = 0; i < source_count(s); i++) {
		struct str path = source_at(s, i)->path;

		if (!l->page_of_file[i] && is_in_root(l, path) == in_root)
			l->uses[i].url =
			    give_address(l, claims, path, &l->uses[i]);
	}
}

/* Of every language but the first, whose feed is at the root. */
static void
claim_feeds(struct links *l, struct claims *claims)
{
	const struct strs *languages = &l->site->languages;

	for (size_t i = 1; i < languages->count; i++)
		(void)!claim(l, claims,
		    arena_printf(
			l->a, "/%.*s/feed.xml", STR_ARG(languages->at[i])),
		    l);
}

void
media_prepare(struct links *l)
{
	const struct site *site = l->site;
	size_t count = source_count(site->source);
	struct claims claims = { addresses_new(l->a), addresses_new(l->a) };

	l->courses = addresses_new(l->a);
	for (size_t i = 0; i < site->courses.count && !site->foreign; i++) {
		struct course *c = site->courses.at[i];

		if (c->page->file)
			addresses_add(l->courses,
			    course_folder_of(c->page->file->path), c);
	}
	l->uses = ARENA_ARRAY(l->a, count + 1, struct use);
	/* In a book, what is in its folder has the first choice. */
	claim_feeds(l, &claims);
	give_addresses(l, &claims, true);
	give_addresses(l, &claims, false);
}

size_t
links_files(struct links *l, const struct linked_file **out)
{
	size_t count = source_count(l->site->source), used = 0;
	struct linked_file *files =
	    ARENA_ARRAY(l->a, 2 * count + 1, struct linked_file);

	for (size_t i = 0; i < count; i++) {
		const struct source_file *f = source_at(l->site->source, i);
		const struct use *use = &l->uses[i];

		if (use->by_public)
			files[used++] =
			    (struct linked_file){ .file = f, .url = use->url };
		if (use->by_members)
			files[used++] = (struct linked_file){ .file = f,
				.url = arena_printf(
				    l->a, "/m%.*s", STR_ARG(use->url)),
				.members = true,
				.course = media_course(l, f->path) };
	}
	*out = files;
	return used;
}

static bool
is_hidden(struct str path)
{
	return str_search(path, STR("/.")) < path.len;
}

static bool
is_source_text(struct str path)
{
	return str_ends(path, STR(".md")) || str_ends(path, STR(".markdown"));
}

void
links_report_unused(struct links *l)
{
	for (size_t i = 0; i < source_count(l->site->source); i++) {
		const struct source_file *f = source_at(l->site->source, i);
		const struct use *use = &l->uses[i];

		if (l->page_of_file[i] || use->by_public || use->by_members ||
		    is_hidden(f->path) || is_source_text(f->path) ||
		    !media_course(l, f->path))
			continue;
		diag_add(l->d, DIAG_WARNING, (struct where){ .path = f->path },
		    "link to it, or take it out of the repository",
		    "not published: nothing in its course uses it");
	}
}
