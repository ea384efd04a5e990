/*
 * crosslinks.h - how well content finds what the authors themselves link.
 *
 * The links between lessons of a repository are taken as the truth, their
 * addresses not being part of the text that is compared: nDCG@10 of the
 * content's order of all other lessons of the language, over the lessons that
 * link to one or are linked; and MAP for finding the lessons of the same
 * folder. Understands Markdown links, reference definitions and labels
 * (:label:`x`, :ref:`x`).
 */
#ifndef CROSSLINKS_H
#define CROSSLINKS_H

#include "catalog.h"

struct crosslinks {
	struct str lang;
	size_t lessons; /* of the language */
	size_t linking; /* those with a link to or from another */
	double ndcg10;
	double folder_map;
};

/* For each language of the site; returns how many. */
size_t crosslinks_measure(
    struct arena *a, const struct catalog *c, struct crosslinks **out);

#endif
