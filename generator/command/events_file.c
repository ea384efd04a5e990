#include "events_file.h"

#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

bool
events_file_add(struct events *e, struct arena *a, const char *path,
    struct hash *hash, struct diag *d)
{
	struct where at = { .path = str_from(path) };
	struct buf text;
	bool ok;

	buf_init(&text, EVENTS_FILE);
	ok = file_read(AT_FDCWD, path, &text);
	if (!ok)
		diag_add(d, DIAG_ERROR, at, NULL, "%s", strerror(errno));
	if (ok && hash)
		hash_of(buf_str(&text), hash);
	ok = ok && events_read(e, a, str_from(path), buf_str(&text), d);
	buf_clear(&text);
	return ok;
}

bool
events_file_read(
    struct events_file *f, struct arena *a, const char *path, struct diag *d)
{
	f->events = events_new(a);
	if (!events_file_add(f->events, a, path, &f->hash, d))
		return false;
	events_close(f->events);
	return true;
}

const char *
events_file_newest(struct arena *a, const char *out)
{
	const char *folder = arena_printf(a, "%s/" EVENTS_FOLDER, out).ptr;
	struct str newest = STR_NONE;
	struct dirent *entry;
	DIR *dir = opendir(folder);

	if (!dir)
		return NULL;
	while ((entry = readdir(dir))) {
		struct str name = str_from(entry->d_name);

		if (events_is_file(name) && str_cmp(name, newest) > 0)
			newest = arena_str(a, name);
	}
	closedir(dir);
	if (!newest.len)
		return NULL;
	return arena_printf(a, "%s/%.*s", folder, STR_ARG(newest)).ptr;
}
