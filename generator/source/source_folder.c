/*
 * source_folder.c - a plain folder as a source. Everything is opened below the
 * folder's descriptor without following a symlink; what begins with '.', and
 * node_modules, is left alone, and so is what an earlier build wrote there.
 */
#include "source_private.h"

#include "file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or an errno. */
static int
read_all(int fd, struct buf *out)
{
	struct stat st;
	size_t left;

	if (fstat(fd, &st))
		return errno;
	if (st.st_size < 0 || (uint64_t)st.st_size > out->cap - out->len)
		return EFBIG;
	for (left = (size_t)st.st_size; left;) {
		char *room = buf_reserve(out, left);
		ssize_t got = room ? read(fd, room, left) : -1;

		if (!room)
			return EFBIG;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (!got)
			return 0;
		buf_commit(out, (size_t)got);
		left -= (size_t)got;
	}
	return 0;
}

static bool
folder_read(struct source *s, const struct source_entry *e, struct diag *d,
    struct buf *out)
{
	int fd = file_open_below(s->folder, e->file.path.ptr);
	int reason = fd < 0 ? errno : read_all(fd, out);

	if (fd >= 0)
		close(fd);
	if (reason)
		diag_add(d, DIAG_ERROR, source_where(e->file.path), NULL,
		    "cannot be read: %s", strerror(reason));
	return !reason;
}

static void
folder_close(struct source *s)
{
	if (s->folder >= 0)
		close(s->folder);
}

static const struct source_backend backend = {
	.read = folder_read,
	.close = folder_close,
};

static bool
is_skipped(const char *name)
{
	return *name == '.' || !strcmp(name, "node_modules");
}

/* An output folder of ours has the publishers' lock and their releases. */
static bool
is_output(int fd)
{
	struct stat lock, releases;

	return !fstatat(fd, ".lock", &lock, AT_SYMLINK_NOFOLLOW) &&
	    !fstatat(fd, "releases", &releases, AT_SYMLINK_NOFOLLOW) &&
	    S_ISREG(lock.st_mode) && S_ISDIR(releases.st_mode);
}

static void walk(
    struct source *s, struct diag *d, int fd, struct buf *path, unsigned depth);

static void
walk_entry(struct source *s, struct diag *d, int parent, const char *name,
    struct buf *path, unsigned depth)
{
	struct stat st;
	int fd;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW)) {
		diag_add(d, DIAG_ERROR, source_where(buf_str(path)), NULL,
		    "cannot be read: %s", strerror(errno));
	} else if (S_ISREG(st.st_mode)) {
		source_list(s, d, buf_str(path), (uint64_t)st.st_size);
	} else if (!S_ISDIR(st.st_mode)) {
		diag_add(d, DIAG_WARNING, source_where(buf_str(path)), NULL,
		    S_ISLNK(st.st_mode) ? "a symbolic link, left out"
					: "not a regular file, left out");
	} else {
		fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			diag_add(d, DIAG_ERROR, source_where(buf_str(path)),
			    NULL, "cannot be read: %s", strerror(errno));
		else if (is_output(fd))
			close(fd);
		else
			walk(s, d, fd, path, depth + 1);
	}
}

/* Closes `fd`. `path` is the folder's, and is so again afterwards. */
static void
walk(struct source *s, struct diag *d, int fd, struct buf *path, unsigned depth)
{
	size_t length = path->len;
	struct dirent *entry;
	DIR *dir;

	if (depth > LIMIT_PATH_DEPTH || !(dir = fdopendir(fd))) {
		diag_add(d, DIAG_ERROR, source_where(buf_str(path)), NULL,
		    depth > LIMIT_PATH_DEPTH ? "folders too deep in each other"
					     : "cannot be read");
		close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (is_skipped(entry->d_name))
			continue;
		if (length)
			buf_add_c(path, '/');
		buf_add_z(path, entry->d_name);
		if (buf_ok(path))
			walk_entry(
			    s, d, dirfd(dir), entry->d_name, path, depth);
		else
			diag_add(d, DIAG_ERROR,
			    source_where(str_from(entry->d_name)), NULL,
			    "path longer than %d bytes", LIMIT_PATH);
		path->failed = false;
		path->len = length;
	}
	closedir(dir);
}

bool
source_folder_open(struct source *s, const char *location, struct diag *d)
{
	struct buf path;
	int fd;

	s->folder = open(location, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = s->folder < 0
	    ? -1
	    : openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		diag_add(d, DIAG_ERROR, source_where(str_from(location)),
		    errno == ENOENT || errno == ENOTDIR
			? "name a git repository or a folder of Markdown"
			: NULL,
		    "cannot be opened: %s", strerror(errno));
		if (s->folder >= 0)
			close(s->folder);
		s->folder = -1;
		return false;
	}
	s->backend = &backend;
	if (!faccessat(s->folder, SOURCE_SITE_FILE, F_OK, AT_SYMLINK_NOFOLLOW))
		s->refusing = DIAG_ERROR;
	buf_init(&path, LIMIT_PATH);
	walk(s, d, fd, &path, 0);
	buf_clear(&path);
	return true;
}
