#include "table.h"

#include "file.h"
#include "html.h"
#include "ids.h"
#include "limits.h"

#include <stdio.h>

#define PUBLIC STR("public/")
#define INDEX STR("index.html")

const char *const encoding_names[ENCODINGS] = {
	[ENCODING_GZIP] = "gzip",
	[ENCODING_BROTLI] = "br",
	[ENCODING_ZSTD] = "zstd",
};

static const struct str suffixes[ENCODINGS] = {
	[ENCODING_GZIP] = { ".gz", 3 },
	[ENCODING_BROTLI] = { ".br", 3 },
	[ENCODING_ZSTD] = { ".zst", 4 },
};

const struct release_entry *
table_find(const struct table *t, struct str path)
{
	for (size_t i = ids_hash(path) & t->mask; t->slots[i];
	     i = (i + 1) & t->mask) {
		const struct release_entry *e = &t->entries[t->slots[i] - 1];

		if (str_eq(e->path, path))
			return e;
	}
	return NULL;
}

bool
release_entry_is_page(const struct release_entry *e)
{
	const struct release_file *f = e->as[ENCODING_NONE];

	return f && str_starts(f->about->type, STR("text/html"));
}

struct str
release_entry_item(const struct release_entry *e)
{
	return str_from_at(e->path, str_starts(e->path, STR("/m/")) ? 2 : 0);
}

static void
table_put(struct table *t, struct release_entry entry)
{
	size_t i = ids_hash(entry.path) & t->mask;

	while (t->slots[i])
		i = (i + 1) & t->mask;
	t->entries[t->count++] = entry;
	t->slots[i] = (uint32_t)t->count;
}

/* Files are in order: manifest_read has seen to it. */
const struct release_file *
table_file(
    const struct manifest *m, const struct release_file *files, struct str path)
{
	size_t low = 0, high = m->files.count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(m->files.at[mid].path, path);

		if (!order)
			return &files[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void
find_encodings(struct arena *a, const struct manifest *m,
    const struct release_file *files, struct release_entry *e, struct str path)
{
	e->as[ENCODING_NONE] = table_file(m, files, path);
	for (size_t i = 1; i < ENCODINGS; i++) {
		struct str sibling = arena_printf(
		    a, "%.*s%.*s", STR_ARG(path), STR_ARG(suffixes[i]));

		e->as[i] = table_file(m, files, sibling);
	}
}

static bool
is_sibling(
    const struct manifest *m, const struct release_file *files, struct str path)
{
	for (size_t i = 1; i < ENCODINGS; i++) {
		if (str_ends(path, suffixes[i]) &&
		    table_file(
			m, files, str_sub(path, 0, path.len - suffixes[i].len)))
			return true;
	}
	return false;
}

static bool
fault(char error[RELEASE_ERROR], const char *what, struct str path)
{
	snprintf(error, RELEASE_ERROR, "%s: '%.*s'", what, STR_ARG(path));
	return false;
}

/* A member's or alias's address, decoded; the empty view when it is none. */
static struct str
decode(struct arena *a, struct str url)
{
	struct str path = STR_NONE, inner;
	struct buf b;

	buf_init(&b, LIMIT_PATH);
	if (url_decode(&b, url, false) && buf_ok(&b) && b.len) {
		inner = str_from_at(buf_str(&b), 1);
		if (str_ends(inner, STR("/")))
			inner.len--;
		if (b.ptr[0] == '/' && (!inner.len || !path_refusal(inner)))
			path = arena_str(a, buf_str(&b));
	}
	buf_clear(&b);
	return path;
}

static bool
put_public(struct table *t, struct arena *a, const struct manifest *m,
    const struct release_file *files, char error[RELEASE_ERROR])
{
	for (size_t i = 0; i < m->files.count; i++) {
		struct str file = m->files.at[i].path, path;
		struct release_entry e = { 0 };

		if (!str_starts(file, PUBLIC) || is_sibling(m, files, file))
			continue;
		path = str_from_at(file, PUBLIC.len - 1);
		if (str_starts(path, STR("/m/")))
			return fault(
			    error, "public file where members are", path);
		if (str_ends(path, STR("/index.html")))
			path.len -= INDEX.len;
		e.path = path;
		find_encodings(a, m, files, &e, file);
		table_put(t, e);
	}
	return true;
}

static bool
put_members(struct table *t, struct arena *a, const struct manifest *m,
    const struct release_file *files, char error[RELEASE_ERROR])
{
	for (size_t i = 0; i < m->members.count; i++) {
		const struct manifest_member *member = &m->members.at[i];
		struct release_entry e = { .path = decode(a, member->url),
			.member = member };

		if (!str_starts(e.path, STR("/m/")))
			return fault(
			    error, "member's address is no path", member->url);
		if (table_find(t, e.path))
			return fault(
			    error, "two members at one address", member->url);
		find_encodings(a, m, files, &e, member->file);
		if (!e.as[ENCODING_NONE])
			return fault(error, "no such file", member->file);
		table_put(t, e);
	}
	return true;
}

static bool
put_aliases(struct table *t, struct arena *a, const struct manifest *m,
    char error[RELEASE_ERROR])
{
	for (size_t i = 0; i < m->aliases.count; i++) {
		const struct manifest_alias *alias = &m->aliases.at[i];
		struct release_entry e = { .path = decode(a, alias->from),
			.to = alias->to };

		if (!e.path.len || !str_starts(alias->to, STR("/")) ||
		    str_starts(alias->to, STR("//")))
			return fault(error, "alias is no path", alias->from);
		/* A page that is there again wins over where one once was. */
		if (!table_find(t, e.path))
			table_put(t, e);
	}
	return true;
}

bool
table_fill(struct table *t, struct arena *a, const struct manifest *m,
    const struct release_file *files, char error[RELEASE_ERROR])
{
	size_t slots = 16;

	t->room = m->files.count + m->members.count + m->aliases.count;
	if (t->room >= UINT32_MAX / 4)
		return fault(error, "too many files", STR_NONE);
	while (slots < 2 * t->room)
		slots *= 2;
	t->mask = slots - 1;
	t->slots = ARENA_ARRAY(a, slots, uint32_t);
	t->entries = ARENA_ARRAY(a, t->room + 1, struct release_entry);
	return put_public(t, a, m, files, error) &&
	    put_members(t, a, m, files, error) && put_aliases(t, a, m, error);
}
