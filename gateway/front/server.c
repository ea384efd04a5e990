#include "server.h"

#include "connection.h"
#include "door.h"
#include "guard.h"
#include "log.h"
#include "route.h"
#include "worker.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

enum {
	BODIES_MAX = 64 << 20, /* all bodies being received, together */
	BODY_IGNORED = 16 << 10, /* of a request that should have none */
	QUIET_SECONDS = 30, /* the library's own time-out */
	HEADERS_TOO_LARGE = 431,
};

enum stage { STAGE_HEADERS, STAGE_BODY, STAGE_ASKED, STAGE_ANSWERED };

/* Connections with as much memory each. */
struct room {
	struct server *server;
	size_t memory;
	struct MHD_Daemon *daemon;
};

struct server {
	const struct front *front;
	struct views *views;
	struct ask *ask;
	struct server_options options;
	struct room small, large;
	struct door *door;
	atomic_uint inside; /* connections, from before they are accepted */
	struct connections connections;
	struct client_counts counts;
	atomic_bool draining;
	atomic_int grace_ms;
	atomic_size_t bodies;
	atomic_size_t asked; /* visits suspended */
	struct workers workers;
};

/* One request in the library's hands. */
struct serving {
	struct server *server;
	struct MHD_Connection *mhd;
	struct connection *connection;
	size_t memory; /* of the connection */
	enum stage stage;
	const char *uri; /* where the target stands in the read buffer */
	size_t uri_length;
	struct request request;
	struct answer answer;
	struct arena arena;
	struct visit visit;
	struct view *held; /* a reference, while the till is asked */
	struct buf body;
	size_t body_seen, body_max;
	struct buf reply; /* the till's message; empty: none */
};

static struct serving *
serving_new(struct room *room)
{
	struct server *s = room->server;
	struct worker *w = worker_get(&s->workers);
	struct serving *g = w ? worker_take(w, sizeof(*g)) : NULL;

	if (!g)
		return NULL;
	g->server = s;
	g->memory = room->memory;
	g->connection = NULL;
	g->stage = STAGE_HEADERS;
	g->held = NULL;
	g->body_seen = g->body_max = 0;
	request_begin(&g->request);
	answer_init(&g->answer);
	arena_init(&g->arena);
	buf_init(&g->body, 0);
	buf_init(&g->reply, LIMIT_MESSAGE);
	return g;
}

static void
serving_free(struct serving *g)
{
	struct server *s = g->server;

	atomic_fetch_sub(&s->bodies, g->body.cap);
	answer_clear(&g->answer);
	arena_clear(&g->arena);
	buf_clear(&g->body);
	buf_clear(&g->reply);
	view_unref(g->held);
	worker_give(worker_get(&s->workers), g);
}

static void
deadline(struct serving *g, int64_t ms)
{
	if (g->connection)
		atomic_store_explicit(&g->connection->deadline,
		    connection_now() + ms, memory_order_relaxed);
}

/* ---- answering ---- */

static void
put_header(void *ctx, const char *name, const char *value)
{
	if (MHD_add_response_header(ctx, name, value) == MHD_NO)
		log_error("no room for a header: %s", name);
}

static void
release_done(void *release)
{
	release_unref(release);
}

/* From memory, the release kept until it is sent; else from the file. */
static struct MHD_Response *
file_response(struct release *r, const struct answer *a)
{
	uint64_t from = a->whole ? 0 : a->from;
	uint64_t length = a->whole ? a->file->about->bytes : a->length;
	struct str bytes = release_bytes(r, a->file);
	struct MHD_Response *response;
	int fd;

	if (bytes.ptr) {
		/* It is only read, though the library does not say so. */
		union {
			const char *in;
			char *out;
		} at = { bytes.ptr + from };

		response =
		    MHD_create_response_from_buffer_with_free_callback_cls(
			(size_t)length, at.out, release_done, release_ref(r));
		if (!response)
			release_unref(r);
		return response;
	}
	fd = release_file_open(r, a->file);
	if (fd < 0)
		return NULL;
	response = MHD_create_response_from_fd_at_offset64(length, fd, from);
	if (!response)
		close(fd);
	return response;
}

static struct MHD_Response *
make_response(struct serving *g, const struct view *view)
{
	struct answer *a = &g->answer;
	struct MHD_Response *response;

	if (a->body == BODY_FILE) {
		response = file_response(view->release, a);
	} else if (a->body == BODY_TEXT && buf_ok(&a->text) && a->text.len) {
		response = MHD_create_response_from_buffer(
		    a->text.len, a->text.ptr, MHD_RESPMEM_MUST_FREE);
		if (response)
			buf_init(&a->text, 0);
	} else {
		static char nothing[1];

		response = MHD_create_response_from_buffer(
		    0, nothing, MHD_RESPMEM_PERSISTENT);
	}
	if (response)
		answer_headers(
		    a, view, g->server->front->https, put_header, response);
	return response;
}

static void
drop_ready(void *response)
{
	MHD_destroy_response(response);
}

/* Whole files and their 304 look the same to everybody: built once. */
static void **
ready_place(struct serving *g, struct worker *w)
{
	const struct answer *a = &g->answer;
	size_t i;

	if (!a->file || a->count || (a->status != 200 && a->status != 304) ||
	    g->visit.view != w->view ||
	    a->file->about->bytes > RELEASE_BYTES_FILE ||
	    atomic_load_explicit(&g->server->draining, memory_order_relaxed))
		return NULL;
	i = 2 * a->file->number + (a->status == 304);
	return i < w->ready_count ? &w->ready[i] : NULL;
}

/* A few bytes, for when there is no room or no sense in more. */
static enum MHD_Result
send_plain(struct serving *g, unsigned status)
{
	static char text[] = "error\n";
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    sizeof(text) - 1, text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result rc;

	g->stage = STAGE_ANSWERED;
	if (!response)
		return MHD_NO;
	put_header(response, "Cache-Control", "no-store");
	put_header(response, "Content-Type", "text/plain; charset=utf-8");
	put_header(response, "X-Content-Type-Options", "nosniff");
	put_header(response, "Connection", "close");
	rc = MHD_queue_response(g->mhd, status, response);
	MHD_destroy_response(response);
	return rc;
}

static void
send_deadline(struct serving *g)
{
	const struct server_options *o = &g->server->options;
	uint64_t bytes = g->answer.body == BODY_FILE
	    ? g->answer.file->about->bytes
	    : g->answer.text.len;

	deadline(
	    g, o->send_ms + (int64_t)(bytes / (uint64_t)o->send_rate) * 1000);
}

static enum MHD_Result
send_answer(struct serving *g, struct worker *w)
{
	void **place = ready_place(g, w);
	struct MHD_Response *response;
	bool draining = atomic_load(&g->server->draining);
	enum MHD_Result rc;

	g->stage = STAGE_ANSWERED;
	send_deadline(g);
	if (place && *place)
		return MHD_queue_response(g->mhd, g->answer.status, *place);
	response = make_response(g, g->visit.view);
	if (!response)
		return send_plain(g, 500);
	if (g->answer.close || draining)
		put_header(response, "Connection", "close");
	rc = MHD_queue_response(g->mhd, g->answer.status, response);
	if (place && release_bytes(w->view->release, g->answer.file).ptr)
		*place = response;
	else
		MHD_destroy_response(response);
	return rc;
}

/* ---- asking the till ---- */

/* On the asking thread: keeps a copy and wakes the request's own thread. */
static void
till_answered(void *ctx, const struct message *m)
{
	struct serving *g = ctx;
	struct server *s = g->server;

	buf_reset(&g->reply);
	if (m && !message_encode(&g->reply, m))
		buf_reset(&g->reply);
	MHD_resume_connection(g->mhd); /* `g` may be gone now */
	atomic_fetch_sub(&s->asked, 1);
}

static enum MHD_Result
ask_till(struct serving *g, struct worker *w)
{
	struct server *s = g->server;
	visit_then *then = g->visit.then;

	if (g->visit.deadline_ms == VISIT_COURTESY && !ask_is_ready(s->ask)) {
		then(&g->visit, NULL);
		return send_answer(g, w);
	}
	if (!g->held)
		g->held = view_ref(w->view);
	g->stage = STAGE_ASKED;
	deadline(g, (int64_t)g->visit.deadline_ms + s->options.send_ms);
	atomic_fetch_add(&s->asked, 1);
	MHD_suspend_connection(g->mhd);
	if (!ask_send(s->ask, &g->visit.question, g->visit.deadline_ms,
		till_answered, g))
		till_answered(g, NULL);
	return MHD_YES;
}

static enum MHD_Result
take_reply(struct serving *g)
{
	struct worker *w = worker_get(&g->server->workers);
	visit_then *then = g->visit.then;
	struct message m;
	size_t used;
	bool some;

	if (!w)
		return MHD_NO;
	some = g->reply.len &&
	    message_decode(&g->arena, buf_str(&g->reply), &m, &used) ==
		MESSAGE_READY;
	g->visit.entitlements = w->entitlements;
	g->visit.notes = w->notes;
	g->visit.then = NULL;
	then(&g->visit, some ? &m : NULL);
	return send_answer(g, w);
}

/* ---- reading a request ---- */

static enum MHD_Result
run_visit(struct serving *g)
{
	struct server *s = g->server;
	struct worker *w = worker_get(&s->workers);
	struct str address =
	    g->connection ? str_from(g->connection->address) : STR_NONE;

	if (!w)
		return send_plain(g, 500);
	g->request.body = buf_str(&g->body);
	memset(&g->visit, 0, sizeof(g->visit));
	g->visit.front = s->front;
	g->visit.view = w->view;
	g->visit.request = &g->request;
	g->visit.answer = &g->answer;
	g->visit.arena = &g->arena;
	g->visit.entitlements = w->entitlements;
	g->visit.notes = w->notes;
	g->visit.address = client_origin(address, g->request.forwarded_for,
	    &s->front->config->trusted_proxies);
	g->visit.now = (int64_t)time(NULL);
	route_run(&g->visit);
	return g->visit.then ? ask_till(g, w) : send_answer(g, w);
}

static enum MHD_Result
guard_header(void *ctx, enum MHD_ValueKind kind, const char *key,
    size_t key_size, const char *value, size_t value_size)
{
	(void)kind;
	return guard_field(ctx, str_of(key, key_size),
		   value ? str_of(value, value_size) : STR_NONE)
	    ? MHD_YES
	    : MHD_NO;
}

/* The answer's headers share the connection's memory with the request's, with
 * the library's notes about these, and with its copy of the cookies. Without
 * room it would close without a word. */
static bool
has_room(const struct serving *g, size_t header_bytes)
{
	const struct request *r = &g->request;
	bool sets = r->reader.len || str_starts(r->path, STR("/checkout"));

	return door_need(header_bytes, r->fields, r->cookies, r->cookie_bytes,
		   sets) <= g->memory;
}

static void
read_headers(struct serving *g, const char *method, const char *version)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    g->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct guard guard;

	request_method(&g->request, str_from(method));
	guard_begin(&guard, &g->request,
	    str_of(method, info ? info->header_size : 0), g->uri, g->uri_length,
	    version);
	if (!g->request.refusal)
		MHD_get_connection_values_n(
		    g->mhd, MHD_HEADER_KIND, guard_header, &guard);
	guard_end(&guard);
	request_headers_end(&g->request, !strcmp(version, "HTTP/1.0"));
	if (info && !has_room(g, info->header_size))
		g->request.refusal = HEADERS_TOO_LARGE;
}

/* Room for a body: its length is known to fit, or will be watched. */
static void
expect_body(struct serving *g)
{
	struct server *s = g->server;
	struct request *r = &g->request;
	size_t max = route_body_max(r);

	g->body_max = max ? max : BODY_IGNORED;
	if (r->length > (int64_t)g->body_max) {
		request_refuse(r, 413);
		return;
	}
	if (!max || (!r->length && !r->chunked))
		return;
	max = r->length >= 0 ? (size_t)r->length + 1 : max + 1;
	if (atomic_fetch_add(&s->bodies, max) + max > BODIES_MAX) {
		atomic_fetch_sub(&s->bodies, max);
		request_refuse(r, 503);
		return;
	}
	g->body.cap = max;
}

static enum MHD_Result
first_call(struct serving *g, const char *method, const char *version)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(g->mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	g->connection = info ? info->socket_context : NULL;
	if (g->connection)
		atomic_store_explicit(
		    &g->connection->busy, true, memory_order_relaxed);
	read_headers(g, method, version);
	if (!g->request.refusal)
		expect_body(g);
	/* Only a refusal is sent before the second call: it closes. */
	if (g->request.refusal == HEADERS_TOO_LARGE)
		return send_plain(g, HEADERS_TOO_LARGE);
	if (g->request.refusal)
		return run_visit(g);
	g->stage = STAGE_BODY;
	if (g->request.length > 0 || g->request.chunked)
		deadline(g, g->server->options.body_ms);
	return MHD_YES;
}

static enum MHD_Result
take_body(struct serving *g, const char *data, size_t size)
{
	g->body_seen += size;
	if (g->body_seen > g->body_max)
		return MHD_NO;
	if (g->body.cap)
		buf_add(&g->body, str_of(data, size));
	return buf_ok(&g->body) ? MHD_YES : MHD_NO;
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **con_cls)
{
	struct serving *g = *con_cls;
	size_t taken = *size;

	(void)cls;
	(void)url;
	if (!g)
		return MHD_NO;
	g->mhd = mhd;
	switch (g->stage) {
	case STAGE_HEADERS:
		return first_call(g, method, version);
	case STAGE_BODY:
		*size = 0;
		return taken ? take_body(g, data, taken) : run_visit(g);
	case STAGE_ASKED:
		return take_reply(g);
	case STAGE_ANSWERED:
		break;
	}
	*size = 0;
	return MHD_YES;
}

/* Before the library takes the target apart: a copy of it as it came. */
static void *
begin(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct room *room = cls;
	struct server *s = room->server;
	struct serving *g = serving_new(room);

	(void)mhd;
	if (!g)
		return NULL;
	g->uri = uri;
	g->uri_length = strlen(uri);
	request_target(&g->request, str_of(uri, g->uri_length),
	    str_from_at(s->front->config->url, s->front->config->origin.len));
	return g;
}

static void
completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
    enum MHD_RequestTerminationCode why)
{
	struct server *s = ((struct room *)cls)->server;
	struct serving *g = *con_cls;

	(void)mhd;
	(void)why;
	if (!g)
		return;
	if (g->connection) {
		deadline(g,
		    atomic_load(&s->draining) ? atomic_load(&s->grace_ms)
					      : s->options.idle_ms);
		atomic_store_explicit(
		    &g->connection->busy, false, memory_order_relaxed);
	}
	serving_free(g);
	*con_cls = NULL;
}

/* ---- connections ---- */

static void
begin_connection(struct server *s, struct MHD_Connection *mhd, void **context)
{
	const struct strs *proxies = &s->front->config->trusted_proxies;
	const union MHD_ConnectionInfo *fd, *sa;
	struct connection *c;

	fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	sa = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (!fd || !sa)
		return;
	c = connection_open(&s->connections, fd->connect_fd, sa->client_addr,
	    connection_now() + s->options.header_ms);
	if (c && !client_is_free(sa->client_addr, proxies)) {
		c->count = client_count(&s->counts, sa->client_addr);
		atomic_fetch_add(c->count, 1);
	}
	*context = c;
}

static void
notify(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct server *s = ((struct room *)cls)->server;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context)
			connection_close(&s->connections, *context);
		*context = NULL;
		atomic_fetch_sub(&s->inside, 1);
		return;
	}
	begin_connection(s, mhd, context);
}

/* The library closes the socket when it cannot take it. */
static void
let_in(void *ctx, int socket, const struct sockaddr *sa, socklen_t len,
    size_t memory)
{
	struct server *s = ctx;
	struct room *room = memory > DOOR_SMALL ? &s->large : &s->small;

	if (MHD_add_connection(room->daemon, socket, sa, len) != MHD_YES)
		atomic_fetch_sub(&s->inside, 1);
}

/* Paths are decoded by us, once. */
static size_t
leave_escaped(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

static bool
start_room(struct server *s, struct room *room, size_t memory)
{
	const struct server_options *o = &s->options;
	const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC |
	    MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;

	room->server = s;
	room->memory = memory;
	room->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s,
	    MHD_OPTION_CONNECTION_LIMIT, o->connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)QUIET_SECONDS,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, room,
	    MHD_OPTION_NOTIFY_CONNECTION, notify, room,
	    MHD_OPTION_URI_LOG_CALLBACK, begin, room,
	    MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_THREAD_POOL_SIZE,
	    o->threads > 1 ? o->threads : 0u, MHD_OPTION_END);
	return room->daemon != NULL;
}

static bool
start(struct server *s)
{
	const struct door_options o = { .socket = s->options.socket,
		.connections = s->options.connections,
		.inside = &s->inside,
		.per_address = s->options.per_address,
		.header_ms = s->options.header_ms,
		.trusted_proxies = &s->front->config->trusted_proxies };

	if (!start_room(s, &s->small, DOOR_SMALL) ||
	    !start_room(s, &s->large, DOOR_LARGE))
		return false;
	s->door = door_new(&o, &s->connections, &s->counts, let_in, s);
	return s->door != NULL;
}

struct server *
server_new(const struct front *front, struct views *views, struct ask *ask,
    const struct server_options *options)
{
	struct server *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->front = front;
	s->views = views;
	s->ask = ask;
	s->options = *options;
	atomic_init(&s->draining, false);
	atomic_init(&s->grace_ms, 0);
	atomic_init(&s->bodies, 0);
	atomic_init(&s->asked, 0);
	atomic_init(&s->inside, 0);
	workers_init(&s->workers, views, front->notebook, drop_ready);
	client_counts_init(&s->counts);
	if (!connections_init(&s->connections)) {
		log_error("no thread: %s", strerror(errno));
		workers_clear(&s->workers);
		free(s);
		return NULL;
	}
	if (!start(s)) {
		log_error(
		    "the HTTP server does not start: %s", strerror(errno));
		server_free(s);
		return NULL;
	}
	return s;
}

void
server_drain(struct server *s, int grace_ms)
{
	atomic_store(&s->grace_ms, grace_ms);
	atomic_store(&s->draining, true);
	door_shut(s->door);
	connections_hurry(&s->connections, connection_now() + grace_ms);
}

unsigned
server_connections(struct server *s)
{
	return atomic_load(&s->inside);
}

bool
server_is_empty(struct server *s)
{
	/* In this order: a door that is shut adds no more. */
	return door_is_shut(s->door) && !server_connections(s);
}

void
server_free(struct server *s)
{
	const struct timespec moment = { .tv_nsec = 10000000 };

	door_free(s->door);
	/* Stopping with a suspended connection is not allowed. */
	while (atomic_load(&s->asked))
		nanosleep(&moment, NULL);
	if (s->small.daemon)
		MHD_stop_daemon(s->small.daemon);
	if (s->large.daemon)
		MHD_stop_daemon(s->large.daemon);
	connections_clear(&s->connections);
	workers_clear(&s->workers);
	free(s);
}
