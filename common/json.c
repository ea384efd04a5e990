#include "json.h"

#include "limits.h"

#include <jansson.h>
#include <stdio.h>

/* Depth is checked before the library sees the text: it goes deeper than we
 * allow, and cannot say where. Strings are skipped; their syntax is not ours.
 */
static bool
is_shallow(struct str text, struct json_error *e)
{
	size_t depth = 0, line_start = 0;
	bool in_string = false;

	e->line = 1;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\n') {
			e->line++;
			line_start = i + 1;
		} else if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > LIMIT_JSON_DEPTH) {
				e->column = (unsigned)(i - line_start) + 1;
				snprintf(e->message, sizeof e->message,
				    "more than %d levels deep",
				    LIMIT_JSON_DEPTH);
				return false;
			}
		} else if ((c == ']' || c == '}') && depth) {
			depth--;
		}
	}
	return true;
}

static struct str
copy_string(struct arena *a, json_t *j)
{
	return arena_str(
	    a, str_of(json_string_value(j), json_string_length(j)));
}

static struct value *convert(struct arena *a, json_t *j);

static struct value *
convert_array(struct arena *a, json_t *j)
{
	struct value *list = value_list(a);
	size_t count = json_array_size(j);

	list->u.list.at = ARENA_ARRAY(a, count, struct value *);
	list->u.list.room = count;
	for (size_t i = 0; i < count; i++)
		value_push(a, list, convert(a, json_array_get(j, i)));
	return list;
}

/* The library keeps members in the order of the text. */
static struct value *
convert_object(struct arena *a, json_t *j)
{
	struct value *object = value_object(a);

	for (void *at = json_object_iter(j); at;
	     at = json_object_iter_next(j, at)) {
		const char *key = json_object_iter_key(at);

		value_append(a, object, arena_str(a, str_from(key)),
		    convert(a, json_object_iter_value(at)));
	}
	return object;
}

static struct value *
convert(struct arena *a, json_t *j)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return convert_object(a, j);
	case JSON_ARRAY:
		return convert_array(a, j);
	case JSON_STRING:
		return value_str(a, copy_string(a, j));
	case JSON_INTEGER:
		return value_int(a, json_integer_value(j));
	case JSON_REAL:
		return value_real(a, json_real_value(j));
	case JSON_TRUE:
	case JSON_FALSE:
		return value_bool(a, json_is_true(j));
	case JSON_NULL:
		break;
	}
	return value_null(a);
}

const struct value *
json_read(struct arena *a, struct str text, struct json_error *e)
{
	const struct value *v;
	json_error_t error;
	json_t *j;

	*e = (struct json_error){ 0 };
	if (!is_shallow(text, e))
		return NULL;
	j = json_loadb(text.len ? text.ptr : "", text.len,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!j) {
		e->line = error.line > 0 ? (unsigned)error.line : 0;
		e->column = error.column > 0 ? (unsigned)error.column : 0;
		snprintf(e->message, sizeof e->message, "%.*s",
		    (int)sizeof e->message - 1, error.text);
		return NULL;
	}
	*e = (struct json_error){ 0 };
	v = convert(a, j);
	json_decref(j);
	return v;
}
