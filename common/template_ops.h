/*
 * template_ops.h - what a compiled template is; for the template files only.
 *
 * A template is an array of instructions. Sections, blocks and parents are
 * followed by their content and know where it ends. Literal text lies in one
 * pool, names are numbers or ready-made views, so that filling looks nothing up
 * but the data.
 *
 * Indentation (spec, partials and inheritance): OP_LINE marks an instruction
 * that is the first of its line in the source; when the template is filled
 * inside an indented tag, the indentation goes before it and after each line
 * end within literal text. Data is never indented.
 */
#ifndef TEMPLATE_OPS_H
#define TEMPLATE_OPS_H

#include "arena.h"
#include "template.h"

enum op_kind {
	OP_TEXT, /* pool[at, at+len) */
	OP_VALUE, /* parts[at, at+count): escaped */
	OP_RAW, /* the same, as it is */
	OP_SECTION, /* the same; content follows, up to next */
	OP_INVERTED,
	OP_PARTIAL, /* template `id`; pool[at, at+count) is its indentation */
	OP_PARENT, /* the same; arguments follow, up to next */
	OP_BLOCK, /* block `id`, default content follows, up to next;
		     pool[at, at+count) is added to its indentation */
	OP_ARGUMENT, /* content for block `id`, directly in a parent */
};

enum op_flag {
	OP_LINE = 1, /* begins a line of the source */
	OP_ALONE = 2, /* the tag stands alone on its line(s) */
};

struct op {
	uint8_t kind;
	uint8_t flags;
	uint16_t count;
	uint32_t at;
	uint32_t len_or_id;
	uint32_t next; /* 0: the one after this */
};

struct template
{
	struct str path, text;
	struct {
		struct op *at;
		size_t count, room;
	} ops;
	struct {
		struct str *at;
		size_t count, room;
	} parts;
	struct str pool;
	/* Where partials and parents are named, for template_check. */
	struct {
		struct template_use {
			uint32_t id;
			uint32_t offset, len; /* in text */
		} * at;
		size_t count, room;
	} uses;
};

struct template_slot {
	struct str name;
	struct template *template; /* NULL: named but not defined */
};

struct template_set {
	struct arena arena;
	struct {
		struct template_slot *at;
		size_t count, room;
	} slots;
	struct {
		struct str *at;
		size_t count, room;
	} blocks;
};

uint32_t template_slot_id(struct template_set *set, struct str name);
uint32_t template_block_id(struct template_set *set, struct str name);
/* Compiles t->text into `t`; false after an error, which is in `d`. */
bool template_compile(struct template_set *set, struct template *t,
    struct diag *d, struct str open, struct str close)
    __attribute__((warn_unused_result));

#endif
