/*
 * source_git.c - a commit's tree as a source; the only file that knows libgit2.
 *
 * libgit2 hands out whatever a tree says, so every name goes through
 * source_list, depth is counted here, and a tree that contains itself cannot
 * exist (its id would be its own hash).
 */
#include "source_private.h"

#include "file.h"
#include <git2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

_Static_assert(GIT_OID_RAWSZ == sizeof((struct source_entry *)0)->id,
    "an entry's id holds a git object id");

struct source_git {
	git_repository *repository;
	git_odb *odb;
	git_oid commit;
};

static const char *
last_message(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "no reason given";
}

static bool
git_backend_read(struct source *s, const struct source_entry *e, struct diag *d,
    struct buf *out)
{
	git_odb_object *object;
	git_oid id;
	bool done;

	memcpy(id.id, e->id, sizeof id.id);
	if (git_odb_read(&object, s->git->odb, &id)) {
		diag_add(d, DIAG_ERROR, source_where(e->file.path),
		    "git fsck shows what is wrong with the repository",
		    "cannot be read: %s", last_message());
		return false;
	}
	buf_add_bytes(
	    out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	done = buf_ok(out);
	if (!done)
		diag_add(d, DIAG_ERROR, source_where(e->file.path), NULL,
		    "larger than %zu bytes", out->cap);
	return done;
}

static void
git_backend_close(struct source *s)
{
	git_odb_free(s->git->odb);
	git_repository_free(s->git->repository);
	free(s->git);
	git_libgit2_shutdown();
}

struct listing {
	struct source *source;
	struct diag *diag;
	struct buf path;
	size_t seen; /* entries of trees, to stop a tree made of itself */
	git_oid last; /* the blob asked for last, and its size */
	size_t last_size;
};

static void list_tree(struct listing *l, const git_oid *id, unsigned depth);

/* The size of a blob; false when it is not there. */
static bool
blob_size(struct listing *l, const git_oid *id)
{
	git_object_t type;
	size_t size;

	if (git_oid_equal(id, &l->last))
		return true;
	if (git_odb_read_header(&size, &type, l->source->git->odb, id) ||
	    type != GIT_OBJECT_BLOB)
		return false;
	l->last = *id;
	l->last_size = size;
	return true;
}

static void
list_blob(struct listing *l, const git_oid *id)
{
	struct source_entry *e;

	if (!blob_size(l, id)) {
		diag_add(l->diag, DIAG_ERROR, source_where(buf_str(&l->path)),
		    "git fsck shows what is wrong with the repository",
		    "its contents are missing from the repository");
		return;
	}
	e = source_list(l->source, l->diag, buf_str(&l->path), l->last_size);
	if (e)
		memcpy(e->id, id->id, sizeof e->id);
}

static void
list_entry(struct listing *l, const git_tree_entry *entry, unsigned depth)
{
	const git_oid *id = git_tree_entry_id(entry);

	switch (git_tree_entry_filemode_raw(entry) & 0170000) {
	case 0040000:
		list_tree(l, id, depth + 1);
		break;
	case 0100000:
		list_blob(l, id);
		break;
	case 0120000:
		diag_add(l->diag, DIAG_WARNING, source_where(buf_str(&l->path)),
		    NULL, "a symbolic link, left out");
		break;
	case 0160000:
		diag_add(l->diag, DIAG_WARNING, source_where(buf_str(&l->path)),
		    NULL, "a submodule, left out");
		break;
	default:
		diag_add(l->diag, l->source->refusing,
		    source_where(buf_str(&l->path)), NULL,
		    "left out, of an unknown kind");
	}
}

/* What path_refusal cannot see in the joined path, or NULL. */
static const char *
name_refusal(const struct listing *l, const char *name)
{
	if (!buf_ok(&l->path))
		return "the path is too long";
	if (!*name)
		return "it is empty";
	if (strchr(name, '/'))
		return "it contains a '/'";
	return NULL;
}

/* Trees may hold the same tree again and again, so few bytes can be billions
 * of paths. */
static bool
is_too_many(struct listing *l)
{
	if (l->seen > 2 * (size_t)LIMIT_TREE_FILES)
		return true;
	if (++l->seen > 2 * (size_t)LIMIT_TREE_FILES) {
		diag_add(l->diag, DIAG_ERROR, source_where(STR_NONE), NULL,
		    "more than %d files and folders", 2 * LIMIT_TREE_FILES);
		return true;
	}
	return false;
}

static void
list_entries(struct listing *l, const git_tree *tree, unsigned depth)
{
	size_t length = l->path.len;

	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const char *name = git_tree_entry_name(entry), *refusal;

		if (is_too_many(l))
			return;
		if (length)
			buf_add_c(&l->path, '/');
		buf_add_z(&l->path, name);
		refusal = name_refusal(l, name);
		if (refusal)
			diag_add(l->diag, l->source->refusing,
			    source_where(buf_str(&l->path)), NULL,
			    "left out, this name is not allowed: %s", refusal);
		else
			list_entry(l, entry, depth);
		l->path.failed = false;
		l->path.len = length;
	}
}

static void
list_tree(struct listing *l, const git_oid *id, unsigned depth)
{
	struct str path = buf_str(&l->path);
	const char *refusal = path.len ? path_refusal(path) : NULL;
	git_tree *tree;

	if (refusal || depth > LIMIT_PATH_DEPTH) {
		diag_add(l->diag, l->source->refusing, source_where(path),
		    "rename it or take it out of the repository",
		    "left out, this name is not allowed: %s",
		    refusal ? refusal : "folders too deep in each other");
		return;
	}
	if (git_tree_lookup(&tree, l->source->git->repository, id)) {
		diag_add(l->diag, DIAG_ERROR, source_where(path),
		    "git fsck shows what is wrong with the repository",
		    "this folder cannot be read: %s", last_message());
		return;
	}
	if (!depth && git_tree_entry_byname(tree, SOURCE_SITE_FILE))
		l->source->refusing = DIAG_ERROR;
	list_entries(l, tree, depth);
	git_tree_free(tree);
}

static struct str
utc_time(struct arena *a, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[40];

	if (!gmtime_r(&t, &tm) ||
	    !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return STR_NONE;
	return arena_str(a, str_from(text));
}

static void
list_commit(struct source *s, git_commit *commit, struct diag *d)
{
	struct listing l = { .source = s, .diag = d };
	char hex[GIT_OID_HEXSZ + 1];

	git_oid_tostr(hex, sizeof hex, git_commit_id(commit));
	s->git->commit = *git_commit_id(commit);
	s->commit = arena_str(&s->arena, str_from(hex));
	s->time = utc_time(&s->arena, git_commit_time(commit));
	buf_init(&l.path, LIMIT_PATH);
	list_tree(&l, git_commit_tree_id(commit), 0);
	buf_clear(&l.path);
}

/* The one branch there is, when HEAD names one that is not: so it is after
 * cloning a bundle, or a push to a repository made for another name. */
static bool
only_branch(git_repository *repository, git_object **out, struct diag *d,
    const char *location)
{
	git_branch_iterator *iterator;
	git_reference *found = NULL, *ref;
	git_branch_t type;
	size_t count = 0;
	bool done = false;

	if (git_branch_iterator_new(&iterator, repository, GIT_BRANCH_LOCAL))
		return false;
	while (!git_branch_next(&ref, &type, iterator)) {
		if (!count++)
			found = ref;
		else
			git_reference_free(ref);
	}
	git_branch_iterator_free(iterator);
	if (count == 1 && !git_reference_peel(out, found, GIT_OBJECT_COMMIT)) {
		diag_add(d, DIAG_WARNING, source_where(str_from(location)),
		    "git symbolic-ref HEAD refs/heads/BRANCH sets it",
		    "HEAD names a branch that does not exist; using '%s'",
		    git_reference_shorthand(found));
		done = true;
	}
	git_reference_free(found);
	return done;
}

static bool
find_commit(struct source *s, const char *location, const char *revision,
    struct diag *d, git_commit **out)
{
	git_repository *repository = s->git->repository;
	git_object *object = NULL, *peeled = NULL;
	int failed = git_revparse_single(
	    &object, repository, revision ? revision : "HEAD");

	if (failed && !revision &&
	    only_branch(repository, &peeled, d, location)) {
		*out = (git_commit *)peeled;
		return true;
	}
	if (!failed)
		failed = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
	git_object_free(object);
	if (!failed) {
		*out = (git_commit *)peeled;
		return true;
	}
	if (revision)
		diag_add(d, DIAG_ERROR, source_where(str_from(location)),
		    "git branch -a and git tag list what there is",
		    failed == GIT_EAMBIGUOUS ? "revision '%s' is ambiguous"
					     : "no such revision: '%s'",
		    revision);
	else
		diag_add(d, DIAG_ERROR, source_where(str_from(location)),
		    "commit something, or name a branch with --ref",
		    "the repository has no commit at HEAD");
	return false;
}

static void
add_objects(void *odb, const char *folder)
{
	(void)git_odb_add_disk_alternate(odb, folder);
}

static bool
exists_below(const char *location, const char *name)
{
	char path[LIMIT_PATH];
	int length = snprintf(path, sizeof path, "%s/%s", location, name);

	return length > 0 && (size_t)length < sizeof path &&
	    !access(path, F_OK);
}

static enum source_opened
report_open_failure(const char *location, int code, struct diag *d)
{
	struct where at = source_where(str_from(location));
	const char *message = last_message();
	char absolute[LIMIT_PATH], hint[LIMIT_PATH + 64];

	if (code == GIT_EOWNER || strstr(message, "safe.directory")) {
		if (!realpath(location, absolute))
			(void)snprintf(
			    absolute, sizeof absolute, "%s", location);
		(void)snprintf(hint, sizeof hint,
		    "git config --global --add safe.directory %s", absolute);
		diag_add(d, DIAG_ERROR, at, hint,
		    "the repository belongs to another user, so git's rules "
		    "forbid reading it");
		return SOURCE_FAILED;
	}
	if (code == GIT_ENOTFOUND && !exists_below(location, ".git") &&
	    !(exists_below(location, "HEAD") &&
		exists_below(location, "objects")))
		return SOURCE_NOT_GIT;
	diag_add(d, DIAG_ERROR, at, NULL,
	    "the git repository cannot be opened: %s", message);
	return SOURCE_FAILED;
}

/*
 * The history: each commit's tree is held against its parents' trees, entry by
 * entry; a path has changed when its id is in none of them. Equal ids end the
 * comparison, so only what changed is opened. Nothing older than the edge of a
 * shallow clone is known, and nothing is claimed of it.
 */
struct walk {
	struct source *source;
	struct source_history *out;
	const git_signature *author; /* of the commit being compared */
	struct buf path;
	struct id_queue commits;
};

enum { PARENTS = 8 }; /* of a merge that are compared */

static void compare(struct walk *w, const git_tree *tree,
    git_tree *const *parents, size_t count, unsigned depth);

static void
compare_folder(struct walk *w, const git_tree_entry *entry,
    const git_tree_entry *const *before, size_t count, unsigned depth)
{
	git_repository *repository = w->source->git->repository;
	git_tree *tree, *parents[PARENTS];
	size_t found = 0;

	if (depth > LIMIT_PATH_DEPTH ||
	    !source_has_folder(w->source, buf_str(&w->path)) ||
	    git_tree_lookup(&tree, repository, git_tree_entry_id(entry)))
		return;
	for (size_t i = 0; i < count; i++) {
		if (before[i] &&
		    git_tree_entry_type(before[i]) == GIT_OBJECT_TREE &&
		    !git_tree_lookup(&parents[found], repository,
			git_tree_entry_id(before[i])))
			found++;
	}
	compare(w, tree, parents, found, depth);
	while (found)
		git_tree_free(parents[--found]);
	git_tree_free(tree);
}

/* The entry of this name: at `*hint` or after it, as trees are sorted alike. */
static const git_tree_entry *
entry_like(const git_tree *tree, const char *name, size_t *hint)
{
	const git_tree_entry *e = git_tree_entry_byindex(tree, *hint);

	if (!e || strcmp(git_tree_entry_name(e), name) != 0)
		return git_tree_entry_byname(tree, name);
	++*hint;
	return e;
}

static void
compare_entry(struct walk *w, const git_tree_entry *entry,
    const git_tree_entry *const *before, size_t count, unsigned depth)
{
	size_t length = w->path.len;

	if (length)
		buf_add_c(&w->path, '/');
	buf_add_z(&w->path, git_tree_entry_name(entry));
	if (buf_ok(&w->path)) {
		const struct source_file *f =
		    source_find(w->source, buf_str(&w->path));

		if (git_tree_entry_type(entry) == GIT_OBJECT_TREE)
			compare_folder(w, entry, before, count, depth + 1);
		else if (f)
			source_note_change(w->source, &w->out[f->index],
			    w->author->when.time, w->author->name);
	}
	w->path.failed = false;
	w->path.len = length;
}

static void
compare(struct walk *w, const git_tree *tree, git_tree *const *parents,
    size_t count, unsigned depth)
{
	const git_tree_entry *before[PARENTS];
	size_t hints[PARENTS] = { 0 };

	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *e = git_tree_entry_byindex(tree, i);
		bool same = false;

		for (size_t k = 0; k < count; k++) {
			before[k] = entry_like(
			    parents[k], git_tree_entry_name(e), &hints[k]);
			same = same ||
			    (before[k] &&
				git_oid_equal(git_tree_entry_id(before[k]),
				    git_tree_entry_id(e)));
		}
		if (!same)
			compare_entry(w, e, before, count, depth);
	}
}

/* True when all parents are here; else the commit is the edge of a shallow
 * clone. Fills their trees. */
static bool
open_parents(struct walk *w, const git_commit *commit,
    git_tree *parents[PARENTS], size_t *count)
{
	bool whole = true;

	for (unsigned i = 0; i < git_commit_parentcount(commit); i++) {
		git_commit *parent;

		if (git_commit_lookup(&parent, w->source->git->repository,
			git_commit_parent_id(commit, i))) {
			whole = false;
			continue;
		}
		id_queue_push(&w->commits, git_commit_id(parent)->id);
		if (*count < PARENTS &&
		    !git_commit_tree(&parents[*count], parent))
			++*count;
		git_commit_free(parent);
	}
	return whole;
}

static void
visit(struct walk *w, const git_oid *id)
{
	git_tree *parents[PARENTS], *tree;
	git_commit *commit;
	size_t count = 0;
	bool whole;

	if (git_commit_lookup(&commit, w->source->git->repository, id))
		return;
	whole = open_parents(w, commit, parents, &count);
	w->author = git_commit_author(commit);
	if (whole && !git_commit_tree(&tree, commit)) {
		compare(w, tree, parents, count, 0);
		git_tree_free(tree);
	}
	while (count)
		git_tree_free(parents[--count]);
	git_commit_free(commit);
}

static bool
git_backend_history(struct source *s, struct source_history *out)
{
	struct walk w = { .source = s, .out = out };
	git_oid id;

	id_queue_init(&w.commits);
	buf_init(&w.path, LIMIT_PATH);
	id_queue_push(&w.commits, s->git->commit.id);
	while (id_queue_pop(&w.commits, id.id))
		visit(&w, &id);
	buf_clear(&w.path);
	id_queue_clear(&w.commits);
	return true;
}

static const struct source_backend backend = {
	.read = git_backend_read,
	.history = git_backend_history,
	.close = git_backend_close,
};

/* Trees and commits are cached; text is read once, so its hash is not computed
 * and it is not kept. */
/* A hook may run as somebody whose HOME is closed to him (git-http-backend as
 * the web server's user); there are no settings for him then. */
static void
ignore_closed_home(void)
{
	const char *home = getenv("HOME");

	if (!home || !access(home, R_OK | X_OK))
		return;
	(void)git_libgit2_opts(
	    GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, "");
	(void)git_libgit2_opts(
	    GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
}

static void
tune(void)
{
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	(void)git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)64 << 20);
	ignore_closed_home();
}

enum source_opened
source_git_open(struct source *s, const char *location, const char *revision,
    struct diag *d)
{
	const char *dir = getenv("GIT_DIR");
	git_repository *repository = NULL;
	git_commit *commit;
	enum source_opened result;
	int code;

	if (!dir || !*dir || strcmp(location, ".") != 0)
		dir = location;
	if (git_libgit2_init() < 0) {
		diag_add(d, DIAG_ERROR, source_where(str_from(location)), NULL,
		    "libgit2 cannot be started: %s", last_message());
		return SOURCE_FAILED;
	}
	tune();
	code = git_repository_open_ext(
	    &repository, dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (code) {
		result = report_open_failure(dir, code, d);
		git_libgit2_shutdown();
		return result;
	}
	s->git = calloc(1, sizeof *s->git);
	if (!s->git || git_repository_odb(&s->git->odb, repository)) {
		diag_add(d, DIAG_ERROR, source_where(str_from(location)), NULL,
		    "the git repository cannot be read: %s", last_message());
		free(s->git);
		s->git = NULL;
		git_repository_free(repository);
		git_libgit2_shutdown();
		return SOURCE_FAILED;
	}
	s->git->repository = repository;
	s->backend = &backend;
	source_quarantine(add_objects, s->git->odb);
	if (!find_commit(s, location, revision, d, &commit))
		return SOURCE_FAILED;
	list_commit(s, commit, d);
	git_commit_free(commit);
	return SOURCE_OPENED;
}
