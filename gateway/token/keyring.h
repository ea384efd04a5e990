/*
 * keyring.h - signing keys in a folder: <kid>.key, mode 0600, each a base64url
 * seed in one line. The newest by its first line's time signs; the others still
 * verify, until they are removed.
 *
 *	pennygate-key-1 2026-03-01T12:00:00Z
 *	<43 characters: base64url of the 32-byte seed>
 */
#ifndef KEYRING_H
#define KEYRING_H

#include "diag.h"
#include "token.h"

struct keyring {
	struct token_signer signer; /* the newest */
	struct token_keys keys; /* all, newest first */
};

bool keyring_read(const char *folder, struct keyring *k, struct diag *d)
    __attribute__((warn_unused_result));
/* A new key; the folder is made (0700). `kid` gets its name. */
bool keyring_generate(const char *folder, char kid[TOKEN_KID + 1],
    struct diag *d) __attribute__((warn_unused_result));
void keyring_clear(struct keyring *k); /* wipes */

#endif
