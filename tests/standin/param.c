#include "param.h"

#include "money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PARAM_NAME = 600,
	TEXT_MOST = 5000,
	METADATA_KEYS = 50,
	METADATA_KEY = 40,
	METADATA_VALUE = 500,
};

/* Where the walk stands: the table's spelling of the place, and the API's. */
struct place {
	char path[PARAM_NAME]; /* "line_items.#.quantity" */
	char name[PARAM_NAME]; /* "line_items[0][quantity]" */
};

static bool
add(char out[PARAM_NAME], const char *before, struct str part,
    const char *after)
{
	size_t room = PARAM_NAME - strlen(out);
	int len;

	if (part.len >= PARAM_NAME)
		return false;
	len = snprintf(out + (PARAM_NAME - room), room, "%s%.*s%s", before,
	    STR_ARG(part), after);
	return len >= 0 && (size_t)len < room;
}

static bool
enter(struct place *to, const struct place *from, struct str key, bool index)
{
	bool top = !from->path[0];
	struct str part = index ? STR("#") : key;

	/* The table's own marks in a name must not find a row. */
	if (str_find(key, '.') < key.len || str_find(key, '#') < key.len)
		part = STR("?");
	*to = *from;
	return add(to->path, top ? "" : ".", part, "") &&
	    add(to->name, top ? "" : "[", key, top ? "" : "]");
}

static const struct mint_param *
find_row(const struct mint_param *table, const char *path)
{
	for (; table->path; table++) {
		if (strcmp(table->path, path) == 0)
			return table;
	}
	return NULL;
}

static bool
has_below(const struct mint_param *table, const char *path, const char *more)
{
	size_t len = strlen(path), extra = strlen(more);

	for (; table->path; table++) {
		if (strncmp(table->path, path, len) == 0 &&
		    strncmp(table->path + len, more, extra) == 0)
			return true;
	}
	return false;
}

bool
mint_is_url(struct str s)
{
	size_t scheme = str_starts(s, STR("https://")) ? 8
	    : str_starts(s, STR("http://"))            ? 7
						       : 0;

	if (!scheme || s.len == scheme || s.ptr[scheme] == '/')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f ||
		    s.ptr[i] == '\\' || s.ptr[i] == '"')
			return false;
	}
	return true;
}

bool
mint_is_email(struct str s)
{
	size_t at = str_find(s, '@');
	struct str host = str_from_at(s, at + 1);

	if (!at || s.len > 512 || str_find(host, '.') == host.len ||
	    str_find(host, '@') < host.len || host.ptr[0] == '.' ||
	    host.ptr[host.len - 1] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return false;
	}
	return true;
}

static bool
word_in(struct str word, const char *words)
{
	struct str rest = str_from(words), one;

	while (str_split(&rest, '|', &one)) {
		if (str_eq(one, word))
			return true;
	}
	return false;
}

static bool
check_text(struct call *c, const struct mint_param *row, const char *name,
    struct str s)
{
	size_t most = row->high ? (size_t)row->high : TEXT_MOST;

	if (s.len <= most)
		return true;
	mint_refuse_param(c, NULL, name,
	    "Invalid string: %.*s...; must be at most %zu characters",
	    STR_ARG(str_sub(s, 0, 20)), most);
	return false;
}

static bool
check_integer(struct call *c, const struct mint_param *row, const char *name,
    struct value *v)
{
	int64_t n;

	if (!str_to_i64(v->u.str, &n)) {
		mint_refuse_param(c, "parameter_invalid_integer", name,
		    "Invalid integer: %.*s", STR_ARG(v->u.str));
		return false;
	}
	if ((row->low || row->high) && (n < row->low || n > row->high)) {
		bool low = n < row->low;

		mint_refuse_param(c, "parameter_invalid_integer", name,
		    "This value must be %s than or equal to %lld%s",
		    low ? "greater" : "less",
		    (long long)(low ? row->low : row->high), ".");
		return false;
	}
	v->kind = VALUE_INT;
	v->u.integer = n;
	return true;
}

static bool
check_time(struct call *c, const char *name, struct value *v)
{
	int64_t n;

	if (!str_to_i64(v->u.str, &n) || n < 0) {
		mint_refuse_param(c, "parameter_invalid_integer", name,
		    "Invalid timestamp: must be an integer Unix time in "
		    "seconds, not '%.*s'",
		    STR_ARG(v->u.str));
		return false;
	}
	v->kind = VALUE_INT;
	v->u.integer = n;
	return true;
}

static bool
check_boolean(struct call *c, const char *name, struct value *v)
{
	if (str_eq(v->u.str, STR("true"))) {
		v->kind = VALUE_TRUE;
	} else if (str_eq(v->u.str, STR("false"))) {
		v->kind = VALUE_FALSE;
	} else {
		mint_refuse_param(
		    c, NULL, name, "Invalid boolean: %.*s", STR_ARG(v->u.str));
		return false;
	}
	return true;
}

static bool
check_currency(struct call *c, const char *name, struct value *v)
{
	const struct currency *found = currency_find(v->u.str);
	char *lower;

	if (!found) {
		mint_refuse_param(c, NULL, name,
		    "Invalid currency: %.*s. It must be a three-letter ISO "
		    "4217 code that the mint knows.",
		    STR_ARG(v->u.str));
		return false;
	}
	lower = arena_z(c->arena, str_from(found->code));
	for (char *p = lower; *p; p++)
		*p = (char)(*p | 0x20);
	v->u.str = str_from(lower);
	return true;
}

static bool
check_percent(struct call *c, const char *name, struct value *v)
{
	const char *text = arena_z(c->arena, v->u.str);
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !(n > 0 && n <= 100)) {
		mint_refuse_param(c, NULL, name,
		    "Invalid decimal: %s; it must be greater than 0 and at "
		    "most 100",
		    text);
		return false;
	}
	v->kind = VALUE_REAL;
	v->u.real = n;
	return true;
}

static bool
check_leaf(struct call *c, const struct mint_param *row, const char *name,
    struct value *v)
{
	switch (row->type) {
	case MINT_TEXT:
		return check_text(c, row, name, v->u.str);
	case MINT_WORD:
		if (word_in(v->u.str, row->words))
			return true;
		mint_refuse_param(c, NULL, name,
		    "Invalid %s: must be one of %s", name, row->words);
		return false;
	case MINT_INTEGER:
		return check_integer(c, row, name, v);
	case MINT_BOOLEAN:
		return check_boolean(c, name, v);
	case MINT_URL:
		if (v->u.str.len <= TEXT_MOST && mint_is_url(v->u.str))
			return true;
		mint_refuse_param(c, "url_invalid", name,
		    "Not a valid URL: it must begin with http:// or https://");
		return false;
	case MINT_EMAIL:
		if (mint_is_email(v->u.str))
			return true;
		mint_refuse_param(c, "email_invalid", name,
		    "Invalid email address: %.*s", STR_ARG(v->u.str));
		return false;
	case MINT_CURRENCY:
		return check_currency(c, name, v);
	case MINT_TIME:
	case MINT_RANGE:
		return check_time(c, name, v);
	case MINT_PERCENT:
		return check_percent(c, name, v);
	case MINT_IGNORED:
		return true;
	case MINT_METADATA:
	case MINT_TEXTS:
		break;
	}
	mint_refuse_param(c, NULL, name,
	    row->type == MINT_TEXTS ? "Invalid array" : "Invalid object");
	return false;
}

static int
by_index(const void *a, const void *b)
{
	const struct value_member *x = a, *y = b;
	int64_t m = 0, n = 0;

	if (!str_to_i64(x->key, &m) || !str_to_i64(y->key, &n))
		return 0;
	return (m > n) - (m < n);
}

/* {"0": x, "1": y} becomes [x, y]. */
static bool
into_list(struct call *c, const char *name, struct value *v)
{
	struct value *list = value_list(c->arena);
	int64_t n;

	if (v->kind == VALUE_LIST)
		return true;
	if (v->kind == VALUE_OBJECT) {
		qsort(v->u.object.at, v->u.object.count, sizeof *v->u.object.at,
		    by_index);
		for (size_t i = 0; i < v->u.object.count; i++) {
			if (!str_to_i64(v->u.object.at[i].key, &n) || n < 0)
				goto refuse;
			value_push(c->arena, list, v->u.object.at[i].value);
		}
		*v = *list;
		return true;
	}
refuse:
	mint_refuse_param(c, NULL, name, "Invalid array");
	return false;
}

static bool
check_metadata(struct call *c, const char *name, const struct value *v)
{
	if (v->kind != VALUE_OBJECT) {
		mint_refuse_param(c, NULL, name,
		    "Invalid object: metadata is a set of key-value pairs");
		return false;
	}
	if (v->u.object.count > METADATA_KEYS) {
		mint_refuse_param(c, NULL, name,
		    "You can specify up to %d keys in metadata; you passed "
		    "%zu.",
		    METADATA_KEYS, v->u.object.count);
		return false;
	}
	for (size_t i = 0; i < v->u.object.count; i++) {
		const struct value_member *m = &v->u.object.at[i];

		if (m->value->kind != VALUE_STR) {
			mint_refuse_param(c, NULL, name,
			    "Metadata values must be strings, but '%.*s' is "
			    "not.",
			    STR_ARG(m->key));
			return false;
		}
		if (m->key.len > METADATA_KEY ||
		    m->value->u.str.len > METADATA_VALUE) {
			mint_refuse_param(c, NULL, name,
			    "Metadata keys can have up to %d characters and "
			    "values up to %d; '%.*s' is over that.",
			    METADATA_KEY, METADATA_VALUE, STR_ARG(m->key));
			return false;
		}
	}
	return true;
}

static bool
check_texts(struct call *c, const struct mint_param *row, const char *name,
    struct value *v)
{
	if (!into_list(c, name, v))
		return false;
	if (row->high && v->u.list.count > (size_t)row->high) {
		mint_refuse_param(c, NULL, name,
		    "Array has %zu items; it may have at most %lld.",
		    v->u.list.count, (long long)row->high);
		return false;
	}
	for (size_t i = 0; i < v->u.list.count; i++) {
		struct value *item = v->u.list.at[i];

		if (item->kind != VALUE_STR) {
			mint_refuse_param(c, NULL, name, "Invalid string");
			return false;
		}
		if (row->words && !word_in(item->u.str, row->words)) {
			mint_refuse_param(c, NULL, name,
			    "Invalid %s: must be one of %s", name, row->words);
			return false;
		}
	}
	return true;
}

static bool
check_range(struct call *c, const char *name, struct value *v)
{
	for (size_t i = 0; i < v->u.object.count; i++) {
		struct value_member *m = &v->u.object.at[i];

		if (!word_in(m->key, "gt|gte|lt|lte") ||
		    m->value->kind != VALUE_STR) {
			mint_refuse_param(c, "parameter_unknown", name,
			    "Received unknown parameter: %s[%.*s]", name,
			    STR_ARG(m->key));
			return false;
		}
		if (!check_time(c, name, m->value))
			return false;
	}
	return true;
}

static bool check_members(struct call *c, const struct mint_param *table,
    const struct place *at, struct value *v);

static bool
check_container(struct call *c, const struct mint_param *table,
    const struct place *at, struct value *v)
{
	bool list = has_below(table, at->path, ".#");

	if (list && !into_list(c, at->name, v))
		return false;
	if (!list && v->kind != VALUE_OBJECT) {
		mint_refuse_param(c, NULL, at->name, "Invalid object");
		return false;
	}
	return check_members(c, table, at, v);
}

/* The value at `at`, named by the table or not. */
static bool
check_value(struct call *c, const struct mint_param *table,
    const struct place *at, struct value *v)
{
	const struct mint_param *row = find_row(table, at->path);

	if (!row && has_below(table, at->path, "."))
		return check_container(c, table, at, v);
	if (!row) {
		mint_refuse_param(c, "parameter_unknown", at->name,
		    "Received unknown parameter: %s", at->name);
		return false;
	}
	if (row->type == MINT_IGNORED)
		return true;
	if (v->kind == VALUE_STR && !v->u.str.len) {
		if (row->flags & MINT_CLEARS || row->type == MINT_METADATA) {
			v->kind = VALUE_NULL;
			return true;
		}
		mint_refuse_param(c, "parameter_invalid_empty", at->name,
		    "You passed an empty string for '%s'. We assume empty "
		    "values are an attempt to unset a parameter; however '%s' "
		    "cannot be unset. You should remove '%s' from your request "
		    "or supply a non-empty value.",
		    at->name, at->name, at->name);
		return false;
	}
	if (row->type == MINT_METADATA)
		return check_metadata(c, at->name, v);
	if (row->type == MINT_TEXTS && v->kind != VALUE_STR)
		return check_texts(c, row, at->name, v);
	if (row->type == MINT_RANGE && v->kind == VALUE_OBJECT)
		return check_range(c, at->name, v);
	if (v->kind != VALUE_STR) {
		mint_refuse_param(c, NULL, at->name, "Invalid string: {...}");
		return false;
	}
	return check_leaf(c, row, at->name, v);
}

/* A required row directly below this place that is missing. */
static bool
check_required(struct call *c, const struct mint_param *table,
    const struct place *at, const struct value *v)
{
	size_t len = strlen(at->path);

	for (; table->path; table++) {
		const char *key = table->path;
		struct place missing;

		if (!(table->flags & MINT_REQUIRED))
			continue;
		if (len) {
			if (strncmp(key, at->path, len) != 0 || key[len] != '.')
				continue;
			key += len + 1;
		}
		if (strchr(key, '.') || value_get(v, str_from(key)))
			continue;
		if (enter(&missing, at, str_from(key), false))
			mint_refuse_param(c, "parameter_missing", missing.name,
			    "Missing required param: %s.", missing.name);
		return false;
	}
	return true;
}

static bool
check_members(struct call *c, const struct mint_param *table,
    const struct place *at, struct value *v)
{
	bool list = v->kind == VALUE_LIST;
	size_t count = value_count(v);

	for (size_t i = 0; i < count; i++) {
		struct str key = list ? arena_printf(c->arena, "%zu", i)
				      : v->u.object.at[i].key;
		struct value *item =
		    list ? v->u.list.at[i] : v->u.object.at[i].value;
		struct place next;

		if (!enter(&next, at, key, list)) {
			mint_refuse_param(c, "parameter_unknown", NULL,
			    "Received unknown parameter with a long name");
			return false;
		}
		if (!check_value(c, table, &next, item))
			return false;
	}
	return list || check_required(c, table, at, v);
}

bool
mint_params_check(struct call *c, const struct mint_param *table)
{
	struct place top = { "", "" };

	return check_members(c, table, &top, c->params);
}
