/*
 * markdown.h - CommonMark with the GitHub extensions to HTML.
 *
 * cmark-gfm with table, strikethrough, autolink, tasklist, footnotes; on top:
 * heading anchors and a table of contents, callouts (> [!NOTE] TIP IMPORTANT
 * WARNING CAUTION), code blocks that can be scrolled by keyboard, media (an
 * image whose file is video or audio becomes a player), images with size and
 * lazy loading, figures, and the teaser. Unless a site allows raw HTML, what is
 * harmless in it is made anew (tag.h, flow.c) and the rest is left out, with
 * one warning a page; the output is balanced then. Nothing is loaded from other
 * hosts: their images are links, with one warning a page. Input is bounded
 * before it is parsed: size, container depth, table cells, reference expansion
 * (limits.h).
 *
 * Emphasis next to CJK punctuation is mended: `**…。**字` is strong.
 * Addresses that could run script are dropped and reported. Deterministic.
 *
 * The markup, for themes (no style=, no script, ids are headings' anchors,
 * those of the source, and fn-1, fnref-1):
 *
 * <h2 id="a">Title<a class="anchor" href="#a" aria-label="...">#</a></h2>
 *     (body headings are moved so that the highest is h2)
 * <div class="callout note" role="note"><p class="callout-title">Note</p>
 *     ... also tip, important, warning, caution
 * <pre tabindex="0" role="region" aria-label="Code 1: c"><code
 *     class="language-c">
 * <figure class="diagram|math"><pre ...><code class="language-mermaid">
 * <code class="math">$x$</code>, <code class="math display">$$x$$</code>
 * <div class="table" tabindex="0" role="region" aria-label="Table 1"><table>
 *     th and td may have a class left, center or right
 * <ul class="tasks"><li><input type="checkbox" disabled checked aria-label="">
 * <figure class="image"><img src alt width height><figcaption>
 * <video controls preload="metadata" src>, <audio controls ...>
 * <a class="external-image" href="https://...">its words</a>
 * <figure class="listing"><p class="file-name"><code>...<figcaption>
 * <details><summary>, <kbd>, <mark>, <sub>, <sup> and the like
 * <sup class="footnote"><a id="fnref-1" href="#fn-1" role="doc-noteref">1</a>
 * <section class="footnotes" role="doc-endnotes" aria-label="Footnotes"><ol>
 *     <li id="fn-1"> ... <a class="back" href="#fnref-1" role="doc-backlink">
 *
 * Strings asked for: note tip important warning caution code table diagram
 * formula task_done task_open footnotes footnote footnote_back heading_link;
 * English stands in for a missing one.
 */
#ifndef MARKDOWN_H
#define MARKDOWN_H

#include "link.h"

struct toc_entry {
	int level; /* 2 or 3 */
	struct str anchor, title; /* title: plain text */
	bool locked; /* stands after the teaser's cut */
};

struct toc {
	struct toc_entry *at;
	size_t count, room;
};

struct rendered {
	struct str html; /* of the whole body, for its audience */
	struct str teaser; /* paid pages: the beginning, for the public */
	struct toc toc;
	size_t sections; /* h2 in all */
	size_t teaser_sections; /* h2 that the teaser shows whole */
	unsigned rest_minutes; /* reading time of what the teaser leaves out */
	/* Plain text, where something is for sale: paid pages: what is left
	 * out; what everybody may read. */
	struct str rest_text, free_text;
	struct str title_anchor; /* of the h1 that the template prints, or "" */
	struct str first_image; /* resolved address, or "" */
	bool has_code, has_math;
	/* Plain text of the first paragraph of html and of teaser. */
	struct str opening, teaser_opening;
	/* Names html and teaser: equal names, equal bytes. Zero where nothing
	 * is remembered. */
	struct memo_key markup;
	bool recalled; /* html and teaser are not there, only their name */
};

/*
 * Renders the body of `p`. A free page: html for AUDIENCE_PUBLIC. A paid or
 * signed-in page: html for AUDIENCE_MEMBERS and the teaser for AUDIENCE_PUBLIC,
 * cut at <!--more--> or after p->teaser_percent of the words, at a block's end,
 * never inside a footnote, table, list or code block. Faults are in `d` with
 * the file's line and column. The result lives in `a`. `strings` looks up a
 * theme's string for the page's language ("note", "copy", "footnotes", ...) and
 * returns "" when there is none.
 */
struct markdown_strings {
	struct str (*get)(const void *context, struct str lang, struct str key);
	const void *context;
};
bool markdown_render(struct arena *a, struct links *l, const struct site *site,
    const struct page *p, const struct markdown_strings *strings,
    struct diag *d, struct rendered *out) __attribute__((warn_unused_result));
/*
 * What an earlier run found for a page that would be the same now, without
 * reading its text: everything but html and teaser. False when it would not, or
 * is not known.
 */
bool markdown_recall(struct arena *a, struct links *l, const struct site *site,
    const struct page *p, const struct markdown_strings *strings,
    struct rendered *out) __attribute__((warn_unused_result));
/* Plain CommonMark/GFM of `text` without links, anchors or callouts: what the
 * specification's examples are held against, and short texts in front matter.
 */
bool markdown_plain(struct arena *a, struct str text, bool raw_html,
    struct str *html) __attribute__((warn_unused_result));

#endif
