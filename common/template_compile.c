/*
 * template_compile.c - one pass over the text of a template.
 */
#include "template_ops.h"

#include "limits.h"
#include "template_scan.h"

/* A section, block or parent that is open. */
struct open_tag {
	enum op_kind kind;
	struct str name;
	size_t op;
	struct tag tag;
	struct str margin; /* taken off the lines of the content */
};

struct compiler {
	struct scan scan;
	struct template_set *set;
	struct template *t;
	struct buf pool;
	size_t barrier; /* text may not be joined to instructions before it */
	bool line; /* the next instruction begins a line */
	size_t depth;
	struct open_tag nest[LIMIT_TEMPLATE_DEPTH];
};

/* `s` without what it has in common with the margin. */
static struct str
without_margin(const struct compiler *c, struct str s)
{
	struct str margin = c->depth ? c->nest[c->depth - 1].margin : STR_NONE;
	size_t n = 0;

	while (n < s.len && n < margin.len && s.ptr[n] == margin.ptr[n])
		n++;
	return str_from_at(s, n);
}

static bool
directly_in_parent(const struct compiler *c)
{
	return c->depth && c->nest[c->depth - 1].kind == OP_PARENT;
}

static struct op *
emit(struct compiler *c, enum op_kind kind)
{
	struct op op = { .kind = (uint8_t)kind };

	if (c->line)
		op.flags = OP_LINE;
	c->line = false;
	ARENA_PUSH(&c->set->arena, c->t->ops, op);
	return &c->t->ops.at[c->t->ops.count - 1];
}

static void
emit_text(struct compiler *c, struct str s)
{
	struct op *last = c->t->ops.count > c->barrier
	    ? &c->t->ops.at[c->t->ops.count - 1]
	    : NULL;

	if (last && last->kind == OP_TEXT && last->len_or_id && s.len &&
	    (c->pool.ptr[c->pool.len - 1] == '\n') == c->line) {
		last->len_or_id += (uint32_t)s.len;
		c->line = false;
	} else {
		last = emit(c, OP_TEXT);
		last->at = (uint32_t)c->pool.len;
		last->len_or_id = (uint32_t)s.len;
	}
	buf_add(&c->pool, s);
}

/* The literal text [scan.at, to). */
static void
add_text(struct compiler *c, size_t to)
{
	if (directly_in_parent(c))
		c->scan.at = to;
	while (c->scan.at < to) {
		bool starts =
		    c->scan.at == 0 || c->scan.text.ptr[c->scan.at - 1] == '\n';
		struct str line = scan_slice(&c->scan, c->scan.at, to);
		size_t end = str_find(line, '\n');

		line = str_sub(line, 0, end < line.len ? end + 1 : end);
		c->scan.at += line.len;
		if (starts) {
			c->line = true;
			line = without_margin(c, line);
		}
		if (line.len)
			emit_text(c, line);
	}
}

/*
 * The text before a tag. When the tag stands alone on its line, the blanks
 * beside it go, and so does the end of the line.
 */
static void
take_tag(struct compiler *c, const struct tag *tag, bool alone)
{
	add_text(c, alone ? tag->line : tag->from);
	if (!alone && tag->line == tag->from)
		c->line = true;
	c->scan.at = alone ? tag->after : tag->to;
}

/* A tag that leaves no instruction still begins its line. */
static void
settle_line(struct compiler *c)
{
	if (c->line && !directly_in_parent(c))
		emit_text(c, STR_NONE);
	c->line = false;
}

static bool
check_name(struct compiler *c, const struct tag *tag)
{
	if (scan_is_word(tag->content))
		return true;
	if (tag->content.len)
		scan_fault(&c->scan, tag, "a name holds no spaces: '%.*s'",
		    STR_ARG(tag->content));
	else
		scan_fault(&c->scan, tag, "a tag without a name");
	return false;
}

/* Splits "a.b.c"; "." has no parts. False after a fault. */
static bool
add_path(
    struct compiler *c, const struct tag *tag, uint32_t *at, uint16_t *count)
{
	struct str rest = tag->content, part;
	struct template *t = c->t;

	*at = (uint32_t)t->parts.count;
	*count = 0;
	if (!check_name(c, tag))
		return false;
	if (str_eq_z(rest, "."))
		return true;
	while (str_split(&rest, '.', &part)) {
		if (!part.len || *count == LIMIT_TEMPLATE_DEPTH) {
			scan_fault(&c->scan, tag,
			    "a name is words with single dots between: "
			    "'%.*s'",
			    STR_ARG(tag->content));
			return false;
		}
		ARENA_PUSH(&c->set->arena, t->parts, part);
		++*count;
	}
	return true;
}

static void
add_value(struct compiler *c, const struct tag *tag)
{
	uint32_t at;
	uint16_t count;
	struct op *op;

	take_tag(c, tag, false);
	if (!add_path(c, tag, &at, &count) || directly_in_parent(c))
		return;
	op = emit(c, tag->sigil == 'v' ? OP_VALUE : OP_RAW);
	op->at = at;
	op->count = count;
}

/* Opens a section, block or parent whose first instruction is the last one. */
static struct open_tag *
push(struct compiler *c, enum op_kind kind, const struct tag *tag)
{
	struct open_tag *o;

	if (c->depth == LIMIT_TEMPLATE_DEPTH) {
		scan_fault(&c->scan, tag, "more than %d tags within each other",
		    LIMIT_TEMPLATE_DEPTH);
		return NULL;
	}
	o = &c->nest[c->depth];
	*o = (struct open_tag){ .kind = kind,
		.name = tag->content,
		.op = c->t->ops.count - 1,
		.tag = *tag,
		.margin = c->depth ? c->nest[c->depth - 1].margin : STR_NONE };
	c->depth++;
	return o;
}

static void
open_section(struct compiler *c, const struct tag *tag)
{
	enum op_kind kind = tag->sigil == '#' ? OP_SECTION : OP_INVERTED;
	uint32_t at;
	uint16_t count;
	struct op *op;

	take_tag(c, tag, tag->left && tag->right);
	if (!add_path(c, tag, &at, &count))
		at = count = 0;
	op = emit(c, kind);
	op->at = at;
	op->count = count;
	push(c, kind, tag);
}

static void
set_indent(struct compiler *c, size_t op, struct str indent)
{
	struct op *o = &c->t->ops.at[op];

	if (indent.len > UINT16_MAX)
		indent.len = UINT16_MAX;
	o->at = (uint32_t)c->pool.len;
	o->count = (uint16_t)indent.len;
	buf_add(&c->pool, indent);
	/* Text that follows is not next to the text before. */
	c->barrier = c->t->ops.count;
}

static uint32_t
use_template(struct compiler *c, const struct tag *tag)
{
	size_t name = (size_t)(tag->content.ptr - c->scan.text.ptr);
	struct template_use use = {
		.id = template_slot_id(c->set, tag->content),
		.offset = (uint32_t)name,
		.len = (uint32_t)tag->content.len,
	};

	ARENA_PUSH(&c->set->arena, c->t->uses, use);
	return use.id;
}

static bool
check_template_name(struct compiler *c, const struct tag *tag)
{
	if (!check_name(c, tag))
		return false;
	if (*tag->content.ptr != '*')
		return true;
	scan_fault(&c->scan, tag, "dynamic names are not supported");
	return false;
}

static void
add_partial(struct compiler *c, const struct tag *tag)
{
	bool alone = tag->left && tag->right;
	struct op *op;

	take_tag(c, tag, alone);
	if (!check_template_name(c, tag) || directly_in_parent(c))
		return;
	op = emit(c, OP_PARTIAL);
	op->len_or_id = use_template(c, tag);
	if (alone)
		op->flags = OP_ALONE;
	set_indent(c, c->t->ops.count - 1,
	    alone
		? without_margin(c, scan_slice(&c->scan, tag->line, tag->from))
		: STR_NONE);
}

/*
 * Whether a parent stands alone is known at its end, as its two tags count as
 * one. Until then the blanks before it are text to be written as they are.
 */
static void
open_parent(struct compiler *c, const struct tag *tag)
{
	struct str lead = STR_NONE;
	struct op *op;

	if (tag->left) {
		lead = without_margin(
		    c, scan_slice(&c->scan, tag->line, tag->from));
		add_text(c, tag->line);
		c->line = true;
	} else {
		add_text(c, tag->from);
	}
	c->scan.at = tag->to;
	op = emit(c, OP_PARENT);
	if (check_template_name(c, tag))
		op->len_or_id = use_template(c, tag);
	set_indent(c, c->t->ops.count - 1, lead);
	push(c, OP_PARENT, tag);
}

static void
close_parent(struct compiler *c, const struct tag *tag)
{
	const struct open_tag *o = &c->nest[c->depth - 1];
	bool alone = o->tag.left && tag->right;

	if (alone)
		c->t->ops.at[o->op].flags = OP_ALONE;
	c->scan.at = alone ? tag->after : tag->to;
}

static void
add_block(struct compiler *c, const struct tag *tag, enum op_kind kind,
    bool alone, struct str margin, struct str indent)
{
	struct op *op = emit(c, kind);
	struct open_tag *o;

	if (alone)
		op->flags |= OP_ALONE;
	if (check_name(c, tag))
		op->len_or_id = template_block_id(c->set, tag->content);
	set_indent(c, c->t->ops.count - 1, indent);
	o = push(c, kind, tag);
	if (o)
		o->margin = margin;
}

/* A place that can be overridden. Its content takes the indentation of its own
 * first line when the tag stands alone, else that of the line it is in. */
static void
open_block(struct compiler *c, const struct tag *tag)
{
	bool alone = tag->left && tag->right;
	struct str before = scan_slice(&c->scan, tag->line, tag->from);
	struct str margin = c->depth ? c->nest[c->depth - 1].margin : STR_NONE;
	struct str indent = STR_NONE;

	if (tag->left) {
		if (!alone || !scan_margin(&c->scan, tag->after, &margin))
			margin = before;
		indent = without_margin(c, margin);
	}
	take_tag(c, tag, alone);
	add_block(c, tag, OP_BLOCK, alone, margin, indent);
}

/* In a parent only what is within arguments counts, so an argument's tags
 * always have nothing beside them on the outer side. */
static void
open_argument(struct compiler *c, const struct tag *tag)
{
	struct str margin = scan_blanks(&c->scan, c->scan.line_from);

	if (tag->right && !scan_margin(&c->scan, tag->after, &margin))
		margin = STR_NONE;
	c->scan.at = tag->right ? tag->after : tag->to;
	c->line = false;
	add_block(c, tag, OP_ARGUMENT, tag->right, margin, STR_NONE);
}

static void
close_argument(struct compiler *c, const struct tag *tag)
{
	add_text(c, tag->left ? tag->line : tag->from);
	c->line = false;
	c->scan.at = tag->to;
}

static const char *
sigil_of(enum op_kind kind)
{
	switch (kind) {
	case OP_SECTION:
		return "#";
	case OP_INVERTED:
		return "^";
	case OP_PARENT:
		return "<";
	default:
		return "$";
	}
}

static void
report_unclosed(struct compiler *c, const struct open_tag *o)
{
	scan_fault(&c->scan, &o->tag, "'%s%.*s' is not closed",
	    sigil_of(o->kind), STR_ARG(o->name));
}

/* Leaves the innermost open tag. */
static void
pop(struct compiler *c)
{
	c->depth--;
	c->t->ops.at[c->nest[c->depth].op].next = (uint32_t)c->t->ops.count;
	c->barrier = c->t->ops.count;
}

/* Makes the innermost open tag the one that `tag` closes; false when none is.
 */
static bool
match_close(struct compiler *c, const struct tag *tag)
{
	size_t depth = c->depth;

	while (depth && !str_eq(c->nest[depth - 1].name, tag->content))
		depth--;
	if (!depth) {
		scan_fault(&c->scan, tag, "'/%.*s' closes nothing",
		    STR_ARG(tag->content));
		return false;
	}
	while (c->depth > depth) {
		report_unclosed(c, &c->nest[c->depth - 1]);
		pop(c);
	}
	return true;
}

static void
close_tag(struct compiler *c, const struct tag *tag)
{
	bool alone = tag->left && tag->right;

	if (!match_close(c, tag)) {
		take_tag(c, tag, alone);
		return;
	}
	switch (c->nest[c->depth - 1].kind) {
	case OP_PARENT:
		close_parent(c, tag);
		break;
	case OP_ARGUMENT:
		close_argument(c, tag);
		break;
	default:
		take_tag(c, tag, alone);
		settle_line(c);
		break;
	}
	pop(c);
}

/* A comment or a change of delimiters: nothing is left of it. */
static void
drop_tag(struct compiler *c, const struct tag *tag)
{
	take_tag(c, tag, tag->left && tag->right);
	if (tag->sigil == '=')
		scan_delimiters(&c->scan, tag);
	settle_line(c);
}

static void
compile_tag(struct compiler *c, const struct tag *tag)
{
	bool ignored = directly_in_parent(c);

	switch (tag->sigil) {
	case '#':
	case '^':
		open_section(c, tag);
		break;
	case '/':
		close_tag(c, tag);
		break;
	case '<':
		open_parent(c, tag);
		break;
	case '$':
		if (ignored)
			open_argument(c, tag);
		else
			open_block(c, tag);
		break;
	case '!':
	case '=':
		drop_tag(c, tag);
		break;
	case '>':
		add_partial(c, tag);
		break;
	default:
		add_value(c, tag);
		break;
	}
}

bool
template_compile(struct template_set *set, struct template *t, struct diag *d,
    struct str open, struct str close)
{
	struct compiler c = {
		.scan = { .path = t->path,
		    .text = t->text,
		    .d = d,
		    .open = open,
		    .close = close },
		.set = set,
		.t = t,
	};
	struct tag tag;

	if (!scan_check(&c.scan))
		return false;
	buf_init(&c.pool, SIZE_MAX);
	while (scan_next(&c.scan, &tag))
		compile_tag(&c, &tag);
	add_text(&c, c.scan.text.len);
	while (c.depth) {
		report_unclosed(&c, &c.nest[c.depth - 1]);
		pop(&c);
	}
	t->pool = arena_str(&set->arena, buf_str(&c.pool));
	buf_clear(&c.pool);
	return !c.scan.faults;
}
