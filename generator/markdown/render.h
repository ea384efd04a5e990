/*
 * render.h - the tree to HTML, private to this folder.
 *
 * A `work` is one page: its tree, its places in the file, what its headings are
 * called. A `render` is one reading of it into a buffer for one audience: the
 * whole page, or the teaser's blocks.
 */
#ifndef RENDER_H
#define RENDER_H

#include "anchor.h"
#include "ast.h"
#include "markdown.h"

struct work {
	struct arena *arena;
	struct document doc;
	/* NULL in markdown_plain: then nothing below is used */
	const struct page *page;
	const struct site *site;
	struct links *links;
	const struct markdown_strings *strings;
	struct diag *diag;
	struct anchors anchors;
	struct {
		struct heading **at;
		size_t count, room;
	} headings;
	cmark_node *title; /* the heading that is the page's title */
	struct str title_anchor;
	int shift; /* added to every heading's level */
	struct {
		size_t *at; /* offsets in page->text */
		size_t count, room;
	} lines;
	struct {
		const cmark_node *block;
		size_t offset;
	} cursor; /* where the last address was found */
	struct buf scratch;
};

/* A heading node's user_data. */
struct heading {
	cmark_node *node;
	cmark_node *top; /* the block of the document it stands in */
	struct str anchor, title;
	int level; /* as written to HTML */
};

enum { PAIRS = 8 }; /* raw tags allowed in each other */

/* A footnote definition's user_data, for the current render. */
struct note {
	unsigned number; /* from 1, in the order of first reference */
	unsigned uses; /* references written so far */
	bool wanted;
};

struct render {
	struct work *work;
	struct buf *out;
	enum audience audience;
	bool plain; /* the specification's HTML and nothing more */
	bool raw_html;
	unsigned codes, tables, diagrams, formulas, images; /* so far */
	unsigned cell; /* column in the table's row */
	cmark_node *pairs[PAIRS]; /* closing tags still to come */
	unsigned pair_count;
	unsigned html_dropped;
	const cmark_node *html_first;
	struct str first_image;
	struct anchors ids; /* of raw HTML, written so far */
};

/* prepare.c: headings, anchors, callouts, the title. */
void prepare(struct work *w);

/* render.c: one block of the document with all below it. */
void render_block(struct render *r, cmark_node *top);
void render_line_end(struct render *r); /* unless just written */
void render_void_end(struct render *r); /* ">" or " />" */
/* The theme's word in the page's language. */
struct str render_word(const struct render *r, const char *key);
struct str word_of(const struct work *w, const char *key);

/* block.c and inline.c: false from an enter leaves the children out. */
bool code_block_enter(struct render *r, cmark_node *node);
bool heading_enter(struct render *r, cmark_node *node);
void heading_leave(struct render *r, cmark_node *node);
bool table_enter(struct render *r, cmark_node *node, const char *type);
void table_leave(struct render *r, cmark_node *node, const char *type);
bool code_enter(struct render *r, cmark_node *node);
bool link_enter(struct render *r, cmark_node *node);
void link_leave(struct render *r, cmark_node *node);
bool image_enter(struct render *r, cmark_node *node);
/* A paragraph that is one image with a title. */
bool is_figure(const cmark_node *paragraph);

/* raw.c: HTML in the source. */
bool html_block_enter(struct render *r, cmark_node *node);
bool html_inline_enter(struct render *r, cmark_node *node);
bool is_more_mark(const cmark_node *node); /* <!--more--> */
void html_report(const struct render *r);

/* note.c: footnotes. */
void notes_begin(struct work *w);
bool note_reference_enter(struct render *r, cmark_node *node);
void note_back_links(struct render *r, const cmark_node *definition);
void render_notes(struct render *r); /* those that were referred to */
bool note_is_used(const cmark_node *definition);

/* place.c: where in the file. Offsets are in page->text. */
size_t place_of(struct work *w, const cmark_node *node);
/* The address `target` as it stands in the source of a link or image. */
size_t place_of_target(
    struct work *w, const cmark_node *node, struct str target, size_t *length);

/* teaser.c: the first block that is left out; NULL: all is shown. */
cmark_node *teaser_cut(const struct work *w, unsigned percent);
/* Reading time of plain text: 220 words or 400 CJK characters a minute. */
unsigned reading_minutes(struct str text);

#endif
