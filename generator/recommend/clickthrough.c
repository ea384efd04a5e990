#include "clickthrough.h"

#include <stdlib.h>

/* Events of a reader at one time: [from, to) of the reader's. */
struct hour {
	size_t from, to;
	int64_t time;
};

struct counting {
	const struct readers *readers;
	struct clickthrough_row *blocks, *pages; /* by number */
	uint32_t *block_round[2], *page_round[2]; /* who was counted last:
						     shown, clicked */
	struct hour *last; /* by block: when it was shown last */
	size_t reader;
};

static void
count(struct counting *c, struct clickthrough_row *row, uint32_t **round,
    double part, bool click)
{
	uint32_t *mark = &round[click][row->of];
	bool is_new = *mark != c->reader + 1;

	*mark = (uint32_t)c->reader + 1;
	if (click) {
		row->clicked += part;
		row->clickers += is_new;
	} else {
		row->shown += part;
		row->readers += is_new;
	}
}

static bool
is_shown(const struct counting *c, size_t i, uint16_t block)
{
	const struct event *e = readers_event(c->readers, c->reader, i);

	return e->kind == EVENT_SHOWN && e->block == block;
}

static void
credit(struct counting *c, const struct event *click)
{
	const struct hour *h = &c->last[click->block];
	size_t n = 0;

	count(c, &c->blocks[click->block], c->block_round, 1, true);
	if (click->time - h->time > READERS_DAY)
		return;
	for (size_t i = h->from; i < h->to; i++)
		n += is_shown(c, i, click->block);
	for (size_t i = h->from; i < h->to; i++) {
		const struct event *e = readers_event(c->readers, c->reader, i);

		if (is_shown(c, i, click->block))
			count(c, &c->pages[e->item], c->page_round,
			    1 / (double)n, true);
	}
}

static void
count_hour(struct counting *c, const struct hour *h)
{
	for (size_t i = h->from; i < h->to; i++) {
		const struct event *e = readers_event(c->readers, c->reader, i);

		if (e->kind != EVENT_SHOWN)
			continue;
		c->last[e->block] = *h;
		count(c, &c->blocks[e->block], c->block_round, 1, false);
		count(c, &c->pages[e->item], c->page_round, 1, false);
	}
	for (size_t i = h->from; i < h->to; i++) {
		const struct event *e = readers_event(c->readers, c->reader, i);

		if (e->kind == EVENT_CLICK)
			credit(c, e);
	}
}

static void
count_reader(struct counting *c, size_t blocks)
{
	size_t n = readers_events(c->readers, c->reader), to;

	for (size_t i = 0; i < blocks; i++)
		c->last[i] = (struct hour){ .time = -READERS_DAY - 1 };
	for (size_t from = 0; from < n; from = to) {
		int64_t time = readers_event(c->readers, c->reader, from)->time;
		struct hour h;

		for (to = from + 1; to < n &&
		     readers_event(c->readers, c->reader, to)->time == time;)
			to++;
		h = (struct hour){ from, to, time };
		count_hour(c, &h);
	}
}

static int
most_shown_first(const void *a, const void *b)
{
	const struct clickthrough_row *x = a, *y = b;

	if (x->shown > y->shown || x->shown < y->shown)
		return x->shown > y->shown ? -1 : 1;
	return x->of < y->of ? -1 : x->of > y->of;
}

static size_t
order(struct clickthrough_row *rows, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].shown > 0 || rows[i].clicked > 0)
			rows[kept++] = rows[i];
	}
	if (kept)
		qsort(rows, kept, sizeof *rows, most_shown_first);
	return kept;
}

static struct clickthrough_row *
new_rows(struct arena *a, size_t n)
{
	struct clickthrough_row *rows =
	    ARENA_ARRAY(a, n, struct clickthrough_row);

	for (size_t i = 0; i < n; i++)
		rows[i].of = (uint32_t)i;
	return rows;
}

void
clickthrough_of(
    struct clickthrough *out, struct arena *a, const struct readers *readers)
{
	size_t blocks = readers->events->blocks.list.count;
	size_t items = readers->events->items.list.count;
	struct counting c = { .readers = readers };
	struct arena work;

	arena_init(&work);
	c.blocks = new_rows(a, blocks);
	c.pages = new_rows(a, items);
	c.last = ARENA_ARRAY(&work, blocks, struct hour);
	for (unsigned i = 0; i < 2; i++) {
		c.block_round[i] = ARENA_ARRAY(&work, blocks, uint32_t);
		c.page_round[i] = ARENA_ARRAY(&work, items, uint32_t);
	}
	for (c.reader = 0; c.reader < readers->count; c.reader++)
		count_reader(&c, blocks);
	*out = (struct clickthrough){ .blocks = c.blocks, .pages = c.pages };
	out->block_count = order(c.blocks, blocks);
	out->page_count = order(c.pages, items);
	arena_clear(&work);
}
