/*
 * server.h - HTTP: one thread per connection, by libmicrohttpd.
 *
 * Requests with two lengths, a length and a transfer encoding, or a body over
 * MINT_FORM_BYTES are refused before they reach anything.
 */
#ifndef MINT_SERVER_H
#define MINT_SERVER_H

#include "mint.h"

struct mint_server;

/* Listens on "ADDRESS:PORT" (port 0: any) and sets m->url. NULL, with a message
 * on standard error, when it cannot. */
struct mint_server *mint_server_start(struct mint *m);
/* "http://127.0.0.1:9090", with the port that it got. */
const char *mint_server_url(const struct mint_server *s);
/* Ends every connection; after mint_interrupt, so that nobody stalls. */
void mint_server_stop(struct mint_server *s);

#endif
