/*
 * find.c - which page or file a link's path means, tried in the order a forge
 * and the usual book makers agree on.
 */
#include "link_private.h"

#include "html.h"
#include "limits.h"

static struct str
folder_of(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash == path.len ? STR_NONE : str_sub(path, 0, slash);
}

static struct str
stem_of(struct str path)
{
	struct str name = str_from_at(path, folder_of(path).len);

	if (str_starts(name, STR("/")))
		name = str_from_at(name, 1);
	return str_sub(name, 0, str_rfind(name, '.'));
}

/* A folder shows its README, else its index; a module without either shows its
 * first lesson. */
static void
add_folders(struct links *l)
{
	const struct page_list *pages = &l->site->pages;
	static const struct str stems[] = { { "readme", 6 }, { "index", 5 } };

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < pages->count; i++) {
			struct page *p = pages->at[i];

			if (p->file &&
			    str_eq_nocase(stem_of(p->file->path), stems[k]))
				addresses_add(
				    l->by_folder, folder_of(p->file->path), p);
		}
	}
	for (size_t i = 0; i < pages->count; i++) {
		struct page *p = pages->at[i];

		if (p->module && p->file)
			addresses_add(
			    l->by_folder, folder_of(p->file->path), p);
	}
}

void
find_prepare(struct links *l)
{
	const struct site *site = l->site;

	l->by_url = addresses_new(l->a);
	l->by_folder = addresses_new(l->a);
	l->drafts = addresses_new(l->a);
	l->page_of_file =
	    ARENA_ARRAY(l->a, source_count(site->source) + 1, struct page *);
	for (size_t i = 0; i < site->pages.count; i++) {
		struct page *p = site->pages.at[i];

		if (p->file)
			l->page_of_file[p->file->index] = p;
		addresses_add(l->by_url, p->url, p);
	}
	for (size_t i = 0; i < site->draft_files.count; i++)
		addresses_add(l->drafts, site->draft_files.at[i], l);
	add_folders(l);
}

static bool
is_markdown(struct str path)
{
	size_t dot = str_rfind(path, '.');
	struct str ending = str_from_at(path, dot);

	return str_eq_nocase(ending, STR(".md")) ||
	    str_eq_nocase(ending, STR(".markdown"));
}

/* The file itself, and what it is. */
static bool
try_file(const struct links *l, struct str path, struct found *out)
{
	const struct source_file *f = source_find(l->site->source, path);

	if (addresses_get(l->drafts, path)) {
		out->draft = true;
		return true;
	}
	if (!f)
		return false;
	out->file = f;
	out->page = l->page_of_file[f->index];
	/* A module's index.md is no page of its own. */
	if (!out->page && is_markdown(path) &&
	    str_eq_nocase(stem_of(path), STR("index")))
		out->page = addresses_get(l->by_folder, folder_of(path));
	return true;
}

static bool
try_endings(const struct links *l, struct str path, struct found *out)
{
	static const char *const endings[] = { ".md", ".markdown", "/index.md",
		"/README.md" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct str with =
		    arena_printf(l->a, "%.*s%s", STR_ARG(path), endings[i]);

		if (try_file(l, with, out))
			return true;
	}
	return false;
}

static bool
try_folder(const struct links *l, struct str path, struct found *out)
{
	if (path.len)
		out->page = addresses_get(l->by_folder, path);
	if (!out->page && (!path.len || str_eq(path, l->site->root)))
		out->page = addresses_get(l->by_url, STR("/"));
	return out->page != NULL;
}

/* The address of a page, as the reader's browser shows it. */
static bool
try_address(const struct links *l, struct str path, struct found *out)
{
	struct buf url;
	struct str part, rest = path;

	if (!path.len)
		return false;
	buf_init(&url, 4 * (size_t)LIMIT_PATH);
	while (str_split(&rest, '/', &part)) {
		buf_add_c(&url, '/');
		url_component(&url, part);
	}
	buf_add_c(&url, '/');
	if (buf_ok(&url))
		out->page = addresses_get(l->by_url, buf_str(&url));
	buf_clear(&url);
	return out->page != NULL;
}

/* "chapter.html" as book makers write it, for chapter.md. */
static bool
try_html(const struct links *l, struct str path, struct found *out)
{
	struct str stem;

	if (!str_ends(path, STR(".html")))
		return false;
	stem = str_sub(path, 0, path.len - 5);
	if (str_eq_z(stem_of(path), "index") &&
	    try_folder(l, folder_of(path), out))
		return true;
	return try_endings(l, stem, out);
}

static bool
try_path(const struct links *l, struct str path, bool slash, struct found *out)
{
	out->path = path;
	return (!slash && try_file(l, path, out)) || try_folder(l, path, out) ||
	    try_endings(l, path, out) || try_html(l, path, out) ||
	    try_address(l, path, out);
}

struct found
find_target(const struct links *l, const struct page *from, struct str path)
{
	struct str file = from->file ? from->file->path : STR_NONE, full;
	bool slash = str_ends(path, STR("/"));
	struct found found = { .page = NULL };

	if (!path_resolve(l->a, file, path, &full))
		return found;
	if (try_path(l, full, slash, &found))
		return found;
	/* "/x" in a book means its own folder; on a forge, the repository. */
	if (l->site->root.len && str_starts(path, STR("/"))) {
		struct found other = { .page = NULL };

		full = arena_printf(
		    l->a, "%.*s/%.*s", STR_ARG(l->site->root), STR_ARG(full));
		if (try_path(l, full, slash, &other))
			return other;
	}
	return found;
}
