/*
 * markdown_fuzz.c - any bytes as a paid page: refused, or rendered into HTML
 * without script and with a teaser.
 */
#include "markdown.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Nothing of ours writes these, and the source may not. */
static void
check_html(struct str html)
{
	static const struct str never[] = { { "<script", 7 }, { "<iframe", 7 },
		{ "href=\"javascript:", 17 }, { "src=\"javascript:", 16 },
		{ "<style", 6 } };

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		must(str_search(html, never[i]) == html.len);
}

static bool
is_void(struct str name)
{
	static const char *const voids[] = { "br", "hr", "img", "input" };

	for (size_t i = 0; i < sizeof voids / sizeof *voids; i++) {
		if (str_eq_z(name, voids[i]))
			return true;
	}
	return false;
}

/* Every tag is ours, so each is closed, in order, and no link is in another. */
static void
check_balance(struct str html)
{
	enum { DEEPEST = 1000 };
	struct str open[DEEPEST], rest = html;
	size_t depth = 0, at, links = 0;

	while ((at = str_find(rest, '<')) < rest.len) {
		struct str tag = str_from_at(rest, at + 1), name;
		bool closing = str_starts(tag, STR("/"));

		at = str_find(tag, '>');
		must(at < tag.len);
		rest = str_from_at(tag, at + 1);
		name = str_sub(tag, closing, at - closing);
		name = str_sub(name, 0, str_find(name, ' '));
		if (is_void(name))
			continue;
		if (!closing) {
			must(depth < DEEPEST);
			open[depth++] = name;
		} else {
			must(depth && str_eq(open[--depth], name));
		}
		if (str_eq_z(name, "a"))
			links = closing ? links - 1 : links + 1;
		must(links < 2);
	}
	must(!depth);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source_file file = { .path = STR("courses/c/01-a.md") };
	struct site site = { .foreign = size && data[0] & 1 };
	struct page page = { .kind = PAGE_LESSON,
		.file = &file,
		.text = { (const char *)data, size },
		.lang = STR("en"),
		.title = STR("T"),
		.access = ACCESS_PAID,
		.teaser_percent = 20 };
	struct rendered out;
	struct arena a;
	struct diag d;
	struct str html;

	if (!data)
		return 0;
	arena_init(&a);
	diag_init(&d);
	if (markdown_render(&a, NULL, &site, &page, NULL, &d, &out)) {
		check_html(out.html);
		check_html(out.teaser);
		check_balance(out.html);
		check_balance(out.teaser);
		must(out.teaser_sections <= out.sections);
	} else {
		must(d.errors);
	}
	if (markdown_plain(&a, page.text, false, &html))
		check_html(html);
	diag_clear(&d);
	arena_clear(&a);
	return 0;
}
