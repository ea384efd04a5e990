#include "datadir.h"

#include "limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder the program stands in, or the empty view. */
static struct str
program_folder(char room[LIMIT_PATH])
{
	ssize_t len = readlink("/proc/self/exe", room, LIMIT_PATH);
	struct str path;

	if (len < 0)
		return STR_NONE;
	path = str_of(room, (size_t)len);
	return str_sub(path, 0, str_rfind(path, '/'));
}

static bool
has_themes(struct arena *a, const char *folder)
{
	struct str themes = arena_printf(a, "%s/themes/default", folder);
	struct stat st;

	return !stat(themes.ptr, &st) && S_ISDIR(st.st_mode);
}

const char *
datadir_find(struct arena *a, const char *given)
{
	static const char *const beside[] = { "../share/pennypress", "../..",
		".." };
	const char *set = getenv("PENNYPRESS_DATADIR");
	char room[LIMIT_PATH];
	struct str folder = program_folder(room);

	if (!given && set && *set)
		given = set;
	if (given)
		return has_themes(a, given) ? given : NULL;
	if (has_themes(a, PENNYPRESS_DATADIR))
		return PENNYPRESS_DATADIR;
	for (size_t i = 0; folder.len && i < sizeof beside / sizeof *beside;
	     i++) {
		struct str path =
		    arena_printf(a, "%.*s/%s", STR_ARG(folder), beside[i]);

		if (has_themes(a, path.ptr))
			return path.ptr;
	}
	return NULL;
}
