/*
 * keep.c - files of the release before that stand in the new one as well: hard
 * links, when they are as they were written.
 */
#include "publish_private.h"

#include "file.h"
#include "pack.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_MOST = 8 }; /* files kept by one call */

/* What a key means depends on how its files are compressed, too. */
static void
kept_key(
    const struct publish *p, const struct memo_key *from, struct memo_key *key)
{
	struct buf b;

	buf_init(&b, 64);
	buf_add_z(&b, "files");
	pack_u64(&b, p->compress);
	buf_add(&b, memo_key_str(from));
	memo_key_of(key, buf_str(&b));
	buf_clear(&b);
}

/* Files of the list from `first` on: path, type, size, hash, time. */
static void
remember(struct publish *p, size_t first, const struct memo_key *from)
{
	struct memo_key key;
	struct stat st;
	struct buf b;

	buf_init(&b, (size_t)SIBLINGS * 2 * LIMIT_PATH);
	pack_u64(&b, p->list.count - first);
	for (size_t i = first; i < p->list.count; i++) {
		const struct manifest_file *f = &p->list.at[i];

		if (fstatat(p->folder, f->path.ptr, &st, AT_SYMLINK_NOFOLLOW))
			b.failed = true;
		pack_str(&b, f->path);
		pack_str(&b, f->type);
		pack_u64(&b, f->bytes);
		pack_str(&b, str_from(f->hash.text));
		pack_u64(&b, (uint64_t)st.st_mtim.tv_sec);
		pack_u64(&b, (uint64_t)st.st_mtim.tv_nsec);
	}
	kept_key(p, from, &key);
	if (buf_ok(&b))
		memo_put(p->memo, &key, buf_str(&b));
	buf_clear(&b);
}

bool
publish_add_known(struct publish *p, struct str path, struct str data,
    const struct memo_key *key)
{
	size_t first = p->list.count;

	if (!publish_add(p, path, data))
		return false;
	if (p->memo && key)
		remember(p, first, key);
	return true;
}

void
publish_close_place(struct place *place)
{
	if (place->before >= 0)
		close(place->before);
	if (place->now >= 0)
		close(place->now);
	*place = (struct place){ STR_NONE, -1, -1 };
}

static int
open_folder(int release, struct str path)
{
	return openat(
	    release, path.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* The folder two above a file; NULL when it is not in both releases. */
static const struct place *
place_of(struct publish *p, struct str path)
{
	struct str folder = publish_parent(publish_parent(path));
	struct place *place;

	for (size_t i = 0; i < PLACES; i++) {
		if (folder.len && str_eq(p->places[i].path, folder))
			return &p->places[i];
	}
	if (!folder.len || !publish_make_folders(p, folder))
		return NULL;
	place = &p->places[p->next_place++ % PLACES];
	publish_close_place(place);
	place->path = arena_str(&p->arena, folder);
	place->before = open_folder(p->before, place->path);
	place->now = open_folder(p->folder, place->path);
	if (place->before >= 0 && place->now >= 0)
		return place;
	publish_close_place(place);
	return NULL;
}

struct kept {
	struct manifest_file at[KEPT_MOST];
	size_t count;
};

/* The next file of an entry, when it stands there as it was written. */
static bool
take_kept(struct publish *p, struct unpack *u, struct kept *kept)
{
	struct manifest_file *f = &kept->at[kept->count];
	struct str path = unpack_str(u), type = unpack_str(u), hash;
	const struct place *place;
	struct stat st;
	uint64_t seconds, part;

	*f = (struct manifest_file){ .type = type, .bytes = unpack_u64(u) };
	hash = unpack_str(u);
	seconds = unpack_u64(u);
	part = unpack_u64(u);
	if (u->bad || hash.len != HASH_TEXT || path_refusal(path))
		return false;
	memcpy(f->hash.text, hash.ptr, hash.len);
	f->path = arena_str(&p->arena, path);
	kept->count++;
	place = place_of(p, f->path);
	return !fstatat(place ? place->before : p->before,
		   place ? f->path.ptr + place->path.len + 1 : f->path.ptr, &st,
		   AT_SYMLINK_NOFOLLOW) &&
	    S_ISREG(st.st_mode) && (uint64_t)st.st_size == f->bytes &&
	    (uint64_t)st.st_mtim.tv_sec == seconds &&
	    (uint64_t)st.st_mtim.tv_nsec == part;
}

static bool
find_kept(struct publish *p, const struct memo_key *from, struct kept *kept)
{
	struct memo_key key;
	struct unpack u = { .bad = false };
	uint64_t count;

	kept_key(p, from, &key);
	if (!memo_get(p->memo, &key, &u.in))
		return false;
	count = unpack_u64(&u);
	if (count > KEPT_MOST - kept->count)
		return false;
	while (count--) {
		if (!take_kept(p, &u, kept))
			return false;
	}
	return unpack_done(&u);
}

static bool
link_kept(struct publish *p, const struct manifest_file *f)
{
	const struct place *place = place_of(p, f->path);
	struct str parent = publish_parent(f->path);
	const char *name;

	if (!place)
		return (!parent.len || publish_make_folders(p, parent)) &&
		    !linkat(p->before, f->path.ptr, p->folder, f->path.ptr, 0);
	name = f->path.ptr + place->path.len + 1;
	return publish_make_folder(p, parent, place) &&
	    !linkat(place->before, name, place->now, name, 0);
}

bool
publish_keep(struct publish *p, const struct memo_key *keys, size_t count)
{
	struct kept kept = { .count = 0 };
	size_t done = 0;

	if (p->failed || !p->memo || p->before < 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!find_kept(p, &keys[i], &kept))
			return false;
	}
	while (done < kept.count && link_kept(p, &kept.at[done]))
		done++;
	if (done < kept.count) { /* no such links here: do not try again */
		while (done--)
			unlinkat(p->folder, kept.at[done].path.ptr, 0);
		close(p->before);
		p->before = -1;
		return false;
	}
	for (size_t i = 0; i < kept.count; i++) {
		const struct manifest_file *f = &kept.at[i];

		path_set_add(&p->arena, &p->files, f->path);
		ARENA_PUSH(&p->arena, p->list, *f);
		p->totals.files++;
		p->totals.bytes += f->bytes;
		p->totals.pages += str_ends(f->path, STR(".html")) &&
		    !str_starts(f->path, STR("gate/"));
	}
	return true;
}
