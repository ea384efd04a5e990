/*
 * gate.yaml of any bytes: read without a fault it keeps config.h's promises.
 */
#include "address.h"
#include "config.h"

#include "file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct config *c)
{
	struct address a;

	if (address_read(c->url, &a) || address_read(c->payment_base, &a) ||
	    !c->site.len || !c->data.len || !c->keys.len ||
	    !c->secret_key_file.len || !c->webhook_secret_file.len ||
	    !c->checkout_origins.count || c->token_seconds < 3600 ||
	    c->reconcile_seconds < 60)
		abort();
	for (size_t i = 0; i < c->checkout_origins.count; i++) {
		if (address_read(c->checkout_origins.at[i], &a) || a.path.len)
			abort();
	}
	for (size_t i = 0; i < c->trusted_proxies.count; i++) {
		if (!address_is_ip(c->trusted_proxies.at[i]))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct config *c;
	struct arena a;
	struct diag d;
	char path[64];
	int fd = memfd_create("gate.yaml", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	arena_init(&a);
	diag_init(&d);
	c = config_read(&a, path, &d);
	if (c)
		check(c);
	if ((c == NULL) != (d.errors > 0))
		abort();
	diag_clear(&d);
	arena_clear(&a);
	close(fd);
	return 0;
}
