/* Three templates, parted by NUL, that may name each other: compiling them is
 * safe, what compiles can be filled, and filling stays within its cap. Tags in
 * data never become tags. */
#include "template.h"

#include "json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE = 1 << 16 };

static const char context[] =
    "{\"a\":{\"b\":[{\"c\":\"{{#open}}\"},1,2.5,\"<&>\"]},\"t\":true,"
    "\"f\":false,\"n\":null,\"e\":\"\",\"o\":{},\"l\":[1,[2,3],{\"a\":\"x\"}]}";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str names[] = { { "p", 1 }, { "q", 1 },
		{ "r", 1 } };
	struct str rest = str_of((const char *)data, size), part;
	struct template_set *set = template_set_new();
	struct json_error e;
	struct arena a;
	struct diag d;
	struct buf out;

	arena_init(&a);
	diag_init(&d);
	buf_init(&out, PAGE);
	for (size_t i = 0; i < 3 && str_split(&rest, '\0', &part); i++) {
		size_t errors = d.errors;
		bool ok = template_add(
		    set, &d, names[i], names[i], part, STR_NONE, STR_NONE);

		if (ok != (d.errors == errors) && d.errors < 100)
			abort();
		if (template_has(set, names[i]) != ok)
			abort();
	}
	(void)!template_check(set, &d);
	for (size_t i = 0; i < 3; i++) {
		buf_reset(&out);
		if (template_fill(set, names[i],
			json_read(&a, str_from(context), &e), &out) &&
		    (!template_has(set, names[i]) || out.len > PAGE))
			abort();
	}
	buf_clear(&out);
	diag_clear(&d);
	arena_clear(&a);
	template_set_free(set);
	return 0;
}
