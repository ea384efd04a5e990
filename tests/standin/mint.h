/*
 * mint.h - the whole service: its settings, its state, and the one lock.
 */
#ifndef MINT_MINT_H
#define MINT_MINT_H

#include "fault.h"
#include "store.h"

#include <pthread.h>

enum { MINT_ENDPOINTS = 8 };

struct mint_settings {
	const char *listen; /* "127.0.0.1:9090" */
	const char *secret_key;
	const char *webhook[MINT_ENDPOINTS];
	size_t webhooks;
	const char *webhook_secret;
	const char *state; /* a file, or NULL */
	const char *url; /* where browsers reach it; NULL: as it listens */
	const char *misbehave;
	int64_t retry_ms; /* before the second attempt at a webhook */
	int64_t attempts; /* at most, for one event and endpoint */
	int64_t
	    delayed; /* seconds a delayed payment of the hosted page takes */
	bool quiet;
};

struct mint_journal;
struct mint_keys;
struct mint_courier;
struct mint_page;

struct mint {
	const struct mint_settings *settings;
	pthread_mutex_t lock; /* guards everything below */
	struct mint_store *store;
	struct mint_keys *keys;
	struct mint_journal *journal;
	struct mint_courier *courier;
	struct mint_page *page;
	struct mint_faults faults;
	char url[256]; /* "http://127.0.0.1:9090" */
	bool livemode;
	int64_t
	    ahead; /* seconds the mint's clock runs ahead of the machine's */
	bool changed; /* since the state was last written */
	bool stopping;
	pthread_cond_t stop; /* wakes whoever stalls or waits */
	pthread_t clock; /* does what is due */
	bool ticking;
};

/*
 * In this order: open (reads the state file when there is one), start
 * (threads), interrupt (whoever waits is woken), stop (the threads have ended;
 * no request may be under way any more), close (writes the state). False, with
 * a message on standard error, when it cannot be.
 */
bool mint_open(struct mint *m, const struct mint_settings *settings)
    __attribute__((warn_unused_result));
bool mint_start(struct mint *m) __attribute__((warn_unused_result));
void mint_interrupt(struct mint *m);
void mint_stop(struct mint *m);
void mint_close(struct mint *m);
/* Takes the lock; nothing may be held. Writes the state if it changed. */
void mint_write_state(struct mint *m);
/* Seconds since 1970 by the mint's clock. */
int64_t mint_now(const struct mint *m);
/* Waits without the lock; false, at once, when the mint is stopping. */
bool mint_wait_ms(struct mint *m, int64_t ms);

#endif
