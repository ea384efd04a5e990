/*
 * foreign_order.c - the reading order of a repository that was not made for us:
 * SUMMARY.md's where there is one, else that of names and numbers.
 */
#include "content_private.h"

#include "html.h"
#include "limits.h"
#include <stdlib.h>

bool
is_index_name(struct str path)
{
	struct str stem = path_stem(path);

	return path_is_markdown(path) &&
	    (str_eq_nocase(stem, STR("readme")) ||
		str_eq_nocase(stem, STR("index")));
}

/* Files about the repository come after what it teaches. */
static bool
is_about_repository(struct str name)
{
	static const char *const names[] = { "authors", "changelog", "changes",
		"code_of_conduct", "code-of-conduct", "contributing",
		"contributors", "copying", "credits", "governance", "history",
		"license", "licence", "maintainers", "news", "notice",
		"pull_request_template", "release", "releases", "security",
		"support" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq_nocase(path_stem(name), str_from(names[i])))
			return true;
	}
	return false;
}

/* One component of a path, and what decides where it goes. */
struct step {
	struct str name;
	bool file, index, about;
};

static struct step
take_step(struct str *rest, bool root)
{
	struct step s = { .name = *rest };
	size_t slash = str_find(*rest, '/');

	s.file = slash == rest->len;
	s.name = str_sub(*rest, 0, slash);
	*rest = str_from_at(*rest, slash + 1);
	s.index = s.file && is_index_name(s.name);
	s.about = root && s.file && is_about_repository(s.name);
	return s;
}

/* Documents of one folder by weight, where they have one. */
static int
compare_weights(const struct document *a, const struct document *b)
{
	int64_t m = a->front.weight, n = b->front.weight;

	if (m == n)
		return 0;
	if (!m || !n)
		return m ? -1 : 1;
	return m < n ? -1 : 1;
}

static int
compare_steps(const struct step *a, const struct step *b, bool root,
    const struct document *m, const struct document *n)
{
	int order = 0;

	if (a->index != b->index)
		return a->index ? -1 : 1;
	if (a->about != b->about)
		return a->about ? 1 : -1;
	if (!root && a->file != b->file)
		return a->file ? -1 : 1;
	if (a->file && b->file)
		order = compare_weights(m, n);
	return order ? order
		     : name_compare(a->file ? path_stem(a->name) : a->name,
			   b->file ? path_stem(b->name) : b->name);
}

static int
by_folder_and_name(const void *x, const void *y)
{
	const struct document *const *m = x, *const *n = y;
	struct str a = (*m)->path, b = (*n)->path;
	bool root = true;

	while (a.len && b.len) {
		struct step s = take_step(&a, root), t = take_step(&b, root);
		int order;

		if (!str_eq(s.name, t.name)) {
			order = compare_steps(&s, &t, root, *m, *n);
			return order ? order : str_cmp(s.name, t.name);
		}
		root = false;
	}
	return (a.len > 0) - (b.len > 0);
}

static void
add_module(struct foreign *f, struct module *m)
{
	struct course *c = &f->course.course;

	/* Room for all was made by foreign_order. */
	m->slug = slug_of(f->r->a, m->title);
	c->modules[c->module_count++] = m;
}

static void
add_lesson(struct foreign *f, struct document *doc, struct module *m)
{
	struct page *p = &doc->page;

	if (m && !m->lessons.count)
		add_module(f, m);
	p->module = m;
	if (m)
		ARENA_PUSH(f->r->a, m->lessons, p);
	ARENA_PUSH(f->r->a, f->course.course.lessons, p);
}

static struct module *
new_module(struct foreign *f, struct str title)
{
	struct module *m = ARENA_NEW(f->r->a, struct module);

	m->title = title;
	return m;
}

/* How many documents from `i` on are in this folder itself. */
static size_t
folder_run(const struct foreign *f, size_t i, struct str folder)
{
	size_t end = i;

	while (end < f->documents.count &&
	    str_eq(path_folder(f->documents.at[end]->path), folder))
		end++;
	return end - i;
}

static void
order_by_names(struct foreign *f)
{
	size_t i = 0;

	if (f->documents.count)
		qsort(f->documents.at, f->documents.count, sizeof(void *),
		    by_folder_and_name);
	while (i < f->documents.count) {
		struct document *first = f->documents.at[i];
		struct str folder = path_folder(first->path);
		size_t run = folder_run(f, i, folder);
		bool index = is_index_name(first->path);
		struct module *m = NULL;

		/* A folder with nothing but its index is a lesson. */
		if (folder.len && (run > 1 || !index))
			m = new_module(f,
			    index
				? first->page.title
				: title_from_name(f->r->a, path_name(folder)));
		for (; run; run--)
			add_lesson(f, f->documents.at[i++], m);
	}
}

/* The document a link of SUMMARY.md means; NULL when there is none. */
static struct document *
document_of(struct foreign *f, struct str target, bool *missing)
{
	struct str path = str_sub(target, 0, str_find(target, '#'));
	const struct source_file *file = NULL;
	struct buf decoded;

	*missing = false;
	if (!path.len || str_search(path, STR("://")) < path.len)
		return NULL;
	buf_init(&decoded, LIMIT_PATH);
	if (url_decode(&decoded, path, false) &&
	    path_resolve(f->r->a, f->summary->path, buf_str(&decoded), &path))
		file = source_find(f->r->source, path);
	buf_clear(&decoded);
	*missing = !file;
	return file ? f->by_file[file->index] : NULL;
}

static struct where
summary_where(const struct foreign *f, struct str text, struct str target)
{
	return where_at(f->summary->path, text, (size_t)(target.ptr - text.ptr),
	    target.len);
}

/* Which module the item at `i` opens or belongs to. */
static struct module *
module_at(struct foreign *f, const struct summary *s, size_t i, bool parts,
    struct module *now)
{
	const struct summary_item *item = &s->at[i];
	bool children = i + 1 < s->count && !s->at[i + 1].part &&
	    s->at[i + 1].depth > item->depth && item->depth > 0;

	if (item->part)
		return new_module(f, item->title);
	if (!item->depth)
		return NULL;
	if (parts)
		return now;
	if (item->depth > 1)
		return now;
	return children ? new_module(f, item->title) : NULL;
}

static void
place_items(struct foreign *f, const struct summary *s, struct str text)
{
	struct module *now = NULL;
	bool parts = false, *placed;

	placed = ARENA_ARRAY(f->r->a, source_count(f->r->source) + 1, bool);
	for (size_t i = 0; i < s->count; i++)
		parts = parts || s->at[i].part;
	for (size_t i = 0; i < s->count; i++) {
		const struct summary_item *item = &s->at[i];
		struct document *doc;
		bool missing;

		now = module_at(f, s, i, parts, now);
		doc = document_of(f, item->target, &missing);
		if (missing)
			diag_add(f->r->d, DIAG_WARNING,
			    summary_where(f, text, item->target), NULL,
			    "no such file: %.*s", STR_ARG(item->target));
		if (!doc || doc == f->index || placed[doc->page.file->index])
			continue;
		placed[doc->page.file->index] = true;
		if (item->title.len)
			doc->page.title = item->title;
		add_lesson(f, doc, now);
	}
}

static void
order_by_summary(struct foreign *f)
{
	struct reading *r = f->r;
	struct summary summary;
	struct str text;

	buf_reset(&r->buf);
	if (!source_read(r->source, f->summary, r->d, &r->buf))
		return;
	text = arena_str(r->a, buf_str(&r->buf));
	summary_read(r->a, text, &summary);
	f->summary_title = summary.title;
	f->course.course.modules =
	    ARENA_ARRAY(r->a, summary.count + 1, struct module *);
	place_items(f, &summary, text);
}

void
foreign_order(struct foreign *f)
{
	struct course *c = &f->course.course;

	if (f->summary)
		order_by_summary(f);
	if (c->lessons.count)
		return;
	c->modules =
	    ARENA_ARRAY(f->r->a, f->documents.count + 1, struct module *);
	order_by_names(f);
}
