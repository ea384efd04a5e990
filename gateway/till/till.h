/*
 * till.h - the process that holds the orders, the signing key and the payment
 * key, and does not listen.
 *
 * It speaks message.h over `socket` with the front, and HTTPS with the payment
 * provider. One thread, one event loop; every promise it makes to the front is
 * committed first, so it may be killed at any moment and started again: what
 * was under way is taken up from the books.
 */
#ifndef TILL_H
#define TILL_H

#include "config.h"

/*
 * Opens the books, keys and secrets, confines itself as CONFINE_TILL, sends
 * MESSAGE_HELLO and serves until `stop_fd` is readable (or closed) or the front
 * closes `socket`. Owns both descriptors from then on. Returns the process's
 * exit status: 0, or 1 after a log line.
 */
int till_run(const struct config *c, int socket, int stop_fd);

#endif
