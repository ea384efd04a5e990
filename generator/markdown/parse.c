#include "ast.h"
#include "cjk.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	POOL_BLOCK = 256 << 10,
	POOL_FREE = 64 << 20, /* what any text may take */
	POOL_SHARE = 64, /* and per byte of it */
};

struct pool_block {
	struct pool_block *next;
	size_t room, used;
	alignas(max_align_t) unsigned char data[];
};

struct pool {
	struct pool_block *blocks;
	size_t left;
	jmp_buf exhausted;
};

/* Before every item, so that it can be moved when it grows. */
struct item {
	alignas(max_align_t) size_t size;
};

/* cmark's allocator has no context argument; set only while it runs. */
static _Thread_local struct pool *pool;

static size_t
padded(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void
pool_widen(size_t size)
{
	size_t room = size > POOL_BLOCK / 4 ? size : POOL_BLOCK;
	struct pool_block *b;

	if (room > pool->left)
		longjmp(pool->exhausted, 1);
	b = malloc(sizeof *b + room);
	if (!b)
		longjmp(pool->exhausted, 1);
	pool->left -= room;
	*b = (struct pool_block){ .room = room };
	if (pool->blocks && room == size) {
		b->next = pool->blocks->next;
		pool->blocks->next = b;
		return;
	}
	b->next = pool->blocks;
	pool->blocks = b;
}

static void *
pool_take(size_t size)
{
	size_t whole = sizeof(struct item) + padded(size);
	struct pool_block *b = pool->blocks;
	struct item *item;

	if (size > PTRDIFF_MAX / 2)
		longjmp(pool->exhausted, 1);
	if (!b || whole > b->room - b->used) {
		pool_widen(whole);
		b = pool->blocks;
		if (whole > b->room - b->used)
			b = b->next;
	}
	item = (struct item *)(void *)(b->data + b->used);
	b->used += whole;
	item->size = size;
	return item + 1;
}

static void *
pool_calloc(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		longjmp(pool->exhausted, 1);
	return memset(pool_take(bytes), 0, bytes);
}

/* Is this the last item of the block being filled? */
static bool
is_last(const struct item *item)
{
	const struct pool_block *b = pool->blocks;

	return b &&
	    (const unsigned char *)(item + 1) + padded(item->size) ==
	    b->data + b->used;
}

static void *
pool_realloc(void *old, size_t size)
{
	struct item *item = old;
	struct pool_block *b = pool->blocks;
	void *new;

	if (!old)
		return pool_take(size);
	item--;
	if (size <= item->size)
		return old;
	if (is_last(item) &&
	    padded(size) - padded(item->size) <= b->room - b->used) {
		b->used += padded(size) - padded(item->size);
		item->size = size;
		return old;
	}
	new = pool_take(size);
	return memcpy(new, old, item->size);
}

static void
pool_free(void *old)
{
	struct item *item = old;

	if (!old)
		return;
	item--;
	if (is_last(item))
		pool->blocks->used -= sizeof *item + padded(item->size);
}

static cmark_mem pool_mem = { pool_calloc, pool_realloc, pool_free };

static bool
refuse(struct refusal *why, const char *message)
{
	*why = (struct refusal){ 0 };
	snprintf(why->message, sizeof why->message, "%s", message);
	return false;
}

static void
attach(cmark_parser *parser, unsigned flags)
{
	static const char *const names[] = { "table", "strikethrough",
		"autolink", "tasklist" };

	cmark_gfm_core_extensions_ensure_registered();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		cmark_parser_attach_syntax_extension(
		    parser, cmark_find_syntax_extension(names[i]));
	if (flags & PARSE_MATH)
		cmark_parser_attach_syntax_extension(
		    parser, math_extension(&pool_mem));
}

/* Then there is nothing for cmark to validate. */
static bool
is_ascii(struct str s)
{
	uint64_t high = 0, eight;
	size_t i = 0;

	for (; i + sizeof eight <= s.len; i += sizeof eight) {
		memcpy(&eight, s.ptr + i, sizeof eight);
		high |= eight;
	}
	for (; i < s.len; i++)
		high |= (unsigned char)s.ptr[i];
	return !(high & 0x8080808080808080u);
}

static int
options_for(struct str text, unsigned flags)
{
	return (is_ascii(text) ? 0 : CMARK_OPT_VALIDATE_UTF8) |
	    (flags & PARSE_FOOTNOTES ? CMARK_OPT_FOOTNOTES : 0);
}

/* Runs cmark; whatever it allocates is the pool's, so a jump out loses
 * nothing. */
static bool
run(struct document *doc, struct str text, unsigned flags, struct refusal *why)
{
	cmark_parser *parser;

	if (setjmp(pool->exhausted))
		return refuse(why,
		    "this Markdown grows beyond all measure when expanded");
	parser = cmark_parser_new_with_mem(options_for(text, flags), &pool_mem);
	attach(parser, flags);
	cmark_parser_feed(parser, text.ptr, text.len);
	/* a last line without its end would be parsed only by finish */
	if (!str_ends(text, STR("\n")))
		cmark_parser_feed(parser, "\n", 1);
	if (!bound_blocks(parser, text, why))
		return false;
	doc->root = cmark_parser_finish(parser);
	return doc->root || refuse(why, "this Markdown cannot be read");
}

bool
document_parse(
    struct document *doc, struct str text, unsigned flags, struct refusal *why)
{
	struct pool own = { .left = POOL_FREE };
	bool ok;

	*doc = (struct document){ 0 };
	if (text.len > PTRDIFF_MAX / POOL_SHARE / 2)
		return refuse(why, "this file is too large");
	if (!bound_text(text, why))
		return false;
	own.left += text.len * POOL_SHARE;
	buf_init(&doc->mend, text.len * 2 + 64);
	doc->mended = cjk_mend(text, &doc->mend);
	pool = &own;
	ok = run(doc, doc->mended, flags, why);
	pool = NULL;
	doc->blocks = own.blocks;
	return ok;
}

void
document_clear(struct document *doc)
{
	while (doc->blocks) {
		struct pool_block *next = doc->blocks->next;

		free(doc->blocks);
		doc->blocks = next;
	}
	buf_clear(&doc->mend);
	doc->root = NULL;
}
