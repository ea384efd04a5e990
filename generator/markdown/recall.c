#include "recall.h"

#include "limits.h"
#include "pack.h"

enum { FROM_MOST = 64 << 10, KEPT_MOST = 32 << 20 };

static const char *const words[] = { "note", "tip", "important", "warning",
	"caution", "code", "table", "diagram", "formula", "task_done",
	"task_open", "footnotes", "footnote", "footnote_back", "heading_link" };

/* All a page is rendered from, but for links and images. */
static bool
key_of(const struct work *w, struct memo_key *key)
{
	const struct page *p = w->page;
	const struct site *s = w->site;
	struct buf b;
	bool ok;

	buf_init(&b, FROM_MOST);
	pack_str(&b, STR("markdown"));
	pack_str(&b, source_id(s->source, p->file));
	pack_str(&b, p->file->path);
	pack_str(&b, p->title);
	pack_u64(&b, p->title_in_body);
	pack_u64(&b, p->title_at);
	pack_u64(&b, p->body);
	pack_u64(&b, p->access);
	pack_u64(&b, p->teaser_percent);
	pack_str(&b, p->lang);
	pack_u64(&b, s->raw_html);
	pack_u64(&b, s->foreign);
	pack_u64(&b, s->sells);
	pack_str(&b, s->url);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		pack_str(&b, word_of(w, words[i]));
	ok = buf_ok(&b);
	if (ok)
		memo_key_of(key, buf_str(&b));
	buf_clear(&b);
	return ok;
}

static size_t
faults_of(const struct diag *d)
{
	return d->errors + d->warnings;
}

static bool
is_kept(const struct work *w)
{
	return w->page->file && w->site->source && source_memo(w->site->source);
}

void
recall_begin(struct recall *r, struct work *w)
{
	*r = (struct recall){ .faults = faults_of(w->diag) };
	r->on = is_kept(w) && key_of(w, &r->key);
	if (r->on)
		links_trace(w->links, &r->trace);
}

static void
pack_asked(struct buf *b, const struct link_trace *trace, const struct work *w)
{
	pack_u64(b, trace->calls.count);
	for (size_t i = 0; i < trace->calls.count; i++) {
		const struct link_call *call = &trace->calls.at[i];

		pack_u64(b, call->audience);
		pack_u64(b, call->is_image);
		pack_u64(b, call->offset);
		pack_str(b, call->target);
		pack_str(b, call->result);
	}
	pack_u64(b, w->images.count);
	for (size_t i = 0; i < w->images.count; i++) {
		pack_str(b, w->images.at[i]->path);
		pack_str(b, source_id(w->site->source, w->images.at[i]));
	}
}

static void
pack_found(
    struct buf *b, const struct link_trace *trace, const struct rendered *r)
{
	pack_u64(b, trace->anchors.count);
	for (size_t i = 0; i < trace->anchors.count; i++)
		pack_str(b, trace->anchors.at[i]);
	pack_u64(b, r->toc.count);
	for (size_t i = 0; i < r->toc.count; i++) {
		pack_u64(b, (uint64_t)r->toc.at[i].level);
		pack_u64(b, r->toc.at[i].locked);
		pack_str(b, r->toc.at[i].anchor);
		pack_str(b, r->toc.at[i].title);
	}
	pack_u64(b, r->sections);
	pack_u64(b, r->teaser_sections);
	pack_u64(b, r->rest_minutes);
	pack_str(b, r->rest_text);
	pack_str(b, r->free_text);
	pack_str(b, r->title_anchor);
	pack_str(b, r->first_image);
	pack_u64(b, r->has_code);
	pack_u64(b, r->has_math);
	pack_str(b, r->opening);
	pack_str(b, r->teaser_opening);
}

/* The key, and what others answered, decide the markup. */
static void
name_markup(
    const struct memo_key *key, struct str asked, struct memo_key *markup)
{
	struct buf b;

	buf_init(&b, KEPT_MOST);
	buf_add(&b, memo_key_str(key));
	buf_add(&b, asked);
	memo_key_of(markup, buf_str(&b));
	buf_clear(&b);
}

void
recall_end(struct recall *r, struct work *w, bool ok, struct rendered *out)
{
	struct buf asked, all;

	if (!r->on)
		return;
	links_trace(w->links, NULL);
	if (!ok || faults_of(w->diag) != r->faults)
		return;
	buf_init(&asked, KEPT_MOST);
	buf_init(&all, KEPT_MOST);
	pack_asked(&asked, &r->trace, w);
	pack_str(&all, buf_str(&asked));
	pack_found(&all, &r->trace, out);
	if (buf_ok(&asked) && buf_ok(&all)) {
		name_markup(&r->key, buf_str(&asked), &out->markup);
		memo_put(source_memo(w->site->source), &r->key, buf_str(&all));
	}
	buf_clear(&asked);
	buf_clear(&all);
}

/* Does everybody answer as before? The questions have their effects anew. */
static bool
ask_again(const struct work *w, struct str asked)
{
	const struct source *source = w->site->source;
	struct unpack u = { .in = asked };
	size_t count = unpack_u64(&u);
	bool same = true;

	links_try(w->links);
	for (size_t i = 0; i < count && same && !u.bad; i++) {
		enum audience audience = (enum audience)unpack_u64(&u);
		bool is_image = unpack_u64(&u);
		size_t offset = unpack_u64(&u);
		struct str target = unpack_str(&u);

		same = str_eq(unpack_str(&u),
		    link_resolve(
			w->links, w->page, audience, target, offset, is_image));
	}
	count = unpack_u64(&u);
	for (size_t i = 0; i < count && same && !u.bad; i++) {
		const struct source_file *f =
		    source_find(source, unpack_str(&u));

		same = f && str_eq(unpack_str(&u), source_id(source, f));
	}
	same = same && unpack_done(&u);
	return links_tried(w->links) && same;
}

static bool
unpack_found(const struct work *w, struct unpack *u, struct rendered *out)
{
	size_t count = unpack_u64(u);

	for (size_t i = 0; i < count && !u->bad; i++)
		link_anchor(w->links, w->page, unpack_str(u));
	count = unpack_u64(u);
	for (size_t i = 0; i < count && !u->bad; i++) {
		struct toc_entry e = { .level = (int)unpack_u64(u) };

		e.locked = unpack_u64(u);
		e.anchor = unpack_str(u);
		e.title = unpack_str(u);
		ARENA_PUSH(w->arena, out->toc, e);
	}
	out->sections = unpack_u64(u);
	out->teaser_sections = unpack_u64(u);
	out->rest_minutes = (unsigned)unpack_u64(u);
	out->rest_text = unpack_str(u);
	out->free_text = unpack_str(u);
	out->title_anchor = unpack_str(u);
	out->first_image = unpack_str(u);
	out->has_code = unpack_u64(u);
	out->has_math = unpack_u64(u);
	out->opening = unpack_str(u);
	out->teaser_opening = unpack_str(u);
	return unpack_done(u);
}

bool
markdown_recall(struct arena *a, struct links *l, const struct site *site,
    const struct page *p, const struct markdown_strings *strings,
    struct rendered *out)
{
	struct work w = { .arena = a,
		.page = p,
		.site = site,
		.links = l,
		.strings = strings };
	struct unpack u = { .bad = false };
	size_t mark = links_mark(l);
	struct memo_key key;
	struct str asked;

	*out = (struct rendered){ .recalled = true };
	if (!is_kept(&w) || !key_of(&w, &key) ||
	    !memo_get(source_memo(site->source), &key, &u.in))
		return false;
	asked = unpack_str(&u);
	if (u.bad || !ask_again(&w, asked) || !unpack_found(&w, &u, out)) {
		links_back(l, mark);
		return false;
	}
	name_markup(&key, asked, &out->markup);
	return true;
}
