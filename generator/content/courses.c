/*
 * courses.c - the folders below courses/: courses, modules, lessons.
 */
#include "content_private.h"

#include <stdlib.h>

/* A lesson or a module where it stands in its course. */
struct node {
	int64_t weight;
	struct str name;
	struct document *lesson; /* or */
	struct module_folder *module;
};

/* A module's lessons before they are in order. */
struct gathered {
	struct module_folder *module; /* NULL: directly in the course */
	struct {
		struct document **at;
		size_t count, room;
	} lessons;
};

struct gathering {
	struct reading *r;
	struct course_folder *course;
	struct gathered loose;
	struct {
		struct gathered *at;
		size_t count, room;
	} modules;
};

static int
by_weight_and_name(const void *x, const void *y)
{
	const struct node *a = x, *b = y;

	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	return name_compare(a->name, b->name);
}

static int
lessons_by_weight(const void *x, const void *y)
{
	const struct document *const *a = x, *const *b = y;
	struct node m = { .weight = (*a)->front.weight, .name = (*a)->stem };
	struct node n = { .weight = (*b)->front.weight, .name = (*b)->stem };

	return by_weight_and_name(&m, &n);
}

static struct gathered *
gathered_module(struct gathering *g, struct str path)
{
	struct gathered new = { .module = NULL };

	for (size_t i = 0; i < g->modules.count; i++) {
		if (str_eq(g->modules.at[i].module->path, path))
			return &g->modules.at[i];
	}
	new.module = ARENA_NEW(g->r->a, struct module_folder);
	new.module->path = path;
	ARENA_PUSH(g->r->a, g->modules, new);
	return &g->modules.at[g->modules.count - 1];
}

static void
gather_index(struct gathering *g, const struct source_file *f, bool of_module)
{
	struct document *doc = document_read(
	    g->r, f, of_module ? DOCUMENT_MODULE : DOCUMENT_COURSE);

	if (!doc)
		return;
	if (of_module)
		gathered_module(g, path_folder(f->path))->module->index = doc;
	else
		g->course->index = doc;
}

static void
gather_lesson(struct gathering *g, const struct source_file *f, bool in_module)
{
	struct document *doc = document_read(g->r, f, DOCUMENT_LESSON);
	struct gathered *into = &g->loose;

	if (!doc)
		return;
	if (in_module)
		into = gathered_module(g, path_folder(f->path));
	doc->folder = into->module;
	if (!document_is_draft(g->r, doc))
		ARENA_PUSH(g->r->a, into->lessons, doc);
}

static void
gather_file(struct gathering *g, const struct source_file *f)
{
	struct str rest = str_from_at(f->path, g->course->path.len + 1);
	size_t slashes = 0;
	bool index = str_eq_nocase(path_stem(rest), STR("index"));

	for (size_t i = 0; i < rest.len; i++)
		slashes += rest.ptr[i] == '/';
	if (!path_is_markdown(rest))
		return;
	if (slashes > 1)
		diag_add(g->r->d, DIAG_WARNING,
		    (struct where){ .path = f->path },
		    "move it to courses/COURSE/MODULE/",
		    "not published: deeper than a module's folder");
	else if (index)
		gather_index(g, f, slashes > 0);
	else
		gather_lesson(g, f, slashes > 0);
}

static void
note_draft_lessons(struct reading *r, const struct gathered *g)
{
	for (size_t i = 0; i < g->lessons.count; i++)
		draft_note(r, g->lessons.at[i]->path);
}

static void
finish_module(struct gathering *g, struct gathered *m)
{
	struct module_folder *module = m->module;
	struct document *index = module->index;
	struct str name = path_name(module->path);

	module->module.slug = document_slug(g->r, NULL, name);
	module->module.title = title_from_name(g->r->a, name);
	if (!index)
		return;
	if (index->front.title.len)
		module->module.title = index->front.title;
	module->module.description = index->front.description;
	if (str_trim(str_from_at(index->page.text, index->page.body)).len)
		diag_add(g->r->d, DIAG_WARNING,
		    where_at(
			index->path, index->page.text, index->page.body, 0),
		    "make it a lesson, or the module's 'description'",
		    "text below a module's front matter is not shown");
}

static void
finish_lesson(struct gathering *g, struct document *doc, struct module *module)
{
	struct page *p = &doc->page;
	struct course *c = &g->course->course;
	struct reading *r = g->r;
	struct str slug = document_slug(r, doc, doc->stem), path;

	p->kind = PAGE_LESSON;
	p->course = c;
	p->module = module;
	document_title(r, doc);
	document_image(r, doc, doc->front.image, &p->image);
	p->lang = document_lang(r, doc, c->page->lang);
	p->teaser_percent = doc->front.teaser >= 0 ? (unsigned)doc->front.teaser
						   : c->page->teaser_percent;
	if (module)
		path = ARENA_JOIN(r->a, STR("/courses/"), c->id, STR("/"),
		    module->slug, STR("/"), slug, STR("/"));
	else
		path = ARENA_JOIN(
		    r->a, STR("/courses/"), c->id, STR("/"), slug, STR("/"));
	p->url = address_encode(r->a, path);
	ARENA_PUSH(r->a, c->lessons, p);
	if (module)
		ARENA_PUSH(r->a, module->lessons, p);
}

static void
place_module(struct gathering *g, struct module_folder *m, size_t *at)
{
	struct course *c = &g->course->course;
	struct gathered *lessons = gathered_module(g, m->path);

	finish_module(g, lessons);
	c->modules[(*at)++] = &m->module;
	if (lessons->lessons.count)
		qsort(lessons->lessons.at, lessons->lessons.count,
		    sizeof(void *), lessons_by_weight);
	for (size_t i = 0; i < lessons->lessons.count; i++)
		finish_lesson(g, lessons->lessons.at[i], &m->module);
}

/* Puts loose lessons and modules into one order. */
static void
place_lessons(struct gathering *g)
{
	size_t count = 0;
	struct node *nodes = ARENA_ARRAY(g->r->a,
	    g->loose.lessons.count + g->modules.count + 1, struct node);
	struct course *c = &g->course->course;

	for (size_t i = 0; i < g->loose.lessons.count; i++) {
		struct document *doc = g->loose.lessons.at[i];

		nodes[count++] = (struct node){ .weight = doc->front.weight,
			.name = doc->stem,
			.lesson = doc };
	}
	for (size_t i = 0; i < g->modules.count; i++) {
		struct gathered *m = &g->modules.at[i];
		struct document *index = m->module->index;

		if (index && document_is_draft(g->r, index))
			note_draft_lessons(g->r, m);
		else if (m->lessons.count)
			nodes[count++] =
			    (struct node){ .weight =
					       index ? index->front.weight : 0,
				    .name = path_name(m->module->path),
				    .module = m->module };
	}
	qsort(nodes, count, sizeof *nodes, by_weight_and_name);
	c->modules = ARENA_ARRAY(g->r->a, count + 1, struct module *);
	for (size_t i = 0; i < count; i++) {
		if (nodes[i].lesson)
			finish_lesson(g, nodes[i].lesson, NULL);
		else
			place_module(g, nodes[i].module, &c->module_count);
	}
}

void
lessons_chain(struct course *c)
{
	for (size_t i = 0; i < c->lessons.count; i++) {
		struct page *p = c->lessons.at[i];

		p->place = i;
		if (i > 0)
			p->previous = c->lessons.at[i - 1];
		if (i + 1 < c->lessons.count)
			p->next = c->lessons.at[i + 1];
	}
}

static void
read_faq(struct reading *r, struct course *c, const struct yaml *list)
{
	static const char *const known[] = { "question", "answer" };

	if (list && list->kind != YAML_LIST)
		diag_add(r->d, DIAG_ERROR, list->at,
		    "- {question: ..., answer: ...}", "'faq' must be a list");
	for (size_t i = 0;
	     list && list->kind == YAML_LIST && i < list->items.count; i++) {
		const struct yaml *y = list->items.at[i].value;
		struct faq faq;

		if (y->kind != YAML_MAP)
			diag_add(r->d, DIAG_ERROR, y->at, NULL,
			    "expected 'question' and 'answer'");
		else if (yaml_known_keys(r->d, DIAG_ERROR, y, known, 2) &&
		    map_text(r, y, STR("question"), &faq.question) &&
		    map_text(r, y, STR("answer"), &faq.answer))
			ARENA_PUSH(r->a, c->faq, faq);
	}
}

static void
finish_course(struct reading *r, struct course_folder *folder)
{
	struct document *doc = folder->index;
	struct course *c = &folder->course;
	struct page *p = &doc->page;

	c->page = p;
	c->id = document_slug(r, doc, path_name(folder->path));
	c->level = doc->front.level;
	c->outcomes = doc->front.outcomes;
	c->weight = doc->front.weight;
	if (doc->front.yaml)
		read_faq(r, c, yaml_get(doc->front.yaml, STR("faq")));
	p->kind = PAGE_COURSE;
	p->course = c;
	p->teaser_percent =
	    doc->front.teaser >= 0 ? (unsigned)doc->front.teaser : r->teaser;
	if (!doc->front.title.len && !doc->broken)
		diag_add(r->d, DIAG_ERROR, front_where(doc, STR_NONE),
		    "title: The course's name",
		    "a course needs a 'title' in its front matter");
	document_title(r, doc);
	document_image(r, doc, doc->front.image, &p->image);
	p->lang = document_lang(r, doc, r->site->languages.at[0]);
	p->url = address_encode(
	    r->a, arena_printf(r->a, "/courses/%.*s/", STR_ARG(c->id)));
}

static void
read_course(struct gathering *g)
{
	struct reading *r = g->r;
	struct course_folder *folder = g->course;
	struct course *c = &folder->course;

	if (!folder->index) {
		if (g->loose.lessons.count || g->modules.count)
			diag_add(r->d, DIAG_ERROR,
			    (struct where){ .path = folder->path },
			    arena_printf(r->a,
				"write %.*s/index.md with the course's title",
				STR_ARG(folder->path))
				.ptr,
			    "a course needs an index.md");
		return;
	}
	if (document_is_draft(r, folder->index)) {
		note_draft_lessons(r, &g->loose);
		for (size_t i = 0; i < g->modules.count; i++)
			note_draft_lessons(r, &g->modules.at[i]);
		return;
	}
	finish_course(r, folder);
	place_lessons(g);
	lessons_chain(c);
	if (!c->lessons.count)
		diag_add(r->d, DIAG_WARNING,
		    (struct where){ .path = folder->path }, NULL,
		    "a course without lessons");
	ARENA_PUSH(r->a, r->site->courses, c);
}

/* "courses/loops" of a path below it, or "". */
static struct str
course_path(struct str path)
{
	struct str rest = str_from_at(path, 8);
	size_t slash = str_find(rest, '/');

	if (!str_starts(path, STR("courses/")) || slash == rest.len)
		return STR_NONE;
	return str_sub(path, 0, 8 + slash);
}

static void
refuse_loose(struct reading *r, struct str path)
{
	if (str_starts(path, STR("courses/")) && path_is_markdown(path))
		diag_add(r->d, DIAG_ERROR, (struct where){ .path = path },
		    "move it to courses/NAME/index.md", "a course is a folder");
}

static int
courses_by_weight(const void *x, const void *y)
{
	const struct course *const *a = x, *const *b = y;
	const struct course_folder *m = (const void *)*a;
	const struct course_folder *n = (const void *)*b;
	struct node i = { .weight = (*a)->weight, .name = path_name(m->path) };
	struct node k = { .weight = (*b)->weight, .name = path_name(n->path) };

	return by_weight_and_name(&i, &k);
}

void
courses_read(struct reading *r)
{
	size_t count = source_count(r->source), i = 0;

	while (i < count) {
		struct gathering g = { .r = r };
		struct str path = course_path(source_at(r->source, i)->path);

		if (!path.len) {
			refuse_loose(r, source_at(r->source, i++)->path);
			continue;
		}
		g.course = ARENA_NEW(r->a, struct course_folder);
		g.course->path = path;
		while (i < count &&
		    str_eq(course_path(source_at(r->source, i)->path), path))
			gather_file(&g, source_at(r->source, i++));
		read_course(&g);
	}
	if (r->site->courses.count)
		qsort(r->site->courses.at, r->site->courses.count,
		    sizeof(void *), courses_by_weight);
}
