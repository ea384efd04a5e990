/* Any text becomes a tree or faults; every place lies in the text. */
#include "yaml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_place(struct where at, struct str text)
{
	size_t lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	if (at.line < 1 || at.line > lines || at.column < 1 ||
	    at.column > text.len + 1 || at.length > text.len)
		abort();
}

static void
walk(struct arena *a, struct diag *d, const struct yaml *y, struct str text)
{
	static const char *const words[] = { "title", "access", "paid" };
	struct str s, *list;
	int64_t n;
	size_t count;
	bool b;

	check_place(y->at, text);
	if (yaml_str(d, y, &s) != (y->kind == YAML_SCALAR))
		abort();
	if (yaml_int(d, y, -5, 5, &n) && (n < -5 || n > 5))
		abort();
	if (yaml_word(d, y, words, 3, &count) && count >= 3)
		abort();
	if (yaml_bool(d, y, &b) && y->quoted)
		abort();
	if (yaml_strs(a, d, y, &list, &count) && y->kind == YAML_MAP)
		abort();
	yaml_known_keys(d, DIAG_WARNING, y, words, 3);
	for (size_t i = 0; i < y->items.count; i++) {
		if (y->kind == YAML_MAP)
			check_place(y->items.at[i].key_at, text);
		walk(a, d, y->items.at[i].value, text);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	struct arena a;
	struct diag d;
	struct yaml *root;
	char *shown = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&shown, &len);

	if (!out)
		abort();
	arena_init(&a);
	diag_init(&d);
	root = yaml_read(&a, &d, STR("f"), text, size / 8, size);
	if (!root != (d.errors > 0) || (root && root->kind != YAML_MAP))
		abort();
	if (root && size < 500)
		walk(&a, &d, root, text);
	diag_print(&d, out, "> ");
	fclose(out);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)shown[i];

		if ((c < ' ' && c != '\n') || c == 0x7f)
			abort();
	}
	free(shown);
	diag_clear(&d);
	arena_clear(&a);
	return 0;
}
