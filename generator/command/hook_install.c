#include "command.h"
#include "datadir.h"
#include "file.h"
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The second line of every hook of ours. */
static const char mark[] =
    "# written by 'pennypress hook install', which may write it again\n";

static const char *const hooks[] = { "pre-receive", "post-receive" };

extern char **environ;

static bool
fail(const char *verb, const char *name)
{
	fprintf(
	    stderr, "error: cannot %s '%s': %s\n", verb, name, strerror(errno));
	return false;
}

static bool
exists(int repository, const char *name, mode_t type)
{
	struct stat st;

	return !fstatat(repository, name, &st, 0) &&
	    (st.st_mode & S_IFMT) == type;
}

static bool
is_bare_repository(int repository, const char *name)
{
	if (exists(repository, "HEAD", S_IFREG) &&
	    exists(repository, "objects", S_IFDIR) &&
	    exists(repository, "refs", S_IFDIR))
		return true;
	fprintf(stderr,
	    "error: '%s' is no bare repository\n"
	    "hint: make one with: git init --bare -b main %s\n",
	    name, name);
	return false;
}

/* A hook somebody else wrote is never touched. */
static bool
may_write(int repository, const char *name, const char *hook)
{
	char path[64];
	struct buf text;
	bool ours;

	snprintf(path, sizeof path, "hooks/%s", hook);
	buf_init(&text, 1 << 20);
	ours = file_read(repository, path, &text)
	    ? str_search(buf_str(&text), str_from(mark)) < text.len
	    : errno == ENOENT;
	buf_clear(&text);
	if (!ours)
		fprintf(stderr,
		    "error: '%s/hooks/%s' is there and is not ours\n"
		    "hint: move it away, or call 'pennypress hook run %s "
		    "--out DIR' from it\n",
		    name, hook, hook);
	return ours;
}

/* 'x', with every quote inside as '\''. */
static void
add_quoted(struct buf *out, const char *word)
{
	buf_add_c(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_add_z(out, "'\\''");
		else
			buf_add_c(out, *word);
	}
	buf_add_c(out, '\'');
}

struct script {
	const char *program, *out, *datadir; /* datadir may be NULL */
};

static bool
write_hook(int repository, const char *hook, const struct script *s)
{
	char path[64];
	struct buf text;
	bool ok;

	snprintf(path, sizeof path, "hooks/%s", hook);
	buf_init(&text, 64 << 10);
	buf_add_z(&text, "#!/bin/sh\n");
	buf_add_z(&text, mark);
	buf_add_z(&text, "exec ");
	add_quoted(&text, s->program);
	buf_printf(&text, " hook run %s --out ", hook);
	add_quoted(&text, s->out);
	if (s->datadir) {
		buf_add_z(&text, " --datadir ");
		add_quoted(&text, s->datadir);
	}
	buf_add_c(&text, '\n');
	ok = buf_ok(&text) &&
	    file_replace(repository, path, buf_str(&text), 0755);
	buf_clear(&text);
	return ok || fail("write", path);
}

/* Without it git does not pass "-o check" on. */
static bool
allow_push_options(const char *repository)
{
	char *argv[] = { (char[]){ "git" }, (char[]){ "-C" }, NULL,
		(char[]){ "config" },
		(char[]){ "receive.advertisePushOptions" }, (char[]){ "true" },
		NULL };
	char *path = strdup(repository);
	int status = 1;
	pid_t pid;

	argv[2] = path;
	if (path && !posix_spawnp(&pid, "git", NULL, NULL, argv, environ)) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	free(path);
	if (status)
		fprintf(stderr,
		    "warning: push options are not switched on\n"
		    "hint: git -C %s config receive.advertisePushOptions "
		    "true\n",
		    repository);
	return !status;
}

static bool
install(const char *name, const struct script *s)
{
	int repository = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (repository < 0)
		return fail("open", name);
	ok = is_bare_repository(repository, name);
	for (size_t i = 0; ok && i < sizeof hooks / sizeof *hooks; i++)
		ok = may_write(repository, name, hooks[i]);
	if (ok && !file_mkdirs(repository, "hooks"))
		ok = fail("make", "hooks");
	for (size_t i = 0; ok && i < sizeof hooks / sizeof *hooks; i++)
		ok = write_hook(repository, hooks[i], s);
	close(repository);
	if (ok)
		allow_push_options(name);
	return ok;
}

/* The whole path of a folder that is made when it is not there. */
static char *
whole_path(const char *name)
{
	char *path = file_mkdirs(AT_FDCWD, name) ? realpath(name, NULL) : NULL;

	if (!path)
		fail("make", name);
	return path;
}

int
command_hook_install(const struct arguments *args)
{
	const char *name = args->operands[0];
	const char *given = args->value[OPTION_DATADIR];
	char program[LIMIT_PATH];
	ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
	char *out, *datadir = NULL;
	bool ok;

	if (!args->value[OPTION_OUT]) {
		fputs("pennypress hook install: --out is missing\n", stderr);
		return STATUS_USAGE;
	}
	if (len < 0) {
		fail("find", "/proc/self/exe");
		return STATUS_FAULT;
	}
	program[len] = '\0';
	if (!given)
		given = getenv("PENNYPRESS_DATADIR");
	if (given && *given)
		datadir = realpath(given, NULL);
	out = whole_path(args->value[OPTION_OUT]);
	ok = out &&
	    install(name,
		&(struct script){
		    .program = program, .out = out, .datadir = datadir });
	if (ok)
		printf("a push to %s publishes in %s\n", name, out);
	free(out);
	free(datadir);
	return ok ? STATUS_DONE : STATUS_FAULT;
}
