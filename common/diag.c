#include "diag.h"

#include "limits.h"
#include "visible.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXCERPT_COLUMNS = 100,
	EXCERPT_BEFORE = 30, /* columns shown left of a fault when clipped */
	MESSAGE_CAP = 64 << 10,
};

struct diag_item {
	struct str path, message, hint;
	struct str excerpt; /* the line at fault, without its end */
	size_t skipped; /* bytes of the line before `excerpt` */
	unsigned line, column, length;
	enum severity severity;
};

void
diag_init(struct diag *d)
{
	*d = (struct diag){ 0 };
	arena_init(&d->arena);
}

void
diag_clear(struct diag *d)
{
	arena_clear(&d->arena);
	diag_init(d);
}

static int
compare_items(const void *left, const void *right)
{
	const struct diag_item *a = left, *b = right;
	int order = str_cmp(a->path, b->path);

	if (!order)
		order = (a->line > b->line) - (a->line < b->line);
	if (!order)
		order = (a->column > b->column) - (a->column < b->column);
	if (!order)
		order = (int)b->severity - (int)a->severity;
	if (!order)
		order = str_cmp(a->message, b->message);
	return order;
}

/* The text of line `line` of `text`, counted from 1. */
static struct str
line_of(struct str text, unsigned line)
{
	struct str found = STR_NONE;

	while (line--) {
		if (!str_split(&text, '\n', &found))
			return STR_NONE;
	}
	if (str_ends(found, STR("\r")))
		found.len--;
	return found;
}

/* A long line need not be kept whole: some KiB around the fault are plenty. */
static void
keep_near(struct diag_item *item)
{
	const size_t near = 2048;
	struct str line = item->excerpt;
	size_t from = 0;

	if (line.len <= 2 * near)
		return;
	if (item->column > near) {
		from = item->column - near;
		while (from < line.len && (line.ptr[from] & 0xc0) == 0x80)
			from++;
	}
	item->excerpt = str_sub(line, from, 2 * near);
	item->skipped = from;
}

static bool
is_known(const struct diag *d, const struct diag_item *item)
{
	for (size_t i = 0; i < d->items.count; i++) {
		if (!compare_items(&d->items.at[i], item) &&
		    str_eq(d->items.at[i].hint, item->hint))
			return true;
	}
	return false;
}

/* Where an item may be put: a new place, that of a warning when an error finds
 * no room, or NULL. */
static struct diag_item *
place_for(struct diag *d, enum severity severity)
{
	struct diag_item none = { 0 };

	if (d->items.count < LIMIT_DIAGNOSTICS) {
		ARENA_PUSH(&d->arena, d->items, none);
		return &d->items.at[d->items.count - 1];
	}
	d->dropped++;
	if (severity == DIAG_WARNING)
		return NULL;
	for (size_t i = d->items.count; i-- > 0;) {
		if (d->items.at[i].severity == DIAG_WARNING)
			return &d->items.at[i];
	}
	return NULL;
}

/* The item's text is borrowed; it is copied when the item is kept. */
static void
keep(struct diag *d, const struct diag_item *item)
{
	struct diag_item *place;

	if (is_known(d, item))
		return;
	if (item->severity == DIAG_ERROR)
		d->errors++;
	else
		d->warnings++;
	place = place_for(d, item->severity);
	if (!place)
		return;
	*place = *item;
	place->path = arena_str(&d->arena, item->path);
	place->message = arena_str(&d->arena, item->message);
	place->hint = arena_str(&d->arena, item->hint);
	place->excerpt = arena_str(&d->arena, item->excerpt);
}

void
diag_add(struct diag *d, enum severity severity, struct where at,
    const char *hint, const char *format, ...)
{
	struct diag_item item = { .path = at.path,
		.hint = str_from(hint),
		.line = at.line,
		.column = at.column,
		.length = at.length,
		.severity = severity };
	va_list args;
	char *message = NULL;
	int len;

	va_start(args, format);
	len = vasprintf(&message, format, args);
	va_end(args);
	if (len >= 0)
		item.message = str_of(message, (size_t)len);
	item.excerpt = line_of(at.text, at.line);
	if (!item.excerpt.ptr)
		item.length = 0;
	keep_near(&item);
	keep(d, &item);
	if (len >= 0)
		free(message);
}

void
diag_merge(struct diag *into, const struct diag *from)
{
	size_t errors = from->errors, warnings = from->warnings;

	for (size_t i = 0; i < from->items.count; i++) {
		const struct diag_item *item = &from->items.at[i];

		keep(into, item);
		if (item->severity == DIAG_ERROR)
			errors--;
		else
			warnings--;
	}
	into->errors += errors;
	into->warnings += warnings;
	into->dropped += from->dropped;
}

struct where
where_at(struct str path, struct str text, size_t offset, size_t length)
{
	struct where at = { .path = path, .text = text, .line = 1 };
	struct str before = str_sub(text, 0, offset);
	struct str line;

	if (offset > text.len)
		offset = text.len;
	while (str_find(before, '\n') < before.len) {
		before = str_from_at(before, str_find(before, '\n') + 1);
		at.line++;
	}
	line = str_from_at(text, offset);
	line = str_sub(line, 0, str_find(line, '\n'));
	at.column = (unsigned)before.len + 1;
	at.length = (unsigned)(length < line.len ? length : line.len);
	return at;
}

/* The part of a line that is shown, and the columns of the fault in it. */
struct excerpt {
	struct buf shown;
	size_t fault_column;
	size_t fault_width;
};

/* Where to begin, so that the fault stands in the first EXCERPT_COLUMNS. */
static size_t
first_shown(struct str line, size_t fault, size_t fault_end)
{
	struct buf scratch;
	size_t columns = 0, fault_at = 0, end_at = 0, at = 0;
	size_t total;

	buf_init(&scratch, MESSAGE_CAP);
	while (at < line.len) {
		if (at <= fault)
			fault_at = columns;
		if (at <= fault_end)
			end_at = columns;
		columns += visible_next(&scratch, line, &at, columns);
		buf_reset(&scratch);
	}
	total = columns;
	if (total <= EXCERPT_COLUMNS || end_at <= EXCERPT_COLUMNS - 3) {
		buf_clear(&scratch);
		return 0;
	}
	for (at = columns = 0; at < fault;) {
		if (fault_at - columns <= EXCERPT_BEFORE)
			break;
		columns += visible_next(&scratch, line, &at, columns);
		buf_reset(&scratch);
	}
	buf_clear(&scratch);
	return at;
}

static void
show_excerpt(const struct diag_item *item, struct excerpt *e)
{
	struct str line = item->excerpt;
	size_t fault = item->column ? item->column - 1 - item->skipped : 0;
	size_t end = fault + item->length, at, columns = 0;
	bool underlined = false;

	at = first_shown(line, fault, end);
	if (at || item->skipped) {
		buf_add_z(&e->shown, "...");
		columns = 3;
	}
	while (at < line.len) {
		bool inside = at >= fault && at < end;
		size_t length = e->shown.len, width;

		if (inside && !underlined) {
			e->fault_column = columns;
			underlined = true;
		}
		width = visible_next(&e->shown, line, &at, columns);
		if (columns + width > EXCERPT_COLUMNS - 3 && at < line.len) {
			e->shown.len = length;
			buf_add_z(&e->shown, "...");
			break;
		}
		columns += width;
		if (inside)
			e->fault_width += width;
	}
	/* A fault at the end of the line: something is missing there. */
	if (item->length && !underlined) {
		e->fault_column = columns;
		e->fault_width = 1;
	}
}

static void
add_line(struct buf *out, const char *prefix, struct str line)
{
	buf_add_z(out, prefix);
	while (line.len && line.ptr[line.len - 1] == ' ')
		line.len--;
	buf_add(out, line);
	buf_add_c(out, '\n');
}

static void
print_excerpt(const struct diag_item *item, struct buf *out, const char *prefix)
{
	struct excerpt e = { 0 };
	struct buf line;

	buf_init(&e.shown, MESSAGE_CAP);
	buf_init(&line, MESSAGE_CAP);
	show_excerpt(item, &e);
	buf_printf(&line, "%6u | ", item->line);
	buf_add(&line, buf_str(&e.shown));
	add_line(out, prefix, buf_str(&line));
	if (e.fault_width) {
		buf_reset(&line);
		buf_add_z(&line, "       | ");
		for (size_t i = 0; i < e.fault_column; i++)
			buf_add_c(&line, ' ');
		for (size_t i = 0; i < e.fault_width; i++)
			buf_add_c(&line, '^');
		add_line(out, prefix, buf_str(&line));
	}
	buf_clear(&line);
	buf_clear(&e.shown);
}

static void
print_item(const struct diag_item *item, struct buf *out, const char *prefix)
{
	buf_add_z(out, prefix);
	buf_add_z(out, item->severity == DIAG_ERROR ? "error: " : "warning: ");
	if (item->path.len) {
		visible_add(out, item->path);
		if (item->line)
			buf_printf(out, ":%u", item->line);
		if (item->line && item->column)
			buf_printf(out, ":%u", item->column);
		buf_add_z(out, ": ");
	}
	visible_add(out, item->message);
	buf_add_c(out, '\n');
	if (item->excerpt.len)
		print_excerpt(item, out, prefix);
	if (item->hint.len) {
		buf_add_z(out, prefix);
		buf_add_z(out, "hint: ");
		visible_add(out, item->hint);
		buf_add_c(out, '\n');
	}
}

void
diag_print(const struct diag *d, FILE *out, const char *prefix)
{
	struct diag_item sorted[LIMIT_DIAGNOSTICS];
	struct buf text;

	if (!d->items.count)
		return;
	memcpy(sorted, d->items.at, d->items.count * sizeof *sorted);
	qsort(sorted, d->items.count, sizeof *sorted, compare_items);
	buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < d->items.count; i++)
		print_item(&sorted[i], &text, prefix);
	if (d->dropped)
		buf_printf(&text, "%sand %zu more\n", prefix ? prefix : "",
		    d->dropped);
	if (text.len)
		fwrite(text.ptr, 1, text.len, out);
	buf_clear(&text);
}

struct str
diag_nearest(struct str word, const struct str *candidates, size_t count)
{
	size_t near = word.len < 5 ? 1 : word.len < 8 ? 2 : 3;
	struct str best = STR_NONE;

	for (size_t i = 0; i < count; i++) {
		size_t distance = str_distance(word, candidates[i], near);

		if (str_eq_nocase(word, candidates[i]))
			return candidates[i];
		if (distance <= near && distance < candidates[i].len &&
		    distance < word.len) {
			best = candidates[i];
			if (!distance)
				break;
			near = distance - 1;
		}
	}
	return best;
}
