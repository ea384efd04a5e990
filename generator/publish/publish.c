#include "publish_private.h"

#include "compress.h"
#include "file.h"
#include "html.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMPRESS_FROM = 1024 }; /* smaller files stay as they are */

static bool
fail(struct publish *p, const char *verb, const char *name)
{
	if (!p->failed)
		store_fault(&p->store, p->diag, verb, name);
	p->failed = true;
	return false;
}

static bool
make_new_folder(struct publish *p)
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return fail(p, "draw a name for", "releases");
	snprintf(p->name, sizeof p->name, ".new-%016llx",
	    (unsigned long long)random);
	if (mkdirat(p->store.releases, p->name, 0755) < 0)
		return fail(p, "make", p->name);
	p->folder = openat(
	    p->store.releases, p->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return p->folder >= 0 || fail(p, "open", p->name);
}

static void
release_key(struct memo_key *key)
{
	memo_key_of(key, STR("release"));
}

static void
open_before(struct publish *p)
{
	char name[RELEASE_ID + 1];
	struct memo_key key;
	struct str id;

	release_key(&key);
	if (!p->memo || !memo_get(p->memo, &key, &id) || id.len != RELEASE_ID)
		return;
	snprintf(name, sizeof name, "%.*s", STR_ARG(id));
	p->before = openat(p->store.releases, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

struct publish *
publish_begin(
    const char *out, unsigned compress, struct memo *memo, struct diag *d)
{
	struct publish *p = calloc(1, sizeof *p);

	if (!p) {
		fputs("error: out of memory\n", stderr);
		exit(1);
	}
	arena_init(&p->arena);
	buf_init(&p->small, LIMIT_MEDIA_FILE);
	p->diag = d;
	p->compress = compress;
	p->memo = memo;
	p->folder = p->last = p->before = -1;
	for (size_t i = 0; i < PLACES; i++)
		p->places[i] = (struct place){ STR_NONE, -1, -1 };
	p->leaks = leaks_new();
	p->umask = umask(022);
	if (compress & COMPRESS_GZIP)
		p->gzip = gzip_new();
	if (compress & COMPRESS_ZSTD)
		p->zstd = zstd_new();
	if (!store_open(&p->store, out, d) || !make_new_folder(p)) {
		publish_end(p);
		return NULL;
	}
	open_before(p);
	return p;
}

struct str
publish_parent(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash < path.len ? str_sub(path, 0, slash) : STR_NONE;
}

bool
publish_make_folder(
    struct publish *p, struct str path, const struct place *place)
{
	if (path_set_has(&p->folders, path))
		return true;
	path = arena_str(&p->arena, path);
	path_set_add(&p->arena, &p->folders, path);
	if (mkdirat(place ? place->now : p->folder,
		place ? path.ptr + place->path.len + 1 : path.ptr, 0755) < 0)
		return fail(p, "make", path.ptr);
	return true;
}

bool
publish_make_folders(struct publish *p, struct str path)
{
	for (size_t at = 0; at < path.len; at++) {
		at += str_find(str_from_at(path, at), '/');
		if (!publish_make_folder(p, str_sub(path, 0, at), NULL))
			return false;
	}
	return true;
}

/* The folder a file goes to, open; the last one is kept. */
static int
open_parent(struct publish *p, struct str path)
{
	struct str parent = publish_parent(path);

	if (!parent.len)
		return p->folder;
	if (p->last >= 0 && str_eq(p->last_path, parent))
		return p->last;
	if (!publish_make_folders(p, parent))
		return -1;
	if (p->last >= 0)
		close(p->last);
	p->last_path = arena_str(&p->arena, parent);
	p->last = openat(p->folder, p->last_path.ptr,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (p->last < 0)
		fail(p, "open", p->last_path.ptr);
	return p->last;
}

static bool
write_bytes(int fd, struct str data)
{
	while (data.len) {
		ssize_t done = write(fd, data.ptr, data.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		data = str_from_at(data, (size_t)done);
	}
	return true;
}

/* `path` ends in a NUL. */
static bool
write_file(struct publish *p, struct str path, struct str data)
{
	int dir = open_parent(p, path), fd;
	size_t slash = str_rfind(path, '/');
	const char *name = slash < path.len ? path.ptr + slash + 1 : path.ptr;
	bool ok;

	if (dir < 0)
		return false;
	fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return fail(p, "make", path.ptr);
	ok = write_bytes(fd, data) || fail(p, "write", path.ptr);
	if (close(fd) < 0)
		ok = fail(p, "close", path.ptr);
	return ok;
}

static bool
add_file(struct publish *p, struct str path, struct str data, const char *type)
{
	struct manifest_file f = {
		.path = path, .bytes = data.len, .type = str_from(type)
	};

	if (!write_file(p, path, data))
		return false;
	hash_of(data, &f.hash);
	ARENA_PUSH(&p->arena, p->list, f);
	p->totals.files++;
	p->totals.bytes += data.len;
	return true;
}

static bool
add_sibling(struct publish *p, struct str path, struct str data,
    const char *type, const char *suffix, bool made)
{
	struct str small = buf_str(&p->small);

	if (!made || small.len > data.len - data.len / 10)
		return true;
	path = arena_printf(&p->arena, "%.*s%s", STR_ARG(path), suffix);
	return path_set_add(&p->arena, &p->files, path) &&
	    add_file(p, path, small, type);
}

static bool
add_siblings(
    struct publish *p, struct str path, struct str data, const char *type)
{
	bool ok = true, made;

	if (data.len < COMPRESS_FROM || !media_type_is_text(type) ||
	    (!str_starts(path, STR("public/")) &&
		!str_starts(path, STR("members/"))))
		return true;
	if (p->gzip) {
		buf_reset(&p->small);
		made = gzip_compress(p->gzip, data, &p->small);
		ok = add_sibling(p, path, data, type, ".gz", made);
	}
	if (ok && p->compress & COMPRESS_BROTLI) {
		buf_reset(&p->small);
		made = brotli_compress(data, &p->small);
		ok = add_sibling(p, path, data, type, ".br", made);
	}
	if (ok && p->zstd) {
		buf_reset(&p->small);
		made = zstd_compress(p->zstd, data, &p->small);
		ok = add_sibling(p, path, data, type, ".zst", made);
	}
	return ok;
}

static bool
refuse_path(struct publish *p, struct str path, const char *why)
{
	if (!p->failed)
		diag_add(p->diag, DIAG_ERROR,
		    (struct where){ .path = str_from(p->store.path) }, NULL,
		    "cannot publish '%.*s': %s", STR_ARG(path), why);
	p->failed = true;
	return false;
}

bool
publish_add(struct publish *p, struct str path, struct str data)
{
	const char *why = path_refusal(path), *type = media_type(path);

	if (p->failed)
		return false;
	if (why)
		return refuse_path(p, path, why);
	path = arena_str(&p->arena, path);
	if (!path_set_add(&p->arena, &p->files, path))
		return refuse_path(p, path, "there are two files of this name");
	if (str_ends(path, STR(".html")) && !str_starts(path, STR("gate/")))
		p->totals.pages++;
	return add_file(p, path, data, type) &&
	    (add_siblings(p, path, data, type) || fail(p, "write", path.ptr));
}

void
publish_secret(struct publish *p, const struct page *page, struct str rest)
{
	leaks_add_secret(p->leaks, rest, (uint32_t)p->secrets.count);
	ARENA_PUSH(&p->arena, p->secrets, page);
}

void
publish_free_text(struct publish *p, const struct page *page, struct str text)
{
	uint32_t owner = p->open.count ? (uint32_t)p->open.count - 1 : 0;

	if (!p->open.count || p->open.at[owner] != page) {
		owner = (uint32_t)p->open.count;
		ARENA_PUSH(&p->arena, p->open, page);
	}
	leaks_add_free(p->leaks, text, owner);
}

static void
report_leak(const struct publish *p, struct diag *d,
    const struct manifest_file *f, const struct leak *leak)
{
	const struct page *page = p->secrets.at[leak->owner];
	struct where at = { 0 };

	if (page->file)
		at = page_where(page, 0, 0);
	diag_add(d, DIAG_ERROR, at,
	    "mark the page free, shorten its teaser, or take the text out "
	    "there",
	    "paid text of this page stands in '%.*s': \"%.*s\"",
	    STR_ARG(f->path), STR_ARG(leak->run));
}

/* Markup is looked at twice: as it is, for attributes, and as text, so that
 * tags inside a sentence do not hide it. */
static bool
check_file(struct publish *p, struct diag *d, const struct manifest_file *f,
    struct buf *data, struct buf *text)
{
	struct leak leak;
	bool found;

	buf_reset(data);
	if (!file_read(p->folder, f->path.ptr, data))
		return fail(p, "read", f->path.ptr);
	found = leaks_find(p->leaks, buf_str(data), &leak);
	if (!found &&
	    (str_search(f->type, STR("html")) < f->type.len ||
		str_search(f->type, STR("xml")) < f->type.len)) {
		buf_reset(text);
		html_strip(text, buf_str(data));
		found = leaks_find(p->leaks, buf_str(text), &leak);
	}
	if (found)
		report_leak(p, d, f, &leak);
	return !found;
}

/* What an author says free of charge may be sold as well; it may be a slip. */
static void
warn_of_shared(void *context, uint32_t secret, uint32_t open)
{
	const struct publish *p = context;
	const struct page *paid = p->secrets.at[secret];
	const struct page *page = p->open.at[open];

	if (page == paid || !paid->file)
		return;
	diag_add(p->diag, DIAG_WARNING,
	    page && page->file ? page_where(page, 0, 0)
			       : (struct where){ .path = STR("site.yaml") },
	    "take it out here, if it is for buyers only",
	    "some sentences here are also in the paid part of %.*s",
	    STR_ARG(paid->file->path));
}

static bool
is_original(struct str path)
{
	return !str_ends(path, STR(".gz")) && !str_ends(path, STR(".br")) &&
	    !str_ends(path, STR(".zst"));
}

bool
publish_check(struct publish *p, struct diag *d)
{
	struct buf data, text;
	bool ok = !p->failed;

	if (!leaks_any(p->leaks))
		return ok;
	leaks_shared(p->leaks, warn_of_shared, p);
	buf_init(&data, LIMIT_MEDIA_FILE);
	buf_init(&text, LIMIT_MEDIA_FILE);
	for (size_t i = 0; i < p->list.count && !p->failed; i++) {
		const struct manifest_file *f = &p->list.at[i];
		char type[64];

		snprintf(type, sizeof type, "%.*s", STR_ARG(f->type));
		if (str_starts(f->path, STR("public/")) &&
		    is_original(f->path) && media_type_is_text(type))
			ok = check_file(p, d, f, &data, &text) && ok;
	}
	buf_clear(&data);
	buf_clear(&text);
	return ok && !p->failed;
}

static bool
write_manifest(struct publish *p, struct manifest *m, char id[RELEASE_ID + 1])
{
	struct buf json;
	bool ok;

	m->files.at = p->list.at;
	m->files.count = p->list.count;
	m->files.room = p->list.room;
	buf_init(&json, LIMIT_MANIFEST);
	manifest_write(&json, m);
	manifest_id(buf_str(&json), id);
	ok = buf_ok(&json) ? write_file(p, STR("release.json"), buf_str(&json))
			   : refuse_path(p, STR("release.json"), "too large");
	p->totals.bytes += json.len;
	buf_clear(&json);
	return ok;
}

bool
publish_prepare(struct publish *p, struct manifest *m, struct diag *d,
    char id[RELEASE_ID + 1])
{
	struct memo_key key;

	p->diag = d;
	id[0] = '\0';
	if (p->failed || !write_manifest(p, m, id) ||
	    !store_keep(&p->store, p->name, id, d)) {
		p->failed = true;
		return false;
	}
	p->kept = true;
	if (p->memo) {
		release_key(&key);
		memo_put(p->memo, &key, str_from(id));
	}
	return true;
}

bool
publish_commit(struct publish *p, struct manifest *m, struct diag *d,
    char id[RELEASE_ID + 1])
{
	if (!publish_prepare(p, m, d, id) || !store_switch(&p->store, id, d)) {
		p->failed = true;
		return false;
	}
	store_prune(&p->store);
	return true;
}

void
publish_end(struct publish *p)
{
	if (p->last >= 0)
		close(p->last);
	if (p->before >= 0)
		close(p->before);
	for (size_t i = 0; i < PLACES; i++)
		publish_close_place(&p->places[i]);
	if (p->folder >= 0)
		close(p->folder);
	/* what cannot be removed is removed by the next publisher */
	if (!p->kept && p->name[0] &&
	    !file_remove_tree(p->store.releases, p->name))
		p->failed = true;
	store_close(&p->store);
	umask(p->umask);
	leaks_free(p->leaks);
	gzip_free(p->gzip);
	zstd_free(p->zstd);
	buf_clear(&p->small);
	arena_clear(&p->arena);
	free(p);
}

void
publish_totals(const struct publish *p, struct publish_totals *out)
{
	*out = p->totals;
}

bool
publish_switch(const char *out, const char *id, struct diag *d)
{
	struct store s;
	bool ok = store_open(&s, out, d) && store_has(&s, id) &&
	    store_switch(&s, id, d);

	if (ok)
		store_prune(&s);
	store_close(&s);
	return ok;
}

bool
publish_rollback(const char *out, struct diag *d, char id[RELEASE_ID + 1])
{
	char left[RELEASE_ID + 1];
	struct store s;
	bool ok = false;

	id[0] = '\0';
	if (store_open(&s, out, d)) {
		store_current(s.out, left);
		store_previous(&s, id);
		if (!id[0]) {
			diag_add(d, DIAG_ERROR,
			    (struct where){ .path = str_from(out) }, NULL,
			    "there is no earlier release to go back to");
		} else if (store_switch(&s, id, d)) {
			store_forget_time(&s, left);
			ok = true;
		}
	}
	store_close(&s);
	return ok;
}

void
publish_current(const char *out, char id[RELEASE_ID + 1])
{
	int fd = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	id[0] = '\0';
	if (fd < 0)
		return;
	store_current(fd, id);
	close(fd);
}
