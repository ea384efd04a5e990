/*
 * scratch.h - a folder for one test: files written into it, git run in it, and
 * faults as text.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include "row.h"

#include "diag.h"
#include "file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct scratch {
	char path[200];
};

static inline int
scratch_make(struct scratch *s)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(s->path, sizeof s->path, "%s/unit-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(s->path))
		return -1;
	/* git's answers depend on nobody's settings. */
	setenv("HOME", s->path, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "Ada", 1);
	setenv("GIT_AUTHOR_EMAIL", "ada@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "Ada", 1);
	setenv("GIT_COMMITTER_EMAIL", "ada@example.org", 1);
	setenv("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z", 1);
	setenv("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z", 1);
	unsetenv("GIT_DIR");
	unsetenv("GIT_OBJECT_DIRECTORY");
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	return 0;
}

static inline void
scratch_remove(struct scratch *s)
{
	assert_true(file_remove_tree(AT_FDCWD, s->path));
}

/* Writes a file below the folder, with the folders above it. */
static inline void
scratch_write(const struct scratch *s, const char *path, struct str text)
{
	char full[600], *slash;

	snprintf(full, sizeof full, "%s/%s", s->path, path);
	slash = strrchr(full, '/');
	*slash = '\0';
	assert_true(file_mkdirs(AT_FDCWD, full));
	*slash = '/';
	assert_true(file_replace(AT_FDCWD, full, text, 0644));
}

/* The shell's output, at most `room` bytes of it; false when it failed. */
static inline bool
scratch_shell(const char *line, char *out, size_t room)
{
	int ends[2], status;
	size_t used = 0;
	ssize_t got;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	child = fork();
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while (
	    used < room && (got = read(ends[0], out + used, room - used)) > 0)
		used += (size_t)got;
	out[used < room ? used : room - 1] = '\0';
	close(ends[0]);
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* Has a file of the folder these bytes anywhere? */
static inline bool
scratch_has(const struct scratch *s, const char *name, struct str bytes)
{
	struct buf text;
	char path[600];
	bool has;

	buf_init(&text, 64 << 20);
	snprintf(path, sizeof path, "%s/%s", s->path, name);
	assert_true(file_read(AT_FDCWD, path, &text));
	has = str_search(buf_str(&text), bytes) < text.len;
	buf_clear(&text);
	return has;
}

/* Runs a shell command in the folder; the first line of its output in `out`,
 * unless that is NULL. */
static inline void
scratch_run(
    const struct scratch *s, const char *command, char *out, size_t room)
{
	char line[4000];
	size_t length;

	snprintf(line, sizeof line, "cd '%s' && { %s; } 2>/dev/null", s->path,
	    command);
	if (!scratch_shell(line, line, sizeof line))
		fail_msg("failed: %s", command);
	length = strcspn(line, "\n");
	if (!out)
		return;
	assert_true(length < room);
	memcpy(out, line, length);
	out[length] = '\0';
}

/* All faults as diag_print shows them; to be freed. */
static inline char *
scratch_faults(const struct diag *d)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	assert_non_null(f);
	diag_print(d, f, "");
	fclose(f);
	return text;
}

static inline void
row_fault(int line, const struct diag *d, const char *want)
{
	char *got = scratch_faults(d);

	if (!strstr(got, want))
		fail_msg(
		    "row at line %d: no fault \"%s\" in:\n%s", line, want, got);
	free(got);
}

#endif
