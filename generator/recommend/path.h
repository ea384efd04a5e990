/*
 * path.h - which courses come after a course: prerequisites, then difficulty.
 */
#ifndef LEARNING_PATH_H
#define LEARNING_PATH_H

#include "content.h"

enum path_step {
	PATH_NOT_AFTER, /* before it, or nothing is known */
	PATH_HARDER, /* one level up, or two */
	PATH_BUILDS_ON, /* names it as required, with nothing between */
};

/* How `next` stands to `course`. A course that `course` requires, through
 * others too, never comes after it, whatever the levels say; circles are borne.
 */
enum path_step path_step(
    const struct course *course, const struct course *next);
/* Does `course` require `other`, through others too? */
bool path_requires(const struct course *course, const struct course *other);

#endif
