#include "program.h"

#include "buf.h"

#include <link.h>
#include <sys/stat.h>

static void
add_file(struct buf *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		out->failed = true;
		return;
	}
	buf_printf(out, "%s %lld %lld.%09ld %llu\n", path,
	    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
	    st.st_mtim.tv_nsec, (unsigned long long)st.st_ino);
}

/* The kernel's own library has no file. */
static int
add_library(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	if (info->dlpi_name && info->dlpi_name[0] == '/')
		add_file(context, info->dlpi_name);
	return 0;
}

struct str
program_identity(struct arena *a)
{
	struct str identity = STR_NONE;
	struct buf out;

	buf_init(&out, 64 << 10);
	buf_add_z(&out, PENNYPRESS_VERSION "\n");
	add_file(&out, "/proc/self/exe");
	dl_iterate_phdr(add_library, &out);
	if (buf_ok(&out))
		identity = arena_str(a, buf_str(&out));
	buf_clear(&out);
	return identity;
}
