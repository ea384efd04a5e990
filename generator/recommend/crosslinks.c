#include "crosslinks.h"
#include "addresses.h"

#include <math.h>
#include <stdlib.h>

struct links_of {
	struct {
		uint32_t *at;
		size_t count, room;
	} to;
};

struct finder {
	struct arena *a;
	const struct catalog *c;
	struct addresses *paths, *labels; /* to struct page */
	struct links_of *links; /* by item */
	uint32_t from;
};

static void
note(struct finder *f, const struct page *to)
{
	struct links_of *l = &f->links[f->from];
	uint32_t item;

	if (!to || (item = f->c->item_of[to->index]) == CATALOG_NONE ||
	    item == f->from || !str_eq(to->lang, f->c->at[f->from]->lang))
		return;
	for (size_t i = 0; i < l->to.count; i++) {
		if (l->to.at[i] == item)
			return;
	}
	ARENA_PUSH(f->a, l->to, item);
}

static void
note_target(struct finder *f, struct str target)
{
	struct str path;
	const struct page *to;

	target = str_sub(target, 0, str_find(target, '#'));
	target = str_sub(target, 0, str_find(target, ' '));
	if (!target.len ||
	    !path_resolve(f->a, f->c->at[f->from]->file->path, target, &path))
		return;
	to = addresses_get(f->paths, path);
	/* mdBook's authors write what the file becomes */
	if (!to && str_ends(path, STR(".html")))
		to = addresses_get(f->paths,
		    arena_printf(
			f->a, "%.*s.md", (int)(path.len - 5), path.ptr));
	note(f, to);
}

/* What stands between `open` and the next `close`, from `*at` on. */
static bool
next_between(
    struct str text, struct str open, char close, size_t *at, struct str *found)
{
	struct str rest = str_from_at(text, *at);
	size_t from = str_search(rest, open);

	if (from == rest.len)
		return false;
	*found = str_from_at(rest, from + open.len);
	*found = str_sub(*found, 0, str_find(*found, close));
	*at += from + open.len;
	return true;
}

static void
each_between(struct finder *f, struct str text, struct str open, char close,
    void (*take)(struct finder *f, struct str found))
{
	struct str found;
	size_t at = 0;

	while (next_between(text, open, close, &at, &found))
		take(f, found);
}

static void
note_label(struct finder *f, struct str label)
{
	addresses_add(
	    f->labels, label, f->c->site->pages.at[f->c->at[f->from]->index]);
}

static void
note_reference(struct finder *f, struct str label)
{
	note(f, addresses_get(f->labels, label));
}

static void
note_definitions(struct finder *f, struct str text)
{
	struct str line, rest = text;

	while (str_split(&rest, '\n', &line)) {
		size_t close = str_search(line, STR("]:"));

		if (str_starts(line, STR("[")) && close < line.len)
			note_target(f, str_trim(str_from_at(line, close + 2)));
	}
}

static struct str
body_of(const struct page *p)
{
	return str_from_at(p->text, p->body);
}

/* Pages that only introduce a chapter are left out: their links are a table of
 * contents. */
static bool
is_introduction(struct str path)
{
	return str_ends(path, STR("index.md")) ||
	    str_search(path, STR("-00")) < path.len;
}

static bool
is_lesson(const struct page *p)
{
	return p->kind == PAGE_LESSON && p->file &&
	    !is_introduction(p->file->path);
}

static void
find_links(struct finder *f)
{
	const struct catalog *c = f->c;

	for (size_t i = 0; i < c->count; i++) {
		if (!c->at[i]->file)
			continue;
		f->from = (uint32_t)i;
		addresses_add(f->paths, c->at[i]->file->path,
		    c->site->pages.at[c->at[i]->index]);
		each_between(
		    f, body_of(c->at[i]), STR(":label:`"), '`', note_label);
	}
	for (size_t i = 0; i < c->count; i++) {
		struct str body = body_of(c->at[i]);

		if (!is_lesson(c->at[i]))
			continue;
		f->from = (uint32_t)i;
		each_between(f, body, STR("]("), ')', note_target);
		each_between(f, body, STR("ref:`"), '`', note_reference);
		note_definitions(f, body);
	}
}

static void
note_both_ways(struct finder *f)
{
	for (uint32_t i = 0; i < f->c->count; i++) {
		const struct links_of *l = &f->links[i];

		for (size_t k = 0; k < l->to.count; k++) {
			f->from = l->to.at[k];
			note(f, f->c->site->pages.at[f->c->at[i]->index]);
		}
	}
}

static double
ndcg_at_10(const struct row *row, const struct links_of *truth)
{
	double gain = 0, ideal = 0;

	for (size_t i = 0; i < row->count && i < 10; i++) {
		for (size_t k = 0; k < truth->to.count; k++)
			gain += row->at[i].item == truth->to.at[k]
			    ? 1 / log2((double)i + 2)
			    : 0;
	}
	for (size_t i = 0; i < truth->to.count && i < 10; i++)
		ideal += 1 / log2((double)i + 2);
	return gain / ideal;
}

static struct str
folder_of(const struct page *p)
{
	size_t slash = str_rfind(p->file->path, '/');

	return slash == p->file->path.len ? STR_NONE
					  : str_sub(p->file->path, 0, slash);
}

/* mdBook's chapters are numbers in names: "ch04-01" is in "ch04". */
static bool
is_same_module(const struct page *a, const struct page *b)
{
	struct str x = a->file->path, y = b->file->path;
	size_t dash = str_rfind(x, '/') == x.len ? 0 : str_rfind(x, '/') + 1;

	if (a->module || b->module)
		return a->module == b->module;
	if (!str_eq(folder_of(a), folder_of(b)))
		return false;
	dash += str_find(str_from_at(x, dash), '-');
	return dash == x.len ||
	    str_eq(str_sub(x, 0, dash), str_sub(y, 0, dash));
}

/* -1 when it is alone in its module. */
static double
average_precision(const struct catalog *c, const struct row *row, uint32_t item)
{
	size_t found = 0, all = 0;
	double sum = 0;

	for (size_t i = 0; i < c->count; i++)
		all += i != item && is_lesson(c->at[i]) &&
		    str_eq(c->at[i]->lang, c->at[item]->lang) &&
		    is_same_module(c->at[i], c->at[item]);
	for (size_t i = 0; i < row->count; i++) {
		if (is_same_module(c->at[row->at[i].item], c->at[item]))
			sum += (double)++found / ((double)i + 1);
	}
	return all ? sum / (double)all : -1;
}

static bool
is_comparable(const void *context, size_t from, size_t to)
{
	const struct catalog *c = context;

	return is_lesson(c->at[from]) && is_lesson(c->at[to]) &&
	    str_eq(c->at[from]->lang, c->at[to]->lang);
}

static struct crosslinks
measure(const struct finder *f, const struct rows *rows, struct str lang)
{
	struct crosslinks m = { .lang = lang };
	size_t in_modules = 0;

	for (size_t i = 0; i < f->c->count; i++) {
		const struct page *p = f->c->at[i];
		double precision;

		if (!is_lesson(p) || !str_eq(p->lang, lang))
			continue;
		m.lessons++;
		if (f->links[i].to.count) {
			m.linking++;
			m.ndcg10 += ndcg_at_10(&rows->at[i], &f->links[i]);
		}
		precision = average_precision(f->c, &rows->at[i], (uint32_t)i);
		if (precision >= 0) {
			in_modules++;
			m.folder_map += precision;
		}
	}
	m.ndcg10 /= m.linking ? (double)m.linking : 1;
	m.folder_map /= in_modules ? (double)in_modules : 1;
	return m;
}

static bool
is_listed(struct crosslinks *const list, size_t count, struct str lang)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(list[i].lang, lang))
			return true;
	}
	return false;
}

size_t
crosslinks_measure(
    struct arena *a, const struct catalog *c, struct crosslinks **out)
{
	const struct similarity wish = { .most = c->count ? c->count : 1,
		.threads = 1,
		.allowed = is_comparable,
		.context = c };
	struct finder f = { .a = a,
		.c = c,
		.paths = addresses_new(a),
		.labels = addresses_new(a) };
	const struct rows *rows = terms_rows(c->terms, a, &wish);
	struct {
		struct crosslinks *at;
		size_t count, room;
	} list = { 0 };

	f.links = ARENA_ARRAY(a, c->count, struct links_of);
	find_links(&f);
	note_both_ways(&f);
	for (size_t i = 0; i < c->count; i++) {
		if (!is_lesson(c->at[i]) ||
		    is_listed(list.at, list.count, c->at[i]->lang))
			continue;
		ARENA_PUSH(a, list, measure(&f, rows, c->at[i]->lang));
	}
	*out = list.at;
	return list.count;
}
