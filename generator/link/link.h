/*
 * link.h - links between files become addresses; broken ones become faults.
 *
 * A link is relative to the file it stands in, as a forge shows it
 * ("../img/a.png", "02-b.md#heading", "/articles/x.md" from the root). In a
 * foreign repository a broken link is a warning, and its text stays without it;
 * elsewhere it is an error with the nearest existing path as a hint.
 *
 * A file in the folder of a course that is not free has two addresses: a public
 * one, which public pages use, and one below /m/ for members' pages, so that
 * what a page says does not depend on the pages after it. Files elsewhere are
 * public whoever uses them.
 */
#ifndef LINK_H
#define LINK_H

#include "content.h"

/* Who will read the page the link stands in. */
enum audience { AUDIENCE_PUBLIC, AUDIENCE_MEMBERS };

struct links;

struct links *links_new(
    struct arena *a, const struct site *site, struct diag *d);

/*
 * What a page asked of the links while it was rendered. Asked again in a later
 * run, with the same answers, it says that the page would be the same; and has
 * the same effects: files are used, fragments are looked for.
 */
struct link_call {
	enum audience audience;
	bool is_image;
	size_t offset;
	struct str target, result;
};
struct link_trace {
	struct {
		struct link_call *at;
		size_t count, room;
	} calls;
	struct strs anchors;
};
/* Notes calls of link_resolve and link_anchor, in the arena of links_new. NULL:
 * no more. */
void links_trace(struct links *l, struct link_trace *trace);
/* Between these, faults are not reported; the end says whether there were none.
 */
void links_try(struct links *l);
bool links_tried(struct links *l);
/* Forgets the fragments that were asked for since the mark. */
size_t links_mark(const struct links *l);
void links_back(struct links *l, size_t mark);
/*
 * The address to write for `target` as it stands in the source of `from` at
 * `offset` (for diagnostics). External addresses, "#fragment" and mailto: come
 * back as they are. Links to pages lead to the version the audience may read: a
 * member's page links to /m/ of paid pages, a public one to the teaser. A link
 * to a file marks that file as used by `from` for this audience. The result
 * lives in the arena of links_new. The empty view: no address (broken).
 */
struct str link_resolve(struct links *l, const struct page *from,
    enum audience audience, struct str target, size_t offset, bool is_image);
/* Has it a scheme or a host of its own (RFC 3986, 3.1 and 4.2)? */
bool link_is_external(struct str target);
/* The address of a page or of a site-wide path for an audience, with base path,
 * and with the host where the audience's page is on another one. */
struct str link_page(
    struct links *l, const struct page *to, enum audience audience);
struct str link_path(struct links *l, struct str path, enum audience audience);
/* A repository path used by front matter or theme (course image): marks it. */
struct str link_file(struct links *l, const struct page *from,
    enum audience audience, struct str path, struct where at);
/* Fragments: every page's anchors are noted while rendering; afterwards
 * links_check reports links to headings that do not exist. */
void link_anchor(struct links *l, const struct page *page, struct str anchor);
void links_check(struct links *l);

/* Files to publish, ordered by path: each with the address it has and who may
 * read it. A file that a public page uses is public; one that a member's page
 * of its course uses is members-only, with the course. One that both use stands
 * there twice, the public one first. */
struct linked_file {
	const struct source_file *file;
	struct str url; /* "/courses/loops/a.png" or "/m/courses/loops/a.zip" */
	bool members;
	struct course *course; /* whose product opens it when members-only */
};
size_t links_files(struct links *l, const struct linked_file **out);
/* Warns of files in paid courses that nothing uses (they are not published). */
void links_report_unused(struct links *l);

#endif
