/*
 * server.h - HTTP/1.1 on a listening socket: connections, threads, deadlines.
 *
 * The only module that knows libmicrohttpd. Promises: a request that is
 * malformed or ambiguous is refused before anything looks at it; whoever is
 * slow (headers, body, reading the answer) is cut off after a deadline however
 * steadily bytes drip; memory a connection and all bodies together take is
 * bounded. Whole answers from small files are built once a thread.
 */
#ifndef SERVER_H
#define SERVER_H

#include "ask.h"
#include "visit.h"

struct server_options {
	int socket; /* listening; stays the caller's */
	unsigned threads, connections;
	unsigned per_address; /* but for loopback and trusted proxies */
	int header_ms; /* from connecting to the end of the first headers */
	int idle_ms; /* the same, from one answer to the next request */
	int body_ms; /* to the end of a body */
	int send_ms; /* for an answer, and besides: */
	int send_rate; /* bytes a second every reader can manage */
};

struct server;

/* NULL after a log line. The views must hold one already. */
struct server *server_new(const struct front *front, struct views *views,
    struct ask *ask, const struct server_options *options)
    __attribute__((warn_unused_result));
/* No new connections; those there are closed after their answer, or when they
 * have been idle for `grace_ms`. */
void server_drain(struct server *s, int grace_ms);
unsigned server_connections(struct server *s);
/* Drained: there are none, and none will come. */
bool server_is_empty(struct server *s);
/* Cuts off what is left. Call ask_close first. */
void server_free(struct server *s);

#endif
