#include "query.h"

#include "buf.h"
#include "html.h"

static bool
is_text(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return false;
	}
	return str_is_utf8(s);
}

static bool
decode(struct arena *a, struct str raw, struct str *out)
{
	struct buf b;
	bool ok;

	buf_init(&b, raw.len + 1);
	ok = url_decode(&b, raw, true) && buf_ok(&b) && is_text(buf_str(&b));
	if (ok)
		*out = arena_str(a, buf_str(&b));
	buf_clear(&b);
	return ok;
}

bool
query_read(struct arena *a, struct str text, struct query *q)
{
	struct str pair;

	q->count = 0;
	while (str_split(&text, '&', &pair)) {
		size_t equals = str_find(pair, '=');
		struct str name, value;

		if (!pair.len)
			continue;
		if (q->count == LIMIT_FORM_FIELDS ||
		    !decode(a, str_sub(pair, 0, equals), &name) ||
		    !decode(a, str_from_at(pair, equals + 1), &value))
			return false;
		for (size_t i = 0; i < q->count; i++) {
			if (str_eq(q->at[i].name, name))
				return false;
		}
		q->at[q->count].name = name;
		q->at[q->count++].value = value;
	}
	return true;
}

struct str
query_get(const struct query *q, const char *name)
{
	for (size_t i = 0; i < q->count; i++) {
		if (str_eq_z(q->at[i].name, name))
			return q->at[i].value;
	}
	return STR_NONE;
}

bool
query_is_type(struct str content_type)
{
	struct str type =
	    str_trim(str_sub(content_type, 0, str_find(content_type, ';')));

	return str_eq_nocase(type, STR("application/x-www-form-urlencoded"));
}
