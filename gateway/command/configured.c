#include "configured.h"

#include <stdio.h>

bool
configured_show(struct diag *d)
{
	bool good = d->errors == 0;

	diag_print(d, stderr, NULL);
	diag_clear(d);
	return good;
}

const struct config *
configured(struct arena *a, const char *path)
{
	const struct config *c;
	struct diag d;

	diag_init(&d);
	c = config_read(a, path, &d);
	configured_show(&d);
	return c;
}
