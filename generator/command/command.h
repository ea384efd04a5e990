/*
 * command.h - the commands of pennypress, and what they are given.
 *
 * A row of the table is a command: its name, its options, what help says of it,
 * the function. Exit status: 0 done, 1 an author's fault or one of the machine
 * (all reported), 2 used wrongly.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum { STATUS_DONE = 0, STATUS_FAULT = 1, STATUS_USAGE = 2 };

enum option_id {
	OPTION_REF,
	OPTION_OUT,
	OPTION_DATADIR,
	OPTION_WORKTREE,
	OPTION_EVENTS,
	OPTION_SPLIT,
	OPTION_METHOD,
	OPTION_THRESHOLD,
	OPTION_RUN,
	OPTION_BLOCKS,
	OPTION_HELP,
	OPTION_COUNT,
};

struct option_info {
	const char *name; /* "out", given as --out */
	const char *argument; /* "DIR", or NULL when it takes none */
	const char *text;
};

/* By option_id. */
extern const struct option_info option_table[OPTION_COUNT];

struct arguments {
	const char
	    *value[OPTION_COUNT]; /* NULL: not given; "" without argument */
	char **operands;
	size_t operand_count;
};

struct command {
	const char *name; /* "hook install" is two words */
	const char *operands; /* "[REPOSITORY]" */
	const char *summary; /* for the list; NULL: not listed */
	const char *details;
	unsigned options; /* bits: 1 << OPTION_REF ... */
	size_t least, most; /* operands */
	int (*run)(const struct arguments *args);
};

extern const struct command command_table[];
extern const size_t command_count;

/* Runs what argv asks for; the result is the exit status. */
int command_run(int argc, char **argv);

int command_build(const struct arguments *args);
int command_check(const struct arguments *args);
int command_init(const struct arguments *args);
int command_hook_install(const struct arguments *args);
int command_hook_run(const struct arguments *args);
int command_recommend_eval(const struct arguments *args);
int command_recommend_explain(const struct arguments *args);
int command_report(const struct arguments *args);
int command_version(const struct arguments *args);
int command_help(const struct arguments *args);

#endif
