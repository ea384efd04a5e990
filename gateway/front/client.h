/*
 * client.h - who is at the other end: an address, and how many connections it
 * has.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "manifest.h" /* struct strs */

#include <stdatomic.h>
#include <sys/socket.h>

enum { CLIENT_TEXT = 46, CLIENT_SLOTS = 1 << 14 };

/* Numbers and dots, or colons; "" for what is no internet address. An IPv4
 * address in an IPv6 socket is shown as IPv4. */
void client_text(const struct sockaddr *sa, char out[CLIENT_TEXT]);
/* Loopback or one of the proxies' addresses (an address, or a prefix as
 * 10.0.0.0/8). */
bool client_is_trusted(struct str address, const struct strs *proxies);
/* The same of a socket's address: is it not counted? */
bool client_is_free(const struct sockaddr *sa, const struct strs *proxies);
/* One of the proxies' addresses. */
bool client_is_proxy(const struct sockaddr *sa, const struct strs *proxies);
/* The address a request comes from: that of the connection, or, if that is a
 * trusted proxy, the last in X-Forwarded-For that is not one. */
struct str client_origin(
    struct str address, struct str forwarded_for, const struct strs *proxies);

/* A keyed hash of an address; an IPv6 network of 64 bits has one. */
uint64_t client_hash(uint64_t key, struct str address);

/*
 * Connections by address (an IPv6 network of 64 bits counts as one). Addresses
 * share slots by a keyed hash: two may now and then be counted together, which
 * a limit far above one reader's connections allows for.
 */
struct client_counts {
	uint64_t key;
	atomic_uint at[CLIENT_SLOTS];
};

void client_counts_init(struct client_counts *c);
atomic_uint *client_count(struct client_counts *c, const struct sockaddr *sa);

#endif
