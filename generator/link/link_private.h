/*
 * link_private.h - what the parts of link/ share; for its .c files only.
 */
#ifndef LINK_PRIVATE_H
#define LINK_PRIVATE_H

#include "addresses.h"
#include "link.h"

/* A file that is no page: its addresses, and who was seen to use it. */
struct use {
	struct str url; /* "" for a page */
	bool by_public, by_members;
};

/* A link with a fragment, to be checked when all anchors are known. */
struct fragment {
	const struct page *from, *to;
	struct str text; /* decoded */
	struct str target; /* as written, at or after `offset` */
	size_t offset;
};

struct links {
	struct arena *a;
	const struct site *site;
	struct diag *d;
	enum severity severity; /* of a broken link */
	struct str member_base; /* the gateway's base path */
	struct page **page_of_file; /* by file index */
	struct use *uses; /* by file index */
	struct addresses *by_url; /* pages */
	struct addresses *by_folder; /* the page a folder shows */
	struct addresses *courses; /* by folder: "courses/loops" */
	struct addresses *drafts; /* by path */
	struct strs *anchors; /* by page index */
	struct {
		struct diag faults, *d;
	} tried;
	struct link_trace *trace; /* NULL: not noted */
	struct {
		struct fragment *at;
		size_t count, room;
	} fragments;
};

/* What a path leads to: a page, a file, or neither. */
struct found {
	struct page *page;
	const struct source_file *file;
	bool draft; /* neither, because it is one */
	struct str path; /* the path in the repository that was meant */
};

/* find.c */
void find_prepare(struct links *l);
struct found find_target(
    const struct links *l, const struct page *from, struct str path);

/* media.c */
void media_prepare(struct links *l);
/* The course in whose folder the file is, when that course is not all free. */
struct course *media_course(const struct links *l, struct str path);

/* suggest.c */
/* A hint for a path that leads nowhere, or NULL. `meant` is it resolved. */
const char *suggest_path(const struct links *l, const struct page *from,
    struct str target, struct str meant);
const char *suggest_anchor(
    const struct links *l, const struct page *to, struct str fragment);
/* Where `target` stands in the page's source, at `offset` or soon after. */
struct where link_where(
    const struct page *from, size_t offset, struct str target);

#endif
