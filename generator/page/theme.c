#include "theme.h"

#include "asset.h"
#include "chrome.h"
#include "file.h"
#include "limits.h"
#include "phrase.h"
#include "yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A theme's files by their path in it; a later layer replaces single ones. */
struct layer_file {
	struct str name; /* "templates/page.html" */
	struct str path; /* as diagnostics show it */
	struct str data;
};

struct layers {
	struct theme *theme;
	struct diag *d;
	struct {
		struct layer_file *at;
		size_t count, room;
	} files;
};

static size_t
cap_of(struct str name)
{
	return str_starts(name, STR("assets/")) ? LIMIT_PAGE : LIMIT_TEMPLATE;
}

/* The theme's key is a chain over its files, in the order they are read. */
static void
add_to_key(struct theme *t, const struct layer_file *file)
{
	struct memo_key data;
	struct buf b;

	memo_key_of(&data, file->data);
	buf_init(&b, LIMIT_PATH + 2 * (size_t)MEMO_KEY);
	buf_add(&b, memo_key_str(&t->key));
	buf_add(&b, memo_key_str(&data));
	buf_add(&b, file->name);
	memo_key_of(&t->key, buf_str(&b));
	buf_clear(&b);
}

static void
layer_add(struct layers *ls, struct layer_file file)
{
	add_to_key(ls->theme, &file);
	for (size_t i = 0; i < ls->files.count; i++) {
		if (!str_eq(ls->files.at[i].name, file.name))
			continue;
		ls->files.at[i] = file;
		return;
	}
	ARENA_PUSH(ls->theme->arena, ls->files, file);
}

static bool
read_installed(struct layers *ls, const char *path, struct str name)
{
	struct arena *a = ls->theme->arena;
	struct buf bytes;
	buf_init(&bytes, cap_of(name));
	bool good = file_read(AT_FDCWD, path, &bytes);
	struct layer_file file = { .name = arena_str(a, name),
		.path = arena_str(a, str_from(path)) };
	if (good) {
		file.data = arena_str(a, buf_str(&bytes));
		layer_add(ls, file);
	} else {
		diag_add(ls->d, DIAG_ERROR, (struct where){ .path = file.path },
		    NULL, "cannot read the theme's file: %s", strerror(errno));
	}
	buf_clear(&bytes);
	return good;
}

static int
not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* `name` is the folder's path in the theme, with a final slash, or "". */
static bool
read_folder(
    struct layers *ls, const char *path, struct str name, unsigned depth)
{
	struct dirent **entries;
	int count = scandir(path, &entries, not_hidden, alphasort);
	if (count < 0)
		return false;
	struct arena *a = ls->theme->arena;
	bool good = true;
	for (int i = 0; i < count; i++) {
		struct str inner = arena_printf(
		    a, "%.*s%s", STR_ARG(name), entries[i]->d_name);
		struct str full =
		    arena_printf(a, "%s/%s", path, entries[i]->d_name);
		struct stat st;
		if (stat(full.ptr, &st) != 0)
			good = false;
		else if (S_ISDIR(st.st_mode) && depth < LIMIT_PATH_DEPTH)
			good &= read_folder(ls, full.ptr,
			    arena_printf(a, "%.*s/", STR_ARG(inner)),
			    depth + 1);
		else if (S_ISREG(st.st_mode))
			good &= read_installed(ls, full.ptr, inner);
		free(entries[i]);
	}
	free(entries);
	return good;
}

/* The theme's files in the content repository; the number of them. */
static size_t
read_repository(struct layers *ls, struct source *source, struct str theme)
{
	struct arena *a = ls->theme->arena;
	struct str folder = arena_printf(a, "themes/%.*s/", STR_ARG(theme));
	size_t found = 0;
	for (size_t i = 0; source && i < source_count(source); i++) {
		const struct source_file *f = source_at(source, i);
		if (!str_starts(f->path, folder))
			continue;
		struct str name = str_from_at(f->path, folder.len);
		struct buf bytes;
		buf_init(&bytes, cap_of(name));
		if (source_read(source, f, ls->d, &bytes))
			layer_add(ls,
			    (struct layer_file){ .name = name,
				.path = f->path,
				.data = arena_str(a, buf_str(&bytes)) });
		buf_clear(&bytes);
		found++;
	}
	return found;
}

static bool
check_manifest(struct layers *ls, const struct layer_file *file)
{
	static const char *const keys[] = { "name", "version", "description" };
	struct yaml *y = yaml_read(
	    ls->theme->arena, ls->d, file->path, file->data, 0, file->data.len);
	return y &&
	    yaml_known_keys(
		ls->d, DIAG_ERROR, y, keys, sizeof keys / sizeof *keys);
}

static bool
take_file(struct layers *ls, const struct layer_file *file)
{
	struct theme *t = ls->theme;
	struct str name = file->name;
	if (str_eq(name, STR("theme.yaml")))
		return check_manifest(ls, file);
	if (str_starts(name, STR("templates/")) &&
	    str_ends(name, STR(".html"))) {
		name = str_from_at(name, sizeof "templates/" - 1);
		name.len -= sizeof ".html" - 1;
		return template_add(t->templates, ls->d, name, file->path,
		    file->data, STR_NONE, STR_NONE);
	}
	if (str_starts(name, STR("strings/")) && str_ends(name, STR(".yaml")))
		return true; /* read layer by layer, see open_layers */
	if (str_eq(name, STR("assets/beacon.js")) && !t->site->beacon)
		return true; /* nothing that reports is even published */
	if (str_starts(name, STR("assets/"))) {
		asset_add(
		    t, str_from_at(name, sizeof "assets/" - 1), file->data);
		return true;
	}
	diag_add(ls->d, DIAG_WARNING, (struct where){ .path = file->path },
	    "a theme has theme.yaml, templates/*.html, assets/ and "
	    "strings/<language>.yaml",
	    "this file is no part of a theme");
	return true;
}

/* Strings of a layer stand over those of the one before, key by key. */
static bool
take_strings(struct layers *ls)
{
	bool good = true;
	for (size_t i = 0; i < ls->files.count; i++) {
		struct layer_file *file = &ls->files.at[i];
		struct str tag = str_from_at(file->name, sizeof "strings/" - 1);
		if (!str_starts(file->name, STR("strings/")) ||
		    !str_ends(tag, STR(".yaml")) || !file->data.ptr)
			continue;
		tag.len -= sizeof ".yaml" - 1;
		good &=
		    phrase_read(ls->theme, tag, file->path, file->data, ls->d);
		file->data = STR_NONE;
	}
	return good;
}

static bool
read_layers(struct layers *ls, const char *datadir)
{
	const struct site *site = ls->theme->site;
	struct arena *a = ls->theme->arena;
	struct str name = site->theme.len ? site->theme : STR("default");
	struct str base = arena_printf(a, "%s/themes/default", datadir);
	if (!read_folder(ls, base.ptr, STR_NONE, 0)) {
		diag_add(ls->d, DIAG_ERROR, (struct where){ .path = base },
		    "is Pennypress installed completely?",
		    "the default theme cannot be read");
		return false;
	}
	bool good = take_strings(ls), found = str_eq(name, STR("default"));
	if (!found && !path_refusal(name)) {
		struct str own =
		    arena_printf(a, "%s/themes/%.*s", datadir, STR_ARG(name));
		found = read_folder(ls, own.ptr, STR_NONE, 0);
		good &= take_strings(ls);
	}
	found |= read_repository(ls, site->source, name) > 0;
	good &= take_strings(ls);
	if (!found) {
		diag_add(ls->d, DIAG_ERROR,
		    (struct where){ .path = STR("site.yaml") },
		    "put it into themes/, or leave 'theme' out for the "
		    "default one",
		    "no such theme: '%.*s'", STR_ARG(name));
		return false;
	}
	return good;
}

static bool
has_templates(const struct theme *t, struct diag *d)
{
	static const char *const needed[] = { "header", "footer", "contents",
		"home", "course", "lesson", "teaser", "article", "articles",
		"page", "author", "not-found", "gate/paywall", "gate/return",
		"gate/account", "gate/error", "gate/checkout", "gate/list" };
	bool good = true;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		if (template_has(t->templates, str_from(needed[i])))
			continue;
		struct where at = { .path = t->site->theme };
		diag_add(d, DIAG_ERROR, at, NULL,
		    "the theme has no templates/%s.html", needed[i]);
		good = false;
	}
	return good;
}

struct theme *
theme_open(struct arena *a, const struct site *site, const struct recommend *r,
    const char *datadir, struct diag *d)
{
	size_t errors = d->errors;
	struct theme *t = ARENA_NEW(a, struct theme);
	t->arena = a;
	t->site = site;
	t->recommend = r;
	t->templates = template_set_new();
	t->states = ARENA_ARRAY(a, site->pages.count, struct page_state);
	buf_init(&t->out, LIMIT_PAGE);
	struct layers ls = { .theme = t, .d = d };
	bool good = read_layers(&ls, datadir);
	for (size_t i = 0; good && i < ls.files.count; i++)
		good &= take_file(&ls, &ls.files.at[i]);
	good = good && asset_finish(t, d) && has_templates(t, d) &&
	    template_check(t->templates, d);
	if (good && d->errors == errors)
		return t;
	theme_free(t);
	return NULL;
}

void
theme_free(struct theme *t)
{
	if (!t)
		return;
	template_set_free(t->templates);
	buf_clear(&t->out);
}

static struct str
path_of_address(struct str url)
{
	struct str host = str_from_at(url, str_search(url, STR("://")) + 3);
	return str_from_at(host, str_find(host, '/'));
}

struct str
theme_gateway(const struct theme *t, struct arena *a, struct str path)
{
	struct str prefix = t->site->gateway;
	if (t->site->one_host)
		prefix = path_of_address(prefix);
	return ARENA_JOIN(a, prefix, path);
}

struct str
theme_absolute(const struct theme *t, struct arena *a, struct str url)
{
	if (!url.len || url.ptr[0] != '/')
		return url;
	struct str origin = t->site->url;
	origin.len -= path_of_address(origin).len;
	return ARENA_JOIN(a, origin, url);
}

bool
theme_fill(struct theme *t, const char *name, const struct value *data,
    struct diag *d, struct str *out)
{
	buf_reset(&t->out);
	if (template_fill(t->templates, str_from(name), data, &t->out)) {
		*out = buf_str(&t->out);
		return true;
	}
	struct where at = { .path = STR("templates") };
	diag_add(d, DIAG_ERROR, at,
	    "is a partial including itself, or a page over 16 MiB?",
	    "the template '%s' cannot be filled", name);
	return false;
}
