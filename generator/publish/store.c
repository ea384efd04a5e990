#include "store.h"
#include "file.h"
#include "limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool
store_fault(
    const struct store *s, struct diag *d, const char *verb, const char *name)
{
	int e = errno;
	const char *hint = NULL;

	if (e == EACCES || e == EPERM || e == EROFS)
		hint = "choose a folder you may write to with --out";
	else if (e == ENOSPC || e == EDQUOT)
		hint = "free some space; the live site is unchanged";
	diag_add(d, DIAG_ERROR, (struct where){ .path = str_from(s->path) },
	    hint, "cannot %s '%s': %s", verb, name, strerror(e));
	return false;
}

static bool
is_release_name(const char *name)
{
	return strlen(name) == RELEASE_ID &&
	    strspn(name, "0123456789abcdef") == RELEASE_ID;
}

/* Calls `each` for every name in a folder; false when it cannot be read. */
static bool
for_each_name(int dir, void (*each)(int dir, const char *name, void *context),
    void *context)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!names) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while ((entry = readdir(names)))
		each(dir, entry->d_name, context);
	closedir(names);
	return true;
}

/* What cannot be removed now is tried again by the next publisher. */
static void
remove_left_over(int dir, const char *name, void *context)
{
	(void)context;
	if (strncmp(name, ".new-", 5) != 0 &&
	    strncmp(name, ".current-", 9) != 0)
		return;
	if (!file_remove_tree(dir, name))
		unlinkat(dir, name, 0);
}

static bool
check_current(struct store *s, struct diag *d)
{
	struct stat st;

	if (fstatat(s->out, "current", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    S_ISLNK(st.st_mode))
		return true;
	diag_add(d, DIAG_ERROR, (struct where){ .path = str_from(s->path) },
	    "choose an empty folder with --out",
	    "'current' is there and is no link of ours");
	return false;
}

static int
open_folder(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool
store_open(struct store *s, const char *out, struct diag *d)
{
	*s = (struct store){ out, -1, -1, -1 };
	if (!file_mkdirs(AT_FDCWD, out))
		return store_fault(s, d, "make", out);
	s->out = open_folder(AT_FDCWD, out);
	if (s->out < 0)
		return store_fault(s, d, "open", out);
	s->lock = openat(
	    s->out, ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (s->lock < 0)
		return store_fault(s, d, "open", ".lock");
	while (flock(s->lock, LOCK_EX) < 0) {
		if (errno != EINTR)
			return store_fault(s, d, "lock", ".lock");
	}
	if (!file_mkdirs(s->out, "releases"))
		return store_fault(s, d, "make", "releases");
	s->releases = open_folder(s->out, "releases");
	if (s->releases < 0)
		return store_fault(s, d, "open", "releases");
	if (!for_each_name(s->releases, remove_left_over, NULL) ||
	    !for_each_name(s->out, remove_left_over, NULL))
		return store_fault(s, d, "read", "releases");
	return check_current(s, d);
}

void
store_close(struct store *s)
{
	if (s->releases >= 0)
		close(s->releases);
	if (s->lock >= 0)
		close(s->lock);
	if (s->out >= 0)
		close(s->out);
	s->releases = s->lock = s->out = -1;
}

bool
store_has(const struct store *s, const char *id)
{
	struct stat st;

	return is_release_name(id) &&
	    !fstatat(s->releases, id, &st, AT_SYMLINK_NOFOLLOW) &&
	    S_ISDIR(st.st_mode);
}

static void
set_time(const struct store *s, const char *id, struct timespec time)
{
	const struct timespec times[2] = { time, time };

	/* only the order of releases depends on it, so it may fail */
	utimensat(s->releases, id, times, AT_SYMLINK_NOFOLLOW);
}

void
store_forget_time(const struct store *s, const char *id)
{
	set_time(s, id, (struct timespec){ 0, 0 });
}

bool
store_keep(
    struct store *s, const char *new_name, const char *id, struct diag *d)
{
	if (store_has(s, id))
		return file_remove_tree(s->releases, new_name) ||
		    store_fault(s, d, "remove", new_name);
	/* one sync for thousands of files, before the name that makes them a
	 * release */
	if (syncfs(s->releases) < 0)
		return store_fault(s, d, "sync", new_name);
	if (renameat(s->releases, new_name, s->releases, id) < 0)
		return store_fault(s, d, "rename", new_name);
	if (fsync(s->releases) < 0)
		return store_fault(s, d, "sync", "releases");
	store_forget_time(s, id);
	return true;
}

static bool
is_older(struct timespec a, struct timespec b)
{
	return a.tv_sec < b.tv_sec ||
	    (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static void
note_newest(int dir, const char *name, void *context)
{
	struct timespec *newest = context;
	struct stat st;

	if (is_release_name(name) &&
	    !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
	    is_older(*newest, st.st_mtim))
		*newest = st.st_mtim;
}

/* Now, and after all others in any case: two may be published between two ticks
 * of the clock, or it may have been put back. */
static void
set_newest(const struct store *s, const char *id)
{
	struct timespec now, newest = { 0, 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	for_each_name(s->releases, note_newest, &newest);
	if (!is_older(newest, now)) {
		now = newest;
		if (++now.tv_nsec == 1000000000) {
			now.tv_nsec = 0;
			now.tv_sec++;
		}
	}
	set_time(s, id, now);
}

bool
store_switch(struct store *s, const char *id, struct diag *d)
{
	char target[sizeof "releases/" + RELEASE_ID], link[32];
	uint64_t random = 0;

	if (getrandom(&random, sizeof random, 0) < 0)
		random = (uint64_t)getpid();
	snprintf(target, sizeof target, "releases/%s", id);
	snprintf(
	    link, sizeof link, ".current-%016llx", (unsigned long long)random);
	if (symlinkat(target, s->out, link) < 0)
		return store_fault(s, d, "make", link);
	if (renameat(s->out, link, s->out, "current") < 0) {
		store_fault(s, d, "switch", "current");
		unlinkat(s->out, link, 0);
		return false;
	}
	if (fsync(s->out) < 0)
		return store_fault(s, d, "sync", "current");
	set_newest(s, id);
	return true;
}

void
store_current(int out, char id[RELEASE_ID + 1])
{
	char target[64];
	ssize_t len = readlinkat(out, "current", target, sizeof target - 1);

	id[0] = '\0';
	if (len < 0)
		return;
	target[len] = '\0';
	if (!strncmp(target, "releases/", 9) && is_release_name(target + 9))
		memcpy(id, target + 9, RELEASE_ID + 1);
}

/* The search for the release that comes next in some order. */
struct search {
	char current[RELEASE_ID + 1];
	struct timespec bound; /* older than this */
	struct timespec best_time;
	char best[RELEASE_ID + 1];
	size_t count;
};

static void
find_newest(int dir, const char *name, void *context)
{
	struct search *search = context;
	struct stat st;

	if (!is_release_name(name) || !strcmp(name, search->current) ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (!st.st_mtim.tv_sec || !is_older(st.st_mtim, search->bound))
		return;
	if (search->best[0] && !is_older(search->best_time, st.st_mtim))
		return;
	search->best_time = st.st_mtim;
	memcpy(search->best, name, RELEASE_ID + 1);
}

void
store_previous(const struct store *s, char id[RELEASE_ID + 1])
{
	struct search search = { 0 };
	struct stat st;

	id[0] = '\0';
	store_current(s->out, search.current);
	if (!search.current[0] ||
	    fstatat(s->releases, search.current, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	search.bound = st.st_mtim;
	if (for_each_name(s->releases, find_newest, &search))
		memcpy(id, search.best, RELEASE_ID + 1);
}

static void
find_oldest(int dir, const char *name, void *context)
{
	struct search *search = context;
	struct stat st;

	if (!is_release_name(name) ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	search->count++;
	if (!strcmp(name, search->current) ||
	    (search->best[0] && !is_older(st.st_mtim, search->best_time)))
		return;
	search->best_time = st.st_mtim;
	memcpy(search->best, name, RELEASE_ID + 1);
}

void
store_prune(const struct store *s)
{
	for (;;) {
		struct search search = { 0 };

		store_current(s->out, search.current);
		if (!for_each_name(s->releases, find_oldest, &search) ||
		    search.count <= LIMIT_RELEASES || !search.best[0])
			return;
		if (!file_remove_tree(s->releases, search.best))
			return;
	}
}
