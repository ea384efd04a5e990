/*
 * foreign.c - a repository of Markdown without a site.yaml: one free course at
 * the root. Nothing in it is refused that can be left out or shown as it is.
 */
#include "content_private.h"

#include "limits.h"
#include <string.h>
#include <time.h>

static const struct yaml no_settings = { .kind = YAML_MAP };

static void
set_defaults(struct reading *r)
{
	struct site *site = r->site;

	site->foreign = true;
	site->url = STR("http://localhost");
	site->gateway = site->url;
	site->one_host = true;
	site->theme = STR("default");
	site->compress = COMPRESS_GZIP;
	r->severity = DIAG_WARNING;
	r->settings = &no_settings;
}

/* Something that a forge or package manager keeps out of sight. */
static bool
is_hidden(struct str path)
{
	struct str part;

	while (str_split(&path, '/', &part)) {
		if (str_starts(part, STR(".")) ||
		    str_eq_z(part, "node_modules"))
			return true;
	}
	return false;
}

/* SUMMARY.md at the root, or below src/ or docs/. */
static void
find_summary(struct foreign *f)
{
	static const struct str folders[] = { { "", 0 }, { "src", 3 },
		{ "docs", 4 } };

	for (size_t k = 0; !f->summary && k < 3; k++) {
		for (size_t i = 0; i < source_count(f->r->source); i++) {
			const struct source_file *file =
			    source_at(f->r->source, i);

			if (str_eq(path_folder(file->path), folders[k]) &&
			    str_eq_nocase(
				path_name(file->path), STR("summary.md"))) {
				f->summary = file;
				f->root = folders[k];
				break;
			}
		}
	}
}

/* README first, as a forge shows it; then index. */
static const struct source_file *
index_in(const struct foreign *f, struct str folder)
{
	const struct source_file *found = NULL;

	for (size_t i = 0; i < source_count(f->r->source); i++) {
		const struct source_file *file = source_at(f->r->source, i);

		if (!is_index_name(file->path) ||
		    !str_eq(path_folder(file->path), folder))
			continue;
		if (!found ||
		    str_eq_nocase(path_stem(file->path), STR("readme")))
			found = file;
	}
	return found;
}

static bool
is_left_out(struct reading *r, const struct document *doc)
{
	if (document_is_draft(r, doc))
		return true;
	if (doc->front.access <= (int)ACCESS_FREE)
		return false;
	diag_add(r->d, DIAG_WARNING, front_where(doc, STR("access")),
	    "pennypress init DIR shows how a site is set up",
	    "left out: a page that is not free needs a site.yaml");
	draft_note(r, doc->path);
	return true;
}

static void
read_documents(struct foreign *f)
{
	struct reading *r = f->r;
	const struct source_file *index = index_in(f, f->root);

	if (!index && f->root.len)
		index = index_in(f, STR_NONE);
	f->by_file =
	    ARENA_ARRAY(r->a, source_count(r->source) + 1, struct document *);
	for (size_t i = 0; i < source_count(r->source); i++) {
		const struct source_file *file = source_at(r->source, i);
		struct document *doc;

		if (!path_is_markdown(file->path) || is_hidden(file->path) ||
		    file == f->summary)
			continue;
		doc = document_read(r, file, DOCUMENT_FOREIGN);
		if (!doc || is_left_out(r, doc))
			continue;
		document_title(r, doc);
		f->by_file[i] = doc;
		if (file == index)
			f->index = doc;
		else
			ARENA_PUSH(r->a, f->documents, doc);
	}
}

/* Answered by the gateway, wherever it serves the public pages as well. */
static bool
is_taken_by_gateway(struct str slug)
{
	static const char *const names[] = { "m", "account", "checkout",
		"webhooks", "healthz" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (str_eq_z(slug, names[i]))
			return true;
	}
	return false;
}

static void
add_slug(struct buf *out, struct reading *r, struct str name, bool numbered)
{
	struct str slug =
	    slug_of(r->a, numbered ? name : name_without_number(name));

	if (out->len == 1 && is_taken_by_gateway(slug))
		slug = arena_printf(r->a, "%.*s-page", STR_ARG(slug));
	buf_add(out, slug);
}

/* "/guide/install/" of "docs/01-guide/install.md", encoded. */
static struct str
address_of(struct foreign *f, const struct document *doc, bool numbered)
{
	struct str rest = doc->path, part, url;
	struct buf out;

	if (f->root.len && str_starts(rest, f->root) &&
	    rest.ptr[f->root.len] == '/')
		rest = str_from_at(rest, f->root.len + 1);
	buf_init(&out, 4 * (size_t)LIMIT_PATH);
	buf_add_c(&out, '/');
	while (str_split(&rest, '/', &part)) {
		if (!numbered && !rest.len && is_index_name(part))
			break;
		add_slug(
		    &out, f->r, rest.len ? part : path_stem(part), numbered);
		buf_add_c(&out, '/');
	}
	url = address_encode(f->r->a, buf_str(&out));
	buf_clear(&out);
	return url;
}

/* Two files may want one address: the second keeps its number, or gets one. */
static void
give_address(struct foreign *f, struct addresses *all, struct document *doc)
{
	struct str url = address_of(f, doc, false), base;

	if (!addresses_get(all, url)) {
		doc->page.url = url;
	} else {
		base = address_of(f, doc, true);
		url = base;
		if (base.len > 1)
			base.len--;
		for (unsigned n = 2; addresses_get(all, url); n++)
			url = arena_printf(f->r->a, "%.*s%s%u/", STR_ARG(base),
			    base.len > 1 ? "-" : "page-", n);
		doc->page.url = url;
	}
	addresses_add(all, doc->page.url, doc);
}

/* The page at "/": the index, or one of ours. */
static void
make_home(struct foreign *f)
{
	struct reading *r = f->r;
	struct course *c = &f->course.course;
	struct document *doc = f->index;

	if (!doc) {
		doc = ARENA_NEW(r->a, struct document);
		doc->front.access = COUNT_NONE;
	}
	/* A read-me without a heading is called after its repository. */
	if (!f->index || doc->named)
		doc->page.title = f->summary_title.len ? f->summary_title
		    : source_name(r->source).len
		    ? title_from_name(r->a, source_name(r->source))
		    : STR("Course");
	doc->page.kind = PAGE_COURSE;
	doc->page.course = c;
	doc->page.url = STR("/");
	c->page = &doc->page;
	c->id = slug_of(r->a, doc->page.title);
	c->access = ACCESS_FREE;
	r->site->title = doc->page.title;
	r->site->description = doc->page.description;
	ARENA_PUSH(r->a, r->site->courses, c);
}

static void
push_pages(struct foreign *f)
{
	struct course *c = &f->course.course;
	struct addresses *all = addresses_new(f->r->a);
	bool *pushed =
	    ARENA_ARRAY(f->r->a, source_count(f->r->source) + 1, bool);

	addresses_add(all, STR("/"), c->page);
	for (size_t i = 0; i < f->documents.count; i++) {
		f->documents.at[i]->page.kind = PAGE_LESSON;
		f->documents.at[i]->page.course = c;
		give_address(f, all, f->documents.at[i]);
	}
	page_push(f->r, c->page);
	for (size_t i = 0; i < c->lessons.count; i++) {
		page_push(f->r, c->lessons.at[i]);
		pushed[c->lessons.at[i]->file->index] = true;
	}
	for (size_t i = 0; i < f->documents.count; i++) {
		if (!pushed[f->documents.at[i]->page.file->index])
			page_push(f->r, &f->documents.at[i]->page);
	}
	lessons_chain(c);
}

static struct str
date_of(struct arena *a, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[40];

	if (!gmtime_r(&t, &tm) || tm.tm_year > 8099 ||
	    !strftime(text, sizeof text, "%Y-%m-%d", &tm))
		return STR_NONE;
	return arena_str(a, str_from(text));
}

static void
add_author(
    struct reading *r, struct addresses *known, struct page *p, struct str name)
{
	struct author *author;

	if (!name.len)
		return;
	author = addresses_get(known, name);
	if (!author) {
		author = ARENA_NEW(r->a, struct author);
		author->id = slug_of(r->a, name);
		author->name = arena_str(r->a, name);
		addresses_add(known, author->name, author);
	}
	ARENA_PUSH(r->a, p->authors, author);
}

/* Dates and authors the front matter does not give come from the history. */
static void
date_page(struct reading *r, struct addresses *known, struct page *p)
{
	const struct document *doc = (const void *)p;
	const struct strs *names =
	    doc->front.authors.count ? &doc->front.authors : &doc->front.author;
	struct source_history h = { 0 };

	for (size_t i = 0; i < names->count; i++)
		add_author(r, known, p, names->at[i]);
	if (!p->file || !source_history(r->source, p->file, &h))
		return;
	if (!p->date.len)
		p->date = date_of(r->a, h.created);
	if (!p->updated.len)
		p->updated = date_of(r->a, h.changed);
	if (str_cmp(p->updated, p->date) <= 0)
		p->updated = STR_NONE;
	if (!names->count)
		add_author(r, known, p, h.author);
}

void
foreign_read(struct reading *r)
{
	struct foreign *f = ARENA_NEW(r->a, struct foreign);
	struct addresses *authors = addresses_new(r->a);

	f->r = r;
	set_defaults(r);
	find_summary(f);
	r->site->root = f->root;
	read_documents(f);
	foreign_order(f);
	make_home(f);
	push_pages(f);
	ARENA_PUSH(r->a, r->site->languages, language_guess(&r->total));
	for (size_t i = 0; i < r->site->pages.count; i++) {
		struct page *p = r->site->pages.at[i];

		p->lang = r->site->languages.at[0];
		date_page(r, authors, p);
	}
	if (!f->index && !f->documents.count)
		diag_add(r->d, DIAG_ERROR, (struct where){ 0 },
		    "pennypress init DIR writes a site to begin with",
		    "there is no Markdown in it");
}
