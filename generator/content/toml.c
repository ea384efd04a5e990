/*
 * toml.c - front matter in TOML is refused with the YAML to write; of another
 * program's file the few values that matter are looked at.
 */
#include "content_private.h"

/* "key = value" split and trimmed; false for anything else. */
static bool
key_value(struct str line, struct str *key, struct str *value)
{
	size_t equals = str_find(line, '=');

	if (equals == line.len)
		return false;
	*key = str_trim(str_sub(line, 0, equals));
	*value = str_trim(str_from_at(line, equals + 1));
	return key->len && key->ptr[0] != '#' && key->ptr[0] != '[';
}

struct str
toml_as_yaml(struct arena *a, struct str toml)
{
	enum { MOST = 600 };
	struct str line, key, value, yaml;
	struct buf out;

	buf_init(&out, (size_t)4 * MOST);
	buf_add_z(&out, "write these lines of YAML: '---'");
	while (str_split(&toml, '\n', &line) && out.len < MOST) {
		if (key_value(line, &key, &value) && value.len + key.len < MOST)
			buf_printf(&out, ", '%.*s: %.*s'", STR_ARG(key),
			    STR_ARG(value));
	}
	buf_add_z(&out, ", '---'");
	yaml = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return yaml;
}

struct str
toml_value(struct str toml, struct str wanted)
{
	struct str line, key, value;

	while (str_split(&toml, '\n', &line)) {
		if (str_starts(str_trim(line), STR("[")))
			break; /* a table: its keys are not the page's */
		if (!key_value(line, &key, &value) || !str_eq(key, wanted))
			continue;
		if (value.len > 1 &&
		    (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
		    value.ptr[value.len - 1] == value.ptr[0])
			value = str_sub(value, 1, value.len - 2);
		return value;
	}
	return STR_NONE;
}
