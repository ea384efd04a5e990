#include "command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const struct option_info option_table[OPTION_COUNT] = {
	[OPTION_REF] = { "ref", "REV", "read this commit, branch or tag" },
	[OPTION_OUT] = { "out", "DIR", "where to write it (or -o)" },
	[OPTION_DATADIR] = { "datadir", "DIR",
	    "where the installed themes/ are" },
	[OPTION_WORKTREE] = { "worktree", NULL,
	    "read the files of the folder, committed or not" },
	[OPTION_EVENTS] = { "events", "FILE", "what readers did" },
	[OPTION_SPLIT] = { "split", "DIR",
	    "train.tsv, in.tsv and out.tsv instead" },
	[OPTION_METHOD] = { "method", "NAME", "only this method" },
	[OPTION_THRESHOLD] = { "threshold", "N",
	    "readers a pair needs, 1 to 1000" },
	[OPTION_RUN] = { "run", "FILE", "write readers' lists there" },
	[OPTION_BLOCKS] = { "blocks", "FILE", "write pages' blocks there" },
	[OPTION_HELP] = { "help", NULL, "show this" },
};

#define BIT(option) (1u << (option))

const struct command command_table[] = {
	{ "init", "DIR", "write a small new site",
	    "Writes a site that builds: a free course, a paid one, an article, "
	    "a\n"
	    "page and an author. DIR must be empty or not there yet.",
	    0, 1, 1, command_init },
	{ "build", "[REPOSITORY]", "build a site and publish it",
	    "REPOSITORY is a bare or normal git repository, of which the "
	    "newest\n"
	    "commit is read, or a plain folder; \".\" when it is not given. "
	    "The\n"
	    "release goes to DIR/releases/, and DIR/current is switched to it, "
	    "DIR\n"
	    "being ./site when --out is not given. With an error nothing "
	    "changes.",
	    BIT(OPTION_REF) | BIT(OPTION_OUT) | BIT(OPTION_DATADIR) |
		BIT(OPTION_WORKTREE) | BIT(OPTION_EVENTS),
	    0, 1, command_build },
	{ "check", "[REPOSITORY]", "report every fault, publish nothing",
	    "Does what build does, and leaves nothing behind. Of a folder the "
	    "files\n"
	    "are read as they are; with --ref, or in a bare repository, a "
	    "commit.",
	    BIT(OPTION_REF) | BIT(OPTION_DATADIR), 0, 1, command_check },
	{ "hook install", "BARE_REPOSITORY", "publish by git push",
	    "Writes the git hooks pre-receive and post-receive, so that a push "
	    "to\n"
	    "the branch HEAD names publishes it in the folder of --out, and a "
	    "push\n"
	    "with a fault is refused. \"git push -o check\" only checks; \"git "
	    "push -o\n"
	    "rollback origin HEAD:rollback\" goes back to the release before.",
	    BIT(OPTION_OUT) | BIT(OPTION_DATADIR), 1, 1, command_hook_install },
	{ "hook run", "pre-receive|post-receive", NULL,
	    "What the hooks call; it reads what git gives a hook.",
	    BIT(OPTION_OUT) | BIT(OPTION_DATADIR), 1, 1, command_hook_run },
	{ "recommend eval", "[REPOSITORY]", "measure the recommendations",
	    "With --events: what readers did after the oldest four fifths of "
	    "the\n"
	    "events, and then what readers not learnt from did last, is looked "
	    "for\n"
	    "with every method. With --split a given division. With "
	    "REPOSITORY: how\n"
	    "well its texts find the links their authors set between lessons, "
	    "and,\n"
	    "with --events, what a build would tune.",
	    BIT(OPTION_EVENTS) | BIT(OPTION_SPLIT) | BIT(OPTION_METHOD) |
		BIT(OPTION_THRESHOLD) | BIT(OPTION_RUN) | BIT(OPTION_BLOCKS) |
		BIT(OPTION_REF) | BIT(OPTION_WORKTREE),
	    0, 1, command_recommend_eval },
	{ "recommend explain", "PAGE PAGE [REPOSITORY]",
	    "why a page is on another one",
	    "A page is an address such as /courses/loops/for/, or a file of "
	    "the\n"
	    "repository. Prints what the second scores on the first, why, and "
	    "the\n"
	    "blocks of the first.",
	    BIT(OPTION_EVENTS) | BIT(OPTION_REF) | BIT(OPTION_WORKTREE), 2, 3,
	    command_recommend_explain },
	{ "report", "[REPOSITORY]", "tell the owner what readers do",
	    "Writes index.html and report.json into DIR, ./report when --out "
	    "is not\n"
	    "given: groups of readers, what to expect of the next 30 days, "
	    "links\n"
	    "followed. Of fewer than five readers nothing is told.",
	    BIT(OPTION_EVENTS) | BIT(OPTION_OUT) | BIT(OPTION_REF) |
		BIT(OPTION_WORKTREE),
	    0, 1, command_report },
	{ "help", "[COMMAND]", "explain a command", "", 0, 0, 2, command_help },
	{ "version", "", "print the version", "", 0, 0, 0, command_version },
};

const size_t command_count = sizeof command_table / sizeof *command_table;

static void
print_synopsis(FILE *out, const struct command *c)
{
	fprintf(out, "pennypress %s", c->name);
	for (size_t i = 0; i < OPTION_HELP; i++) {
		const struct option_info *o = &option_table[i];

		if (!(c->options & BIT(i)))
			continue;
		fprintf(out, o->argument ? " [--%s %s]" : " [--%s%s]", o->name,
		    o->argument ? o->argument : "");
	}
	fprintf(out, "%s%s\n", *c->operands ? " " : "", c->operands);
}

static void
print_help(const struct command *c)
{
	fputs("usage: ", stdout);
	print_synopsis(stdout, c);
	if (*c->details)
		printf("\n%s\n", c->details);
	if (c->options)
		putchar('\n');
	for (size_t i = 0; i < OPTION_HELP; i++) {
		const struct option_info *o = &option_table[i];
		char name[32];

		if (!(c->options & BIT(i)))
			continue;
		snprintf(name, sizeof name, "--%s %s", o->name,
		    o->argument ? o->argument : "");
		printf("    %-16s %s\n", name, o->text);
	}
}

static void
print_commands(FILE *out)
{
	fputs("usage: pennypress COMMAND [OPTION ...] [OPERAND ...]\n\n", out);
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &command_table[i];

		if (c->summary)
			fprintf(out, "    %-18s %s\n", c->name, c->summary);
	}
	fputs("\n'pennypress help COMMAND' explains one.\n", out);
}

static bool
begins_with(const struct command *c, const char *word)
{
	size_t len = strcspn(c->name, " ");

	return strlen(word) == len && strncmp(word, c->name, len) == 0;
}

/* The row for the first words, and how many of them name it; NULL: none. */
static const struct command *
find_command(char *const *words, size_t count, size_t *used)
{
	for (size_t i = 0; i < command_count; i++) {
		const char *name = command_table[i].name;
		const char *space = strchr(name, ' ');

		if (!count || !begins_with(&command_table[i], words[0]))
			continue;
		if (space && (count < 2 || strcmp(words[1], space + 1) != 0))
			continue;
		*used = space ? 2 : 1;
		return &command_table[i];
	}
	return NULL;
}

/* Of a command of two words the first is known: then it names the second. */
static int
unknown_command(char *const *words, size_t count)
{
	bool known = false;

	for (size_t i = 0; i < command_count && !known; i++)
		known = begins_with(&command_table[i], words[0]);
	fprintf(stderr, "pennypress: no such command: '%s%s%s'\n", words[0],
	    known && count > 1 ? " " : "", known && count > 1 ? words[1] : "");
	if (!known)
		print_commands(stderr);
	for (size_t i = 0; known && i < command_count; i++) {
		if (command_table[i].summary &&
		    begins_with(&command_table[i], words[0])) {
			fputs("usage: ", stderr);
			print_synopsis(stderr, &command_table[i]);
		}
	}
	return STATUS_USAGE;
}

static int
usage_error(const struct command *c)
{
	fputs("usage: ", stderr);
	print_synopsis(stderr, c);
	return STATUS_USAGE;
}

/* Options and operands of argv[0..], argv[0] being the command's last word. */
static bool
parse(const struct command *c, int argc, char **argv, struct arguments *args)
{
	struct option longs[OPTION_COUNT + 1] = { 0 };
	size_t count = 0;
	int id;

	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *o = &option_table[i];

		if (i == OPTION_HELP || c->options & BIT(i))
			longs[count++] = (struct option){ o->name,
				o->argument ? required_argument : no_argument,
				NULL, i };
	}
	optind = 0;
	opterr = 1;
	while ((id = getopt_long(argc, argv,
		    c->options & BIT(OPTION_OUT) ? "ho:" : "h", longs, NULL)) !=
	    -1) {
		if (id == '?')
			return false;
		args->value[id == 'h' ? OPTION_HELP
			: id == 'o'   ? OPTION_OUT
				      : id] = optarg ? optarg : "";
	}
	args->operands = argv + optind;
	args->operand_count = (size_t)(argc - optind);
	if (args->value[OPTION_HELP])
		return true;
	if (args->operand_count < c->least)
		fprintf(stderr, "pennypress %s: %s is missing\n", c->name,
		    c->operands);
	else if (args->operand_count > c->most)
		fprintf(stderr, "pennypress %s: one too many: '%s'\n", c->name,
		    args->operands[c->most]);
	return args->operand_count >= c->least &&
	    args->operand_count <= c->most;
}

int
command_help(const struct arguments *args)
{
	const struct command *c;
	size_t used;

	if (!args->operand_count) {
		print_commands(stdout);
		return STATUS_DONE;
	}
	c = find_command(args->operands, args->operand_count, &used);
	if (!c)
		return unknown_command(args->operands, args->operand_count);
	print_help(c);
	return STATUS_DONE;
}

int
command_version(const struct arguments *args)
{
	(void)args;
	puts("pennypress " PENNYPRESS_VERSION);
	return STATUS_DONE;
}

int
command_run(int argc, char **argv)
{
	struct arguments args = { 0 };
	const struct command *c;
	size_t used;

	if (argc < 2) {
		print_commands(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return command_help(&args);
	if (!strcmp(argv[1], "--version"))
		return command_version(&args);
	c = find_command(argv + 1, (size_t)argc - 1, &used);
	if (!c)
		return unknown_command(argv + 1, (size_t)argc - 1);
	if (!parse(c, argc - (int)used, argv + used, &args))
		return usage_error(c);
	if (args.value[OPTION_HELP]) {
		print_help(c);
		return STATUS_DONE;
	}
	return c->run(&args);
}
