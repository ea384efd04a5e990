/*
 * content_private.h - what the parts of content/ share; for its .c files only.
 */
#ifndef CONTENT_PRIVATE_H
#define CONTENT_PRIVATE_H

#include "addresses.h"
#include "content.h"
#include "yaml.h"

enum { COUNT_NONE = -1 };

/* The values of a front matter, typed; what is not there is empty or -1. */
struct front {
	const struct yaml *yaml; /* NULL: no front matter */
	struct str title, name, description, lang, slug, date, updated;
	struct str image, image_alt, level;
	struct strs tags, outcomes, aliases, requires, author, authors;
	int access; /* enum access */
	int teaser; /* percent */
	int64_t weight, minutes;
	bool draft;
};

/* A Markdown file as it was read; the page is first, so that a page made from a
 * file is its document. */
struct document {
	struct page page;
	struct front front;
	struct str stem; /* "01-for" */
	struct str path; /* of the file, or of the folder of a file-less page */
	struct module_folder *folder;
	struct digest *digest; /* of the text, while reading */
	bool broken; /* its front matter was refused: it was reported */
	bool named; /* its title is its file's or folder's name */
};

struct module_folder {
	struct module module; /* first */
	struct document *index; /* NULL when it has no index.md */
	struct str path;
};

struct course_folder {
	struct course course; /* first */
	struct document *index;
	struct str path; /* "courses/loops" */
};

struct measure {
	size_t words, code_words; /* outside CJK */
	size_t cjk, kana,
	    hangul; /* characters; the latter are among the first */
	size_t
	    bad; /* offset of the first byte that is not UTF-8, or SIZE_MAX */
};

/* One reading of a site. */
struct reading {
	struct arena *a;
	struct source *source;
	struct diag *d;
	struct site *site;
	struct buf buf; /* for one file */
	enum severity severity; /* of what is only a warning where foreign */
	/* site.yaml */
	const struct yaml *settings;
	const struct currency *currency; /* NULL: none set */
	unsigned teaser;
	struct str author;
	/* foreign repositories */
	struct measure total;
	struct addresses *known_keys; /* unknown keys that were reported */
	/* results on their way */
	struct addresses *drafts; /* by path: a draft's file */
	struct {
		struct document **at;
		size_t count, room;
	} homes, articles, plains, author_pages;
};

/* front.c */
enum front_kind { FRONT_NONE, FRONT_YAML, FRONT_TOML, FRONT_OPEN };
struct front_range {
	enum front_kind kind;
	size_t from, to; /* the text between the fences */
	size_t body; /* where the Markdown begins */
};
struct front_range front_range(struct str text);
enum document_kind {
	DOCUMENT_HOME = 1,
	DOCUMENT_COURSE = 2,
	DOCUMENT_LESSON = 4,
	DOCUMENT_MODULE = 8,
	DOCUMENT_ARTICLE = 16,
	DOCUMENT_PLAIN = 32,
	DOCUMENT_AUTHOR = 64,
	DOCUMENT_FOREIGN = 128,
};
/* Splits doc->page.text and reads the front matter by the table of keys. */
void front_read(
    struct reading *r, struct document *doc, enum document_kind kind);
/* The place of a key's value, or the file's beginning. */
struct where front_where(const struct document *doc, struct str key);

/* fields.c: a table of keys drives reading. */
enum field_type {
	FIELD_OTHER, /* a known key that is read elsewhere */
	FIELD_TEXT,
	FIELD_BOOL,
	FIELD_INT,
	FIELD_DATE,
	FIELD_ACCESS,
	FIELD_LANGUAGE,
	FIELD_LEVEL,
	FIELD_PERCENT,
	FIELD_SLUG,
	FIELD_STRS,
};
struct field {
	const char *key;
	unsigned kinds; /* enum document_kind bits */
	enum field_type type;
	size_t offset;
	int64_t min, max; /* FIELD_INT */
};
void fields_read(struct reading *r, const struct yaml *map,
    const struct field *fields, size_t count, unsigned kind, void *out);
bool date_is_valid(struct str date); /* YYYY-MM-DD */
/* A suggestion among `names`, as a hint in the arena, or NULL. */
const char *suggest(
    struct arena *a, struct str word, const struct str *names, size_t count);
/* A map's text under `key`; reports when it is missing or of another kind. */
bool map_text(
    struct reading *r, const struct yaml *map, struct str key, struct str *out);

/* toml.c: "title = ..." lines as YAML, and single values of them. */
struct str toml_as_yaml(struct arena *a, struct str toml);
struct str toml_value(struct str toml, struct str key);

/* settings.c, offers.c, navigation.c: site.yaml */
void settings_read(struct reading *r, const struct source_file *f);
void offers_read(struct reading *r);
void navigation_read(struct reading *r);

/* document.c */
/* NULL when it cannot be read, which was reported. `kind` is of front.c. */
struct document *document_read(
    struct reading *r, const struct source_file *f, enum document_kind kind);
/* The title: of the front matter, else the heading, else the name. An h1 is
 * its title wherever it stands; in a repository that was not made for us, a
 * lower one that leads the text too. */
void document_title(struct reading *r, struct document *doc);
struct str document_slug(
    struct reading *r, struct document *doc, struct str name);
/* Notes a draft; true when it is one. */
bool document_is_draft(struct reading *r, const struct document *doc);
void draft_note(struct reading *r, struct str path);
void document_image(struct reading *r, const struct document *doc,
    struct str image, struct str *out);
void page_push(struct reading *r, struct page *p);
/* The language of the front matter, else `otherwise`; reports one that the site
 * does not have. */
struct str document_lang(
    struct reading *r, const struct document *doc, struct str otherwise);

/* tree.c, courses.c, foreign.c: the documents, and how they belong together. */
void tree_read(struct reading *r);
void courses_read(struct reading *r);
void foreign_read(struct reading *r);
void lessons_chain(struct course *c); /* previous, next, place */

/* foreign_order.c */
struct foreign {
	struct reading *r;
	struct course_folder course;
	struct str root; /* "src", where SUMMARY.md and the course are; or "" */
	const struct source_file *summary; /* NULL: none */
	struct str summary_title;
	struct document *index; /* NULL: none */
	struct {
		struct document **at;
		size_t count, room;
	} documents; /* all but the index; first by path, then in order */
	struct document **by_file; /* by source_file.index */
};
/* Fills the course's modules and lessons. */
void foreign_order(struct foreign *f);
bool is_index_name(struct str path); /* README.md or index.md */

/* check.c: what can only be said when all is read. */
void access_resolve(struct reading *r);
void authors_resolve(struct reading *r);
void requires_resolve(struct reading *r);
void addresses_check(struct reading *r);

/* summary.c: SUMMARY.md of GitBook and mdBook. */
struct summary_item {
	struct str title; /* plain text */
	struct str target; /* as written, or "" */
	unsigned depth; /* of the list; 0 outside any */
	bool part; /* a heading */
};
struct summary {
	struct summary_item *at;
	size_t count, room;
	struct str title; /* of the book, or "" */
};
void summary_read(struct arena *a, struct str text, struct summary *out);

/* slug.c */
struct str name_without_number(struct str name); /* "01-for" to "for" */
struct str path_name(struct str path);
struct str path_folder(struct str path);
struct str path_stem(struct str path); /* the name without its ending */
bool path_is_markdown(struct str path);
struct str title_from_name(struct arena *a, struct str name);
struct str address_encode(struct arena *a, struct str path);
int name_compare(struct str x, struct str y); /* natural order */

/* language.c */
bool language_is_tag(struct str tag);
struct str language_guess(const struct measure *m);

/* scan.c */
struct heading {
	struct str text; /* inline Markdown, or HTML */
	int level; /* 0: none */
	size_t at;
	bool html;
	bool leads; /* nothing but images and HTML stands before it */
};
/* The first h1, else the first of the highest level. */
bool heading_first(struct str body, struct heading *out);
void measure_text(struct str text, size_t from, struct measure *out);
unsigned measure_minutes(const struct measure *m);

/* digest.c */
struct digest {
	struct str head; /* of the file, up to the line of the title at least */
	struct measure measure;
	struct heading heading; /* in the body; its text is not kept */
	bool found; /* there is one */
	struct str title; /* its plain text */
};
/* What an earlier run found in a file of these bytes. */
bool digest_recall(
    const struct reading *r, const struct source_file *f, struct digest *out);
/* Looks at the document's text. */
void digest_make(
    struct arena *a, const struct document *doc, struct digest *out);
/* For digest_recall. */
void digest_remember(const struct reading *r, const struct document *doc,
    const struct digest *digest);

/* plain.c */
struct str plain_inline(struct arena *a, struct str markdown);

#endif
