/*
 * pair.h - a front and its till, as the supervisor sees them.
 *
 * A till that ends is replaced, and the front gets the new one's socket. When
 * the front ends its till is told to end too, and the pair is over. Usually
 * there is one pair; while a configuration is changed there are two, the old
 * one finishing what it serves.
 */
#ifndef PAIR_H
#define PAIR_H

#include "config.h"

#include <sys/types.h>

enum pair_state {
	PAIR_NONE,
	PAIR_STARTING, /* the front has not said it is ready */
	PAIR_SERVING,
	PAIR_LEAVING,
};

struct pair {
	enum pair_state state;
	pid_t front, till; /* 0: ended */
	int front_control, till_control; /* our ends; -1: closed */
	int64_t since; /* ms: started, or told to leave */
	int64_t till_since, till_again; /* started; to be started, or 0 */
	unsigned till_failures; /* in a row */
};

struct pair_program {
	const char *program, *config; /* absolute paths */
	int listener;
};

int64_t pair_now(void); /* ms, monotonic */
/* False after a log line. */
bool pair_start(struct pair *p, const struct pair_program *how);
/* Tells the front to finish; the till follows when the front has ended. */
void pair_leave(struct pair *p);
void pair_kill(struct pair *p);
/* A child ended: was it one of these? `status` as waitpid(2) has it. */
bool pair_ended(struct pair *p, pid_t pid, int status);
/* What is due: another till. Milliseconds until the next, -1 for none. */
int pair_work(struct pair *p, const struct pair_program *how);
/* The front said something: true when it has become ready now. */
bool pair_hear(struct pair *p);

#endif
