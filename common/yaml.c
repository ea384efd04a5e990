#include "yaml.h"

#include "limits.h"

#include <stdio.h>
/* The library's header has the name of ours, and ours is found first. */
#include <../include/yaml.h>

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	struct diag *diag;
	struct str path, text;
	size_t to; /* where the YAML ends in `text` */
	size_t nodes;
	bool failed;
	/* The last place that was asked for. The library counts characters, we
	 * count bytes; places are asked for nearly in order. */
	struct cursor {
		size_t index; /* characters since `origin` */
		size_t offset;
		size_t line_start;
		unsigned line;
	} cursor, origin;
};

static void
advance(struct reader *r, size_t index)
{
	struct cursor *c = &r->cursor;

	if (index < c->index)
		*c = r->origin;
	while (c->index < index && c->offset < r->to) {
		if (r->text.ptr[c->offset] == '\n') {
			c->line++;
			c->line_start = c->offset + 1;
		}
		c->offset++;
		while (c->offset < r->to &&
		    (r->text.ptr[c->offset] & 0xc0) == 0x80)
			c->offset++;
		c->index++;
	}
}

static struct where
place(struct reader *r, const yaml_mark_t *start, const yaml_mark_t *end)
{
	struct where at = { .path = r->path, .text = r->text };
	size_t offset;
	struct str rest;

	advance(r, start->index);
	offset = r->cursor.offset;
	at.line = r->cursor.line;
	at.column = (unsigned)(offset - r->cursor.line_start) + 1;
	rest = str_sub(r->text, offset, r->to - offset);
	rest = str_trim(str_sub(rest, 0, str_find(rest, '\n')));
	if (end->index > start->index) {
		advance(r, end->index);
		at.length = (unsigned)(r->cursor.offset - offset);
		if (at.length > rest.len)
			at.length = (unsigned)rest.len;
	}
	return at;
}

static struct where
event_place(struct reader *r, const yaml_event_t *e)
{
	return place(r, &e->start_mark, &e->end_mark);
}

static void
refuse(struct reader *r, const yaml_event_t *e, const char *hint,
    const char *message)
{
	struct where at = event_place(r, e);

	diag_add(r->diag, DIAG_ERROR, at, hint, "%s", message);
	r->failed = true;
}

/* What the library says, and what the author most likely did. */
static const struct {
	const char *problem;
	const char *hint;
} syntax_hints[] = {
	{ "mapping values are not allowed in this context",
	    "put text that holds ': ' in quotes" },
	{ "found character that cannot start any token",
	    "indent with spaces, and put text that begins with %, @ or ` in "
	    "quotes" },
	{ "could not find expected ':'",
	    "every line is 'key: value'; indent what continues a value" },
	{ "did not find expected key",
	    "check the indentation, and quotes within quotes" },
	{ "did not find expected '-' indicator",
	    "the items of a list stand below each other" },
	{ "found unexpected end of stream",
	    "a quote or bracket is not closed" },
};

static void
report_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	yaml_mark_t mark = p->problem_mark, next;
	struct where at;
	const char *hint = NULL;
	const char *problem = p->problem ? p->problem : "out of memory";

	/* What is not closed is shown where it was opened. */
	if (!strcmp(problem, "found unexpected end of stream"))
		mark = p->context_mark;
	for (size_t i = 0; i < sizeof syntax_hints / sizeof *syntax_hints;
	     i++) {
		if (!strcmp(problem, syntax_hints[i].problem))
			hint = syntax_hints[i].hint;
	}
	next = mark;
	next.index++;
	at = place(r, &mark, &next);
	if (p->error == YAML_READER_ERROR)
		at = where_at(
		    r->path, r->text, r->origin.offset + p->problem_offset, 1);
	diag_add(r->diag, DIAG_ERROR, at, hint, "not YAML: %s", problem);
	r->failed = true;
}

static bool
next_event(struct reader *r, yaml_event_t *e)
{
	if (yaml_parser_parse(&r->parser, e))
		return true;
	report_syntax(r);
	return false;
}

static void
check_properties(struct reader *r, const yaml_event_t *e,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		refuse(r, e, "write the value out", "anchors are not allowed");
	if (tag)
		refuse(r, e, "put text that begins with '!' in quotes",
		    "tags are not allowed");
}

static struct yaml *read_node(
    struct reader *r, const yaml_event_t *e, unsigned depth);

static struct yaml *
new_node(struct reader *r, const yaml_event_t *e, enum yaml_kind kind)
{
	struct yaml *y = ARENA_NEW(r->arena, struct yaml);

	y->kind = kind;
	y->at = event_place(r, e);
	return y;
}

static struct yaml *
read_scalar(struct reader *r, const yaml_event_t *e)
{
	struct yaml *y = new_node(r, e, YAML_SCALAR);
	struct str text =
	    str_of((const char *)e->data.scalar.value, e->data.scalar.length);

	check_properties(r, e, e->data.scalar.anchor, e->data.scalar.tag);
	if (str_find(text, '\0') < text.len)
		refuse(r, e, NULL, "text holds a NUL character");
	y->scalar = arena_str(r->arena, text);
	y->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return y;
}

static struct yaml *
read_list(struct reader *r, const yaml_event_t *start, unsigned depth)
{
	struct yaml *y = new_node(r, start, YAML_LIST);
	yaml_event_t e;

	y->at.length = 0;
	check_properties(r, start, start->data.sequence_start.anchor,
	    start->data.sequence_start.tag);
	while (next_event(r, &e)) {
		struct yaml_item item = { 0 };
		bool end = e.type == YAML_SEQUENCE_END_EVENT;

		if (!end)
			item.value = read_node(r, &e, depth);
		yaml_event_delete(&e);
		if (end)
			return y;
		if (!item.value)
			return NULL;
		ARENA_PUSH(r->arena, y->items, item);
	}
	return NULL;
}

static bool
read_key(struct reader *r, const struct yaml *map, const yaml_event_t *e,
    struct yaml_item *item)
{
	const struct yaml *key;

	if (e->type != YAML_SCALAR_EVENT) {
		refuse(r, e, NULL, "a key must be plain text");
		return false;
	}
	key = read_scalar(r, e);
	item->key = key->scalar;
	item->key_at = key->at;
	if (!item->key.len)
		refuse(r, e, NULL, "a key is missing before ':'");
	else if (str_eq_z(item->key, "<<") && !key->quoted)
		refuse(
		    r, e, "write the values out", "merge keys are not allowed");
	for (size_t i = 0; i < map->items.count; i++) {
		const struct yaml_item *other = &map->items.at[i];

		if (!str_eq(other->key, item->key))
			continue;
		diag_add(r->diag, DIAG_ERROR, key->at, NULL,
		    "key '%.*s' is set twice; first in line %u",
		    STR_ARG(item->key), other->key_at.line);
		r->failed = true;
		break;
	}
	return true;
}

static struct yaml *
read_map(struct reader *r, const yaml_event_t *start, unsigned depth)
{
	struct yaml *y = new_node(r, start, YAML_MAP);
	yaml_event_t e;

	y->at.length = 0;
	check_properties(r, start, start->data.mapping_start.anchor,
	    start->data.mapping_start.tag);
	while (next_event(r, &e)) {
		struct yaml_item item = { 0 };
		bool end = e.type == YAML_MAPPING_END_EVENT;
		bool key = !end && read_key(r, y, &e, &item);

		yaml_event_delete(&e);
		if (end)
			return y;
		if (!key || !next_event(r, &e))
			return NULL;
		item.value = read_node(r, &e, depth);
		yaml_event_delete(&e);
		if (!item.value)
			return NULL;
		ARENA_PUSH(r->arena, y->items, item);
	}
	return NULL;
}

/* The node that event `e` begins; NULL when reading cannot go on. */
static struct yaml *
read_node(struct reader *r, const yaml_event_t *e, unsigned depth)
{
	if (++r->nodes > LIMIT_YAML_NODES) {
		refuse(r, e, NULL, "too many values in one file");
		return NULL;
	}
	if (depth >= LIMIT_YAML_DEPTH && e->type != YAML_SCALAR_EVENT) {
		refuse(r, e, NULL, "values are nested too deeply");
		return NULL;
	}
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return read_list(r, e, depth + 1);
	case YAML_MAPPING_START_EVENT:
		return read_map(r, e, depth + 1);
	default:
		refuse(r, e, "write the value out", "aliases are not allowed");
		return NULL;
	}
}

/* The root of a document whose first event is `e`. */
static struct yaml *
read_root(struct reader *r, const yaml_event_t *e)
{
	struct yaml *root = read_node(r, e, 0);

	if (!root || root->kind == YAML_MAP)
		return root;
	if (root->kind == YAML_SCALAR && !root->quoted && !root->scalar.len) {
		root->kind = YAML_MAP;
		return root;
	}
	refuse(r, e, NULL, "expected lines of 'key: value'");
	return NULL;
}

/* One document, and nothing after it. */
static struct yaml *
read_stream(struct reader *r)
{
	struct yaml *root = NULL;
	yaml_event_t e;
	bool more = true;

	while (more && next_event(r, &e)) {
		switch (e.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (root)
				refuse(r, &e, NULL,
				    "a second document is not allowed");
			more = !root;
			break;
		case YAML_STREAM_END_EVENT:
			if (!root)
				root = new_node(r, &e, YAML_MAP);
			more = false;
			break;
		default:
			root = read_root(r, &e);
			more = root != NULL;
			break;
		}
		yaml_event_delete(&e);
	}
	return r->failed ? NULL : root;
}

static bool
check_utf8(struct reader *r, size_t from)
{
	size_t at = from;
	struct str text = str_sub(r->text, 0, r->to);

	if (str_is_utf8(str_from_at(text, from)))
		return true;
	while (at < text.len) {
		size_t next = at;

		if (str_utf8_next(text, &next) == 0xfffd && next == at + 1)
			break;
		at = next;
	}
	diag_add(r->diag, DIAG_ERROR, where_at(r->path, r->text, at, 1),
	    "save the file as UTF-8", "text is not UTF-8");
	return false;
}

struct yaml *
yaml_read(struct arena *a, struct diag *d, struct str path, struct str text,
    size_t from, size_t to)
{
	struct reader r = { .arena = a, .diag = d, .path = path, .text = text };
	struct where start;
	struct yaml *root;

	r.to = to < text.len ? to : text.len;
	if (from > r.to)
		from = r.to;
	if (str_starts(str_from_at(text, from), STR("\xef\xbb\xbf")) &&
	    r.to - from >= 3)
		from += 3;
	if (!check_utf8(&r, from))
		return NULL;
	start = where_at(path, text, from, 0);
	r.origin = (struct cursor){ .offset = from,
		.line_start = from - (start.column - 1),
		.line = start.line };
	r.cursor = r.origin;
	if (!yaml_parser_initialize(&r.parser)) {
		diag_add(d, DIAG_ERROR, start, NULL, "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser,
	    (const unsigned char *)(text.len ? text.ptr + from : ""),
	    r.to - from);
	root = read_stream(&r);
	yaml_parser_delete(&r.parser);
	return root;
}
