/* Any text becomes a tree within the limits, or is refused with a reason; what
 * a tree holds is UTF-8 without NUL. */
#include "../standin/form.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(struct str s)
{
	if (!str_is_utf8(s) || (s.len && memchr(s.ptr, '\0', s.len)))
		abort();
}

static void
walk(const struct value *v, unsigned depth)
{
	if (depth > MINT_FORM_DEPTH)
		abort();
	if (v->kind == VALUE_STR)
		check_text(v->u.str);
	else if (v->kind != VALUE_OBJECT && v->kind != VALUE_LIST)
		abort();
	for (size_t i = 0; i < value_count(v); i++) {
		if (v->kind == VALUE_LIST) {
			walk(value_at(v, i), depth + 1);
			continue;
		}
		check_text(v->u.object.at[i].key);
		if (!v->u.object.at[i].key.len)
			abort();
		walk(v->u.object.at[i].value, depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	const char *why = NULL;
	struct arena a;
	const struct value *form;

	arena_init(&a);
	form = mint_form_read(&a, text, &why);
	if (form)
		walk(form, 0);
	else if (!why)
		abort();
	arena_clear(&a);
	return 0;
}
