/*
 * list.h - the API's lists: newest first, filtered, by pages.
 */
#ifndef MINT_LIST_H
#define MINT_LIST_H

#include "call.h"

/* Does the object belong in this list? */
typedef bool mint_filter(struct call *c, const struct value *object);

/*
 * Answers with a page of the objects of c->kind that pass the filter (NULL:
 * all) and the parameter `created`. Reads limit (10), starting_after,
 * ending_before.
 */
void mint_list(struct call *c, mint_filter *filter);
/* A page of a list that is at hand, oldest first as it stands. */
void mint_list_items(struct call *c, const struct value *items, struct str url);
/* Is the parameter absent, or equal to the object's member? */
bool mint_matches(struct call *c, const struct value *object, const char *name);

#endif
