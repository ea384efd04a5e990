#include "notes.h"

#include "client.h"
#include "crypto.h"
#include "log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAY = 24 * 3600,
	SAY_SECONDS = 60,
	PACE_SLOTS = 4096,
	PACE_BITS = 16, /* of a slot that count; the minute stands above */
};

struct notes {
	struct notes *next;
	struct notebook *book;
	pthread_mutex_t lock;
	size_t count, used;
	struct message_event at[MESSAGE_EVENTS_MAX];
	char text[NOTES_TEXT];
};

struct notebook {
	notes_send *send;
	void *ctx;
	atomic_uint_fast64_t lost;
	uint64_t said; /* of `lost`; who flushes knows it alone */
	int64_t said_at;
	pthread_mutex_t lock; /* of what follows */
	struct notes *first;
	int64_t day; /* of `key` */
	unsigned char key[CRYPTO_KEY];
	uint64_t pace_key;
	atomic_uint_fast64_t pace[PACE_SLOTS];
};

struct notebook *
notebook_new(notes_send *send, void *ctx)
{
	struct notebook *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->send = send;
	b->ctx = ctx;
	b->day = -1;
	atomic_init(&b->lost, 0);
	pthread_mutex_init(&b->lock, NULL);
	crypto_random(&b->pace_key, sizeof(b->pace_key));
	for (size_t i = 0; i < PACE_SLOTS; i++)
		atomic_init(&b->pace[i], 0);
	return b;
}

void
notebook_free(struct notebook *b)
{
	if (!b)
		return;
	while (b->first) {
		struct notes *n = b->first;

		b->first = n->next;
		pthread_mutex_destroy(&n->lock);
		free(n);
	}
	pthread_mutex_destroy(&b->lock);
	crypto_wipe(b->key, sizeof(b->key));
	free(b);
}

struct notes *
notes_new(struct notebook *b)
{
	struct notes *n = malloc(sizeof(*n));

	if (!n)
		return NULL;
	n->book = b;
	n->count = n->used = 0;
	pthread_mutex_init(&n->lock, NULL);
	pthread_mutex_lock(&b->lock);
	n->next = b->first;
	b->first = n;
	pthread_mutex_unlock(&b->lock);
	return n;
}

/* With its lock held. False: all stays as it is. */
static bool
empty(struct notes *n)
{
	struct message m = { .type = MESSAGE_EVENTS };

	if (!n->count)
		return true;
	m.u.events.at = n->at;
	m.u.events.count = m.u.events.room = n->count;
	if (!n->book->send(n->book->ctx, &m))
		return false;
	n->count = n->used = 0;
	return true;
}

static struct str
keep(struct notes *n, struct str s)
{
	char *to = n->text + n->used;

	memcpy(to, s.ptr, s.len);
	n->used += s.len;
	return str_of(to, s.len);
}

void
notes_add(struct notes *n, int64_t now, struct str reader, const char *kind,
    struct str item)
{
	size_t size = reader.len + item.len;
	bool room;

	pthread_mutex_lock(&n->lock);
	room = (n->count < MESSAGE_EVENTS_MAX && size < NOTES_TEXT - n->used) ||
	    (empty(n) && size < NOTES_TEXT);
	if (room)
		n->at[n->count++] = (struct message_event){ .time = now,
			.reader = keep(n, reader),
			.kind = str_from(kind),
			.item = keep(n, item) };
	else
		atomic_fetch_add(&n->book->lost, 1);
	pthread_mutex_unlock(&n->lock);
}

uint64_t
notebook_lost(struct notebook *b)
{
	return atomic_load(&b->lost);
}

static void
say_lost(struct notebook *b, int64_t now)
{
	uint64_t lost = notebook_lost(b);

	if (lost == b->said || now - b->said_at < SAY_SECONDS)
		return;
	log_warning("readers' events: %llu lost, the till did not take them",
	    (unsigned long long)(lost - b->said));
	b->said = lost;
	b->said_at = now;
}

void
notebook_flush(struct notebook *b, int64_t now)
{
	struct notes *first;

	pthread_mutex_lock(&b->lock);
	if (b->day >= 0 && b->day != now / DAY) {
		crypto_wipe(b->key, sizeof(b->key));
		b->day = -1;
	}
	first = b->first; /* those behind it stay where they are */
	pthread_mutex_unlock(&b->lock);
	for (struct notes *n = first; n; n = n->next) {
		pthread_mutex_lock(&n->lock);
		(void)empty(n);
		pthread_mutex_unlock(&n->lock);
	}
	say_lost(b, now);
}

/* Two threads at once may lose one of each other's counts: no harm. */
bool
notes_may(struct notes *n, struct str address, int64_t now)
{
	struct notebook *b = n->book;
	atomic_uint_fast64_t *slot =
	    &b->pace[client_hash(b->pace_key, address) % PACE_SLOTS];
	uint64_t minute = (uint64_t)now / 60 << PACE_BITS;
	uint64_t seen = atomic_load_explicit(slot, memory_order_relaxed);
	uint64_t count =
	    seen >> PACE_BITS << PACE_BITS == minute ? seen - minute : 0;

	if (count >= NOTES_PACE)
		return false;
	atomic_store_explicit(slot, minute + count + 1, memory_order_relaxed);
	return true;
}

void
notes_day_id(struct notes *n, struct str address, struct str agent, int64_t now,
    char id[NOTES_DAY_ID + 1])
{
	struct notebook *b = n->book;
	unsigned char key[CRYPTO_KEY], hash[CRYPTO_KEYED];
	struct buf who;

	pthread_mutex_lock(&b->lock);
	if (b->day != now / DAY) {
		crypto_random(b->key, sizeof(b->key));
		b->day = now / DAY;
	}
	memcpy(key, b->key, sizeof(key));
	pthread_mutex_unlock(&b->lock);
	buf_init(&who, address.len + agent.len + 1);
	buf_add(&who, address);
	buf_add_c(&who, '\n');
	buf_add(&who, agent);
	crypto_keyed_hash(key, buf_str(&who), hash);
	buf_clear(&who);
	crypto_wipe(key, sizeof(key));
	id[0] = '~';
	for (size_t i = 0; i < (NOTES_DAY_ID - 1) / 2; i++)
		snprintf(id + 1 + 2 * i, 3, "%02x", hash[i]);
}
