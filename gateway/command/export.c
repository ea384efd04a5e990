#include "command.h"
#include "configured.h"
#include "events_file.h"
#include "exports.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: pennygate export events [-o FILE] [-c FILE | GATE.yaml]\n";

struct words {
	const char *config, *file; /* file NULL: into the default folder */
};

static bool
cannot(const char *path)
{
	fprintf(
	    stderr, "pennygate: cannot write %s: %s\n", path, strerror(errno));
	return false;
}

static bool
write_stdout(struct str text)
{
	if (fwrite(text.ptr, 1, text.len, stdout) == text.len &&
	    !fflush(stdout))
		return true;
	return cannot("standard output");
}

static bool
write_text(const struct words *w, struct exports *e, struct arena *a,
    struct str text, struct str *shown)
{
	if (!w->file)
		return exports_add(e, a, text, shown);
	*shown = str_from(w->file);
	if (!strcmp(w->file, "-")) {
		*shown = STR("standard output");
		return write_stdout(text);
	}
	return file_replace(AT_FDCWD, w->file, text, 0644) || cannot(w->file);
}

static int
export_events(struct arena *a, const struct config *c, const struct words *w)
{
	struct books *s = books_open_read(c->data.ptr);
	struct exports e = { .folder = -1 };
	struct events_file counts;
	struct str shown = STR_NONE;
	struct buf text;
	bool good;

	buf_init(&text, EVENTS_FILE);
	good = s && (w->file || exports_open(&e, a, c, true)) &&
	    events_file_write(s, c, &text, &counts) &&
	    write_text(w, &e, a, buf_str(&text), &shown);
	if (good)
		fprintf(stderr,
		    "pennygate: %zu events, %zu of them purchases, of %zu"
		    " readers about %zu items: %.*s\n",
		    counts.lines, counts.purchases, counts.readers,
		    counts.items, STR_ARG(shown));
	exports_close(&e);
	buf_clear(&text);
	books_close(s);
	return good ? 0 : 1;
}

static bool
read_words(int argc, char **argv, struct words *w)
{
	bool configured = false;
	int option;

	while ((option = getopt(argc, argv, "c:o:")) != -1) {
		if (option == 'o' && *optarg) {
			w->file = optarg;
		} else if (option == 'c') {
			w->config = optarg;
			configured = true;
		} else {
			return false;
		}
	}
	if (optind >= argc || strcmp(argv[optind++], "events") != 0)
		return false;
	if (optind < argc && !configured)
		w->config = argv[optind++];
	return optind == argc;
}

int
command_export(int argc, char **argv)
{
	struct words w = { .config = CONFIGURED_DEFAULT };
	const struct config *c;
	struct arena a;
	int status = 1;

	if (!read_words(argc, argv, &w)) {
		fputs(usage, stderr);
		return 2;
	}
	arena_init(&a);
	c = configured(&a, w.config);
	if (c)
		status = export_events(&a, c, &w);
	arena_clear(&a);
	return status;
}
