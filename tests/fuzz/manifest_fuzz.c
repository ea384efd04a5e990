/* What is read satisfies its promises, and written again reads the same. */
#include "manifest.h"

#include "file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct manifest *m)
{
	for (size_t i = 0; i < m->files.count; i++) {
		if (path_refusal(m->files.at[i].path) ||
		    manifest_find_file(m, m->files.at[i].path) !=
			&m->files.at[i])
			abort();
	}
	for (size_t i = 0; i < m->members.count; i++) {
		const struct manifest_member *p = &m->members.at[i];

		if (p->access == ACCESS_FREE ||
		    !str_starts(p->url, STR("/m/")) ||
		    !str_starts(p->file, STR("members/")) ||
		    !manifest_find_file(m, p->file))
			abort();
	}
	for (size_t i = 0; i < m->offers.count; i++) {
		if (m->offers.at[i].amount < 0 ||
		    !m->offers.at[i].products.count)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	struct arena a;
	struct manifest m, again;
	struct buf first, second;
	char error[256];

	arena_init(&a);
	buf_init(&first, 1 << 24);
	buf_init(&second, 1 << 24);
	if (!manifest_read(&a, text, &m, error)) {
		if (!error[0])
			abort();
	} else {
		check(&m);
		manifest_write(&first, &m);
		if (!manifest_read(&a, buf_str(&first), &again, error))
			abort();
		manifest_write(&second, &again);
		if (!str_eq(buf_str(&first), buf_str(&second)))
			abort();
	}
	buf_clear(&first);
	buf_clear(&second);
	arena_clear(&a);
	return 0;
}
