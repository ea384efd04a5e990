/*
 * recommend.c - pennypress recommend: how good the recommendations are, and
 * why a page is on another.
 */
#include "clickthrough.h"
#include "command.h"
#include "crosslinks.h"
#include "events_file.h"
#include "file.h"
#include "interval.h"
#include "limits.h"
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct work {
	const struct arguments *args;
	struct arena arena;
	struct diag diag;
	struct source *source;
	struct site *site; /* NULL: no repository was named */
	struct events *events; /* NULL: none were named */
	struct tuning tuning;
};

static bool
fail(struct work *w, const char *path, const char *why)
{
	diag_add(&w->diag, DIAG_ERROR, (struct where){ .path = str_from(path) },
	    NULL, "%s", why);
	return false;
}

static void
begin(struct work *w, const struct arguments *args)
{
	*w = (struct work){ .args = args, .tuning = tuning_default };
	arena_init(&w->arena);
	diag_init(&w->diag);
}

static int
end(struct work *w)
{
	int status = w->diag.errors ? STATUS_FAULT : STATUS_DONE;

	diag_print(&w->diag, stderr, "");
	if (w->source)
		source_free(w->source);
	diag_clear(&w->diag);
	arena_clear(&w->arena);
	return status;
}

/* Faults of the pages are what check is for; only their number is told. */
static bool
open_site(struct work *w, const char *location)
{
	struct diag faults;

	w->source = source_open(location, w->args->value[OPTION_REF],
	    w->args->value[OPTION_WORKTREE], &w->diag);
	if (!w->source)
		return false;
	diag_init(&faults);
	w->site = content_read(&w->arena, w->source, &faults);
	if (!w->site)
		diag_merge(&w->diag, &faults);
	else if (faults.errors)
		diag_add(&w->diag, DIAG_WARNING, (struct where){ 0 },
		    "see pennypress check", "the site has %zu errors",
		    faults.errors);
	diag_clear(&faults);
	return w->site;
}

static bool
read_events_option(struct work *w)
{
	const char *path = w->args->value[OPTION_EVENTS];
	struct events_file file;

	if (!path)
		return true;
	if (!events_file_read(&file, &w->arena, path, &w->diag))
		return false;
	w->events = file.events;
	return true;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
print_heading(const char *what, const struct split *s)
{
	printf("%s: %zu items, %zu readers\n", what, s->train->items,
	    s->train->readers);
	printf("%-12s %7s %15s %6s %6s %8s %6s %6s %6s %6s\n", "method",
	    "NDCG@10", "95 %", "HR@10", "R@20", "NDCG@100", "tail", "cover",
	    "rare", "CPU s");
}

static void
print_measure(const char *name, const struct measure *m, double cpu)
{
	printf("%-12s %7.4f [%.4f, %.4f] %6.4f %6.4f %8.4f %6.4f %6.3f %6.3f "
	       "%6.2f\n",
	    name, m->ndcg10, m->low, m->high, m->hit10, m->recall20, m->ndcg100,
	    m->tail_recall20, m->coverage10, m->tail_share10, cpu);
}

static bool
write_lists(struct work *w, enum option_id option, const struct buf *lists)
{
	const char *path = w->args->value[option];

	if (!path)
		return true;
	return (buf_ok(lists) &&
		   file_replace(AT_FDCWD, path, buf_str(lists), 0644)) ||
	    fail(w, path, buf_ok(lists) ? strerror(errno) : "too many lists");
}

struct measuring {
	const struct method *method;
	const struct split *split;
	struct buf *lists; /* NULL: they are not wanted */
	bool blocks; /* pages' blocks, not readers' lists */
};

/* False when the method does not fit. */
static bool
measure_one(struct work *w, const struct measuring *x)
{
	struct tuning tuning =
	    x->blocks ? tuning_for_block(&w->tuning) : w->tuning;
	double start = seconds();
	struct measure result;
	struct model *model;
	struct arena work;

	arena_init(&work);
	model = method_fit(x->method, &work, x->split->train, &tuning);
	if (model && x->blocks)
		measure_blocks(&result, model, x->split, x->lists);
	else if (model)
		measure_readers(&result, model, x->split, x->lists);
	if (model)
		print_measure(x->blocks ? "  on a page" : x->method->name,
		    &result, seconds() - start);
	arena_clear(&work);
	return model;
}

static bool
measure_method(
    struct work *w, const struct method *method, const struct split *s)
{
	static const enum option_id options[] = { OPTION_RUN, OPTION_BLOCKS };
	struct measuring x = { .method = method, .split = s };
	bool ok = true;

	for (int blocks = 0; blocks < 2 && ok; blocks++) {
		struct buf lists;

		buf_init(&lists, LIMIT_MANIFEST);
		x.blocks = blocks;
		x.lists = w->args->value[options[blocks]] ? &lists : NULL;
		if (measure_one(w, &x))
			ok =
			    !x.lists || write_lists(w, options[blocks], &lists);
		else if (!blocks)
			printf("%-12s more items than fit\n", method->name);
		buf_clear(&lists);
	}
	return ok;
}

static void
measure_split(struct work *w, const char *what, const struct split *s)
{
	const char *name = w->args->value[OPTION_METHOD];

	print_heading(what, s);
	for (size_t i = 0; i < method_count; i++) {
		if (name && strcmp(name, method_table[i].name) != 0)
			continue;
		if (!measure_method(w, &method_table[i], s))
			return;
		fflush(stdout);
	}
}

static void
measure_given(struct work *w, const char *folder)
{
	static const char *const names[] = { "train.tsv", "in.tsv", "out.tsv" };
	struct events *e = events_new(&w->arena);
	struct split split;
	size_t from[3];

	for (size_t i = 0; i < 3; i++) {
		struct str path =
		    arena_printf(&w->arena, "%s/%s", folder, names[i]);

		from[i] = e->list.count;
		if (!events_file_add(e, &w->arena, path.ptr, NULL, &w->diag))
			return;
	}
	split_given(
	    &split, &w->arena, e, &event_worth_default, from[1], from[2]);
	measure_split(w, folder, &split);
}

/* What a block is made by, so that its rate says something of that. */
static const char *
method_of_block(struct str block)
{
	static const struct {
		const char *block, *method;
	} methods[] = {
		{ "related", "contents and readers" },
		{ "next", "learning path" },
		{ "also", "readers" },
		{ "popular", "popularity" },
		{ "list", "sum of courses' rows" },
	};

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (str_eq_z(block, methods[i].block))
			return methods[i].method;
	}
	return "";
}

static void
print_clicks(struct work *w)
{
	const struct events *e = w->events;
	struct clickthrough c;

	clickthrough_of(&c, &w->arena, readers_new(&w->arena, e));
	if (c.block_count)
		printf("%-12s %-21s %7s %7s %7s %16s\n", "block", "made by",
		    "shown", "clicked", "rate", "95 %");
	for (size_t i = 0; i < c.block_count; i++) {
		const struct clickthrough_row *row = &c.blocks[i];
		struct str block = e->blocks.list.at[row->of];
		struct interval rate =
		    interval_of_share(row->clicked, row->shown);

		printf("%-12.*s %-21s %7.0f %7.0f %7.4f [%.4f, %.4f]\n",
		    STR_ARG(block.len ? block : STR("(unnamed)")),
		    method_of_block(block), row->shown, row->clicked,
		    rate.value, rate.low, rate.high);
	}
}

static void
measure_events(struct work *w)
{
	struct split split;

	print_clicks(w);

	split_by_time(
	    &split, &w->arena, w->events, &event_worth_default, 0.8, NULL);
	measure_split(w, "by time", &split);
	split_by_reader(&split, &w->arena, w->events, &event_worth_default);
	measure_split(w, "by reader", &split);
}

static void
print_tuning(const struct recommend *r)
{
	const struct blend_tuning *t = recommend_tuning(r);

	printf("blend: alpha %g, beta %g, k %g, lambda %g (readers) and %g "
	       "(blocks), threshold %u\n",
	    t->alpha, t->beta, t->k, t->reader_lambda, t->block_lambda,
	    t->threshold);
	if (t->fitted)
		printf("fitted on %zu readers: NDCG@10 %.4f (popularity %.4f, "
		       "item-knn without threshold %.4f)\n",
		    t->fitted_readers, t->ndcg10, t->ndcg10_popularity,
		    t->ndcg10_neighbours);
	else
		puts("defaults: there are too few readers to fit on");
}

static void
measure_site(struct work *w)
{
	struct recommend *r =
	    recommend_new(&w->arena, w->site, w->events, NULL, &w->diag);
	struct crosslinks *links;
	size_t count =
	    crosslinks_measure(&w->arena, recommend_catalog(r), &links);

	for (size_t i = 0; i < count; i++)
		printf("contents, %.*s: %zu lessons, %zu linked: nDCG@10 %.4f, "
		       "same module MAP %.4f\n",
		    STR_ARG(links[i].lang), links[i].lessons, links[i].linking,
		    links[i].ndcg10, links[i].folder_map);
	if (w->events)
		print_tuning(r);
	recommend_free(r);
}

/* False when an option makes no sense; it was said. */
static bool
read_options(struct work *w)
{
	const char *name = w->args->value[OPTION_METHOD];
	const char *threshold = w->args->value[OPTION_THRESHOLD];
	bool lists =
	    w->args->value[OPTION_RUN] || w->args->value[OPTION_BLOCKS];
	int64_t n = 1;

	if (name && !method_find(str_from(name))) {
		fprintf(stderr, "pennypress: no such method: '%s'; there are",
		    name);
		for (size_t i = 0; i < method_count; i++)
			fprintf(stderr, " %s", method_table[i].name);
		fputc('\n', stderr);
		return false;
	}
	if (threshold &&
	    (!str_to_i64(str_from(threshold), &n) || n < 1 || n > 1000)) {
		fprintf(stderr, "pennypress: no threshold: '%s'\n", threshold);
		return false;
	}
	w->tuning.rows.threshold = (unsigned)n;
	if (lists && (!name || !w->args->value[OPTION_SPLIT])) {
		fputs("pennypress: --run and --blocks need --split and "
		      "--method\n",
		    stderr);
		return false;
	}
	if (!w->args->value[OPTION_EVENTS] && !w->args->value[OPTION_SPLIT] &&
	    !w->args->operand_count) {
		fputs("pennypress: nothing to measure: give --events, --split "
		      "or a repository\n",
		    stderr);
		return false;
	}
	return true;
}

int
command_recommend_eval(const struct arguments *args)
{
	struct work w;

	begin(&w, args);
	if (!read_options(&w)) {
		end(&w);
		return STATUS_USAGE;
	}
	if (args->value[OPTION_SPLIT])
		measure_given(&w, args->value[OPTION_SPLIT]);
	if (!read_events_option(&w) ||
	    (args->operand_count && !open_site(&w, args->operands[0])))
		return end(&w);
	if (w.site)
		measure_site(&w);
	if (w.events)
		measure_events(&w);
	return end(&w);
}

static const struct page *
find_page(struct work *w, const char *name)
{
	const struct page_list *pages = &w->site->pages;

	for (size_t i = 0; i < pages->count; i++) {
		const struct page *p = pages->at[i];

		if (str_eq_z(p->url, name) || str_eq_z(p->member_url, name) ||
		    (p->file && str_eq_z(p->file->path, name)))
			return p;
	}
	fail(w, name, "the site has no such page");
	return NULL;
}

static void
print_why(const struct recommended *e)
{
	static const char *const words[] = {
		[WHY_NOTHING] = "no words to say why",
		[WHY_TERMS] = "shares:",
		[WHY_READERS] = "readers of it also took this",
		[WHY_BUILDS_ON] = "builds on it",
		[WHY_HARDER] = "a level up:",
		[WHY_POPULAR] = "what most readers take",
	};

	fputs(words[e->why], stdout);
	for (size_t i = 0; i < e->term_count; i++)
		printf("%s %.*s", i ? "," : "", STR_ARG(e->terms[i]));
	putchar('\n');
}

static void
print_blocks(struct work *w, const struct recommend *r, const struct page *p)
{
	enum { SHOWN = 5 };

	for (unsigned kind = 0; kind < RECOMMEND_KINDS; kind++) {
		struct recommended list[SHOWN];
		size_t n = recommend_block(
		    r, &w->arena, p, (enum recommend_kind)kind, SHOWN, list);

		if (n)
			printf("\n%s:\n", recommend_kind_names[kind]);
		for (size_t i = 0; i < n; i++) {
			printf("  %.6f %.*s %.*s\n           ",
			    (double)list[i].score / SCORE_ONE,
			    STR_ARG(list[i].page->url),
			    STR_ARG(list[i].page->title));
			print_why(&list[i]);
		}
	}
}

static void
print_verdict(enum recommend_verdict verdict)
{
	static const char *const sentences[] = {
		[RECOMMEND_FIT] = "fits among the related pages, as far as "
				  "better ones leave it room",
		[RECOMMEND_SEEN] = "left out: a reader has seen it by then, or "
				   "comes upon it at once",
		[RECOMMEND_FAR] = "left out: not near enough",
		[RECOMMEND_NO_ITEM] = "left out: only courses, lessons and "
				      "articles are related",
	};

	puts(sentences[verdict]);
}

static void
explain(struct work *w, const struct page *from, const struct page *to)
{
	struct recommend *r =
	    recommend_new(&w->arena, w->site, w->events, NULL, &w->diag);
	const struct catalog *c = recommend_catalog(r);
	const struct blend *b = recommend_blend(r);
	uint32_t x = c->item_of[from->index], y = c->item_of[to->index];
	enum recommend_verdict verdict;
	struct recommended e;

	verdict = recommend_explain(r, &w->arena, from, to, &e);
	printf("%.*s on the page of %.*s: %.6f, ", STR_ARG(to->url),
	    STR_ARG(from->url), (double)e.score / SCORE_ONE);
	print_why(&e);
	if (x != CATALOG_NONE && y != CATALOG_NONE)
		printf("contents %.6f, readers %.6f\n",
		    (double)rows_score(b->contents, x, y) / SCORE_ONE,
		    (double)rows_score(b->together, x, y) / SCORE_ONE);
	print_verdict(verdict);
	if (w->events)
		print_tuning(r);
	print_blocks(w, r, from);
	recommend_free(r);
}

int
command_recommend_explain(const struct arguments *args)
{
	const char *location =
	    args->operand_count > 2 ? args->operands[2] : ".";
	const struct page *from, *to;
	struct work w;

	begin(&w, args);
	if (!read_events_option(&w) || !open_site(&w, location))
		return end(&w);
	from = find_page(&w, args->operands[0]);
	to = find_page(&w, args->operands[1]);
	if (from && to)
		explain(&w, from, to);
	return end(&w);
}
