/*
 * navigation.c - the menu that site.yaml may ask for.
 */
#include "content_private.h"

static struct page *
page_of(const struct reading *r, struct str path)
{
	if (str_starts(path, STR("/")))
		path = str_from_at(path, 1);
	for (size_t i = 0; i < r->site->pages.count; i++) {
		struct page *p = r->site->pages.at[i];

		if (p->file ? str_eq(p->file->path, path)
			    : str_eq(str_from_at(p->url, 1), path))
			return p;
	}
	return NULL;
}

static void
report_missing(struct reading *r, const struct yaml *y, struct str path)
{
	size_t count = 0;
	struct str *names =
	    ARENA_ARRAY(r->a, r->site->pages.count + 1, struct str);

	if (addresses_get(r->drafts, path)) {
		diag_add(r->d, DIAG_ERROR, y->at, NULL, "'%.*s' is a draft",
		    STR_ARG(path));
		return;
	}
	for (size_t i = 0; i < r->site->pages.count; i++) {
		if (r->site->pages.at[i]->file)
			names[count++] = r->site->pages.at[i]->file->path;
	}
	diag_add(r->d, DIAG_ERROR, y->at, suggest(r->a, path, names, count),
	    "no such page: %.*s", STR_ARG(path));
}

static void
read_item(struct reading *r, const struct yaml *map)
{
	static const char *const known[] = { "title", "page", "lang" };
	struct navigation_item item = { .page = NULL };
	const struct yaml *lang;
	struct str path;

	if (map->kind != YAML_MAP) {
		diag_add(r->d, DIAG_ERROR, map->at, NULL,
		    "expected 'title' and 'page'");
		return;
	}
	if (!yaml_known_keys(r->d, DIAG_ERROR, map, known, 3) ||
	    !map_text(r, map, STR("title"), &item.title) ||
	    !map_text(r, map, STR("page"), &path))
		return;
	lang = yaml_get(map, STR("lang"));
	if (lang && !yaml_str(r->d, lang, &item.lang))
		return;
	if (lang && !language_is_tag(item.lang))
		diag_add(r->d, DIAG_ERROR, lang->at, "such as en or zh",
		    "'%.*s' is not a language tag (BCP 47)",
		    STR_ARG(item.lang));
	item.page = page_of(r, path);
	if (item.page)
		ARENA_PUSH(r->a, r->site->navigation, item);
	else
		report_missing(r, yaml_get(map, STR("page")), path);
}

void
navigation_read(struct reading *r)
{
	const struct yaml *list = yaml_get(r->settings, STR("navigation"));

	if (list && list->kind != YAML_LIST)
		diag_add(r->d, DIAG_ERROR, list->at,
		    "- {title: About, page: pages/about.md}",
		    "'navigation' must be a list");
	for (size_t i = 0;
	     list && list->kind == YAML_LIST && i < list->items.count; i++)
		read_item(r, list->items.at[i].value);
}
