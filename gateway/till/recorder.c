#include "clock.h"
#include "log.h"
#include "till_private.h"

#include <stdlib.h>

enum {
	ITEM_MOST = 512, /* bytes of an address */
	CLOCK_SLACK = 300, /* seconds that an event may be away from now */
	HOUR = 3600,
	WAITING_MOST = 8 * MESSAGE_EVENTS_MAX,
	BATCH_ROWS = 512, /* in one transaction: a few milliseconds */
	WAIT_MOST_MS = 2000, /* then they are written between other work */
	DROP_ROWS = 2000, /* deleted in one transaction */
	RETENTION_MS = PSEUDONYM_DAY * 1000,
	RETENTION_AGAIN_MS = 60000, /* after a failure */
	MINUTE_MS = 60000,
	EACH_MINUTE = 6000, /* rows of a class */
	ROWS_MOST = 1000000, /* rows of a class */
	READER_BURST = 300,
	READER_EACH_MS = 2000,
	DAY_ID = 17, /* '~' and 16 hexadecimal digits */
};

/* Readers who are signed in, and everybody else: one class cannot crowd out
 * what is known from the other. */
enum { OF_READERS, OF_OTHERS, CLASSES };

struct recorder {
	struct till *t;
	bool enabled[CLASSES];
	struct arena arena; /* of what waits */
	struct message_events waiting;
	size_t written; /* of `waiting` */
	int64_t since; /* ms, when the first of them came */

	struct arena key_arena;
	struct activity_keys keys;
	int64_t rows[CLASSES]; /* at most: `forget` deletes beside us */
	int64_t minute; /* ms, when `taken` was begun */
	int64_t taken[CLASSES];
	struct pace readers;
	struct complaint refused, crowded, lost;
	int64_t next_retention; /* ms */
};

static void
tell(struct complaint *c, uint64_t times)
{
	uint64_t count = complaint_count(c, times, clock_ms());

	if (count)
		log_warning("readers' events: %llu %s",
		    (unsigned long long)count, c->about);
}

/* ---- what the front says ---- */

static bool
is_one_of(struct str s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq_z(s, words[i]))
			return true;
	}
	return false;
}

static bool
is_kind(struct str kind)
{
	static const char *const alone[] = { "visit", "complete" };
	static const char *const of_block[] = { "shown", "click" };
	static const char *const blocks[] = { "related", "next", "also",
		"popular", "list" };
	size_t colon = str_find(kind, ':');

	if (colon == kind.len)
		return is_one_of(kind, alone, 2);
	return is_one_of(str_sub(kind, 0, colon), of_block, 2) &&
	    is_one_of(str_from_at(kind, colon + 1), blocks, 5);
}

/* An address on the site, decoded; never one for members. */
static bool
is_item(struct str item)
{
	for (size_t i = 0; i < item.len; i++) {
		unsigned char c = (unsigned char)item.ptr[i];

		if (c <= ' ' || c == 0x7f || c == '\\' || c == '?' || c == '#')
			return false;
	}
	return item.len > 0 && item.len <= ITEM_MOST && item.ptr[0] == '/' &&
	    !str_starts(item, STR("//")) && !str_starts(item, STR("/m/")) &&
	    str_is_utf8(item);
}

static bool
is_anonymous(struct str reader)
{
	return str_starts(reader, STR("~"));
}

/* The digits of a day's id, or the base64url of a token's `sub`. */
static bool
is_reader(struct str reader)
{
	bool anonymous = is_anonymous(reader);

	for (size_t i = anonymous; i < reader.len; i++) {
		char c = reader.ptr[i];
		bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

		if (!digit &&
		    (anonymous ||
			!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    c == '-' || c == '_')))
			return false;
	}
	return reader.len == (anonymous ? (size_t)DAY_ID : (size_t)TOKEN_ID);
}

static bool
is_good(const struct recorder *r, const struct message_event *e, int64_t now)
{
	return e->time >= now - CLOCK_SLACK && e->time <= now + CLOCK_SLACK &&
	    is_reader(e->reader) && is_kind(e->kind) && is_item(e->item) &&
	    r->enabled[is_anonymous(e->reader)];
}

/* ---- bounds ---- */

static bool
has_room(struct recorder *r, const struct message_event *e, int64_t ms)
{
	int64_t *taken = &r->taken[is_anonymous(e->reader)];

	if (ms - r->minute >= MINUTE_MS) {
		r->minute = ms;
		r->taken[OF_READERS] = r->taken[OF_OTHERS] = 0;
	}
	if (r->waiting.count >= WAITING_MOST || *taken >= EACH_MINUTE ||
	    !pace_take(&r->readers, e->reader, ms))
		return false;
	(*taken)++;
	return true;
}

static void
keep(struct recorder *r, const struct message_event *e, int64_t ms)
{
	const struct message_event copy = { .time = e->time,
		.reader = arena_str(&r->arena, e->reader),
		.kind = arena_str(&r->arena, e->kind),
		.item = arena_str(&r->arena, e->item) };

	if (!r->waiting.count)
		r->since = ms;
	ARENA_PUSH(&r->arena, r->waiting, copy);
}

void
recorder_take(struct recorder *r, const struct message *m)
{
	const struct message_events *events = &m->u.events;
	int64_t now = clock_now(), ms = clock_ms();
	uint64_t refused = 0, crowded = 0;

	for (size_t i = 0; i < events->count; i++) {
		if (!is_good(r, &events->at[i], now))
			refused++;
		else if (!has_room(r, &events->at[i], ms))
			crowded++;
		else
			keep(r, &events->at[i], ms);
	}
	tell(&r->refused, refused);
	tell(&r->crowded, crowded);
}

bool
recorder_waits(const struct recorder *r)
{
	return r->waiting.count > 0;
}

/* ---- keys ---- */

static bool
keys_read(struct recorder *r)
{
	arena_reset(&r->key_arena);
	r->keys = (struct activity_keys){ .count = 0 };
	return books_activity_keys(r->t->books, &r->key_arena, &r->keys) ==
	    BOOKS_OK;
}

/* A period that began with a longer setting ends when a new one would. */
static bool
keys_shorten(struct recorder *r)
{
	int64_t today = pseudonym_day(clock_now()), begins, ends;
	const struct pseudonym_key *k =
	    pseudonym_find(r->keys.at, r->keys.count, today);

	if (!k)
		return true;
	pseudonym_period(
	    today, r->t->c->events_rotate_days, NULL, 0, &begins, &ends);
	if (k->ends <= ends)
		return true;
	return books_activity_key_end(r->t->books, k->begins, ends) ==
	    BOOKS_OK &&
	    keys_read(r);
}

/* The key of a day, made when it is the first of its period. Within a
 * transaction; NULL: storage failed. */
static const struct pseudonym_key *
key_for(struct recorder *r, int64_t day)
{
	const struct pseudonym_key *k =
	    pseudonym_find(r->keys.at, r->keys.count, day);
	struct pseudonym_key made;
	bool good;

	if (k)
		return k;
	pseudonym_period(day, r->t->c->events_rotate_days, r->keys.at,
	    r->keys.count, &made.begins, &made.ends);
	crypto_random(made.key, sizeof(made.key));
	good = books_activity_key_put(r->t->books, &made) == BOOKS_OK &&
	    keys_read(r);
	crypto_wipe(made.key, sizeof(made.key));
	return good ? pseudonym_find(r->keys.at, r->keys.count, day) : NULL;
}

/* ---- writing ---- */

/* Within the same transaction as what is written: what a command forgets
 * meanwhile is either deleted by it or not written. */
static enum books_result
is_forgotten(struct recorder *r, struct str reader)
{
	if (is_anonymous(reader))
		return BOOKS_NONE;
	return books_reader_forgotten(r->t->books, reader);
}

static bool
write_one(
    struct recorder *r, const struct message_event *e, int64_t added[CLASSES])
{
	const struct pseudonym_key *key;
	char name[PSEUDONYM + 1];
	struct activity row = { .hour = e->time - e->time % HOUR,
		.item = e->item,
		.kind = e->kind,
		.anonymous = is_anonymous(e->reader) };
	enum books_result result = is_forgotten(r, e->reader);

	if (result != BOOKS_NONE)
		return result == BOOKS_OK;
	key = key_for(r, pseudonym_day(e->time));
	if (!key)
		return false;
	pseudonym_of(key, e->reader, name);
	row.reader = str_from(name);
	result = books_activity_add(r->t->books, &row);
	added[row.anonymous] += result == BOOKS_OK;
	return result == BOOKS_OK || result == BOOKS_NONE;
}

/* The oldest give way. */
static bool
make_room(struct recorder *r, int class, int64_t *added)
{
	int64_t over = r->rows[class] + *added - ROWS_MOST, dropped;

	if (over <= 0)
		return true;
	dropped = books_activity_drop(
	    r->t->books, class == OF_OTHERS, INT64_MAX, (size_t)over);
	*added -= dropped;
	return dropped >= 0;
}

static bool
write_rows(struct recorder *r, size_t end, int64_t added[CLASSES])
{
	for (size_t i = r->written; i < end; i++) {
		if (!write_one(r, &r->waiting.at[i], added))
			return false;
	}
	return make_room(r, OF_READERS, &added[OF_READERS]) &&
	    make_room(r, OF_OTHERS, &added[OF_OTHERS]);
}

/* What cannot be stored is not tried again: these are no orders. */
static void
write_batch(struct recorder *r)
{
	struct books *books = r->t->books;
	size_t left = r->waiting.count - r->written;
	size_t end = r->written + (left < BATCH_ROWS ? left : BATCH_ROWS);
	int64_t added[CLASSES] = { 0 };

	if (books_begin_light(books) && write_rows(r, end, added) &&
	    books_commit(books)) {
		r->rows[OF_READERS] += added[OF_READERS];
		r->rows[OF_OTHERS] += added[OF_OTHERS];
	} else {
		books_rollback(books);
		tell(&r->lost, end - r->written);
		if (!keys_read(r)) /* one of them may have been undone */
			r->keys.count = 0;
	}
	r->written = end;
	if (r->written < r->waiting.count)
		return;
	arena_reset(&r->arena);
	r->waiting = (struct message_events){ .count = 0 };
	r->written = 0;
}

void
recorder_flush(struct recorder *r)
{
	while (r->waiting.count)
		write_batch(r);
}

/* ---- deleting ---- */

/* False: storage failed. `more`: there may be more to delete. */
static bool
drop_old(struct recorder *r, int class, int64_t before, bool *more)
{
	int64_t dropped;

	if (!books_begin_light(r->t->books))
		return false;
	dropped = books_activity_drop(
	    r->t->books, class == OF_OTHERS, before, DROP_ROWS);
	if (dropped < 0 || !books_commit(r->t->books)) {
		books_rollback(r->t->books);
		return false;
	}
	r->rows[class] -= dropped;
	*more |= dropped == DROP_ROWS;
	return true;
}

static bool
drop_keys(struct recorder *r, int64_t day)
{
	struct books *books = r->t->books;
	enum books_result result = BOOKS_FAILED;

	if (books_begin(books))
		result = books_activity_keys_drop(books, day);
	if (result == BOOKS_FAILED || !books_commit(books)) {
		books_rollback(books);
		return false;
	}
	if (result == BOOKS_NONE)
		return true;
	books_settle_log(books);
	log_info("readers' events: an old key is deleted");
	return keys_read(r);
}

static void
delete_old(struct recorder *r)
{
	int64_t before =
	    clock_now() - r->t->c->events_keep_days * PSEUDONYM_DAY;
	bool more = false, good;

	good = drop_old(r, OF_READERS, before, &more) &&
	    drop_old(r, OF_OTHERS, before, &more);
	if (good && more)
		return; /* in the next turn */
	good = good && drop_keys(r, pseudonym_day(before));
	r->next_retention =
	    clock_ms() + (good ? RETENTION_MS : RETENTION_AGAIN_MS);
}

void
recorder_work(struct recorder *r)
{
	int64_t now = clock_ms();
	bool busy = r->t->busy || r->t->in.len || r->t->out.len;

	tell(&r->refused, 0);
	tell(&r->crowded, 0);
	tell(&r->lost, 0);
	if (r->waiting.count && (!busy || now - r->since > WAIT_MOST_MS))
		write_batch(r);
	else if (!busy && !r->waiting.count && now >= r->next_retention)
		delete_old(r);
}

struct recorder *
recorder_new(struct till *t)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->t = t;
	r->enabled[OF_READERS] = t->c->events_readers != EVENTS_READERS_NO;
	r->enabled[OF_OTHERS] = t->c->events_beacon;
	r->readers.burst = READER_BURST;
	r->readers.each_ms = READER_EACH_MS;
	r->refused.about = "were of no use";
	r->crowded.about = "were too many";
	r->lost.about = "could not be stored";
	arena_init(&r->arena);
	arena_init(&r->key_arena);
	for (int i = 0; i < CLASSES; i++) {
		if (r->enabled[i])
			r->rows[i] =
			    books_activity_count(t->books, i == OF_OTHERS);
	}
	if (r->rows[OF_READERS] >= 0 && r->rows[OF_OTHERS] >= 0 &&
	    keys_read(r) && keys_shorten(r))
		return r;
	recorder_free(r);
	return NULL;
}

void
recorder_free(struct recorder *r)
{
	if (!r)
		return;
	arena_clear(&r->arena);
	arena_clear(&r->key_arena);
	free(r);
}
