#include "file.h"

#include "row.h"

#include "limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static int dir;

static int
make_folder(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(
	    folder, sizeof folder, "%s/file-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	close(dir);
	return !file_remove_tree(AT_FDCWD, folder);
}

static size_t
count_entries(const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY);
	DIR *list = fdopendir(fd);
	size_t count = 0;

	assert_non_null(list);
	while (readdir(list))
		count++;
	closedir(list);
	return count - 2;
}

static void
expect_content(const char *path, const char *want)
{
	struct buf b;

	buf_init(&b, 100);
	assert_true(file_read(dir, path, &b));
	row_str(__LINE__, buf_str(&b), want);
	buf_clear(&b);
}

static void
files_are_replaced_whole(void **state)
{
	struct stat st;

	(void)state;
	umask(022);
	assert_true(file_replace(dir, "a", STR("one"), 0600));
	expect_content("a", "one");
	assert_int_equal(fstatat(dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(file_replace(dir, "a", STR_NONE, 0666));
	expect_content("a", "");
	assert_int_equal(fstatat(dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_true(file_mkdirs(dir, "sub/deeper"));
	assert_true(file_replace(dir, "sub/deeper/b", STR("two"), 0644));
	expect_content("sub/deeper/b", "two");
	/* No temporary is left, not even after a failure. */
	assert_int_equal(count_entries("sub/deeper"), 1);
	assert_true(file_mkdirs(dir, "sub/target"));
	assert_false(file_replace(dir, "sub/target", STR("x"), 0644));
	assert_int_equal(errno, EISDIR);
	assert_int_equal(count_entries("sub"), 2);
	assert_false(file_replace(dir, "none/x", STR("x"), 0644));
	assert_int_equal(errno, ENOENT);
	/* A link is replaced, what it points to is not written to. */
	assert_int_equal(symlinkat("a", dir, "link"), 0);
	assert_true(file_replace(dir, "link", STR("new"), 0644));
	expect_content("a", "");
	expect_content("link", "new");
}

static void
nothing_is_overwritten_by_create(void **state)
{
	(void)state;
	assert_true(file_create(dir, "key", STR("secret"), 0600));
	assert_false(file_create(dir, "key", STR("other"), 0600));
	assert_int_equal(errno, EEXIST);
	expect_content("key", "secret");
	assert_int_equal(symlinkat("nowhere", dir, "dangling"), 0);
	assert_false(file_create(dir, "dangling", STR("x"), 0600));
}

static void
reading_is_capped(void **state)
{
	struct buf b;

	(void)state;
	assert_true(file_create(dir, "ten", STR("0123456789"), 0600));
	buf_init(&b, 10);
	assert_true(file_read(dir, "ten", &b));
	assert_int_equal(b.len, 10);
	buf_clear(&b);
	buf_init(&b, 9);
	assert_false(file_read(dir, "ten", &b));
	assert_int_equal(errno, EFBIG);
	buf_clear(&b);
	assert_false(file_read(dir, "not-there", &b));
	assert_int_equal(errno, ENOENT);
	assert_false(file_read(dir, ".", &b));
	assert_int_equal(errno, EISDIR);
	buf_clear(&b);
	/* A file that says it is empty. */
	buf_init(&b, 1 << 20);
	assert_true(file_read(AT_FDCWD, "/proc/self/status", &b));
	assert_true(b.len > 100);
	buf_clear(&b);
}

static void
only_regular_files_below_are_opened(void **state)
{
	static const struct {
		int line;
		const char *path;
		bool ok;
	} rows[] = {
		{ __LINE__, "root/file", true },
		{ __LINE__, "root/sub/file", true },
		{ __LINE__, "root/none", false },
		{ __LINE__, "root/sub", false },
		{ __LINE__, "root/../outside", false },
		{ __LINE__, "root/sub/../../outside", false },
		{ __LINE__, "root/link", false },
		{ __LINE__, "root/linked/file", false },
		{ __LINE__, "root/absolute", false },
		{ __LINE__, "root/fifo", false },
		{ __LINE__, "root//etc/passwd", false },
	};
	int root;

	(void)state;
	assert_true(file_mkdirs(dir, "root/sub"));
	assert_true(file_create(dir, "outside", STR("x"), 0600));
	assert_true(file_create(dir, "root/file", STR("x"), 0600));
	assert_true(file_create(dir, "root/sub/file", STR("x"), 0600));
	assert_int_equal(symlinkat("file", dir, "root/link"), 0);
	assert_int_equal(symlinkat("sub", dir, "root/linked"), 0);
	assert_int_equal(symlinkat("/etc/passwd", dir, "root/absolute"), 0);
	assert_int_equal(mkfifoat(dir, "root/fifo", 0600), 0);
	root = openat(dir, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	for (size_t i = 0; i < ROWS(rows); i++) {
		int fd = file_open_below(root, rows[i].path + strlen("root/"));

		ROW_TRUE(rows[i].line, (fd >= 0) == rows[i].ok);
		if (fd >= 0)
			close(fd);
	}
	close(root);
}

static void
trees_go_but_links_are_not_followed(void **state)
{
	(void)state;
	assert_true(file_mkdirs(dir, "kept"));
	assert_true(file_create(dir, "kept/file", STR("x"), 0600));
	assert_true(file_mkdirs(dir, "tree/a/b/c"));
	assert_true(file_create(dir, "tree/a/file", STR("x"), 0600));
	assert_int_equal(symlinkat("../kept", dir, "tree/link"), 0);
	assert_true(file_remove_tree(dir, "tree"));
	assert_int_equal(faccessat(dir, "tree", F_OK, 0), -1);
	expect_content("kept/file", "x");
	assert_int_equal(symlinkat("kept", dir, "link-to-kept"), 0);
	assert_true(file_remove_tree(dir, "link-to-kept"));
	expect_content("kept/file", "x");
	assert_true(file_remove_tree(dir, "never-there"));
}

static void
folders_are_made_with_parents(void **state)
{
	(void)state;
	assert_true(file_mkdirs(dir, "p/q/r"));
	assert_true(file_mkdirs(dir, "p/q/r"));
	assert_true(file_mkdirs(dir, "p/q/s/"));
	assert_true(file_create(dir, "p/file", STR("x"), 0600));
	assert_false(file_mkdirs(dir, "p/file"));
	assert_int_equal(errno, ENOTDIR);
	assert_false(file_mkdirs(dir, "p/file/x"));
}

static void
paths_are_judged(void **state)
{
	static const struct {
		int line;
		const char *path;
		bool ok;
	} rows[] = {
		{ __LINE__, "a", true },
		{ __LINE__, "courses/01-a.md", true },
		{ __LINE__, "\xe4\xb8\xad/\xe6\x96\x87.md", true },
		{ __LINE__, "a b/c", true },
		{ __LINE__, "...", true },
		{ __LINE__, ".gitignore", true },
		{ __LINE__, "a.git/b", true },
		{ __LINE__, "", false },
		{ __LINE__, "/a", false },
		{ __LINE__, "a/", false },
		{ __LINE__, "a//b", false },
		{ __LINE__, "./a", false },
		{ __LINE__, "a/.", false },
		{ __LINE__, "a/../b", false },
		{ __LINE__, "..", false },
		{ __LINE__, ".git", false },
		{ __LINE__, "a/.GiT/config", false },
		{ __LINE__, "GIT~1", false },
		{ __LINE__, "a\nb", false },
		{ __LINE__, "a\x7f", false },
		{ __LINE__, "a\\b", false },
		{ __LINE__, "a\xff", false },
	};
	char deep[2 * LIMIT_PATH_DEPTH + 3], name[LIMIT_NAME + 2];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		ROW_TRUE(rows[i].line,
		    !path_refusal(str_from(rows[i].path)) == rows[i].ok);
	assert_non_null(path_refusal(str_of("a\0b", 3)));
	for (size_t i = 0; i < sizeof deep; i++)
		deep[i] = i % 2 ? '/' : 'a';
	assert_null(path_refusal(str_of(deep, 2 * LIMIT_PATH_DEPTH - 1)));
	assert_non_null(path_refusal(str_of(deep, 2 * LIMIT_PATH_DEPTH + 1)));
	memset(name, 'a', sizeof name);
	assert_null(path_refusal(str_of(name, LIMIT_NAME)));
	assert_non_null(path_refusal(str_of(name, LIMIT_NAME + 1)));
}

static void
types_follow_extensions(void **state)
{
	static const struct {
		int line;
		const char *path, *want;
		bool text;
	} rows[] = {
		{ __LINE__, "a/index.html", "text/html; charset=utf-8", true },
		{ __LINE__, "A.PNG", "image/png", false },
		{ __LINE__, "a.css", "text/css; charset=utf-8", true },
		{ __LINE__, "a.svg", "image/svg+xml", true },
		{ __LINE__, "feed.atom", "application/atom+xml", true },
		{ __LINE__, "a.json", "application/json", true },
		{ __LINE__, "a.woff2", "font/woff2", false },
		{ __LINE__, "a.html/b", "application/octet-stream", false },
		{ __LINE__, "README", "application/octet-stream", false },
		{ __LINE__, "a.", "application/octet-stream", false },
		{ __LINE__, "", "application/octet-stream", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *type = media_type(str_from(rows[i].path));

		row_str(rows[i].line, str_from(type), rows[i].want);
		ROW_TRUE(
		    rows[i].line, media_type_is_text(type) == rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_replaced_whole),
		cmocka_unit_test(nothing_is_overwritten_by_create),
		cmocka_unit_test(reading_is_capped),
		cmocka_unit_test(only_regular_files_below_are_opened),
		cmocka_unit_test(trees_go_but_links_are_not_followed),
		cmocka_unit_test(folders_are_made_with_parents),
		cmocka_unit_test(paths_are_judged),
		cmocka_unit_test(types_follow_extensions),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
