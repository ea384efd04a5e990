/*
 * source_quarantine.c - the object folders git names in a hook's environment.
 */
#include "source_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One item of GIT_ALTERNATE_OBJECT_DIRECTORIES: up to ':', or in double quotes
 * with backslash escapes, as git writes it. */
static bool
next_folder(const char **rest, struct buf *out)
{
	const char *p = *rest;

	buf_reset(out);
	if (!*p)
		return false;
	if (*p == '"') {
		for (p++; *p && *p != '"'; p++) {
			if (*p == '\\' && p[1])
				p++;
			buf_add_c(out, *p);
		}
		p += *p == '"';
	} else {
		size_t len = strcspn(p, ":");

		buf_add_bytes(out, p, len);
		p += len;
	}
	*rest = p + (*p == ':');
	return true;
}

void
source_quarantine(void (*add)(void *context, const char *folder), void *context)
{
	const char *objects = getenv("GIT_OBJECT_DIRECTORY");
	const char *others = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	struct buf folder;

	if (objects && !access(objects, R_OK | X_OK))
		add(context, objects);
	buf_init(&folder, LIMIT_PATH);
	while (others && next_folder(&others, &folder)) {
		if (buf_ok(&folder) && folder.len &&
		    !access(folder.ptr, R_OK | X_OK))
			add(context, folder.ptr);
	}
	buf_clear(&folder);
}
