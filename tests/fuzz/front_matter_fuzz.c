/*
 * front_matter_fuzz.c - any bytes as a Markdown file of any kind, and as a
 * SUMMARY.md: front matter, title, length, order. The first byte chooses the
 * kind of file and whether the repository is foreign.
 */
#include "content_private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
read_as_document(struct reading *r, struct str text, enum document_kind kind)
{
	struct document doc = { .path = STR("a/b.md"), .stem = STR("b") };
	struct digest digest;

	doc.page.text = text;
	front_read(r, &doc, kind);
	require(doc.page.body <= text.len);
	require(
	    doc.front.access >= COUNT_NONE && doc.front.access <= ACCESS_PAID);
	require(doc.front.teaser <= 50);
	require(!doc.front.date.len || date_is_valid(doc.front.date));
	require(!doc.front.lang.len || language_is_tag(doc.front.lang));
	digest_make(r->a, &doc, &digest);
	doc.digest = &digest;
	document_title(r, &doc);
	require(!str_is_utf8(text) || str_is_utf8(doc.page.title));
	require(str_starts(text, digest.head));
	require((digest.measure.bad == SIZE_MAX) ==
	    str_is_utf8(str_from_at(text, doc.page.body)));
	require(measure_minutes(&digest.measure) >= 1);
}

static void
read_as_summary(struct arena *a, struct str text)
{
	struct summary s;
	struct str path;

	summary_read(a, text, &s);
	for (size_t i = 0; i < s.count; i++) {
		if (path_resolve(a, STR("x/SUMMARY.md"), s.at[i].target, &path))
			require(!str_starts(path, STR("..")) || path.len < 3 ||
			    path.ptr[2] != '/');
		require(slug_of(a, s.at[i].title).len > 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct diag diag;
	struct site site = { .foreign = false };
	struct reading r = { .a = &arena, .d = &diag, .site = &site };
	struct str text;
	unsigned kind;

	if (!size)
		return 0;
	kind = 1u << (data[0] & 7);
	text = str_of((const char *)data + 1, size - 1);
	arena_init(&arena);
	diag_init(&diag);
	site.foreign = kind == DOCUMENT_FOREIGN;
	r.severity = site.foreign ? DIAG_WARNING : DIAG_ERROR;
	r.known_keys = addresses_new(&arena);
	read_as_document(&r, text, (enum document_kind)kind);
	require(!site.foreign || !diag.errors);
	read_as_summary(&arena, text);
	diag_clear(&diag);
	arena_clear(&arena);
	return 0;
}
