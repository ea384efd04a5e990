/*
 * events.h - what readers did, from a file: anonymous, bounded, strict.
 *
 * One event a line, five fields divided by tabs:
 *
 *	time	reader	item	kind	weight
 *	1377789098	r000001	/courses/loops/	purchase	1
 *
 * time is in Unix seconds; reader is a random id of at most EVENT_NAME bytes of
 * letters, digits, '-' and '_'; item is an address or a course's id; kind is a
 * word, for blocks with the block's name behind a colon ("shown:related",
 * "click:also"); weight is a number from 0 to 1000. A line that begins with '#'
 * is a comment. Every fault is reported with its line; a file with a fault is
 * not used.
 *
 * Memory: 24 bytes an event and the names, while reading.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "diag.h"
#include "events_format.h"
#include "names.h"

enum {
	EVENT_ITEMS_MOST = 250000,
	EVENT_NAME = 64, /* bytes of a reader's id or a kind */
	EVENT_ITEM = 2048, /* bytes of an item's name */
};

enum event_kind {
	EVENT_PURCHASE,
	EVENT_COMPLETE,
	EVENT_VISIT,
	EVENT_CLICK, /* on an entry of a block: item is what it leads to */
	EVENT_SHOWN, /* of a block: no sign of interest */
	EVENT_KINDS,
};

struct event {
	int64_t time;
	uint32_t reader, item;
	float weight;
	uint16_t kind; /* enum event_kind */
	uint16_t block;
};

struct events {
	struct {
		struct event *at; /* after events_close by time */
		size_t count, room;
	} list;
	struct names readers, items, blocks; /* blocks: 0 is "" */
};

extern const char *const event_kind_names[EVENT_KINDS];

/*
 * Adds the events of `text` (the file `path`, for diagnostics). False when
 * there are faults, which are in `d`. All is copied into the arena. Several
 * files may be read one after the other; events_close then orders the events by
 * time, equal ones by reader, item, kind and weight.
 */
struct events *events_new(struct arena *a);
bool events_read(struct events *e, struct arena *a, struct str path,
    struct str text, struct diag *d) __attribute__((warn_unused_result));
void events_close(struct events *e);

#endif
