#include "build.h"
#include "command.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
print_size(uint64_t bytes)
{
	if (bytes < 10000)
		printf("%llu bytes", (unsigned long long)bytes);
	else if (bytes < 1000000)
		printf("%.0f kB", (double)bytes / 1e3);
	else
		printf("%.1f MB", (double)bytes / 1e6);
}

static void
print_count(size_t n, const char *one, const char *many)
{
	printf("%zu %s", n, n == 1 ? one : many);
}

static void
print_totals(const struct build *b)
{
	print_count(b->totals.pages, "page", "pages");
	fputs(", ", stdout);
	print_count(b->totals.files, "file", "files");
	fputs(", ", stdout);
	print_size(b->totals.bytes);
	printf(", %.2f s", b->seconds);
	if (b->diag->warnings) {
		fputs(", ", stdout);
		print_count(b->diag->warnings, "warning", "warnings");
	}
	putchar('\n');
}

static void
print_failure(const struct diag *d, const char *what)
{
	fprintf(stderr, "%zu error%s; %s\n", d->errors,
	    d->errors == 1 ? "" : "s", what);
}

int
command_build(const struct arguments *args)
{
	const struct build_options options = {
		.location = args->operand_count ? args->operands[0] : ".",
		.revision = args->value[OPTION_REF],
		.out =
		    args->value[OPTION_OUT] ? args->value[OPTION_OUT] : "site",
		.datadir = args->value[OPTION_DATADIR],
		.worktree = args->value[OPTION_WORKTREE],
		.events = args->value[OPTION_EVENTS],
		.remember = true,
		.progress = true,
	};
	struct build b;
	struct diag d;
	bool ok;

	diag_init(&d);
	build_open(&b, &options, &d);
	ok = build_run(&b);
	diag_print(&d, stderr, "");
	if (ok) {
		printf("published %s/releases/%s\n", options.out, b.id);
		print_totals(&b);
	} else {
		print_failure(&d, "nothing was published");
	}
	build_close(&b);
	diag_clear(&d);
	return ok ? STATUS_DONE : STATUS_FAULT;
}

/* Is there a .git, so that the files beside it can be read as they are? */
static bool
is_bare(const char *location)
{
	struct stat st;
	char path[4096];
	int len = snprintf(path, sizeof path, "%s/HEAD", location);

	return len > 0 && (size_t)len < sizeof path && !stat(path, &st);
}

/* Into a folder of its own, which is removed. */
static int
check(const struct build_options *given)
{
	const char *tmp = getenv("TMPDIR");
	struct build_options options = *given;
	char out[4096];
	struct build b;
	struct diag d;
	bool ok;

	snprintf(out, sizeof out, "%s/pennypress-XXXXXX",
	    tmp && *tmp && strlen(tmp) < sizeof out / 2 ? tmp : "/tmp");
	if (!mkdtemp(out)) {
		fprintf(stderr, "error: cannot make '%s': %s\n", out,
		    strerror(errno));
		return STATUS_FAULT;
	}
	options.out = out;
	diag_init(&d);
	build_open(&b, &options, &d);
	ok = build_run(&b);
	diag_print(&d, stderr, "");
	if (ok) {
		fputs("no errors: ", stdout);
		print_totals(&b);
	} else {
		print_failure(&d, "a push would be refused");
	}
	build_close(&b);
	diag_clear(&d);
	if (!file_remove_tree(AT_FDCWD, out))
		fprintf(stderr, "warning: cannot remove '%s': %s\n", out,
		    strerror(errno));
	return ok ? STATUS_DONE : STATUS_FAULT;
}

int
command_check(const struct arguments *args)
{
	struct build_options options = {
		.location = args->operand_count ? args->operands[0] : ".",
		.revision = args->value[OPTION_REF],
		.datadir = args->value[OPTION_DATADIR],
		.progress = true,
	};

	options.worktree = !options.revision && !is_bare(options.location);
	return check(&options);
}
