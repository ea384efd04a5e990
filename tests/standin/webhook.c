#include "webhook.h"

#include "crypto.h"
#include "event.h"
#include "journal.h"
#include "json.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	AT_ONCE = 8,
	REORDER_MS = 400, /* how long events are gathered to be turned round */
	LONGEST_MS = 3600 * 1000,
	ANSWER_SECONDS = 20,
	BODY_MOST = 4 << 20,
};

struct delivery {
	struct delivery *next;
	char event[128], endpoint[128];
	int64_t due_ms;
	int64_t attempt; /* counts from 1 */
	bool turned; /* newest first, one by one */
	/* while it is under way */
	CURL *easy;
	struct curl_slist *headers;
	struct buf body;
	char url[1024];
};

struct mint_courier {
	pthread_t thread;
	CURLM *multi;
	struct delivery *waiting; /* in order of arrival */
	struct delivery *under_way;
	size_t count; /* under way */
	bool turning; /* one that is turned is under way */
};

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
append(struct mint_courier *k, struct delivery *d)
{
	struct delivery **at = &k->waiting;

	while (*at)
		at = &(*at)->next;
	d->next = NULL;
	*at = d;
}

static void
note(struct mint *m, const struct delivery *d, long status, const char *outcome)
{
	struct arena a;
	struct value *entry;

	arena_init(&a);
	entry = value_object(&a);
	mint_put_str(&a, entry, "webhook", str_from(d->event));
	mint_put_str(&a, entry, "endpoint", str_from(d->endpoint));
	mint_put_int(&a, entry, "time", time(NULL));
	mint_put_int(&a, entry, "attempt", d->attempt);
	mint_put_int(&a, entry, "status", status);
	mint_put_str(&a, entry, "outcome", str_from(outcome));
	mint_journal_add(m->journal, entry);
	arena_clear(&a);
}

/* Joins those that are gathered to be turned round, or begins to gather. */
static void
turn(const struct mint_courier *k, struct delivery *d)
{
	d->turned = true;
	d->due_ms += REORDER_MS;
	for (const struct delivery *at = k->waiting; at; at = at->next) {
		if (at->turned && at->due_ms > clock_ms())
			d->due_ms = at->due_ms;
	}
}

void
mint_courier_take(
    struct mint *m, struct str event, struct str endpoint, bool first_time)
{
	struct delivery d = { .attempt = 1, .due_ms = clock_ms() };
	int64_t copies = 1, seconds = 0, unused;

	if (!m->courier || event.len >= sizeof d.event ||
	    endpoint.len >= sizeof d.endpoint)
		return;
	memcpy(d.event, event.ptr, event.len);
	memcpy(d.endpoint, endpoint.ptr, endpoint.len);
	if (first_time) {
		if (mint_fault_take(&m->faults, MINT_FAULT_DROP, &unused)) {
			note(m, &d, 0, "dropped");
			return;
		}
		if (mint_fault_take(&m->faults, MINT_FAULT_DELAY, &seconds))
			d.due_ms += seconds * 1000;
		if (mint_fault_take(&m->faults, MINT_FAULT_REORDER, &unused))
			turn(m->courier, &d);
		mint_fault_take(&m->faults, MINT_FAULT_DUPLICATE, &copies);
	}
	for (int64_t i = 0; i < copies; i++) {
		struct delivery *one = malloc(sizeof *one);

		if (!one)
			abort();
		*one = d;
		append(m->courier, one);
	}
	curl_multi_wakeup(m->courier->multi);
}

static void
forget(struct delivery *d)
{
	curl_easy_cleanup(d->easy);
	curl_slist_free_all(d->headers);
	buf_clear(&d->body);
	free(d);
}

static size_t
ignore(char *data, size_t size, size_t count, void *unused)
{
	(void)data;
	(void)unused;
	return size * count;
}

/* What to send and where, as of now; false when event or endpoint is gone. */
static bool
write_body(struct mint *m, struct delivery *d, char header[200])
{
	struct arena a;
	const struct value *event, *endpoint;
	char mac[MINT_HMAC_TEXT + 1];
	struct str url;
	int64_t now = time(NULL);
	bool ok = false;

	arena_init(&a);
	event = mint_store_get(m->store, &a, str_from(d->event), NULL);
	endpoint = mint_store_get(m->store, &a, str_from(d->endpoint), NULL);
	url = mint_str(endpoint, "url");
	if (event && url.len && url.len < sizeof d->url) {
		memcpy(d->url, url.ptr, url.len);
		d->url[url.len] = '\0';
		buf_init(&d->body, BODY_MOST);
		json_write(&d->body, mint_public(&a, event), true);
		mint_sign(
		    mint_str(endpoint, "_secret"), now, buf_str(&d->body), mac);
		snprintf(header, 200, "Stripe-Signature: t=%" PRId64 ",v1=%s",
		    now, mac);
		ok = buf_ok(&d->body);
	}
	arena_clear(&a);
	return ok;
}

static bool
send_off(struct mint *m, struct delivery *d)
{
	char signature[200];
	CURL *e;

	if (!write_body(m, d, signature))
		return false;
	e = d->easy = curl_easy_init();
	if (!e)
		return false;
	d->headers = curl_slist_append(NULL, signature);
	d->headers = curl_slist_append(
	    d->headers, "Content-Type: application/json; charset=utf-8");
	d->headers = curl_slist_append(d->headers,
	    "User-Agent: Stripe/1.0 (pennymint/" PENNYPRESS_VERSION ")");
	d->headers = curl_slist_append(d->headers, "Expect:");
	curl_easy_setopt(e, CURLOPT_URL, d->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)ANSWER_SECONDS);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, d->headers);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, d->body.ptr);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)d->body.len);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(e, CURLOPT_PRIVATE, d);
	return curl_multi_add_handle(m->courier->multi, e) == CURLM_OK;
}

/* The next delivery that is due, taken off the waiting list; NULL for none. */
static struct delivery *
next_due(struct mint_courier *k, int64_t now)
{
	struct delivery **best = NULL, *d;

	for (struct delivery **at = &k->waiting; *at; at = &(*at)->next) {
		if ((*at)->due_ms > now || ((*at)->turned && k->turning))
			continue;
		if (!best || (*at)->turned)
			best = at;
		if (!(*best)->turned)
			break;
	}
	if (!best)
		return NULL;
	d = *best;
	*best = d->next;
	return d;
}

static void
send_due(struct mint *m)
{
	struct mint_courier *k = m->courier;
	struct delivery *d;

	while (k->count < AT_ONCE && (d = next_due(k, clock_ms()))) {
		if (!send_off(m, d)) {
			forget(d);
			continue;
		}
		d->next = k->under_way;
		k->under_way = d;
		k->count++;
		k->turning = k->turning || d->turned;
	}
}

static void
take_back(struct mint_courier *k, struct delivery *d)
{
	struct delivery **at = &k->under_way;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	k->count--;
	if (d->turned)
		k->turning = false;
	curl_multi_remove_handle(k->multi, d->easy);
}

/* Again later, or given up. */
static void
put_off(struct mint *m, struct delivery *d)
{
	int64_t wait = m->settings->retry_ms;

	if (d->attempt >= m->settings->attempts) {
		forget(d);
		return;
	}
	for (int64_t i = 1; i < d->attempt && wait < LONGEST_MS; i++)
		wait *= 2;
	if (wait > LONGEST_MS)
		wait = LONGEST_MS;
	curl_easy_cleanup(d->easy);
	curl_slist_free_all(d->headers);
	buf_clear(&d->body);
	d->easy = NULL;
	d->headers = NULL;
	d->attempt++;
	d->turned = false;
	d->due_ms = clock_ms() + wait;
	append(m->courier, d);
}

static void
finish(struct mint *m, CURL *easy, CURLcode result)
{
	struct delivery *d;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &d);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	take_back(m->courier, d);
	if (result == CURLE_OK && status >= 200 && status < 300) {
		note(m, d, status, "delivered");
		mint_event_delivered(
		    m, str_from(d->event), str_from(d->endpoint));
		forget(d);
		return;
	}
	note(m, d, status,
	    result == CURLE_OK ? "refused" : curl_easy_strerror(result));
	put_off(m, d);
}

static int
wait_ms(const struct mint_courier *k)
{
	int64_t now = clock_ms(), wait = 60000;

	for (const struct delivery *d = k->waiting; d; d = d->next) {
		if (d->turned && k->turning)
			continue;
		if (d->due_ms - now < wait)
			wait = d->due_ms - now;
	}
	if (wait < 0 || k->count == AT_ONCE)
		wait = k->count == AT_ONCE ? 1000 : 0;
	return (int)wait;
}

static void *
run(void *arg)
{
	struct mint *m = arg;
	struct mint_courier *k = m->courier;
	CURLMsg *message;
	int running, left, wait;

	for (;;) {
		pthread_mutex_lock(&m->lock);
		if (m->stopping) {
			pthread_mutex_unlock(&m->lock);
			return NULL;
		}
		send_due(m);
		pthread_mutex_unlock(&m->lock);
		curl_multi_perform(k->multi, &running);
		pthread_mutex_lock(&m->lock);
		while ((message = curl_multi_info_read(k->multi, &left))) {
			if (message->msg == CURLMSG_DONE)
				finish(m, message->easy_handle,
				    message->data.result);
		}
		wait = wait_ms(k);
		pthread_mutex_unlock(&m->lock);
		if (wait > 0)
			curl_multi_poll(k->multi, NULL, 0, wait, NULL);
	}
}

bool
mint_courier_start(struct mint *m)
{
	struct mint_courier *k = calloc(1, sizeof *k);

	if (!k)
		return false;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		k->multi = curl_multi_init();
	m->courier = k;
	if (!k->multi || pthread_create(&k->thread, NULL, run, m) != 0) {
		m->courier = NULL;
		curl_multi_cleanup(k->multi);
		free(k);
		return false;
	}
	return true;
}

static void
drop_all(struct delivery *d)
{
	while (d) {
		struct delivery *next = d->next;

		forget(d);
		d = next;
	}
}

void
mint_courier_stop(struct mint *m)
{
	struct mint_courier *k = m->courier;

	if (!k)
		return;
	curl_multi_wakeup(k->multi);
	pthread_join(k->thread, NULL);
	m->courier = NULL;
	while (k->under_way) {
		struct delivery *d = k->under_way;

		take_back(k, d);
		forget(d);
	}
	drop_all(k->waiting);
	curl_multi_cleanup(k->multi);
	curl_global_cleanup();
	free(k);
}
