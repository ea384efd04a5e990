#include "confine.h"

#include "filter.h"
#include "landlock.h"
#include "log.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	FRONT_FILES = 512, /* besides connections: files being sent */
	TILL_FILES = 1024,
	USER_PROCESSES = 512, /* threads of both roles, with plenty to spare */
	RULES_MAX = 16,
	USER_NAME = 256,
};

/* Where resolvers and certificates are looked for. */
static const char *const till_reads[] = { "/etc", "/usr", "/lib", "/lib64",
	"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	"/dev/urandom", "/dev/null" };

static void
limit(__rlimit_resource_t resource, const char *name, rlim_t wanted)
{
	struct rlimit l;

	if (getrlimit(resource, &l) < 0)
		return;
	if (l.rlim_max < wanted) {
		if (resource == RLIMIT_NOFILE)
			log_warning("limit of %s is %llu, %llu wanted", name,
			    (unsigned long long)l.rlim_max,
			    (unsigned long long)wanted);
		wanted = l.rlim_max;
	}
	l.rlim_cur = l.rlim_max = wanted;
	if (setrlimit(resource, &l) < 0)
		log_warning("limit of %s: %s", name, strerror(errno));
}

static void
limits(enum confine_role role, const struct config *c, bool own_user)
{
	limit(RLIMIT_CORE, "core dumps", 0);
	if (role == CONFINE_FRONT)
		limit(
		    RLIMIT_NOFILE, "open files", c->connections + FRONT_FILES);
	if (role == CONFINE_TILL)
		limit(RLIMIT_NOFILE, "open files", TILL_FILES);
	if (role != CONFINE_SUPERVISOR && own_user)
		limit(RLIMIT_NPROC, "processes", USER_PROCESSES);
}

/* The user whose only processes are ours; `dropped` when it was changed. */
static bool
drop_user(const struct config *c, bool *dropped)
{
	char name[USER_NAME];
	const struct passwd *pw;

	*dropped = false;
	if (geteuid() != 0)
		return true;
	if (!c->user.len) {
		log_warning("running as root: set 'user' to a user of its own");
		return true;
	}
	if (c->user.len >= sizeof(name)) {
		log_error("name of user is too long");
		return false;
	}
	memcpy(name, c->user.ptr, c->user.len);
	name[c->user.len] = '\0';
	errno = 0;
	pw = getpwnam(name);
	if (!pw) {
		log_error("no such user: '%s'", name);
		return false;
	}
	if (pw->pw_uid == 0)
		return true;
	if (initgroups(name, pw->pw_gid) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0 ||
	    setuid(0) == 0) {
		log_error("becoming user '%s': %s", name, strerror(errno));
		return false;
	}
	*dropped = true;
	return true;
}

static bool
files(enum confine_role role, const struct config *c)
{
	struct landlock_rule rules[RULES_MAX];
	enum landlock_net net = LANDLOCK_NET_NONE;
	size_t n = 0;

	if (role == CONFINE_FRONT) {
		rules[n++] =
		    (struct landlock_rule){ c->site.ptr, LANDLOCK_READ };
	} else {
		net = LANDLOCK_NET_CONNECT;
		rules[n++] = (struct landlock_rule){ c->data.ptr,
			LANDLOCK_READ | LANDLOCK_WRITE };
		rules[n++] =
		    (struct landlock_rule){ c->keys.ptr, LANDLOCK_READ };
		rules[n++] =
		    (struct landlock_rule){ c->site.ptr, LANDLOCK_READ };
		for (size_t i = 0; i < sizeof(till_reads) / sizeof(*till_reads);
		     i++)
			rules[n++] = (struct landlock_rule){ till_reads[i],
				LANDLOCK_READ };
	}
	/* The leak checker and the symbolizer look at their own process. */
	if (filter_is_left_out())
		rules[n++] = (struct landlock_rule){ "/proc", LANDLOCK_READ };
	return landlock_apply(rules, n, net);
}

/* Says what is missing; true when it may be done without. */
static bool
missing(const struct config *c, const char *what)
{
	if (c->sandbox_required) {
		log_error("sandbox: %s: %s (sandbox: best-effort goes on "
			  "without it)",
		    what, strerror(errno));
		return false;
	}
	log_warning("sandbox: %s: %s", what, strerror(errno));
	return true;
}

bool
confine(enum confine_role role, const struct config *c)
{
	bool own_user = false;

	if (role != CONFINE_SUPERVISOR && !drop_user(c, &own_user))
		return false;
	limits(role, c, own_user);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 && !missing(c, "dumpable"))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 &&
	    !missing(c, "no_new_privs"))
		return false;
	/* The supervisor's children need what they need: no Landlock there. */
	if (role != CONFINE_SUPERVISOR && !files(role, c) &&
	    !missing(c, "Landlock"))
		return false;
	if (filter_is_left_out()) {
		log_info("sandbox: built with a sanitizer, no seccomp filter");
		return true;
	}
	return filter_apply(role) || missing(c, "seccomp");
}
