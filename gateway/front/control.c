#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union ancillary {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

bool
control_send(int socket, enum control what, int fd)
{
	char letter = (char)what;
	struct iovec iov = { &letter, 1 };
	union ancillary ancillary;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *c;

		memset(&ancillary, 0, sizeof(ancillary));
		m.msg_control = &ancillary;
		m.msg_controllen = sizeof(ancillary.room);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

enum control
control_receive(int socket, int *fd)
{
	char letter = 0;
	struct iovec iov = { &letter, 1 };
	union ancillary ancillary;
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ancillary,
		.msg_controllen = sizeof(ancillary.room) };
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(socket, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return CONTROL_NONE;
	if (n <= 0)
		return CONTROL_GONE;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	}
	return (enum control)letter;
}
