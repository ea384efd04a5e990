#include "asset.h"

#include "hash.h"
#include "limits.h"

#include <stdlib.h>

enum { HASH_SHOWN = 8 };

static struct asset *
find(struct theme *t, struct str name)
{
	for (size_t i = 0; i < t->assets.count; i++)
		if (str_eq(t->assets.at[i].name, name))
			return &t->assets.at[i];
	return NULL;
}

void
asset_add(struct theme *t, struct str name, struct str data)
{
	struct asset *old = find(t, name);
	if (old)
		old->data = data;
	else
		ARENA_PUSH(t->arena, t->assets,
		    ((struct asset){ .name = name, .data = data }));
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* No space is needed next to these, wherever they stand in a style sheet. */
static bool
stands_alone(char c)
{
	return c == '{' || c == '}' || c == ';' || c == ',';
}

static size_t
string_end(struct str css, size_t at)
{
	char quote = css.ptr[at++];
	while (at < css.len && css.ptr[at] != quote)
		at += css.ptr[at] == '\\' ? 2 : 1;
	return at < css.len ? at + 1 : css.len;
}

static size_t
comment_end(struct str css, size_t at)
{
	struct str rest = str_from_at(css, at + 2);
	size_t end = at + 2 + str_search(rest, STR("*/")) + 2;
	return end < css.len ? end : css.len;
}

struct str
asset_tighten(struct arena *a, struct str css)
{
	char *out = arena_alloc(a, css.len + 1);
	size_t n = 0;
	bool space = false;
	for (size_t i = 0; i < css.len;) {
		char c = css.ptr[i];
		if (str_starts(str_from_at(css, i), STR("/*"))) {
			i = comment_end(css, i);
			space = true;
		} else if (is_space(c)) {
			i++;
			space = true;
		} else {
			size_t end =
			    c == '"' || c == '\'' ? string_end(css, i) : i + 1;
			if (space && n && !stands_alone(c) &&
			    !stands_alone(out[n - 1]) && out[n - 1] != ':')
				out[n++] = ' ';
			if (c == '}' && n && out[n - 1] == ';')
				n--;
			memcpy(out + n, css.ptr + i, end - i);
			n += end - i;
			i = end;
			space = false;
		}
	}
	return str_of(out, n);
}

/* "img/a.css" and "../font.woff" make "font.woff". */
static struct str
join(struct arena *a, struct str from, struct str to)
{
	size_t slash = str_rfind(from, '/');
	struct str folder =
	    slash < from.len ? str_sub(from, 0, slash) : STR_NONE;
	while (str_starts(to, STR("./")) || str_starts(to, STR("../"))) {
		if (to.ptr[1] == '.') {
			slash = str_rfind(folder, '/');
			folder = slash < folder.len ? str_sub(folder, 0, slash)
						    : STR_NONE;
		}
		to = str_from_at(to, str_find(to, '/') + 1);
	}
	if (!folder.len)
		return to;
	return arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(to));
}

static bool
is_elsewhere(struct str url)
{
	return !url.len || url.ptr[0] == '#' || url.ptr[0] == '/' ||
	    str_find(url, ':') < url.len;
}

/* One url( ... ) whose inside begins at `at`; returns the index of its ')'. */
static size_t
rewrite_one(struct theme *t, const struct asset *sheet, struct str css,
    size_t at, struct buf *out, struct diag *d)
{
	size_t end = at + str_find(str_from_at(css, at), ')');
	struct str url = str_trim(str_sub(css, at, end - at));
	if (url.len > 1 && (url.ptr[0] == '"' || url.ptr[0] == '\''))
		url = str_sub(url, 1, url.len - 2);
	if (is_elsewhere(url)) {
		buf_add(out, str_sub(css, at, end - at));
		return end;
	}
	struct str tail = str_from_at(url, str_find(url, '#'));
	url = str_sub(url, 0, url.len - tail.len);
	const struct asset *to = find(t, join(t->arena, sheet->name, url));
	if (!to || !to->url.len) {
		struct str path =
		    arena_printf(t->arena, "assets/%.*s", STR_ARG(sheet->name));
		diag_add(d, DIAG_ERROR,
		    where_at(path, sheet->data, str_search(sheet->data, url),
			url.len),
		    NULL, "the theme has no asset '%.*s'", STR_ARG(url));
		return end;
	}
	/* Both are in /assets/: from sub/a.css the way up is '../'. */
	for (size_t i = 0; i < sheet->name.len; i++)
		if (sheet->name.ptr[i] == '/')
			buf_add_z(out, "../");
	buf_add(out, str_from_at(to->url, sizeof "/assets/" - 1));
	buf_add(out, tail);
	return end;
}

static struct str
rewrite(struct theme *t, const struct asset *sheet, struct diag *d)
{
	struct str css = asset_tighten(t->arena, sheet->data);
	struct buf out;
	buf_init(&out, LIMIT_PAGE);
	for (size_t i = 0; i < css.len;) {
		struct str rest = str_from_at(css, i);
		size_t next = str_search(rest, STR("url("));
		next += next < rest.len ? 4 : 0;
		buf_add(&out, str_sub(rest, 0, next));
		i += next;
		if (next < rest.len || str_ends(rest, STR("url(")))
			i = rewrite_one(t, sheet, css, i, &out, d);
	}
	struct str result = arena_str(t->arena, buf_str(&out));
	buf_clear(&out);
	return result;
}

static void
name_by_content(struct theme *t, struct asset *asset)
{
	struct hash hash;
	hash_of(asset->data, &hash);
	size_t slash = str_rfind(asset->name, '/');
	size_t from = slash < asset->name.len ? slash + 1 : 0;
	size_t dot = from + str_rfind(str_from_at(asset->name, from), '.');
	asset->url = arena_printf(t->arena, "/assets/%.*s.%.*s%.*s",
	    STR_ARG(str_sub(asset->name, 0, dot)), HASH_SHOWN, hash.text,
	    STR_ARG(str_from_at(asset->name, dot)));
}

static int
by_name(const void *x, const void *y)
{
	const struct asset *a = x, *b = y;
	return str_cmp(a->name, b->name);
}

bool
asset_finish(struct theme *t, struct diag *d)
{
	size_t errors = d->errors;
	if (t->assets.count)
		qsort(t->assets.at, t->assets.count, sizeof *t->assets.at,
		    by_name);
	for (size_t i = 0; i < t->assets.count; i++)
		if (!str_ends(t->assets.at[i].name, STR(".css")))
			name_by_content(t, &t->assets.at[i]);
	for (size_t i = 0; i < t->assets.count; i++) {
		struct asset *sheet = &t->assets.at[i];
		if (!str_ends(sheet->name, STR(".css")))
			continue;
		sheet->data = rewrite(t, sheet, d);
		name_by_content(t, sheet);
	}
	return d->errors == errors;
}

static void
put_in_tree(
    struct arena *a, struct value *tree, struct str name, struct value *url)
{
	for (;;) {
		size_t end = 0;
		while (end < name.len && name.ptr[end] != '.' &&
		    name.ptr[end] != '/')
			end++;
		struct str key = str_sub(name, 0, end);
		if (end == name.len) {
			value_set(a, tree, key, url);
			return;
		}
		struct value *branch = NULL;
		for (size_t i = 0; i < tree->u.object.count; i++)
			if (str_eq(tree->u.object.at[i].key, key) &&
			    tree->u.object.at[i].value->kind == VALUE_OBJECT)
				branch = tree->u.object.at[i].value;
		if (!branch) {
			branch = value_object(a);
			value_set(a, tree, key, branch);
		}
		tree = branch;
		name = str_from_at(name, end + 1);
	}
}

struct value *
asset_tree(struct theme *t, struct links *l, enum audience audience)
{
	if (t->asset_urls[audience])
		return t->asset_urls[audience];
	struct value *tree = value_object(t->arena);
	for (size_t i = 0; i < t->assets.count; i++)
		put_in_tree(t->arena, tree, t->assets.at[i].name,
		    value_strcpy(
			t->arena, link_path(l, t->assets.at[i].url, audience)));
	t->asset_urls[audience] = tree;
	return tree;
}
