#include "build.h"
#include "datadir.h"
#include "html.h"
#include "products.h"
#include "program.h"
#include "progress.h"

#include <errno.h>
#include <time.h>

static const char *
memo_path(struct build *b)
{
	return arena_printf(&b->arena, "%s/memo", b->options.out).ptr;
}

static double
seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Results are those of this program and the libraries it uses now. */
static void
open_memo(struct build *b)
{
	b->program = program_identity(&b->arena);
	if (!b->program.len)
		return;
	b->memo = memo_open(memo_path(b), b->program);
	source_set_memo(b->source, b->memo);
}

/* That the next build has more to do is no fault of this one. */
static void
save_memo(struct build *b)
{
	if (b->memo && !memo_save(b->memo, memo_path(b)))
		diag_add(b->diag, DIAG_WARNING,
		    (struct where){ .path = str_from(memo_path(b)) }, NULL,
		    "cannot be written: %s", strerror(errno));
}

bool
build_open(struct build *b, const struct build_options *options, struct diag *d)
{
	*b = (struct build){ .options = *options, .diag = d };
	b->seconds = seconds_now();
	arena_init(&b->arena);
	arena_init(&b->scratch);
	b->source = source_open(
	    options->location, options->revision, options->worktree, d);
	if (b->source && source_is_git(b->source) && options->remember)
		open_memo(b);
	if (b->source)
		b->site = content_read(&b->arena, b->source, d);
	return b->site && !d->errors;
}

void
build_close(struct build *b)
{
	if (b->publish)
		publish_end(b->publish);
	if (b->theme)
		theme_free(b->theme);
	if (b->recommend)
		recommend_free(b->recommend);
	if (b->source)
		source_free(b->source);
	memo_free(b->memo);
	arena_clear(&b->scratch);
	arena_clear(&b->arena);
}

static bool
add_to_release(
    void *context, struct str path, struct str data, const struct memo_key *key)
{
	return publish_add_known(context, path, data, key);
}

static bool
keep_in_release(
    void *context, const struct memo_key keys[PAGE_VERSIONS], size_t count)
{
	return publish_keep(context, keys, count);
}

static void
declare_page(struct build *b, const struct page *p, const struct rendered *r)
{
	publish_free_text(b->publish, p, p->title);
	publish_free_text(b->publish, p, p->description);
	publish_free_text(b->publish, p, r->free_text);
	if (p->member_url.len)
		publish_secret(b->publish, p, r->rest_text);
}

/* What site.yaml and a course's front matter say is public. */
static void
declare_site(struct build *b)
{
	const struct site *site = b->site;

	publish_free_text(b->publish, NULL, site->description);
	publish_free_text(b->publish, NULL, site->copyright);
	for (size_t i = 0; i < site->courses.count; i++) {
		const struct course *c = site->courses.at[i];

		for (size_t k = 0; k < c->outcomes.count; k++)
			publish_free_text(
			    b->publish, c->page, c->outcomes.at[k]);
		for (size_t k = 0; k < c->faq.count; k++) {
			publish_free_text(
			    b->publish, c->page, c->faq.at[k].question);
			publish_free_text(
			    b->publish, c->page, c->faq.at[k].answer);
		}
		for (size_t k = 0; k < c->module_count; k++)
			publish_free_text(
			    b->publish, c->page, c->modules[k]->description);
	}
	for (size_t i = 0; i < site->authors.count; i++)
		publish_free_text(
		    b->publish, NULL, site->authors.at[i]->description);
}

/* Is the page what it was in an earlier run, to the byte? */
static bool
keep_page(struct build *b, const struct page *p,
    const struct markdown_strings *strings, struct page_sink *sink)
{
	size_t mark = links_mark(b->links);
	struct rendered r;

	if (!b->memo || !b->publish || !b->theme || b->diag->errors ||
	    !markdown_recall(&b->scratch, b->links, b->site, p, strings, &r))
		return false;
	if (!page_keep(b->theme, b->links, p, &r, &b->scratch, sink, b->diag)) {
		links_back(b->links, mark);
		return false;
	}
	b->teasers[p->index] =
	    (struct build_teaser){ r.sections, r.teaser_sections };
	if (b->site->sells)
		declare_page(b, p, &r);
	return true;
}

/* Faults are looked for in every page, also when none is written any more. */
static void
build_page(struct build *b, const struct page *p)
{
	const struct markdown_strings strings = { theme_string, b->theme };
	struct page_sink sink = { add_to_release, keep_in_release, b->publish };
	struct rendered r;

	arena_reset(&b->scratch);
	if (keep_page(b, p, &strings, &sink))
		return;
	if (!markdown_render(&b->scratch, b->links, b->site, p,
		b->theme ? &strings : NULL, b->diag, &r))
		return;
	b->teasers[p->index] =
	    (struct build_teaser){ r.sections, r.teaser_sections };
	if (!b->publish || !b->theme || b->diag->errors)
		return;
	if (b->site->sells)
		declare_page(b, p, &r);
	if (!page_write(b->theme, b->links, b->site, p, &r, &b->scratch, &sink,
		b->diag) &&
	    !b->diag->errors)
		diag_add(b->diag, DIAG_ERROR, page_where(p, 0, 0), NULL,
		    "this page cannot be written");
}

static void
build_pages(struct build *b)
{
	struct progress progress;
	size_t count = b->site->pages.count;

	b->teasers = ARENA_ARRAY(&b->arena, count, struct build_teaser);
	progress_begin(&progress, b->options.progress, count);
	for (size_t i = 0; i < count; i++) {
		progress_step(&progress, i);
		build_page(b, b->site->pages.at[i]);
	}
	progress_end(&progress);
}

static void
build_files(struct build *b)
{
	const struct linked_file *files;
	size_t count = links_files(b->links, &files);
	struct buf data;

	buf_init(&data, LIMIT_MEDIA_FILE);
	for (size_t i = 0; i < count && !b->diag->errors; i++) {
		struct str path = page_release_path(&b->arena, files[i].url);

		buf_reset(&data);
		if (source_read(b->source, files[i].file, b->diag, &data) &&
		    !publish_add(b->publish, path, buf_str(&data)))
			break;
	}
	buf_clear(&data);
}

/* A file that the server keeps is no fault of the writer's who pushes. */
static bool
read_newest_events(struct build *b)
{
	const char *path = events_file_newest(&b->arena, b->options.out);
	struct diag faults;
	bool ok;

	if (!path)
		return true;
	diag_init(&faults);
	ok = events_file_read(&b->events, &b->arena, path, &faults);
	if (!ok) {
		b->events = (struct events_file){ 0 };
		diag_add(b->diag, DIAG_WARNING,
		    (struct where){ .path = str_from(path) },
		    "see 'pennypress recommend eval --events FILE'",
		    "this file of events has a fault and is not used");
	}
	diag_clear(&faults);
	return true;
}

static bool
read_events(struct build *b)
{
	if (b->options.events)
		return events_file_read(
		    &b->events, &b->arena, b->options.events, b->diag);
	return !b->options.events_newest || read_newest_events(b);
}

static void
find_related(struct build *b)
{
	struct recommend_options options = recommend_options_default;

	if (b->memo) {
		options.base =
		    arena_printf(&b->arena, "%s/related", b->options.out).ptr;
		options.program = b->program;
	}
	b->recommend = recommend_new(
	    &b->arena, b->site, b->events.events, &options, b->diag);
}

static bool
open_theme(struct build *b)
{
	const char *datadir = datadir_find(&b->arena, b->options.datadir);

	if (!datadir) {
		diag_add(b->diag, DIAG_ERROR, (struct where){ 0 },
		    "name their folder with --datadir or PENNYPRESS_DATADIR",
		    "the installed themes are not found");
		return false;
	}
	b->theme =
	    theme_open(&b->arena, b->site, b->recommend, datadir, b->diag);
	return b->theme;
}

static void
report_drafts(struct build *b)
{
	if (b->site->drafts)
		diag_add(b->diag, DIAG_WARNING, (struct where){ 0 }, NULL,
		    b->site->drafts == 1 ? "1 draft is left out"
					 : "%zu drafts are left out",
		    b->site->drafts);
}

static void
finish(struct build *b)
{
	struct manifest m = { .generator =
				  STR("pennypress " PENNYPRESS_VERSION),
		.commit = source_commit(b->source),
		.time = source_time(b->source) };

	if (b->events.events)
		m.events = str_from(b->events.hash.text);
	products_fill(&b->arena, &m, b->site, b->links, b->recommend);
	b->done = b->options.prepare
	    ? publish_prepare(b->publish, &m, b->diag, b->id)
	    : publish_commit(b->publish, &m, b->diag, b->id);
	if (b->done) {
		save_memo(b);
		recommend_save(b->recommend);
	}
	publish_totals(b->publish, &b->totals);
}

bool
build_run(struct build *b)
{
	struct page_sink sink = { add_to_release, keep_in_release, NULL };

	if (!b->site)
		return false;
	if (read_events(b))
		find_related(b);
	if (open_theme(b) && !b->diag->errors)
		b->publish = publish_begin(
		    b->options.out, b->site->compress, b->memo, b->diag);
	sink.context = b->publish;
	b->links = links_new(&b->arena, b->site, b->diag);
	if (b->publish && b->site->sells)
		declare_site(b);
	build_pages(b);
	arena_reset(&b->scratch);
	if (b->publish && !b->diag->errors &&
	    !page_write_common(
		b->theme, b->links, b->site, &b->scratch, &sink, b->diag) &&
	    !b->diag->errors)
		diag_add(b->diag, DIAG_ERROR, (struct where){ 0 }, NULL,
		    "the pages of the whole site cannot be written");
	links_check(b->links);
	/* the templates use files too, so all pages must have been written */
	if (b->publish && !b->diag->errors)
		links_report_unused(b->links);
	report_drafts(b);
	if (b->publish && !b->diag->errors)
		build_files(b);
	if (b->publish && !b->diag->errors &&
	    publish_check(b->publish, b->diag) && !b->diag->errors)
		finish(b);
	b->seconds = seconds_now() - b->seconds;
	return b->done;
}
