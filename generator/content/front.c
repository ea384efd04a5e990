/*
 * front.c - front matter: where it is, and what it says.
 */
#include "content_private.h"

#include "limits.h"

#define AT(member) offsetof(struct front, member)
enum {
	SHOWN = DOCUMENT_COURSE | DOCUMENT_LESSON | DOCUMENT_ARTICLE,
	ANY = 0xff,
	FILES = SHOWN | DOCUMENT_PLAIN | DOCUMENT_FOREIGN,
	BIG = 1000000,
};

/* Every key there is. */
static const struct field keys[] = {
	{ "title", ANY, FIELD_TEXT, AT(title), 0, 0 },
	{ "name", DOCUMENT_AUTHOR, FIELD_TEXT, AT(name), 0, 0 },
	{ "description", ANY, FIELD_TEXT, AT(description), 0, 0 },
	{ "draft", ANY & ~(DOCUMENT_HOME | DOCUMENT_AUTHOR), FIELD_BOOL,
	    AT(draft), 0, 0 },
	{ "lang", FILES | DOCUMENT_AUTHOR, FIELD_LANGUAGE, AT(lang), 0, 0 },
	{ "access",
	    DOCUMENT_COURSE | DOCUMENT_LESSON | DOCUMENT_MODULE |
		DOCUMENT_FOREIGN,
	    FIELD_ACCESS, AT(access), 0, 0 },
	{ "price", DOCUMENT_COURSE, FIELD_OTHER, 0, 0, 0 },
	{ "author", SHOWN | DOCUMENT_FOREIGN, FIELD_STRS, AT(author), 0, 0 },
	{ "authors", SHOWN | DOCUMENT_FOREIGN, FIELD_STRS, AT(authors), 0, 0 },
	{ "level", DOCUMENT_COURSE, FIELD_LEVEL, AT(level), 0, 0 },
	{ "outcomes", DOCUMENT_COURSE, FIELD_STRS, AT(outcomes), 0, 0 },
	{ "tags", SHOWN | DOCUMENT_FOREIGN, FIELD_STRS, AT(tags), 0, 0 },
	{ "weight",
	    DOCUMENT_COURSE | DOCUMENT_LESSON | DOCUMENT_MODULE |
		DOCUMENT_FOREIGN,
	    FIELD_INT, AT(weight), -BIG, BIG },
	/* The same of other programs. */
	{ "sidebar_position", DOCUMENT_FOREIGN, FIELD_INT, AT(weight), -BIG,
	    BIG },
	{ "nav_order", DOCUMENT_FOREIGN, FIELD_INT, AT(weight), -BIG, BIG },
	{ "date", SHOWN | DOCUMENT_FOREIGN, FIELD_DATE, AT(date), 0, 0 },
	{ "updated", SHOWN | DOCUMENT_FOREIGN, FIELD_DATE, AT(updated), 0, 0 },
	{ "image", ANY & ~(DOCUMENT_MODULE | DOCUMENT_PLAIN | DOCUMENT_FOREIGN),
	    FIELD_TEXT, AT(image), 0, 0 },
	{ "image_alt",
	    ANY & ~(DOCUMENT_MODULE | DOCUMENT_PLAIN | DOCUMENT_FOREIGN),
	    FIELD_TEXT, AT(image_alt), 0, 0 },
	{ "requires", DOCUMENT_COURSE, FIELD_STRS, AT(requires), 0, 0 },
	{ "teaser", DOCUMENT_COURSE | DOCUMENT_LESSON, FIELD_PERCENT,
	    AT(teaser), 0, 0 },
	{ "faq", DOCUMENT_COURSE, FIELD_OTHER, 0, 0, 0 },
	{ "links", DOCUMENT_AUTHOR, FIELD_OTHER, 0, 0, 0 },
	{ "slug", SHOWN | DOCUMENT_PLAIN, FIELD_SLUG, AT(slug), 0, 0 },
	{ "aliases", DOCUMENT_LESSON | DOCUMENT_ARTICLE | DOCUMENT_PLAIN,
	    FIELD_STRS, AT(aliases), 0, 0 },
	{ "minutes", DOCUMENT_LESSON, FIELD_INT, AT(minutes), 1, 999 },
};

static bool
is_fence(struct str line, const char *fence)
{
	if (!str_starts(line, str_from(fence)))
		return false;
	return !str_trim(str_from_at(line, 3)).len;
}

static struct str
line_at(struct str text, size_t at)
{
	struct str rest = str_from_at(text, at);

	return str_sub(rest, 0, str_find(rest, '\n'));
}

struct front_range
front_range(struct str text)
{
	struct front_range range = { .kind = FRONT_NONE };
	size_t at = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
	struct str line = line_at(text, at);
	bool toml = is_fence(line, "+++");

	range.body = at;
	if (!toml && !is_fence(line, "---"))
		return range;
	range.kind = FRONT_OPEN;
	range.from = at + line.len + 1;
	for (at = range.from;
	     at < text.len && at - range.from <= LIMIT_FRONT_MATTER;
	     at += line.len + 1) {
		line = line_at(text, at);
		if (is_fence(line, toml ? "+++" : "---") ||
		    (!toml && is_fence(line, "..."))) {
			range.kind = toml ? FRONT_TOML : FRONT_YAML;
			range.to = at;
			range.body = at + line.len + 1;
			if (range.body > text.len)
				range.body = text.len;
			return range;
		}
	}
	return range;
}

struct where
front_where(const struct document *doc, struct str key)
{
	const struct yaml *y =
	    doc->front.yaml ? yaml_get(doc->front.yaml, key) : NULL;

	if (y)
		return y->at;
	return (struct where){ .path = doc->path,
		.text = doc->page.text,
		.line = doc->page.text.len ? 1 : 0,
		.column = doc->page.text.len ? 1 : 0 };
}

/* YAML of another program: one warning with what the parser said, not an
 * error. */
static struct yaml *
read_lenient(
    struct reading *r, const struct document *doc, struct front_range range)
{
	struct diag scratch;
	struct yaml *yaml;

	diag_init(&scratch);
	yaml = yaml_read(
	    r->a, &scratch, doc->path, doc->page.text, range.from, range.to);
	if (scratch.errors)
		diag_add(r->d, DIAG_WARNING, front_where(doc, STR_NONE), NULL,
		    "the front matter is not the YAML Pennypress reads, "
		    "ignored");
	diag_clear(&scratch);
	return yaml;
}

static void
refuse_toml(struct reading *r, struct document *doc, struct front_range range)
{
	struct str toml =
	    str_sub(doc->page.text, range.from, range.to - range.from);
	struct where at =
	    where_at(doc->path, doc->page.text, range.from - 4, 3);

	if (range.from < 4)
		at = front_where(doc, STR_NONE);
	diag_add(r->d, r->severity, at, toml_as_yaml(r->a, toml).ptr,
	    "front matter in TOML is not read");
	doc->broken = true;
	if (r->site->foreign) {
		doc->broken = false;
		doc->front.title = toml_value(toml, STR("title"));
		doc->front.draft =
		    str_eq(toml_value(toml, STR("draft")), STR("true"));
	}
}

static void
read_yaml(struct reading *r, struct document *doc, enum document_kind kind,
    struct front_range range)
{
	const struct yaml *yaml;

	if (r->site->foreign)
		yaml = read_lenient(r, doc, range);
	else
		yaml = yaml_read(r->a, r->d, doc->path, doc->page.text,
		    range.from, range.to);
	if (!yaml) {
		doc->broken = !r->site->foreign;
		return;
	}
	doc->front.yaml = yaml;
	fields_read(
	    r, yaml, keys, sizeof keys / sizeof *keys, kind, &doc->front);
}

void
front_read(struct reading *r, struct document *doc, enum document_kind kind)
{
	struct front_range range = front_range(doc->page.text);

	doc->front =
	    (struct front){ .access = COUNT_NONE, .teaser = COUNT_NONE };
	doc->page.body = range.body;
	switch (range.kind) {
	case FRONT_NONE:
		break;
	case FRONT_YAML:
		read_yaml(r, doc, kind, range);
		break;
	case FRONT_TOML:
		refuse_toml(r, doc, range);
		break;
	case FRONT_OPEN:
		if (r->site->foreign)
			break; /* a thematic break */
		doc->broken = true;
		diag_add(r->d, DIAG_ERROR, front_where(doc, STR_NONE),
		    "end it with a line '---'",
		    "front matter without an end (or longer than %d KiB)",
		    LIMIT_FRONT_MATTER >> 10);
	}
}
