/*
 * Proves from inside what a confined process can still do: each row is tried in
 * a child after confine(). The output says which mechanism a row stands on and
 * which rows this kernel or this build cannot prove.
 */
#include "confine.h"

#include "filter.h"
#include "landlock.h"
#include "log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char top[64];
static struct config config;
static int inherited = -1; /* a socket made before */
static pid_t parent;

static const char *
under(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static bool
refuses_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd < 0 && (errno == EACCES || errno == EPERM);
}

static bool
database(void)
{
	return refuses_open(under("data/orders.db"), O_RDONLY);
}
static bool
signing_key(void)
{
	return refuses_open(under("keys/a.key"), O_RDONLY);
}
static bool
payment_key(void)
{
	return refuses_open(under("stripe.key"), O_RDONLY);
}
static bool
passwd(void)
{
	return refuses_open("/etc/passwd", O_RDONLY);
}
static bool
parents_memory(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/mem", (long)parent);
	return refuses_open(path, O_RDONLY);
}
static bool
writing_the_site(void)
{
	return refuses_open(under("site/page"), O_WRONLY) &&
	    refuses_open(under("site/new"), O_WRONLY | O_CREAT);
}
static bool
way_out_of_the_site(void)
{
	return refuses_open(under("site/way-out"), O_RDONLY);
}
static bool
removing(void)
{
	return unlink(under("site/page")) < 0;
}

static bool
socket_inet(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 && errno == EPERM;
}
static bool
socket_unix(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd < 0 && errno == EPERM;
}
static struct sockaddr_in
loopback(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(9) };

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sin;
}
static bool
connect_inherited(void)
{
	struct sockaddr_in sin = loopback();

	return connect(inherited, (struct sockaddr *)&sin, sizeof(sin)) < 0 &&
	    (errno == EPERM || errno == EACCES);
}
static bool
bind_inherited(void)
{
	struct sockaddr_in sin = loopback();

	sin.sin_port = htons(0);
	return bind(inherited, (struct sockaddr *)&sin, sizeof(sin)) < 0 &&
	    (errno == EPERM || errno == EACCES);
}
static bool
listen_inherited(void)
{
	return listen(inherited, 1) < 0 && errno == EPERM;
}
static bool
ptracing(void)
{
	return ptrace(PTRACE_ATTACH, parent, NULL, NULL) < 0 && errno == EPERM;
}
static bool
reading_memory(void)
{
	return syscall(SYS_process_vm_readv, parent, NULL, 0UL, NULL, 0UL,
		   0UL) < 0 &&
	    errno == EPERM;
}
static bool
running(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	execv("/bin/true", argv);
	return errno == EPERM || errno == EACCES;
}
static bool
forking(void)
{
	long pid = syscall(SYS_fork);

	if (pid == 0)
		_exit(0);
	return pid < 0 && errno == EPERM;
}
static bool
clone3_is_unknown(void)
{
	return syscall(SYS_clone3, NULL, 0UL) < 0 && errno == ENOSYS;
}
static bool
runnable_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}
static bool
killing_the_parent(void)
{
	return kill(parent, 0) < 0 && errno == EPERM;
}

static bool
reading_the_site(void)
{
	char text[8] = "";
	int fd = open(under("site/page"), O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && read(fd, text, 5) == 5 && !strcmp(text, "hello");

	if (fd >= 0)
		close(fd);
	return ok;
}
static void *
thread(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}
static bool
making_threads(void)
{
	pthread_t t;
	int ran = 0;

	return pthread_create(&t, NULL, thread, &ran) == 0 &&
	    pthread_join(t, NULL) == 0 && ran;
}
static bool
never_dumped(void)
{
	struct rlimit l;

	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	    getrlimit(RLIMIT_CORE, &l) == 0 && l.rlim_max == 0 &&
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}
static bool
writing_data(void)
{
	int fd = open(under("data/orders.db"), O_RDWR | O_CLOEXEC);
	int made = open(under("data/orders.db-wal"), O_RDWR | O_CREAT, 0600);
	bool ok =
	    fd >= 0 && made >= 0 && unlink(under("data/orders.db-wal")) == 0;

	if (fd >= 0)
		close(fd);
	if (made >= 0)
		close(made);
	return ok;
}
static bool
connecting(void)
{
	struct sockaddr_in sin = loopback();
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool ok;

	if (fd < 0)
		return false;
	ok = connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0 ||
	    errno == ECONNREFUSED;
	close(fd);
	return ok;
}
static bool
resolving_files(void)
{
	int fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == ENOENT;
}
static bool
writing_elsewhere(void)
{
	return refuses_open(under("site/page"), O_WRONLY) &&
	    refuses_open(under("stripe.key"), O_RDONLY);
}

enum by { BY_ANY, BY_LANDLOCK, BY_SECCOMP, BY_BOTH };
static const char *const by_name[] = { "always", "Landlock", "seccomp",
	"Landlock or seccomp" };

struct row {
	const char *name;
	enum by by;
	int version; /* of Landlock, at least */
	bool (*holds)(void);
};

static const struct row front_rows[] = {
	{ "reading the site works", BY_ANY, 0, reading_the_site },
	{ "threads work", BY_ANY, 0, making_threads },
	{ "no dump, no new privileges", BY_ANY, 0, never_dumped },
	{ "database refused", BY_LANDLOCK, 1, database },
	{ "signing key refused", BY_LANDLOCK, 1, signing_key },
	{ "payment key refused", BY_LANDLOCK, 1, payment_key },
	{ "/etc/passwd refused", BY_LANDLOCK, 1, passwd },
	{ "parent's memory refused", BY_LANDLOCK, 1, parents_memory },
	{ "writing the site refused", BY_LANDLOCK, 1, writing_the_site },
	{ "symlink out refused", BY_LANDLOCK, 1, way_out_of_the_site },
	{ "removing refused", BY_BOTH, 1, removing },
	{ "socket(AF_INET) refused", BY_SECCOMP, 0, socket_inet },
	{ "socket(AF_UNIX) refused", BY_SECCOMP, 0, socket_unix },
	{ "connect refused", BY_BOTH, 4, connect_inherited },
	{ "bind refused", BY_BOTH, 4, bind_inherited },
	{ "listen refused", BY_SECCOMP, 0, listen_inherited },
	{ "ptrace refused", BY_BOTH, 1, ptracing },
	{ "process_vm_readv refused", BY_SECCOMP, 0, reading_memory },
	{ "execve refused", BY_BOTH, 1, running },
	{ "fork refused", BY_SECCOMP, 0, forking },
	{ "clone3 unknown", BY_SECCOMP, 0, clone3_is_unknown },
	{ "runnable memory refused", BY_SECCOMP, 0, runnable_memory },
	{ "signalling others refused", BY_BOTH, 6, killing_the_parent },
};

static const struct row till_rows[] = {
	{ "writing the data works", BY_ANY, 0, writing_data },
	{ "connecting works", BY_ANY, 0, connecting },
	{ "resolver's files are read", BY_ANY, 0, resolving_files },
	{ "threads work", BY_ANY, 0, making_threads },
	{ "no dump, no new privileges", BY_ANY, 0, never_dumped },
	{ "writing elsewhere refused", BY_LANDLOCK, 1, writing_elsewhere },
	{ "bind refused", BY_LANDLOCK, 4, bind_inherited },
	{ "listen refused", BY_SECCOMP, 0, listen_inherited },
	{ "execve refused", BY_BOTH, 1, running },
	{ "fork refused", BY_SECCOMP, 0, forking },
	{ "ptrace refused", BY_BOTH, 1, ptracing },
	{ "process_vm_readv refused", BY_SECCOMP, 0, reading_memory },
};

static bool
provable(const struct row *r)
{
	bool landlock = landlock_version() >= r->version;
	bool seccomp = !filter_is_left_out();

	switch (r->by) {
	case BY_LANDLOCK:
		return landlock;
	case BY_SECCOMP:
		return seccomp;
	case BY_BOTH:
		return landlock || seccomp;
	case BY_ANY:
		break;
	}
	return true;
}

/* In the child: the number of rows that do not hold. */
static int
try_rows(enum confine_role role, const struct row *rows, size_t count)
{
	int failed = 0;
	bool can[32];

	for (size_t i = 0; i < count; i++)
		can[i] = provable(&rows[i]);
	if (!confine(role, &config))
		return 99;
	for (size_t i = 0; i < count; i++) {
		bool holds = can[i] && rows[i].holds();

		dprintf(1, "  %s: %s (%s)\n",
		    !can[i]     ? "not proven here"
			: holds ? "holds"
				: "BROKEN",
		    rows[i].name, by_name[rows[i].by]);
		failed += can[i] && !holds;
	}
	return failed;
}

static void
expect(enum confine_role role, const struct row *rows, size_t count)
{
	int status;
	pid_t pid;

	dprintf(1, "  Landlock version %d, seccomp %s\n", landlock_version(),
	    filter_is_left_out() ? "left out (sanitizer)" : "applied");
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(try_rows(role, rows, count));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
front_can_read_the_site_and_little_else(void **state)
{
	(void)state;
	expect(CONFINE_FRONT, front_rows,
	    sizeof(front_rows) / sizeof(*front_rows));
}

static void
till_can_write_its_data_and_connect(void **state)
{
	(void)state;
	expect(CONFINE_TILL, till_rows, sizeof(till_rows) / sizeof(*till_rows));
}

static int
as_supervisor(void)
{
	int status;
	pid_t pid;

	if (!confine(CONFINE_SUPERVISOR, &config))
		return 99;
	if (!never_dumped() || !reading_memory())
		return filter_is_left_out() ? 0 : 1;
	pid = fork();
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

static void
supervisor_can_start_the_two(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(as_supervisor());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
root_becomes_the_user(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		struct config c = config;

		c.user = STR("nobody");
		_exit(!confine(CONFINE_FRONT, &c) || getuid() == 0 ||
		    geteuid() == 0 || getegid() == 0 || !reading_the_site());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
unknown_user_is_an_error(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		struct config c = config;

		c.user = STR("no-such-user-here");
		_exit(confine(CONFINE_FRONT, &c));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
put(const char *name, const char *text)
{
	int fd = open(under(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

static struct str
folder(const char *name)
{
	char *path = strdup(under(name));

	mkdir(path, 0755);
	return str_from(path);
}

static int
setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	log_open("pennygate[test]");
	parent = getpid();
	snprintf(top, sizeof(top), "%.40s/confine.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(top) || chmod(top, 0755) < 0)
		return -1;
	config.site = folder("site");
	config.data = folder("data");
	config.keys = folder("keys");
	config.connections = 100;
	put("site/page", "hello");
	put("data/orders.db", "orders");
	put("keys/a.key", "secret");
	put("stripe.key", "secret");
	if (symlink("../keys/a.key", under("site/way-out")) < 0)
		return -1;
	inherited = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return inherited < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = { "site/page", "site/way-out",
		"data/orders.db", "keys/a.key", "stripe.key" };
	const struct str folders[] = { config.site, config.data, config.keys };

	(void)state;
	close(inherited);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(under(names[i]));
	for (size_t i = 0; i < 3; i++) {
		char *path;

		rmdir(folders[i].ptr);
		memcpy(&path, &folders[i].ptr, sizeof(path));
		free(path);
	}
	return rmdir(top);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(front_can_read_the_site_and_little_else),
		cmocka_unit_test(till_can_write_its_data_and_connect),
		cmocka_unit_test(supervisor_can_start_the_two),
		cmocka_unit_test(root_becomes_the_user),
		cmocka_unit_test(unknown_user_is_an_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
