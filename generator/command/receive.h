/*
 * receive.h - what git tells a hook about a push, and what is remembered
 * between the two hooks of one push.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#include "buf.h"

enum { COMMIT_TEXT = 64 }; /* SHA-256; SHA-1 has 40 */

enum push_flags {
	PUSH_PUBLISHES = 1, /* the branch HEAD names gets a new commit */
	PUSH_DELETES = 2, /* it is to be deleted */
	PUSH_CHECKS = 4, /* -o check */
	PUSH_ROLLS_BACK = 8, /* -o rollback */
};

struct push {
	unsigned flags;
	char before[COMMIT_TEXT + 1]; /* "" when the branch is new */
	char after[COMMIT_TEXT + 1];
	char branch[256]; /* "refs/heads/main" of HEAD, "" when too long */
};

/* Reads the hook's lines from standard input, options from the environment and
 * HEAD of the repository that is the working folder. */
void push_read(struct push *p);
/* The commit of the branch HEAD names; "" when it has none. */
void push_read_head(char commit[COMMIT_TEXT + 1]);

/* A release that waits: made by pre-receive, switched to by post-receive. */
struct ready {
	char commit[COMMIT_TEXT + 1];
	char id[17];
	double seconds;
	char url[1024];
};

bool ready_write(const struct ready *r) __attribute__((warn_unused_result));
/* False when there is none for this commit. */
bool ready_read(const char *commit, struct ready *r);
void ready_remove(void);

#endif
