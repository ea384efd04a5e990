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
#include "tag.h"

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
	struct {
		const struct source_file **at;
		size_t count, room;
	} images; /* whose size was looked at */
	struct buf scratch;
};

/* A heading node's user_data. */
struct heading {
	cmark_node *node;
	cmark_node *top; /* the block of the document it stands in */
	struct str anchor, title;
	int level; /* as written to HTML */
};

enum {
	PAIRS = 8, /* raw tags allowed in each other, in a line */
	BOXES = 16, /* and in blocks */
};

/* An element that a block of HTML opened. */
struct box {
	enum element is;
	struct str name;
	struct str caption; /* HTML; a listing's */
	const cmark_node *parent; /* the container it ends with at the latest */
	size_t before, start; /* of its tag and its contents, in the output */
};

/* An image as the source has it; 0 and "" for what it does not say. */
struct image {
	struct str target, alt, title;
	unsigned width, height;
};

/* A footnote definition's user_data, for the current render. */
struct note {
	unsigned number; /* from 1, in the order of first reference */
	unsigned uses; /* references written so far */
	bool wanted;
	cmark_node *next; /* wanted one, in the order they were found */
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
	struct box boxes[BOXES];
	unsigned box_count;
	const cmark_node *link; /* the open <a>, or NULL */
	bool title_seen; /* the title as a heading in HTML */
	unsigned html_dropped;
	const cmark_node *html_first;
	struct str html_what; /* the first tag that was, or "" */
	unsigned elsewhere; /* images of other hosts */
	const cmark_node *elsewhere_first;
	struct str elsewhere_target;
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
void code_begin(struct render *r); /* <pre><code> of no language */
bool heading_enter(struct render *r, cmark_node *node);
void heading_leave(struct render *r, cmark_node *node);
bool table_enter(struct render *r, cmark_node *node, const char *type);
void table_leave(struct render *r, cmark_node *node, const char *type);
bool code_enter(struct render *r, cmark_node *node);
bool link_enter(struct render *r, cmark_node *node);
void link_leave(struct render *r, cmark_node *node);
/* Writes <a href="..." without its '>'. False, and nothing is written, when the
 * target leads nowhere (which was reported) or a link is open. */
bool link_begin(struct render *r, const cmark_node *node, struct str target);
void link_end(struct render *r);
/* The address for a target; "" when it leads nowhere, which was reported. */
struct str href_resolve(
    struct render *r, const cmark_node *node, struct str target, bool is_image);
/* Writes it, or "#" with a fault for one that could run script. */
void href_add(struct render *r, const cmark_node *node, struct str target,
    struct str url);
void title_add(struct render *r, struct str title); /* the attribute, if any */
struct str target_of(struct render *r, const cmark_node *node);

/* image.c */
bool image_enter(struct render *r, cmark_node *node);
void image_add(
    struct render *r, const cmark_node *node, const struct image *image);
/* One warning for the images of other hosts. */
void image_report(const struct render *r);
/* A paragraph that is one image with a title. */
bool is_figure(const cmark_node *paragraph);

/* raw.c: HTML in the source. */
bool html_block_enter(struct render *r, cmark_node *node);
bool html_inline_enter(struct render *r, cmark_node *node);
bool is_more_mark(const cmark_node *node); /* <!--more--> */
/* Notes that `what`, the source's text in `node`, is left out. */
void html_drop(struct render *r, const cmark_node *node, struct str what);
void html_report(const struct render *r); /* one warning for all of it */
struct str html_id(struct render *r, const struct tag *tag);
void html_target(struct render *r, struct str id);
/* An <img>; false when it has no address. */
bool html_image(
    struct render *r, const cmark_node *node, const struct tag *tag);

/* flow.c: a block of HTML. */
void flow_add(struct render *r, cmark_node *node, struct str block);
/* Closes what blocks of HTML in this container left open. */
void flow_close(struct render *r, const cmark_node *parent);

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
