#include "provider.h"

#include "address.h"
#include "clock.h"
#include "crypto.h"
#include "json.h"
#include "log.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	CALLS = 64, /* at once */
	TRIES = 4,
	TRY_MS = 10000,
	CONNECT_MS = 5000,
	BACKOFF_MS = 500,
	BACKOFF_SLOW_MS = 2000, /* after a 429 */
	BACKOFF_MAX_MS = 8000,
	WATCHED = 8,
	AUTHORIZATION = 512,
};

enum should_retry { RETRY_UNSAID, RETRY_YES, RETRY_NO };

struct call {
	struct provider *provider;
	struct provider_request request;
	CURL *easy; /* NULL: waiting for its next try, or free */
	struct curl_slist *headers;
	struct buf body;
	bool used;
	int tries;
	int status;
	int64_t deadline, next; /* monotonic ms */
	enum should_retry should_retry;
	char request_id[64];
};

struct provider {
	CURLM *multi;
	struct str base, version;
	bool https, loopback;
	char *authorization; /* locked memory */
	struct call calls[CALLS];
	bool closing;
	size_t busy;
};

struct provider *
provider_new(const struct config *c, struct str key)
{
	struct provider *p = calloc(1, sizeof(*p));
	struct address base;
	int n;

	if (!p || address_read(c->payment_base, &base) ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		goto fail;
	p->base = c->payment_base;
	p->version = c->api_version;
	p->https = base.https;
	p->loopback = base.loopback;
	p->authorization = crypto_alloc(AUTHORIZATION);
	p->multi = curl_multi_init();
	if (!p->authorization || !p->multi)
		goto fail;
	n = snprintf(p->authorization, AUTHORIZATION,
	    "Authorization: Bearer %.*s", STR_ARG(key));
	if (n < 0 || n >= AUTHORIZATION)
		goto fail;
	curl_multi_setopt(p->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 16L);
	curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, 8L);
	return p;
fail:
	log_error("payment provider: cannot be set up");
	provider_free(p);
	return NULL;
}

static void
call_detach(struct call *call)
{
	if (call->easy) {
		curl_multi_remove_handle(call->provider->multi, call->easy);
		curl_easy_cleanup(call->easy);
	}
	curl_slist_free_all(call->headers);
	call->easy = NULL;
	call->headers = NULL;
}

static void
call_end(struct call *call)
{
	call_detach(call);
	buf_clear(&call->body);
	call->used = false;
	call->provider->busy--;
}

size_t
provider_busy(const struct provider *p)
{
	return p->busy;
}

/* Curl's callback; a short count makes it give up. */
static size_t
take_body(char *ptr, size_t size, size_t count, void *arg)
{
	struct call *call = arg;

	buf_add_bytes(&call->body, ptr, size * count);
	return buf_ok(&call->body) ? size * count : 0;
}

static bool
header_is(struct str line, const char *name, struct str *value)
{
	size_t colon = str_find(line, ':');

	*value = str_trim(str_from_at(line, colon + 1));
	return str_eq_nocase(str_sub(line, 0, colon), str_from(name));
}

static size_t
take_header(char *ptr, size_t size, size_t count, void *arg)
{
	struct str line = str_of(ptr, size * count), value;
	struct call *call = arg;

	if (header_is(line, "request-id", &value))
		snprintf(call->request_id, sizeof(call->request_id), "%.*s",
		    (int)(value.len < 60 ? value.len : 60), value.ptr);
	else if (header_is(line, "stripe-should-retry", &value))
		call->should_retry = str_eq_z(value, "true") ? RETRY_YES
		    : str_eq_z(value, "false")               ? RETRY_NO
							     : RETRY_UNSAID;
	return size * count;
}

static bool
add_header(struct call *call, const char *line)
{
	struct curl_slist *more = curl_slist_append(call->headers, line);

	if (!more)
		return false;
	call->headers = more;
	return true;
}

static bool
set_headers(struct call *call)
{
	const struct provider *p = call->provider;
	const struct provider_request *r = &call->request;
	char line[512];

	snprintf(
	    line, sizeof(line), "Stripe-Version: %.*s", STR_ARG(p->version));
	if (!add_header(call, p->authorization) || !add_header(call, line) ||
	    !add_header(call, "Accept: application/json") ||
	    !add_header(call, "Expect:"))
		return false;
	if (!r->idempotency_key.len)
		return true;
	snprintf(line, sizeof(line), "Idempotency-Key: %.*s",
	    STR_ARG(r->idempotency_key));
	return add_header(call, line);
}

static long
time_for_try(const struct call *call)
{
	int64_t left = call->deadline - clock_ms();

	if (left > TRY_MS)
		left = TRY_MS;
	return left < 1 ? 1 : (long)left;
}

#define SET(option, value)                                                     \
	(curl_easy_setopt(call->easy, CURLOPT_##option, value) == CURLE_OK)

static bool
set_options(struct call *call)
{
	const struct provider *p = call->provider;
	const struct provider_request *r = &call->request;
	const char *url = arena_printf(
	    r->arena, "%.*s%.*s", STR_ARG(p->base), STR_ARG(r->path))
			      .ptr;
	const char *protocols = p->https ? "https" : "http";

	if (!SET(URL, url) || !SET(PROTOCOLS_STR, protocols) ||
	    !SET(FOLLOWLOCATION, 0L) || !SET(SSL_VERIFYPEER, 1L) ||
	    !SET(SSL_VERIFYHOST, 2L) ||
	    !SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ||
	    !SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ||
	    !SET(NOSIGNAL, 1L) || !SET(TIMEOUT_MS, time_for_try(call)) ||
	    !SET(CONNECTTIMEOUT_MS, (long)CONNECT_MS) ||
	    !SET(USERAGENT, "pennygate/" PENNYPRESS_VERSION) ||
	    !SET(WRITEFUNCTION, take_body) || !SET(WRITEDATA, call) ||
	    !SET(HEADERFUNCTION, take_header) || !SET(HEADERDATA, call) ||
	    !SET(HTTPHEADER, call->headers) || !SET(PRIVATE, call) ||
	    !SET(MAXFILESIZE, (long)LIMIT_PROVIDER_BODY))
		return false;
	if (p->loopback && !SET(PROXY, ""))
		return false;
	if (!r->form.ptr)
		return true;
	return SET(POSTFIELDSIZE, (long)r->form.len) &&
	    SET(POSTFIELDS, r->form.ptr);
}

/* Starts the next try; false when the machine cannot. */
static bool
call_try(struct call *call)
{
	call->tries++;
	call->status = 0;
	call->should_retry = RETRY_UNSAID;
	call->request_id[0] = '\0';
	buf_reset(&call->body);
	call->easy = curl_easy_init();
	if (call->easy && set_headers(call) && set_options(call) &&
	    curl_multi_add_handle(call->provider->multi, call->easy) ==
		CURLM_OK)
		return true;
	call_detach(call);
	return false;
}

bool
provider_send(struct provider *p, const struct provider_request *request)
{
	struct call *call = NULL;

	for (size_t i = 0; i < CALLS && !call && !p->closing; i++) {
		if (!p->calls[i].used)
			call = &p->calls[i];
	}
	if (!call)
		return false;
	*call = (struct call){ .provider = p,
		.request = *request,
		.used = true,
		.deadline = clock_ms() + request->budget_ms };
	buf_init(&call->body, LIMIT_PROVIDER_BODY);
	p->busy++;
	if (call_try(call))
		return true;
	call_end(call);
	return false;
}

static bool
is_retried(const struct call *call, bool answered)
{
	if (!answered)
		return true;
	if (call->should_retry != RETRY_UNSAID)
		return call->should_retry == RETRY_YES;
	return call->status == 409 || call->status == 429 ||
	    call->status >= 500;
}

/* 0.5 s, 1 s, 2 s ... of which a random half is waited at least. */
static int64_t
backoff_ms(const struct call *call)
{
	int64_t base = call->status == 429 ? BACKOFF_SLOW_MS : BACKOFF_MS;
	int64_t wait = base << (call->tries - 1);
	uint16_t dice;

	if (wait > BACKOFF_MAX_MS)
		wait = BACKOFF_MAX_MS;
	crypto_random(&dice, sizeof(dice));
	return wait / 2 + wait * dice / ((int64_t)2 * UINT16_MAX);
}

/* A later try at `next`, if tries and time allow one. */
static bool
call_again(struct call *call)
{
	int64_t next = clock_ms() + backoff_ms(call);

	if (call->tries >= TRIES || next >= call->deadline)
		return false;
	call_detach(call);
	call->next = next;
	return true;
}

static struct str
error_code(const struct value *json)
{
	const struct value *error = value_get(json, STR("error"));
	struct str code = value_get_str(error, STR("code"));

	return code.len ? code : value_get_str(error, STR("type"));
}

/* Words for the log: the provider's code, never its message. */
static void
call_log(const struct call *call, const char *what, struct str code)
{
	log_warning("payment provider: %s (status %d%s%.*s, request %s, try"
		    " %d)",
	    what, call->status, code.len ? ", " : "", STR_ARG(code),
	    call->request_id[0] ? call->request_id : "-", call->tries);
}

static void
call_finish(struct call *call, struct provider_answer answer)
{
	struct provider_request request = call->request;

	call_end(call);
	request.done(request.arg, &answer);
}

void
provider_free(struct provider *p)
{
	const struct provider_answer none = { .result = PROVIDER_UNREACHABLE };

	if (!p)
		return;
	p->closing = true;
	for (size_t i = 0; i < CALLS; i++) {
		if (p->calls[i].used)
			call_finish(&p->calls[i], none);
	}
	curl_multi_cleanup(p->multi);
	if (p->authorization)
		crypto_free(p->authorization);
	curl_global_cleanup();
	free(p);
}

static void
call_answered(struct call *call, CURLcode result)
{
	struct provider_answer answer = { .result = PROVIDER_REFUSED };
	struct json_error error;
	bool answered;
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	call->status = answer.status = (int)status;
	if (result == CURLE_OK && buf_ok(&call->body))
		answer.json = json_read(
		    call->request.arena, buf_str(&call->body), &error);
	answered = result == CURLE_OK &&
	    ((answer.json && answer.json->kind == VALUE_OBJECT) ||
		(status >= 300 && status < 500));
	answer.code = error_code(answer.json);
	if (answered && status >= 200 && status < 300) {
		answer.result = PROVIDER_OK;
	} else if (is_retried(call, answered)) {
		call_log(call,
		    result == CURLE_OK ? "no good answer"
				       : curl_easy_strerror(result),
		    answer.code);
		if (call_again(call))
			return;
		answer.result = PROVIDER_UNREACHABLE;
	} else {
		call_log(call, "refused", answer.code);
		if (status == 404)
			answer.result = PROVIDER_ABSENT;
	}
	call_finish(call, answer);
}

static void
tries_due(struct provider *p)
{
	const struct provider_answer none = { .result = PROVIDER_UNREACHABLE };
	int64_t now = clock_ms();

	for (size_t i = 0; i < CALLS; i++) {
		struct call *call = &p->calls[i];

		if (call->used && !call->easy && call->next <= now &&
		    !call_try(call))
			call_finish(call, none);
	}
}

void
provider_work(struct provider *p)
{
	int running, left;
	CURLMsg *message;

	tries_due(p);
	curl_multi_perform(p->multi, &running);
	while ((message = curl_multi_info_read(p->multi, &left))) {
		char *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(
		    message->easy_handle, CURLINFO_PRIVATE, &call);
		call_answered(
		    (struct call *)(void *)call, message->data.result);
	}
}

/* Until the next try, if that is sooner. */
static int
wait_ms(const struct provider *p, int timeout_ms)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < CALLS; i++) {
		const struct call *call = &p->calls[i];
		int64_t left = call->next - now;

		if (call->used && !call->easy && left < timeout_ms)
			timeout_ms = left > 0 ? (int)left : 0;
	}
	return timeout_ms;
}

void
provider_wait(
    struct provider *p, struct pollfd *fds, unsigned count, int timeout_ms)
{
	struct curl_waitfd extra[WATCHED] = { { .fd = -1 } };

	if (count > WATCHED)
		count = WATCHED;
	for (unsigned i = 0; i < count; i++) {
		extra[i].fd = fds[i].fd;
		extra[i].events =
		    (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
			(fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
	}
	curl_multi_poll(p->multi, extra, count, wait_ms(p, timeout_ms), NULL);
}
