#include "address.h"
#include "command.h"
#include "configured.h"
#include "crypto.h"
#include "file.h"
#include "keyring.h"
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: pennygate init [--site DIR] [--url URL] [-C DIR | DIR]\n";

enum { SITE = 256, URL, SECRET_BYTES = 24 };

struct init {
	const char *folder, *site, *url;
};

static const char example_key[] = CONFIG_EXAMPLE_KEY "\n";

static void
write_config(struct buf *out, const struct init *i)
{
	struct address address;
	bool loopback =
	    !address_read(str_from(i->url), &address) && address.loopback;

	buf_printf(out,
	    "# Settings of pennygate; pennygate-gate(5) explains each.\n"
	    "# Test them with: pennygate -n -c gate.yaml\n"
	    "# Paths are relative to this file's folder.\n\n"
	    "# Where readers reach this gateway.\n"
	    "url: %s\n\n"
	    "# The output folder of `pennypress build --out`.\n"
	    "site: %s\n\n"
	    "# Address and port to listen on; put a TLS server in front.\n"
	    "listen: 127.0.0.1:8080\n\n"
	    "# Serve the free pages too, so that one machine is enough.\n"
	    "serve_public: yes\n\n"
	    "# Orders are kept here (mode 0700).\n"
	    "data: data\n\n"
	    "# Keys that sign tokens; `pennygate keygen` adds one.\n"
	    "keys: keys\n\n"
	    "# How long a token lives; it is renewed while the right"
	    " stands.\n"
	    "token_hours: 12\n\n"
	    "# Whose X-Forwarded-For counts.\n"
	    "trusted_proxies: [127.0.0.1]\n\n"
	    "payment:\n"
	    "  # Any Stripe-compatible service; pennymint for rehearsals.\n"
	    "  base: %s\n"
	    "  # Secrets stay in files of their own, with mode 0600.\n"
	    "  secret_key_file: stripe.key\n"
	    "  webhook_secret_file: webhook.key\n"
	    "  automatic_tax: no\n"
	    "  promotion_codes: no\n\n"
	    "# What is recorded of readers: nothing. See pennygate-gate(5).\n"
	    "events:\n"
	    "  readers: no\n"
	    "  beacon: no\n\n"
	    "# How often everything is compared with the provider.\n"
	    "reconcile_minutes: 15\n\n"
	    "# The user to become when started as root.\n"
	    "# user: pennygate\n\n"
	    "# required, or best-effort where the kernel has no sandbox.\n"
	    "sandbox: required\n",
	    i->url, i->site,
	    loopback ? "http://127.0.0.1:9090" : "https://api.stripe.com");
}

static bool
fault(const char *folder, const char *name, const char *why)
{
	fprintf(stderr, "pennygate: %s/%s: %s\n", folder, name, why);
	return false;
}

/* Nothing is written when anything is there already. */
static bool
is_empty(int dir, const struct init *i)
{
	static const char *const names[] = { "gate.yaml", "stripe.key",
		"webhook.key", "keys", "data" };
	bool empty = true;
	struct stat st;

	for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		if (fstatat(dir, names[n], &st, AT_SYMLINK_NOFOLLOW) == 0)
			empty = fault(i->folder, names[n],
			    "is there already and is left as it is");
	}
	return empty;
}

static bool
write_file(int dir, const struct init *i, const char *name, struct str text,
    unsigned mode)
{
	if (file_create(dir, name, text, mode))
		return true;
	return fault(i->folder, name, strerror(errno));
}

/* A secret of our own making: pennymint can be told it; a real one replaces
 * it. */
static bool
write_secret(int dir, const struct init *i)
{
	unsigned char bits[SECRET_BYTES];
	char text[64] = "whsec_";
	size_t used = strlen(text);
	bool done;

	crypto_random(bits, sizeof(bits));
	base64url_print(
	    text + used, sizeof(text) - used - 1, bits, sizeof(bits));
	used = strlen(text);
	text[used] = '\n';
	done = write_file(dir, i, "webhook.key", str_of(text, used + 1), 0600);
	crypto_wipe(text, sizeof(text));
	return done;
}

static bool
write_key(const struct init *i)
{
	char path[LIMIT_PATH], kid[TOKEN_KID + 1];
	struct diag d;
	int n = snprintf(path, sizeof(path), "%s/keys", i->folder);

	if (n < 0 || (size_t)n >= sizeof(path))
		return fault(i->folder, "keys", strerror(ENAMETOOLONG));
	diag_init(&d);
	if (!keyring_generate(path, kid, &d))
		return configured_show(&d);
	diag_clear(&d);
	return true;
}

static bool
write_all(int dir, const struct init *i)
{
	struct buf text;
	bool done;

	buf_init(&text, LIMIT_FORM_BODY);
	write_config(&text, i);
	done = buf_ok(&text) &&
	    write_file(dir, i, "stripe.key", str_from(example_key), 0600) &&
	    write_secret(dir, i) && write_key(i);
	if (done && mkdirat(dir, "data", 0700) < 0)
		done = fault(i->folder, "data", strerror(errno));
	/* Last, so that a gate.yaml means all of it is there. */
	if (done)
		done = write_file(dir, i, "gate.yaml", buf_str(&text), 0644);
	buf_clear(&text);
	return done;
}

static void
say_next(const struct init *i)
{
	printf("%s/gate.yaml, stripe.key, webhook.key, keys/ and data/ are"
	       " made. Next:\n"
	       "  1. put the payment key into %s/stripe.key\n"
	       "  2. put the webhook's secret into %s/webhook.key\n"
	       "  3. pennygate -n -c %s/gate.yaml\n"
	       "  4. pennygate serve -c %s/gate.yaml\n",
	    i->folder, i->folder, i->folder, i->folder, i->folder);
}

/* A value that may stand in YAML as it is. */
static bool
is_plain(const char *option, const char *value)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "/._-+~:[]%";

	if (*value && !value[strspn(value, plain)])
		return true;
	fprintf(stderr,
	    "pennygate: %s '%s' has a character that is not"
	    " allowed here\n",
	    option, value);
	return false;
}

static int
init_run(const struct init *i)
{
	struct address address;
	const char *refusal = address_read(str_from(i->url), &address);
	bool done;
	int dir;

	if (refusal) {
		fprintf(stderr, "pennygate: --url '%s' %s\n", i->url, refusal);
		return 2;
	}
	if (!is_plain("--url", i->url) || !is_plain("--site", i->site))
		return 2;
	if (!file_mkdirs(AT_FDCWD, i->folder)) {
		fault(i->folder, "", strerror(errno));
		return 1;
	}
	dir = open(i->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		fault(i->folder, "", strerror(errno));
		return 1;
	}
	done = is_empty(dir, i) && write_all(dir, i);
	close(dir);
	if (done)
		say_next(i);
	return done ? 0 : 1;
}

int
command_init(int argc, char **argv)
{
	static const struct option options[] = {
		{ "site", required_argument, NULL, SITE },
		{ "url", required_argument, NULL, URL },
		{ NULL, 0, NULL, 0 },
	};
	struct init i = {
		.folder = ".", .site = "site", .url = "http://127.0.0.1:8080"
	};
	int option;

	while ((option = getopt_long(argc, argv, "C:", options, NULL)) != -1) {
		if (option == 'C')
			i.folder = optarg;
		else if (option == SITE)
			i.site = optarg;
		else if (option == URL)
			i.url = optarg;
		else
			goto wrong;
	}
	if (optind + 1 == argc)
		i.folder = argv[optind++];
	if (optind == argc)
		return init_run(&i);
wrong:
	fputs(usage, stderr);
	return 2;
}
