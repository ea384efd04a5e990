/*
 * suggest.c - what the writer may have meant.
 */
#include "link_private.h"

#include "limits.h"
#include <string.h>

static struct str
folder_of(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash == path.len ? STR_NONE : str_sub(path, 0, slash);
}

static struct str
name_of(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash == path.len ? path : str_from_at(path, slash + 1);
}

/* Is `path` in the folder or deeper? */
static bool
is_below(struct str path, struct str folder)
{
	return !folder.len ||
	    (str_starts(path, folder) && path.len > folder.len &&
		path.ptr[folder.len] == '/');
}

/* `path` as a link in a file of `folder` would say it. */
static struct str
relative(struct arena *a, struct str folder, struct str path)
{
	struct buf out;
	struct str text;

	buf_init(&out, 4 * (size_t)LIMIT_PATH);
	while (!is_below(path, folder)) {
		buf_add_z(&out, "../");
		folder = folder_of(folder);
	}
	buf_add(&out, str_from_at(path, folder.len ? folder.len + 1 : 0));
	text = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return text;
}

/* The path nearest to `meant` among the files of its folder, or of all. */
static struct str
nearest_path(const struct links *l, struct str meant, bool same_folder)
{
	const struct source *s = l->site->source;
	struct str *names = ARENA_ARRAY(l->a, source_count(s) + 1, struct str);
	struct str folder = folder_of(meant), near;
	size_t count = 0;

	for (size_t i = 0; i < source_count(s); i++) {
		struct str path = source_at(s, i)->path;

		if (!same_folder)
			names[count++] = path;
		else if (str_eq(folder_of(path), folder))
			names[count++] = name_of(path);
	}
	if (!same_folder)
		return diag_nearest(meant, names, count);
	near = diag_nearest(name_of(meant), names, count);
	if (!near.len || !folder.len)
		return near;
	return arena_printf(l->a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(near));
}

/* The one file of this name elsewhere. */
static struct str
same_name(const struct links *l, struct str meant)
{
	const struct source *s = l->site->source;
	struct str found = STR_NONE;

	for (size_t i = 0; i < source_count(s); i++) {
		struct str path = source_at(s, i)->path;

		if (!str_eq_nocase(name_of(path), name_of(meant)))
			continue;
		if (found.len)
			return STR_NONE;
		found = path;
	}
	return found;
}

const char *
suggest_path(const struct links *l, const struct page *from, struct str target,
    struct str meant)
{
	struct str near;

	if (!meant.len)
		return NULL;
	near = nearest_path(l, meant, true);
	if (!near.len)
		near = same_name(l, meant);
	if (!near.len)
		near = nearest_path(l, meant, false);
	if (!near.len)
		return NULL;
	if (str_starts(target, STR("/")))
		return arena_printf(l->a, "did you mean /%.*s?", STR_ARG(near))
		    .ptr;
	near = relative(
	    l->a, from->file ? folder_of(from->file->path) : STR_NONE, near);
	return arena_printf(l->a, "did you mean %.*s?", STR_ARG(near)).ptr;
}

const char *
suggest_anchor(
    const struct links *l, const struct page *to, struct str fragment)
{
	const struct strs *anchors = &l->anchors[to->index];
	struct str near = diag_nearest(fragment, anchors->at, anchors->count);

	if (!near.len)
		return NULL;
	return arena_printf(l->a, "did you mean #%.*s?", STR_ARG(near)).ptr;
}

struct where
link_where(const struct page *from, size_t offset, struct str target)
{
	enum { NEAR = 4096 };
	struct str rest = str_sub(from->text, offset, NEAR);
	size_t at = target.len ? str_search(rest, target) : rest.len;

	if (!from->file || offset > from->text.len)
		return page_where(from, from->text.len + 1, 0);
	if (at == rest.len)
		return page_where(from, offset, 0);
	return page_where(from, offset + at, target.len);
}
