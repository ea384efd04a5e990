/*
 * starter.h - the files of a new site, as 'pennypress init' writes them.
 */
#ifndef STARTER_H
#define STARTER_H

#include <stddef.h>

struct starter_file {
	const char *path, *text;
};

extern const struct starter_file starter_files[];
extern const size_t starter_count;

#endif
