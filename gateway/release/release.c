#include "release.h"

#include "file.h"
#include "ids.h"
#include "limits.h"
#include "log.h"
#include "table.h"
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct release {
	atomic_size_t refs;
	struct arena arena;
	struct buf json;
	struct manifest manifest;
	char id[RELEASE_ID + 1];
	int folder;
	struct release_file *files;
	struct table table;
	struct ids products, offers, courses;
	struct template_set *shells;
	/* Small files in memory: NULL, bytes, or `unreadable`. */
	_Atomic(char *) *bytes;
	pthread_mutex_t lock; /* taken to fill bytes */
	size_t bytes_used;
};

static char unreadable[1];

bool
release_link(int site, char link[RELEASE_LINK])
{
	ssize_t n = readlinkat(site, "current", link, RELEASE_LINK - 1);

	if (n < 0)
		return false;
	link[n] = '\0';
	if (n == RELEASE_LINK - 1 || path_refusal(str_of(link, (size_t)n))) {
		errno = EINVAL;
		return false;
	}
	return true;
}

static int
open_folder(int site, const char *link)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, site, link, &how, sizeof(how));
}

static bool
fault(char error[RELEASE_ERROR], const char *what, struct str which)
{
	snprintf(error, RELEASE_ERROR, "%.*s: %s", STR_ARG(which), what);
	return false;
}

static bool
read_manifest(struct release *r, char error[RELEASE_ERROR])
{
	char why[256];
	int fd = file_open_below(r->folder, "release.json");

	if (fd < 0)
		return fault(error, strerror(errno), STR("release.json"));
	close(fd);
	if (!file_read(r->folder, "release.json", &r->json))
		return fault(error, strerror(errno), STR("release.json"));
	if (!manifest_read(&r->arena, buf_str(&r->json), &r->manifest, why))
		return fault(error, why, STR("release.json"));
	manifest_id(buf_str(&r->json), r->id);
	buf_clear(&r->json);
	return true;
}

/* A media type goes into a header as it is. */
static bool
is_header_text(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < ' ' || s.ptr[i] > '~')
			return false;
	}
	return s.len > 0;
}

/* The file with the size it should have, open. */
static int
open_file(const struct release *r, const struct manifest_file *f)
{
	int fd = file_open_below(r->folder, f->path.ptr);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || (uint64_t)st.st_size != f->bytes) {
		close(fd);
		errno = EIO;
		return -1;
	}
	return fd;
}

static bool
find_files(struct release *r, char error[RELEASE_ERROR])
{
	struct manifest *m = &r->manifest;

	r->files =
	    ARENA_ARRAY(&r->arena, m->files.count + 1, struct release_file);
	r->bytes =
	    arena_alloc_array(&r->arena, m->files.count + 1, sizeof(*r->bytes));
	for (size_t i = 0; i < m->files.count; i++) {
		struct manifest_file *f = &m->files.at[i];
		int fd;

		f->path = arena_str(&r->arena, f->path); /* ends in NUL */
		f->type = arena_str(&r->arena, f->type);
		r->files[i] = (struct release_file){ f, i };
		if (!is_header_text(f->type))
			return fault(error, "strange media type", f->path);
		fd = open_file(r, f);
		if (fd < 0)
			return fault(error,
			    errno == EIO ? "not the size it should have"
					 : strerror(errno),
			    f->path);
		close(fd);
	}
	return true;
}

static bool
find_ids(struct release *r, char error[RELEASE_ERROR])
{
	const struct manifest *m = &r->manifest;

	if (m->products.count >= IDS_MOST || m->offers.count >= IDS_MOST ||
	    m->courses.count >= IDS_MOST)
		return fault(error, "too many products", STR("release.json"));
	ids_fill(&r->products, &r->arena, m->products.at, m->products.count,
	    sizeof(*m->products.at));
	ids_fill(&r->offers, &r->arena, m->offers.at, m->offers.count,
	    sizeof(*m->offers.at));
	ids_fill(&r->courses, &r->arena, m->courses.at, m->courses.count,
	    sizeof(*m->courses.at));
	return true;
}

/* gate/en/paywall.html becomes "en/paywall". */
static bool
add_shell(
    struct release *r, const struct release_file *f, char error[RELEASE_ERROR])
{
	struct str path = f->about->path;
	struct str name = str_sub(path, 5, path.len - 5 - 5);
	struct diag d;
	struct buf text;
	bool ok;

	diag_init(&d);
	buf_init(&text, LIMIT_TEMPLATE);
	ok = file_read(r->folder, path.ptr, &text) &&
	    template_add(r->shells, &d, name, path, buf_str(&text), STR("<%"),
		STR("%>")) &&
	    !d.errors;
	buf_clear(&text);
	diag_clear(&d);
	return ok || fault(error, "not a page shell", path);
}

static bool
add_shells(struct release *r, char error[RELEASE_ERROR])
{
	r->shells = template_set_new();
	for (size_t i = 0; i < r->manifest.files.count; i++) {
		struct str path = r->files[i].about->path;

		if (str_starts(path, STR("gate/")) &&
		    str_ends(path, STR(".html")) &&
		    !add_shell(r, &r->files[i], error))
			return false;
	}
	return true;
}

/* Whoever sells must be able to say so. */
static bool
check_shells(struct release *r, char error[RELEASE_ERROR])
{
	static const char *const names[] = { "paywall", "return", "account",
		"error", "checkout" };
	const struct manifest *m = &r->manifest;

	if (!m->members.count && !m->offers.count)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct str name = arena_printf(&r->arena, "%.*s/%s",
		    STR_ARG(m->languages.at[0]), names[i]);

		if (!template_has(r->shells, name))
			return fault(error, "page shell is missing", name);
	}
	return true;
}

struct release *
release_open(int site, const char *link, char error[RELEASE_ERROR])
{
	struct release *r = calloc(1, sizeof(*r));

	if (!r) {
		fault(error, strerror(ENOMEM), str_from(link));
		return NULL;
	}
	atomic_init(&r->refs, 1);
	arena_init(&r->arena);
	buf_init(&r->json, LIMIT_MANIFEST);
	pthread_mutex_init(&r->lock, NULL);
	r->folder = open_folder(site, link);
	if (r->folder < 0)
		fault(error, strerror(errno), str_from(link));
	if (r->folder < 0 || !read_manifest(r, error) ||
	    !find_files(r, error) || !find_ids(r, error) ||
	    !table_fill(&r->table, &r->arena, &r->manifest, r->files, error) ||
	    !add_shells(r, error) || !check_shells(r, error)) {
		release_unref(r);
		return NULL;
	}
	return r;
}

struct release *
release_ref(struct release *r)
{
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void
release_unref(struct release *r)
{
	if (!r ||
	    atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; r->bytes && i < r->manifest.files.count; i++) {
		char *p = atomic_load(&r->bytes[i]);

		if (p != unreadable)
			free(p);
	}
	if (r->folder >= 0)
		close(r->folder);
	if (r->shells)
		template_set_free(r->shells);
	pthread_mutex_destroy(&r->lock);
	buf_clear(&r->json);
	arena_clear(&r->arena);
	free(r);
}

const struct manifest *
release_manifest(const struct release *r)
{
	return &r->manifest;
}

const char *
release_id(const struct release *r)
{
	return r->id;
}

size_t
release_file_count(const struct release *r)
{
	return r->manifest.files.count;
}

const struct release_entry *
release_find(const struct release *r, struct str path)
{
	return table_find(&r->table, path);
}

const struct manifest_product *
release_product(const struct release *r, struct str id)
{
	return ids_find(&r->products, id);
}

const struct manifest_offer *
release_offer(const struct release *r, struct str id)
{
	return ids_find(&r->offers, id);
}

const struct manifest_course *
release_course(const struct release *r, struct str id)
{
	return ids_find(&r->courses, id);
}

struct str
release_language(const struct release *r, struct str lang)
{
	const struct strs *all = &r->manifest.languages;
	struct str main = str_sub(lang, 0, str_find(lang, '-'));

	for (size_t i = 0; i < all->count; i++) {
		if (str_eq_nocase(all->at[i], lang))
			return all->at[i];
	}
	for (size_t i = 0; main.len && i < all->count; i++) {
		struct str one = all->at[i];

		if (str_eq_nocase(str_sub(one, 0, str_find(one, '-')), main))
			return one;
	}
	return all->count ? all->at[0] : STR("en");
}

int
release_file_open(const struct release *r, const struct release_file *f)
{
	int fd = open_file(r, f->about);

	if (fd < 0)
		log_error("release %s: %.*s: %s", r->id,
		    STR_ARG(f->about->path), strerror(errno));
	return fd;
}

/* The file's bytes, NULL when they cannot be had, `unreadable` when they are
 * not what the manifest says. */
static char *
read_bytes(const struct release *r, const struct release_file *f)
{
	size_t len = (size_t)f->about->bytes, got = 0;
	char *p = malloc(len + 1);
	int fd = release_file_open(r, f);
	struct hash hash;
	ssize_t n = 1;

	while (p && fd >= 0 && got < len && n > 0) {
		n = read(fd, p + got, len - got);
		got += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	if (!p || fd < 0 || got < len) {
		free(p);
		return NULL;
	}
	hash_of(str_of(p, len), &hash);
	if (strcmp(hash.text, f->about->hash.text) != 0) {
		log_error("release %s: %.*s is not what was published", r->id,
		    STR_ARG(f->about->path));
		free(p);
		return unreadable;
	}
	return p;
}

struct str
release_bytes(struct release *r, const struct release_file *f)
{
	size_t len = (size_t)f->about->bytes;
	char *p;

	if (f->about->bytes > RELEASE_BYTES_FILE)
		return STR_NONE;
	p = atomic_load_explicit(&r->bytes[f->number], memory_order_acquire);
	if (!p) {
		pthread_mutex_lock(&r->lock);
		p = atomic_load(&r->bytes[f->number]);
		if (!p && r->bytes_used + len <= RELEASE_BYTES_ALL) {
			p = read_bytes(r, f);
			r->bytes_used += p ? len : 0;
			atomic_store_explicit(
			    &r->bytes[f->number], p, memory_order_release);
		}
		pthread_mutex_unlock(&r->lock);
	}
	return p && p != unreadable ? str_of(p, len) : STR_NONE;
}

bool
release_shell(const struct release *r, struct str lang, const char *shell,
    const struct value *data, struct buf *out)
{
	struct str known = release_language(r, lang);
	struct str first = release_language(r, STR_NONE);
	char name[LIMIT_NAME];
	int n = snprintf(name, sizeof(name), "%.*s/%s", STR_ARG(known), shell);

	if (n < 0 || (size_t)n >= sizeof(name))
		return false;
	if (template_fill(r->shells, str_of(name, (size_t)n), data, out))
		return buf_ok(out);
	n = snprintf(name, sizeof(name), "%.*s/%s", STR_ARG(first), shell);
	if (n < 0 || (size_t)n >= sizeof(name))
		return false;
	buf_reset(out);
	return template_fill(r->shells, str_of(name, (size_t)n), data, out) &&
	    buf_ok(out);
}
