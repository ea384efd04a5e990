/*
 * template_fill.c - runs the instructions of a template. Allocates nothing but
 * what the output buffer needs.
 */
#include "template_ops.h"

#include "html.h"
#include "limits.h"

#include <stdio.h>

enum { INDENT_ROOM = 1024 };

/* What a parent tag passes to the template it names. */
struct frame {
	const struct frame *outer;
	const struct template *template;
	size_t from, to; /* its arguments, in the template's instructions */
};

struct filler {
	const struct template_set *set;
	struct buf *out;
	const struct frame *frames;
	bool failed;
	/* The next OP_LINE has its indentation already: a block that begins in
	 * the middle of a line was given content that begins a line. */
	bool line_begun;
	size_t steps; /* that may still be taken */
	size_t depth;
	size_t contexts;
	const struct value *context[LIMIT_TEMPLATE_DEPTH + 1];
	/* Indentation in force: indent[from, to); what is before is that of the
	 * templates around. */
	size_t indent_from, indent_to;
	char indent[INDENT_ROOM];
};

static void run(
    struct filler *f, const struct template *t, size_t from, size_t to);

static const struct value *
find_member(const struct value *v, struct str key)
{
	size_t count = v->kind == VALUE_OBJECT ? v->u.object.count : 0;

	for (size_t i = 0; i < count; i++) {
		const struct value_member *m = &v->u.object.at[i];

		if (m->key.len == key.len &&
		    !memcmp(m->key.ptr, key.ptr, key.len))
			return m->value;
	}
	return NULL;
}

/* A dotted name: its first part in the nearest context that has it, the others
 * only in what that gave. No parts: the context itself. */
static const struct value *
look_up(const struct filler *f, const struct template *t, const struct op *op)
{
	const struct value *v = NULL;
	const struct str *part;

	if (!op->count)
		return f->context[f->contexts - 1];
	part = &t->parts.at[op->at];
	for (size_t i = f->contexts; i > 0 && !v; i--)
		v = find_member(f->context[i - 1], part[0]);
	for (size_t i = 1; i < op->count && v; i++)
		v = find_member(v, part[i]);
	return v;
}

static bool
is_true(const struct value *v)
{
	if (!v)
		return false;
	switch (v->kind) {
	case VALUE_NULL:
	case VALUE_FALSE:
		return false;
	case VALUE_INT:
		return v->u.integer != 0;
	case VALUE_REAL:
		return v->u.real < 0 || v->u.real > 0;
	case VALUE_STR:
	case VALUE_HTML:
		return v->u.str.len > 0;
	case VALUE_LIST:
		return v->u.list.count > 0;
	case VALUE_TRUE:
	case VALUE_OBJECT:
		break;
	}
	return true;
}

static void
put_value(struct filler *f, const struct value *v, bool raw)
{
	char number[32];

	if (!v)
		return;
	switch (v->kind) {
	case VALUE_STR:
		if (raw)
			buf_add(f->out, v->u.str);
		else
			html_text(f->out, v->u.str);
		break;
	case VALUE_HTML:
		buf_add(f->out, v->u.str);
		break;
	case VALUE_INT:
		buf_add_i64(f->out, v->u.integer);
		break;
	case VALUE_REAL:
		snprintf(number, sizeof number, "%.15g", v->u.real);
		buf_add_z(f->out, number);
		break;
	case VALUE_TRUE:
		buf_add(f->out, STR("true"));
		break;
	case VALUE_FALSE:
		buf_add(f->out, STR("false"));
		break;
	case VALUE_NULL:
	case VALUE_LIST:
	case VALUE_OBJECT:
		break;
	}
}

static void
put_indent(struct filler *f)
{
	buf_add_bytes(
	    f->out, f->indent + f->indent_from, f->indent_to - f->indent_from);
}

static void
begin_line(struct filler *f)
{
	if (!f->line_begun)
		put_indent(f);
	f->line_begun = false;
}

/* The caller has seen to the first line. */
static void
put_text(struct filler *f, struct str text)
{
	if (f->indent_from == f->indent_to) {
		buf_add(f->out, text);
		return;
	}
	while (text.len) {
		size_t end = str_find(text, '\n');

		end += end < text.len;
		buf_add(f->out, str_sub(text, 0, end));
		text = str_from_at(text, end);
		if (text.len)
			put_indent(f);
	}
}

static bool
descend(struct filler *f)
{
	if (f->depth >= LIMIT_TEMPLATE_DEPTH)
		f->failed = true;
	else
		f->depth++;
	return !f->failed;
}

static void
run_section(struct filler *f, const struct template *t, size_t at,
    const struct value *v)
{
	const struct op *op = &t->ops.at[at];

	if (!is_true(v) || !descend(f))
		return;
	f->contexts++;
	if (v->kind == VALUE_LIST) {
		for (size_t i = 0; i < v->u.list.count && !f->failed; i++) {
			f->context[f->contexts - 1] = v->u.list.at[i];
			run(f, t, at + 1, op->next);
		}
	} else {
		f->context[f->contexts - 1] = v;
		run(f, t, at + 1, op->next);
	}
	f->contexts--;
	f->depth--;
}

/* Adds to the indentation in force; it is restored by the caller. */
static void
indent_more(struct filler *f, struct str more)
{
	if (more.len > sizeof f->indent - f->indent_to) {
		f->failed = true;
		return;
	}
	if (more.len)
		memcpy(f->indent + f->indent_to, more.ptr, more.len);
	f->indent_to += more.len;
}

static void
run_template(struct filler *f, const struct template *t, const struct op *op)
{
	const struct template *named = f->set->slots.at[op->len_or_id].template;
	struct str lead = str_sub(t->pool, op->at, op->count);
	size_t from = f->indent_from, to = f->indent_to;

	if (!(op->flags & OP_ALONE)) {
		buf_add(f->out, lead);
		f->indent_from = f->indent_to;
	} else {
		indent_more(f, lead);
	}
	if (named && descend(f)) {
		run(f, named, 0, named->ops.count);
		f->depth--;
	}
	f->indent_from = from;
	f->indent_to = to;
}

static void
run_parent(struct filler *f, const struct template *t, size_t at)
{
	const struct op *op = &t->ops.at[at];
	struct frame frame = { f->frames, t, at + 1, op->next };

	f->frames = &frame;
	run_template(f, t, op);
	f->frames = frame.outer;
}

/* Content for block `id`: of the outermost frame that has some. */
static const struct op *
find_argument(
    const struct frame *frame, uint32_t id, const struct frame **found)
{
	const struct op *op;

	if (!frame)
		return NULL;
	op = find_argument(frame->outer, id, found);
	if (op)
		return op;
	for (size_t i = frame->from; i < frame->to;) {
		op = &frame->template->ops.at[i];
		if (op->kind == OP_ARGUMENT && op->len_or_id == id) {
			*found = frame;
			return op;
		}
		i = op->next ? op->next : i + 1;
	}
	return NULL;
}

static void
run_block(struct filler *f, const struct template *t, size_t at)
{
	const struct op *site = &t->ops.at[at], *body = site;
	const struct frame *frames = f->frames, *found = NULL;
	const struct op *argument =
	    find_argument(frames, site->len_or_id, &found);
	struct str more = str_sub(t->pool, site->at, site->count);
	size_t to = f->indent_to;

	if (!descend(f))
		return;
	if (argument) {
		body = argument;
		t = found->template;
		/* Its own blocks belong to the template it stands in. */
		f->frames = found->outer;
	}
	indent_more(f, more);
	at = (size_t)(body - t->ops.at);
	if (body->next > at + 1) {
		if ((site->flags & OP_ALONE) && !(body->flags & OP_ALONE))
			begin_line(f);
		else if (!(site->flags & OP_ALONE))
			f->line_begun = (body->flags & OP_ALONE) != 0;
		run(f, t, at + 1, body->next);
		f->line_begun = false;
	}
	f->indent_to = to;
	f->frames = frames;
	f->depth--;
}

static void
run(struct filler *f, const struct template *t, size_t from, size_t to)
{
	for (size_t i = from; i < to && !f->failed;) {
		const struct op *op = &t->ops.at[i];

		if (!f->steps--) {
			f->failed = true;
			return;
		}
		if (op->flags & OP_LINE)
			begin_line(f);
		switch (op->kind) {
		case OP_TEXT:
			put_text(
			    f, str_of(t->pool.ptr + op->at, op->len_or_id));
			break;
		case OP_VALUE:
		case OP_RAW:
			put_value(f, look_up(f, t, op), op->kind == OP_RAW);
			break;
		case OP_SECTION:
			run_section(f, t, i, look_up(f, t, op));
			break;
		case OP_INVERTED:
			if (!is_true(look_up(f, t, op)) && descend(f)) {
				run(f, t, i + 1, op->next);
				f->depth--;
			}
			break;
		case OP_PARTIAL:
			run_template(f, t, op);
			break;
		case OP_PARENT:
			run_parent(f, t, i);
			break;
		case OP_BLOCK:
			run_block(f, t, i);
			break;
		default: /* an argument means something to its parent only */
			break;
		}
		i = op->next ? op->next : i + 1;
	}
}

bool
template_fill(const struct template_set *set, struct str name,
    const struct value *data, struct buf *out)
{
	const struct template *t = NULL;
	struct filler f;

	for (size_t i = 0; i < set->slots.count && !t; i++) {
		if (str_eq(set->slots.at[i].name, name))
			t = set->slots.at[i].template;
	}
	if (!t)
		return false;
	f.set = set;
	f.out = out;
	f.frames = NULL;
	f.failed = f.line_begun = false;
	f.steps = LIMIT_TEMPLATE_STEPS;
	f.depth = f.indent_from = f.indent_to = 0;
	f.context[0] = data;
	f.contexts = 1;
	run(&f, t, 0, t->ops.count);
	return !f.failed && buf_ok(out);
}
