/*
 * events_format.h - what both programs hold to about what readers did: where an
 * export is put, which files there are read, and how much of them.
 *
 * The lines are in generator/recommend/events.h.
 */
#ifndef EVENTS_FORMAT_H
#define EVENTS_FORMAT_H

#include "str.h"

enum {
	EVENTS_MOST = 5000000, /* lines */
	EVENTS_FILE = 512 << 20, /* bytes */
};

#define EVENTS_FOLDER "events" /* of a release root */

/* Of a file in that folder: is it one of events? The last name is the newest.
 */
static inline bool
events_is_file(struct str name)
{
	return !str_starts(name, STR(".")) && str_ends(name, STR(".tsv"));
}

#endif
