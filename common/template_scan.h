/*
 * template_scan.h - the tags in the text of a template, and what stands beside
 * them; for the template files only.
 */
#ifndef TEMPLATE_SCAN_H
#define TEMPLATE_SCAN_H

#include "diag.h"

/* A tag as it stands in the text. */
struct tag {
	size_t from, to; /* [from, to) with its delimiters */
	size_t line; /* where the line it begins on begins */
	size_t after; /* where the line it ends on ends, when `right` */
	char sigil; /* '#', '/', ..., or 'v' for a value, '{' for {{{ */
	bool left, right; /* nothing but blanks beside it */
	struct str content; /* without sigil and blanks */
};

struct scan {
	struct str path, text;
	struct diag *d;
	size_t at; /* up to here the text is dealt with */
	struct str open, close; /* the delimiters in force */
	size_t line_from; /* where the line of the last tag begins */
	size_t faults;
};

/* False, with a fault, when the text is too long or no UTF-8. */
bool scan_check(struct scan *s);
/* The next tag at or after s->at; false when there is none, or after so many
 * faults that there is no use in going on. */
bool scan_next(struct scan *s, struct tag *tag);
/* Takes the delimiters from a tag like {{=<% %>=}}. */
void scan_delimiters(struct scan *s, const struct tag *tag);
void scan_fault(struct scan *s, const struct tag *tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct str scan_slice(const struct scan *s, size_t from, size_t to);
/* The spaces and tabs at `at`. */
struct str scan_blanks(const struct scan *s, size_t at);
/* The blanks before the first line of what begins at `at`; false when that is
 * a closing tag already. */
bool scan_margin(const struct scan *s, size_t at, struct str *margin);
/* Not empty, and no white space in it. */
bool scan_is_word(struct str name);

#endif
