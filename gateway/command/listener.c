#include "listener.h"

#include "log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

static int
listen_at(const struct addrinfo *ai, bool both)
{
	int fd = socket(ai->ai_family,
	    ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, ai->ai_protocol);
	int on = 1, only6 = !both;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (ai->ai_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only6,
		    sizeof(only6)) < 0) ||
	    bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* All addresses: IPv6 and IPv4 in one socket, or IPv4 where there is no other.
 */
static int
open_any(const char *host, const char *port, struct addrinfo *hints)
{
	static const int families[] = { AF_INET6, AF_INET };
	struct addrinfo *found;
	int fd = -1;

	for (size_t i = 0; i < 2 && fd < 0; i++) {
		hints->ai_family = host ? AF_UNSPEC : families[i];
		if (getaddrinfo(host, port, hints, &found) != 0)
			continue;
		fd = listen_at(found, !host);
		freeaddrinfo(found);
	}
	return fd;
}

int
listener_open(const struct config *c)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
	char host[LISTENER_TEXT], port[8];
	int fd;

	snprintf(host, sizeof(host), "%.*s", STR_ARG(c->listen_host));
	snprintf(port, sizeof(port), "%u", (unsigned)c->listen_port);
	errno = 0;
	fd = open_any(c->listen_host.len ? host : NULL, port, &hints);
	if (fd < 0)
		log_error("listen: %s:%s: %s", host[0] ? host : "*", port,
		    strerror(errno));
	return fd;
}

void
listener_text(int listener, char out[LISTENER_TEXT])
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(sa);
	char host[INET6_ADDRSTRLEN] = "127.0.0.1";
	unsigned port = 0;

	out[0] = '\0';
	if (getsockname(listener, (struct sockaddr *)&sa, &len) < 0)
		return;
	if (sa.ss_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, &sa, sizeof(in6));
		port = ntohs(in6.sin6_port);
		if (memcmp(&in6.sin6_addr, &in6addr_any, sizeof(in6addr_any)) !=
		    0)
			inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host));
	} else {
		struct sockaddr_in in;

		memcpy(&in, &sa, sizeof(in));
		port = ntohs(in.sin_port);
		if (in.sin_addr.s_addr != htonl(INADDR_ANY))
			inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
	}
	snprintf(out, LISTENER_TEXT,
	    strchr(host, ':') ? "http://[%s]:%u" : "http://%s:%u", host, port);
}
