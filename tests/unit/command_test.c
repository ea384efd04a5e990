/*
 * command_test.c - the command table, its help and its manual agree; what init
 * writes has no fault; pushes are read as git writes them.
 */
#include "build.h"
#include "command.h"
#include "file.h"
#include "receive.h"
#include "starter.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs a command line of up to five words; what it prints goes to `to`. */
static int
run_into(const char *const words[], int to)
{
	char *argv[8] = { (char[]){ "pennypress" } };
	int argc = 1, out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	int status;

	for (; words[argc - 1] && argc < 7; argc++)
		argv[argc] = strdup(words[argc - 1]);
	fflush(stdout);
	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	status = command_run(argc, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	while (--argc)
		free(argv[argc]);
	return status;
}

static int
run_quietly(const char *const words[])
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int status = run_into(words, null);

	close(null);
	return status;
}

static const struct {
	int line;
	const char *words[6];
	int status;
} runs[] = {
	{ __LINE__, { NULL }, STATUS_USAGE },
	{ __LINE__, { "help", NULL }, STATUS_DONE },
	{ __LINE__, { "--help", NULL }, STATUS_DONE },
	{ __LINE__, { "version", NULL }, STATUS_DONE },
	{ __LINE__, { "--version", NULL }, STATUS_DONE },
	{ __LINE__, { "nonsense", NULL }, STATUS_USAGE },
	{ __LINE__, { "hook", NULL }, STATUS_USAGE },
	{ __LINE__, { "hook", "nonsense", NULL }, STATUS_USAGE },
	{ __LINE__, { "help", "nonsense", NULL }, STATUS_USAGE },
	{ __LINE__, { "help", "hook", "install", NULL }, STATUS_DONE },
	{ __LINE__, { "init", NULL }, STATUS_USAGE },
	{ __LINE__, { "init", "a", "b", NULL }, STATUS_USAGE },
	{ __LINE__, { "init", "--out", "x", "a", NULL }, STATUS_USAGE },
	{ __LINE__, { "build", "--nonsense", NULL }, STATUS_USAGE },
	{ __LINE__, { "build", "--out", NULL }, STATUS_USAGE },
	{ __LINE__, { "build", "a", "b", NULL }, STATUS_USAGE },
	{ __LINE__, { "build", "--help", NULL }, STATUS_DONE },
	{ __LINE__, { "build", "/nonexistent", NULL }, STATUS_FAULT },
	{ __LINE__, { "check", "/nonexistent", NULL }, STATUS_FAULT },
	{ __LINE__, { "check", "--worktree", NULL }, STATUS_USAGE },
	{ __LINE__, { "hook", "install", "x", NULL }, STATUS_USAGE },
	{ __LINE__, { "hook", "run", "pre-receive", NULL }, STATUS_USAGE },
	{ __LINE__, { "hook", "run", "--out", "x", "update", NULL },
	    STATUS_USAGE },
};

static void
test_statuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		int status = run_quietly(runs[i].words);

		if (status != runs[i].status)
			fail_msg("row %d: %d", runs[i].line, status);
	}
}

/* A command that is not there is answered with those that may be meant. */
static void
test_unknown(void **state)
{
	static const struct {
		const char *words[3];
		const char *is, *is_not;
	} cases[] = {
		{ { "nonsense", NULL }, "    build ",
		    "usage: pennypress build" },
		{ { "recommend", NULL }, "usage: pennypress recommend eval ",
		    "build" },
		{ { "recommend", "nonsense", NULL },
		    "no such command: 'recommend nonsense'", "build" },
		{ { "help", "recommend", NULL },
		    "usage: pennypress recommend explain ", "build" },
		{ { "hook", NULL }, "usage: pennypress hook install ",
		    "hook run" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FILE *out = tmpfile();
		char text[4096];
		size_t len;

		assert_non_null(out);
		assert_int_equal(
		    run_into(cases[i].words, fileno(out)), STATUS_USAGE);
		rewind(out);
		len = fread(text, 1, sizeof text - 1, out);
		text[len] = '\0';
		fclose(out);
		if (!strstr(text, cases[i].is) || strstr(text, cases[i].is_not))
			fail_msg("case %zu: %s", i, text);
	}
}

/* The manual's synopsis of a command: from its Cm to the next Nm or Sh. */
static struct str
synopsis_of(struct str manual, const char *name)
{
	char start[64];
	struct str s;
	size_t at;

	snprintf(start, sizeof start, ".Nm pennypress\n.Cm %s\n", name);
	at = str_search(manual, str_from(start));
	if (at == manual.len)
		fail_msg("'%s' is not in the manual", name);
	s = str_from_at(manual, at + strlen(start));
	at = str_search(s, STR("\n.Nm"));
	return str_sub(s, 0,
	    at < str_search(s, STR("\n.Sh")) ? at
					     : str_search(s, STR("\n.Sh")));
}

static size_t
count_of(struct str s, struct str part)
{
	size_t n = 0, at = 0;

	while ((at += str_search(str_from_at(s, at), part)) < s.len) {
		n++;
		at += part.len;
	}
	return n;
}

static void
test_manual(void **state)
{
	struct buf manual;

	(void)state;
	buf_init(&manual, 1 << 20);
	if (!file_read(AT_FDCWD, "generator/pennypress.1", &manual))
		skip();
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &command_table[i];
		struct str synopsis = synopsis_of(buf_str(&manual), c->name);
		size_t options = 0, with_argument = 0;

		for (int id = 0; id < OPTION_COUNT; id++) {
			const struct option_info *o = &option_table[id];
			char want[64];

			if (!(c->options & (1u << id)))
				continue;
			options++;
			with_argument += o->argument != NULL;
			snprintf(want, sizeof want, ".Op Fl -%s%s%s", o->name,
			    o->argument ? " Ar " : "",
			    o->argument ? o->argument : "");
			if (!count_of(synopsis, str_from(want)))
				fail_msg("'%s' of %s is not in the manual",
				    want, c->name);
		}
		assert_int_equal(count_of(synopsis, STR(".Op Fl")), options);
		assert_int_equal(count_of(synopsis, STR("Ar ")) > with_argument,
		    *c->operands != '\0');
	}
	buf_clear(&manual);
}

static char *
make_folder(void)
{
	char *folder = strdup("/tmp/command-XXXXXX");

	assert_non_null(mkdtemp(folder));
	return folder;
}

static void
remove_folder(char *folder)
{
	assert_true(file_remove_tree(AT_FDCWD, folder));
	free(folder);
}

/* It builds, it sells, and what it sells is not public. */
static void
test_starter(void **state)
{
	char *folder = make_folder(), site[64], out[64];
	const char *const init[] = { "init", site, NULL };
	struct build_options options = { .location = site, .out = out };
	struct build b;
	struct diag d;

	(void)state;
	snprintf(site, sizeof site, "%s/site", folder);
	snprintf(out, sizeof out, "%s/out", folder);
	assert_int_equal(run_quietly(init), STATUS_DONE);
	assert_int_equal(run_quietly(init), STATUS_FAULT);
	diag_init(&d);
	build_open(&b, &options, &d);
	if (!build_run(&b)) {
		diag_print(&d, stderr, "");
		fail();
	}
	assert_int_equal(d.warnings, 0);
	assert_true(b.totals.pages >= starter_count - 2);
	assert_int_equal(b.site->offers.count, 1);
	build_close(&b);
	diag_clear(&d);
	remove_folder(folder);
}

#define A "1111111111111111111111111111111111111111"
#define B "2222222222222222222222222222222222222222"
#define NONE "0000000000000000000000000000000000000000"

static const struct {
	int line;
	const char *head, *lines, *option;
	unsigned flags;
	const char *before, *after;
} pushes[] = {
	{ __LINE__, "ref: refs/heads/main\n", A " " B " refs/heads/main\n", "",
	    PUSH_PUBLISHES, A, B },
	{ __LINE__, "ref: refs/heads/main\n", NONE " " B " refs/heads/main\n",
	    "", PUSH_PUBLISHES, "", B },
	{ __LINE__, "ref: refs/heads/main\n", A " " NONE " refs/heads/main\n",
	    "", PUSH_DELETES, A, "" },
	{ __LINE__, "ref: refs/heads/main\n", A " " B " refs/heads/other\n", "",
	    0, "", "" },
	{ __LINE__, "ref: refs/heads/main\n",
	    A " " B " refs/heads/x\n" B " " A " refs/heads/main\n", "check",
	    PUSH_PUBLISHES | PUSH_CHECKS, B, A },
	{ __LINE__, "ref: refs/heads/main\n", A " " B " refs/heads/x\n",
	    "rollback", PUSH_ROLLS_BACK, "", "" },
	{ __LINE__, "ref: refs/heads/main\n",
	    "--help " B " refs/heads/main\nnonsense\n", "", 0, "", "" },
	{ __LINE__, A "\n", A " " B " refs/heads/main\n", "", 0, "", "" },
};

static void
check_push(size_t row)
{
	int in = open("lines", O_RDONLY | O_CLOEXEC);
	struct push p;

	assert_true(in >= 0);
	dup2(in, STDIN_FILENO);
	close(in);
	clearerr(stdin);
	setenv("GIT_PUSH_OPTION_COUNT", *pushes[row].option ? "1" : "0", 1);
	setenv("GIT_PUSH_OPTION_0", pushes[row].option, 1);
	push_read(&p);
	if (p.flags != pushes[row].flags ||
	    strcmp(p.before, pushes[row].before) ||
	    strcmp(p.after, pushes[row].after))
		fail_msg("row %d: %u '%s' '%s'", pushes[row].line, p.flags,
		    p.before, p.after);
}

static void
test_pushes(void **state)
{
	char *folder = make_folder();
	int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(chdir(folder), 0);
	for (size_t i = 0; i < sizeof pushes / sizeof *pushes; i++) {
		assert_true(file_replace(
		    AT_FDCWD, "HEAD", str_from(pushes[i].head), 0644));
		assert_true(file_replace(
		    AT_FDCWD, "lines", str_from(pushes[i].lines), 0644));
		check_push(i);
	}
	assert_int_equal(fchdir(back), 0);
	close(back);
	remove_folder(folder);
}

static void
test_head_and_ready(void **state)
{
	char *folder = make_folder(), commit[COMMIT_TEXT + 1];
	int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct ready ready = { .commit = A,
		.id = "0123456789abcdef",
		.seconds = 0.25,
		.url = "https://example.org/" },
		     read;

	(void)state;
	assert_int_equal(chdir(folder), 0);
	push_read_head(commit);
	assert_string_equal(commit, "");
	assert_true(file_replace(
	    AT_FDCWD, "HEAD", STR("ref: refs/heads/main\n"), 0644));
	assert_true(file_replace(AT_FDCWD, "packed-refs",
	    STR("# pack-refs\n" B " refs/heads/x\n" A " refs/heads/main\n"),
	    0644));
	push_read_head(commit);
	assert_string_equal(commit, A);
	assert_true(file_mkdirs(AT_FDCWD, "refs/heads"));
	assert_true(
	    file_replace(AT_FDCWD, "refs/heads/main", STR(B "\n"), 0644));
	push_read_head(commit);
	assert_string_equal(commit, B);

	assert_false(ready_read(A, &read));
	assert_true(ready_write(&ready));
	assert_false(ready_read(B, &read));
	assert_true(ready_read(A, &read));
	assert_string_equal(read.id, ready.id);
	assert_string_equal(read.url, ready.url);
	assert_true(read.seconds > 0.2 && read.seconds < 0.3);
	ready_remove();
	assert_false(ready_read(A, &read));
	assert_int_equal(fchdir(back), 0);
	close(back);
	remove_folder(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_starter),
		cmocka_unit_test(test_pushes),
		cmocka_unit_test(test_head_and_ready),
	};

	/* the themes of the source tree this runs in */
	setenv("PENNYPRESS_DATADIR", ".", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
