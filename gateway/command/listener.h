/*
 * listener.h - the listening socket: opened once, handed on to every front.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include "config.h"

enum { LISTENER_TEXT = 80 };

/* Listens at the configured address; -1 after a log line. */
int listener_open(const struct config *c);
/* "http://127.0.0.1:8080": where it can be tried from this machine. */
void listener_text(int listener, char out[LISTENER_TEXT]);

#endif
