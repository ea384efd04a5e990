#include "events_file.h"

#include <stdio.h>
#include <stdlib.h>

enum { HOUR = 3600, TALLY_FIRST = 1024 };

struct row {
	int64_t time;
	struct str reader, item, kind;
};

static const struct row no_row = { .time = INT64_MAX };

/* How many different texts there were: a table of their hashes. */
struct tally {
	uint64_t *at;
	size_t count, room;
};

/* Rows of one kind, in order. */
struct source {
	struct arena arena; /* of `row` */
	struct row row; /* no_row: there are no more */
};

enum { PURCHASES, OF_READERS, OF_OTHERS, SOURCES };

struct writing {
	struct books *books;
	const struct config *config;
	struct buf *out;
	struct events_file *counts;
	struct arena arena;
	struct activity_keys keys;
	struct {
		struct row *at;
		size_t count, room;
	} purchases;
	size_t next; /* of them */
	struct source sources[SOURCES];
	struct tally readers, items;
};

static uint64_t
hash_text(struct str s)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < s.len; i++)
		hash =
		    (hash ^ (unsigned char)s.ptr[i]) * UINT64_C(1099511628211);
	return hash ? hash : 1;
}

/* True when it was not there. */
static bool
tally_put(struct tally *t, uint64_t hash)
{
	size_t i = hash & (t->room - 1);

	while (t->at[i] && t->at[i] != hash)
		i = (i + 1) & (t->room - 1);
	if (t->at[i] == hash)
		return false;
	t->at[i] = hash;
	t->count++;
	return true;
}

static bool
tally_add(struct tally *t, struct str s)
{
	struct tally wide = { .room = t->room ? 2 * t->room : TALLY_FIRST };

	if (2 * (t->count + 1) > t->room) {
		wide.at = calloc(wide.room, sizeof(*wide.at));
		if (!wide.at)
			return false;
		for (size_t i = 0; i < t->room; i++) {
			if (t->at[i])
				tally_put(&wide, t->at[i]);
		}
		free(t->at);
		*t = wide;
	}
	tally_put(t, hash_text(s));
	return true;
}

static int
row_cmp(const struct row *a, const struct row *b)
{
	int order = (a->time > b->time) - (a->time < b->time);

	if (!order)
		order = str_cmp(a->reader, b->reader);
	if (!order)
		order = str_cmp(a->item, b->item);
	return order ? order : str_cmp(a->kind, b->kind);
}

static int
rows_cmp(const void *a, const void *b)
{
	return row_cmp(a, b);
}

/* The reader's name in the period of a purchase, the same as in its events. */
static struct str
name_of(struct writing *w, const struct purchase *p)
{
	int64_t day = pseudonym_day(p->at);
	const struct pseudonym_key *key =
	    pseudonym_find(w->keys.at, w->keys.count, day);
	char name[PSEUDONYM + 1];

	if (key)
		pseudonym_of(key, p->reader, name);
	else
		pseudonym_without_key(&w->keys.at[0], day,
		    w->config->events_rotate_days, p->reader, name);
	return arena_str(&w->arena, str_from(name));
}

static bool
read_purchases(struct writing *w)
{
	struct purchase_list list = { .count = 0 };

	if (books_activity_keys(w->books, &w->arena, &w->keys) != BOOKS_OK ||
	    !w->keys.count || w->keys.at[0].begins != PSEUDONYM_LASTING ||
	    books_purchases(w->books, &w->arena, &list) != BOOKS_OK)
		return false;
	for (size_t i = 0; i < list.count; i++) {
		const struct purchase *p = &list.at[i];
		const struct row row = { .time = p->at - p->at % HOUR,
			.reader = name_of(w, p),
			.item = p->product,
			.kind = STR("purchase") };

		ARENA_PUSH(&w->arena, w->purchases, row);
	}
	if (w->purchases.count)
		qsort(w->purchases.at, w->purchases.count,
		    sizeof(*w->purchases.at), rows_cmp);
	return true;
}

/* The next purchase that is not the same line once more. */
static struct row
next_purchase(struct writing *w)
{
	const struct row *at = w->purchases.at;

	while (w->next && w->next < w->purchases.count &&
	    !row_cmp(&at[w->next], &at[w->next - 1]))
		w->next++;
	return w->next < w->purchases.count ? at[w->next++] : no_row;
}

/* False: storage failed. */
static bool
advance(struct writing *w, int n, bool first)
{
	struct source *s = &w->sources[n];
	struct activity e;
	enum books_result result;

	if (n == PURCHASES) {
		s->row = next_purchase(w);
		return true;
	}
	arena_reset(&s->arena);
	result =
	    books_activity_next(w->books, &s->arena, n == OF_OTHERS, first, &e);
	s->row = no_row;
	if (result == BOOKS_OK)
		s->row = (struct row){ e.hour, e.reader, e.item, e.kind };
	return result == BOOKS_OK || result == BOOKS_NONE;
}

static bool
write_row(struct writing *w, const struct row *row)
{
	buf_printf(w->out, "%lld\t", (long long)row->time);
	buf_add(w->out, row->reader);
	buf_add_c(w->out, '\t');
	buf_add(w->out, row->item);
	buf_add_c(w->out, '\t');
	buf_add(w->out, row->kind);
	buf_add_z(w->out, "\t1\n");
	w->counts->lines++;
	if (buf_ok(w->out) && w->counts->lines <= EVENTS_MOST &&
	    tally_add(&w->readers, row->reader) &&
	    tally_add(&w->items, row->item))
		return true;
	fputs("pennygate: there are more events than pennypress takes: set a"
	      " smaller keep_days\n",
	    stderr);
	return false;
}

static bool
write_rows(struct writing *w)
{
	for (int i = 0; i < SOURCES; i++) {
		if (!advance(w, i, true))
			return false;
	}
	for (;;) {
		int least = 0;

		for (int i = 1; i < SOURCES; i++) {
			if (row_cmp(
				&w->sources[i].row, &w->sources[least].row) < 0)
				least = i;
		}
		if (w->sources[least].row.time == no_row.time)
			return true;
		w->counts->purchases += least == PURCHASES;
		if (!write_row(w, &w->sources[least].row) ||
		    !advance(w, least, false))
			return false;
	}
}

bool
events_file_write(struct books *s, const struct config *c, struct buf *out,
    struct events_file *counts)
{
	struct writing w = {
		.books = s, .config = c, .out = out, .counts = counts
	};
	bool good = false;

	*counts = (struct events_file){ .lines = 0 };
	arena_init(&w.arena);
	for (int i = 0; i < SOURCES; i++)
		arena_init(&w.sources[i].arena);
	buf_add_z(out,
	    "# what readers did and bought, by pseudonym, to the"
	    " hour\n# time\treader\titem\tkind\tweight\n");
	if (books_begin_reading(s)) {
		good = read_purchases(&w) && write_rows(&w);
		books_rollback(s);
	}
	counts->readers = w.readers.count;
	counts->items = w.items.count;
	free(w.readers.at);
	free(w.items.at);
	for (int i = 0; i < SOURCES; i++)
		arena_clear(&w.sources[i].arena);
	arena_clear(&w.arena);
	return good;
}
