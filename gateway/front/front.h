/*
 * front.h - the process that listens, and holds nothing worth stealing.
 *
 * It has the release (read-only), the verification keys and the revoked tokens.
 * It serves pages on its own and passes everything about money to the till. It
 * goes on serving paid pages while the till is away.
 */
#ifndef FRONT_H
#define FRONT_H

#include "config.h"

/*
 * Opens the site, confines itself as CONFINE_FRONT, waits for a release and the
 * till's HELLO, says CONTROL_READY on `control`, and serves until it is told to
 * drain or the supervisor is gone. SIGPIPE is ignored by the caller. `listener`
 * is a listening socket, `till` the front's end of the socket pair with the
 * till. Owns all three. Returns the process's exit status: 0, or 1 after a log
 * line.
 */
int front_run(const struct config *c, int listener, int control, int till);

#endif
