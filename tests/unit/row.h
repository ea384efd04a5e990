/*
 * row.h - a row of a test table that fails names its own line.
 */
#ifndef ROW_H
#define ROW_H

#include "str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof *(table))

#define ROW_TRUE(line, condition)                                              \
	do {                                                                   \
		if (!(condition))                                              \
			fail_msg(                                              \
			    "row at line %d: not so: %s", (line), #condition); \
	} while (0)

static inline void
row_str(int line, struct str got, const char *want)
{
	if (!str_eq_z(got, want))
		fail_msg("row at line %d:\n got \"%.*s\"\nwant \"%s\"", line,
		    STR_ARG(got), want);
}

#endif
