#include "command.h"
#include "configured.h"
#include "events_file.h"
#include "file.h"
#include "limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: pennygate export events [-o FILE] [-c FILE | GATE.yaml]\n";

enum {
	STAMP = 20, /* 20260301T120000Z.tsv */
	KEPT = 5, /* files in the default folder, with the new one */
};

struct words {
	const char *config, *file; /* file NULL: into the default folder */
};

struct stamps {
	struct stamp {
		char name[STAMP + 1];
	} * at;
	size_t count, room;
};

static bool
is_stamp(const char *name)
{
	static const char form[] = "ddddddddTddddddZ.tsv";

	for (size_t i = 0; i < STAMP; i++) {
		if (form[i] == 'd' ? name[i] < '0' || name[i] > '9'
				   : name[i] != form[i])
			return false;
	}
	return !name[STAMP];
}

static int
newest_first(const void *a, const void *b)
{
	const struct stamp *x = a, *y = b;

	return strcmp(y->name, x->name);
}

/* Files of this command's own making; nobody else's are touched. */
static void
prune(int folder, struct arena *a)
{
	int again = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct stamps stamps = { .count = 0 };
	const struct dirent *entry;
	struct stamp stamp;

	if (!dir) {
		if (again >= 0)
			close(again);
		return;
	}
	while ((entry = readdir(dir))) {
		if (!is_stamp(entry->d_name))
			continue;
		memcpy(stamp.name, entry->d_name, sizeof(stamp.name));
		ARENA_PUSH(a, stamps, stamp);
	}
	closedir(dir);
	if (stamps.count)
		qsort(stamps.at, stamps.count, sizeof(stamp), newest_first);
	for (size_t i = KEPT; i < stamps.count; i++) {
		if (unlinkat(folder, stamps.at[i].name, 0) < 0)
			fprintf(stderr, "pennygate: cannot remove %s: %s\n",
			    stamps.at[i].name, strerror(errno));
	}
}

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

/* Where pennypress looks for it. `shown`: what it is called. */
static bool
write_stamped(
    struct arena *a, const struct config *c, struct str text, struct str *shown)
{
	struct str folder = arena_printf(a, "%.*s/events", STR_ARG(c->site));
	char name[STAMP + 1];
	time_t now = time(NULL);
	struct tm tm;
	bool good;
	int dir;

	if (!gmtime_r(&now, &tm) ||
	    strftime(name, sizeof(name), "%Y%m%dT%H%M%SZ.tsv", &tm) != STAMP)
		return false;
	*shown = arena_printf(a, "%.*s/%s", STR_ARG(folder), name);
	if (!file_mkdirs(AT_FDCWD, folder.ptr))
		return cannot(folder.ptr);
	dir = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return cannot(folder.ptr);
	good = file_replace(dir, name, text, 0644) || cannot(shown->ptr);
	if (good)
		prune(dir, a);
	close(dir);
	return good;
}

static bool
write_text(struct arena *a, const struct config *c, const struct words *w,
    struct str text, struct str *shown)
{
	if (!w->file)
		return write_stamped(a, c, text, shown);
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
	struct events_file counts;
	struct str shown = STR_NONE;
	struct buf text;
	bool good;

	buf_init(&text, EVENTS_FILE_MOST);
	good = s && events_file_write(s, c, &text, &counts) &&
	    write_text(a, c, w, buf_str(&text), &shown);
	if (good)
		fprintf(stderr,
		    "pennygate: %zu events, %zu of them purchases, of %zu"
		    " readers about %zu items: %.*s\n",
		    counts.lines, counts.purchases, counts.readers,
		    counts.items, STR_ARG(shown));
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
