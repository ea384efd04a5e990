#include "command.h"
#include "configured.h"
#include "keyring.h"

#include <stdio.h>
#include <unistd.h>

static const char usage[] = "usage: pennygate -n [-c FILE]\n";

/* Every fault at once: in the text, and in what it names. */
static bool
test_file(const char *path)
{
	const struct config *c;
	struct keyring ring;
	struct arena a;
	struct diag d;
	bool good;

	arena_init(&a);
	diag_init(&d);
	c = config_read(&a, path, &d);
	if (c && config_check(c, &d)) {
		if (keyring_read(c->keys.ptr, &ring, &d))
			keyring_clear(&ring);
	}
	good = configured_show(&d);
	arena_clear(&a);
	return good;
}

int
command_test(int argc, char **argv)
{
	const char *path = CONFIGURED_DEFAULT;
	int option;

	while ((option = getopt(argc, argv, "+nc:")) != -1) {
		if (option == 'c') {
			path = optarg;
		} else if (option != 'n') {
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	if (!test_file(path))
		return 1;
	printf("%s: no fault\n", path);
	return 0;
}
