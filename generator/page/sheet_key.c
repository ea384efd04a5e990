#include "sheet_key.h"

#include "limits.h"
#include "pack.h"

/* One byte for most, so that there is less to hash. */
static void
pack_number(struct buf *b, size_t n)
{
	if (n < UINT8_MAX) {
		buf_add_c(b, (char)n);
		return;
	}
	buf_add_c(b, (char)UINT8_MAX);
	pack_u64(b, n);
}

static void
pack_text(struct buf *b, struct str s)
{
	pack_number(b, s.len);
	buf_add(b, s);
}

static void
pack_value(struct buf *b, const struct value *v)
{
	pack_number(b, v->kind);
	switch (v->kind) {
	case VALUE_NULL:
	case VALUE_FALSE:
	case VALUE_TRUE:
		break;
	case VALUE_INT:
		pack_u64(b, (uint64_t)v->u.integer);
		break;
	case VALUE_REAL:
		buf_add_bytes(b, &v->u.real, sizeof v->u.real);
		break;
	case VALUE_STR:
	case VALUE_HTML:
		pack_text(b, v->u.str);
		break;
	case VALUE_LIST:
		pack_number(b, v->u.list.count);
		for (size_t i = 0; i < v->u.list.count; i++)
			pack_value(b, v->u.list.at[i]);
		break;
	case VALUE_OBJECT:
		pack_number(b, v->u.object.count);
		for (size_t i = 0; i < v->u.object.count; i++) {
			pack_text(b, v->u.object.at[i].key);
			pack_value(b, v->u.object.at[i].value);
		}
		break;
	}
}

static bool
is_zero(const struct memo_key *key)
{
	static const struct memo_key zero;

	return !memcmp(key, &zero, sizeof zero);
}

/* The hash of what lasts as long as the theme, made when first asked for. */
static void
pack_once(struct buf *b, struct memo_key *key, const struct value *v)
{
	struct buf bytes;

	if (is_zero(key)) {
		buf_init(&bytes, LIMIT_PAGE);
		pack_value(&bytes, v);
		memo_key_of(key, buf_str(&bytes));
		buf_clear(&bytes);
	}
	buf_add(b, memo_key_str(key));
}

static void
pack_member(struct buf *b, const struct sheet *s, const struct value_member *m)
{
	struct page_state *state = &s->theme->states[s->page->index];
	struct shared_keys *shared = &s->lang->keys[s->audience];
	const struct {
		struct str name;
		struct memo_key *key;
	} once[] = {
		{ STR("s"), &shared->words },
		{ STR("assets"), &shared->assets },
		{ STR("header"), &shared->header },
		{ STR("footer"), &shared->footer },
	};

	pack_text(b, m->key);
	if (str_eq(m->key, STR("body"))) /* by its name */
		return;
	for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
		if (str_eq(m->key, once[i].name)) {
			pack_once(b, once[i].key, m->value);
			return;
		}
	}
	if (str_eq(m->key, STR("contents")) && state->part[s->audience]) {
		pack_u64(b, state->mark[s->audience]);
		buf_add(
		    b, memo_key_str(contents_key(state->part[s->audience])));
		return;
	}
	if (s->page->course && str_eq(m->key, STR("course"))) {
		state = &s->theme->states[s->page->course->page->index];
		pack_once(b, &state->card, m->value);
		return;
	}
	pack_value(b, m->value);
}

bool
sheet_key(const struct sheet *s, const char *template, struct str path,
    struct memo_key *key)
{
	const struct value *v = s->v;
	struct buf b;
	bool ok;

	if (is_zero(&s->rendered->markup))
		return false;
	buf_init(&b, LIMIT_PAGE);
	pack_str(&b, STR("page"));
	pack_str(&b, path);
	pack_str(&b, str_from(template));
	buf_add(&b, memo_key_str(&s->theme->key));
	buf_add(&b, memo_key_str(&s->rendered->markup));
	for (size_t i = 0; i < v->u.object.count; i++)
		pack_member(&b, s, &v->u.object.at[i]);
	ok = buf_ok(&b);
	if (ok)
		memo_key_of(key, buf_str(&b));
	buf_clear(&b);
	return ok;
}
