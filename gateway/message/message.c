#include "message.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { HEADER = 16 };

enum field_kind {
	FIELD_END,
	FIELD_STR,
	FIELD_I64,
	FIELD_ENUM,
	FIELD_STRS,
	FIELD_KEYS,
	FIELD_EVENTS
};

struct field {
	enum field_kind kind;
	size_t offset; /* in struct message */
	int64_t max; /* of an enum; items of a list */
};

enum { FIELDS_MAX = 10 };

struct form {
	enum message_type type;
	struct field fields[FIELDS_MAX];
};

#define AT(member) offsetof(struct message, u.member)

/* The order of the structs in the header: this is the format. */
static const struct form forms[] = {
	{ MESSAGE_HELLO,
	    { { FIELD_KEYS, AT(hello.keys), TOKEN_KEYS },
		{ FIELD_STR, AT(hello.issuer), 0 },
		{ FIELD_STR, AT(hello.audience), 0 },
		{ FIELD_STRS, AT(hello.revoked), MESSAGE_REVOKED_MAX },
		{ FIELD_I64, AT(hello.generation), 0 },
		{ FIELD_I64, AT(hello.not_before), 0 } } },
	{ MESSAGE_CHECKOUT,
	    { { FIELD_STR, AT(checkout.offer), 0 },
		{ FIELD_STR, AT(checkout.page), 0 },
		{ FIELD_STR, AT(checkout.lang), 0 },
		{ FIELD_STR, AT(checkout.token), 0 },
		{ FIELD_STR, AT(checkout.reader), 0 },
		{ FIELD_STR, AT(checkout.address), 0 } } },
	{ MESSAGE_CHECKOUT_DONE,
	    { { FIELD_ENUM, AT(checkout_done.result), CHECKOUT_UNAVAILABLE },
		{ FIELD_STR, AT(checkout_done.url), 0 },
		{ FIELD_STR, AT(checkout_done.order), 0 },
		{ FIELD_STR, AT(checkout_done.session), 0 } } },
	{ MESSAGE_RETURN,
	    { { FIELD_STR, AT(back.session), 0 },
		{ FIELD_I64, AT(back.claim), 0 },
		{ FIELD_STR, AT(back.token), 0 },
		{ FIELD_STR, AT(back.reader), 0 } } },
	{ MESSAGE_RETURN_DONE,
	    { { FIELD_ENUM, AT(back_done.result), RETURN_UNAVAILABLE },
		{ FIELD_STR, AT(back_done.token), 0 },
		{ FIELD_STR, AT(back_done.reader), 0 },
		{ FIELD_STR, AT(back_done.order), 0 },
		{ FIELD_STR, AT(back_done.offer), 0 },
		{ FIELD_STR, AT(back_done.lang), 0 },
		{ FIELD_I64, AT(back_done.amount), 0 },
		{ FIELD_STR, AT(back_done.currency), 0 },
		{ FIELD_STR, AT(back_done.page), 0 } } },
	{ MESSAGE_WEBHOOK,
	    { { FIELD_STR, AT(webhook.signature), 0 },
		{ FIELD_STR, AT(webhook.body), 0 } } },
	{ MESSAGE_WEBHOOK_DONE,
	    { { FIELD_ENUM, AT(webhook_done.result), WEBHOOK_UNAVAILABLE } } },
	{ MESSAGE_RENEW,
	    { { FIELD_STR, AT(renew.token), 0 },
		{ FIELD_STR, AT(renew.reader), 0 } } },
	{ MESSAGE_RENEW_DONE, { { FIELD_STR, AT(renew_done.token), 0 } } },
	{ MESSAGE_SIGN_OUT,
	    { { FIELD_STR, AT(sign_out.token), 0 },
		{ FIELD_STR, AT(sign_out.reader), 0 } } },
	{ MESSAGE_SIGN_OUT_DONE, { { FIELD_I64, AT(sign_out_done.done), 0 } } },
	{ MESSAGE_EVENTS,
	    { { FIELD_EVENTS, AT(events), MESSAGE_EVENTS_MAX } } },
};

/* All lists of texts have this shape. */
struct texts {
	struct str *at;
	size_t count, room;
};

static const struct form *
form_of(int64_t type)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (forms[i].type == type)
			return &forms[i];
	}
	return NULL;
}

static void
put_u32(struct buf *out, size_t n)
{
	uint32_t v = (uint32_t)n;

	assert(n <= UINT32_MAX);
	buf_add_bytes(out, &v, sizeof(v));
}

static void
put_i64(struct buf *out, int64_t n)
{
	buf_add_bytes(out, &n, sizeof(n));
}

static void
put_str(struct buf *out, struct str s)
{
	put_u32(out, s.len);
	buf_add(out, s);
}

static void
put_keys(struct buf *out, const struct token_keys *keys)
{
	put_u32(out, keys->count);
	for (size_t i = 0; i < keys->count; i++) {
		const struct token_key *k = &keys->at[i];

		put_str(out, str_from(k->kid));
		put_str(out, str_of((const char *)k->key, TOKEN_KEY_BYTES));
	}
}

static void
put_strs(struct buf *out, const struct texts *list)
{
	put_u32(out, list->count);
	for (size_t i = 0; i < list->count; i++)
		put_str(out, list->at[i]);
}

static void
put_events(struct buf *out, const struct message_events *list)
{
	put_u32(out, list->count);
	for (size_t i = 0; i < list->count; i++) {
		put_i64(out, list->at[i].time);
		put_str(out, list->at[i].reader);
		put_str(out, list->at[i].kind);
		put_str(out, list->at[i].item);
	}
}

static void
put_field(struct buf *out, const struct field *f, const void *at)
{
	unsigned value;
	int64_t n;

	switch (f->kind) {
	case FIELD_STR:
		put_str(out, *(const struct str *)at);
		break;
	case FIELD_I64:
		memcpy(&n, at, sizeof(n));
		put_i64(out, n);
		break;
	case FIELD_ENUM:
		memcpy(&value, at, sizeof(value));
		put_i64(out, (int64_t)value);
		break;
	case FIELD_STRS:
		put_strs(out, at);
		break;
	case FIELD_KEYS:
		put_keys(out, at);
		break;
	case FIELD_EVENTS:
		put_events(out, at);
		break;
	case FIELD_END:
		break;
	}
}

bool
message_encode(struct buf *out, const struct message *m)
{
	const struct form *form = form_of(m->type);
	size_t start = out->len;
	uint16_t type = (uint16_t)m->type, zero = 0;
	uint32_t length;

	assert(form);
	put_u32(out, 0);
	buf_add_bytes(out, &type, sizeof(type));
	buf_add_bytes(out, &zero, sizeof(zero));
	buf_add_bytes(out, &m->id, sizeof(m->id));
	for (const struct field *f = form->fields; f->kind; f++)
		put_field(out, f, (const char *)m + f->offset);
	if (!buf_ok(out) || out->len - start > LIMIT_MESSAGE) {
		if (out->len > start)
			out->len = start;
		return false;
	}
	length = (uint32_t)(out->len - start - HEADER);
	memcpy(out->ptr + start, &length, sizeof(length));
	return true;
}

struct reader {
	struct arena *arena;
	struct str in;
	bool bad;
};

static const char *
take(struct reader *r, size_t len)
{
	const char *at = r->in.ptr;

	if (r->bad || len > r->in.len) {
		r->bad = true;
		return NULL;
	}
	r->in = str_from_at(r->in, len);
	return at;
}

static uint32_t
take_u32(struct reader *r)
{
	const char *at = take(r, sizeof(uint32_t));
	uint32_t n = 0;

	if (at)
		memcpy(&n, at, sizeof(n));
	return n;
}

static int64_t
take_i64(struct reader *r)
{
	const char *at = take(r, sizeof(int64_t));
	int64_t n = 0;

	if (at)
		memcpy(&n, at, sizeof(n));
	return n;
}

static struct str
take_str(struct reader *r)
{
	size_t len = take_u32(r);
	const char *at = take(r, len);

	return at ? str_of(at, len) : STR_NONE;
}

static void
take_keys(struct reader *r, struct token_keys *keys)
{
	size_t count = take_u32(r);

	if (count > TOKEN_KEYS)
		r->bad = true;
	for (size_t i = 0; i < count && !r->bad; i++) {
		struct str kid = take_str(r), key = take_str(r);

		if (kid.len != TOKEN_KID || key.len != TOKEN_KEY_BYTES ||
		    memchr(kid.ptr, '\0', kid.len)) {
			r->bad = true;
			break;
		}
		memcpy(keys->at[i].kid, kid.ptr, kid.len);
		memcpy(keys->at[i].key, key.ptr, key.len);
		keys->count = i + 1;
	}
}

static void
take_strs(struct reader *r, struct texts *list, int64_t max)
{
	size_t count = take_u32(r);

	/* Each item takes its length at least: no claim beyond what is here. */
	if (count > (size_t)max || count > r->in.len / sizeof(uint32_t))
		r->bad = true;
	if (r->bad || !count)
		return;
	list->at = ARENA_ARRAY(r->arena, count, struct str);
	list->room = count;
	while (list->count < count && !r->bad)
		list->at[list->count++] = take_str(r);
}

static void
take_events(struct reader *r, struct message_events *list, int64_t max)
{
	enum { LEAST = sizeof(int64_t) + 3 * sizeof(uint32_t) };
	size_t count = take_u32(r);

	if (count > (size_t)max || count > r->in.len / LEAST)
		r->bad = true;
	if (r->bad || !count)
		return;
	list->at = ARENA_ARRAY(r->arena, count, struct message_event);
	list->room = count;
	while (list->count < count && !r->bad) {
		struct message_event *e = &list->at[list->count++];

		e->time = take_i64(r);
		e->reader = take_str(r);
		e->kind = take_str(r);
		e->item = take_str(r);
	}
}

static void
take_field(struct reader *r, const struct field *f, void *at)
{
	unsigned value;
	int64_t n;

	switch (f->kind) {
	case FIELD_STR:
		*(struct str *)at = take_str(r);
		break;
	case FIELD_I64:
		n = take_i64(r);
		memcpy(at, &n, sizeof(n));
		break;
	case FIELD_ENUM:
		n = take_i64(r);
		if (n < 0 || n > f->max)
			r->bad = true;
		value = r->bad ? 0 : (unsigned)n;
		memcpy(at, &value, sizeof(value));
		break;
	case FIELD_STRS:
		take_strs(r, at, f->max);
		break;
	case FIELD_KEYS:
		take_keys(r, at);
		break;
	case FIELD_EVENTS:
		take_events(r, at, f->max);
		break;
	case FIELD_END:
		break;
	}
}

enum message_progress
message_decode(struct arena *a, struct str in, struct message *m, size_t *used)
{
	const struct form *form;
	struct reader r = { .arena = a };
	uint16_t type, zero;
	uint32_t length;

	*used = 0;
	if (in.len < HEADER)
		return MESSAGE_MORE;
	memcpy(&length, in.ptr, sizeof(length));
	memcpy(&type, in.ptr + 4, sizeof(type));
	memcpy(&zero, in.ptr + 6, sizeof(zero));
	form = form_of(type);
	if (length > LIMIT_MESSAGE - HEADER || !form || zero)
		return MESSAGE_BROKEN;
	if (in.len - HEADER < length)
		return MESSAGE_MORE;
	memset(m, 0, sizeof(*m));
	m->type = form->type;
	memcpy(&m->id, in.ptr + 8, sizeof(m->id));
	r.in = str_sub(in, HEADER, length);
	for (const struct field *f = form->fields; f->kind; f++)
		take_field(&r, f, (char *)m + f->offset);
	if (r.bad || r.in.len)
		return MESSAGE_BROKEN;
	*used = HEADER + length;
	return MESSAGE_READY;
}
