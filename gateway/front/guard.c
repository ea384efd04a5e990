#include "guard.h"

#include <string.h>

enum { LINE_END = 2, VERSION_LENGTH = 8, BAD_REQUEST = 400 };

/* CR LF, perhaps after spaces the parser cut off. */
static bool
is_line_end(const char *from, const char *to)
{
	if (to - from < LINE_END)
		return false;
	for (; from < to; from++) {
		if (*from && *from != ' ' && *from != '\t')
			return false;
	}
	return true;
}

void
guard_begin(struct guard *g, struct request *r, struct str head,
    const char *uri, size_t uri_length, const char *version)
{
	size_t method = strlen(head.ptr);

	g->request = r;
	g->at = version + VERSION_LENGTH;
	g->end = head.ptr + head.len;
	if (uri != head.ptr + method + 1 || version != uri + uri_length + 1 ||
	    strlen(version) != VERSION_LENGTH)
		request_refuse(r, BAD_REQUEST);
}

bool
guard_field(struct guard *g, struct str name, struct str value)
{
	if (!value.ptr || name.ptr < g->at || name.ptr >= g->end ||
	    value.ptr < name.ptr + name.len || value.ptr + value.len > g->end ||
	    !is_line_end(g->at, name.ptr)) {
		request_refuse(g->request, BAD_REQUEST);
		return false;
	}
	g->at = value.ptr + value.len;
	request_header(g->request, name, value);
	return !g->request->refusal;
}

void
guard_end(struct guard *g)
{
	if (!g->request->refusal &&
	    (g->at + 2 * (size_t)LINE_END > g->end ||
		!is_line_end(g->at, g->end - LINE_END)))
		request_refuse(g->request, BAD_REQUEST);
}
