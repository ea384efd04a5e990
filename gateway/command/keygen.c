#include "command.h"
#include "configured.h"
#include "keyring.h"

#include <stdio.h>
#include <unistd.h>

static const char usage[] = "usage: pennygate keygen [-c FILE]\n";

static int
generate(const char *folder)
{
	char kid[TOKEN_KID + 1];
	struct diag d;

	diag_init(&d);
	if (keyring_generate(folder, kid, &d))
		printf("%s/%s.key\n", folder, kid);
	return configured_show(&d) ? 0 : 1;
}

int
command_keygen(int argc, char **argv)
{
	const char *path = CONFIGURED_DEFAULT;
	const struct config *c;
	struct arena a;
	int option, status = 1;

	while ((option = getopt(argc, argv, "+c:")) != -1) {
		if (option != 'c') {
			fputs(usage, stderr);
			return 2;
		}
		path = optarg;
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	arena_init(&a);
	c = configured(&a, path);
	if (c)
		status = generate(c->keys.ptr);
	arena_clear(&a);
	return status;
}
