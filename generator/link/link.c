#include "link_private.h"

#include "html.h"
#include "limits.h"

struct links *
links_new(struct arena *a, const struct site *site, struct diag *d)
{
	struct links *l = ARENA_NEW(a, struct links);

	l->a = a;
	l->site = site;
	l->d = d;
	l->severity = site->foreign ? DIAG_WARNING : DIAG_ERROR;
	if (str_eq(site->gateway, site->url))
		l->member_base = site->base;
	find_prepare(l);
	media_prepare(l);
	l->anchors = ARENA_ARRAY(a, site->pages.count + 1, struct strs);
	return l;
}

/* What stands before an address below /m/, or a public one. */
static struct str
prefix_of(const struct links *l, enum audience audience, bool members)
{
	const struct site *site = l->site;

	if (members)
		return site->one_host || audience == AUDIENCE_MEMBERS
		    ? l->member_base
		    : site->gateway;
	return site->one_host || audience == AUDIENCE_PUBLIC ? site->base
							     : site->url;
}

static struct str
address(const struct links *l, enum audience audience, struct str path,
    struct str rest)
{
	struct str prefix =
	    prefix_of(l, audience, str_starts(path, STR("/m/")));

	return ARENA_JOIN(l->a, prefix, path, rest);
}

static struct str
page_path(const struct page *to, enum audience audience)
{
	return audience == AUDIENCE_MEMBERS && to->member_url.len
	    ? to->member_url
	    : to->url;
}

struct str
link_page(struct links *l, const struct page *to, enum audience audience)
{
	return address(l, audience, page_path(to, audience), STR_NONE);
}

struct str
link_path(struct links *l, struct str path, enum audience audience)
{
	return address(l, audience, path, STR_NONE);
}

bool
link_is_external(struct str target)
{
	size_t colon = str_find(target, ':');

	if (str_starts(target, STR("//")))
		return true;
	if (!colon || colon == target.len)
		return false;
	for (size_t i = 0; i < colon; i++) {
		char c = target.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    (!i ||
			(!(c >= '0' && c <= '9') && c != '+' && c != '-' &&
			    c != '.')))
			return false;
	}
	return true;
}

/* A link's parts, as written. */
struct target {
	struct str whole, path;
	struct str query; /* with its '?' */
	struct str fragment; /* with its '#' */
};

static struct target
split_target(struct str whole)
{
	struct target t = { .whole = whole, .path = whole };
	size_t hash = str_find(t.path, '#'), query;

	t.fragment = str_from_at(t.path, hash);
	t.path = str_sub(t.path, 0, hash);
	query = str_find(t.path, '?');
	t.query = str_from_at(t.path, query);
	t.path = str_sub(t.path, 0, query);
	return t;
}

/* %XX decoded; as it is when that fails. */
static struct str
decoded(struct arena *a, struct str s)
{
	struct buf out;
	struct str text = s;

	if (str_find(s, '%') == s.len)
		return s;
	buf_init(&out, LIMIT_PATH);
	if (url_decode(&out, s, false) && buf_ok(&out) &&
	    str_is_utf8(buf_str(&out)))
		text = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return text;
}

/* One link, being resolved. */
struct link {
	struct links *l;
	const struct page *from;
	enum audience audience;
	struct target target;
	size_t offset; /* in the page's text */
	struct where at; /* when there is no target: of front matter */
};

/* Counted only when something is to be said: there are many links. */
static struct where
place(const struct link *k)
{
	return k->target.whole.len
	    ? link_where(k->from, k->offset, k->target.whole)
	    : k->at;
}

static void
note_fragment(const struct link *k, const struct page *to)
{
	struct fragment f = { .from = k->from, .to = to, .offset = k->offset };

	if (k->target.fragment.len < 2 || !to->file)
		return;
	f.target = arena_str(k->l->a, k->target.whole);
	f.text = decoded(
	    k->l->a, str_from_at(f.target, str_find(f.target, '#') + 1));
	ARENA_PUSH(k->l->a, k->l->fragments, f);
}

static struct str
resolve_page(const struct link *k, const struct page *to)
{
	struct str rest = arena_printf(k->l->a, "%.*s%.*s",
	    STR_ARG(k->target.query), STR_ARG(k->target.fragment));

	note_fragment(k, to);
	return address(k->l, k->audience, page_path(to, k->audience), rest);
}

/* Marks the file as used, and gives the path this audience reaches it by. */
static struct str
use_file(const struct link *k, const struct source_file *f)
{
	struct links *l = k->l;
	struct use *use = &l->uses[f->index];
	struct course *c = media_course(l, f->path);

	if (k->audience == AUDIENCE_PUBLIC || !c) {
		use->by_public = true;
		return use->url;
	}
	use->by_members = true;
	if (c != k->from->course)
		diag_add(l->d, l->severity, place(k),
		    "move it out of that course's folder, or copy it",
		    "'%.*s' belongs to the course '%.*s', which readers of "
		    "this page may not have",
		    STR_ARG(f->path), STR_ARG(c->id));
	return arena_printf(l->a, "/m%.*s", STR_ARG(use->url));
}

static struct str
resolve_file(const struct link *k, const struct source_file *f)
{
	struct str rest = arena_printf(k->l->a, "%.*s%.*s",
	    STR_ARG(k->target.query), STR_ARG(k->target.fragment));

	if (str_eq_z(k->target.query, "?raw=true"))
		rest = k->target.fragment;
	return address(k->l, k->audience, use_file(k, f), rest);
}

static bool
is_markdown(struct str path)
{
	return str_ends(path, STR(".md")) || str_ends(path, STR(".markdown"));
}

static const char *
noun_for(const struct link *k)
{
	if (!is_markdown(k->target.path))
		return "file";
	return k->from->course && !k->l->site->foreign ? "lesson" : "page";
}

static struct str
report_broken(const struct link *k, const struct found *found)
{
	struct links *l = k->l;

	if (found->draft)
		diag_add(l->d, l->severity, place(k),
		    "publish it as well, or take the link out",
		    "'%.*s' is a draft", STR_ARG(k->target.path));
	else if (found->file)
		diag_add(l->d, l->severity, place(k),
		    "pages are in courses/, articles/, pages/ and authors/",
		    "'%.*s' is no page of this site", STR_ARG(k->target.path));
	else
		diag_add(l->d, l->severity, place(k),
		    suggest_path(l, k->from, k->target.path, found->path),
		    "no such %s: %.*s", noun_for(k), STR_ARG(k->target.path));
	return STR_NONE;
}

void
links_trace(struct links *l, struct link_trace *trace)
{
	l->trace = trace;
}

void
links_try(struct links *l)
{
	diag_init(&l->tried.faults);
	l->tried.d = l->d;
	l->d = &l->tried.faults;
}

bool
links_tried(struct links *l)
{
	const struct diag *d = &l->tried.faults;
	bool good = !d->errors && !d->warnings;

	l->d = l->tried.d;
	diag_clear(&l->tried.faults);
	return good;
}

size_t
links_mark(const struct links *l)
{
	return l->fragments.count;
}

void
links_back(struct links *l, size_t mark)
{
	l->fragments.count = mark;
}

static struct str
resolve(struct links *l, const struct page *from, enum audience audience,
    struct str target, size_t offset, bool is_image)
{
	struct link k = {
		.l = l, .from = from, .audience = audience, .offset = offset
	};
	struct found found;

	target = str_trim(target);
	if (link_is_external(target))
		return arena_str(l->a, target);
	k.target = split_target(target);
	if (!k.target.path.len) {
		note_fragment(&k, from);
		if (!target.len)
			diag_add(l->d, l->severity,
			    link_where(from, offset, target), NULL,
			    is_image ? "an image without an address"
				     : "a link without an address");
		return arena_str(l->a, target);
	}
	found = find_target(l, from, decoded(l->a, k.target.path));
	if (found.draft)
		return report_broken(&k, &found);
	if (found.page && !(is_image && !found.file))
		return resolve_page(&k, found.page);
	if (found.file && (l->site->foreign || !is_markdown(found.file->path)))
		return resolve_file(&k, found.file);
	return report_broken(&k, &found);
}

struct str
link_resolve(struct links *l, const struct page *from, enum audience audience,
    struct str target, size_t offset, bool is_image)
{
	struct link_call call = { .audience = audience,
		.is_image = is_image,
		.offset = offset,
		.result =
		    resolve(l, from, audience, target, offset, is_image) };

	if (l->trace) {
		call.target = arena_str(l->a, target);
		ARENA_PUSH(l->a, l->trace->calls, call);
	}
	return call.result;
}

struct str
link_file(struct links *l, const struct page *from, enum audience audience,
    struct str path, struct where at)
{
	struct link k = {
		.l = l, .from = from, .audience = audience, .at = at
	};
	const struct source_file *f = source_find(l->site->source, path);

	if (f && !l->page_of_file[f->index])
		return address(l, audience, use_file(&k, f), STR_NONE);
	diag_add(l->d, l->severity, at, suggest_path(l, from, STR("/"), path),
	    "no such file: %.*s", STR_ARG(path));
	return STR_NONE;
}

void
link_anchor(struct links *l, const struct page *page, struct str anchor)
{
	struct strs *anchors = &l->anchors[page->index];

	anchor = arena_str(l->a, anchor);
	ARENA_PUSH(l->a, *anchors, anchor);
	if (l->trace)
		ARENA_PUSH(l->a, l->trace->anchors, anchor);
}

/* The text a link stands in was perhaps not read in this run. */
static struct where
place_of_fragment(struct links *l, const struct fragment *f)
{
	if (!content_load(l->site, f->from, l->d))
		return page_where(f->from, 0, 0);
	return link_where(f->from, f->offset, f->target);
}

static bool
has_anchor(const struct strs *anchors, struct str fragment)
{
	for (size_t i = 0; i < anchors->count; i++) {
		if (str_eq_nocase(anchors->at[i], fragment))
			return true;
	}
	return false;
}

void
links_check(struct links *l)
{
	for (size_t i = 0; i < l->fragments.count; i++) {
		const struct fragment *f = &l->fragments.at[i];

		if (str_eq_nocase(f->text, STR("top")) ||
		    has_anchor(&l->anchors[f->to->index], f->text))
			continue;
		diag_add(l->d, l->severity, place_of_fragment(l, f),
		    suggest_anchor(l, f->to, f->text),
		    "no heading '#%.*s' in %.*s", STR_ARG(f->text),
		    STR_ARG(f->to->file->path));
	}
}
