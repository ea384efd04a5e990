#include "form.h"

#include "html.h"

/* Decodes one side of a pair into the arena. */
static bool
decode(struct arena *a, struct str coded, struct str *out, const char **why)
{
	struct buf text;
	bool ok = false;

	buf_init(&text, coded.len + 1);
	if (!url_decode(&text, coded, true) || !buf_ok(&text)) {
		*why = "it has a bad percent sequence";
	} else if (!str_is_utf8(buf_str(&text))) {
		*why = "it is not UTF-8";
	} else {
		*out = arena_str(a, buf_str(&text));
		ok = true;
	}
	buf_clear(&text);
	return ok;
}

/* Takes "[part]" off the front of `*rest`. */
static bool
next_part(struct str *rest, struct str *part)
{
	size_t close = str_find(*rest, ']');

	if (rest->ptr[0] != '[' || close == rest->len)
		return false;
	*part = str_sub(*rest, 1, close - 1);
	*rest = str_from_at(*rest, close + 1);
	return str_find(*part, '[') == part->len;
}

/* The member `name` of an object, or with an empty name the place behind the
 * last item of a list, holding at least a value of `kind` afterwards. */
static struct value *
step(struct arena *a, struct value *at, struct str name, bool last,
    bool into_list, struct str text)
{
	struct value *next = NULL;

	if (at->kind == VALUE_OBJECT && name.len) {
		for (size_t i = 0; i < at->u.object.count; i++) {
			if (str_eq(at->u.object.at[i].key, name))
				next = at->u.object.at[i].value;
		}
	} else if (at->kind != VALUE_LIST || name.len) {
		return NULL;
	}
	if (last) {
		if (next && next->kind != VALUE_STR)
			return NULL;
		next = value_str(a, text);
	} else if (!next) {
		next = into_list ? value_list(a) : value_object(a);
	} else if (next->kind != (into_list ? VALUE_LIST : VALUE_OBJECT)) {
		return NULL;
	} else {
		return next;
	}
	if (at->kind == VALUE_LIST)
		value_push(a, at, next);
	else
		value_set(a, at, name, next);
	return next;
}

static bool
add_pair(struct arena *a, struct value *root, struct str name, struct str text,
    const char **why)
{
	size_t open = str_find(name, '[');
	struct str part = str_sub(name, 0, open);
	struct str rest = str_from_at(name, open);
	struct value *at = root;

	*why = "it has a parameter whose brackets do not match";
	if (!part.len || str_find(part, ']') < part.len)
		return false;
	for (int depth = 0;; depth++) {
		struct str next = STR_NONE;
		bool last = !rest.len;

		if (depth == MINT_FORM_DEPTH) {
			*why = "its parameters are nested too deeply";
			return false;
		}
		if (!last && !next_part(&rest, &next))
			return false;
		at = step(a, at, part, last, !next.len, text);
		if (!at) {
			*why = "a parameter is given in two shapes";
			return false;
		}
		if (last)
			return true;
		part = next;
	}
}

struct value *
mint_form_read(struct arena *a, struct str text, const char **why)
{
	struct value *root = value_object(a);
	struct str pair;
	size_t pairs = 0;

	if (text.len > MINT_FORM_BYTES) {
		*why = "it is too long";
		return NULL;
	}
	while (str_split(&text, '&', &pair)) {
		size_t equals = str_find(pair, '=');
		struct str name, value;

		if (!pair.len)
			continue;
		if (++pairs > MINT_FORM_PAIRS) {
			*why = "it has too many parameters";
			return NULL;
		}
		if (!decode(a, str_sub(pair, 0, equals), &name, why) ||
		    !decode(a, str_from_at(pair, equals + 1), &value, why) ||
		    !add_pair(a, root, name, value, why))
			return NULL;
	}
	return root;
}
