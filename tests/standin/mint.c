#include "mint.h"

#include "catalogue.h"
#include "checkout.h"
#include "event.h"
#include "file.h"
#include "journal.h"
#include "json.h"
#include "keys.h"
#include "page.h"
#include "webhook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATE_MOST = 1 << 30, STATE_FORMAT = 1, TICK_MS = 200 };

int64_t
mint_now(const struct mint *m)
{
	return time(NULL) + m->ahead;
}

static bool
read_json(struct mint *m, struct str text)
{
	struct arena a;
	struct json_error e;
	const struct value *state;
	bool ok = false;

	arena_init(&a);
	state = json_read(&a, text, &e);
	if (!state)
		fprintf(stderr, "pennymint: %s:%u:%u: %s\n", m->settings->state,
		    e.line, e.column, e.message);
	else if (mint_int(state, "format", 0) != STATE_FORMAT ||
	    !mint_store_read(m->store, mint_look(state, "objects")))
		fprintf(stderr, "pennymint: %s: not a state of this program\n",
		    m->settings->state);
	else
		ok = true;
	if (ok) {
		m->ahead = mint_int(state, "ahead", 0);
		mint_keys_read(m->keys, mint_look(state, "keys"));
	}
	arena_clear(&a);
	return ok;
}

static bool
read_state(struct mint *m)
{
	struct buf text;
	bool ok = true;

	if (!m->settings->state)
		return true;
	buf_init(&text, STATE_MOST);
	if (file_read(AT_FDCWD, m->settings->state, &text)) {
		ok = read_json(m, buf_str(&text));
	} else if (errno != ENOENT) {
		fprintf(stderr, "pennymint: %s: %s\n", m->settings->state,
		    strerror(errno));
		ok = false;
	}
	buf_clear(&text);
	return ok;
}

void
mint_write_state(struct mint *m)
{
	struct buf text;

	if (!m->settings->state)
		return;
	buf_init(&text, STATE_MOST);
	pthread_mutex_lock(&m->lock);
	if (!m->changed) {
		pthread_mutex_unlock(&m->lock);
		return;
	}
	buf_printf(&text, "{\"format\":%d,\"ahead\":%" PRId64 ",\n",
	    STATE_FORMAT, m->ahead);
	mint_keys_write(m->keys, &text);
	buf_add_z(&text, ",\n");
	mint_store_write(m->store, &text);
	buf_add_z(&text, "}\n");
	m->changed = false;
	pthread_mutex_unlock(&m->lock);
	if (!buf_ok(&text) ||
	    !file_replace(AT_FDCWD, m->settings->state, buf_str(&text), 0600))
		fprintf(stderr,
		    "pennymint: %s: the state was not written: %s\n",
		    m->settings->state, strerror(errno));
	buf_clear(&text);
}

bool
mint_wait_ms(struct mint *m, int64_t ms)
{
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&m->lock);
	while (!m->stopping &&
	    pthread_cond_timedwait(&m->stop, &m->lock, &until) == 0)
		continue;
	stopping = m->stopping;
	pthread_mutex_unlock(&m->lock);
	return !stopping;
}

/* Does what is due, and writes what has changed. */
static void *
run_clock(void *arg)
{
	struct mint *m = arg;

	while (mint_wait_ms(m, TICK_MS)) {
		pthread_mutex_lock(&m->lock);
		mint_checkout_sweep(m);
		pthread_mutex_unlock(&m->lock);
		mint_write_state(m);
	}
	return NULL;
}

static bool
init_lock(struct mint *m)
{
	pthread_condattr_t attr;
	bool ok = pthread_mutex_init(&m->lock, NULL) == 0 &&
	    pthread_condattr_init(&attr) == 0;

	if (!ok)
		return false;
	ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
	    pthread_cond_init(&m->stop, &attr) == 0;
	pthread_condattr_destroy(&attr);
	return ok;
}

bool
mint_open(struct mint *m, const struct mint_settings *settings)
{
	char error[160];

	*m = (struct mint){ .settings = settings };
	m->livemode = strncmp(settings->secret_key, "sk_live_", 8) == 0;
	m->store = mint_store_new();
	m->keys = mint_keys_new();
	m->journal = mint_journal_new();
	m->page = mint_page_new();
	if (!init_lock(m) || !m->page || !read_state(m))
		return false;
	if (settings->misbehave &&
	    !mint_faults_read(
		&m->faults, str_from(settings->misbehave), error)) {
		fprintf(stderr, "pennymint: %s\n", error);
		return false;
	}
	mint_catalogue_open(m);
	mint_endpoint_open(m);
	return true;
}

bool
mint_start(struct mint *m)
{
	if (!mint_courier_start(m))
		return false;
	pthread_mutex_lock(&m->lock);
	mint_event_resume(m);
	pthread_mutex_unlock(&m->lock);
	m->ticking = pthread_create(&m->clock, NULL, run_clock, m) == 0;
	return m->ticking;
}

void
mint_interrupt(struct mint *m)
{
	pthread_mutex_lock(&m->lock);
	m->stopping = true;
	pthread_cond_broadcast(&m->stop);
	pthread_mutex_unlock(&m->lock);
}

void
mint_stop(struct mint *m)
{
	if (m->ticking)
		pthread_join(m->clock, NULL);
	m->ticking = false;
	mint_courier_stop(m);
}

void
mint_close(struct mint *m)
{
	mint_write_state(m);
	mint_page_free(m->page);
	mint_journal_free(m->journal);
	mint_keys_free(m->keys);
	mint_store_free(m->store);
	pthread_cond_destroy(&m->stop);
	pthread_mutex_destroy(&m->lock);
}
