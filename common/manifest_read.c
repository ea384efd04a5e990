/*
 * manifest_read.c - the reading half of manifest.h: nothing is taken on trust.
 */
#include "manifest.h"

#include "file.h"
#include "json.h"
#include "money.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ERROR_ROOM = 256 };

struct reader {
	struct arena *arena;
	struct manifest *m;
	char *error; /* ERROR_ROOM; the first fault stays */
	bool failed;
};

static bool __attribute__((format(printf, 2, 3)))
fail(struct reader *r, const char *format, ...)
{
	va_list args;

	if (r->failed)
		return false;
	r->failed = true;
	va_start(args, format);
	vsnprintf(r->error, ERROR_ROOM, format, args);
	va_end(args);
	return false;
}

static struct str
need_str(struct reader *r, const struct value *object, const char *key)
{
	const struct value *v = value_get(object, str_from(key));

	if (!v || v->kind != VALUE_STR) {
		fail(r, "'%s' is missing or no string", key);
		return STR_NONE;
	}
	return v->u.str;
}

static struct str
need_id(struct reader *r, const struct value *object, const char *key)
{
	struct str s = need_str(r, object, key);

	if (!s.len)
		fail(r, "'%s' is empty", key);
	return s;
}

static int64_t
need_int(struct reader *r, const struct value *object, const char *key)
{
	int64_t n = value_get_int(object, str_from(key), -1);

	if (n < 0)
		fail(r, "'%s' is missing or no whole number", key);
	return n;
}

/* An address that may go into a header or a link as it is. */
static struct str
need_url(struct reader *r, const struct value *object, const char *key)
{
	struct str s = need_str(r, object, key);

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' ||
		    c == '\\') {
			fail(r, "'%s' is no address", key);
			break;
		}
	}
	return s;
}

/* An address of this site: from its root, or absolute. */
static struct str
need_place(struct reader *r, const struct value *object, const char *key)
{
	struct str s = need_url(r, object, key);
	bool local = str_starts(s, STR("/")) && !str_starts(s, STR("//"));

	if (!local && !str_starts(s, STR("https://")) &&
	    !str_starts(s, STR("http://")))
		fail(r, "'%s' is no address: '%.*s'", key, STR_ARG(s));
	return s;
}

/* Absent in releases of earlier programs. */
static struct str
want_str(struct reader *r, const struct value *object, const char *key)
{
	if (!value_get(object, str_from(key)))
		return STR_NONE;
	return need_str(r, object, key);
}

static const struct value *
need_list(struct reader *r, const struct value *object, const char *key)
{
	const struct value *v = value_get(object, str_from(key));

	if (!v || v->kind != VALUE_LIST) {
		fail(r, "'%s' is missing or no list", key);
		return NULL;
	}
	return v;
}

static struct strs
need_strs(struct reader *r, const struct value *object, const char *key)
{
	const struct value *list = need_list(r, object, key);
	struct strs out = { 0 };

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *v = value_at(list, i);

		if (v->kind != VALUE_STR)
			fail(r, "'%s' holds what is no string", key);
		else
			ARENA_PUSH(r->arena, out, v->u.str);
	}
	return out;
}

/* The index of the word that stands at `key`; 0 after a fault. */
static unsigned
need_word(struct reader *r, const struct value *object, const char *key,
    const char *const *words, unsigned count)
{
	struct str s = need_str(r, object, key);

	for (unsigned i = 0; i < count; i++) {
		if (str_eq_z(s, words[i]))
			return i;
	}
	fail(r, "'%s' is not known: '%.*s'", key, STR_ARG(s));
	return 0;
}

static void
read_products(struct reader *r, const struct value *root)
{
	const struct value *list = need_list(r, root, "products");

	for (size_t i = 0; i < value_count(list) && !r->failed; i++) {
		const struct value *v = value_at(list, i);
		struct manifest_product p = {
			.id = need_id(r, v, "id"),
			.title = need_str(r, v, "title"),
			.lang = need_str(r, v, "lang"),
			.url = need_place(r, v, "url"),
			.start = need_place(r, v, "start"),
		};

		ARENA_PUSH(r->arena, r->m->products, p);
	}
}

static void
check_products(struct reader *r, const struct strs *ids)
{
	for (size_t i = 0; i < ids->count; i++) {
		bool known = false;

		for (size_t k = 0; k < r->m->products.count && !known; k++)
			known = str_eq(r->m->products.at[k].id, ids->at[i]);
		if (!known)
			fail(r, "no such product: '%.*s'", STR_ARG(ids->at[i]));
	}
}

static void
check_offer(struct reader *r, const struct manifest_offer *o)
{
	const struct currency *currency = currency_find(o->currency);
	bool renews =
	    str_eq_z(o->interval, "month") || str_eq_z(o->interval, "year");

	if (!currency || !str_eq_z(o->currency, currency->code))
		fail(r, "offer '%.*s': no such currency: '%.*s'",
		    STR_ARG(o->id), STR_ARG(o->currency));
	if ((o->kind == OFFER_MEMBERSHIP) != renews ||
	    (!renews && o->interval.len))
		fail(r, "offer '%.*s': wrong interval: '%.*s'", STR_ARG(o->id),
		    STR_ARG(o->interval));
	if (!o->products.count)
		fail(r, "offer '%.*s' sells nothing", STR_ARG(o->id));
	check_products(r, &o->products);
}

static void
read_offers(struct reader *r, const struct value *root)
{
	static const char *const kinds[] = { "one-off", "bundle",
		"membership" };
	const struct value *list = need_list(r, root, "offers");

	for (size_t i = 0; i < value_count(list) && !r->failed; i++) {
		const struct value *v = value_at(list, i);
		struct manifest_offer o = {
			.id = need_id(r, v, "id"),
			.title = need_str(r, v, "title"),
			.lang = need_str(r, v, "lang"),
			.kind =
			    (enum offer_kind)need_word(r, v, "kind", kinds, 3),
			.amount = need_int(r, v, "amount"),
			.currency = need_str(r, v, "currency"),
			.interval = need_str(r, v, "interval"),
			.products = need_strs(r, v, "products"),
		};

		check_offer(r, &o);
		ARENA_PUSH(r->arena, r->m->offers, o);
	}
}

static void
read_row(
    struct reader *r, const struct value *pairs, struct manifest_course *course)
{
	size_t count = value_count(pairs);

	if (count % 2 || count / 2 > MANIFEST_ROW)
		fail(r, "course '%.*s' has a bad row", STR_ARG(course->id));
	for (size_t i = 0; i + 1 < count && !r->failed; i += 2) {
		const struct value *to = value_at(pairs, i);
		const struct value *score = value_at(pairs, i + 1);

		if (to->kind != VALUE_INT || to->u.integer < 0 ||
		    to->u.integer > UINT32_MAX || score->kind != VALUE_INT ||
		    score->u.integer < 1 || score->u.integer > INT32_MAX) {
			fail(r, "course '%.*s' has a bad row",
			    STR_ARG(course->id));
			return;
		}
		struct manifest_score s = { (uint32_t)to->u.integer,
			(int32_t)score->u.integer };

		ARENA_PUSH(r->arena, course->row, s);
	}
}

/* Every row within the list, no course in its own, the highest score first. */
static void
check_rows(struct reader *r)
{
	size_t count = r->m->courses.count;

	for (size_t i = 0; i < count; i++) {
		const struct manifest_course *c = &r->m->courses.at[i];
		int32_t last = INT32_MAX;

		for (size_t k = 0; k < c->row.count; k++) {
			if (c->row.at[k].course >= count ||
			    c->row.at[k].course == i ||
			    c->row.at[k].score > last)
				fail(r, "course '%.*s' has a bad row",
				    STR_ARG(c->id));
			last = c->row.at[k].score;
		}
	}
}

static void
read_courses(struct reader *r, const struct value *root)
{
	const struct value *list = value_get(root, STR("courses"));

	if (list)
		list = need_list(r, root, "courses");
	for (size_t i = 0; i < value_count(list) && !r->failed; i++) {
		const struct value *v = value_at(list, i);
		struct manifest_course c = {
			.id = need_id(r, v, "id"),
			.title = need_str(r, v, "title"),
			.description = need_str(r, v, "description"),
			.lang = need_str(r, v, "lang"),
			.url = need_place(r, v, "url"),
		};

		read_row(r, need_list(r, v, "row"), &c);
		ARENA_PUSH(r->arena, r->m->courses, c);
	}
	check_rows(r);
}

static int
compare_path(const void *key, const void *element)
{
	const struct str *path = key;
	const struct manifest_file *file = element;

	return str_cmp(*path, file->path);
}

const struct manifest_file *
manifest_find_file(const struct manifest *m, struct str path)
{
	if (!m->files.count)
		return NULL;
	return bsearch(&path, m->files.at, m->files.count, sizeof *m->files.at,
	    compare_path);
}

static void
read_members(struct reader *r, const struct value *root)
{
	static const char *const words[] = { "signed-in", "paid" };
	const struct value *list = need_list(r, root, "members");

	for (size_t i = 0; i < value_count(list) && !r->failed; i++) {
		const struct value *v = value_at(list, i);
		struct manifest_member p = {
			.url = need_url(r, v, "url"),
			.file = need_str(r, v, "file"),
			.access = need_word(r, v, "access", words, 2)
			    ? ACCESS_PAID
			    : ACCESS_SIGNED_IN,
			.title = need_str(r, v, "title"),
			.lang = need_str(r, v, "lang"),
			.teaser = need_url(r, v, "teaser"),
			.finishes = want_str(r, v, "finishes"),
			.products = need_strs(r, v, "products"),
		};

		if (!str_starts(p.url, STR("/m/")))
			fail(r, "member outside /m/: '%.*s'", STR_ARG(p.url));
		if (!str_starts(p.file, STR("members/")) ||
		    !manifest_find_file(r->m, p.file))
			fail(r, "no such file below members/: '%.*s'",
			    STR_ARG(p.file));
		check_products(r, &p.products);
		ARENA_PUSH(r->arena, r->m->members, p);
	}
}

static void
read_aliases(struct reader *r, const struct value *root)
{
	const struct value *list = need_list(r, root, "aliases");

	for (size_t i = 0; i < value_count(list) && !r->failed; i++) {
		const struct value *v = value_at(list, i);
		struct manifest_alias alias = {
			.from = need_place(r, v, "from"),
			.to = need_place(r, v, "to"),
		};

		ARENA_PUSH(r->arena, r->m->aliases, alias);
	}
}

static bool
is_hash(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return s.len == HASH_TEXT;
}

static void
check_file(struct reader *r, const struct manifest_file *f)
{
	const char *refusal = path_refusal(f->path);
	size_t count = r->m->files.count;

	if (refusal)
		fail(r, "path '%.*s' %s", STR_ARG(f->path), refusal);
	if (count && str_cmp(r->m->files.at[count - 1].path, f->path) >= 0)
		fail(r, "files are not in order: '%.*s'", STR_ARG(f->path));
	for (size_t i = 0; i < f->type.len; i++) {
		if (f->type.ptr[i] < ' ' || f->type.ptr[i] > '~')
			fail(r, "'%.*s' has no media type", STR_ARG(f->path));
	}
}

static void
read_files(struct reader *r, const struct value *root)
{
	const struct value *list = need_list(r, root, "files");

	for (size_t i = 0; i < value_count(list) && !r->failed; i++) {
		const struct value *v = value_at(list, i);
		struct str hash = need_str(r, v, "hash");
		struct manifest_file f = {
			.path = need_str(r, v, "path"),
			.bytes = (uint64_t)need_int(r, v, "bytes"),
			.type = need_id(r, v, "type"),
		};

		if (!is_hash(hash)) {
			fail(r, "'%.*s' has no hash", STR_ARG(f.path));
			return;
		}
		memcpy(f.hash.text, hash.ptr, hash.len);
		check_file(r, &f);
		ARENA_PUSH(r->arena, r->m->files, f);
	}
}

static void
read_head(struct reader *r, const struct value *root)
{
	const struct value *source = value_get(root, STR("source"));
	const struct value *site = value_get(root, STR("site"));
	struct manifest *m = r->m;

	m->generator = need_str(r, root, "generator");
	m->commit = need_str(r, source, "commit");
	m->time = need_str(r, source, "time");
	m->events = want_str(r, source, "events");
	m->title = need_str(r, site, "title");
	m->url = need_url(r, site, "url");
	m->gateway = need_url(r, site, "gateway");
	m->languages = need_strs(r, site, "languages");
}

bool
manifest_read(struct arena *a, struct str json, struct manifest *m,
    char error[ERROR_ROOM])
{
	struct reader r = { .arena = a, .m = m, .error = error };
	struct json_error e;
	const struct value *root;

	*m = (struct manifest){ 0 };
	error[0] = '\0';
	root = json_read(a, json, &e);
	if (!root)
		return fail(&r, "line %u: %s", e.line, e.message);
	if (value_get_int(root, STR("format"), 0) != MANIFEST_FORMAT)
		return fail(&r, "unknown format, or no release.json");
	read_head(&r, root);
	read_files(&r, root);
	read_products(&r, root);
	read_offers(&r, root);
	read_courses(&r, root);
	read_members(&r, root);
	read_aliases(&r, root);
	return !r.failed;
}
