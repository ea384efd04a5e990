/*
 * report_markup.h - the pieces the report's page is made of. Text from outside
 * enters only through markup_text and the titles of tables, escaped.
 */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "calibration.h"
#include "html.h"

/* Literal markup of ours, with numbers only. */
#define markup(out, ...) buf_printf((out), __VA_ARGS__)
void markup_text(struct buf *out, struct str text);

/* "24 %", "2.4 %", "under 0.1 %"; 12,345; 12.3. */
void markup_percent(struct buf *out, double share);
void markup_range(struct buf *out, double from, double to); /* "20–30 %" */
void markup_count(struct buf *out, size_t n);
void markup_number(struct buf *out, double n);

struct markup_column {
	const char *title;
	bool number;
};

/* A table that scrolls by itself where it is too wide. */
void markup_table(struct buf *out, const char *caption,
    const struct markup_column *columns, size_t count);
void markup_table_end(struct buf *out);

/* A count inside a sentence: `before` and `after` are markup of ours. */
void markup_said(
    struct buf *out, const char *before, size_t n, const char *after);
/* A row and its first cell, then the others. */
void markup_row(struct buf *out, struct str name);
void markup_cell_count(struct buf *out, size_t n);
void markup_cell_percent(struct buf *out, double share);
void markup_cell_range(struct buf *out, double from, double to);
void markup_cell_few(struct buf *out); /* "under five": not told */

/* What groups were given against what they did, as a drawing. `title` is for
 * those who do not see it. */
void markup_plot(
    struct buf *out, const struct calibration *c, const char *title);

void markup_head(struct buf *out, struct str title);
void markup_foot(struct buf *out);

#endif
