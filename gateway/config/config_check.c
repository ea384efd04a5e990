#include "config.h"

#include "file.h"
#include "limits.h"
#include "secret_file.h"
#include "yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a key of the configuration stands; `group` may be empty. */
static struct where
place(const struct config *c, struct str group, struct str key)
{
	const struct yaml *map = c->tree, *y;

	if (group.len && map)
		map = yaml_get(map, group);
	y = map ? yaml_get(map, key) : NULL;
	return y ? y->at : (struct where){ .path = c->path };
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Reads the release as the gateway will. */
static void
check_site(const struct config *c, struct arena *a, struct diag *d)
{
	struct where at = place(c, STR_NONE, STR("site"));
	struct str path =
	    arena_printf(a, "%.*s/current/release.json", STR_ARG(c->site));
	struct manifest *m = ARENA_NEW(a, struct manifest);
	char error[256];
	struct buf text;

	buf_init(&text, LIMIT_MANIFEST);
	if (!is_folder(c->site.ptr))
		diag_add(
		    d, DIAG_ERROR, at, NULL, "no such folder: %s", c->site.ptr);
	else if (!file_read(AT_FDCWD, path.ptr, &text))
		diag_add(d, DIAG_ERROR, at,
		    "pennypress build --out puts a release there",
		    "no release: %s: %s", path.ptr, strerror(errno));
	else if (!manifest_read(a, buf_str(&text), m, error))
		diag_add(d, DIAG_ERROR, at,
		    "build it again with the pennypress of this version",
		    "%s: %s", path.ptr, error);
	else if (m->gateway.len && !str_eq(m->gateway, c->url))
		diag_add(d, DIAG_WARNING, place(c, STR_NONE, STR("url")),
		    "they are the same in site.yaml and here",
		    "the site was built for a gateway at %.*s",
		    STR_ARG(m->gateway));
	buf_clear(&text);
}

static void
check_data(const struct config *c, struct diag *d)
{
	struct where at = place(c, STR_NONE, STR("data"));
	struct stat st;

	if (stat(c->data.ptr, &st) < 0 || !S_ISDIR(st.st_mode)) {
		diag_add(d, DIAG_ERROR, at, "make it, with mode 0700",
		    "no such folder: %s", c->data.ptr);
		return;
	}
	if (st.st_mode & S_IRWXO)
		diag_add(d, DIAG_ERROR, at, "chmod 700",
		    "everybody may look into %s", c->data.ptr);
	if (geteuid() != 0 && access(c->data.ptr, W_OK | X_OK) < 0)
		diag_add(d, DIAG_ERROR, at, NULL,
		    "this user may not write in %s", c->data.ptr);
}

static void
check_secret(struct diag *d, struct where at, const char *path)
{
	const char *refusal = secret_file_refusal(path);

	if (refusal)
		diag_add(d, DIAG_ERROR, at, NULL, "%s %s", path, refusal);
}

/* The payment key is not read further than to see whether it is one. */
static void
check_payment_key(const struct config *c, struct diag *d)
{
	struct where at = place(c, STR("payment"), STR("secret_key_file"));
	const char *path = c->secret_key_file.ptr;
	char text[sizeof(CONFIG_EXAMPLE_KEY) + 1];
	const char *refusal;
	size_t len;

	check_secret(d, at, path);
	/* A longer one fails to be read whole: it is no example. */
	refusal = secret_file_read(path, text, sizeof(text), &len);
	if (!refusal && len >= sizeof(CONFIG_EXAMPLE_KEY) - 1 &&
	    !memcmp(text, CONFIG_EXAMPLE_KEY, sizeof(CONFIG_EXAMPLE_KEY) - 1))
		diag_add(d, DIAG_ERROR, at, "put the provider's secret key in",
		    "%s still holds the example", path);
	explicit_bzero(text, sizeof(text));
}

static void
check_keys(const struct config *c, struct arena *a, struct diag *d)
{
	struct where at = place(c, STR_NONE, STR("keys"));
	DIR *dir = opendir(c->keys.ptr);
	const struct dirent *entry;
	size_t count = 0;

	if (!dir) {
		diag_add(d, DIAG_ERROR, at, "pennygate keygen makes it",
		    "cannot read folder %s: %s", c->keys.ptr, strerror(errno));
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    !str_ends(str_from(entry->d_name), STR(".key")))
			continue;
		count++;
		check_secret(d, at,
		    arena_printf(a, "%s/%s", c->keys.ptr, entry->d_name).ptr);
	}
	closedir(dir);
	if (!count)
		diag_add(d, DIAG_ERROR, at, "pennygate keygen makes one",
		    "no signing key in %s", c->keys.ptr);
}

static void
check_user(const struct config *c, struct arena *a, struct diag *d)
{
	struct where at = place(c, STR_NONE, STR("user"));

	if (!c->user.len)
		return;
	errno = 0;
	if (!getpwnam(arena_z(a, c->user)))
		diag_add(d, DIAG_ERROR, at, "useradd --system makes one",
		    "no such user: %.*s", STR_ARG(c->user));
}

bool
config_check(const struct config *c, struct diag *d)
{
	const struct str payment = STR("payment");
	size_t errors = d->errors;
	struct arena a;

	arena_init(&a);
	check_site(c, &a, d);
	check_data(c, d);
	check_keys(c, &a, d);
	check_payment_key(c, d);
	check_secret(d, place(c, payment, STR("webhook_secret_file")),
	    c->webhook_secret_file.ptr);
	check_user(c, &a, d);
	arena_clear(&a);
	return d->errors == errors;
}
