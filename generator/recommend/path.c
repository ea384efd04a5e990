#include "path.h"

static int
level_of(const struct course *c)
{
	static const char *const levels[] = { "beginner", "intermediate",
		"advanced" };

	for (int i = 0; i < 3; i++) {
		if (str_eq_z(c->level, levels[i]))
			return i;
	}
	return -1;
}

/* Circles and thickets end with the visits. */
static bool
is_required(
    const struct course *course, const struct course *other, size_t *visits)
{
	for (size_t i = 0; *visits > 0 && i < course->requires.count; i++) {
		--*visits;
		if (course->requires.at[i] == other ||
		    is_required(course->requires.at[i], other, visits))
			return true;
	}
	return false;
}

bool
path_requires(const struct course *course, const struct course *other)
{
	size_t visits = 1000;

	return is_required(course, other, &visits);
}

/* Is there a course between: required by `next`, requiring `course`? */
static bool
is_direct(const struct course *course, const struct course *next)
{
	for (size_t i = 0; i < next->requires.count; i++) {
		const struct course *c = next->requires.at[i];

		if (c != course && c != next && path_requires(c, course))
			return false;
	}
	return true;
}

enum path_step
path_step(const struct course *course, const struct course *next)
{
	int from = level_of(course), to = level_of(next);

	if (course == next || path_requires(course, next))
		return PATH_NOT_AFTER;
	if (path_requires(next, course))
		return is_direct(course, next) ? PATH_BUILDS_ON
					       : PATH_NOT_AFTER;
	return from >= 0 && to > from ? PATH_HARDER : PATH_NOT_AFTER;
}
