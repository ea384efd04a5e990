/*
 * recall.h - what a page was when it was rendered, for a later run. Private to
 * this folder.
 *
 * Kept under the hash of what a page is rendered from: the id of its file, what
 * its front matter and place decide, the site's settings, the theme's words.
 * What it asked of others is kept with the answers: its links, and the files
 * whose size it looked at. Nothing is kept of a page with a fault.
 */
#ifndef RECALL_H
#define RECALL_H

#include "render.h"

struct recall {
	bool on;
	struct memo_key key;
	struct link_trace trace;
	size_t faults;
};

void recall_begin(struct recall *r, struct work *w);
void recall_end(
    struct recall *r, struct work *w, bool ok, struct rendered *out);

#endif
