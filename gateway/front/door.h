/*
 * door.h - accepts connections and keeps them until a first request is there.
 *
 * The HTTP library gives every connection as much memory as its longest request
 * may need, for as long as it lives. So those that have not spoken yet wait
 * here, where they cost next to nothing, and the first head is looked at, not
 * taken: most connections are then served with little memory, and only those
 * with many cookies, or of a proxy that carries many readers, with more.
 */
#ifndef DOOR_H
#define DOOR_H

#include "client.h"
#include "connection.h"

enum {
	DOOR_SMALL = 6 << 10, /* memory of most connections */
	DOOR_LARGE = 24 << 10, /* of those with long requests */
};

struct door_options {
	int socket; /* listening; stays the caller's */
	unsigned connections; /* at most, of all */
	atomic_uint *inside; /* of all; who accepts adds, who closes takes off:
			      * a connection counts from before it is there */
	unsigned per_address; /* but for loopback and trusted proxies */
	int header_ms; /* to the end of the first head */
	const struct strs *trusted_proxies;
};

/* Owns the socket from then on, and its place in `inside`. On the door's
 * thread. */
typedef void door_let_in(void *ctx, int socket, const struct sockaddr *sa,
    socklen_t len, size_t memory);

struct door;

/* NULL and errno. `all` has those that wait, for their deadlines. */
struct door *door_new(const struct door_options *options,
    struct connections *all, struct client_counts *counts, door_let_in *let_in,
    void *ctx) __attribute__((warn_unused_result));
/* Accepts no more, soon; who is there may still come in. */
void door_shut(struct door *d);
/* From then on `inside` grows no more, and nobody is lost when it is 0. */
bool door_is_shut(struct door *d);
/* Sends away who still waits. */
void door_free(struct door *d);

/* How much memory the library needs for a request with this head, and for the
 * answer. `cookies`: how many there are, and their bytes. */
size_t door_need(size_t head_bytes, size_t fields, size_t cookies,
    size_t cookie_bytes, bool sets_cookies);
/* Of the first bytes of a connection; false: more must come to tell. */
bool door_weigh(struct str head, bool proxy, size_t *memory);

#endif
