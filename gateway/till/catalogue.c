#include "catalogue.h"

#include "file.h"
#include "limits.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct catalogue {
	const char *site;
	char target[LIMIT_NAME]; /* what `current` pointed to */
	struct arena arena;
	struct manifest *manifest;
};

struct catalogue *
catalogue_new(const char *site)
{
	struct catalogue *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->site = site;
	arena_init(&c->arena);
	return c;
}

void
catalogue_free(struct catalogue *c)
{
	if (!c)
		return;
	arena_clear(&c->arena);
	free(c);
}

static bool
read_target(const struct catalogue *c, char target[LIMIT_NAME])
{
	char path[LIMIT_PATH];
	int n = snprintf(path, sizeof(path), "%s/current", c->site);
	ssize_t len;

	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	len = readlink(path, target, LIMIT_NAME - 1);
	if (len <= 0)
		return false;
	target[len] = '\0';
	return true;
}

/* The manifest of one release; the arena is the caller's. */
static struct manifest *
read_manifest(const struct catalogue *c, struct arena *a, const char *target)
{
	struct manifest *m = ARENA_NEW(a, struct manifest);
	bool absolute = target[0] == '/';
	const char *path = arena_printf(a, "%s%s%s/release.json",
	    absolute ? "" : c->site, absolute ? "" : "/", target)
			       .ptr;
	char error[256];
	struct buf text;
	bool good = false;

	buf_init(&text, LIMIT_MANIFEST);
	if (!file_read(AT_FDCWD, path, &text))
		log_warning("release: %s: %s", path, strerror(errno));
	else if (!manifest_read(a, buf_str(&text), m, error))
		log_warning("release: %s: %s", path, error);
	else
		good = true;
	buf_clear(&text);
	return good ? m : NULL;
}

bool
catalogue_refresh(struct catalogue *c)
{
	char target[LIMIT_NAME];
	struct manifest *m;
	struct arena arena;

	if (!read_target(c, target)) {
		if (!c->manifest)
			log_warning("release: %s/current is missing", c->site);
		return c->manifest != NULL;
	}
	if (c->manifest && !strcmp(target, c->target))
		return true;
	arena_init(&arena);
	m = read_manifest(c, &arena, target);
	if (!m) {
		arena_clear(&arena);
		return c->manifest != NULL;
	}
	arena_clear(&c->arena);
	c->arena = arena;
	c->manifest = m;
	memcpy(c->target, target, sizeof(c->target));
	return true;
}

const struct manifest_offer *
catalogue_offer(const struct catalogue *c, struct str id, struct str lang)
{
	const struct manifest_offer *found = NULL;

	for (size_t i = 0; i < c->manifest->offers.count; i++) {
		const struct manifest_offer *o = &c->manifest->offers.at[i];

		if (!str_eq(o->id, id))
			continue;
		if (!found || str_eq(o->lang, lang))
			found = o;
	}
	return found;
}

const struct manifest_product *
catalogue_product(const struct catalogue *c, struct str id)
{
	for (size_t i = 0; i < c->manifest->products.count; i++) {
		if (str_eq(c->manifest->products.at[i].id, id))
			return &c->manifest->products.at[i];
	}
	return NULL;
}

const struct manifest_member *
catalogue_member(const struct catalogue *c, struct str url)
{
	for (size_t i = 0; i < c->manifest->members.count; i++) {
		if (str_eq(c->manifest->members.at[i].url, url))
			return &c->manifest->members.at[i];
	}
	return NULL;
}

struct str
catalogue_site(const struct catalogue *c)
{
	return c->manifest->url;
}

struct str
catalogue_lang(const struct catalogue *c)
{
	return c->manifest->languages.count ? c->manifest->languages.at[0]
					    : STR("en");
}

bool
catalogue_has_lang(const struct catalogue *c, struct str lang)
{
	for (size_t i = 0; i < c->manifest->languages.count; i++) {
		if (str_eq(c->manifest->languages.at[i], lang))
			return true;
	}
	return false;
}
