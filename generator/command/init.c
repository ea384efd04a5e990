#include "command.h"
#include "file.h"
#include "starter.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
is_empty(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool empty = true;

	if (!names) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (empty && (entry = readdir(names)))
		empty =
		    !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	closedir(names);
	return empty;
}

static bool
fail(const char *what, const char *name)
{
	fprintf(
	    stderr, "error: cannot %s '%s': %s\n", what, name, strerror(errno));
	return false;
}

static bool
write_starter(int dir)
{
	for (size_t i = 0; i < starter_count; i++) {
		struct str path = str_from(starter_files[i].path);
		struct buf folder;
		bool ok;

		buf_init(&folder, 4096);
		buf_add(&folder, str_sub(path, 0, str_rfind(path, '/')));
		ok = str_rfind(path, '/') == path.len ||
		    file_mkdirs(dir, folder.ptr);
		buf_clear(&folder);
		if (!ok ||
		    !file_create(dir, starter_files[i].path,
			str_from(starter_files[i].text), 0666))
			return fail("write", starter_files[i].path);
	}
	return true;
}

int
command_init(const struct arguments *args)
{
	const char *name = args->operands[0];
	bool ok = false;
	int dir;

	if (!file_mkdirs(AT_FDCWD, name)) {
		fail("make", name);
		return STATUS_FAULT;
	}
	dir = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		fail("open", name);
		return STATUS_FAULT;
	}
	if (!is_empty(dir))
		fprintf(stderr, "error: '%s' is not empty; name a new folder\n",
		    name);
	else
		ok = write_starter(dir);
	close(dir);
	if (!ok)
		return STATUS_FAULT;
	printf("wrote a small site to %s\n\n"
	       "look at it:      pennypress build %s --out %s-site\n"
	       "                 (pages are in %s-site/current/public/)\n"
	       "make it yours:   %s/site.yaml, then the files in %s/courses/\n"
	       "find faults:     pennypress check %s\n"
	       "publish by push: pennypress help hook install\n",
	    name, name, name, name, name, name, name);
	return STATUS_DONE;
}
