#include "events.h"
#include "limits.h"

#include <stdlib.h>

enum { FIELDS = 5, WEIGHT_MOST = 1000, BLOCKS_MOST = 64 };

const char *const event_kind_names[EVENT_KINDS] = {
	[EVENT_PURCHASE] = "purchase",
	[EVENT_COMPLETE] = "complete",
	[EVENT_VISIT] = "visit",
	[EVENT_CLICK] = "click",
	[EVENT_SHOWN] = "shown",
};

struct reading {
	struct events *events;
	struct arena *a;
	struct diag *d;
	struct str path, text;
};

struct events *
events_new(struct arena *a)
{
	struct events *e = ARENA_NEW(a, struct events);

	names_add(&e->blocks, a, STR_NONE);
	return e;
}

static bool
fault(struct reading *r, struct str at, const char *hint, const char *message)
{
	size_t offset = at.ptr ? (size_t)(at.ptr - r->text.ptr) : 0;

	diag_add(r->d, DIAG_ERROR,
	    where_at(r->path, r->text, offset, at.len < 200 ? at.len : 200),
	    hint, "%s", message);
	return false;
}

static bool
is_id(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return s.len > 0 && s.len <= EVENT_NAME;
}

static bool
read_time(struct reading *r, struct str s, struct event *e)
{
	const int64_t most = INT64_C(253402300799); /* the year 9999 */

	if (str_to_i64(s, &e->time) && e->time >= 0 && e->time <= most)
		return true;
	return fault(r, s, NULL, "the time is no count of seconds since 1970");
}

static bool
read_reader(struct reading *r, struct str s, struct event *e)
{
	if (!is_id(s))
		return fault(r, s,
		    "up to 64 letters, digits, '-' and '_', made at random",
		    "this is no reader's id");
	e->reader = names_add(&r->events->readers, r->a, s);
	return true;
}

static bool
is_item_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return false;
	}
	return s.len > 0 && s.len <= EVENT_ITEM && str_is_utf8(s);
}

static bool
read_item(struct reading *r, struct str s, struct event *e)
{
	struct names *items = &r->events->items;

	if (!is_item_name(s))
		return fault(r, s, "an address or the id of a course",
		    "this is no item");
	if (items->list.count == EVENT_ITEMS_MOST &&
	    names_find(items, s) == NAMES_NONE)
		return fault(r, s, "at most 250000 different ones",
		    "there are too many items");
	e->item = names_add(items, r->a, s);
	return true;
}

static bool
read_block(struct reading *r, struct str s, struct event *e)
{
	struct names *blocks = &r->events->blocks;

	if (!is_id(s))
		return fault(r, s, NULL, "this is no name of a block");
	if (blocks->list.count == BLOCKS_MOST &&
	    names_find(blocks, s) == NAMES_NONE)
		return fault(r, s, NULL, "there are too many kinds of blocks");
	e->block = (uint16_t)names_add(blocks, r->a, s);
	return true;
}

static bool
read_kind(struct reading *r, struct str s, struct event *e)
{
	size_t colon = str_find(s, ':');
	struct str kind = str_sub(s, 0, colon);

	for (unsigned i = 0; i < EVENT_KINDS; i++) {
		if (!str_eq_z(kind, event_kind_names[i]))
			continue;
		e->kind = (uint16_t)i;
		if (colon == s.len)
			return true;
		if (i == EVENT_CLICK || i == EVENT_SHOWN)
			return read_block(r, str_from_at(s, colon + 1), e);
	}
	return fault(r, s,
	    "purchase, complete, visit, click or shown, the last two with "
	    "':' and a block's name",
	    "this is no kind of event");
}

/* Digits with at most one point: no sign, no exponent, no locale. */
static bool
read_weight(struct reading *r, struct str s, struct event *e)
{
	double value = 0, unit = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '.' && unit == 0 && i > 0 && i + 1 < s.len) {
			unit = 1;
		} else if (s.ptr[i] >= '0' && s.ptr[i] <= '9') {
			unit /= 10;
			value = unit > 0 ? value + unit * (s.ptr[i] - '0')
					 : value * 10 + (s.ptr[i] - '0');
		} else {
			value = -1;
			break;
		}
	}
	if (!s.len || s.len > 12 || value < 0 || value > WEIGHT_MOST)
		return fault(r, s, "a number from 0 to 1000, such as 1 or 0.5",
		    "this is no weight");
	e->weight = (float)value;
	return true;
}

static bool (*const readers[FIELDS])(
    struct reading *r, struct str s, struct event *e) = {
	read_time,
	read_reader,
	read_item,
	read_kind,
	read_weight,
};

static bool
read_line(struct reading *r, struct str line)
{
	struct event e = { 0 };
	struct str field, rest = line;
	size_t n = 0;

	while (n < FIELDS && str_split(&rest, '\t', &field)) {
		if (!readers[n++](r, field, &e))
			return false;
	}
	if (n < FIELDS || rest.len || str_ends(line, STR("\t")))
		return fault(r, line, "time, reader, item, kind, weight",
		    "a line has five fields divided by tabs");
	if (r->events->list.count == EVENTS_MOST)
		return fault(r, line, "export fewer months",
		    "there are more than 5000000 events");
	ARENA_PUSH(r->a, r->events->list, e);
	return true;
}

bool
events_read(struct events *e, struct arena *a, struct str path, struct str text,
    struct diag *d)
{
	struct reading r = { e, a, d, path, text };
	size_t faults = 0, at = 0;

	if (text.len > EVENTS_FILE)
		return fault(
		    &r, STR_NONE, "export fewer months", "the file is too big");
	while (at < text.len && faults < LIMIT_DIAGNOSTICS) {
		struct str line = str_from_at(text, at);

		line = str_sub(line, 0, str_find(line, '\n'));
		at += line.len + 1;
		if (line.len && *line.ptr != '#' && !read_line(&r, line))
			faults++;
		if (e->list.count == EVENTS_MOST && faults)
			break;
	}
	return !faults;
}

static int
compare(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->reader != y->reader)
		return x->reader < y->reader ? -1 : 1;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->weight < y->weight ? -1 : x->weight > y->weight;
}

void
events_close(struct events *e)
{
	if (e->list.count)
		qsort(e->list.at, e->list.count, sizeof *e->list.at, compare);
}
