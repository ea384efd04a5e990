/*
 * report.c - pennypress report: what readers did, for the owner alone.
 */
#include "report.h"

#include "command.h"
#include "events_file.h"
#include "file.h"
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

struct reporting {
	struct arena arena;
	struct diag diag;
	struct source *source;
	struct site *site;
	struct events_file events;
};

/* Faults of the pages are what check is for; only their number is told. */
static bool
open_site(struct reporting *w, const struct arguments *args)
{
	struct diag faults;

	w->source = source_open(args->operand_count ? args->operands[0] : ".",
	    args->value[OPTION_REF], args->value[OPTION_WORKTREE], &w->diag);
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

/* For the owner's eyes: nobody else may read it. */
static bool
write_file(struct reporting *w, const char *folder, const char *name,
    const struct buf *text)
{
	struct str path = arena_printf(&w->arena, "%s/%s", folder, name);

	if (buf_ok(text) &&
	    file_replace(AT_FDCWD, path.ptr, buf_str(text), 0600))
		return true;
	diag_add(&w->diag, DIAG_ERROR, (struct where){ .path = path }, NULL,
	    "%s", buf_ok(text) ? strerror(errno) : "the report is too big");
	return false;
}

/* Both files are ready before one is written. */
static void
write_report(struct reporting *w, const char *folder)
{
	struct report report;
	struct buf json, page;

	buf_init(&json, LIMIT_MANIFEST);
	buf_init(&page, LIMIT_PAGE);
	report_init(&report, &w->arena, w->site, w->events.events, 0, &w->diag);
	report_json(&report, &json);
	report_page(&report, &page);
	report_clear(&report);
	if (!file_mkdirs(AT_FDCWD, folder))
		diag_add(&w->diag, DIAG_ERROR,
		    (struct where){ .path = str_from(folder) }, NULL, "%s",
		    strerror(errno));
	else if (write_file(w, folder, "report.json", &json) &&
	    write_file(w, folder, "index.html", &page))
		printf("%s/index.html\n", folder);
	buf_clear(&json);
	buf_clear(&page);
}

int
command_report(const struct arguments *args)
{
	const char *folder = args->value[OPTION_OUT];
	struct reporting w = { 0 };
	int status;

	if (!args->value[OPTION_EVENTS]) {
		fputs("pennypress report: --events FILE is missing\n", stderr);
		return STATUS_USAGE;
	}
	arena_init(&w.arena);
	diag_init(&w.diag);
	if (events_file_read(
		&w.events, &w.arena, args->value[OPTION_EVENTS], &w.diag) &&
	    open_site(&w, args))
		write_report(&w, folder ? folder : "report");
	diag_print(&w.diag, stderr, "");
	status = w.diag.errors ? STATUS_FAULT : STATUS_DONE;
	if (w.source)
		source_free(w.source);
	diag_clear(&w.diag);
	arena_clear(&w.arena);
	return status;
}
