/*
 * control.h - what the supervisor and the front say to each other, over a
 * socket pair of datagrams (SOCK_SEQPACKET).
 *
 * One letter a message; CONTROL_TILL carries the front's end of the socket pair
 * with a new till (SCM_RIGHTS). The end of the connection means the other is
 * gone: the front then finishes what it serves and ends.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdbool.h>

enum control {
	CONTROL_NONE = 0, /* nothing there yet */
	CONTROL_GONE = 'G', /* never sent: the other side is closed */
	CONTROL_READY = 'R', /* front: serving */
	CONTROL_TILL = 'T', /* supervisor: here is a new till */
	CONTROL_DRAIN = 'D', /* supervisor: finish, and end */
};

/* `fd` is -1, or a descriptor to pass on (which stays the caller's). */
bool control_send(int socket, enum control what, int fd)
    __attribute__((warn_unused_result));
/* Does not wait. `*fd` is -1, or a descriptor of the caller's. */
enum control control_receive(int socket, int *fd);

#endif
