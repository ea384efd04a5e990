/*
 * fields.c - the values of front matter and site.yaml by tables of keys.
 */
#include "content_private.h"

#include "limits.h"

bool
date_is_valid(struct str date)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int64_t y = 0, m = 0, d = 0;

	if (date.len != 10 || date.ptr[4] != '-' || date.ptr[7] != '-')
		return false;
	for (size_t i = 0; i < 10; i++) {
		int64_t *part = i < 4 ? &y : i < 7 ? &m : &d;

		if (i == 4 || i == 7)
			continue;
		if (date.ptr[i] < '0' || date.ptr[i] > '9')
			return false;
		*part = 10 * *part + (date.ptr[i] - '0');
	}
	if (m < 1 || m > 12 || d < 1 || y < 1)
		return false;
	return d <= days[m - 1] +
	    (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

const char *
suggest(struct arena *a, struct str word, const struct str *names, size_t count)
{
	struct str near = diag_nearest(word, names, count);

	if (!near.len)
		return NULL;
	return arena_printf(a, "did you mean '%.*s'?", STR_ARG(near)).ptr;
}

bool
map_text(
    struct reading *r, const struct yaml *map, struct str key, struct str *out)
{
	const struct yaml *y = yaml_get(map, key);

	if (!y) {
		diag_add(r->d, DIAG_ERROR, map->at, NULL, "'%.*s' is missing",
		    STR_ARG(key));
		return false;
	}
	if (!yaml_str(r->d, y, out))
		return false;
	if (!str_trim(*out).len) {
		diag_add(r->d, DIAG_ERROR, y->at, NULL, "'%.*s' is empty",
		    STR_ARG(key));
		return false;
	}
	return true;
}

/* A value being read: its reporter, which may be a scratch one. */
struct value_at {
	struct reading *r;
	struct diag *d;
	const struct field *field;
	const struct yaml *y;
	void *out;
};

static void
read_text(const struct value_at *v)
{
	struct str *out = v->out, text;

	if (yaml_str(v->d, v->y, &text))
		*out = str_trim(text);
}

static void
read_bool(const struct value_at *v)
{
	bool *out = v->out;

	/* In another program's file an unclear `draft` is a draft; elsewhere
	 * the error stops the release. */
	if (!yaml_bool(v->d, v->y, out))
		*out = v->r->site->foreign;
}

static void
read_int(const struct value_at *v)
{
	(void)!yaml_int(v->d, v->y, v->field->min, v->field->max, v->out);
}

static void
read_date(const struct value_at *v)
{
	struct str text, *out = v->out;

	if (!yaml_str(v->d, v->y, &text))
		return;
	if (v->r->site->foreign)
		text = str_sub(text, 0, 10); /* a time may follow */
	if (date_is_valid(text))
		*out = text;
	else
		diag_add(v->d, DIAG_ERROR, v->y->at, "write 2026-03-01",
		    "'%.*s' is not a date (YYYY-MM-DD)", STR_ARG(text));
}

static void
read_access(const struct value_at *v)
{
	static const char *const words[] = { [ACCESS_FREE] = "free",
		[ACCESS_SIGNED_IN] = "signed-in",
		[ACCESS_PAID] = "paid" };
	int *out = v->out;
	size_t word;

	/* Fails closed, should anyone go on after the error. */
	*out = ACCESS_PAID;
	if (yaml_word(v->d, v->y, words, 3, &word))
		*out = (int)word;
}

static void
read_language(const struct value_at *v)
{
	struct str text, *out = v->out;

	if (!yaml_str(v->d, v->y, &text))
		return;
	if (language_is_tag(text))
		*out = text;
	else
		diag_add(v->d, DIAG_ERROR, v->y->at,
		    "such as en, zh, pt-BR or zh-Hant",
		    "'%.*s' is not a language tag (BCP 47)", STR_ARG(text));
}

static void
read_level(const struct value_at *v)
{
	static const char *const words[] = { "beginner", "intermediate",
		"advanced" };
	struct str *out = v->out;
	size_t word;

	if (yaml_word(v->d, v->y, words, 3, &word))
		*out = str_from(words[word]);
}

static void
read_percent(const struct value_at *v)
{
	int *out = v->out;
	int64_t n;
	struct str text;

	if (!yaml_str(v->d, v->y, &text))
		return;
	text = str_trim(text);
	if (str_ends(text, STR("%")))
		text = str_trim(str_sub(text, 0, text.len - 1));
	if (str_to_i64(text, &n) && n >= 0 && n <= 50)
		*out = (int)n;
	else
		diag_add(v->d, DIAG_ERROR, v->y->at, "write 20 %",
		    "'%.*s' is not a share from 0 %% to 50 %%",
		    STR_ARG(v->y->scalar));
}

static void
read_slug(const struct value_at *v)
{
	struct str text, slug, *out = v->out;

	if (!yaml_str(v->d, v->y, &text))
		return;
	slug = slug_of(v->r->a, text);
	if (str_eq(slug, text))
		*out = text;
	else
		diag_add(v->d, DIAG_ERROR, v->y->at,
		    arena_printf(v->r->a, "write %.*s", STR_ARG(slug)).ptr,
		    "'%.*s' is no part of an address (lower case, letters, "
		    "digits, single '-')",
		    STR_ARG(text));
}

static void
read_strs(const struct value_at *v)
{
	struct strs *out = v->out;
	struct str *at;
	size_t count;

	if (!yaml_strs(v->r->a, v->d, v->y, &at, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		struct str s = str_trim(at[i]);

		if (s.len)
			ARENA_PUSH(v->r->a, *out, s);
	}
}

static void (*const readers[])(const struct value_at *v) = {
	[FIELD_TEXT] = read_text,
	[FIELD_BOOL] = read_bool,
	[FIELD_INT] = read_int,
	[FIELD_DATE] = read_date,
	[FIELD_ACCESS] = read_access,
	[FIELD_LANGUAGE] = read_language,
	[FIELD_LEVEL] = read_level,
	[FIELD_PERCENT] = read_percent,
	[FIELD_SLUG] = read_slug,
	[FIELD_STRS] = read_strs,
};

static void
read_field(struct reading *r, const struct field *field, const struct yaml *y,
    void *base)
{
	struct value_at v = { r, r->d, field, y, (char *)base + field->offset };
	struct diag scratch;

	if (!readers[field->type])
		return;
	if (!r->site->foreign) {
		readers[field->type](&v);
		return;
	}
	/* Another program's front matter: what we do not understand there is
	 * worth a warning. */
	diag_init(&scratch);
	v.d = &scratch;
	readers[field->type](&v);
	if (scratch.errors)
		diag_add(r->d, DIAG_WARNING, y->at, NULL,
		    "the value of '%s' is not understood, ignored", field->key);
	diag_clear(&scratch);
}

static const struct field *
field_of(
    const struct field *fields, size_t count, unsigned kind, struct str key)
{
	for (size_t i = 0; i < count; i++) {
		if ((fields[i].kinds & kind) && str_eq_z(key, fields[i].key))
			return &fields[i];
	}
	return NULL;
}

static void
refuse_key(struct reading *r, const struct yaml_item *item,
    const struct field *fields, size_t count, unsigned kind)
{
	struct str names[64];
	size_t known = 0;

	if (r->site->foreign) {
		if (!addresses_add(r->known_keys, item->key, r))
			diag_add(r->d, DIAG_WARNING, item->key_at, NULL,
			    "unknown key '%.*s', ignored wherever it stands",
			    STR_ARG(item->key));
		return;
	}
	for (size_t i = 0; i < count && known < 64; i++) {
		if (fields[i].kinds & kind)
			names[known++] = str_from(fields[i].key);
	}
	diag_add(r->d, DIAG_ERROR, item->key_at,
	    suggest(r->a, item->key, names, known),
	    field_of(fields, count, ~0u, item->key)
		? "key '%.*s' does not belong in this file"
		: "unknown key '%.*s'",
	    STR_ARG(item->key));
}

void
fields_read(struct reading *r, const struct yaml *map,
    const struct field *fields, size_t count, unsigned kind, void *out)
{
	for (size_t i = 0; i < map->items.count; i++) {
		const struct yaml_item *item = &map->items.at[i];
		const struct field *field =
		    field_of(fields, count, kind, item->key);

		if (field)
			read_field(r, field, item->value, out);
		else
			refuse_key(r, item, fields, count, kind);
	}
}
