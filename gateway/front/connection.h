/*
 * connection.h - the list of connections and a watchdog with their deadlines.
 *
 * The library's time-outs begin anew with every byte; these do not.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "client.h"

#include <pthread.h>

struct connection {
	struct connection *next, **link;
	int socket;
	atomic_int_fast64_t deadline; /* ms, of connection_now */
	atomic_bool busy; /* a request is under way */
	atomic_uint *count; /* its address's, or NULL */
	char address[CLIENT_TEXT];
};

struct connections {
	pthread_mutex_t lock;
	pthread_cond_t stop;
	pthread_t watchdog;
	struct connection *first;
	bool stopping;
};

int64_t connection_now(void); /* ms, monotonic, coarse */
bool connections_init(struct connections *all); /* false and errno */
void connections_clear(struct connections *all);
/* NULL when there is no memory. */
struct connection *connection_open(struct connections *all, int socket,
    const struct sockaddr *sa, int64_t deadline);
/* Before the socket is closed. */
void connection_close(struct connections *all, struct connection *c);
/* Those without a request under way have until then at most. */
void connections_hurry(struct connections *all, int64_t deadline);

#endif
