/*
 * manifest_write.c - the writing half of manifest.h. One entry a line, so that
 * two releases can be compared with diff.
 */
#include "manifest.h"

#include "json.h"

#include <assert.h>
#include <stdlib.h>

static int
compare_files(const void *left, const void *right)
{
	const struct manifest_file *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

static int
compare_members(const void *left, const void *right)
{
	const struct manifest_member *a = left, *b = right;

	return str_cmp(a->url, b->url);
}

static void
add_str(struct buf *out, const char *key, struct str s)
{
	buf_add_z(out, key);
	json_write_str(out, s);
}

static void
add_strs(struct buf *out, const char *key, const struct strs *list)
{
	buf_add_z(out, key);
	buf_add_c(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			buf_add_c(out, ',');
		json_write_str(out, list->at[i]);
	}
	buf_add_c(out, ']');
}

static void
begin_list(struct buf *out, const char *key)
{
	buf_add_z(out, key);
	buf_add_c(out, '[');
}

static void
begin_entry(struct buf *out, size_t i)
{
	buf_add_z(out, i ? ",\n" : "\n");
}

static void
write_head(struct buf *out, const struct manifest *m)
{
	buf_add(out, STR("{\n\"format\":"));
	buf_add_i64(out, MANIFEST_FORMAT);
	add_str(out, ",\n\"generator\":", m->generator);
	add_str(out, ",\n\"source\":{\"commit\":", m->commit);
	add_str(out, ",\"time\":", m->time);
	add_str(out, ",\"events\":", m->events);
	add_str(out, "},\n\"site\":{\"title\":", m->title);
	add_str(out, ",\"url\":", m->url);
	add_str(out, ",\"gateway\":", m->gateway);
	add_strs(out, ",\"languages\":", &m->languages);
	buf_add_c(out, '}');
}

static void
write_products(struct buf *out, const struct manifest *m)
{
	begin_list(out, ",\n\"products\":");
	for (size_t i = 0; i < m->products.count; i++) {
		const struct manifest_product *p = &m->products.at[i];

		begin_entry(out, i);
		add_str(out, "{\"id\":", p->id);
		add_str(out, ",\"title\":", p->title);
		add_str(out, ",\"lang\":", p->lang);
		add_str(out, ",\"url\":", p->url);
		add_str(out, ",\"start\":", p->start);
		buf_add_c(out, '}');
	}
	buf_add_c(out, ']');
}

static void
write_offers(struct buf *out, const struct manifest *m)
{
	static const char *const kinds[] = { "one-off", "bundle",
		"membership" };

	begin_list(out, ",\n\"offers\":");
	for (size_t i = 0; i < m->offers.count; i++) {
		const struct manifest_offer *o = &m->offers.at[i];

		begin_entry(out, i);
		add_str(out, "{\"id\":", o->id);
		add_str(out, ",\"title\":", o->title);
		add_str(out, ",\"lang\":", o->lang);
		add_str(out, ",\"kind\":", str_from(kinds[o->kind]));
		buf_add_z(out, ",\"amount\":");
		buf_add_i64(out, o->amount);
		add_str(out, ",\"currency\":", o->currency);
		add_str(out, ",\"interval\":", o->interval);
		add_strs(out, ",\"products\":", &o->products);
		buf_add_c(out, '}');
	}
	buf_add_c(out, ']');
}

static void
write_courses(struct buf *out, const struct manifest *m)
{
	begin_list(out, ",\n\"courses\":");
	for (size_t i = 0; i < m->courses.count; i++) {
		const struct manifest_course *c = &m->courses.at[i];

		begin_entry(out, i);
		add_str(out, "{\"id\":", c->id);
		add_str(out, ",\"title\":", c->title);
		add_str(out, ",\"description\":", c->description);
		add_str(out, ",\"lang\":", c->lang);
		add_str(out, ",\"url\":", c->url);
		begin_list(out, ",\"row\":");
		for (size_t k = 0; k < c->row.count; k++) {
			if (k)
				buf_add_c(out, ',');
			buf_add_i64(out, c->row.at[k].course);
			buf_add_c(out, ',');
			buf_add_i64(out, c->row.at[k].score);
		}
		buf_add_z(out, "]}");
	}
	buf_add_c(out, ']');
}

static void
write_members(struct buf *out, const struct manifest *m)
{
	begin_list(out, ",\n\"members\":");
	for (size_t i = 0; i < m->members.count; i++) {
		const struct manifest_member *p = &m->members.at[i];

		assert(p->access != ACCESS_FREE);
		begin_entry(out, i);
		add_str(out, "{\"url\":", p->url);
		add_str(out, ",\"file\":", p->file);
		add_str(out, ",\"access\":",
		    p->access == ACCESS_SIGNED_IN ? STR("signed-in")
						  : STR("paid"));
		add_str(out, ",\"title\":", p->title);
		add_str(out, ",\"lang\":", p->lang);
		add_str(out, ",\"teaser\":", p->teaser);
		add_str(out, ",\"finishes\":", p->finishes);
		add_strs(out, ",\"products\":", &p->products);
		buf_add_c(out, '}');
	}
	buf_add_c(out, ']');
}

static void
write_aliases(struct buf *out, const struct manifest *m)
{
	begin_list(out, ",\n\"aliases\":");
	for (size_t i = 0; i < m->aliases.count; i++) {
		begin_entry(out, i);
		add_str(out, "{\"from\":", m->aliases.at[i].from);
		add_str(out, ",\"to\":", m->aliases.at[i].to);
		buf_add_c(out, '}');
	}
	buf_add_c(out, ']');
}

static void
write_files(struct buf *out, const struct manifest *m)
{
	begin_list(out, ",\n\"files\":");
	for (size_t i = 0; i < m->files.count; i++) {
		const struct manifest_file *f = &m->files.at[i];

		begin_entry(out, i);
		add_str(out, "{\"path\":", f->path);
		buf_add_z(out, ",\"bytes\":");
		buf_add_i64(out, (int64_t)f->bytes);
		add_str(out, ",\"hash\":", str_from(f->hash.text));
		add_str(out, ",\"type\":", f->type);
		buf_add_c(out, '}');
	}
	buf_add_c(out, ']');
}

void
manifest_write(struct buf *out, struct manifest *m)
{
	if (m->files.count)
		qsort(m->files.at, m->files.count, sizeof *m->files.at,
		    compare_files);
	if (m->members.count)
		qsort(m->members.at, m->members.count, sizeof *m->members.at,
		    compare_members);
	write_head(out, m);
	write_products(out, m);
	write_offers(out, m);
	write_courses(out, m);
	write_members(out, m);
	write_aliases(out, m);
	write_files(out, m);
	buf_add_z(out, "\n}\n");
}

void
manifest_id(struct str json, char id[RELEASE_ID + 1])
{
	struct hash hash;

	hash_of(json, &hash);
	memcpy(id, hash.text, RELEASE_ID);
	id[RELEASE_ID] = '\0';
}
