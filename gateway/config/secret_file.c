#include "secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
open_refusal(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "does not exist";
	case EACCES:
	case EPERM:
		return "may not be read by this user";
	default:
		return "cannot be opened";
	}
}

static const char *
stat_refusal(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return "is not a regular file";
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return "is open to group or others (chmod 600)";
	if (st.st_size == 0)
		return "is empty";
	if (st.st_size > SECRET_FILE_MAX)
		return "is too large";
	return NULL;
}

const char *
secret_file_refusal(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *refusal;

	if (fd < 0)
		return open_refusal(errno);
	refusal = stat_refusal(fd);
	close(fd);
	return refusal;
}

/* All of it, or false. */
static bool
read_whole(int fd, char *out, size_t room, size_t *len)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, out + *len, room - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		*len += (size_t)n;
		if (*len == room)
			return false;
	}
}

const char *
secret_file_read(const char *path, char *out, size_t room, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *refusal;

	*len = 0;
	if (fd < 0)
		return open_refusal(errno);
	refusal = stat_refusal(fd);
	if (!refusal && !read_whole(fd, out, room, len))
		refusal = "cannot be read whole";
	close(fd);
	return refusal;
}
