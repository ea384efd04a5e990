/*
 * document.c - one Markdown file: its bytes, front matter, title, address.
 */
#include "content_private.h"

#include "limits.h"

/* The file's text in the arena; false with a diagnostic. */
static bool
read_text(struct reading *r, const struct source_file *f, struct str *out)
{
	buf_reset(&r->buf);
	if (!source_read(r->source, f, r->d, &r->buf))
		return false;
	*out = arena_str(r->a, buf_str(&r->buf));
	return true;
}

static void
add_measure(struct measure *sum, const struct measure *m)
{
	sum->words += m->words;
	sum->cjk += m->cjk;
	sum->kana += m->kana;
	sum->hangul += m->hangul;
}

struct document *
document_read(
    struct reading *r, const struct source_file *f, enum document_kind kind)
{
	struct document *doc;
	struct digest *digest = ARENA_NEW(r->a, struct digest);
	struct measure *m = &digest->measure;
	bool known;

	if (r->site->foreign && f->size > LIMIT_TEXT_FILE) {
		diag_add(r->d, DIAG_WARNING, (struct where){ .path = f->path },
		    NULL, "larger than %d MiB, left out",
		    LIMIT_TEXT_FILE >> 20);
		return NULL;
	}
	known = kind != DOCUMENT_MODULE && digest_recall(r, f, digest);
	if (!known && !read_text(r, f, &digest->head))
		return NULL;
	doc = ARENA_NEW(r->a, struct document);
	doc->digest = digest;
	doc->path = f->path;
	doc->stem = path_stem(f->path);
	doc->page.file = f;
	doc->page.text = digest->head;
	doc->page.partial = known;
	front_read(r, doc, kind);
	if (!known) {
		digest_make(r->a, doc, digest);
		digest_remember(r, doc, digest);
	}
	add_measure(&r->total, m);
	if (m->bad != SIZE_MAX)
		diag_add(r->d, r->severity,
		    where_at(f->path, doc->page.text, m->bad, 1),
		    "save it as UTF-8", "text is not UTF-8");
	doc->page.minutes = doc->front.minutes ? (unsigned)doc->front.minutes
					       : measure_minutes(m);
	doc->page.description = doc->front.description;
	doc->page.image_alt = doc->front.image_alt;
	doc->page.date = doc->front.date;
	doc->page.updated = doc->front.updated;
	doc->page.tags = doc->front.tags;
	return doc;
}

/* "Guide" of guide/README.md and of 01-guide.md. */
static struct str
name_as_title(struct reading *r, const struct document *doc)
{
	struct str folder = path_folder(doc->path);

	if (folder.len && is_index_name(doc->path))
		return title_from_name(r->a, path_name(folder));
	return title_from_name(r->a, doc->stem);
}

void
document_title(struct reading *r, struct document *doc)
{
	struct page *p = &doc->page;
	const struct heading h = doc->digest->heading;
	struct str text = doc->digest->title;
	bool fit = doc->digest->found && !h.html && (h.level == 1 || h.leads);

	p->title = doc->front.title;
	p->title_at = p->body + h.at;
	if (p->title.len) {
		p->title_in_body = fit && str_eq(p->title, text);
		return;
	}
	/* In a lesson of ours only an h1 is its title. */
	if (text.len && (h.level == 1 || (h.leads && r->site->foreign))) {
		p->title = text;
		p->title_in_body = fit;
		return;
	}
	p->title = name_as_title(r, doc);
	doc->named = true;
}

struct str
document_slug(struct reading *r, struct document *doc, struct str name)
{
	if (doc && doc->front.slug.len)
		return doc->front.slug;
	return slug_of(r->a, name_without_number(name));
}

void
draft_note(struct reading *r, struct str path)
{
	if (!addresses_add(r->drafts, path, r)) {
		ARENA_PUSH(r->a, r->site->draft_files, path);
		r->site->drafts++;
	}
}

bool
document_is_draft(struct reading *r, const struct document *doc)
{
	if (!doc->front.draft)
		return false;
	draft_note(r, doc->path);
	return true;
}

/* Appends the parts of `path` to out, with '.' and '..' taken out. */
static bool
append_parts(struct buf *out, struct str path)
{
	struct str part;

	while (str_split(&path, '/', &part)) {
		if (!part.len || str_eq_z(part, "."))
			continue;
		if (str_eq_z(part, "..")) {
			size_t slash = str_rfind(buf_str(out), '/');

			if (!out->len)
				return false;
			out->len = slash == out->len ? 0 : slash;
			out->ptr[out->len] = '\0';
			continue;
		}
		if (out->len)
			buf_add_c(out, '/');
		buf_add(out, part);
	}
	return buf_ok(out);
}

bool
path_resolve(
    struct arena *a, struct str file, struct str target, struct str *out)
{
	struct buf path;
	bool done;

	buf_init(&path, LIMIT_PATH);
	done = (str_starts(target, STR("/")) ||
		   append_parts(&path, path_folder(file))) &&
	    append_parts(&path, target);
	if (done)
		*out = arena_str(a, buf_str(&path));
	buf_clear(&path);
	return done;
}

void
document_image(struct reading *r, const struct document *doc, struct str image,
    struct str *out)
{
	struct where at = front_where(doc, STR("image"));
	struct str path = image, *names;
	size_t count = source_count(r->source);

	if (!image.len)
		return;
	if (path_resolve(r->a, doc->path, image, &path) &&
	    source_find(r->source, path)) {
		*out = path;
		return;
	}
	if (str_search(image, STR("://")) < image.len) {
		diag_add(r->d, DIAG_ERROR, at,
		    "put the file into the repository",
		    "the image must be a file of this repository");
		return;
	}
	names = ARENA_ARRAY(r->a, count + 1, struct str);
	for (size_t i = 0; i < count; i++)
		names[i] = source_at(r->source, i)->path;
	diag_add(r->d, DIAG_ERROR, at, suggest(r->a, path, names, count),
	    "no such file: %.*s", STR_ARG(image));
}

struct str
document_lang(
    struct reading *r, const struct document *doc, struct str otherwise)
{
	const struct strs *languages = &r->site->languages;
	struct str lang = doc->front.lang;

	if (!lang.len)
		return otherwise;
	for (size_t i = 0; i < languages->count; i++) {
		if (str_eq_nocase(languages->at[i], lang))
			return languages->at[i];
	}
	diag_add(r->d, DIAG_ERROR, front_where(doc, STR("lang")),
	    "add it to 'languages' in site.yaml",
	    "language '%.*s' is none of the site's", STR_ARG(lang));
	return otherwise;
}

void
page_push(struct reading *r, struct page *p)
{
	p->index = r->site->pages.count;
	ARENA_PUSH(r->a, r->site->pages, p);
}
