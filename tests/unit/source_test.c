#include "source.h"

#include "limits.h"
#include "scratch.h"

#include <sys/stat.h>

static struct scratch scratch;
static struct diag diag;

static int
set_up(void **state)
{
	(void)state;
	diag_init(&diag);
	return scratch_make(&scratch);
}

static int
tear_down(void **state)
{
	(void)state;
	diag_clear(&diag);
	scratch_remove(&scratch);
	return 0;
}

static void
run(const char *command)
{
	scratch_run(&scratch, command, NULL, 0);
}

static struct source *
open_at(const char *name, const char *revision, bool as_folder)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", scratch.path, name);
	return source_open(path, revision, as_folder, &diag);
}

/* The paths, one a line. */
static void
list_of(const struct source *s, char *out, size_t room)
{
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < source_count(s); i++)
		used += (size_t)snprintf(out + used, room - used, "%.*s\n",
		    STR_ARG(source_at(s, i)->path));
}

static void
assert_text(struct source *s, const char *path, const char *want)
{
	const struct source_file *f = source_find(s, str_from(path));
	struct buf b;

	assert_non_null(f);
	buf_init(&b, 1 << 20);
	assert_true(source_read(s, f, &diag, &b));
	assert_int_equal(b.len, strlen(want));
	assert_int_equal(f->size, b.len);
	assert_memory_equal(b.ptr, want, b.len);
	buf_clear(&b);
}

static void
make_repository(void)
{
	run("git init -q -b main r");
	scratch_write(&scratch, "r/b/two.md", STR("two\n"));
	scratch_write(&scratch, "r/a.md", STR("one\n"));
	scratch_write(&scratch, "r/b-c.txt", STR(""));
	run("cd r && git add . && git commit -qm one && git tag -a -m v v1");
}

static void
reads_a_commit(void **state)
{
	struct source *s;
	char list[200], head[64];

	(void)state;
	make_repository();
	scratch_write(&scratch, "r/a.md", STR("not committed\n"));
	scratch_run(&scratch, "git -C r rev-parse HEAD", head, sizeof head);
	s = open_at("r", NULL, false);
	assert_non_null(s);
	list_of(s, list, sizeof list);
	assert_string_equal(list, "a.md\nb-c.txt\nb/two.md\n");
	assert_text(s, "a.md", "one\n");
	assert_text(s, "b/two.md", "two\n");
	assert_text(s, "b-c.txt", "");
	assert_null(source_find(s, STR("b")));
	assert_null(source_find(s, STR("b/two.m")));
	assert_true(str_eq_z(source_commit(s), head));
	assert_true(str_eq_z(source_time(s), "2026-01-02T03:04:05Z"));
	assert_true(str_eq_z(source_name(s), "r"));
	assert_true(source_is_git(s));
	assert_int_equal(diag.errors + diag.warnings, 0);
	source_free(s);
}

static void
finds_revisions(void **state)
{
	static const struct {
		int line;
		const char *revision, *text;
	} rows[] = {
		{ __LINE__, NULL, "two\n" },
		{ __LINE__, "main", "two\n" },
		{ __LINE__, "v1", "one\n" },
		{ __LINE__, "side", "side\n" },
		{ __LINE__, "refs/heads/side", "side\n" },
		{ __LINE__, "HEAD~1", "one\n" },
		{ __LINE__, "nowhere", NULL },
		{ __LINE__, "HEAD:a.md", NULL },
	};
	char id[64];
	struct source *s;

	(void)state;
	make_repository();
	run("cd r && git checkout -qb side && echo side >a.md && "
	    "git commit -qam side && git checkout -q main && echo two >a.md "
	    "&& git commit -qam two && git clone -q --bare . ../bare.git");
	for (size_t i = 0; i < ROWS(rows); i++) {
		s = open_at("bare.git", rows[i].revision, false);
		ROW_TRUE(rows[i].line, !s == !rows[i].text);
		if (s)
			assert_text(s, "a.md", rows[i].text);
		else
			row_fault(rows[i].line, &diag, "no such revision: '");
		source_free(s);
	}
	scratch_run(&scratch, "git -C r rev-parse --short v1^0", id, sizeof id);
	s = open_at("r", id, false);
	assert_non_null(s);
	assert_text(s, "a.md", "one\n");
	source_free(s);
}

static void
says_what_is_no_repository(void **state)
{
	(void)state;
	assert_null(open_at("nothing", NULL, false));
	row_fault(__LINE__, &diag, "cannot be opened: No such file");
	scratch_write(&scratch, "folder/a.md", STR("a"));
	assert_null(open_at("folder", "main", false));
	row_fault(__LINE__, &diag, "a plain folder has no revision 'main'");
	run("git init -q empty");
	assert_null(open_at("empty", NULL, false));
	row_fault(__LINE__, &diag, "the repository has no commit at HEAD");
	run("mkdir broken && echo rubbish >broken/.git");
	assert_null(open_at("broken", NULL, false));
	row_fault(__LINE__, &diag, "the git repository cannot be opened");
	assert_null(open_at("folder/a.md", NULL, false));
}

/* As after cloning a bundle, which has no HEAD. */
static void
takes_the_only_branch(void **state)
{
	struct source *s;

	(void)state;
	make_repository();
	run("cd r && git clone -q --bare . ../b.git && "
	    "git --git-dir=../b.git symbolic-ref HEAD refs/heads/master");
	s = open_at("b.git", NULL, false);
	assert_non_null(s);
	assert_text(s, "a.md", "one\n");
	row_fault(__LINE__, &diag, "using 'main'");
	source_free(s);
	run("git --git-dir=b.git branch other main");
	assert_null(open_at("b.git", NULL, false));
	row_fault(__LINE__, &diag, "no commit at HEAD");
}

static void
walks_a_folder(void **state)
{
	struct source *s;
	char list[200];

	(void)state;
	scratch_write(&scratch, "f/site.yaml", STR("x"));
	scratch_write(&scratch, "f/a/b.md", STR("text"));
	scratch_write(&scratch, "f/a/.git/config", STR("x"));
	scratch_write(&scratch, "f/a/.build/x.html", STR("x"));
	scratch_write(&scratch, "f/node_modules/p/README.md", STR("x"));
	/* what was published there is no source */
	scratch_write(&scratch, "f/site/.lock", STR(""));
	scratch_write(&scratch, "f/site/releases/1/public/x.md", STR("x"));
	scratch_write(&scratch, "f/a/releases/c.md", STR("text"));
	scratch_write(&scratch, "secret.md", STR("secret"));
	run("ln -s ../secret.md f/link.md && ln -s /etc f/etc && mkfifo "
	    "f/pipe");
	s = open_at("f", NULL, false);
	assert_non_null(s);
	list_of(s, list, sizeof list);
	assert_string_equal(list, "a/b.md\na/releases/c.md\nsite.yaml\n");
	assert_text(s, "a/b.md", "text");
	assert_false(source_is_git(s));
	assert_true(str_eq_z(source_commit(s), ""));
	row_fault(__LINE__, &diag, "warning: link.md: a symbolic link");
	row_fault(__LINE__, &diag, "warning: etc: a symbolic link");
	row_fault(__LINE__, &diag, "warning: pipe: not a regular file");
	assert_int_equal(diag.errors, 0);
	/* Swapped for a symlink after it was listed. */
	run("rm f/a/b.md && ln -s ../../secret.md f/a/b.md");
	{
		struct buf b;

		buf_init(&b, 100);
		assert_false(
		    source_read(s, source_find(s, STR("a/b.md")), &diag, &b));
		assert_int_equal(b.len, 0);
		buf_clear(&b);
	}
	source_free(s);
}

static void
reads_the_work_tree_when_asked(void **state)
{
	struct source *s;

	(void)state;
	make_repository();
	scratch_write(&scratch, "r/a.md", STR("draft\n"));
	s = open_at("r", NULL, true);
	assert_non_null(s);
	assert_text(s, "a.md", "draft\n");
	source_free(s);
}

/* Appends an entry of a tree object. */
static void
tree_entry(struct buf *tree, const char *mode, struct str name, const char *id)
{
	buf_printf(tree, "%s ", mode);
	buf_add(tree, name);
	buf_add_c(tree, '\0');
	for (size_t i = 0; i < 40; i += 2) {
		unsigned byte;

		assert_int_equal(sscanf(id + i, "%2x", &byte), 1);
		buf_add_c(tree, (char)byte);
	}
}

static void
store(const char *type, struct str bytes, char id[64])
{
	char command[100];

	scratch_write(&scratch, "object", bytes);
	snprintf(command, sizeof command,
	    "git -C h hash-object -t %s --literally -w ../object", type);
	scratch_run(&scratch, command, id, 64);
}

static void
commit_tree(const char *tree)
{
	char command[200];

	snprintf(command, sizeof command,
	    "git -C h update-ref HEAD $(git -C h commit-tree -m x %s)", tree);
	run(command);
}

/* A repository whose tree has this entry besides site.yaml (when `ours`). */
static void
make_hostile(const char *mode, struct str name, bool ours)
{
	struct buf tree;
	char blob[64], id[64], site[64];

	run("rm -rf h && git init -q h");
	store("blob", STR("x\n"), blob);
	store("blob", STR("title: x\n"), site);
	buf_init(&tree, 1 << 20);
	tree_entry(&tree, mode, name,
	    strcmp(mode, "160000")
		? blob
		: "0123456789012345678901234567890123456789");
	if (ours)
		tree_entry(&tree, "100644", STR("site.yaml"), site);
	store("tree", buf_str(&tree), id);
	buf_clear(&tree);
	commit_tree(id);
}

static void
refuses_hostile_names(void **state)
{
	static const struct {
		int line;
		const char *mode;
		struct str name;
		const char *fault;
	} rows[] = {
		{ __LINE__, "100644", { "..", 2 }, "error: " },
		{ __LINE__, "100644", { ".", 1 }, "error: " },
		{ __LINE__, "100644", { ".git", 4 }, "error: " },
		{ __LINE__, "100644", { ".GiT", 4 }, "error: " },
		{ __LINE__, "100644", { "git~1", 5 }, "error: " },
		{ __LINE__, "100644", { "a/b", 3 }, "it contains a '/'" },
		{ __LINE__, "100644", { "/etc/passwd", 11 }, "contains a '/'" },
		{ __LINE__, "100644", { "a\r\nb", 4 }, "not allowed" },
		{ __LINE__, "100644", { "a\\b", 3 }, "not allowed" },
		{ __LINE__, "100644", { "\xff\xfe", 2 }, "not allowed" },
		{ __LINE__, "100644", { "\xc0\xae\xc0\xae", 4 },
		    "not allowed" },
		{ __LINE__, "120000", { "link", 4 },
		    "warning: link: a symbolic" },
		{ __LINE__, "160000", { "sub", 3 },
		    "warning: sub: a submodule" },
	};
	char list[200];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct source *s;

		make_hostile(rows[i].mode, rows[i].name, true);
		diag_clear(&diag);
		s = open_at("h", NULL, false);
		ROW_TRUE(rows[i].line, s != NULL);
		list_of(s, list, sizeof list);
		row_str(rows[i].line, str_from(list), "site.yaml\n");
		row_fault(rows[i].line, &diag, rows[i].fault);
		source_free(s);
	}
}

/* A foreign repository is built without what cannot be used. */
static void
warns_where_foreign(void **state)
{
	struct source *s;

	(void)state;
	make_hostile("100644", STR(".."), false);
	s = open_at("h", NULL, false);
	assert_non_null(s);
	assert_int_equal(source_count(s), 0);
	assert_int_equal(diag.errors, 0);
	assert_int_equal(diag.warnings, 1);
	source_free(s);
}

static void
refuses_long_names(void **state)
{
	char name[5000];

	(void)state;
	memset(name, 'a', sizeof name);
	for (size_t length = 256; length <= sizeof name; length += 4744) {
		struct source *s;

		make_hostile("100644", str_of(name, length), true);
		diag_clear(&diag);
		s = open_at("h", NULL, false);
		assert_non_null(s);
		assert_int_equal(source_count(s), 1);
		assert_int_equal(diag.errors, 1);
		source_free(s);
	}
}

static void
refuses_doubles_and_case(void **state)
{
	struct buf tree;
	char one[64], two[64], folder[64], id[64], list[200];
	struct source *s;

	(void)state;
	run("git init -q h");
	store("blob", STR("1"), one);
	store("blob", STR("2"), two);
	buf_init(&tree, 1 << 16);
	tree_entry(&tree, "100644", STR("x.md"), one);
	store("tree", buf_str(&tree), folder);
	buf_reset(&tree);
	tree_entry(&tree, "40000", STR("Docs"), folder);
	tree_entry(&tree, "100644", STR("README.md"), one);
	tree_entry(&tree, "100644", STR("a.md"), one);
	tree_entry(&tree, "100644", STR("a.md"), two);
	tree_entry(&tree, "40000", STR("docs"), folder);
	tree_entry(&tree, "100644", STR("readme.md"), two);
	tree_entry(&tree, "100644", STR("site.yaml"), one);
	store("tree", buf_str(&tree), id);
	buf_clear(&tree);
	commit_tree(id);
	s = open_at("h", NULL, false);
	assert_non_null(s);
	list_of(s, list, sizeof list);
	assert_string_equal(list, "Docs/x.md\nREADME.md\na.md\nsite.yaml\n");
	assert_int_equal(diag.errors, 3);
	row_fault(__LINE__, &diag, "a.md: left out, this path stands twice");
	row_fault(__LINE__, &diag,
	    "docs/x.md: differs from 'Docs/x.md' only in upper");
	row_fault(__LINE__, &diag,
	    "readme.md: differs from 'README.md' only in upper");
	source_free(s);
}

/* Each level holds the level below ten times: 10^12 files in 13 objects. */
static void
survives_a_tree_of_itself(void **state)
{
	struct buf tree;
	char id[64];
	struct source *s;

	(void)state;
	run("git init -q h");
	store("blob", STR("x"), id);
	buf_init(&tree, 1 << 16);
	for (int level = 0; level < 12; level++) {
		buf_reset(&tree);
		for (char c = 'a'; c <= 'j'; c++)
			tree_entry(&tree, level ? "40000" : "100644",
			    str_of(&c, 1), id);
		store("tree", buf_str(&tree), id);
	}
	buf_clear(&tree);
	commit_tree(id);
	s = open_at("h", NULL, false);
	assert_non_null(s);
	assert_in_range(source_count(s), 1, LIMIT_TREE_FILES);
	assert_true(diag.errors > 0);
	source_free(s);
}

static void
refuses_depth(void **state)
{
	struct buf tree;
	char id[64];
	struct source *s;

	(void)state;
	run("git init -q h");
	store("blob", STR("x"), id);
	buf_init(&tree, 1 << 16);
	for (int level = 0; level < 40; level++) {
		buf_reset(&tree);
		tree_entry(&tree, level ? "40000" : "100644", STR("d"), id);
		store("tree", buf_str(&tree), id);
	}
	buf_clear(&tree);
	commit_tree(id);
	s = open_at("h", NULL, false);
	assert_non_null(s);
	assert_int_equal(source_count(s), 0);
	assert_int_equal(diag.warnings, 1);
	source_free(s);
}

static void
reports_missing_contents(void **state)
{
	struct source *s;

	(void)state;
	make_repository();
	run("cd r && f=$(git rev-parse HEAD:a.md) && rm -f "
	    ".git/objects/$(echo $f | cut -c1-2)/$(echo $f | cut -c3-)");
	s = open_at("r", NULL, false);
	assert_non_null(s);
	assert_null(source_find(s, STR("a.md")));
	row_fault(__LINE__, &diag, "error: a.md: its contents are missing");
	source_free(s);
}

/* As inside pre-receive: the pushed objects are in a folder of their own. */
static void
reads_the_quarantine(void **state)
{
	char id[64], path[400];
	struct source *s;

	(void)state;
	make_repository();
	run("git clone -q --bare r b.git && cd r && echo pushed >a.md && "
	    "git commit -qam pushed");
	scratch_run(&scratch,
	    "mkdir 'q:1' && cd b.git && "
	    "GIT_OBJECT_DIRECTORY=\"../q:1\" "
	    "GIT_ALTERNATE_OBJECT_DIRECTORIES=objects "
	    "git unpack-objects -q <<EOF\n"
	    "EOF\n"
	    "git -C ../r pack-objects -q --revs --stdout <<EOF >../pack\n"
	    "HEAD\nEOF\n"
	    "GIT_OBJECT_DIRECTORY=\"../q:1\" git unpack-objects -q <../pack; "
	    "git -C ../r rev-parse HEAD",
	    id, sizeof id);
	assert_null(open_at("b.git", id, false));
	snprintf(path, sizeof path, "%s/q:1", scratch.path);
	setenv("GIT_OBJECT_DIRECTORY", path, 1);
	s = open_at("b.git", id, false);
	assert_non_null(s);
	assert_text(s, "a.md", "pushed\n");
	source_free(s);
	unsetenv("GIT_OBJECT_DIRECTORY");
	snprintf(path, sizeof path, "/nowhere:\"%s/q:1\"", scratch.path);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", path, 1);
	s = open_at("b.git", id, false);
	assert_non_null(s);
	assert_text(s, "a.md", "pushed\n");
	source_free(s);
}

static void
heeds_git_dir(void **state)
{
	char path[400], before[400];
	struct source *s;

	(void)state;
	make_repository();
	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(scratch.path), 0);
	snprintf(path, sizeof path, "%s/r/.git", scratch.path);
	setenv("GIT_DIR", path, 1);
	s = source_open(".", NULL, false, &diag);
	assert_int_equal(chdir(before), 0);
	assert_non_null(s);
	assert_text(s, "a.md", "one\n");
	source_free(s);
}

static void
says_how_to_trust_a_repository(void **state)
{
	(void)state;
	if (geteuid())
		skip();
	make_repository();
	run("chown -R 12345 r");
	assert_null(open_at("r", NULL, false));
	row_fault(
	    __LINE__, &diag, "git config --global --add safe.directory /");
}

static void
refuses_large_texts(void **state)
{
	struct source *s;
	struct buf b;

	(void)state;
	scratch_write(&scratch, "f/a.png", STR("x"));
	run("head -c 5000000 /dev/zero >f/a.md && head -c 5000000 /dev/zero "
	    ">f/b.png && truncate -s 600M f/c.mp4");
	s = open_at("f", NULL, false);
	assert_non_null(s);
	buf_init(&b, LIMIT_MEDIA_FILE);
	assert_false(source_read(s, source_find(s, STR("a.md")), &diag, &b));
	row_fault(__LINE__, &diag, "a.md: larger than 4 MiB");
	assert_true(source_read(s, source_find(s, STR("b.png")), &diag, &b));
	assert_int_equal(b.len, 5000000);
	assert_null(source_find(s, STR("c.mp4")));
	row_fault(__LINE__, &diag, "c.mp4: left out, larger than 512 MiB");
	buf_clear(&b);
	source_free(s);
}

static void
commit_at(const char *author, const char *date, const char *commands)
{
	char line[1000];

	snprintf(line, sizeof line,
	    "cd r && { %s; } && git add -A && GIT_AUTHOR_NAME='%s' "
	    "GIT_AUTHOR_DATE='%sT12:00:00Z' git commit -qm x",
	    commands, author, date);
	run(line);
}

static void
make_history(void)
{
	run("git init -q -b main r");
	commit_at("Ada", "2025-01-01",
	    "mkdir -p d/e && echo 1 >a.md && echo 1 >d/e/b.md && echo 1 >z.md");
	commit_at("Bob", "2025-02-01", "echo 2 >a.md && rm z.md");
	run("cd r && git checkout -qb side HEAD~1");
	commit_at("Cy", "2025-03-01", "echo 3 >d/e/c.md");
	run("cd r && git checkout -q main");
	commit_at("Bob", "2025-04-01", "mkdir g && echo 4 >g/x.md");
	run("cd r && GIT_AUTHOR_DATE=2025-05-01T12:00:00Z "
	    "git merge -q -m merge side");
}

static int64_t
day(const char *date)
{
	int y, m, d;
	static const int before[] = { 0, 31, 59, 90, 120 };

	assert_int_equal(sscanf(date, "%d-%d-%d", &y, &m, &d), 3);
	assert_int_equal(y, 2025);
	return 1735689600 + (int64_t)(before[m - 1] + d - 1) * 86400 + 43200;
}

static void
knows_the_history(void **state)
{
	static const struct {
		int line;
		const char *path, *author, *created, *changed;
	} rows[] = {
		{ __LINE__, "a.md", "Ada", "2025-01-01", "2025-02-01" },
		{ __LINE__, "d/e/b.md", "Ada", "2025-01-01", "2025-01-01" },
		{ __LINE__, "d/e/c.md", "Cy", "2025-03-01", "2025-03-01" },
		{ __LINE__, "g/x.md", "Bob", "2025-04-01", "2025-04-01" },
	};
	struct source *s;

	(void)state;
	make_history();
	s = open_at("r", NULL, false);
	assert_non_null(s);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct source_history h;

		ROW_TRUE(rows[i].line,
		    source_history(
			s, source_find(s, str_from(rows[i].path)), &h));
		row_str(rows[i].line, h.author, rows[i].author);
		ROW_TRUE(rows[i].line, h.created == day(rows[i].created));
		ROW_TRUE(rows[i].line, h.changed == day(rows[i].changed));
	}
	source_free(s);
}

static void
claims_nothing_beyond_a_shallow_edge(void **state)
{
	struct source_history h;
	struct source *s;

	(void)state;
	make_history();
	run("git clone -q --depth 2 file://$PWD/r shallow");
	s = open_at("shallow", NULL, false);
	assert_non_null(s);
	assert_false(source_history(s, source_find(s, STR("a.md")), &h));
	assert_true(source_count(s) == 4);
	source_free(s);
	s = open_at("r", NULL, true);
	assert_non_null(s);
	assert_false(source_history(s, source_find(s, STR("a.md")), &h));
	source_free(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_commit),
		TEST(finds_revisions),
		TEST(says_what_is_no_repository),
		TEST(takes_the_only_branch),
		TEST(walks_a_folder),
		TEST(reads_the_work_tree_when_asked),
		TEST(refuses_hostile_names),
		TEST(warns_where_foreign),
		TEST(refuses_long_names),
		TEST(refuses_doubles_and_case),
		TEST(survives_a_tree_of_itself),
		TEST(refuses_depth),
		TEST(reports_missing_contents),
		TEST(reads_the_quarantine),
		TEST(heeds_git_dir),
		TEST(says_how_to_trust_a_repository),
		TEST(refuses_large_texts),
		TEST(knows_the_history),
		TEST(claims_nothing_beyond_a_shallow_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
