/*
 * pennygate - sells the pages of a Pennypress site, and serves them to those
 * who bought them.
 */
#include "command.h"

#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* NULL: not for people */
} commands[] = {
	{ "serve", command_serve, "serve [-c FILE]       run the gateway" },
	{ "init", command_init,
	    "init [DIR]            write a gate.yaml and a signing key" },
	{ "keygen", command_keygen,
	    "keygen [-c FILE]      make another signing key" },
	{ "token", command_token,
	    "token mint|verify ... make or look at a reader's token" },
	{ "orders", command_orders,
	    "orders [list|show ID] [--json]  what was sold" },
	{ "export", command_export,
	    "export events [-o FILE]  what readers did, for recommendations" },
	{ "forget", command_forget,
	    "forget ORDER          delete what is noted about its reader" },
	{ "role", command_role, NULL },
};

static void
usage(FILE *out)
{
	fputs("usage: pennygate COMMAND ...\n"
	      "       pennygate -n [-c FILE]  test a configuration\n"
	      "       pennygate --version\n",
	    out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (commands[i].help)
			fprintf(out, "  %s\n", commands[i].help);
	}
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		usage(stdout);
		return 0;
	}
	if (!strcmp(name, "--version")) {
		puts("pennygate " PENNYPRESS_VERSION);
		return 0;
	}
	if (!strcmp(name, "-n"))
		return command_test(argc, argv);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (!strcmp(name, commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	usage(stderr);
	return 2;
}
