/*
 * anchor.h - ids of headings, as a forge makes them: lower case, punctuation
 * dropped, spaces to '-', letters of every script kept; a second one of the
 * same name gets "-1". Private to this folder.
 */
#ifndef ANCHOR_H
#define ANCHOR_H

#include "arena.h"

struct anchors {
	struct arena *arena;
	struct anchor *at; /* open addressing */
	size_t count, room;
};

void anchors_init(struct anchors *set, struct arena *a);
/* The next free anchor for a heading; "section" for one without letters. */
struct str anchor_of(struct anchors *set, struct str title);
/* The anchor of a title alone, taken or not. */
struct str anchor_plain(struct arena *a, struct str title);
bool anchor_is_taken(const struct anchors *set, struct str name);
/* Takes a name (borrowed) that the author gave. */
void anchor_take(struct anchors *set, struct str name);

#endif
