#include "source_private.h"

#include "file.h"
#include <stdlib.h>

struct where
source_where(struct str path)
{
	return (struct where){ .path = path };
}

bool
source_is_text(struct str path)
{
	static const char *const endings[] = { ".md", ".markdown", ".yaml",
		".yml" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct str end = str_from(endings[i]);

		if (path.len > end.len &&
		    str_eq_nocase(str_from_at(path, path.len - end.len), end))
			return true;
	}
	return false;
}

struct source_entry *
source_list(struct source *s, struct diag *d, struct str path, uint64_t size)
{
	const char *refusal = path_refusal(path);
	struct source_entry *e;

	if (refusal) {
		diag_add(d, s->refusing, source_where(path),
		    "rename it or take it out of the repository",
		    "left out, this name is not allowed: %s", refusal);
		return NULL;
	}
	if (size > LIMIT_MEDIA_FILE) {
		diag_add(d, s->refusing, source_where(path),
		    "host it elsewhere and link to it",
		    "left out, larger than %d MiB", LIMIT_MEDIA_FILE >> 20);
		return NULL;
	}
	if (s->entries.count >= LIMIT_TREE_FILES) {
		diag_add(d, DIAG_ERROR, source_where(STR_NONE), NULL,
		    "more than %d files", LIMIT_TREE_FILES);
		return NULL;
	}
	e = ARENA_NEW(&s->arena, struct source_entry);
	e->file.path = arena_str(&s->arena, path);
	e->file.size = size;
	ARENA_PUSH(&s->arena, s->entries, e);
	return e;
}

static int
by_path(const void *a, const void *b)
{
	const struct source_entry *const *x = a, *const *y = b;

	return str_cmp((*x)->file.path, (*y)->file.path);
}

/* Drops what stands twice in a hostile tree. */
static void
refuse_doubles(struct source *s, struct diag *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->entries.count; i++) {
		struct source_entry *e = s->entries.at[i];

		if (kept &&
		    str_eq(s->entries.at[kept - 1]->file.path, e->file.path)) {
			diag_add(d, s->refusing, source_where(e->file.path),
			    "git fsck shows what is wrong with the repository",
			    "left out, this path stands twice in the tree");
			continue;
		}
		s->entries.at[kept++] = e;
	}
	s->entries.count = kept;
}

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* A path so far, to find a second spelling of it. */
struct spelling {
	struct str path; /* of a file or of a folder */
};

static size_t
hash_folded(struct str s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ fold(s.ptr[i])) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

/* The slot where `path` is, under any case, or the free one where it goes. */
static struct spelling *
spelling_at(struct spelling *table, size_t mask, struct str path)
{
	size_t at = hash_folded(path) & mask;

	while (table[at].path.len && !str_eq_nocase(table[at].path, path))
		at = (at + 1) & mask;
	return &table[at];
}

/* True when the path and every folder above it have one spelling only. */
static bool
note_spelling(
    struct spelling *table, size_t mask, struct str path, struct str *other)
{
	for (size_t end = path.len; end && end != (size_t)-1;) {
		struct str part = str_sub(path, 0, end);
		struct spelling *slot = spelling_at(table, mask, part);
		size_t slash = str_rfind(part, '/');

		if (slot->path.len && !str_eq(slot->path, part)) {
			*other = slot->path;
			return false;
		}
		if (slot->path.len)
			return true; /* so are the folders above it */
		slot->path = part;
		end = slash == part.len ? 0 : slash;
	}
	return true;
}

static size_t
count_spellings(const struct source *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->entries.count; i++) {
		struct str path = s->entries.at[i]->file.path;

		count++;
		for (size_t k = 0; k < path.len; k++)
			count += path.ptr[k] == '/';
	}
	return count;
}

/*
 * Two spellings of one path would overwrite each other where case does not
 * count, and a writer on such a system never sees the second.
 */
static void
refuse_case_collisions(struct source *s, struct diag *d)
{
	size_t room = 64, want = 2 * count_spellings(s), kept = 0;
	struct arena scratch;
	struct spelling *table;

	while (room < want)
		room *= 2;
	arena_init(&scratch);
	table = ARENA_ARRAY(&scratch, room, struct spelling);
	for (size_t i = 0; i < s->entries.count; i++) {
		struct source_entry *e = s->entries.at[i];
		struct str other;

		if (!note_spelling(table, room - 1, e->file.path, &other)) {
			diag_add(d, s->refusing, source_where(e->file.path),
			    "rename one of them",
			    "differs from '%.*s' only in upper and lower case",
			    STR_ARG(other));
			if (s->refusing == DIAG_ERROR)
				continue;
		}
		e->file.index = kept;
		s->entries.at[kept++] = e;
	}
	s->entries.count = kept;
	arena_clear(&scratch);
}

static void
finish_list(struct source *s, struct diag *d)
{
	if (s->entries.count)
		qsort(s->entries.at, s->entries.count, sizeof(void *), by_path);
	refuse_doubles(s, d);
	refuse_case_collisions(s, d);
}

static struct str
name_of(struct arena *a, const char *location)
{
	char *absolute = realpath(location, NULL);
	struct str path = str_from(absolute ? absolute : location), name;
	size_t slash;

	if (str_ends(path, STR("/.git")))
		path.len -= 5;
	else if (str_ends(path, STR(".git")))
		path.len -= 4;
	slash = str_rfind(path, '/');
	name = slash == path.len ? path : str_from_at(path, slash + 1);
	name = str_is_utf8(name) ? arena_str(a, name) : STR_NONE;
	free(absolute);
	return name;
}

struct source *
source_open(
    const char *location, const char *revision, bool as_folder, struct diag *d)
{
	struct source *s = calloc(1, sizeof *s);
	enum source_opened opened = SOURCE_NOT_GIT;

	if (!s) {
		diag_add(d, DIAG_ERROR, source_where(str_from(location)), NULL,
		    "out of memory");
		return NULL;
	}
	s->folder = -1;
	s->refusing = DIAG_WARNING;
	arena_init(&s->arena);
	if (!as_folder)
		opened = source_git_open(s, location, revision, d);
	if (opened == SOURCE_NOT_GIT && revision) {
		diag_add(d, DIAG_ERROR, source_where(str_from(location)),
		    "leave out the revision, or name a git repository",
		    "a plain folder has no revision '%s'", revision);
		opened = SOURCE_FAILED;
	}
	if (opened == SOURCE_NOT_GIT && source_folder_open(s, location, d))
		opened = SOURCE_OPENED;
	if (opened != SOURCE_OPENED) {
		source_free(s);
		return NULL;
	}
	s->name = name_of(&s->arena, location);
	finish_list(s, d);
	return s;
}

void
source_free(struct source *s)
{
	if (!s)
		return;
	if (s->backend)
		s->backend->close(s);
	arena_clear(&s->arena);
	free(s);
}

size_t
source_count(const struct source *s)
{
	return s->entries.count;
}

const struct source_file *
source_at(const struct source *s, size_t i)
{
	return &s->entries.at[i]->file;
}

const struct source_file *
source_find(const struct source *s, struct str path)
{
	size_t from = 0, to = s->entries.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct source_file *f = &s->entries.at[middle]->file;
		int order = str_cmp(path, f->path);

		if (!order)
			return f;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

struct str
source_commit(const struct source *s)
{
	return s->commit;
}

struct str
source_time(const struct source *s)
{
	return s->time;
}

struct str
source_name(const struct source *s)
{
	return s->name;
}

bool
source_is_git(const struct source *s)
{
	return s->git != NULL;
}

struct str
source_id(const struct source *s, const struct source_file *f)
{
	const struct source_entry *e = s->entries.at[f->index];

	return s->git ? str_of((const char *)e->id, sizeof e->id) : STR_NONE;
}

void
source_set_memo(struct source *s, struct memo *m)
{
	s->memo = s->git ? m : NULL;
}

struct memo *
source_memo(const struct source *s)
{
	return s->memo;
}

bool
source_read(struct source *s, const struct source_file *f, struct diag *d,
    struct buf *out)
{
	if (source_is_text(f->path) && f->size > LIMIT_TEXT_FILE) {
		diag_add(d, DIAG_ERROR, source_where(f->path),
		    "split it into several lessons",
		    "larger than %d MiB, the most one text may have",
		    LIMIT_TEXT_FILE >> 20);
		return false;
	}
	return s->backend->read(s, s->entries.at[f->index], d, out);
}

bool
source_history(
    struct source *s, const struct source_file *f, struct source_history *out)
{
	if (!s->histories_tried) {
		s->histories_tried = true;
		if (s->backend->history) {
			s->histories = ARENA_ARRAY(&s->arena,
			    s->entries.count + 1, struct source_history);
			if (!s->backend->history(s, s->histories))
				s->histories = NULL;
		}
	}
	if (!s->histories || !s->histories[f->index].changed)
		return false;
	*out = s->histories[f->index];
	return true;
}
