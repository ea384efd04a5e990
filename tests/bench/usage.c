/*
 * usage - CPU seconds and peak memory of commands, run in turn.
 *
 *	usage [-n RUNS] -- COMMAND ... [-- COMMAND ...] ...
 *
 * Runs A B C A B C ... after one uncounted round, and prints for each command
 * the medians: CPU seconds (user + system, children included), peak MiB of the
 * largest process, and the CPU as a ratio to the first command's. What
 * the commands print is thrown away. Exit 1 when a command fails.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_COMMANDS = 16, MAX_RUNS = 51 };

struct command {
	char **argv;
	double cpu[MAX_RUNS];
	double mib[MAX_RUNS];
};

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *at, int count)
{
	qsort(at, (size_t)count, sizeof *at, compare);
	return at[count / 2];
}

static bool
run(struct command *c, int round)
{
	struct rusage use;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		execvp(c->argv[0], c->argv);
		perror(c->argv[0]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid || status != 0) {
		fprintf(stderr, "usage: '%s' failed\n", c->argv[0]);
		return false;
	}
	if (round >= 0) {
		c->cpu[round] =
		    (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
		    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
		c->mib[round] = (double)use.ru_maxrss / 1024;
	}
	return true;
}

int
main(int argc, char **argv)
{
	static struct command commands[MAX_COMMANDS];
	int count = 0, runs = 5, i = 1;
	double first;

	if (i + 1 < argc && strcmp(argv[i], "-n") == 0) {
		runs = (int)strtol(argv[i + 1], NULL, 10);
		i += 2;
	}
	for (; i < argc && count < MAX_COMMANDS; i++) {
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			commands[count++].argv = &argv[i + 1];
		}
	}
	if (count == 0 || runs < 1 || runs > MAX_RUNS) {
		fputs("usage: usage [-n RUNS] -- COMMAND ...\n", stderr);
		return 2;
	}
	for (int round = -1; round < runs; round++)
		for (int c = 0; c < count; c++)
			if (!run(&commands[c], round))
				return 1;
	first = median(commands[0].cpu, runs);
	for (int c = 0; c < count; c++) {
		double cpu = median(commands[c].cpu, runs);

		printf("%.3f %.0f %.2f\n", cpu, median(commands[c].mib, runs),
		    cpu / first);
	}
	return 0;
}
