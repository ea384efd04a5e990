/*
 * built_site.h - a small site built from files given in a test, every file of
 * its release in memory, and tables of what must stand in them.
 */
#ifndef BUILT_SITE_H
#define BUILT_SITE_H

#include "row.h"
#include "scratch.h"

#include "page.h"
#include "theme.h"

struct written {
	struct str path, data;
};

/* A built site; everything in one arena. */
struct built {
	struct arena arena;
	struct diag d;
	struct source *source;
	struct site *site;
	struct links *links;
	struct recommend *recommend; /* NULL but where blocks are tested */
	struct theme *theme;
	struct {
		struct written *at;
		size_t count, room;
	} files;
	bool good;
};

struct input {
	const char *path, *text;
};

static inline bool
take(
    void *context, struct str path, struct str data, const struct memo_key *key)
{
	(void)key;
	struct built *b = context;
	for (size_t i = 0; i < b->files.count; i++)
		assert_false(str_eq(b->files.at[i].path, path));
	ARENA_PUSH(&b->arena, b->files,
	    ((struct written){
		arena_str(&b->arena, path), arena_str(&b->arena, data) }));
	return true;
}

static inline void
write_input(const struct scratch *folder, const struct input *files)
{
	for (; files && files->path; files++)
		scratch_write(folder, files->path, str_from(files->text));
}

static inline bool
fill_pages(struct built *b)
{
	struct page_sink sink = { .add = take, .context = b };
	struct markdown_strings strings = { theme_string, b->theme };
	struct arena scratch;
	arena_init(&scratch);
	bool good = true;
	for (size_t i = 0; good && i < b->site->pages.count; i++) {
		const struct page *p = b->site->pages.at[i];
		struct rendered r = { 0 };
		good = markdown_render(&scratch, b->links, b->site, p, &strings,
			   &b->d, &r) &&
		    page_write(b->theme, b->links, b->site, p, &r, &scratch,
			&sink, &b->d);
		arena_reset(&scratch);
	}
	good = good &&
	    page_write_common(
		b->theme, b->links, b->site, &scratch, &sink, &b->d);
	arena_clear(&scratch);
	return good;
}

static inline struct recommend *
read_recommend(struct built *b, const char *text)
{
	struct events *events = NULL;
	if (*text) {
		events = events_new(&b->arena);
		assert_true(events_read(events, &b->arena, STR("events.tsv"),
		    str_from(text), &b->d));
		events_close(events);
	}
	return recommend_new(&b->arena, b->site, events, NULL, &b->d);
}

/* `more` replaces or adds files; any may be NULL. With `events`, "" for none,
 * pages have blocks. */
static inline struct built *
build_with(
    const struct input *files, const struct input *more, const char *events)
{
	struct scratch folder;
	assert_int_equal(scratch_make(&folder), 0);
	write_input(&folder, files);
	write_input(&folder, more);
	struct built *b = calloc(1, sizeof *b);
	assert_non_null(b);
	arena_init(&b->arena);
	diag_init(&b->d);
	b->source = source_open(folder.path, NULL, true, &b->d);
	assert_non_null(b->source);
	b->site = content_read(&b->arena, b->source, &b->d);
	assert_non_null(b->site);
	b->links = links_new(&b->arena, b->site, &b->d);
	if (events)
		b->recommend = read_recommend(b, events);
	b->theme = theme_open(&b->arena, b->site, b->recommend, ".", &b->d);
	b->good = b->theme && fill_pages(b) && !b->d.errors;
	scratch_remove(&folder);
	return b;
}

static inline struct built *
build(const struct input *files, const struct input *more)
{
	return build_with(files, more, NULL);
}

static inline void
done(struct built *b)
{
	theme_free(b->theme);
	if (b->recommend)
		recommend_free(b->recommend);
	source_free(b->source);
	diag_clear(&b->d);
	arena_clear(&b->arena);
	free(b);
}

static inline struct built *
is_good(struct built *b)
{
	if (!b->good)
		diag_print(&b->d, stderr, "");
	assert_true(b->good);
	return b;
}

static inline struct built *
build_well(const struct input *files, const struct input *more)
{
	return is_good(build(files, more));
}

static inline struct str
file_of(const struct built *b, const char *path)
{
	for (size_t i = 0; i < b->files.count; i++)
		if (str_eq_z(b->files.at[i].path, path))
			return b->files.at[i].data;
	return STR_NONE;
}

static inline size_t
count_of(struct str text, const char *what)
{
	size_t count = 0, at;
	struct str needle = str_from(what);
	while ((at = str_search(text, needle)) < text.len) {
		count++;
		text = str_from_at(text, at + needle.len);
	}
	return count;
}

struct expectation {
	int line;
	const char *path, *what;
	int count; /* -1: at least once */
};

static inline void
expect(const struct built *b, const struct expectation *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str text = file_of(b, rows[i].path);
		if (!text.len)
			fail_msg("row at line %d: no file %s", rows[i].line,
			    rows[i].path);
		size_t found = count_of(text, rows[i].what);
		if (rows[i].count < 0 ? found == 0
				      : found != (size_t)rows[i].count)
			fail_msg("row at line %d: %s has '%s' %zu times",
			    rows[i].line, rows[i].path, rows[i].what, found);
	}
}
#define EXPECT(b, rows) expect((b), (rows), ROWS(rows))

#endif
