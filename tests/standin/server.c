#include "server.h"

#include "admin.h"
#include "api.h"
#include "form.h"
#include "page.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_SECONDS = 60, CONNECTIONS = 500, TARGET_MOST = 16 << 10 };

struct mint_server {
	struct mint *mint;
	struct MHD_Daemon *daemon;
	char url[200];
};

/* A request while it comes in. */
struct incoming {
	struct arena arena;
	struct str target; /* path and query as they came */
	struct buf body;
	bool begun, too_long;
};

static void *
begin(void *unused, const char *target, struct MHD_Connection *connection)
{
	struct incoming *in = calloc(1, sizeof *in);

	(void)unused;
	(void)connection;
	if (!in)
		return NULL;
	arena_init(&in->arena);
	in->target = arena_str(&in->arena, str_from(target));
	buf_init(&in->body, MINT_FORM_BYTES);
	return in;
}

static void
end(void *unused, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode why)
{
	struct incoming *in = *state;

	(void)unused;
	(void)connection;
	(void)why;
	if (!in)
		return;
	arena_clear(&in->arena);
	buf_clear(&in->body);
	free(in);
	*state = NULL;
}

static size_t
keep_as_is(void *unused, struct MHD_Connection *connection, char *text)
{
	(void)unused;
	(void)connection;
	return strlen(text);
}

static struct str
header(struct MHD_Connection *connection, const char *name)
{
	return str_from(
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

static bool
is_loopback(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (!info || !info->client_addr)
		return false;
	if (info->client_addr->sa_family == AF_INET) {
		memcpy(&in, info->client_addr, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (info->client_addr->sa_family != AF_INET6)
		return false;
	memcpy(&in6, info->client_addr, sizeof in6);
	return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) ||
	    (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) &&
		in6.sin6_addr.s6_addr[12] == 127);
}

struct lengths {
	unsigned content_length, transfer_encoding, host;
};

static enum MHD_Result
count_length(
    void *closure, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct lengths *l = closure;
	struct str n = str_from(name);

	(void)kind;
	(void)value;
	l->content_length += str_eq_nocase(n, STR("content-length"));
	l->transfer_encoding += str_eq_nocase(n, STR("transfer-encoding"));
	l->host += str_eq_nocase(n, STR("host"));
	return MHD_YES;
}

/* Two ways to say how long a request is: somebody would read it wrongly. */
static bool
is_ambiguous(struct MHD_Connection *connection)
{
	struct lengths l = { 0 };

	MHD_get_connection_values(
	    connection, MHD_HEADER_KIND, count_length, &l);
	return l.content_length + l.transfer_encoding > 1 || l.host > 1;
}

/* The body of a huge answer: `{"id":"aaaa...`, without an end. */
static ssize_t
huge_body(void *unused, uint64_t at, char *out, size_t room)
{
	static const char start[] = "{\"id\":\"";

	(void)unused;
	memset(out, 'a', room);
	for (size_t i = 0; at + i < sizeof start - 1 && i < room; i++)
		out[i] = start[at + i];
	return (ssize_t)room;
}

static struct MHD_Response *
plain_response(struct str body)
{
	char *copy = body.len ? malloc(body.len) : NULL;

	if (copy)
		memcpy(copy, body.ptr, body.len);
	else
		body.len = 0;
	return MHD_create_response_from_buffer_with_free_callback(
	    body.len, copy, free);
}

static void
add_headers(struct MHD_Response *response, const struct mint_reply *r)
{
	for (size_t i = 0; i < r->count; i++) {
		char *value =
		    strndup(r->headers[i].value.ptr, r->headers[i].value.len);

		if (value)
			MHD_add_response_header(
			    response, r->headers[i].name, value);
		free(value);
	}
}

static enum MHD_Result
send_reply(struct MHD_Connection *connection, const struct mint_reply *r)
{
	struct str body = r->body;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (r->fault == MINT_FAULT_CLOSE)
		return MHD_NO;
	if (r->fault == MINT_FAULT_GARBAGE)
		body.len = body.len / 2;
	if (r->fault == MINT_FAULT_HUGE)
		response = MHD_create_response_from_callback(
		    (uint64_t)r->fault_value << 20, 64 << 10, huge_body, NULL,
		    NULL);
	else
		response = plain_response(body);
	if (!response)
		return MHD_NO;
	add_headers(response, r);
	result = MHD_queue_response(connection, r->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
refuse(struct MHD_Connection *connection, unsigned status, const char *why)
{
	struct mint_reply r = { .status = status,
		.body = str_from(why),
		.fault = MINT_FAULT_NONE };

	mint_reply_header(&r, "Content-Type", STR("text/plain"));
	mint_reply_header(&r, "Connection", STR("close"));
	return send_reply(connection, &r);
}

static void
answer(struct mint *m, struct incoming *in, const struct mint_request *r,
    struct mint_reply *out)
{
	if (str_starts(r->path, STR("/v1/")))
		mint_api(m, &in->arena, r, out);
	else if (str_starts(r->path, STR("/_mint/")))
		mint_admin(m, &in->arena, r, out);
	else
		mint_page_serve(m, &in->arena, r, out);
}

static enum MHD_Result
handle_whole(struct mint *m, struct MHD_Connection *connection,
    const char *method, struct incoming *in)
{
	size_t mark = str_find(in->target, '?');
	struct mint_request r = {
		.method = str_from(method),
		.path = str_sub(in->target, 0, mark),
		.query = str_from_at(in->target, mark + 1),
		.body = buf_str(&in->body),
		.content_type = header(connection, "Content-Type"),
		.authorization = header(connection, "Authorization"),
		.idempotency_key = header(connection, "Idempotency-Key"),
		.api_version = header(connection, "Stripe-Version"),
		.fetch_site = header(connection, "Sec-Fetch-Site"),
		.accept_language = header(connection, "Accept-Language"),
		.loopback = is_loopback(connection),
	};
	struct mint_reply out = { .fault = MINT_FAULT_NONE };

	if (str_eq(r.method, STR("HEAD")))
		r.method = STR("GET");
	answer(m, in, &r, &out);
	if (!m->settings->quiet)
		fprintf(stderr, "pennymint: %s %.*s %u\n", method,
		    STR_ARG(r.path), out.status);
	return send_reply(connection, &out);
}

static enum MHD_Result
handle(void *closure, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **state)
{
	struct mint_server *s = closure;
	struct incoming *in = *state;

	(void)url;
	(void)version;
	if (!in)
		return MHD_NO;
	if (!in->begun) {
		in->begun = true;
		if (in->target.len > TARGET_MOST)
			return refuse(connection, 414, "too long\n");
		if (is_ambiguous(connection))
			return refuse(connection, 400, "ambiguous\n");
		return MHD_YES;
	}
	if (*size) {
		buf_add_bytes(&in->body, data, *size);
		in->too_long = in->too_long || !buf_ok(&in->body);
		*size = 0;
		return MHD_YES;
	}
	if (in->too_long)
		return refuse(connection, 413, "too long\n");
	return handle_whole(s->mint, connection, method, in);
}

/* "127.0.0.1:9090" or "[::1]:0" as a listening socket, or -1. */
static int
open_socket(const char *where)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	struct str host = str_from(where);
	size_t colon = str_rfind(host, ':');
	char name[256];
	int fd = -1, one = 1, error;

	if (colon == host.len || colon >= sizeof name) {
		fprintf(stderr, "pennymint: --listen '%s': want ADDRESS:PORT\n",
		    where);
		return -1;
	}
	host = str_sub(host, 0, colon);
	if (host.len > 1 && host.ptr[0] == '[')
		host = str_sub(host, 1, host.len - 2);
	snprintf(name, sizeof name, "%.*s", STR_ARG(host));
	error =
	    getaddrinfo(*name ? name : NULL, where + colon + 1, &hints, &list);
	if (error) {
		fprintf(stderr, "pennymint: --listen '%s': %s\n", where,
		    gai_strerror(error));
		return -1;
	}
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
		bind(fd, list->ai_addr, list->ai_addrlen) != 0 ||
		listen(fd, 128) != 0)) {
		fprintf(stderr, "pennymint: --listen '%s': %s\n", where,
		    strerror(errno));
		close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

static unsigned
port_of(int fd)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = sizeof at;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	if (at.ss_family == AF_INET6) {
		memcpy(&in6, &at, sizeof in6);
		return ntohs(in6.sin6_port);
	}
	memcpy(&in, &at, sizeof in);
	return ntohs(in.sin_port);
}

struct mint_server *
mint_server_start(struct mint *m)
{
	struct mint_server *s = calloc(1, sizeof *s);
	int fd = s ? open_socket(m->settings->listen) : -1;
	struct str where = str_from(m->settings->listen);

	if (fd < 0) {
		free(s);
		return NULL;
	}
	s->mint = m;
	snprintf(s->url, sizeof s->url, "http://%.*s:%u",
	    STR_ARG(str_sub(where, 0, str_rfind(where, ':'))), port_of(fd));
	snprintf(m->url, sizeof m->url, "%s",
	    m->settings->url ? m->settings->url : s->url);
	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD |
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL,
	    0, NULL, NULL, handle, s, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_URI_LOG_CALLBACK, begin, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, end, NULL,
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_as_is, NULL,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)64 << 10,
	    MHD_OPTION_END);
	if (s->daemon)
		return s;
	fprintf(stderr, "pennymint: the HTTP server did not start\n");
	close(fd);
	free(s);
	return NULL;
}

const char *
mint_server_url(const struct mint_server *s)
{
	return s->url;
}

void
mint_server_stop(struct mint_server *s)
{
	if (!s)
		return;
	MHD_stop_daemon(s->daemon);
	free(s);
}
