#include "exports.h"

#include "events_file.h"
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	STAMP = 20, /* 20260301T120000Z.tsv */
	KEPT = 5, /* files with such names */
};

static bool
cannot(const char *what, const char *path)
{
	fprintf(stderr, "pennygate: cannot %s %s: %s\n", what, path,
	    strerror(errno));
	return false;
}

static struct str
path_of(const struct exports *e, struct arena *a, const char *name)
{
	return arena_printf(a, "%.*s/%s", STR_ARG(e->path), name);
}

bool
exports_open(
    struct exports *e, struct arena *a, const struct config *c, bool make)
{
	e->path = arena_printf(a, "%.*s/" EVENTS_FOLDER, STR_ARG(c->site));
	e->folder = -1;
	if (make && !file_mkdirs(AT_FDCWD, e->path.ptr))
		return cannot("write", e->path.ptr);
	e->folder = open(e->path.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (e->folder < 0)
		return (!make && errno == ENOENT) ||
		    cannot("open", e->path.ptr);
	while (flock(e->folder, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		cannot("lock", e->path.ptr);
		exports_close(e);
		return false;
	}
	return true;
}

void
exports_close(struct exports *e)
{
	if (e->folder >= 0)
		close(e->folder);
	e->folder = -1;
}

/* ---- which files there are ---- */

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

static bool
is_read(const char *name)
{
	return events_is_file(str_from(name));
}

static int
newest_first(const void *a, const void *b)
{
	const struct str *x = a, *y = b;

	return str_cmp(*y, *x);
}

static bool
list_names(const struct exports *e, struct arena *a,
    bool (*is_one)(const char *name), struct strs *out)
{
	int again = openat(e->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;

	if (!dir) {
		if (again >= 0)
			close(again);
		return false;
	}
	while ((entry = readdir(dir))) {
		if (is_one(entry->d_name))
			ARENA_PUSH(
			    a, *out, arena_str(a, str_from(entry->d_name)));
	}
	closedir(dir);
	if (out->count)
		qsort(out->at, out->count, sizeof(*out->at), newest_first);
	return true;
}

/* ---- adding ---- */

/* Files of this command's own making; nobody else's are touched. */
static void
prune(const struct exports *e, struct arena *a)
{
	struct strs names = { .count = 0 };

	if (!list_names(e, a, is_stamp, &names))
		return;
	for (size_t i = KEPT; i < names.count; i++) {
		if (unlinkat(e->folder, names.at[i].ptr, 0) < 0)
			cannot("remove", path_of(e, a, names.at[i].ptr).ptr);
	}
}

bool
exports_add(
    struct exports *e, struct arena *a, struct str text, struct str *shown)
{
	char name[STAMP + 1];
	time_t now = time(NULL);
	struct tm tm;

	if (!gmtime_r(&now, &tm) ||
	    strftime(name, sizeof(name), "%Y%m%dT%H%M%SZ.tsv", &tm) != STAMP)
		return false;
	*shown = path_of(e, a, name);
	if (!file_replace(e->folder, name, text, 0644))
		return cannot("write", shown->ptr);
	prune(e, a);
	return true;
}

/* ---- forgetting ---- */

size_t
exports_without(struct buf *text, const struct forgotten *f)
{
	struct str rest = buf_str(text);
	size_t kept = 0, removed = 0;

	while (rest.len) {
		size_t end = str_find(rest, '\n');
		struct str line = str_sub(rest, 0, end + 1);
		struct str fields = str_sub(rest, 0, end), time, reader;

		rest = str_from_at(rest, line.len);
		if (str_split(&fields, '\t', &time) &&
		    str_split(&fields, '\t', &reader) &&
		    forgotten_has(f, reader)) {
			removed++;
			continue;
		}
		memmove(text->ptr + kept, line.ptr, line.len);
		kept += line.len;
	}
	if (removed) {
		text->ptr[kept] = '\0';
		text->len = kept;
	}
	return removed;
}

/* No link is followed: the folder may be somebody else's. */
static bool
read_file(
    const struct exports *e, const char *name, struct buf *text, unsigned *mode)
{
	int fd = file_open_below(e->folder, name), reason;
	struct stat st;
	bool good;

	if (fd < 0)
		return false;
	good = fstat(fd, &st) == 0 && file_read_open(fd, text);
	reason = errno;
	close(fd);
	errno = reason;
	*mode = good ? (unsigned)st.st_mode & 0777 : 0;
	return good;
}

static bool
forget_in(const struct exports *e, const char *name, const struct forgotten *f,
    struct exports_done *done)
{
	struct buf text;
	unsigned mode;
	bool good;

	buf_init(&text, EVENTS_FILE);
	good = read_file(e, name, &text, &mode);
	if (good && exports_without(&text, f)) {
		good = file_replace(e->folder, name, buf_str(&text), mode);
		done->changed += good;
	}
	buf_clear(&text);
	return good;
}

bool
exports_can_change(const struct exports *e)
{
	return e->folder < 0 ||
	    faccessat(e->folder, ".", W_OK | X_OK, AT_EACCESS) == 0 ||
	    cannot("change what is in", e->path.ptr);
}

bool
exports_forget(struct exports *e, struct arena *a, const struct forgotten *f,
    struct exports_done *done)
{
	struct strs names = { .count = 0 };
	bool good = true;

	*done = (struct exports_done){ .files = 0 };
	if (e->folder < 0)
		return true;
	if (!list_names(e, a, is_read, &names))
		return cannot("read", e->path.ptr);
	done->files = names.count;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.at[i].ptr;

		if (!forget_in(e, name, f, done))
			good = cannot("change", path_of(e, a, name).ptr);
	}
	return good;
}
