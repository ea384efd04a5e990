#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel's interface, as far as version 6: Debian's header stops at 2, so
 * linux/landlock.h is not used.
 */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* from 4 */
	uint64_t scoped; /* from 6 */
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

enum {
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
};

#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_VERSION_1 ((UINT64_C(1) << 13) - 1)
#define FS_VERSION_2 ((UINT64_C(1) << 14) - 1) /* rename across folders */
#define FS_VERSION_3 ((UINT64_C(1) << 15) - 1) /* truncate */
#define FS_VERSION_5 ((UINT64_C(1) << 16) - 1) /* ioctl on devices */
/* What makes sense for a rule on a file rather than a folder. */
#define FS_OF_FILES (FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)
#define NET_BIND_TCP UINT64_C(1)
#define NET_CONNECT_TCP UINT64_C(2)
#define SCOPE_ABSTRACT_UNIX_SOCKET UINT64_C(1)
#define SCOPE_SIGNAL UINT64_C(2)

int
landlock_version(void)
{
	long v = syscall(
	    SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	return v < 0 ? 0 : (int)v;
}

static uint64_t
handled_fs(int version)
{
	if (version >= 5)
		return FS_VERSION_5;
	if (version >= 3)
		return FS_VERSION_3;
	return version == 2 ? FS_VERSION_2 : FS_VERSION_1;
}

/* What an older kernel does not know must not be in the size either. */
static size_t
attr_size(int version)
{
	if (version >= 6)
		return sizeof(struct ruleset_attr);
	return version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static bool
add_rule(int ruleset, const struct landlock_rule *rule, uint64_t handled)
{
	struct path_beneath_attr attr = { 0 };
	struct stat st;
	bool ok;

	if (rule->rights & LANDLOCK_READ)
		attr.allowed_access |= FS_READ_FILE | FS_READ_DIR;
	if (rule->rights & LANDLOCK_WRITE)
		attr.allowed_access |=
		    FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_TRUNCATE;
	attr.allowed_access &= handled;
	attr.parent_fd = open(rule->path, O_PATH | O_CLOEXEC);
	if (attr.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (fstat(attr.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		attr.allowed_access &= FS_OF_FILES;
	ok = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &attr,
		 0) == 0;
	close(attr.parent_fd);
	return ok;
}

bool
landlock_apply(
    const struct landlock_rule *rules, size_t count, enum landlock_net net)
{
	int version = landlock_version(), ruleset;
	struct ruleset_attr attr = {
		.handled_access_fs = handled_fs(version),
		.handled_access_net = NET_BIND_TCP |
		    (net == LANDLOCK_NET_NONE ? NET_CONNECT_TCP : 0),
		.scoped = SCOPE_SIGNAL |
		    (net == LANDLOCK_NET_NONE ? SCOPE_ABSTRACT_UNIX_SOCKET : 0),
	};
	bool ok = false;

	if (!version) {
		errno = ENOSYS;
		return false;
	}
	ruleset = (int)syscall(
	    SYS_landlock_create_ruleset, &attr, attr_size(version), 0);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!add_rule(ruleset, &rules[i], attr.handled_access_fs))
			goto out;
	}
	ok = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
out:
	close(ruleset);
	return ok;
}
