#include "build.h"
#include "changes.h"
#include "command.h"
#include "receive.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char unchanged[] =
    "Nothing was published. The live site is unchanged.\n";

static double
seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* "" is the commit before the first. */
static const char *
none_if_empty(const char *commit)
{
	return *commit ? commit : NULL;
}

static bool
remember(
    const struct build *b, const struct changes *changes, const char *commit)
{
	struct ready ready = { .seconds = b->seconds };
	struct buf url;

	buf_init(&url, sizeof ready.url);
	changes_url(changes, &url);
	snprintf(ready.commit, sizeof ready.commit, "%s", commit);
	snprintf(ready.id, sizeof ready.id, "%s", b->id);
	snprintf(ready.url, sizeof ready.url, "%.*s", STR_ARG(buf_str(&url)));
	buf_clear(&url);
	return ready_write(&ready);
}

/* Builds the pushed commit as a release that waits; tells what it saw. */
static bool
check_push(const struct push *p, const struct build_options *options)
{
	struct changes *changes;
	struct build b;
	struct diag d;
	bool ok;

	diag_init(&d);
	build_open(&b, options, &d);
	ok = build_run(&b);
	changes = changes_new(&b, none_if_empty(p->before));
	if (b.site)
		changes_print_title(changes, stderr);
	if (ok)
		changes_report_prices(changes, &d);
	diag_print(&d, stderr, "");
	if (ok)
		changes_print(changes, stderr);
	/* without it post-receive builds again, which takes longer and no more
	 */
	if (ok && !remember(&b, changes, p->after))
		ready_remove();
	if (!ok)
		fputs(unchanged, stderr);
	changes_free(changes);
	build_close(&b);
	diag_clear(&d);
	return ok;
}

static int
roll_back(const char *out)
{
	char id[RELEASE_ID + 1];
	struct diag d;
	bool ok;

	diag_init(&d);
	ok = publish_rollback(out, &d, id);
	diag_print(&d, stderr, "");
	if (ok)
		fprintf(stderr,
		    "The site is back at release %s. No branch was changed: "
		    "git refuses this push on purpose.\n",
		    id);
	else
		fputs(unchanged, stderr);
	diag_clear(&d);
	/* a refused push leaves no ref, so that it can be asked for again */
	return STATUS_FAULT;
}

static int
pre_receive(const struct build_options *options)
{
	struct build_options prepare = *options;
	struct push p;

	push_read(&p);
	if (p.flags & PUSH_ROLLS_BACK)
		return roll_back(options->out);
	if (p.flags & PUSH_DELETES) {
		fputs("error: this branch is the site; it cannot be deleted\n",
		    stderr);
		fputs(unchanged, stderr);
		return STATUS_FAULT;
	}
	if (!(p.flags & PUSH_PUBLISHES))
		return STATUS_DONE;
	prepare.revision = p.after;
	prepare.prepare = true;
	if (!check_push(&p, &prepare))
		return STATUS_FAULT;
	if (p.flags & PUSH_CHECKS) {
		fputs("No errors. Nothing was published, because this was "
		      "'-o check'; git refuses the push on purpose.\n",
		    stderr);
		return STATUS_FAULT;
	}
	return STATUS_DONE;
}

/* Makes `commit` the live site, from the release that waits or anew. */
static bool
publish_commit_of(const char *commit, const struct build_options *options,
    struct ready *ready)
{
	double start = seconds_now();
	struct build again;
	struct diag d;
	bool ok;

	diag_init(&d);
	ok = ready_read(commit, ready) &&
	    publish_switch(options->out, ready->id, &d);
	if (!ok && !d.errors) {
		struct build_options build = *options;

		build.revision = commit;
		build_open(&again, &build, &d);
		ok = build_run(&again);
		if (ok)
			snprintf(ready->url, sizeof ready->url, "%.*s/",
			    STR_ARG(again.site->url));
		build_close(&again);
	}
	ready->seconds += seconds_now() - start;
	if (!ok) {
		diag_print(&d, stderr, "");
		fputs(unchanged, stderr);
	}
	diag_clear(&d);
	return ok;
}

/* A repository made with another first branch would publish nothing, ever. */
static void
warn_of_unborn_branch(const struct push *p)
{
	char commit[COMMIT_TEXT + 1];

	push_read_head(commit);
	if (!commit[0] && !(p->flags & PUSH_DELETES))
		fprintf(stderr,
		    "warning: nothing was published: the site is the branch "
		    "'%s', which has no commit yet\n"
		    "hint: push to it, or on the server: git symbolic-ref "
		    "HEAD refs/heads/BRANCH\n",
		    p->branch);
}

/*
 * Of two pushes whose hooks overlap the later commit must stay live, so what
 * HEAD names is published, and looked at again after that.
 */
static int
post_receive(const struct build_options *options)
{
	char commit[COMMIT_TEXT + 1], live[COMMIT_TEXT + 1] = "";
	struct ready ready = { 0 };
	struct push p;

	push_read(&p);
	if (!(p.flags & PUSH_PUBLISHES)) {
		warn_of_unborn_branch(&p);
		return STATUS_DONE;
	}
	for (push_read_head(commit); *commit && strcmp(commit, live) != 0;
	     push_read_head(commit)) {
		if (!publish_commit_of(commit, options, &ready))
			return STATUS_FAULT;
		memcpy(live, commit, sizeof live);
	}
	ready_remove();
	fprintf(stderr,
	    "success: published in %.2f s  %s\n"
	    "undo with: git push -o rollback origin HEAD:rollback\n",
	    ready.seconds, ready.url);
	return STATUS_DONE;
}

int
command_hook_run(const struct arguments *args)
{
	const struct build_options options = {
		.location = ".",
		.out = args->value[OPTION_OUT],
		.datadir = args->value[OPTION_DATADIR],
		.events_newest = true,
		.remember = true,
	};
	const char *hook = args->operands[0];

	if (!options.out) {
		fputs("pennypress hook run: --out is missing\n", stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(hook, "pre-receive"))
		return pre_receive(&options);
	if (!strcmp(hook, "post-receive"))
		return post_receive(&options);
	fprintf(stderr, "pennypress hook run: no such hook: '%s'\n", hook);
	return STATUS_USAGE;
}
