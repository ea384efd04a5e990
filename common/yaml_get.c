/*
 * yaml_get.c - typed reading of a YAML tree; knows nothing of the parser.
 */
#include "yaml.h"

#include "buf.h"

#include <assert.h>

enum { MOST_WORDS = 128, HINT_CAP = 4096 };

const struct yaml *
yaml_get(const struct yaml *map, struct str key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->items.count; i++) {
		if (str_eq(map->items.at[i].key, key))
			return map->items.at[i].value;
	}
	return NULL;
}

static bool
want(struct diag *d, const struct yaml *y, const char *hint, const char *wanted)
{
	if (y->kind == YAML_SCALAR)
		diag_add(d, DIAG_ERROR, y->at, hint, "expected %s, not '%.*s'",
		    wanted, STR_ARG(y->scalar));
	else
		diag_add(d, DIAG_ERROR, y->at, hint, "expected %s, not a %s",
		    wanted, y->kind == YAML_LIST ? "list" : "map");
	return false;
}

bool
yaml_str(struct diag *d, const struct yaml *y, struct str *out)
{
	if (!y)
		return false;
	if (y->kind != YAML_SCALAR)
		return want(d, y, NULL, "text");
	*out = y->scalar;
	return true;
}

bool
yaml_bool(struct diag *d, const struct yaml *y, bool *out)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "true", true }, { "yes", true }, { "false", false },
		{ "no", false } };

	if (!y)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (y->kind == YAML_SCALAR && !y->quoted &&
		    str_eq_nocase(y->scalar, str_from(words[i].word))) {
			*out = words[i].value;
			return true;
		}
	}
	return want(d, y, y->quoted ? "write it without quotes" : NULL,
	    "true or false");
}

bool
yaml_int(struct diag *d, const struct yaml *y, int64_t min, int64_t max,
    int64_t *out)
{
	struct buf wanted;
	int64_t n;

	if (!y)
		return false;
	if (y->kind == YAML_SCALAR && !y->quoted && str_to_i64(y->scalar, &n) &&
	    n >= min && n <= max) {
		*out = n;
		return true;
	}
	buf_init(&wanted, HINT_CAP);
	buf_add_z(&wanted, "a whole number");
	if (min > INT64_MIN && max < INT64_MAX)
		buf_printf(&wanted, " from %lld to %lld", (long long)min,
		    (long long)max);
	else if (min > INT64_MIN)
		buf_printf(&wanted, " of %lld or more", (long long)min);
	else if (max < INT64_MAX)
		buf_printf(&wanted, " of %lld or less", (long long)max);
	want(d, y, NULL, buf_str(&wanted).ptr);
	buf_clear(&wanted);
	return false;
}

/* "did you mean paid?" for a near miss, else "known here: a, b, c". */
static void
add_suggestion(
    struct buf *out, struct str word, const char *const *known, size_t count)
{
	struct str words[MOST_WORDS] = { 0 }, near;

	assert(count <= MOST_WORDS);
	for (size_t i = 0; i < count; i++)
		words[i] = str_from(known[i]);
	near = diag_nearest(word, words, count);
	if (near.len) {
		buf_printf(out, "did you mean %.*s?", STR_ARG(near));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		buf_add_z(out, i ? ", " : "known here: ");
		buf_add(out, words[i]);
	}
}

bool
yaml_word(struct diag *d, const struct yaml *y, const char *const *words,
    size_t count, size_t *out)
{
	struct buf wanted, hint;

	if (!y)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (y->kind == YAML_SCALAR && str_eq_z(y->scalar, words[i])) {
			*out = i;
			return true;
		}
	}
	buf_init(&wanted, HINT_CAP);
	buf_init(&hint, HINT_CAP);
	for (size_t i = 0; i < count; i++) {
		buf_add_z(&wanted, !i ? "" : i + 1 < count ? ", " : " or ");
		buf_add_z(&wanted, words[i]);
	}
	add_suggestion(&hint, y->scalar, words, count);
	want(d, y,
	    str_starts(buf_str(&hint), STR("did")) ? buf_str(&hint).ptr : NULL,
	    buf_str(&wanted).ptr);
	buf_clear(&hint);
	buf_clear(&wanted);
	return false;
}

bool
yaml_strs(struct arena *a, struct diag *d, const struct yaml *y,
    struct str **out, size_t *count)
{
	bool ok = true;

	if (!y)
		return false;
	if (y->kind == YAML_MAP)
		return want(d, y, NULL, "a list of texts");
	if (y->kind == YAML_SCALAR) {
		*out = ARENA_NEW(a, struct str);
		**out = y->scalar;
		*count = y->scalar.len || y->quoted;
		return true;
	}
	*out = ARENA_ARRAY(a, y->items.count, struct str);
	*count = y->items.count;
	for (size_t i = 0; i < y->items.count; i++) {
		if (!yaml_str(d, y->items.at[i].value, &(*out)[i]))
			ok = false;
	}
	return ok;
}

bool
yaml_known_keys(struct diag *d, enum severity severity, const struct yaml *map,
    const char *const *known, size_t count)
{
	bool all = true;

	if (!map || map->kind != YAML_MAP)
		return true;
	for (size_t i = 0; i < map->items.count; i++) {
		const struct yaml_item *item = &map->items.at[i];
		struct buf hint;
		bool found = false;

		for (size_t k = 0; k < count && !found; k++)
			found = str_eq_z(item->key, known[k]);
		if (found)
			continue;
		all = false;
		buf_init(&hint, HINT_CAP);
		add_suggestion(&hint, item->key, known, count);
		diag_add(d, severity, item->key_at,
		    hint.len ? buf_str(&hint).ptr : NULL, "unknown key '%.*s'",
		    STR_ARG(item->key));
		buf_clear(&hint);
	}
	return all;
}
