/*
 * main.c - pennypress, the generator.
 */
#include "command.h"

#include <signal.h>

int
main(int argc, char **argv)
{
	/* a reader of our output that goes away is a failed write, no more */
	signal(SIGPIPE, SIG_IGN);
	return command_run(argc, argv);
}
