#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Closes without losing the errno that is to be reported. */
static void
close_quietly(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

bool
file_read_open(int fd, struct buf *out)
{
	enum { CHUNK = 64 << 10 };
	struct stat st;
	size_t want = CHUNK;

	if (fstat(fd, &st) < 0)
		return false;
	/* One byte more, so that the end is seen without another round. */
	if (S_ISREG(st.st_mode) && st.st_size >= 0)
		want = (size_t)st.st_size + 1;
	for (;;) {
		size_t left = out->cap - out->len;
		size_t ask = want < left ? want : left;
		char *room = ask ? buf_reserve(out, ask) : NULL;
		char beyond;
		ssize_t got;

		if (ask && !room) {
			errno = ENOMEM;
			return false;
		}
		got = read(fd, room ? room : &beyond, room ? ask : 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		if (!room) {
			errno = EFBIG;
			return false;
		}
		buf_commit(out, (size_t)got);
		want = (size_t)got < want ? want - (size_t)got : CHUNK;
	}
}

bool
file_read(int dir, const char *path, struct buf *out)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool ok;

	if (fd < 0)
		return false;
	ok = file_read_open(fd, out);
	close_quietly(fd);
	return ok;
}

/* The same promise as openat2 gives, for kernels and sandboxes without it: one
 * component at a time, no symlink, no way up. */
static int
walk_below(int root, const char *path)
{
	struct str rest = str_from(path), part;
	int dir = dup(root);

	while (dir >= 0 && str_split(&rest, '/', &part)) {
		char name[NAME_MAX + 1];
		int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
		    O_NOCTTY | (rest.ptr ? O_DIRECTORY : 0);
		int next;

		if (!part.len || part.len > NAME_MAX || str_eq_z(part, ".") ||
		    str_eq_z(part, "..")) {
			close(dir);
			errno = EINVAL;
			return -1;
		}
		memcpy(name, part.ptr, part.len);
		name[part.len] = '\0';
		next = openat(dir, name, flags);
		close_quietly(dir);
		dir = next;
	}
	return dir;
}

int
file_open_below(int root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};
	long opened = syscall(SYS_openat2, root, path, &how, sizeof how);
	struct stat st;
	int fd = (int)opened;

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = walk_below(root, path);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = S_ISDIR(st.st_mode) ? EISDIR : EACCES;
		return -1;
	}
	return fd;
}

static bool
write_all(int fd, struct str data)
{
	while (data.len) {
		ssize_t done = write(fd, data.ptr, data.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		data = str_from_at(data, (size_t)done);
	}
	return fsync(fd) == 0;
}

bool
file_create(int dir, const char *path, struct str data, unsigned mode)
{
	int fd = openat(dir, path,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	bool ok;

	if (fd < 0)
		return false;
	ok = write_all(fd, data);
	if (close(fd) < 0)
		ok = false;
	if (!ok) {
		int saved = errno;

		unlinkat(dir, path, 0);
		errno = saved;
	}
	return ok;
}

static bool
sync_folder(int dir, const char *path)
{
	struct str s = str_from(path);
	size_t slash = str_rfind(s, '/');
	char folder[PATH_MAX] = ".";
	int fd;
	bool ok;

	if (slash < s.len && slash < sizeof folder) {
		size_t len = slash ? slash : 1;

		memcpy(folder, path, len);
		folder[len] = '\0';
	}
	fd = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* Some file systems cannot sync a folder, and say so. */
	ok = fsync(fd) == 0 || errno == EINVAL;
	close_quietly(fd);
	return ok;
}

bool
file_replace(int dir, const char *path, struct str data, unsigned mode)
{
	struct str s = str_from(path);
	size_t slash = str_rfind(s, '/');
	size_t folder = slash < s.len ? slash + 1 : 0;
	char temporary[PATH_MAX];
	uint64_t unique = 0;
	int len;

	if (getrandom(&unique, sizeof unique, 0) != (ssize_t)sizeof unique)
		return false;
	len = snprintf(temporary, sizeof temporary, "%.*s.new-%016llx",
	    (int)folder, path, (unsigned long long)unique);
	if (len < 0 || (size_t)len >= sizeof temporary || s.len > PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (!file_create(dir, temporary, data, mode))
		return false;
	if (renameat(dir, temporary, dir, path) < 0) {
		int saved = errno;

		unlinkat(dir, temporary, 0);
		errno = saved;
		return false;
	}
	return sync_folder(dir, path);
}

static bool
is_folder(int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0) < 0)
		return false;
	if (S_ISDIR(st.st_mode))
		return true;
	errno = ENOTDIR;
	return false;
}

bool
file_mkdirs(int dir, const char *path)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof part) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (mkdirat(dir, path, 0777) == 0)
		return true;
	if (errno == EEXIST)
		return is_folder(dir, path);
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdirat(dir, part, 0777) < 0 && errno != EEXIST)
			return false;
		part[i] = path[i];
	}
	return is_folder(dir, path);
}

static bool
remove_below(int folder)
{
	DIR *list = fdopendir(folder);
	bool ok = true;
	struct dirent *entry;

	if (!list) {
		close_quietly(folder);
		return false;
	}
	while ((entry = readdir(list))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!file_remove_tree(dirfd(list), entry->d_name))
			ok = false;
	}
	closedir(list);
	return ok;
}

bool
file_remove_tree(int dir, const char *path)
{
	int folder =
	    openat(dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (folder < 0) {
		if (errno == ENOENT)
			return true;
		if (errno != ENOTDIR && errno != ELOOP)
			return false;
		return unlinkat(dir, path, 0) == 0 || errno == ENOENT;
	}
	if (!remove_below(folder))
		return false;
	return unlinkat(dir, path, AT_REMOVEDIR) == 0 || errno == ENOENT;
}
